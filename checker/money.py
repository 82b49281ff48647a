"""Amounts of money: always whole fen inside, yuan with two decimals outside, and in capitals on papers."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"\s*[¥￥]?\s*(\d{1,12}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2})0*)?\s*元?\s*")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def yuan(fen: int) -> str:
    """Give fen as yuan with two decimals.

    >>> yuan(5), yuan(2000), yuan(123456789), yuan(-5)
    ('0.05', '20.00', '1234567.89', '-0.05')
    """
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def parse_yuan(text: str) -> int | None:
    """Give the fen of an amount as people type it; None when it is none, or has parts of a fen.

    >>> parse_yuan("50"), parse_yuan("1,200.5元"), parse_yuan("￥0.05"), parse_yuan("2.345"), parse_yuan("-1")
    (5000, 120050, 5, None, None)
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))


def capitals(fen: int) -> str:
    """Give an amount of at least 0 in the capitals that papers carry, so that no digit can be added.

    >>> capitals(5000), capitals(100500), capitals(5), capitals(1050), capitals(100001000)
    ('人民币伍拾元整', '人民币壹仟零伍元整', '人民币伍分', '人民币壹拾元伍角整', '人民币壹佰万零壹拾元整')

    Raises:
        ValueError: the amount is negative or does not fit a paper.
    """
    if not 0 <= fen < 10**16:
        raise ValueError(f"no amount for a paper: {fen}")
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    said = f"{_whole(whole)}元" if whole or not fen else ""
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif rest and whole:
        said += "零"
    return f"人民币{said}{_DIGITS[rest]}分" if rest else f"人民币{said}整"


def _whole(number: int) -> str:
    if not number:
        return "零"
    said, gap = "", False
    for at in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10000**at % 10000
        if not group:
            gap = gap or bool(said)
            continue
        said += ("零" if said and (gap or group < 1000) else "") + _group(group) + _GROUPS[at]
        gap = False
    return said


def _group(number: int) -> str:
    """Give a number below 10,000; a run of zeros inside is one 零."""
    said, gap = "", False
    for at in range(3, -1, -1):
        digit = number // 10**at % 10
        if not digit:
            gap = gap or bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[at]
        gap = False
    return said
