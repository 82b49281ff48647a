"""Runs a plan: values are measured by the shared steps in the database, and every condition decided by the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain as one_by_one
from itertools import islice
from typing import Any

from checker.engines.base import EngineTables, Result, Unsupported
from checker.engines.durable.atoms import Fields, comparable
from checker.engines.durable.faults import refused
from checker.engines.durable.fields import Codes, encoder
from checker.engines.durable.network import BATCH, Network
from checker.engines.durable.rulesets import Choice, Label, Settled, Word, labelled, rulesets
from checker.engines.durable.settle import Conds, Settler
from checker.engines.job import QUIET
from checker.engines.prepared import Prepared
from checker.engines.relations import Chain
from checker.engines.sql import Writer
from checker.model import Hit, Text
from checker.plan.columns import added_by, evidence_of, exprs_of, this_names
from checker.plan.evaluate import World
from checker.plan.nodes import Call, Derive, Expr, Lit, Plan, RulePlan, Step

REMEMBERED = 100_000
Decided = tuple[Label, tuple[Any, ...]]


class DurableEngine:
    """Decides with durable_rules in a child process, or in the one that is given, which stays open."""

    def __init__(self, network: Network | None = None) -> None:
        self.network = network

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule, in plan order.

        Raises:
            UsageError: durable_rules is missing, failed, or cannot be trusted with a rule or a value.
        """
        job = Prepared(plan, tables, every)
        hits: list[Hit] = []
        counts: dict[str, dict[str, int]] = {}
        codes = Codes()
        with nullcontext(self.network) if self.network else Network() as network:
            for rule in plan.rules:
                try:
                    found, counts[rule.rule] = _Judge(job, rule, codes, network).run()
                except Unsupported as why:
                    raise refused(
                        rule.rule, Text(f"超出可信范围：{why}", f"out of its safe range: {why}")
                    ) from why
                hits += found
        return Result(hits, counts)


@dataclass(frozen=True)
class _Batch:
    """Subjects under way: their facts, those of them that the network was asked about, and the rest of their rows."""

    facts: list[str]
    new: list[str]
    rows: list[tuple[Any, ...]]


class _Judge:
    """One rule: its conditions settled, its values measured, its facts decided."""

    def __init__(self, job: Prepared, rule: RulePlan, codes: Codes, network: Network) -> None:
        self.job, self.rule, self.codes, self.network = job, rule, codes, network
        derived = {step.name: step.expr for step in rule.steps if isinstance(step, Derive)}
        settler = Settler(derived, World(job.plan.calendar, job.plan.time_zone))
        conds = Conds()
        scope, judged = (conds.of(settler.condition(e)) for e in (rule.scope, dict(rule.keep)["judged"]))
        self.settled = Settled(scope, judged, _word(rule.outcome, settler, conds))
        self.atoms = conds.tests()
        self.writer = Writer("w", "o", job.zone)

    def run(self) -> tuple[list[Hit], dict[str, int]]:
        """Give the hits and the counts of the judged."""
        chain = self._measured()
        places = self._places(chain)
        fields = Fields(
            self.codes, lambda expr: places.get(expr, 0) if not isinstance(expr, Lit) else _digits(expr)
        )
        found, names = rulesets(labelled(self.settled), fields)
        self.network.load(self.rule.rule, found)
        hits, counted = [], Counter[str]()
        for label, row in self._decided(chain, fields, names):
            if label.word is None:
                continue
            counted[label.word] += label.judged
            if self.job.lists(self.rule) or label.word not in QUIET:
                hits.append(self.job.hit(self.rule, (label.word, *row), chain))
        return hits, {word: n for word, n in counted.items() if n}

    def _measured(self) -> Chain:
        wanted = this_names([*self.atoms, *(expr for _, expr in self.rule.keep)])
        return self.job.subjects(self.rule).add(_needed(self.rule.steps, wanted))

    def _places(self, chain: Chain) -> dict[Expr, int]:
        """Give how many decimals each measured value may have that is compared as a decimal."""
        values = dict.fromkeys(
            value
            for atom in self.atoms
            if isinstance(atom, Call) and comparable(atom) == "decimal"
            for value in atom.args
            if value.type == "decimal" and not isinstance(value, Lit)
        )
        if not values:
            return {}
        listed = ", ".join(f"({self.writer.sql(value)}) AS v{i}" for i, value in enumerate(values))
        kinds = self.job.db.columns(chain.text(f"SELECT {listed} FROM {chain.current} w"))
        return {value: _scale(kinds[f"v{i}"]) for i, value in enumerate(values)}

    def _decided(self, chain: Chain, fields: Fields, names: Mapping[str, Label]) -> Iterator[Decided]:
        """Give the label of every subject with its kept values, place and evidence; equal facts are decided once.

        While the network decides one batch, the next is measured and written.
        """
        shown = [encoder(name, measure, self.codes) for measure, name in fields.names.items()]
        known: dict[str, str] = {}
        rows = one_by_one.from_iterable(self.job.db.stream(self._query(chain, fields)))
        before: list[_Batch] = []
        while chunk := list(islice(rows, BATCH)):
            if len(known) > REMEMBERED:
                yield from self._settled(before, known, names)
                known.clear()
            facts = ["".join([part[v] for part, v in zip(shown, row, strict=False)]) for row in chunk]
            new = [fact for fact in dict.fromkeys(facts) if fact not in known]
            known.update(dict.fromkeys(new, ""))
            self.network.send(new)
            yield from self._settled(before, known, names)
            before.append(_Batch(facts, new, [row[len(shown) :] for row in chunk]))
        yield from self._settled(before, known, names)

    def _settled(
        self, before: list[_Batch], known: dict[str, str], names: Mapping[str, Label]
    ) -> Iterator[Decided]:
        while before:
            batch = before.pop()
            known.update(zip(batch.new, self.network.receive(names), strict=True))
            for fact, row in zip(batch.facts, batch.rows, strict=True):
                yield names[known[fact]], row

    def _query(self, chain: Chain, fields: Fields) -> str:
        columns = [f"{measure.sql(self.writer)} AS _f{name}" for measure, name in fields.names.items()]
        columns += [f"({self.writer.sql(expr)}) AS _k{i}" for i, (_, expr) in enumerate(self.rule.keep)]
        columns += ["w._src", "w._row", *(f"w.{name}" for name, _ in chain.evidence)]
        return chain.text(f"SELECT {', '.join(columns)} FROM {chain.current} w ORDER BY w._src, w._row")


def _word(expr: Expr, settler: Settler, conds: Conds) -> Word:
    """Give the outcome as choices between words.

    Raises:
        Unsupported: it is anything else.
    """
    if isinstance(expr, Lit) and isinstance(expr.value, str):
        return expr.value
    if not isinstance(expr, Call) or expr.fn != "if":
        raise Unsupported(f"outcome: {type(expr).__name__}")
    cond, then, other = expr.args
    return Choice(
        conds.of(settler.condition(cond)), _word(then, settler, conds), _word(other, settler, conds)
    )


def _needed(steps: Iterable[Step], wanted: set[str]) -> list[Step]:
    """Give the steps whose columns or evidence are wanted: derived truth values that nothing measures are left out."""
    chosen: list[Step] = []
    for step in reversed(list(steps)):
        if added_by(step) & wanted or evidence_of(step):
            chosen.insert(0, step)
            wanted |= this_names(exprs_of(step))
    return chosen


def _scale(kind: str) -> int:
    """Give the places of a DECIMAL(p,s); whole numbers have none.

    Raises:
        Unsupported: a value is not exact.
    """
    if kind.startswith("DECIMAL("):
        return int(kind.rstrip(")").split(",")[1])
    if kind in ("BIGINT", "HUGEINT", "INTEGER"):
        return 0
    raise Unsupported(kind)


def _digits(constant: Lit) -> int:
    exponent = getattr(constant.value, "as_tuple", lambda: None)()
    return max(0, -int(exponent.exponent)) if exponent else 0
