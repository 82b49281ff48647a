"""Days and times as people write them (policy report 6.3), for the cells that are not plain ISO.

Everything takes text already folded (NFKC, trimmed) and raises `Unreadable` rather than guess: a guessed day
or hour is a wrong fine.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from checker.model import Text

NO_TEXT = Text("")
SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST_YEAR, LAST_YEAR = 1950, 2199
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(32_874, 73_051)  # 1990 to 2100, where a day number cannot be a count or an amount


class Unreadable(Exception):
    """A cell that holds something, but nothing that can be used with certainty."""

    def __init__(self, code: str, why: Text, hint: Text = NO_TEXT) -> None:
        super().__init__(why.en)
        self.code, self.why, self.hint = code, why, hint


class YearNeeded(Exception):
    """The day is written without its year."""


WRITE_DATE = Text("请写成 2026-10-08 这样的日期", "write the date as 2026-10-08")
WRITE_TIME = Text("请写成 07:30 这样的时间", "write the time as 07:30")
WRITE_BOTH = Text("请写成 2026-10-08 07:30", "write it as 2026-10-08 07:30")

_WEEKDAYS = "一二三四五六日"
_WEEKDAY = re.compile(r"^\s*\(?(?:周|星期|礼拜)([一二三四五六日天])\)?")
_YMD = re.compile(r"(\d{4})(?:\s*[-/.\\年]\s*| )(\d{1,2})(?:\s*[-/.\\月]\s*| )(\d{1,2})(?!\d)\s*[日号]?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?=$|[ T]|(?:\d{4}(?:\d\d)?)$)")
_DMY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}(?!\d)日?")
_MD = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?|(\d{1,2})([-/.])(\d{1,2})(?![\d:])")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?$")
_OFFSET = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)

_MORNING, _NOON, _AFTERNOON, _EVENING = "morning", "noon", "afternoon", "evening"
_PARTS = {
    "凌晨": _MORNING, "清晨": _MORNING, "早上": _MORNING, "早晨": _MORNING, "早": _MORNING, "上午": _MORNING,
    "中午": _NOON, "下午": _AFTERNOON, "傍晚": _EVENING, "晚上": _EVENING, "晚": _EVENING,
    "夜里": _EVENING, "夜间": _EVENING,
}  # fmt: skip
_CLOCK = re.compile(
    rf"(?P<part>{'|'.join(_PARTS)})?\s*(?P<hour>\d{{1,2}})\s*"
    r"(?:(?P<dot>[点时])\s*(?:(?P<half>半|整|一刻|三刻)|(?P<minutes>\d{1,2})\s*分?)?(?:\s*(?P<secs>\d{1,2})\s*秒)?"
    r"|:(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?)\s*(?P<ampm>[ap]\.?m\.?)?$",
    re.IGNORECASE,
)
_EXCEL_DAY_ZERO = re.compile(r"^(?:1899-12-3[01]|1900-01-0[01])[ T]+(?=\d)")
_HALF_DAYS = {"上午": (0, 12), "下午": (12, 24), "全天": (0, 24)}


def read_date(text: str, year: int | None = None) -> date:
    """Give the day; the time of day that may follow it is dropped.

    >>> [read_date(text).isoformat() for text in ("2026.10.8", "20261008", "2026年10月8日", "46303", "13/10/2026")]
    ['2026-10-08', '2026-10-08', '2026-10-08', '2026-10-08', '2026-10-13']
    >>> read_date("10月8日", 2026)
    datetime.date(2026, 10, 8)
    """
    day, rest = take_date(text, year)
    if rest and not rest.startswith("."):
        try:
            read_time(rest)
        except Unreadable:
            raise _not_a_date() from None
    return day


def read_datetime(
    text: str, year: int | None = None, end: bool = False, zone: str = "Asia/Shanghai"
) -> tuple[datetime, bool]:
    """Give the moment, and whether only a day was written.

    A day alone is its midnight, or with `end` the midnight after it; 上午, 下午 alone are half days.

    >>> read_datetime("2026年10月8日 晚9点半")
    (datetime.datetime(2026, 10, 8, 21, 30), False)
    >>> read_datetime("2026-10-08 24:00")[0].isoformat(), read_datetime("2026-10-08 上午", end=True)[0].isoformat()
    ('2026-10-09T00:00:00', '2026-10-08T12:00:00')
    """
    if _OFFSET.match(text):
        return _with_offset(text, zone), False
    if _CLOCK.match(text):
        raise Unreadable("bad-date", Text("只有时间，没有日期", "a time without its date"), WRITE_BOTH)
    day, rest = take_date(text, year)
    midnight = datetime(day.year, day.month, day.day)
    if not rest:
        return midnight + timedelta(days=1 if end else 0), True
    if rest in _HALF_DAYS:
        return midnight + timedelta(hours=_HALF_DAYS[rest][1 if end else 0]), False
    if rest.startswith("."):
        return midnight + timedelta(seconds=round(float("0" + rest) * 86_400)), False
    return midnight + timedelta(microseconds=read_time(rest)), False


def read_time(text: str) -> int:
    """Give microseconds since midnight.

    >>> [read_time(text) // 60_000_000 for text in ("7:30", "7点半", "下午3点", "晚9点", "24:00", "0.5", "9:05 PM")]
    [450, 450, 900, 1260, 1440, 720, 1265]
    """
    text = _EXCEL_DAY_ZERO.sub("", text)
    if re.fullmatch(r"0(\.\d+)?", text):
        return round(float(text) * 86_400) * SECOND
    found = _CLOCK.fullmatch(text)
    if not found:
        raise Unreadable("bad-time", Text("不是时间", "not a time of day"), WRITE_TIME)
    minute, second = _minutes(found)
    hour = _hour(int(found["hour"]), found["part"], (found["ampm"] or "").replace(".", "").lower())
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        raise Unreadable("bad-time", Text("没有这个时间", "there is no such time"), WRITE_TIME)
    fraction = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    return ((hour * 60 + minute) * 60 + second) * SECOND + fraction


def read_month(text: str, year: int | None = None) -> date:
    """Give the first day of the month.

    >>> [read_month(text).isoformat() for text in ("2026-9", "2026年9月", "202609", "2026/9", "2026-09-01")]
    ['2026-09-01', '2026-09-01', '2026-09-01', '2026-09-01', '2026-09-01']
    """
    if found := re.fullmatch(r"((?:19|20)\d\d)(?:\s*[-/.年]\s*)?(\d{1,2})\s*月?份?", text):
        return _day(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"(\d{1,2})\s*月份?", text):
        return _day(_year(year), int(found[1]), 1)
    return read_date(text, year).replace(day=1)


def read_quarter(text: str, year: int | None = None) -> date:
    """Give the first day of the quarter.

    >>> [read_quarter(text).isoformat() for text in ("2026Q3", "2026年第三季度", "2026年3季度", "2026-q3")]
    ['2026-07-01', '2026-07-01', '2026-07-01', '2026-07-01']

    The first day of a quarter, as typed files hold it, names the quarter; no other day does.
    """
    form = r"(?:((?:19|20)\d\d)\s*年?\s*[-/]?\s*)?(?:第?\s*([1-4一二三四])\s*季度?|Q\s*([1-4]))"
    found = re.fullmatch(form, text, re.IGNORECASE)
    if re.fullmatch(r"\d{4}-(01|04|07|10)-01", text):
        return date.fromisoformat(text)
    if not found:
        raise Unreadable(
            "bad-date", Text("不是季度", "not a quarter"), Text("请写成 2026Q3", "write it as 2026Q3")
        )
    which = found[2] or found[3]
    number = "一二三四".index(which) + 1 if which in "一二三四" else int(which)
    return _day(int(found[1]) if found[1] else _year(year), number * 3 - 2, 1)


def years_in(text: str) -> set[int]:
    """Give the years a file name, sheet name or title speaks of.

    >>> sorted(years_in("XX公司2026年10月服务记录")), sorted(years_in("2026-10/记录_20251008.csv")), years_in("FW202610")
    ([2026], [2025, 2026], set())
    """
    form = r"(?<![\dA-Za-z])(20\d\d)(?=$|[^\d]|[01]\d(?:[0-3]\d)?(?!\d))|(?<!\d)(20\d\d)(?=[年._-])"
    return {int(one or other) for one, other in re.findall(form, text)}


def take_date(text: str, year: int | None = None) -> tuple[date, str]:
    """Give the day at the start of the text, and what follows it (a serial's fraction as `.5`)."""
    if found := _SERIAL.match(text):
        if int(found[1]) in _SERIALS:
            return _SERIAL_ZERO + timedelta(days=int(found[1])), found[2] or ""
        raise _not_a_date()
    if found := _YMD.match(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
    elif found := _COMPACT.match(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        return day, _compact_time(text[found.end() :])
    elif found := _DMY.match(text):
        day = _either_order(int(found[1]), int(found[3]), int(found[4]))
    elif _SHORT_YEAR.match(text):
        raise Unreadable(
            "bad-date", Text("年份只有两位，无法确定", "a year of two digits cannot be told"), WRITE_DATE
        )
    elif found := _MD.match(text):
        day = _without_year(found, year)
    else:
        raise _not_a_date()
    return day, _after_weekday(text[found.end() :], day)


def _without_year(found: re.Match[str], year: int | None) -> date:
    month, day = (found[1], found[2]) if found[1] else (found[3], found[5])
    if found[4] == "." and day in ("1", "2", "3"):
        why = Text(
            f"可能是{month}月{day}日，也可能是{month}月{day}0日（Excel 会去掉末尾的 0）",
            f"either day {day} or day {day}0 of the month: Excel drops a trailing zero",
        )
        raise Unreadable("bad-date", why, WRITE_DATE)
    return _day(_year(year), int(month), int(day))


def _either_order(first: int, second: int, year: int) -> date:
    if first > 12 or first == second:
        return _day(year, second, first)
    if second > 12:
        return _day(year, first, second)
    why = Text(
        f"可能是{first}月{second}日，也可能是{second}月{first}日",
        f"either day {second} of month {first} or day {first} of month {second}",
    )
    raise Unreadable("bad-date", why, WRITE_DATE)


def _after_weekday(rest: str, day: date) -> str:
    if found := _WEEKDAY.match(rest):
        if _WEEKDAYS.index(found[1].replace("天", "日")) != day.weekday():
            raise Unreadable(
                "bad-date", Text("日期与星期不符", "the weekday does not fit the date"), WRITE_DATE
            )
        rest = rest[found.end() :]
    return rest.lstrip(" T,")


def _compact_time(rest: str) -> str:
    if rest.isdigit() and len(rest) in (4, 6):
        return ":".join(rest[i : i + 2] for i in range(0, len(rest), 2))
    return rest.lstrip(" T")


def _with_offset(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise _not_a_date() from None


def _minutes(found: re.Match[str]) -> tuple[int, int]:
    halves = {"半": 30, "整": 0, "一刻": 15, "三刻": 45}
    if found["half"]:
        return halves[found["half"]], 0
    return int(found["minutes"] or found["minute"] or 0), int(found["second"] or found["secs"] or 0)


def _hour(hour: int, part: str | None, ampm: str) -> int:
    kind = _PARTS.get(part or "") or {"am": _MORNING, "pm": _AFTERNOON}.get(ampm)
    if kind is None:
        return hour
    if ampm and hour == 12:
        return 0 if ampm == "am" else 12
    if kind == _MORNING and hour < 12:
        return hour
    if kind == _NOON and hour in (11, 12, 1, 2):
        return hour + 12 if hour < 3 else hour
    if kind == _AFTERNOON and 1 <= hour <= 12:
        return hour + 12 if hour < 12 else hour
    if kind == _EVENING and 5 <= hour <= 11:
        return hour + 12
    if kind in (_AFTERNOON, _EVENING) and 12 < hour < 24:
        return hour
    raise Unreadable(
        "bad-time", Text("时段与钟点合不起来", "the hour does not fit the part of the day"), WRITE_TIME
    )


def _year(year: int | None) -> int:
    if year is None:
        raise YearNeeded()
    return year


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        why = Text(f"没有{year}年{month}月{day}日这一天", f"there is no day {year}-{month:02}-{day:02}")
        raise Unreadable("bad-date", why, WRITE_DATE) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("bad-date", Text("年份不可能", "an impossible year"), WRITE_DATE)
    return found


def _not_a_date() -> Unreadable:
    return Unreadable("bad-date", Text("不是日期", "not a date"), WRITE_DATE)
