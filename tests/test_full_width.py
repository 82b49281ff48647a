"""Full-width characters from a Chinese keyboard: told where they are slips, left alone where they are text."""

from __future__ import annotations

import pytest

from checker.language.yaml_loader import load_text


def told(text: str) -> list[tuple[int, int, str]]:
    """Give line, column and the text meant of each slip."""
    found = {one for one in load_text(text).diagnostics if one.code == "full-width-punctuation"}
    lines = text.split("\n")
    spans = sorted((one.place.line, one.place.column, one.place.end_column) for one in found)
    return [(line, start, lines[line - 1][start - 1 : end - 1]) for line, start, end in spans]


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "a: 说明：见附件，共１页",
        "a: “假单”未交",
        "a: 【重要】通知",
        "a: (１)甲",
        "a: １号楼",
        "a: 甲－乙",
        "a: [甲、乙, 丙；丁]",
        'a: ["甲，乙", "“丙”"]',
        "a: '２０'",
        'a: "＄limit"',
        "{a: 例，又例}",
        "a: |\n  id：x\n  　　缩进的文字\n  －一\nb: 1",
        "a: >-\n  说明：x\n\n  id：y\nb: 1",
        "a: 1  # id：x，“y”",
        "甲（乙）: 1",
        "区域: 华东",
    ],
)
def test_text_is_left_alone(text, fast):
    document = load_text(text, fast=fast)
    assert (document.diagnostics, document.root is not None) == ((), True)


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("a: １２", [(1, 4, "１２")]),
        ("a: 1２.５", [(1, 5, "２")]),
        ("a: 12：30", [(1, 6, "：")]),
        ("a: －5", [(1, 4, "－")]),
        ("a: ３０分钟", [(1, 4, "３０")]),
        ("a: ＄limit", [(1, 4, "＄")]),
        ("a: [甲，乙]", [(1, 6, "，")]),
        ("a: “甲”", [(1, 4, "“")]),
        ("a: [“甲”, ‘乙’]", [(1, 5, "“"), (1, 10, "‘")]),
        ("{a：1, b: 2}", [(1, 3, "：")]),
        ("a: {b：1，c：2}\nd：3", [(1, 6, "："), (1, 8, "，"), (1, 10, "："), (2, 2, "：")]),
        ("a:\n  - 甲\n  －乙", [(3, 3, "－")]),
        ("a: 1\n　　b: 2\n", [(2, 1, "　　")]),
        ("a:\n  b: 1\n　 c: 2\n　 d: 3\n", [(3, 1, "　"), (4, 1, "　")]),
        ("id：x\nb: 1\n", [(1, 3, "：")]),
        ("“id”：x\nb: 1\n", [(1, 5, "：")]),
    ],
)
def test_a_slip_is_pointed_at_where_it_stands(text, slips):
    assert told(text) == slips
    assert load_text(text).root is None


def test_both_parsers_point_at_the_same_slips():
    text = "rules:\n- id：x\n  title: {zh：例，en: “x”}\n　kind: ２\n"
    assert load_text(text, fast=True).diagnostics == load_text(text, fast=False).diagnostics


def test_another_fault_of_the_syntax_is_told_beside_later_slips():
    found = load_text("a: [1\nb: 2\nc: 3\nid：4\n").diagnostics
    assert [(one.code, one.place.line) for one in found] == [
        ("yaml-syntax", 2),
        ("full-width-punctuation", 4),
    ]


def test_the_closing_half_is_shown_too():
    (one,) = load_text("a: “甲”").diagnostics
    assert [(place.line, place.column) for place, _ in one.related] == [(1, 6)]
