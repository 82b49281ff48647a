"""Whatever is written in a pack: diagnostics, never an exception; what lints clean also runs or is refused.

`CHECKER_FUZZ=5000 pytest -m slow tests/fuzz` runs more cases; the same number gives the same cases.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import pipeline
from checker.diagnostics import CheckerError, Diagnostic
from checker.language import lint_pack
from tests.fuzz.mutations import damaged

ROOT = Path(__file__).parents[2]
PACKS = {"after-sales": ROOT / "rules" / "after-sales", "mini": ROOT / "tests" / "packs" / "mini"}
CASES = int(os.environ.get("CHECKER_FUZZ", "200"))
SETTINGS = settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Give a copy of each pack that a case may damage, and must mend."""
    folder = tmp_path_factory.mktemp("packs")
    return {name: Path(shutil.copytree(pack, folder / name)) for name, pack in PACKS.items()}


@st.composite
def wounds(draw: st.DrawFn, name: str) -> tuple[str, str]:
    files = sorted(one.relative_to(PACKS[name]).as_posix() for one in PACKS[name].rglob("*.yaml"))
    file = draw(st.sampled_from(files))
    return file, draw(damaged((PACKS[name] / file).read_text(encoding="utf-8")))


def lint(pack: Path, file: str, text: str) -> list[Diagnostic]:
    before = (pack / file).read_bytes()
    try:
        (pack / file).write_text(text, encoding="utf-8", newline="")
        found = lint_pack(pack)
        assert all(isinstance(one, Diagnostic) and one.message.zh and one.message.en for one in found)
        return found
    finally:
        (pack / file).write_bytes(before)


@SETTINGS
@given(wound=wounds("after-sales"))
def test_a_damaged_rule_text_gives_diagnostics(copies, wound):
    lint(copies["after-sales"], *wound)


LOGS = {
    "人员.csv": "工号,姓名,岗位,片区,起,止\nA1,张伟,服务人员,豫北,2026-01-01,\nA2,李敏,司机,豫北,2026-01-01,\n",
    "走访.csv": "编号,工号,日期,等级,分钟,备注\nV1,A1,2026-10-05,严重,10,x\nV2,A1,2026-10-06,严重,50,\nV3,A2,,一般,,\n",
    "回复.csv": "编号,走访编号,回复时间\nR1,V1,2026-10-05 10:00\n",
    "认定.csv": "条款号,对象,结论,签字人\n一.2,V1,属实,李敏\n",
    "请假.csv": "工号,起,止,状态\nA1,2026-10-07 00:00,2026-10-09 00:00,已批准\n",
}


@SETTINGS
@given(wound=wounds("mini"), engine=st.sampled_from(["duckdb", "reference"]))
def test_a_damaged_pack_gives_a_report_or_is_refused(copies, tmp_path_factory, wound, engine):
    logs = tmp_path_factory.getbasetemp() / "mini-logs"
    if not logs.exists():
        logs.mkdir()
        for name, text in LOGS.items():
            (logs / name).write_text(text, encoding="utf-8")
    pack, (file, text) = copies["mini"], wound
    before = (pack / file).read_bytes()
    try:
        (pack / file).write_text(text, encoding="utf-8", newline="")
        pipeline.check([logs], rules=pack, period="2026-10", as_of="2026-11-06", engine=engine)
    except CheckerError as error:
        assert error.diagnostics
    finally:
        (pack / file).write_bytes(before)
