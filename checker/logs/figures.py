"""Numbers, yes and no, and lengths of time as people write them; never rounded, never guessed.

Everything takes folded text (NFKC, trimmed) and raises `Unreadable` where the cell cannot be used.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from checker.logs.moments import DAY, SECOND, Unreadable
from checker.model import Text

YES = (
    "是",
    "√",
    "✓",
    "✔",
    "☑",
    "有",
    "对",
    "已",
    "Y",
    "y",
    "YES",
    "Yes",
    "yes",
    "TRUE",
    "True",
    "true",
    "T",
    "t",
    "1",
)
NO = ("否", "×", "✗", "✘", "✕", "x", "X", "无", "没有", "未", "错", "不", "N", "n", "NO", "No", "no", "FALSE", "False",
      "false", "F", "f", "0")  # fmt: skip
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d{1,2})?")
_MONEY_SIGNS = "¥$"
_LENGTHS = {"天": DAY, "日": DAY, "小时": 3600 * SECOND, "时": 3600 * SECOND, "钟头": 3600 * SECOND,
            "分钟": 60 * SECOND, "分": 60 * SECOND, "秒钟": SECOND, "秒": SECOND,
            "days": DAY, "day": DAY, "d": DAY, "hours": 3600 * SECOND, "hour": 3600 * SECOND, "h": 3600 * SECOND,
            "minutes": 60 * SECOND, "minute": 60 * SECOND, "mins": 60 * SECOND, "min": 60 * SECOND,
            "seconds": SECOND, "second": SECOND, "s": SECOND, "weeks": 7 * DAY, "周": 7 * DAY}  # fmt: skip
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*个?\s*([^\W\d_]+)\s*")


def read_int(text: str, unit: str | None = None) -> int:
    """Give a whole number; `12.0` is one, `12.5` is not.

    >>> read_int("1,200"), read_int("12.0"), read_int("3 次", "次")
    (1200, 12, 3)
    """
    number = _number(text, unit)
    if _places(number) > 0 or abs(number) >= 2**63:
        raise _bad("不是整数", "not a whole number", "请填写整数", "write a whole number")
    return int(number)


def read_decimal(text: str, places: int = 2, unit: str | None = None) -> Decimal:
    """Give the exact number; one with more decimals than the field allows is refused, not rounded.

    >>> read_decimal("1,200.00"), read_decimal("¥50", unit="元"), read_decimal("12.50吨", 3, "吨")
    (Decimal('1200.00'), Decimal('50'), Decimal('12.50'))
    """
    number = _number(text, unit)
    if _places(number) > places:
        raise _bad(
            f"小数超过{places}位",
            f"more than {places} decimals",
            "请按规定的小数位数填写",
            "write fewer decimals",
        )
    if abs(number) >= Decimal(10) ** (18 - places):
        raise _bad("数字太大", "the number is too large", "请核对", "please check")
    return number


def read_bool(text: str) -> bool:
    """Give yes or no.

    >>> read_bool("√"), read_bool("×"), read_bool("无")
    (True, False, False)
    """
    if text in YES:
        return True
    if text in NO:
        return False
    why = Text("不是“是”或“否”", "neither yes nor no")
    raise Unreadable("bad-bool", why, Text("请填写“是”或“否”", "write 是 or 否"))


def read_duration(text: str, unit: str | None = None) -> int:
    """Give microseconds: `57分钟`, `1小时20分`, `26:30` (hours:minutes), or a plain number of `unit`.

    >>> [read_duration(text, "minutes") // 60_000_000 for text in ("57分钟", "1小时20分", "26:30", "57", "1.5h")]
    [57, 80, 1590, 57, 90]
    """
    if clock := re.fullmatch(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?", text):
        return ((int(clock[1]) * 60 + int(clock[2])) * 60 + int(clock[3] or 0)) * SECOND
    if re.fullmatch(r"\d+(\.\d+)?", text) and (unit or "").lower() in _LENGTHS:
        return _length(Decimal(text) * _LENGTHS[(unit or "").lower()])
    pieces = _PIECE.findall(text)
    if not pieces or _PIECE.sub("", text) or any(name.lower() not in _LENGTHS for _, name in pieces):
        why = Text("不是时长", "not a length of time")
        raise Unreadable(
            "bad-time", why, Text("请写成 57分钟 或 1小时20分", "write it as 57 minutes or 1 hour")
        )
    return _length(sum((Decimal(amount) * _LENGTHS[name.lower()] for amount, name in pieces), Decimal(0)))


def _places(number: Decimal) -> int:
    """Count the decimals that are not zeros at the end."""
    _, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits))
    return len(written.rstrip("0")) - len(written) - int(exponent) if any(digits) else 0


def _length(microseconds: Decimal) -> int:
    if microseconds > 100_000 * DAY:
        raise Unreadable("bad-time", Text("时长不可能", "an impossible length of time"))
    return int(microseconds)


def _number(text: str, unit: str | None) -> Decimal:
    bare = text.lstrip(_MONEY_SIGNS).strip()
    if unit and bare.endswith(unit):
        bare = bare[: -len(unit)].strip()
    if len(bare) > 40 or not _NUMBER.fullmatch(bare):
        raise _bad("不是数字", "not a number", "请只填写数字", "write the number only")
    try:
        return Decimal(bare.replace(",", ""))
    except InvalidOperation:
        raise _bad("不是数字", "not a number", "请只填写数字", "write the number only") from None


def _bad(zh: str, en: str, hint_zh: str, hint_en: str) -> Unreadable:
    return Unreadable("bad-number", Text(zh, en), Text(hint_zh, hint_en))
