"""The months that a report rests on: one reading of the logs, a check of each month over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from checker import pipeline
from checker.calendar import add_months, month_end
from checker.database import quote
from checker.language.compile import Compiled
from checker.language.pack import Log, Pack
from checker.logs.tables import Tables
from checker.model import Figures, Finding, Period, Report


@dataclass(frozen=True)
class Month:
    """One month: its counts by rule and outcome as `check` gives them, and the figures of the rules that measure.

    `listed` has, by rule, the outcome of every finding by its fingerprint: a row without a readable day is judged in
    every month, and must count once in a year.
    """

    start: date
    by_rule: Mapping[str, Mapping[str, int]]
    listed: Mapping[str, Mapping[str, str]]
    measured: tuple[Finding, ...]
    statistics: tuple[Figures, ...]

    @property
    def name(self) -> str:
        """Give `2026-10`."""
        return f"{self.start:%Y-%m}"

    @property
    def span(self) -> Period:
        """Give its days."""
        return Period(self.start, month_end(self.start))


@dataclass(frozen=True)
class Covered:
    """What time the logs really cover: by log and dated field, the days with rows.

    `counted` is the log whose rows a rule is about. `undated` are logs without dates that hold rows. `empty` are logs of which a file with a header and no row came in:
    in the month of the report nothing happened.
    """

    days: Mapping[tuple[str, str], frozenset[date]]
    counted: Mapping[str, str]
    undated: frozenset[str]
    empty: frozenset[str]
    month: Period

    def holds(self, log: Log, at: str | None, span: Period) -> bool:
        """Tell whether a log says something about a span of days, by a field (by default its date)."""
        if log.id in self.undated:
            return True
        known = self.days.get((log.id, at or ""), self.days.get((log.id, log.date or ""), frozenset()))
        if any(span.start <= day <= span.end for day in known):
            return True
        return log.id in self.empty and span.start <= self.month.end and self.month.start <= span.end


def months_before(start: date, months: int) -> list[date]:
    """Give the first days of the months that a report needs before its own: of its year, and so many of its trends.

    >>> [f"{one:%y-%m}" for one in months_before(date(2026, 3, 1), 4)], months_before(date(2026, 1, 1), 1)
    (['25-12', '26-01', '26-02'], [datetime.date(2025, 12, 1)])
    """
    back = max(start.month - 1, months - 1, 1)
    return [add_months(start, -gone) for gone in range(back, 0, -1)]


def judged(
    pack: Pack, tables: Tables, starts: Iterable[date], as_of: datetime, measure: Collection[str]
) -> dict[date, Month]:
    """Give these months, each judged at the same cut-off, by their first days."""
    found = {}
    for start in starts:
        span = Period(start, month_end(start))
        report = pipeline.judge(pack, tables, span, as_of)
        found[start] = month_of(report, measured(pack, tables, span, as_of, measure))
    return found


def measured(
    pack: Pack, tables: Tables, span: Period, as_of: datetime, measure: Collection[str]
) -> Report | None:
    """Give what rules that measure say of every subject, those that pass as well; None where there are none."""
    return pipeline.judge(pack, tables, span, as_of, only=measure, every=True) if measure else None


def month_of(report: Report, full: Report | None) -> Month:
    """Give the month of a report, with the figures of `measured`."""
    listed: dict[str, dict[str, str]] = {}
    for one in report.findings:
        listed.setdefault(one.rule, {})[one.fingerprint] = one.outcome
    start, findings = report.run.period.start, full.findings if full else ()
    return Month(start, report.by_rule, listed, findings, full.statistics if full else ())


def covered(compiled: Compiled, tables: Tables) -> Covered:
    """Give what the logs cover, by their dates and by the fields that rules date their rows by."""
    logs = compiled.pack.logs
    counted = {
        name: str(one.rule.check.get("log") or one.record_log or "") for name, one in compiled.rules.items()
    }
    asked = {(name, logs[name].date) for name in tables.logs}
    asked |= {(counted[name], one.rule.check.get("at")) for name, one in compiled.rules.items()}
    days = {
        (name, at): frozenset(_days(tables, name, at))
        for name, at in sorted((log, at) for log, at in asked if log in tables.logs and at)
        if at in tables.logs[name].columns
    }
    undated = frozenset(name for name in tables.logs if not logs[name].date and tables.logs[name].rows)
    empty = frozenset(name for name in tables.logs if tables.has_empty_file(name))
    return Covered(days, counted, undated, empty, compiled.period)


def _days(tables: Tables, log: str, at: str) -> Iterable[date]:
    if tables.logs[log].columns[at] not in ("date", "datetime"):
        return []
    name = quote(at)
    sql = f"SELECT DISTINCT CAST({name} AS DATE) FROM {tables.logs[log].sql} WHERE {name} IS NOT NULL"
    return [day for (day,) in tables.db.execute(sql)]
