"""The whole report on one screen: check the month and those before it, then seven sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checker import pipeline
from checker.calendar import parse_period, period_of
from checker.diagnostics import UsageError
from checker.language.compile import Compiled
from checker.language.pack import Pack
from checker.ledger.entries import Entry
from checker.ledger.store import head
from checker.logs.tables import Tables
from checker.model import Lang, Report, Text
from checker.monthly.causes import Counted, counted, tables_of
from checker.monthly.lines import Line, chosen, goal, line, measures, met
from checker.monthly.months import Covered, Month, covered, judged, measured, month_of, months_before
from checker.monthly.overall import named, overall, regions, shown
from checker.monthly.quality import quality
from checker.monthly.sanctions import sanctions
from checker.monthly.words import said
from checker.papers.expected import Expected, expected
from checker.papers.month import NUMBERS, WORDS, MonthPaper, Section, Table

BLANKS = 4
"""Lines that are left to be filled in by hand."""


@dataclass(frozen=True)
class Asked:
    """What a report is asked of: the logs, the month, the cut-off, how many months its trends show."""

    paths: Sequence[Path]
    rules: Path
    period: str
    as_of: str
    months: int = 12
    waivers: Path | None = None
    lang: Lang = "zh"


@dataclass(frozen=True)
class _Seen:
    """What was asked of the tables while they were open."""

    pack: Pack
    before: dict[date, Month]
    measured: Report | None
    covered: Covered
    causes: list[Counted]
    expected: tuple[Expected, ...]
    regions: tuple[str, ...]


def month_paper(asked: Asked, entries: Sequence[Entry] | None = None) -> tuple[MonthPaper, Report]:
    """Give the report of a month, and that of `check` on which it rests; `entries`: those of the ledger, if any.

    Raises:
        CheckerError: the period is no month, or the rules or logs cannot be used.
    """
    start = month_start(asked.period)
    seen: list[_Seen] = []
    report = pipeline.check(
        list(asked.paths),
        rules=asked.rules,
        period=asked.period,
        as_of=asked.as_of,
        waivers=asked.waivers,
        look=lambda compiled, tables: seen.append(_look(compiled, tables, start, asked.months)),
    )
    return _paper(asked, seen[0], start, report, entries), report


def month_start(period: str) -> date:
    """Give the first day of the month that a period is.

    Raises:
        UsageError: it is no month.
    """
    span = parse_period(period)
    if period_of(span.start, "month") != span:
        raise UsageError.of(
            "bad-period",
            Text(
                f"质量月报只按月出：“{period}”不是一个月", f"the report is one of a month: '{period}' is none"
            ),
            Text("请写成 2026-10", "write 2026-10"),
        )
    return span.start


def _look(compiled: Compiled, tables: Tables, start: date, months: int) -> _Seen:
    pack, as_of = compiled.pack, compiled.as_of
    measure = {rule.id for one, rule in chosen(pack) if measures(one, rule, pack)}
    firsts = months_before(start, months)
    return _Seen(
        pack,
        judged(pack, tables, firsts, as_of, measure),
        measured(pack, tables, compiled.period, as_of, measure),
        covered(compiled, tables),
        counted(pack, tables, firsts[0], start),
        expected(compiled, tables),
        _regions(pack, tables),
    )


def _regions(pack: Pack, tables: Tables) -> tuple[str, ...]:
    if pack.regions is None:
        return ()
    return tuple(
        dict.fromkeys(str(key) for (key,) in tables.rows(pack.regions.log, [pack.regions.key]) if key)
    )


def _paper(
    asked: Asked, seen: _Seen, start: date, report: Report, entries: Sequence[Entry] | None
) -> MonthPaper:
    pack, lang, month = seen.pack, asked.lang, f"{start:%Y-%m}"
    months = {**seen.before, start: month_of(report, seen.measured)}
    lines = [line(one, rule, months, seen.covered, pack) for one, rule in chosen(pack)]
    trend = sorted(months)[-asked.months :]
    missed = [one for one in lines if met(one.now) == "fail"]
    sections = (
        overall(lines, month, trend, lang),
        regions(lines, pack, seen.regions, lang),
        sanctions(pack, report, entries, month, lang),
        _problems(missed, tables_of(seen.causes, seen.covered, start, pack, lang), lang),
        _filled("measures", ("problem", "owner", "action", "by", "done"), (24, 14, 34, 12, 12), missed, lang),
        quality(pack, report, seen.expected, lang),
        _filled("next", ("focus", "owner", "by"), (60, 18, 18), (), lang),
    )
    policy = (pack.policy.name if pack.policy.name.zh else pack.title).pick(lang)
    return MonthPaper(
        lang,
        pack.papers.company.pick(lang),
        WORDS["title"].pick(lang),
        f"{policy}　{WORDS['month'].pick(lang).format(month=month, as_of=asked.as_of)}",
        _foot(report, entries, lang),
        tuple(_numbered(at, one, lang) for at, one in enumerate(sections)),
        pack.papers.report.signers,
    )


def _foot(report: Report, entries: Sequence[Entry] | None, lang: Lang) -> str:
    run = report.run
    return (
        WORDS["foot"]
        .pick(lang)
        .format(
            pack=run.pack,
            version=run.version,
            rules=run.rules_sha256[:16],
            ledger=WORDS["no_ledger"].pick(lang) if entries is None else head(entries)[:16],
        )
    )


def _numbered(at: int, section: Section, lang: Lang) -> Section:
    number = f"{NUMBERS[at]}、" if lang == "zh" else f"{at + 1}. "
    return Section(f"{number}{section.title}", section.tables, section.charts, section.notes)


def _problems(missed: Sequence[Line], causes: tuple[Table, ...], lang: Lang) -> Section:
    """Give section four: causes as the logs have them, and goals that were missed with room for the analysis."""
    rows = [(named(one, lang), _said_of(one, lang), "") for one in missed]
    rows += [("", "", "")] * max(BLANKS - len(rows), 1)
    heads = tuple(said(name, lang) for name in ("problem", "figures", "why"))
    return Section(said("problems", lang), (*causes, Table(heads, tuple(rows), (22, 24, 50), entry=0)))


def _said_of(one: Line, lang: Lang) -> str:
    figure = shown(one.now.figure if one.now else None, lang, unit=one.unit.pick(lang))
    return f"{figure}（{said('goal', lang)} {goal(one, lang)}）"


def _filled(
    title: str, heads: tuple[str, ...], widths: tuple[int, ...], missed: Sequence[Line], lang: Lang
) -> Section:
    rows = [(named(one, lang), *[""] * (len(heads) - 1)) for one in missed]
    rows += [("",) * len(heads)] * max(BLANKS - len(rows), 1)
    return Section(
        said(title, lang), (Table(tuple(said(name, lang) for name in heads), tuple(rows), widths, entry=0),)
    )
