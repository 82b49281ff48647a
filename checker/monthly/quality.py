"""Section six: how far the data can be relied on, in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from checker.language.pack import Pack
from checker.model import Lang, Problem, Report
from checker.monthly.words import said
from checker.papers.expected import EMPTY, LATE, MISSING, OTHER, QUIET, Expected
from checker.papers.month import Section, Table

_OUTCOMES = ("undetermined", "not_checked", "no_data", "pending")
_RETURNED, _LOOKED_AT = ("error",), ("warning",)


def quality(pack: Pack, report: Report, expected: Sequence[Expected], lang: Lang) -> Section:
    """Give section six: logs that did not come, data to be returned, and what could not be told."""
    whole = [one for one in expected if one.region is None]
    missing = [one for one in whole if one.state == MISSING and (one.monthly or one.clauses)]
    absent = [one for one in whole if one.state in (EMPTY, QUIET, LATE, OTHER)]
    rows = [
        ("missing", len(missing), _titles(missing, lang)),
        ("absent", len(absent), _titles(absent, lang)),
        ("returned", *_problems(report.problems, _RETURNED, pack, lang)),
        ("warnings", *_problems(report.problems, _LOOKED_AT, pack, lang)),
        *((word, report.totals.get(word, 0), _clauses(report, word, pack, lang)) for word in _OUTCOMES),
    ]
    heads = tuple(said(name, lang) for name in ("item", "number", "which"))
    cells = tuple((said(name, lang), str(many), which) for name, many, which in rows)
    return Section(said("quality", lang), (Table(heads, cells, (22, 8, 66)),))


def _titles(lines: Iterable[Expected], lang: Lang) -> str:
    return _joined([one.title.pick(lang) for one in lines], lang)


def _problems(problems: Iterable[Problem], levels: Sequence[str], pack: Pack, lang: Lang) -> tuple[int, str]:
    by: Counter[str] = Counter()
    for one in problems:
        if one.level in levels:
            log = pack.logs.get(one.log or "")
            by[log.title.pick(lang) if log else said("unnamed", lang)] += 1
    return sum(by.values()), _joined([f"{name} {many}" for name, many in sorted(by.items())], lang)


def _clauses(report: Report, word: str, pack: Pack, lang: Lang) -> str:
    """Give the clauses whose rules came out so, with how often."""
    by: Counter[str] = Counter()
    clause = {rule.id: rule.clause for rule in pack.rules} | {
        one.id: one.clause for one in pack.tallies.values()
    }
    for rule, counts in report.by_rule.items():
        by[clause.get(rule, rule)] += counts.get(word, 0)
    order = {ref: at for at, ref in enumerate(pack.clauses)}
    refs = sorted((ref for ref in by if by[ref]), key=lambda ref: (order.get(ref, len(order)), ref))
    return _joined([f"{ref}（{by[ref]}）" if lang == "zh" else f"{ref} ({by[ref]})" for ref in refs], lang)


def _joined(words: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(words) or said("none", lang)
