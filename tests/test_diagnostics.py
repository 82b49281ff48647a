"""How a fault is shown: the caret under the token, whatever its width; one line; JSON."""

from __future__ import annotations

from checker.diagnostics import CheckerError, Diagnostic, UsageError, as_json, concise, in_order, pretty
from checker.model import Place, Text

SOURCE = {"a.yaml": "甲: 乙𠮷x\tz\n" + "x" * 300 + "\n"}
FAULT = Diagnostic(
    "unknown-key",
    "error",
    Place("a.yaml", 1, 4, 6),
    Text("错了", "wrong"),
    Text("其中之一：a, b", "one of a, b"),
    "乙",
    Text("改", "mend it"),
    ((Place("a.yaml", 1, 1, 2), Text("先前", "before")),),
)


def test_the_caret_stands_under_wide_characters() -> None:
    assert pretty(FAULT, "en", SOURCE).split("\n") == [
        "a.yaml:1:4: error[unknown-key]: wrong",
        "    1 | 甲: 乙𠮷x z",
        "      |     ^^^^",
        "  see a.yaml:1:1: before",
        "    1 | 甲: 乙𠮷x z",
        "      | --",
        "  expected: one of a, b",
        "  found:    乙",
        "  hint:     mend it",
    ]


def test_chinese_is_the_other_language() -> None:
    assert pretty(FAULT, "zh", SOURCE).split("\n")[-3:] == [
        "  应为：其中之一：a, b",
        "  实为：乙",
        "  建议：改",
    ]


def test_a_long_line_is_shown_around_the_fault() -> None:
    lines = pretty(Diagnostic("x", "error", Place("a.yaml", 2, 290, 292), Text("错")), "zh", SOURCE).split(
        "\n"
    )
    assert (len(lines[1]), lines[2].index("^"), lines[2].count("^")) == (8 + 91, 8 + 80, 2)


def test_concise_is_one_line() -> None:
    assert concise(FAULT, "en") == "a.yaml:1:4: error[unknown-key]: wrong → mend it"


def test_a_file_that_cannot_be_read_is_shown_without_its_line() -> None:
    assert pretty(FAULT, "en", None).split("\n")[1] == "  see a.yaml:1:1: before"


def test_json_holds_both_languages_or_the_one_asked_for() -> None:
    assert as_json(FAULT) == {
        "code": "unknown-key",
        "severity": "error",
        "file": "a.yaml",
        "line": 1,
        "column": 4,
        "end_column": 6,
        "message": {"zh": "错了", "en": "wrong"},
        "expected": {"zh": "其中之一：a, b", "en": "one of a, b"},
        "found": "乙",
        "hint": {"zh": "改", "en": "mend it"},
        "related": [
            {
                "file": "a.yaml",
                "line": 1,
                "column": 1,
                "end_column": 2,
                "message": {"zh": "先前", "en": "before"},
            }
        ],
    }
    assert (as_json(FAULT, "en")["message"], as_json(FAULT, "zh")["hint"]) == ("wrong", "改")


def test_faults_are_sorted_by_place_and_told_once() -> None:
    late = Diagnostic("x", "error", Place("b.yaml", 1), Text("乙"))
    assert in_order([late, FAULT, FAULT]) == (FAULT, late)
    assert CheckerError([late, FAULT]).diagnostics == (FAULT, late)


def test_a_usage_error_is_a_checker_error_with_one_fault() -> None:
    error = UsageError.of("bad-option", Text("选项不对", "bad option"), Text("看 --help", "see --help"))
    assert isinstance(error, CheckerError)
    assert str(error) == "error[bad-option]: bad option → see --help"
