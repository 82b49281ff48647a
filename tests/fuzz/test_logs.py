"""Whatever the files hold: a report or a refusal. What nobody can read is never a fine."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import pipeline
from checker.diagnostics import CheckerError
from checker.model import Report
from checker.reports import REPORTS, Options
from tests.fuzz.mutations import damaged
from tests.fuzz.test_rules import LOGS

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "packs" / "mini"
CASES = int(os.environ.get("CHECKER_FUZZ", "200"))
SETTINGS = settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.slow


def outcome(files: dict[str, bytes], rules: Path = MINI) -> Report | None:
    """Check the files; give None for a refusal. Every format must be able to show the report."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        try:
            report = pipeline.check([Path(folder)], rules=rules, period="2026-10", as_of="2026-11-06")
        except CheckerError as error:
            assert error.diagnostics
            return None
    for form in REPORTS.values():
        assert form(report, Options())
    return report


@st.composite
def bytes_of(draw: st.DrawFn, text: str) -> bytes:
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "latin-1"]))
    data = bytearray(draw(damaged(text)).encode(encoding, "replace"))
    for _ in range(draw(st.integers(0, 3))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@SETTINGS
@given(name=st.sampled_from(sorted(LOGS)), data=st.data())
def test_a_damaged_text_file_gives_a_report_or_is_refused(name, data):
    outcome({**{one: text.encode() for one, text in LOGS.items()}, name: data.draw(bytes_of(LOGS[name]))})


def book(tmp: Path) -> Path:
    """Write the visits as a workbook."""
    import xlsxwriter

    path = tmp / "走访.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("走访")
        for row, line in enumerate(LOGS["走访.csv"].splitlines()):
            for column, cell in enumerate(line.split(",")):
                sheet.write(row, column, int(cell) if cell.isdigit() else cell)
        sheet.merge_range(6, 0, 7, 2, "合计")
        sheet.write_formula(8, 4, "=1/0", None, "#DIV/0!")
    return path


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    pytest.importorskip("xlsxwriter")
    path = book(tmp_path_factory.mktemp("book"))
    with zipfile.ZipFile(path) as made:
        return path.read_bytes(), {one: made.read(one).decode() for one in made.namelist()}


@SETTINGS
@given(data=st.data())
def test_a_damaged_workbook_gives_a_report_or_is_refused(parts, data):
    whole, texts = parts
    if data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(texts)))
        changed = {**texts, name: data.draw(damaged(texts[name]))}
        with tempfile.SpooledTemporaryFile() as out:
            with zipfile.ZipFile(out, "w") as made:
                for one, text in changed.items():
                    made.writestr(one, text)
            out.seek(0)
            content = out.read()
    else:
        raw = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        content = bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))])
    others = {one: text.encode() for one, text in LOGS.items() if one != "走访.csv"}
    outcome({**others, "走访.xlsx": content})


SAMPLE_TEXTS = ("个人周汇总.csv", "服务任务单.csv", "汇报登记.csv", "合理化建议.csv", "电话回访记录.csv")


@settings(SETTINGS, max_examples=max(1, CASES // 20))
@given(name=st.sampled_from(SAMPLE_TEXTS), data=st.data())
def test_a_damaged_file_of_the_sample_month_gives_a_report_or_is_refused(name, data):
    month = ROOT / "samples" / "2026-10"
    raw = (month / name).read_bytes()
    text = raw.decode("utf-8-sig") if raw.startswith(b"\xef\xbb\xbf") else raw.decode("gb18030", "replace")
    files = {
        one: (month / one).read_bytes() for one in ("服务人员花名册.xlsx", "片区表.csv", "关机登记.xlsx")
    }
    outcome({**files, name: data.draw(bytes_of(text))}, ROOT / "rules" / "after-sales")
