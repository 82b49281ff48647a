"""What the tests of a pack touch: outcomes of each rule, dated values of parameters, penalties, waivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from checker.database import connect
from checker.language import load_pack
from checker.language.compile import CompiledRule, compile_pack
from checker.language.lint_firing import never_met
from checker.language.pack import Pack, Parameter, Rule
from checker.language.schedule import RunSpec
from checker.model import Finding, Period
from checker.packtest.bench import Prepared, prepare
from checker.packtest.compare import FIGURE, actual, found_in
from checker.plan import build as b

WORDS = ("pass", "fail", "pending", "undetermined", "not_checked", "no_data")


@dataclass(frozen=True)
class Covered:
    """One rule: `missing` outcomes it can give and no test shows, dated values and parts of its penalty not seen.

    A statistic has no verdict; its outcome is `figure`.
    """

    rule: str
    tests: int
    seen: tuple[str, ...]
    missing: tuple[str, ...]
    parameters: tuple[str, ...]
    penalties: tuple[str, ...]
    waiver_unseen: bool

    @property
    def enough(self) -> bool:
        """Tell whether a pass and a fail are seen, so far as the rule has them, or the figure of a statistic."""
        return bool(self.seen) and not {"pass", "fail", FIGURE} & set(self.missing)


@dataclass(frozen=True)
class Coverage:
    """All rules of a pack, in its order, and the dated values of the pack's own parameters that no test touches."""

    rules: tuple[Covered, ...]
    parameters: tuple[str, ...]


def coverage(folder: Path) -> Coverage:
    """Give what the tests of a pack touch.

    Raises:
        CheckerError: the pack or a test file cannot be read.
    """
    pack = load_pack(folder)
    with connect() as db:
        db.expect_little()
        bench = prepare(pack, folder, db)
        shown = {rule.id: list(_shown(pack, rule, bench.tests.get(rule.id, ()))) for rule in pack.rules}
    made = {rule.id: _compiled(pack, rule) for rule in pack.rules}
    rules = tuple(_covered(pack, made[rule.id], shown[rule.id]) for rule in pack.rules)
    own = {
        name: [
            days
            for one in made.values()
            if name in one.uses_params
            for days in _days(name, shown[one.rule.id])
        ]
        for name in pack.parameters
    }
    return Coverage(rules, tuple(_untouched(pack.parameters.values(), own)))


Shown = tuple[Prepared, Sequence[Finding]]


def _shown(pack: Pack, rule: Rule, tests: Sequence[Prepared]) -> Iterator[Shown]:
    """Give the findings of a rule in each test that is about it."""
    for one in tests:
        if one.case.rule == rule.id:
            yield one, [found for found in found_in(one.report(pack)) if found.rule == rule.id]


def _covered(pack: Pack, made: CompiledRule, shown: Sequence[Shown]) -> Covered:
    rule = made.rule
    findings = [found for _, found_here in shown for found in found_here]
    seen = {FIGURE if FIGURE in one.values else str(one.outcome) for one in findings}
    can = possible(pack, made)
    own = {name: _days(name, shown) for name in rule.params}
    mine = [one for name, one in rule.params.items() if name in made.uses_params]
    waived = any(one.waiver for one in findings)
    return Covered(
        rule.id,
        len(shown),
        tuple(word for word in can if word in seen),
        tuple(word for word in can if word not in seen),
        tuple(_untouched(mine, own)),
        tuple(_penalties(rule, findings)),
        rule.waivable is not None and not waived,
    )


def possible(pack: Pack, one: CompiledRule) -> tuple[str, ...]:
    """Give the outcomes a rule can give when all its logs are handed in, as its plan and conditions say.

    `figure` stands for that of a statistic. What `require` can never meet has no pass, a merit no fail.
    """
    rule, anatomy = one.rule, one.anatomy
    words = {rung.word for rung in anatomy.ladder if rung.condition != b.FALSE} if anatomy else set()
    if rule.kind == "statistic":
        return (FIGURE, *(word for word in ("undetermined", "no_data") if word in words))
    words |= set() if rule.kind == "merit" else {"fail"}
    words -= {"pass"} if never_met(pack, rule) else set()
    if rule.check_kind == "attest" and rule.check.get("per") == "company":
        words -= {"undetermined"}  # the company is always there, and an answer that cannot be read is none
    return tuple(word for word in WORDS if word in words)


def _compiled(pack: Pack, rule: Rule) -> CompiledRule:
    """Give a rule compiled for the days after it came into force."""
    day = rule.effective.start + timedelta(days=31)
    spec = RunSpec(Period(day, day), datetime.combine(day + timedelta(days=40), time.min))
    return compile_pack(pack, spec, [rule.id]).rules[rule.id]


def _days(name: str, shown: Iterable[Shown]) -> list[tuple[date, date]]:
    """Give the days on which findings of tests used the pack's value: first and last, those of a day being one."""
    found = []
    for one, findings in shown:
        if name in one.case.params:
            continue
        for finding in findings:
            day = date.fromisoformat(finding.at[:10]) if finding.at else None
            span = one.case.period
            if finding.outcome != "not_applicable" or FIGURE in finding.values:
                found.append((day or span.start, day or span.end))
    return found


def _untouched(parameters: Iterable[Parameter], days: Mapping[str, list[tuple[date, date]]]) -> Iterator[str]:
    """Give `name@date` for every dated value in whose time no finding of a test lies."""
    for one in parameters:
        starts = [day for day, _ in one.values]
        for at, start in enumerate(starts):
            until = starts[at + 1] if at + 1 < len(starts) else date.max
            first = date.min if at == 0 else start
            if not any(a < until and b >= first for a, b in days.get(one.name, ())):
                yield f"{one.name}@{start.isoformat()}"


def _penalties(rule: Rule, findings: Sequence[Finding]) -> Iterator[str]:
    """Give the parts of a penalty that no fail of a test shows: the fine, each grade, band and step."""
    fails = [one for one in findings if one.outcome == "fail"]
    penalty = rule.penalty or {}
    fine = penalty.get("fine") or {}
    for form, spec in fine.items():
        if form == "graded":
            seen = {str(actual(spec["by"], one)) for one in fails}
            yield from (f"graded:{grade}" for grade in spec["table"] if str(grade) not in seen)
        elif form == "bands":
            yield from _bands(spec, fails)
        elif not any(one.penalty and one.penalty.fine for one in fails):
            yield form
    yield from _steps(penalty, fails)
    shown = {name for one in fails if one.penalty for name in one.penalty.measures}
    yield from (f"measure:{name}" for name in penalty.get("measures", ()) if name not in shown)


def _bands(spec: Mapping[str, Any], fails: Sequence[Finding]) -> Iterator[str]:
    amounts = [found for one in fails if (found := _number(actual(spec["by"], one))) is not None]
    low: Any = None
    for band in spec["table"]:
        top = band.get("up_to")
        if not any((low is None or one > low) and (top is None or one <= top) for one in amounts):
            yield f"band:{'' if top is None else top}"
        low = top


def _number(value: Any) -> Any:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _steps(penalty: Mapping[str, Any], fails: Sequence[Finding]) -> Iterator[str]:
    """Give the steps of an escalation for which no one in the tests has failed often enough."""
    counts: dict[Any, int] = {}
    for one in fails:
        who = one.penalty.liable if one.penalty else None
        counts[who] = counts.get(who, 0) + 1
    most = max(counts.values(), default=0)
    for step in (penalty.get("escalation") or {}).get("steps", ()):
        for word in ("from", "each"):
            if isinstance(step.get(word), int) and most < step[word]:
                yield f"escalation:{word} {step[word]}"
