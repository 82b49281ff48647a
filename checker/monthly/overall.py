"""Sections one and two: goals against figures, their trends, and the regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from checker.language.pack import Pack
from checker.model import Lang
from checker.monthly.figures import Figure, added
from checker.monthly.lines import Bucket, Line, Reading, goal, met
from checker.monthly.words import MET, said
from checker.papers.month import NO_DATA, Chart, Section, Table

CHARTS = 6
_WIDTHS = (27, 9, 20, 16, 20, 9)


def overall(lines: Sequence[Line], month: str, trend: Sequence[date], lang: Lang) -> Section:
    """Give section one: a row a figure, and charts of those with at least two periods of data."""
    heads = tuple(said(name, lang) for name in ("indicator", "goal", "now", "before", "year", "met"))
    rows = tuple(_row(one, month, lang) for one in lines)
    charts = tuple(_charts(lines, trend, lang))
    notes = [said("other_period", lang)] + ([] if charts else [said("few", lang)])
    return Section(said("overall", lang), (Table(heads, rows, _WIDTHS),), charts, tuple(notes))


def shown(figure: Figure | None, lang: Lang, label: str = "", unit: str = "") -> str:
    """Give a figure, what of it could not be told, and the period where it is not the month."""
    if figure is None or figure.value is None:
        return NO_DATA.pick(lang)
    text = figure.text(unit)
    if lang == "en":
        text = text.replace("（", " (").replace("）", ")")
    more = [f"[{label}]"] if label else []
    more += [said("unsure", lang, n=figure.unsure)] if figure.unsure else []
    between = " " if lang == "zh" or label else "; "
    return (
        f"{text.strip()}{between}{'；'.join(more) if lang == 'zh' else '; '.join(more)}".strip()
        if more
        else text.strip()
    )


def outcome(bucket: Bucket | None, lang: Lang) -> str:
    """Give whether the goal was met, in a word."""
    word = met(bucket)
    return NO_DATA.pick(lang) if word == "no_data" else MET[word].pick(lang)


def named(one: Line, lang: Lang) -> str:
    """Give the name of a figure; a share of what met a rule is told by what the rule is called, where nobody named it."""
    title = one.title.pick(lang)
    if one.measures or one.indicator.title.zh:
        return title
    return f"{title}：合格率" if lang == "zh" else f"{title}: share that met it"


def _row(one: Line, month: str, lang: Lang) -> tuple[str, ...]:
    other = one.now is not None and one.now.label != month
    title = (
        f"{named(one, lang)}（{one.rule.clause}）"
        if lang == "zh"
        else f"{named(one, lang)} ({one.rule.clause})"
    )
    return (
        title,
        goal(one, lang) or "—",
        _of(one, one.now, other, lang),
        _of(one, one.before, other, lang),
        "—"
        if one.measures and "during" in one.rule.check
        else shown(one.year, lang, unit=one.unit.pick(lang)),
        outcome(one.now, lang),
    )


def _of(one: Line, bucket: Bucket | None, other: bool, lang: Lang) -> str:
    """Give the figure of a period, with its name where it is no month."""
    if bucket is None:
        return shown(None, lang)
    return shown(bucket.figure, lang, bucket.label if other else "", one.unit.pick(lang))


def _charts(lines: Iterable[Line], trend: Sequence[date], lang: Lang) -> Iterable[Chart]:
    found = [chart for one in lines if (chart := _chart(one, trend, lang)) is not None]
    return found[:CHARTS]


def _chart(one: Line, trend: Sequence[date], lang: Lang) -> Chart | None:
    """Give the chart of one figure from the first period with data on; None of fewer than two with data."""
    first, last = trend[0], trend[-1]
    own = [b for b in one.buckets if b.span.end >= first and b.span.start <= _end(one, last)]
    values = [None if b.figure is None else b.figure.value for b in own]
    while values and values[0] is None:
        own, values = own[1:], values[1:]
    if sum(value is not None for value in values) < 2:
        return None
    unit = "%" if not one.measures or one.rule.check.get("take") == "share" else ""
    return Chart(named(one, lang), unit, tuple(b.label for b in own), tuple(values), _aim(one))


def _end(one: Line, last: date) -> date:
    return max(last, one.now.span.start) if one.now else last


def _aim(one: Line) -> Decimal | None:
    """Give the limit of a figure where there is one for all; sums over many subjects have none to compare with."""
    if not one.measures or one.now is None or len(one.now.readings) != 1:
        return None
    limits = [one.now.readings[0].limits.get(name) for name in ("more_than", "min", "less_than", "max")]
    known = [Decimal(str(limit)) for limit in limits if isinstance(limit, (int, float))]
    return known[0] if len(known) == 1 else None


def regions(lines: Sequence[Line], pack: Pack, order: Sequence[str], lang: Lang) -> Section:
    """Give section two: figures of rules that judge regions, never those of the people in them."""
    title = said("regions", lang)
    if pack.regions is None and not any(_is_regional(one) for one in lines):
        return Section(title, notes=(said("no_regions", lang),))
    own = [one for one in lines if _is_regional(one)]
    if not own:
        return Section(title, notes=(said("no_region_figures", lang),))
    cells = {one.rule.id: _by_region(one) for one in own}
    names = list(dict.fromkeys([*order, *(name for by in cells.values() for name in sorted(by))]))
    heads = (said("region", lang), *(_head(one, lang) for one in own))
    rows = tuple((name, *(_cell(one, cells[one.rule.id].get(name), lang) for one in own)) for name in names)
    return Section(title, (Table(heads, rows, (2, *[3] * len(own))),))


def _is_regional(one: Line) -> bool:
    return one.measures and one.rule.check.get("per") == "region"


def _head(one: Line, lang: Lang) -> str:
    aim = goal(one, lang)
    return (
        f"{named(one, lang)}（{aim}）"
        if aim and lang == "zh"
        else f"{named(one, lang)} ({aim})"
        if aim
        else named(one, lang)
    )


def _by_region(one: Line) -> Mapping[str, Bucket]:
    if one.now is None or one.now.figure is None:
        return {}
    found: dict[str, list[Reading]] = {}
    for reading in one.now.readings:
        found.setdefault(reading.region, []).append(reading)
    return {
        name: Bucket(one.now.label, one.now.span, added(reading.figure for reading in own), tuple(own))
        for name, own in found.items()
    }


def _cell(one: Line, bucket: Bucket | None, lang: Lang) -> str:
    text = shown(bucket.figure if bucket else None, lang, unit=one.unit.pick(lang))
    word = met(bucket)
    if word not in ("fail", "undetermined", "pending", "behind"):
        return text
    sign = {"fail": "未达成" if lang == "zh" else "missed"}.get(word, MET[word].pick(lang))
    return f"{text}（{sign}）" if lang == "zh" else f"{text} ({sign})"
