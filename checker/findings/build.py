"""Hits → findings on one screen: drafts → duplicates → waivers → penalties → evidence → findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from checker.findings import evidence, figures, penalties, tallies, waiving
from checker.findings.drafts import Draft
from checker.findings.frames import Frame, frame
from checker.findings.layouts import Layouts, digest
from checker.findings.sifting import QUIET, sifted
from checker.findings.waivers import Waiver
from checker.memory import collector_at_rest
from checker.model import (
    OUTCOMES,
    Evidence,
    Figures,
    Finding,
    Hit,
    HitBatch,
    HitTable,
    Outcome,
    Problem,
    RunInfo,
)

if TYPE_CHECKING:
    from checker.language.compile import Compiled
    from checker.logs.tables import Tables

TOTALS: tuple[Outcome, ...] = (
    "fail",
    "pending",
    "undetermined",
    "no_data",
    "pass",
    "not_checked",
    "not_applicable",
)
_NO_VERDICT: Mapping[str, tuple[Outcome, ...]] = {"statistic": ("pass", "fail"), "merit": ("fail",)}
_RANK = {
    "fail": 0,
    "undetermined": 1,
    "pending": 2,
    "not_checked": 3,
    "no_data": 4,
    "pass": 5,
    "not_applicable": 6,
}


@dataclass(frozen=True)
class Built:
    """Findings in report order, statistics apart, counts, and what was wrong with the waivers.

    `findings` holds every outcome that was asked for, also findings displaced by an overlap (not applicable).
    `totals` counts judged subjects of every rule by outcome; `by_rule` the same for each rule.
    """

    findings: tuple[Finding, ...]
    statistics: tuple[Figures, ...]
    totals: dict[str, int]
    by_rule: dict[str, dict[str, int]]
    problems: tuple[Problem, ...] = ()


@collector_at_rest()
def build(
    compiled: Compiled,
    hits: Iterable[Hit],
    tables: Tables | None,
    run: RunInfo,
    waived: Sequence[Waiver] = (),
    *,
    all_findings: bool = True,
    counts: Mapping[str, Mapping[str, int]] | None = None,
    listed: Iterable[HitBatch | HitTable] = (),
) -> Built:
    """Turn hits into findings with penalties.

    Args:
        compiled: the rules that ran; a hit of any other rule is a bug.
        hits: in any order; the result does not depend on it.
        tables: where the keys of evidence rows are looked up; None leaves them empty.
        run: names the inputs that `Hit.evidence` counts by.
        waived: waivers, from `waivers.load`.
        all_findings: false: passes and what is not applicable are counted but not built.
        counts: further judged subjects by rule and outcome that an engine only counted.
        listed: further hits of statistics, taken a batch at a time and first of all.
    """
    frames = {rule_id: frame(compiled, rule_id) for rule_id in compiled.rules}
    tally: dict[str, Counter[str]] = {
        rule_id: Counter(counts.get(rule_id, {})) if counts else Counter() for rule_id in frames
    }
    gathered = figures.Gathered(frames)
    some = sifted(listed, frames, gathered, tally)
    hits = [*hits, *some]
    gathered.add(hit for hit in hits[: len(hits) - len(some)] if frames[hit.rule].rule.kind == "statistic")
    drafts = _once(_drafts(hits, frames, tally, all_findings))
    del hits, some  # one that is not a finding is let go of
    rules = {rule_id: one.rule for rule_id, one in compiled.rules.items()}
    added = compiled.pack.tallies
    mine = tuple(one for one in waived or () if one.rule not in added)
    names = waiving.names_of(compiled, tables) if waived else {}
    problems = waiving.apply(drafts, mine, rules, _day(compiled.as_of), names)
    settled = penalties.settle(drafts)
    trips = tallies.drafts(compiled, settled, penalties.possible(drafts)) if added else []
    problems += waiving.apply_to_tallies(trips, waived or (), compiled, names)
    judged = [one for one in (*drafts, *trips) if one.judged]
    del drafts, settled, trips
    for (rule_id, outcome), number in Counter((one.frame.rule.id, one.outcome) for one in judged).items():
        tally.setdefault(rule_id, Counter())[outcome] += number
    done = tuple(
        one
        for one in _findings(judged, compiled, tables, run)
        if all_findings or one.kind != "statistic" or one.outcome not in QUIET
    )
    return Built(
        done,
        gathered.tables(),
        {name: sum(count[name] for count in tally.values()) for name in TOTALS},
        {
            rule_id: {name: count[name] for name in OUTCOMES if count[name]}
            for rule_id, count in tally.items()
        },
        problems,
    )


def _drafts(
    hits: Iterable[Hit], frames: Mapping[str, Frame], tally: dict[str, Counter[str]], everything: bool
) -> Iterable[Draft]:
    layouts = {rule: Layouts(one) for rule, one in frames.items()}
    for hit in hits:
        one = frames[hit.rule]
        outcome = _outcome(hit, one)
        judged = _is_judged(hit)
        if not judged and not _remembered(outcome, one):
            continue
        if outcome in QUIET and not everything and not _is_told(outcome, one):
            tally[hit.rule][outcome] += 1
            continue
        yield _draft(hit, layouts[hit.rule], outcome, judged)


def _is_told(outcome: Outcome, one: Frame) -> bool:
    """Tell whether what passes or does not apply is told of all the same: a merit, and records of a statistic."""
    if one.rule.kind == "statistic":
        return one.compiled.record_log is not None
    return one.rule.kind == "merit" and outcome == "pass"


def _remembered(outcome: Outcome, one: Frame) -> bool:
    """Tell whether an earlier row still matters: to an escalation, a cap, or as what may add to a tally."""
    doubtful = outcome == "undetermined" and "units" in one.rule.terms
    return outcome == "fail" or doubtful or (outcome == "pass" and one.rule.kind == "merit")


def _is_judged(hit: Hit) -> bool:
    return hit.values.get("judged") is not False


def _outcome(hit: Hit, one: Frame) -> Outcome:
    """Give the outcome of a hit; a statistic is a figure and passes or fails nothing, a merit not met is no fail."""
    return "not_applicable" if hit.outcome in _NO_VERDICT.get(one.rule.kind, ()) else hit.outcome


def _draft(hit: Hit, layouts: Layouts, outcome: Outcome, judged: bool) -> Draft:
    row, one = hit.values, layouts.frame
    layout = layouts.of(row)
    subject, begun = layout.begun(row)
    person = subject.get(one.person_key) if one.person_key else None
    at, period, record = row.get("at"), _text(row.get("period")), _text(row.get("record"))
    return Draft(
        hit,
        one,
        outcome,
        judged,
        subject,
        layout,
        None if person in (None, "") else str(person),
        period,
        record,
        _day(at) if isinstance(at, date) else None,
        digest(begun, period, record),
        hit.evidence,
    )


def _text(value: Any) -> str | None:
    return value if value is None or value.__class__ is str else str(value)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _once(drafts: Iterable[Draft]) -> list[Draft]:
    """Keep one draft of each fingerprint, so that a row entered twice never makes a second fine.

    The worst outcome stays, with the evidence of all. Rows whose key is blank cannot be told apart by it:
    they are different things, and get their day and a number each, in file order.
    """
    first: dict[str, Draft] = {}
    again: dict[str, list[Draft]] = {}
    for one in drafts:
        if first.setdefault(one.fingerprint, one) is not one:
            again.setdefault(one.fingerprint, [first[one.fingerprint]]).append(one)
    if not again:
        return list(first.values())
    kept: list[Draft] = []
    for name, one in first.items():
        group = again.get(name, [one])
        if len(group) > 1 and _nameless(one):
            kept += _numbered(group)
        else:
            kept.append(one if len(group) == 1 else _merged(group))
    return kept


def _nameless(one: Draft) -> bool:
    return one.frame.compiled.record_log is not None and (not one.record or "" in one.record.split("|"))


def _numbered(group: list[Draft]) -> list[Draft]:
    """Tell rows without a key apart; what passed is counted last, so that it moves no number of a fail."""
    again: Counter[str] = Counter()
    for one in sorted(group, key=lambda one: (one.outcome in QUIET, one.in_time(), one.evidence)):
        day = one.at.isoformat() if one.at else ""
        again[day] += 1
        one.fingerprint = one.layout.fingerprint(one.subject, one.period, one.record, (day, again[day]))
    return group


def _merged(group: list[Draft]) -> Draft:
    """Give the worst of several drafts of one thing, proved by the rows of all."""
    worst = min(group, key=lambda one: (_RANK[one.outcome], not one.judged, one.in_time(), one.evidence))
    worst.evidence = tuple(sorted({row for one in group for row in one.evidence}))
    worst.judged = any(one.judged for one in group)
    return worst


def _sorted(drafts: Iterable[Draft]) -> list[Draft]:
    """Give drafts in report order: by clause, then whom they are about."""
    known: dict[int, list[str]] = {}  # by which subject it is: many share theirs

    def key(one: Draft) -> tuple[Any, ...]:
        who = known.get(id(one.subject))
        if who is None:
            who = ["" if value is None else str(value) for value in one.subject.values()]
            known[id(one.subject)] = who
        return one.frame.order, who, one.period or "", one.record or "", one.frame.rule.id, one.fingerprint

    return sorted(drafts, key=key)


def _findings(
    judged: list[Draft], compiled: Compiled, tables: Tables | None, run: RunInfo
) -> Iterator[Finding]:
    """Give the findings in report order; each draft is let go of, so that the findings take its place in memory."""
    rows = (row for one in judged for row in one.evidence)
    known = evidence.own_keys(judged, compiled.pack, tables)
    proof = evidence.resolve(rows, compiled.pack, tables, run.inputs, known)
    del known
    judged[:] = reversed(_sorted(judged))
    while judged:
        yield _finding(judged.pop(), proof)


def _finding(one: Draft, proof: Mapping[evidence.Row, Evidence]) -> Finding:
    rule, rows = one.frame.rule, one.evidence
    return Finding(
        one.fingerprint,
        rule.id,
        rule.clause,
        rule.kind,
        one.outcome,
        rule.severity,
        one.subject,
        one.period,
        one.at.isoformat() if one.at else None,
        one.layout.record(one.record),
        one.layout.values(one.hit.values),
        penalties.penalty_of(one),
        one.layout.message(one),
        rule.title,
        (proof[rows[0]],) if len(rows) == 1 else tuple([proof[row] for row in dict.fromkeys(rows)]),
        one.waiver,
        one.layout.marks(one),
        one.superseded_by,
        penalties.reward_of(one),
    )
