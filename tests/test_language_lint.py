"""Where the careful lints speak, and where they must stay silent; `tests/bad/` holds the exact words."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.language import builtin_pack, lint_pack

MINI = Path(__file__).parent / "packs" / "mini"
RULE = """\
rules:
- id: case
  title: {zh: 例, en: Case}
  clause: 一.1
  kind: duty
  effective: {from: 2026-01-01}
  check:
    %s
  message: {zh: "例 {minutes}", en: "case {minutes}"}
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(MINI, "pack")
    return Path("pack")


def codes(pack: Path, text: str = "", as_of: date | None = None) -> list[str]:
    """Give the codes that lint says of the small pack with one file of rules more."""
    if text:
        (pack / "rules" / "case.yaml").write_text(text, encoding="utf-8")
    return [one.code for one in lint_pack(pack, as_of)]


def rule(check: str, more: str = "", name: str = "case") -> str:
    return (RULE % check).replace("id: case", f"id: {name}") + more


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


EACH = "each: {log: visit, require: {note: {present: true}}}"
SILENT = {
    "a where that some minute meets": "each: {log: visit, where: {minutes: {more_than: 60 minutes, less_than: 61 minutes}}, require: {note: {present: true}}}",
    "a require that only a blank misses": "each: {log: visit, where: {level: {is: 严重}}, require: {level: {is: 严重}, note: {present: true}}}",
    "a require that one value of an enum misses": "each: {log: visit, require: {level: {is_not: 严重}}}",
    "a pattern that could be anything": "each: {log: visit, where: {note: {matches: 'a.*'}}, require: {note: {starts_with: b}}}",
    "a formula that could be anything": 'each: {log: visit, require: {minutes: {at_most: {formula: "minutes * 2"}}}}',
    "two fields compared": "each: {log: visit, where: {note: {is: {field: their_post}}}, require: {level: {is: 一般}}}",
    "a share that a blank takes below 100": "aggregate: {log: visit, take: share, that: {level: {in: [一般, 严重]}}, per: person, every: month, at_least: 90}",
    "a share of exactly 100": "aggregate: {log: visit, take: share, that: {level: {is: 严重}}, per: person, every: month, at_least: 100}",
    "a statistic that aims at none": "aggregate: {log: visit, take: count, per: person, every: month, at_most: 0}",
    "dates without quotes": "each: {log: visit, where: {visited_on: {at_least: 2026-02-01}}, require: {note: {present: true}}}",
    "a quoted time": 'each: {log: visit, require: {note: {is_not: "22:00"}}}',
}


@pytest.mark.parametrize("check", SILENT.values(), ids=SILENT.keys())
def test_a_sound_check_is_passed_in_silence(pack: Path, check: str) -> None:
    found = codes(pack, rule(check))
    assert [one for one in found if one != "needless-allow"] == []


def test_a_number_that_is_not_set_makes_no_rule_one_that_never_fires(pack: Path) -> None:
    check = "each: {log: visit, require: {minutes: {at_most: $limit}}}"
    assert codes(pack, rule(check, "  params: {limit: {2026-01-01: null}}\n")) == []


def test_every_dated_value_in_force_is_tried(pack: Path) -> None:
    check = "each: {log: visit, where: {level: {is: 严重}}, require: {level: {in: $levels}}}"
    late = "  params: {levels: {2026-01-01: [严重], 2027-01-01: [一般]}}\n"
    assert codes(pack, rule(check, late)) == []
    ended = rule(check, late).replace("{from: 2026-01-01}", "{from: 2026-01-01, to: 2026-12-31}")
    assert codes(pack, ended) == ["rule-never-fires", "dead-version"]


def test_fields_of_one_name_in_two_logs_are_two_fields(pack: Path) -> None:
    change(
        pack / "logs.yaml",
        "      replied_at:",
        "      level: {type: enum, header: 等级, values: [高]}\n      replied_at:",
    )
    check = "respond: {to: {log: visit, where: {level: {is: 严重}}}, with: {log: reply, where: {level: {is: 高}}}, match: [record = record_id], within: 2 days}"
    assert codes(pack, rule(check)) == ["needless-allow"]


PENALTY = "  penalty: {fine: {fixed: 50}}\n"
PAIRS = {
    "the same limit": (
        "{minutes: {at_most: 60 minutes}}",
        "{minutes: {at_most: 90 minutes}}",
        ["fined-twice"],
    ),
    "limits apart": ("{minutes: {at_most: 60 minutes}}", "{minutes: {at_least: 10 minutes}}", []),
    "other fields": ("{note: {present: true}}", "{minutes: {at_most: 90 minutes}}", []),
}


@pytest.mark.parametrize(("one", "two", "said"), PAIRS.values(), ids=PAIRS.keys())
def test_two_rules_that_fine_one_act_are_told(pack: Path, one: str, two: str, said: list[str]) -> None:
    change(pack / "rules" / "base.yaml", "  penalty: {fine: {fixed: $fine}}\n", "")
    change(pack / "rules" / "base.yaml", "    fine: {2027-01-01: 60, 2026-01-01: 50, assumed: true}\n", "")
    first = rule(f"each: {{log: visit, require: {one}}}", PENALTY)
    second = rule(f"each: {{log: visit, require: {two}}}", PENALTY, "second").removeprefix("rules:\n")
    assert codes(pack, first + second) == said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  penalty", "  overlaps: one-visit\n  penalty"),
        ("  penalty: {fine: {fixed: 50}}", "  penalty: {measures: [talk]}"),
        ("  kind: duty", "  kind: duty\n  status: trial"),
        ("{from: 2026-01-01}", "{from: 2025-12-02, to: 2025-12-31}"),
        ("{log: visit,", "{log: visit, where: {level: {is: 一般}},"),
        ("  penalty: {", "  penalty: {from: record_id, "),
        ("  kind: duty", "  applies_to: {post: {is: 司机}}\n  kind: duty"),
    ],
)
def test_an_overlap_or_whatever_keeps_two_rules_apart_is_seen(pack: Path, old: str, new: str) -> None:
    text = rule("each: {log: visit, require: {minutes: {at_most: 60 minutes}}}", PENALTY)
    assert codes(pack, text) == ["fined-twice"]
    assert codes(pack, text.replace(old, new)) == []


FINES = [
    ("{fine: {fixed: 10}, escalation: {within: 1 years, steps: [{from: 2, fine: {fixed: 10}}, {from: 3, fine: {fixed: 20}}]}}", []),
    ("{fine: {fixed: 10}, escalation: {within: 1 years, steps: [{from: 3, measures: [talk]}, {from: 2, fine: {fixed: 20}}]}}", []),
    ("{fine: {fixed: 10}, escalation: {within: 1 years, steps: [{from: 2, fine: {fixed: 20}}, {from: 2, fine: {fixed: 30}}]}}", ["bad-escalation"]),
    ("{fine: {fixed: 10}, escalation: {within: 1 years, steps: [{from: 2, fine: {fixed: 5}}]}}", ["escalation-falls"]),
    ("{fine: {bands: {by: seats, table: [{up_to: 5, fine: 10}, {fine: 20}]}}}", []),
    ("{fine: {bands: {by: seats, table: [{up_to: 5, fine: 10}, {up_to: 9, fine: 20}]}}}", []),
    ("{fine: {bands: {by: seats, table: [{up_to: 5, fine: 10}, {up_to: 8, fine: 20}]}}}", ["bands-end"]),
]  # fmt: skip


@pytest.mark.parametrize(("penalty", "said"), FINES)
def test_fines_that_grow_are_in_order_and_without_an_end(pack: Path, penalty: str, said: list[str]) -> None:
    change(
        pack / "logs.yaml",
        "      note:",
        "      seats: {type: int, header: 座位, min: 1, max: 9}\n      note:",
    )
    assert codes(pack, rule(EACH, f"  penalty: {penalty}\n")) == said


DUES = [
    ("every: week, min_workdays: 7", []),
    ("every: week, by: {day: friday}, accept_from: friday", []),
    ("every: week, by: {day: tuesday, of: next}, accept_from: friday", []),
    ("every: month, by: {day: 31}", []),
    ("every: month, by: {day: last}, accept_from: 25", []),
    ("every: quarter, by: {workday: 60}", []),
    ("every: month, by: {day: 3}, accept_from: 4", ["never-in-time"]),
    ("every: week, by: {day: 8}", ["deadline-outside-period"]),
]


@pytest.mark.parametrize(("words", "said"), DUES)
def test_a_timetable_can_be_kept_or_is_told(pack: Path, words: str, said: list[str]) -> None:
    change(pack / "calendars" / "2026.yaml", "  # lint: allow unused-calendar", "")
    check = f"due: {{log: visit, per: company, {words}}}"
    assert codes(pack, rule(check).replace("{minutes}", "")) == said


def test_a_grade_that_where_excludes_needs_no_amount(pack: Path) -> None:
    graded = "  penalty: {fine: {graded: {by: level, table: {严重: 50}}}}\n  overlaps: one-visit\n"
    assert codes(pack, rule(EACH, graded)) == ["missing-grade"]
    chosen = EACH.replace("visit,", "visit, where: {level: {is: 严重}},")
    assert codes(pack, rule(chosen, graded)) == []
    several = EACH.replace("visit,", "visit, where: {level: {in: [严重, 一般]}},")
    assert codes(pack, rule(several, graded)) == ["missing-grade"]


LIMITS = [
    ("{seats: {at_most: 9}}", []),
    ("{seats: {between: [1, 9]}}", []),
    ("{seats: {at_least: 10}}", ["limit-outside-range"]),
    ("{seats: {more_than: 9}}", ["limit-outside-range"]),
    ("{seats: {less_than: 1}}", ["limit-outside-range"]),
    ("{began: {at_most: '24:00'}}", []),
    ("{began: {at_most: '25:00'}}", ["limit-outside-range"]),
    ("{replies: {at_least: 1}}", []),
    ("{replies: {less_than: 0}}", ["limit-outside-range"]),
]


@pytest.mark.parametrize(("require", "said"), LIMITS)
def test_a_limit_outside_what_a_field_can_be_is_told(pack: Path, require: str, said: list[str]) -> None:
    new = "      seats: {type: int, header: 座位, min: 1, max: 9}\n      began: {type: time, header: 开始}\n      note:"
    change(pack / "logs.yaml", "      note:", new)
    link = "    links:\n      answers: {log: reply, match: [record = record_id], count: replies}\n"
    change(pack / "logs.yaml", "    links:\n", link)
    change(pack / "logs.yaml", "  # lint: allow unused-log", "")
    show = "  show: [replies]\n"
    found = codes(pack, rule(f"each: {{log: visit, require: {require}}}", show))
    assert found == said


NUMBERS = [
    ("NaN", ["type"]),
    ("Infinity", ["type"]),
    ("1e400", []),
    ("1E+30", []),
    ("999999999999999999.5", []),
]


@pytest.mark.parametrize(("number", "said"), NUMBERS)
def test_a_number_that_is_none_is_a_fault_and_a_vast_one_is_not(
    pack: Path, number: str, said: list[str]
) -> None:
    change(pack / "logs.yaml", "      note:", "      cost: {type: decimal, header: 钱}\n      note:")
    cost = f'{{cost: {{more_than: "{number}"}}}}'
    assert (
        codes(pack, rule(f"each: {{log: visit, where: {cost}, require: {{note: {{present: true}}}}}}"))
        == said
    )


def test_a_range_that_is_no_number_is_a_fault(pack: Path) -> None:
    change(
        pack / "logs.yaml", "      note:", "      cost: {type: decimal, header: 钱, max: NaN}\n      note:"
    )
    assert codes(pack) == ["bad-limit"]


def test_a_message_may_hold_other_numbers(pack: Path) -> None:
    text = rule(
        "each: {log: visit, require: {minutes: {at_most: $limit}}}",
        "  params: {limit: {2026-01-01: 24 minutes}}\n",
    )
    assert codes(pack, text.replace('"例 {minutes}"', '"二.24 的 24:00、2026-10-24、A24、124、2.24"')) == []
    assert codes(pack, text.replace('"例 {minutes}"', '"多于24分钟"')) == ["number-in-message"]


def test_retention_and_deletion_may_follow_each_other(pack: Path) -> None:
    kept = rule("retain: {log: staff, start: valid_from, keep: 18 months, disposed: valid_to}").replace(
        "{minutes}", ""
    )

    def with_term(term: str) -> list[str]:
        gone = rule(
            f"each: {{log: staff, require: {{valid_to: {{at_most: {{formula: valid_from + {term}}}}}}}}}",
            "",
            "gone",
        )
        return codes(pack, kept + gone.removeprefix("rules:\n").replace("{minutes}", ""))

    assert with_term("24 months") == []
    assert with_term("18 months") == ["retention-conflict"]
    assert with_term("500 days") == ["retention-conflict"]
    assert with_term("540 days") == []


def test_a_renamed_rule_is_told_with_its_new_name_wherever_it_is_cited(pack: Path) -> None:
    change(
        pack / "rules" / "base.yaml",
        "- id: visit-incomplete\n",
        "- id: visit-lacking\n  formerly: [visit-incomplete]\n",
    )
    shutil.rmtree(pack / "tests", ignore_errors=True)
    (pack / "tests").mkdir()
    test = "as_of: 2026-11-06\nlogs: {vist: null}\ntests:\n- {name: 一, rule: visit-incomplete, expect: []}\n- {name: 二, rule: visit-untru, expect: []}\n"
    (pack / "tests" / "one.test.yaml").write_text(test, encoding="utf-8")
    said = [(one.code, one.place.file, one.place.line, one.hint.en) for one in lint_pack(pack)]
    assert said == [
        ("renamed-rule", "pack/pack.yaml", 14, "write `visit-lacking`"),
        ("unknown-log", "pack/tests/one.test.yaml", 2, "did you mean `visit`?"),
        ("renamed-rule", "pack/tests/one.test.yaml", 4, "write `visit-lacking`"),
        ("unknown-rule", "pack/tests/one.test.yaml", 5, "did you mean `visit-untrue`?"),
    ]


def test_a_year_between_two_calendars_is_missed(pack: Path) -> None:
    (pack / "calendars" / "2028.yaml").write_text(
        "year: 2028  # lint: allow unused-calendar\n", encoding="utf-8"
    )
    found = [(one.code, one.place.file, one.message.en) for one in lint_pack(pack)]
    assert found == [("calendar-gap", "pack/calendars/2028.yaml", "there is no calendar for 2027")]
    (pack / "calendars" / "2027.yaml").write_text(
        "year: 2027  # lint: allow unused-calendar\n", encoding="utf-8"
    )
    assert codes(pack) == []


def test_a_review_is_asked_for_only_as_of_a_day_that_is_named(pack: Path) -> None:
    change(
        pack / "pack.yaml", "published_on: 2025-12-02", "published_on: 2025-12-02, review_every: 12 months"
    )
    change(pack / "rules" / "base.yaml", "  clause: 一.2\n", "  clause: 一.2\n  reviewed_on: 2026-06-30\n")
    assert codes(pack) == []
    assert codes(pack, as_of=date(2026, 12, 1)) == []
    assert codes(pack, as_of=date(2026, 12, 2)) == ["review-overdue"]
    assert codes(pack, as_of=date(2027, 7, 1)) == ["review-overdue", "review-overdue"]
    done = CliRunner().invoke(
        main, ["lint", "pack", "--as-of", "2026-12-02", "--lang", "en", "--format", "concise"]
    )
    assert done.stdout == (
        "pack/pack.yaml:6:78: warning[review-overdue]: a review was due by 2026-12-01"
        " → review it, then change `reviewed_on`\n0 errors, 1 warnings, 0 notes\n"
    )
    change(pack / "pack.yaml", "review_every", "reviewed_on: 2026-12-01, review_every")
    assert codes(pack, as_of=date(2027, 6, 30)) == []


def test_a_comment_on_the_line_or_above_it_allows_a_warning_and_never_an_error(pack: Path) -> None:
    bad = "each: {log: visit, require: {note: {is: NO}}}"
    assert codes(pack, rule(f"{bad}  # why: lint: allow bare-scalar")) == ["bare-scalar"]
    assert codes(pack, rule(f"{bad}  # lint: allow bare-scalar (a name)")) == []
    assert codes(pack, rule(f"# lint: allow bare-scalar\n    {bad}")) == []
    assert codes(pack, rule(f"{bad.replace('note', 'nte')}  # lint: allow unknown-field")) == [
        "unknown-field"
    ]


def test_the_shipped_packs_say_why_of_all_that_lint_would_say() -> None:
    assert lint_pack(builtin_pack()) == []
    allowed = [
        found[1]
        for path in sorted(builtin_pack().rglob("*.yaml"))
        for found in re.finditer(r"# lint: allow (\S+)", path.read_text(encoding="utf-8"))
    ]
    assert allowed == ["unused-log"] * 4 + ["rule-always-fires"]
