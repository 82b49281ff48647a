"""`lint --fix` on damaged packs: no exception, what it writes parses, and a second time finds nothing more."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.language.fix import fix_pack
from checker.language.yaml_loader import load_bytes
from tests.fuzz.mutations import damaged

MINI = Path(__file__).parents[1] / "packs" / "mini"
CASES = int(os.environ.get("CHECKER_FUZZ", "200"))
SLIPS = (
    ("is: 严重", "is: NO"),
    ("{zh: 走访", "{zh：走访"),
    ("clause: 一.2", "clause: 1.20"),
    (", en:", "，en:"),
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(MINI, tmp_path_factory.mktemp("packs") / "mini"))


@st.composite
def wounds(draw: st.DrawFn) -> tuple[str, str]:
    file = draw(st.sampled_from(sorted(one.relative_to(MINI).as_posix() for one in MINI.rglob("*.yaml"))))
    text = (MINI / file).read_text(encoding="utf-8")
    for old, new in draw(st.lists(st.sampled_from(SLIPS), unique=True)):
        text = text.replace(old, new)
    return file, draw(st.one_of(st.just(text), damaged(text)))


@settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(wound=wounds())
def test_what_is_mended_parses_and_needs_no_second_mending(copy: Path, wound: tuple[str, str]) -> None:
    file, text = wound
    whole = (copy / file).read_bytes()
    try:
        (copy / file).write_text(text, encoding="utf-8", newline="")
        fixed = fix_pack(copy).files
        for path, data in fixed.items():
            assert load_bytes(data, file).root is not None
            path.write_bytes(data)
        assert fix_pack(copy).files == {}
    finally:
        (copy / file).write_bytes(whole)
