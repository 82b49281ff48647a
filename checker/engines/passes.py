"""The one pass over all subjects: the steps that several rules need, done once, with as few columns as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from checker.database import quote as quoted
from checker.engines.bits import Asked, Bit, Bits
from checker.engines.loose import Loose
from checker.engines.relations import Chain, has_match, is_summed, link_of
from checker.engines.shared import Names, SharedSteps, is_known, needed_steps, renamed, renamed_step
from checker.engines.weakest import weakest
from checker.plan.build import TRUE, and_, if_, is_null, is_true, lit, or_
from checker.plan.columns import added_by, exprs_of, this_names
from checker.plan.nodes import Call, Col, Derive, Expr, Lookup, Related, RulePlan, Step


@dataclass(frozen=True)
class Subjects:
    """The rows to judge: a query, the columns it gives, and those that tell its rows apart.

    `again` gives the query for the few whose identities a query names; `bounded`: there are few enough to count
    related rows for each; `log` is named where they are all its rows, `large` where those
    are better taken a piece at a time.
    """

    sql: str
    columns: frozenset[str]
    identity: tuple[str, ...]
    again: Callable[[str], str]
    bounded: bool = False
    log: str | None = None
    large: bool = False


class Pass:
    """Fills a chain. Whatever a row alone decides is kept as bits before anything is joined to it.

    Links by several keys group a whole log, while the rest of a suspicion often leaves few rows: unless `thorough`,
    they are not asked, and `hasty` names the rules that have more suspects for it.
    """

    def __init__(
        self,
        chain: Chain,
        subjects: Subjects,
        rules: Sequence[RulePlan],
        thorough: bool = False,
        kept: frozenset[str] = frozenset(),
        suspects: bool = True,
    ) -> None:
        """Fill the chain; `kept` are columns to keep besides, without `suspects` only totals can be asked."""
        self.chain, self.subjects, self.thorough, self.kept = chain, subjects, thorough, kept
        self.asks = _asks if suspects else _asks_for_totals
        self.hasty: set[str] = set()
        self.shared = SharedSteps()
        self.matches: dict[str, Related] = {}
        names = {rule.rule: self._admitted(rule) for rule in rules}
        steps = in_order(list(self._counted_by_lookup(self.shared.steps)), subjects.columns)
        early = list(takewhile(lambda step: isinstance(step, Derive), steps))
        self.late = steps[len(early) :]
        self.own = subjects.columns | {name for step in early for name in added_by(step)}
        self.known = self.own | {name for step in self.late for name in added_by(step)}
        self.bits = Bits("_e")
        self.reads: set[str] = set()
        self.weak: list[Expr] = []
        self.plain = not (self.late or self.matches)
        """Nothing is joined: the bits of the row alone are already what is asked."""
        self.asked = {rule.rule: self._parted(rule, names[rule.rule]) for rule in rules}
        if self.plain and suspects and kept and not subjects.bounded:
            self.weak = weakest(renamed(and_([rule.scope, rule.suspect]), names[rule.rule]) for rule in rules)
        self._write(early)

    @property
    def linked(self) -> list[Step]:
        """Give the steps that look beyond the row."""
        return [*(step for step in self.late if not isinstance(step, Derive)), *self.matches.values()]

    def ask(self, rule: RulePlan, bits: Bits) -> Asked:
        """Give the bits of one rule; scope, judged and applies are exact, a suspect may prove to be none."""
        loose = Loose(self.chain.w(), self.known, lambda n: f"w.{quoted(n)}" if n in self.matches else None)
        found: list[Bit] = []
        for first, rest in self.asked[rule.rule]:
            found.append(first if self.plain else bits.of(_both(self.bits.holds(first), loose.maybe(rest))))
        scope, judged, applies, suspect = [*found, False][:4]
        return Asked(scope, judged, applies, suspect, _both(bits.holds(suspect), bits.holds(scope)))

    def _parted(self, rule: RulePlan, names: Names) -> list[tuple[Bit, Expr]]:
        """Give, for all that is asked, what the row alone says as a bit, and what is left to ask once all is joined.

        What the scope says is not asked again.
        """
        found: list[tuple[Bit, Expr]] = []
        scope: list[Expr] = []
        for expr in self.asks(rule):
            parts = expr.args if isinstance(expr, Call) and expr.fn == "and" else (expr,)
            here = [part for part in (renamed(part, names) for part in parts) if part not in scope]
            scope = scope or here
            own = [part for part in here if self.plain or is_known([part], self.own)]
            self.reads |= this_names(own)
            first = Loose(self.chain.w(), self.own).maybe(and_(own[::-1]))
            found.append((self.bits.of(first), and_(part for part in here if part not in own)))
        return found

    def _admitted(self, rule: RulePlan) -> Names:
        """Take in the steps of one rule; what only a suspicion needs, where it is cheap for all rows at once."""
        names: Names = {}
        stored, unknown = self.subjects.columns, set[str]()
        for step in needed_steps(rule, _asks_for_totals(rule), stored):
            self.shared.admit(step, names)
        for step in needed_steps(rule, [rule.suspect] if self.asks is _asks else [], stored):
            known = is_known(exprs_of(step), stored | names.keys() - unknown)
            several = isinstance(step, Related) and len(step.match) > 1 and step.name not in names
            if known and several and not (self.thorough or self.subjects.bounded):
                self.hasty.add(rule.rule)
                known = False
            if known and (step.name in names or self._is_cheap(renamed_step(step, names))):
                self.shared.admit(step, names)
                continue
            unknown |= added_by(step)
            names.update({name: f"?{name}" for name in added_by(step)})
            if known and isinstance(step, Related) and step.match and not this_names([step.where]):
                names[step.name] = f"has{len(self.matches)}"
                self.matches[names[step.name]] = _related(renamed_step(step, names))
        return names

    def _counted_by_lookup(self, steps: Sequence[Step]) -> Iterator[Step]:
        """Give the steps with counts of rows that a lookup finds by the same unique key told from that lookup."""
        found = {link_of(s): s for s in steps if isinstance(s, Lookup) and s.at is None and self._is_cheap(s)}
        for step in steps:
            one = found.get(link_of(step)) if isinstance(step, Related) else None
            bare = (
                isinstance(step, Related)
                and not step.takes
                and step.where == TRUE
                and is_summed(self.chain, step)
            )
            if one is None or not bare or not isinstance(step, Related):
                yield step
                continue
            yes = is_true(Col(f"{one.name}.found", "bool"))
            unknown = or_(is_null(match.this) for match in step.match)
            yield Derive(step.name, if_(yes, lit(1), lit(0)))
            yield Derive(f"{step.name}_unknown", if_(unknown, lit(1), lit(0)))

    def _is_cheap(self, step: Step) -> bool:
        if isinstance(step, Lookup):
            return self.chain.simple(step)
        return not isinstance(step, Related) or self.subjects.bounded or is_summed(self.chain, step)

    def _write(self, early: Sequence[Step]) -> None:
        joins = [e for step in [*self.late, *self.matches.values()] for e in exprs_of(step)]
        needed = this_names([*joins, *(rest for parts in self.asked.values() for _, rest in parts)])
        needed |= {*self.subjects.identity, "_src", "_row", "_bad", *self.kept}
        used = needed | self.reads | this_names(e for step in early for e in exprs_of(step))
        listed = ", ".join(f"t.{quoted(c)}" for c in sorted(used & self.subjects.columns))
        self.chain.start(f"SELECT {listed} FROM ({self.subjects.sql}) t").add(early)
        self._sift()
        kept = [*(f"w.{quoted(c)}" for c in sorted(needed & self.own)), *self.bits.columns()]
        if any(isinstance(s, Related | Lookup) and not self._is_plain(s) for s in self.late):
            kept.append("row_number() OVER () AS _id")
        self.chain.then(f"SELECT {', '.join(kept)} FROM {self.chain.current} w").add(self.late)
        for name, step in self.matches.items():
            has_match(self.chain, step, name)

    def _sift(self) -> None:
        """Leave only rows that some rule may object to by its weakest bounds, before the bits of all are asked."""
        if self.weak:
            loose = Loose(self.chain.w(), self.own)
            either = " OR ".join(dict.fromkeys(f"({loose.maybe(one)})" for one in self.weak))
            self.chain.then(f"SELECT w.* FROM {self.chain.current} w WHERE {either}")

    def _is_plain(self, step: Related | Lookup) -> bool:
        return self.chain.simple(step) if isinstance(step, Lookup) else is_summed(self.chain, step)


def judged_of(rule: RulePlan) -> Expr:
    """Give the expression that says whether a subject is judged in this run."""
    return dict(rule.keep)["judged"]


def in_order(steps: Sequence[Step], stored: frozenset[str]) -> list[Step]:
    """Give the steps with what can be derived at once side by side, so that few layers are needed."""
    waiting, known, done = list(steps), set(stored), list[Step]()
    while waiting:
        ready: list[Step] = [
            s for s in waiting if isinstance(s, Derive) and is_known(exprs_of(s), known)
        ] or [s for s in waiting if is_known(exprs_of(s), known)][:1]
        assert ready, "a step reads a column that nothing gives"
        done += ready
        known |= {name for step in ready for name in added_by(step)}
        waiting = [s for s in waiting if s not in ready]
    return done


def _asks_for_totals(rule: RulePlan) -> list[Expr]:
    return [rule.scope, judged_of(rule), rule.applies]


def _asks(rule: RulePlan) -> list[Expr]:
    return [*_asks_for_totals(rule), rule.suspect]


def _both(one: str, two: str) -> str:
    if "FALSE" in (one, two):
        return "FALSE"
    return two if one == "TRUE" else one if two == "TRUE" else f"{one} AND {two}"


def _related(step: Step) -> Related:
    assert isinstance(step, Related)
    return step
