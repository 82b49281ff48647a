"""A folder of YAML files becomes the Pack that it says, and always the same."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from checker.diagnostics import CheckerError, UsageError, pretty
from checker.language import builtin_pack, lint_pack, load_pack
from checker.language import load as loading
from checker.language.load import pack_sha256, read_checked
from checker.language.pack import CalendarDay, Duration, Link, Overlap, Parameter, People
from checker.model import Place, Text

MINI = Path(__file__).parent / "packs" / "mini"


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(MINI, tmp_path / "mini")
    monkeypatch.chdir(tmp_path)
    return Path("mini")


def test_the_small_pack_has_no_fault() -> None:
    assert lint_pack(MINI) == []


def test_the_shipped_pack_has_no_error() -> None:
    assert [pretty(one, "en") for one in lint_pack(builtin_pack()) if one.severity == "error"] == []


def test_sources_of_people_and_overlaps_are_read(mini: Path) -> None:
    pack = load_pack(mini)
    assert pack.people == People("staff", "employee_id", "employee_name", "region", "valid_from", "valid_to")
    assert pack.overlaps == {
        "one-visit": Overlap(
            "one-visit", "one_fine_per_defect", ("visit-incomplete",), Place("mini/pack.yaml", 14, 3, 12)
        )
    }
    assert (pack.id, pack.version, pack.policy.approved, pack.policy.approved_on) == (
        "mini",
        "1",
        True,
        date(2025, 12, 1),
    )


def test_values_of_a_parameter_are_parsed_and_sorted_by_date(mini: Path) -> None:
    rule = load_pack(mini).rule("visit-incomplete")
    assert rule is not None
    assert rule.params["limit"].values == (
        (date(2026, 1, 1), Duration(30, "minutes")),
        (date(2027, 1, 1), Duration(20, "minutes")),
    )
    assert rule.params["fine"] == Parameter(
        "fine",
        ((date(2026, 1, 1), 50), (date(2027, 1, 1), 60)),
        assumed=True,
        place=Place("mini/rules/base.yaml", 11, 5, 9),
    )
    assert rule.params["fine"].holds_back_fines


def test_a_rule_keeps_its_raw_check_and_knows_its_places(mini: Path) -> None:
    rule = load_pack(mini).rule("visit-incomplete")
    assert rule is not None
    assert (rule.check_kind, rule.check["log"], rule.check["where"]) == (
        "each",
        "visit",
        {"level": {"is": "严重"}},
    )
    assert rule.places.of(("check", "each", "log")) == Place("mini/rules/base.yaml", 14, 17, 22)
    assert rule.places.key(("check", "each", "require", "minutes")) == Place(
        "mini/rules/base.yaml", 14, 82, 89
    )
    assert rule.message == Text("{employee_id} 的走访缺 {missing}", "visit of {employee_id} lacks {missing}")


def test_what_a_rule_leaves_out_has_its_default(mini: Path) -> None:
    rule = load_pack(mini).rule("visit-untrue")
    assert rule is not None
    assert (rule.status, rule.severity, rule.effective.version_by, rule.penalty) == (
        "active",
        "minor",
        "event",
        None,
    )


def test_logs_hold_fields_links_and_columns(mini: Path) -> None:
    visit = load_pack(mini).logs["visit"]
    assert visit.columns() == (
        "record_id", "employee_id", "visited_on", "level", "minutes", "note", "long", "their_post",
    )  # fmt: skip
    assert visit.links["person"] == Link(
        "person",
        "staff",
        (("employee_id", "employee_id"),),
        {"their_post": "post"},
        place=Place("mini/logs.yaml", 48, 7, 13),
    )
    assert visit.fields["long"].formula == "minutes > 60 minutes"


def test_calendar_days_are_spelled_out(mini: Path) -> None:
    holiday = CalendarDay(False, Text("国庆节"), "off")
    assert load_pack(mini).calendar_days == {
        date(2026, 10, 1): holiday,
        date(2026, 10, 2): holiday,
        date(2026, 10, 3): holiday,
        date(2026, 10, 10): CalendarDay(True, Text("国庆节调休"), "working"),
    }


def test_the_digest_is_of_names_and_bytes_but_not_of_tests_or_of_the_folder(
    mini: Path, tmp_path: Path
) -> None:
    before = load_pack(mini).sha256
    assert before == pack_sha256(MINI)
    (mini / "tests" / "visit.test.yaml").write_text("as_of: 2026-01-01\ntests: []\n", encoding="utf-8")
    assert pack_sha256(mini) == before
    (mini / "rules" / "base.yaml").rename(mini / "rules" / "other.yaml")
    renamed = pack_sha256(mini)
    with (mini / "rules" / "other.yaml").open("a", encoding="utf-8") as file:
        file.write("# \n")
    assert len({before, renamed, pack_sha256(mini)}) == 3


def test_rules_may_lie_in_folders_and_hidden_files_are_left_alone(mini: Path) -> None:
    (mini / "rules" / "deep").mkdir()
    (mini / "rules" / "base.yaml").rename(mini / "rules" / "deep" / "base.yml")
    (mini / "rules" / ".draft.yaml").write_text("nonsense", encoding="utf-8")
    assert [rule.id for rule in load_pack(mini).rules] == ["visit-incomplete", "visit-untrue"]


def test_all_faults_of_all_files_come_at_once_sorted_by_place(mini: Path) -> None:
    for name, old, new in (
        ("pack.yaml", "currency: CNY", "currency: yuan"),
        ("rules/base.yaml", "kind: duty", "kind: dutty"),
    ):
        path = mini / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (mini / "logs.yaml").write_text("logs: [", encoding="utf-8")
    with pytest.raises(CheckerError) as caught:
        load_pack(mini)
    assert [(one.place.file, one.place.line, one.code) for one in caught.value.diagnostics] == [
        ("mini/logs.yaml", 2, "yaml-syntax"),
        ("mini/pack.yaml", 5, "bad-value"),
        ("mini/rules/base.yaml", 5, "unknown-value"),
        ("mini/rules/base.yaml", 21, "unknown-value"),
    ]


@pytest.mark.parametrize("name", ["pack.yaml", "logs.yaml", "clauses.yaml"])
def test_a_missing_file_is_named(mini: Path, name: str) -> None:
    (mini / name).unlink()
    assert [(one.code, one.place.file) for one in lint_pack(mini)] == [("missing-file", f"mini/{name}")]


def test_a_pack_without_rules_is_an_error(mini: Path) -> None:
    (mini / "rules" / "base.yaml").write_text("rules: []\n", encoding="utf-8")
    assert "empty-pack" in [one.code for one in lint_pack(mini)]
    (mini / "rules" / "base.yaml").unlink()
    assert [one.code for one in lint_pack(mini)] == ["empty-pack"]


def test_a_folder_that_is_not_there_is_an_error() -> None:
    assert [one.code for one in lint_pack(Path("nowhere"))] == ["no-folder"]


def test_a_broken_test_file_fails_the_lint_but_not_the_pack(mini: Path) -> None:
    (mini / "tests" / "x.test.yaml").write_text("tests: []\n", encoding="utf-8")
    assert [one.code for one in lint_pack(mini)] == ["wrong-count", "missing-key"]
    assert load_pack(mini).id == "mini"
    assert [path.name for path in loading.test_files(mini)] == ["visit.test.yaml", "x.test.yaml"]


def test_a_waiver_file_is_read_with_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(
        "waivers:\n- {rule: visit-incomplete, keys: {employee_id: FW0012, date: 2026-10-13}, reason: 出差,"
        " approver: 质检部, approved_on: 2026-10-14, expires: 2026-10-31}\n",
        encoding="utf-8",
    )
    document = read_checked(path, "waivers")
    assert (document.diagnostics, document.value["waivers"][0]["keys"]["date"]) == ((), "2026-10-13")


def test_a_built_in_pack_is_found_by_name_and_a_typo_gets_a_hint() -> None:
    assert (builtin_pack() / "pack.yaml").is_file()
    with pytest.raises(UsageError) as caught:
        builtin_pack("after-sale")
    assert caught.value.diagnostics[0].hint == Text("是否想写 after-sales？", "did you mean after-sales?")


def test_faults_found_only_by_compiling_are_told_when_nothing_else_is_wrong(mini: Path) -> None:
    path = mini / "rules" / "base.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("20 分钟", "twenty"), encoding="utf-8")
    assert [(one.place.line, one.severity) for one in lint_pack(mini)] == [(14, "error")]
