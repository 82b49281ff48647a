"""What the causes in the logs add up to, month by month: values of a field, never a text that somebody wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checker.calendar import month_end
from checker.database import quote
from checker.language.pack import Pack
from checker.language.pack_report import CauseCount
from checker.language.predicates import compile_predicate
from checker.language.scope import Params, Scope
from checker.logs.tables import Tables
from checker.model import Lang, Period
from checker.monthly.months import Covered
from checker.monthly.words import said
from checker.papers.month import NO_DATA, Table
from checker.plan.build import UNKNOWN
from checker.plan.evaluate import evaluate

BLANK, UNREADABLE, OTHER = "blank", "unreadable", "other"


@dataclass(frozen=True)
class Counted:
    """The rows of each cause by month; blank and unreadable cells are causes of their own (`None`, `False`)."""

    cause: CauseCount
    months: Mapping[date, Counter[str | bool | None]]


def counted(pack: Pack, tables: Tables, first: date, last: date) -> list[Counted]:
    """Give the causes that a pack asks for, over the months from one first day to another."""
    return [Counted(one, _months(pack, tables, one, first, last)) for one in pack.papers.report.causes]


def _months(
    pack: Pack, tables: Tables, cause: CauseCount, first: date, last: date
) -> Mapping[date, Counter[str | bool | None]]:
    found: dict[date, Counter[str | bool | None]] = {}
    for day, value in _rows(pack, tables, cause, first, month_end(last)):
        found.setdefault(day.replace(day=1), Counter())[value] += 1
    return found


def _rows(
    pack: Pack, tables: Tables, cause: CauseCount, first: date, last: date
) -> Iterator[tuple[date, str | bool | None]]:
    log = pack.logs[cause.log]
    if log.id not in tables.logs or log.date is None:
        return
    names = [
        name for name, one in log.fields.items() if not one.formula and name in tables.logs[log.id].columns
    ]
    asked = compile_predicate(cause.where, Scope(pack, log, Params(pack, None, UNKNOWN)), ("where",))
    dated = quote(log.date)
    within = f"{dated} >= DATE '{first}' AND {dated} < DATE '{last + timedelta(days=1)}'"
    for cells in tables.rows(log.id, [*names, "_bad"], within):
        row = dict(zip([*names, "_bad"], cells, strict=True))
        if evaluate(asked, row) is True:
            day, value = row[log.date], row[cause.field]
            bad = value is None and f",{cause.field}," in (row["_bad"] or "")
            yield (
                day.date() if isinstance(day, datetime) else day,
                False if bad else None if value in (None, "") else _text(value),
            )


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def tables_of(
    found: list[Counted], covered: Covered, last: date, pack: Pack, lang: Lang
) -> tuple[Table, ...]:
    """Give a table for each field: causes with their rows in the month, in the month before, and so far in the year."""
    return tuple(_table(one, covered, last, pack, lang) for one in found)


def _table(one: Counted, covered: Covered, last: date, pack: Pack, lang: Lang) -> Table:
    log = pack.logs[one.cause.log]
    before = (last - timedelta(days=1)).replace(day=1)
    year: Counter[str | bool | None] = Counter()
    for month, counts in one.months.items():
        year.update(counts if month.year == last.year and month <= last else {})
    now, then = one.months.get(last, Counter()), one.months.get(before, Counter())
    listed = {str(value): at for at, value in enumerate(log.fields[one.cause.field].values)}
    keys = sorted(
        {*now, *then, *year}, key=lambda key: (-now[key], -year[key], listed.get(str(key), 99), str(key))
    )

    def cell(counts: Counter[str | bool | None], key: str | bool | None, span: Period) -> str:
        known = covered.holds(log, None, span)
        return str(counts[key]) if known else NO_DATA.pick(lang)

    spans = (
        (now, Period(last, month_end(last))),
        (then, Period(before, month_end(before))),
        (year, Period(date(last.year, 1, 1), month_end(last))),
    )
    rows = tuple((_named(key, lang), *(cell(counts, key, span) for counts, span in spans)) for key in keys)
    heads = tuple(said(name, lang) for name in ("cause", "now", "before", "year"))
    title = (one.cause.title if one.cause.title.zh else log.title).pick(lang)
    empty = ((NO_DATA.pick(lang),) * 4,)
    return Table(heads, rows or empty, (4, 2, 2, 2), title)


def _named(key: str | bool | None, lang: Lang) -> str:
    return said("blank", lang) if key is None else said("unreadable", lang) if key is False else str(key)
