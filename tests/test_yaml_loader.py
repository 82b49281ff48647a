"""The YAML loader: JSON types only, every value with its place, faults instead of exceptions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.language.yaml_loader import FAST_PARSER, MAX_BYTES, load_bytes, load_file, load_text
from checker.model import Place

PARSERS = [True, False] if FAST_PARSER else [False]


def codes(text: str) -> list[str]:
    found = [[one.code for one in load_text(text, fast=fast).diagnostics] for fast in PARSERS]
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.mark.parametrize("fast", PARSERS)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:00", "22:00"),
        ("7:00", "7:00"),
        ("07:00", "07:00"),
        ("18:30:00", "18:30:00"),
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("00123456", "00123456"),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31 08:00:00", "2024-01-31 08:00:00"),
        ("1e3", "1e3"),
        ("1.5e3", "1.5e3"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("+1", "+1"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("NULL", "NULL"),
        ("~", "~"),
        ("NA", "NA"),
        ("True", "True"),
        ("1234567890123456789", "1234567890123456789"),
        ("null", None),
        ("", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-12", -12),
        ("20", 20),
        ("3.005", Decimal("3.005")),
        ("-0.10", Decimal("-0.10")),
        ("'20'", "20"),
        ('"true"', "true"),
        ("|\n  20\n", "20\n"),
    ],
)
def test_a_value_gets_a_json_type_or_stays_text(text: str, value: Any, fast: bool) -> None:
    document = load_text(f"key: {text}", fast=fast)
    assert document.diagnostics == ()
    assert (document.value["key"], type(document.value["key"])) == (value, type(value))


@pytest.mark.parametrize("fast", PARSERS)
def test_a_key_is_always_text(fast: bool) -> None:
    assert load_text("{yes: 是, 1: a, 2026-01-01: b, null: c}", fast=fast).value == {
        "yes": "是",
        "1": "a",
        "2026-01-01": "b",
        "null": "c",
    }


@pytest.mark.parametrize("fast", PARSERS)
def test_places_count_code_points_from_one(fast: bool) -> None:
    document = load_text("规则:\n- {编号: 甲𠮷, 值: [1, 'b c']}\n空:\n", "a.yaml", fast=fast)
    places = document.places
    assert places.of(("规则", 0, "编号")) == Place("a.yaml", 2, 8, 10)
    assert places.key(("规则", 0, "编号")) == Place("a.yaml", 2, 4, 6)
    assert places.of(("规则", 0, "值", 1)) == Place("a.yaml", 2, 19, 24)
    assert places.key(("规则",)) == Place("a.yaml", 1, 1, 3)
    assert places.of(("空",)) == Place("a.yaml", 3, 1, 2)
    assert places.of(("规则", 0, "没有", "更深")) == places.of(("规则", 0))
    assert places.under(("规则", 0)).key(("值",)) == Place("a.yaml", 2, 12, 13)


def test_a_value_over_several_lines_is_placed_on_its_first() -> None:
    assert load_text("a: |\n  一\n  二\n", "a.yaml").places.of(("a",)) == Place("a.yaml", 1, 4, 5)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    plain = load_bytes("a: 1\nb: 中\n".encode(), "a.yaml")
    marked = load_bytes(b"\xef\xbb\xbfa: 1\r\nb: \xe4\xb8\xad\r\n", "a.yaml")
    assert (marked.value, marked.places.of(("b",))) == (plain.value, plain.places.of(("b",)))


def test_text_that_is_not_utf8_is_refused_where_it_stands() -> None:
    [fault] = load_bytes("a: 1\nb: 中文".encode("gb18030"), "a.yaml").diagnostics
    assert (fault.code, fault.place, fault.found) == ("not-utf8", Place("a.yaml", 2, 4), "0xd6")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["empty-file"]),
        ("# nothing", ["empty-file"]),
        ("a: 1\na: 2", ["duplicate-key"]),
        ("a: 1\n---\nb: 1", ["several-documents"]),
        ("{<<: {a: 1}}", ["merge-key"]),
        ("a: !!python/name:os.system x", ["tag"]),
        ("a: !mine x", ["tag"]),
        ("a: &x [*x]", ["unknown-alias"]),
        ("a: *x", ["unknown-alias"]),
        ("? [a]\n: b", ["key-not-text"]),
        ("'': b", ["empty-key"]),
        ("a:\tb", ["tab"]),
        ("a: \x00", ["control-character"]),
        ("a: \u2028", ["control-character"]),
        ("[" * 200_000, ["too-deep"]),
        ("- " * 100_000, ["too-deep"]),
        ("{a: " * 100_000, ["too-deep"]),
        ("a: 'b", ["yaml-syntax"]),
        ("a: [b", ["yaml-syntax"]),
        ("a: @b", ["yaml-syntax"]),
        ("a: b: c", ["yaml-syntax"]),
        ("状态：关机\n时间: 1", ["yaml-syntax"]),
        ("status：关机\n时间: 1", ["full-width-punctuation"]),
        ("{a：1}", ["full-width-punctuation"]),
        ("{'a：1': 2}", []),
        ("a: 甲：乙，“丙”", []),
    ],
)
def test_what_is_refused(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_an_anchor_may_be_used_within_reason() -> None:
    document = load_text("a: &x {b: 1}\nc: [*x, *x]", "a.yaml")
    assert document.value == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}
    assert document.places.of(("c", 1)) == Place("a.yaml", 2, 9, 11)


def test_aliases_that_grow_without_end_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert codes("\n".join(lines)) == ["alias-bomb"]


def test_aliases_do_not_get_round_the_limit_of_depth() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 100))]
    assert codes("\n".join(lines)) == ["too-deep"]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert [one.code for one in load_file(path).diagnostics] == ["file-too-large"]


def test_a_folder_or_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert [load_file(path).diagnostics[0].code for path in (tmp_path, tmp_path / "no.yaml")] == [
        "unreadable-file"
    ] * 2


_PIECES = st.sampled_from(
    ["a", "b", "中", "：", "，", ": ", ":", "\n", "\n  ", "\n- ", "- ", "[", "]", "{", "}", ", ", "'", '"', "#", " #", "&x ",
     "*x", "!t ", "|", ">", "1", "0", ".5", "null", "---\n", "? ", "%", "@", "\t", "\x00", "\ufeff", "𠮷", "<<", "\\"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map("".join))
@settings(max_examples=600, deadline=None)
def test_any_text_gives_a_value_or_a_fault_and_both_parsers_the_same_value(text: str) -> None:
    documents = [load_text(text, fast=fast) for fast in PARSERS]
    for one in documents:
        assert (one.root is None) == bool(one.diagnostics)
        assert all(fault.place.line <= text.count("\n") + 2 for fault in one.diagnostics)
    read = [one for one in documents if one.root is not None]
    if len(read) == 2:
        assert repr(read[0].value) == repr(read[1].value)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_value_or_a_fault(data: bytes) -> None:
    document = load_bytes(data, "a.yaml")
    assert (document.root is None) == bool(document.diagnostics)
