"""What the indicators of a pack show month by month: buckets of readings, one a period that is reported on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from checker.calendar import Cycle, Unit, label, parse_period, periods
from checker.diagnostics import UsageError
from checker.language.pack import Pack, Rule
from checker.language.pack_report import Indicator
from checker.model import Period, Text
from checker.monthly.figures import Figure, Take, added, measured
from checker.monthly.months import Covered, Month
from checker.monthly.words import UNITS

_LONG = ("month", "quarter", "year")
_REACHED = {"True": "pass", "False": "fail"}
_LIMITS = {"more_than": ">", "min": "≥", "less_than": "<", "max": "≤"}


@dataclass(frozen=True)
class Reading:
    """One subject and period: its figure, how it came out, the limits it was measured against."""

    region: str
    label: str
    outcome: str
    figure: Figure | None
    limits: Mapping[str, Any]


@dataclass(frozen=True)
class Bucket:
    """What is reported together: a period of a month or longer, or a month of shorter ones. No figure: no data."""

    label: str
    span: Period
    figure: Figure | None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Line:
    """One indicator over the months. `measures`: the figure is the rule's own, not the share that met it. `now` is what the month of the report judged, None where it judged nothing.

    `year` is None where nothing is known, or where a figure at a moment does not add up.
    """

    indicator: Indicator
    rule: Rule
    measures: bool
    buckets: tuple[Bucket, ...]
    now: Bucket | None
    before: Bucket | None
    year: Figure | None
    unit: Text = Text("")

    @property
    def title(self) -> Text:
        """Give the name people know the figure by."""
        return self.indicator.title if self.indicator.title.zh else self.rule.title


def chosen(pack: Pack) -> list[tuple[Indicator, Rule]]:
    """Give the indicators of a pack with their rules in force: those it names, else all that are no merit, goals first."""
    rules = {rule.id: rule for rule in pack.rules}
    named = pack.papers.report.indicators
    if named:
        return [(one, rules[one.rule]) for one in named if rules[one.rule].status == "active"]
    order = {"goal": 0, "statistic": 1}
    own = sorted(rules.values(), key=lambda rule: order.get(rule.kind, 2))
    return [(Indicator(rule.id), rule) for rule in own if _stands(rule)]


def _stands(rule: Rule) -> bool:
    counts = rule.kind in ("goal", "duty") or (rule.kind == "statistic" and rule.check_kind == "aggregate")
    return counts and rule.status == "active"


def measures(indicator: Indicator, rule: Rule, pack: Pack) -> bool:
    """Tell whether a rule's own figure is reported.

    Limits on shorter periods than a month are met or not: their figures of many days say nothing when added up.
    """
    long = _is_long(_unit(rule, pack))
    return rule.check_kind == "aggregate" and not indicator.met and (long or rule.kind == "statistic")


def _unit(rule: Rule, pack: Pack) -> Unit:
    every = str(rule.check.get("every", ""))
    return pack.periods.get(every, every)


def _is_long(unit: Unit) -> bool:
    """Tell whether periods are a month or longer."""
    return not 0 < unit.days < 28 if isinstance(unit, Cycle) else unit in _LONG


def line(
    indicator: Indicator, rule: Rule, months: Mapping[date, Month], covered: Covered, pack: Pack
) -> Line:
    """Give one indicator over all months that were judged, the last of them the month of the report."""
    last = max(months)
    if not measures(indicator, rule, pack):
        met = [_met(rule, month, covered, pack) for _, month in sorted(months.items())]
        year = _year_met(rule, met, months, last)
        before = met[-2] if len(met) > 1 else None
        return Line(indicator, rule, False, tuple(met), met[-1], before, year)
    by_month = [list(_buckets(rule, month, covered, pack)) for _, month in sorted(months.items())]
    # A period that several months judge is told as the last of them has it.
    found = {one.span: one for own in by_month for one in own}
    buckets = _without_gaps([found[span] for span in sorted(found)], _unit(rule, pack))
    current = max(by_month[-1], key=lambda one: one.span, default=None)
    return Line(
        indicator,
        rule,
        True,
        buckets,
        current,
        _before(buckets, current),
        _year(rule, buckets, last, current),
        _unit_shown(rule, pack),
    )


def _without_gaps(known: Sequence[Bucket], unit: Unit) -> tuple[Bucket, ...]:
    """Give buckets with one of no data for every period between them that was never judged."""
    if len(known) < 2:
        return tuple(known)
    by = {one.span: one for one in known}
    spans = periods(known[0].span.start, known[-1].span.end, unit if _is_long(unit) else "month")
    empty = {
        span: Bucket(label(span.start, unit if _is_long(unit) else "month"), span, None) for span in spans
    }
    return tuple(one for _, one in sorted((empty | by).items(), key=lambda pair: pair[0]))


def _met(rule: Rule, month: Month, covered: Covered, pack: Pack) -> Bucket:
    """Give the share that met a rule in a month, of what could be told; nothing judged is no data."""
    counts = month.by_rule.get(rule.id, {})
    good, bad = counts.get("pass", 0), counts.get("fail", 0)
    figure = Figure("share", Decimal(good), Decimal(good + bad), counts.get("undetermined", 0))
    # What falls due may be entered in another month: who did it has handed something in.
    known = good + bad > 0 and (
        _covers(rule, month.span, covered, pack) or (rule.check_kind == "due" and good > 0)
    )
    words = [name for name in ("fail", "undetermined", "pending", "pass") if counts.get(name)]
    readings = tuple(Reading("", month.name, name, None, {}) for name in words)
    return Bucket(month.name, month.span, figure if known else None, readings)


def _year_met(
    rule: Rule, buckets: Sequence[Bucket], months: Mapping[date, Month], last: date
) -> Figure | None:
    """Give the share of a year: passes added, and every finding once though several months list it."""
    own = [one for one in buckets if one.figure is not None and one.span.start.year == last.year]
    if not own:
        return None
    listed = [word for one in own for word in months[one.span.start].listed.get(rule.id, {}).items()]
    words = list(dict(listed).values())
    good = sum((one.figure.top for one in own if one.figure), Decimal(0))
    return Figure("share", good, good + words.count("fail"), words.count("undetermined"))


def _covers(rule: Rule, span: Period, covered: Covered, pack: Pack) -> bool:
    log = pack.logs.get(covered.counted.get(rule.id, ""))
    return log is None or covered.holds(log, rule.check.get("at"), span)


def _buckets(rule: Rule, month: Month, covered: Covered, pack: Pack) -> Iterator[Bucket]:
    groups: dict[str, list[Reading]] = {}
    unit = _unit(rule, pack)
    for one in _readings(rule, month):
        groups.setdefault(one.label, []).append(one)
    if not _is_long(unit):
        labels = sorted(groups)
        # A figure at a moment (`during`) is that of the last; figures of days and weeks add up.
        used = labels[-1:] if "during" in rule.check else labels
        groups = {month.name: [one for name in used for one in groups[name]]} if groups else {}
    for name, own in groups.items():
        span = _span(name, unit if _is_long(unit) else "month", pack) or month.span
        yield Bucket(name, span, _figure(rule, own, span, covered, pack), tuple(own))


def _figure(
    rule: Rule, readings: Sequence[Reading], span: Period, covered: Covered, pack: Pack
) -> Figure | None:
    """Give the figure of a bucket; nothing in it, and no row of its log in all that time, is no data."""
    figure = added(one.figure for one in readings)
    if figure is None or (figure.divides and not figure.bottom):
        return None
    known = figure.divides or figure.top != 0 or figure.bottom != 0
    return figure if known or _covers(rule, span, covered, pack) else None


def _readings(rule: Rule, month: Month) -> Iterator[Reading]:
    take: Take = rule.check.get("take", "count")
    if rule.kind != "statistic":
        for one in month.measured:
            if one.rule == rule.id and one.outcome not in ("no_data", "not_applicable"):
                figure = measured(take, one.values, one.outcome != "undetermined")
                region = _region(one.subject.get("region"))
                yield Reading(region, one.period or month.name, one.outcome, figure, one.values)
        return
    for table in month.statistics:
        for row in table.rows if table.rule == rule.id else ():
            cells = dict(zip(table.columns, row, strict=True))
            outcome = cells["outcome"] or _REACHED.get(str(cells.get("target_reached")), "")
            if outcome != "no_data":
                figure = measured(take, cells, outcome != "undetermined")
                yield Reading(
                    _region(cells.get("region")), cells["period"] or month.name, outcome, figure, cells
                )


def _region(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")


def _span(name: str, unit: Unit, pack: Pack) -> Period | None:
    """Give the days of a period that a report names so."""
    if isinstance(unit, Cycle):
        return unit.named(name)
    try:
        return parse_period(name, pack.periods)
    except UsageError:
        return None


def _before(buckets: Iterable[Bucket], now: Bucket | None) -> Bucket | None:
    """Give the period just before that of the month."""
    if now is None:
        return None
    day = now.span.start - timedelta(days=1)
    return next((one for one in buckets if one.span.end == day), None)


def _year(rule: Rule, buckets: Iterable[Bucket], last: date, now: Bucket | None) -> Figure | None:
    if "during" in rule.check:
        return None
    until = max(last, now.span.start) if now else last
    own = [one for one in buckets if one.span.start.year == last.year and one.span.start <= until]
    return added(one.figure for one in own)


def goal(one: Line, lang: str) -> str:
    """Give what is aimed at, `>95%`; limits that differ between subjects as the least and the most of them."""
    if not one.measures:
        return "" if one.rule.kind == "statistic" else "100%"
    percent = "%" if one.rule.check.get("take") == "share" else ""
    known = [reading.limits for bucket in one.buckets[-1:] for reading in bucket.readings]
    known = [reading.limits for reading in one.now.readings] if one.now else known
    said = []
    for name, sign in _LIMITS.items():
        values = sorted({Decimal(str(limits[name])) for limits in known if limits.get(name) is not None})
        if values:
            said.append(
                sign
                + "～".join(dict.fromkeys(f"{v.normalize():f}" for v in (values[0], values[-1])))
                + percent
            )
    per = _PER.get(str(one.rule.check.get("per")), Text("")).pick("zh" if lang == "zh" else "en")
    return "，".join(said) + (per if said and not percent else "")


_PER = {"region": Text("/片区", " a region"), "person": Text("/人", " a person")}


def _unit_shown(rule: Rule, pack: Pack) -> Text:
    """Give the unit of a rule's own figure: that of a parameter, or of the field it adds up."""
    if rule.check.get("take") == "share":
        return Text("")
    named = next((one.unit for one in rule.params.values() if one.unit and one.unit != "%"), "")
    log = pack.logs.get(str(rule.check.get("log")))
    field = (
        log.fields.get(str(rule.check.get("of")))
        if log and rule.check.get("take") in ("mean", "sum")
        else None
    )
    unit = named or (field.unit if field else "") or ("minutes" if field and field.type == "duration" else "")
    # A unit that a pack writes in Chinese alone is left out of English.
    return UNITS.get(unit, Text(unit, unit if unit.isascii() else " "))


def met(bucket: Bucket | None) -> str:
    """Give how a bucket came out, worst first: `fail`, `undetermined`, `behind`, `pending`, `pass`, `no_data`.

    "" where nothing is aimed at; `behind` is not due yet, and less than an even pace would have by now.
    """
    if bucket is None or bucket.figure is None:
        return "no_data"
    words = {
        "behind" if one.outcome == "pending" and one.limits.get("behind") else one.outcome
        for one in bucket.readings
    }
    return next((word for word in ("fail", "undetermined", "behind", "pending", "pass") if word in words), "")
