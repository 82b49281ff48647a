"""How a fault is shown: the caret under the token, whatever its width; one line; JSON."""

from __future__ import annotations

import re

import pyte
import pytest

from checker.diagnostics import (
    CheckerError,
    Diagnostic,
    Look,
    UsageError,
    as_json,
    concise,
    in_order,
    pretty,
)
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
    sources = {"a.yaml": "甲" * 100 + "坏值" + "x" * 300}
    fault = Diagnostic("x", "error", Place("a.yaml", 1, 101, 103), Text("错"))
    assert pretty(fault, "zh", sources, Look(cells=46)).split("\n")[1:] == [
        "    1 | ..." + "甲" * 10 + "坏值" + "x" * 16 + "...",
        "      | " + " " * 23 + "^^^^",
    ]


def test_a_long_line_that_ends_at_the_fault_is_shown_to_its_left() -> None:
    sources = {"a.yaml": "x" * 98 + "ab"}
    fault = Diagnostic("x", "error", Place("a.yaml", 1, 99, 101), Text("错"))
    assert pretty(fault, "zh", sources, Look(cells=26)).split("\n")[1:] == [
        "    1 | ..." + "x" * 18 + "ab",
        "      | " + " " * 21 + "^^",
    ]


def test_colours_only_where_they_are_asked_for() -> None:
    assert pretty(FAULT, "en", SOURCE, Look(color=True)).split("\n")[:3] == [
        "\x1b[1ma.yaml:1:4\x1b[0m: \x1b[1;31merror[unknown-key]\x1b[0m: wrong",
        "\x1b[34m    1 |\x1b[0m 甲: 乙𠮷x z",
        "\x1b[34m      |\x1b[0m     \x1b[1;31m^^^^\x1b[0m",
    ]


def test_colours_change_nothing_else() -> None:
    painted = pretty(FAULT, "zh", SOURCE, Look(color=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == pretty(FAULT, "zh", SOURCE)


# What is left of the text meant: the line, the text, what a terminal shows in its place.
PROBES = [
    ("kind: dutty", "dutty", "dutty"),
    ("片区: 华东甲", "华东甲", "华东甲"),
    ("a\tb: bad", "bad", "bad"),
    ("𠮷野家: bad", "bad", "bad"),
    ("🎉🎉: bad", "bad", "bad"),
    ("e\u0301a\u0301: bad", "bad", "bad"),
    ("❤️ x: bad", "bad", "bad"),
    ("👨\u200d👩\u200d👧: bad", "bad", "bad"),
    ("👍🏽: bad", "bad", "bad"),
    ("🇨🇳: bad", "bad", "bad"),
    ("“a”…①×: bad", "bad", "bad"),
    ("　　键: 坏", "坏", "坏"),
    ("　　键: 坏", "　　", "　　"),
    ("ｱｲ ﾊﾞ: bad", "bad", "bad"),
    ("한국어: bad", "bad", "bad"),
    ("re\u202egal: bad", "bad", "bad"),
    ("\u200b零宽: bad", "bad", "bad"),
    ("id：坏", "：", "："),
    ("x" * 300 + "坏值" + "y" * 300, "坏值", "坏值"),
    ("汉" * 200 + "坏值", "坏值", "坏值"),
    ("坏" * 200, "坏" * 200, "坏" * 67),
]


def on_a_terminal(text: str, charset: str = "utf-8") -> tuple[list[str], list[str]]:
    """Give the characters above the carets, and the lines as a terminal shows them."""
    screen = pyte.Screen(180, 4)
    pyte.Stream(screen).feed(text.encode(charset, "replace").decode(charset).replace("\n", "\r\n"))
    marks = [at for at in range(180) if screen.buffer[2][at].data == "^"]
    return [screen.buffer[1][at].data for at in marks], screen.display


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
@pytest.mark.parametrize(("line", "token", "shown"), PROBES, ids=range(len(PROBES)))
def test_carets_stand_exactly_under_the_text_meant(line, token, shown, charset) -> None:
    start = line.index(token) + 1
    fault = Diagnostic("x", "error", Place("a", 1, start, start + len(token)), Text("错"))
    above, screen = on_a_terminal(pretty(fault, "zh", {"a": line}, Look(charset=charset)), charset)
    assert ("".join(above), screen[3].strip()) == (shown, "")


def test_what_a_console_cannot_print_takes_one_cell() -> None:
    fault = Diagnostic("x", "error", Place("a", 1, 4, 7), Text("错"))
    assert pretty(fault, "zh", {"a": "🎉汉 bad"}, Look(charset="gbk")).split("\n")[1:] == [
        "    1 | ?汉 bad",
        "      |     ^^^",
    ]


def test_a_text_that_ends_beyond_its_line_has_one_caret_at_the_end() -> None:
    fault = Diagnostic("x", "error", Place("a", 1, 9, 12), Text("错"))
    assert pretty(fault, "zh", {"a": "ab"}).split("\n")[1:] == ["    1 | ab", "      |   ^"]


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
