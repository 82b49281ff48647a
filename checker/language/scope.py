"""What names mean in a rule: fields, computed fields and link columns of a log; parameters by date.

A scope turns names into plan expressions and collects the steps (lookups, previous rows, counts) they need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import field
from datetime import date
from typing import Any

from checker.language.anatomy import Notes
from checker.language.formula import compile_formula
from checker.language.formula.typing import ELAPSED, Env, Fault, Span, Typed
from checker.language.pack import Duration, Field, Link, Log, Pack, Parameter, Rule
from checker.model import Text
from checker.nouns import dataclass
from checker.plan import build as b
from checker.plan.nodes import (
    Call,
    Col,
    Derive,
    Expr,
    Lit,
    Lookup,
    Match,
    Present,
    Previous,
    Related,
    Side,
    Step,
    Take,
    Type,
    View,
)

TYPES: dict[str, Type] = {
    "text": "text", "id": "text", "enum": "text", "int": "int", "decimal": "decimal", "bool": "bool", "date": "date",
    "month": "date", "quarter": "date", "time": "duration", "duration": "duration", "datetime": "datetime", "list": "list",
}  # fmt: skip


@dataclass
class Params:
    """Dated parameters of a rule, its pack behind it; `on` is the day that picks the version.

    `notes` gathers the conditions of the rule's predicates as they are compiled.
    """

    pack: Pack
    rule: Rule | None
    as_of: Expr
    on: Expr | None = None
    used: set[str] = field(default_factory=set)
    notes: Notes = field(default_factory=Notes)

    def find(self, name: str) -> Parameter:
        """Give the parameter, remembering that the rule uses it; raises KeyError when there is none."""
        found = self.pack.parameter(self.rule, name) if self.rule else self.pack.parameters.get(name)
        if found is None:
            raise KeyError(name)
        self.used.add(name)
        return found

    def names(self) -> list[str]:
        """Give every name that `$name` may stand for."""
        return [*(self.rule.params if self.rule else ()), *self.pack.parameters]

    def each(self, name: str, make: Callable[[Any], Expr]) -> Expr:
        """Give `make(value)`, by version where the parameter has several."""
        versions = self.find(name).values
        if len(versions) <= 1 or self.on is None:
            return make(versions[-1][1] if versions else None)
        result = make(versions[0][1])
        for start, value in versions[1:]:
            result = b.if_(b.compare("ge", self.on, b.lit(start)), make(value), result)
        return result

    def typed(self, name: str) -> Typed:
        """Give the parameter as a formula sees it."""
        values = [typed_value(value) for _, value in self.find(name).values]
        spans = [v for v in values if isinstance(v, Span)]
        if not spans:
            return self.each(name, lambda value: _plain(typed_value(value)))
        if len({s.unit for s in spans}) > 1 or len(spans) != len(values):
            raise Fault(Text(f"参数“{name}”的各个值单位不同", f"the values of '{name}' differ in unit"))
        return Span(self.each(name, lambda value: _span(typed_value(value)).amount), spans[0].unit)


def _plain(value: Typed) -> Expr:
    assert not isinstance(value, Span)
    return value


def _span(value: Typed) -> Span:
    assert isinstance(value, Span)
    return value


def typed_value(value: Any) -> Typed:
    """Give a parameter's value as a typed expression or a span of calendar time."""
    if isinstance(value, Duration):
        unit = value.unit[:-1]
        if unit in ELAPSED:
            return Lit(value.amount * ELAPSED[unit], "duration")
        return Span(b.lit(value.amount), unit)
    return b.lit(tuple(value) if isinstance(value, list) else value)


@dataclass
class Scope:
    """The names of one log, seen from one side; `steps` are those that the names used so far need.

    On the other side link columns come from a view of the log, registered in `views`.
    """

    pack: Pack
    log: Log
    params: Params
    side: Side = "this"
    steps: dict[str, Step] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    prefix: str = ""
    blanks: dict[str, Expr] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _inner: Scope | None = None

    @property
    def table(self) -> str:
        """Give the name to read the log by: the log, or its view when a link column of it was used."""
        if self.side == "this" or self._inner is None or not self._inner.steps:
            return self.log.id
        name = f"{self.log.id}+{'+'.join(sorted(self._inner.steps))}"
        self.views[name] = View(name, self.log.id, tuple(ordered(self._inner.steps)))
        return name

    def env(self) -> Env:
        """Give the names as formulas see them."""
        return Env(
            self.name,
            self.params.typed,
            lambda: list(self.log.columns()),
            self.params.names,
            self.params.as_of,
            let=self.let,
            blank=self.blank,
        )

    def let(self, expr: Expr) -> Expr:
        """Give a column that holds a part used more than once; its name says what it holds, whatever the rule."""
        if self.side == "other" or self.prefix or isinstance(expr, Lit | Col):
            return expr
        name = "~" + hashlib.sha256(repr(expr).encode()).hexdigest()[:12]
        self.steps.setdefault(name, Derive(name, expr))
        return Col(name, expr.type)

    def name(self, name: str) -> Expr:
        """Give the expression a name stands for; raises KeyError when the log has no such name."""
        if name in self.log.fields:
            entry = self.log.fields[name]
            return self._computed(entry) if entry.formula else self.col(entry)
        for link in self.log.links.values():
            if name in link.columns:
                return self._linked(link, name)
        raise KeyError(name)

    def field(self, name: str) -> Field | None:
        """Give the declaration behind a name: its own field, or the field a link column is taken from."""
        if name in self.log.fields:
            return self.log.fields[name]
        for link in self.log.links.values():
            source = self.log if link.previous else self.pack.logs[link.log]
            if name in link.take:
                return source.fields.get(link.take[name])
            if name in link.figures:
                return source.fields.get(link.figures[name][1])
        return None

    def col(self, entry: Field) -> Col:
        """Give the stored column of a field."""
        return Col(self.prefix + entry.name, TYPES[entry.type], self.side)

    def formula(self, text: str) -> Expr:
        """Give the expression of a formula over this log."""
        return compile_formula(text, self.env())

    def _computed(self, entry: Field) -> Expr:
        if entry.name in self._open:
            ring = " → ".join([*self._open[self._open.index(entry.name) :], entry.name])
            raise Fault(
                Text(f"计算字段互相引用：{ring}", f"computed fields refer to each other: {ring}"),
                code="formula-cycle",
            )
        if entry.name in self.steps:
            return Col(entry.name, TYPES[entry.type])
        self._open.append(entry.name)
        try:
            expr = compile_formula(entry.formula or "", self.env())
        except Fault as fault:
            if fault.home is None:
                fault.home = entry.formula_place
            raise
        finally:
            self._open.pop()
        wanted = TYPES[entry.type]
        if expr.type not in (wanted, "null") and (expr.type, wanted) != ("int", "decimal"):
            said = Text(
                f"“{entry.name}”声明为 {entry.type}，公式得到 {expr.type}",
                f"'{entry.name}' is declared {entry.type}; its formula gives {expr.type}",
            )
            raise Fault(said, home=entry.formula_place, code="type")
        if self.side == "other" or self.prefix:
            return expr
        self.steps[entry.name] = Derive(entry.name, expr)
        return Col(entry.name, wanted)

    def _linked(self, link: Link, name: str) -> Expr:
        if self.side == "other":
            if self._inner is None:
                self._inner = Scope(self.pack, self.log, self.params, "this", {}, self.views)
            inner = self._inner.name(name)
            return Col(inner.name, inner.type, "other") if isinstance(inner, Col) else inner
        if f"link {link.name}" in self._open:
            raise Fault(
                Text(f"关联“{link.name}”引用了自己", f"link '{link.name}' refers to itself"),
                code="formula-cycle",
            )
        self._open.append(f"link {link.name}")
        try:
            if link.name not in self.steps:
                self.steps[link.name] = self._link_step(link)
        finally:
            self._open.pop()
        if name in link.figures:
            return self._figure(link, name)
        if name == link.count:
            sure = b.compare("eq", Col(f"{link.name}_unknown", "int"), b.lit(0))
            return self.let(b.if_(sure, Col(link.name, "int"), Lit(None, "int")))
        target = self.log if link.previous else self.pack.logs[link.log]
        return Col(f"{link.name}.{name}", TYPES[target.fields[link.take[name]].type])

    def _figure(self, link: Link, name: str) -> Expr:
        """Give a figure over the rows that match: blank if there are none, not known if one may or cannot be read."""
        fn, theirs = link.figures[name]
        kind = TYPES[self.pack.logs[link.log].fields[theirs].type]
        value: Expr = Col(f"{link.name}.{name}", kind)
        if fn == "sum":
            value = Call("coalesce", (value, Lit(0, kind)), kind)
        counts = (Col(f"{link.name}_unknown", "int"), Col(f"{link.name}.{name}.unread", "int"))
        sure = b.and_(b.compare("eq", one, b.lit(0)) for one in counts)
        found = self.let(b.if_(sure, value, Lit(None, kind)))
        if isinstance(found, Col):
            self.blanks[found.name] = b.and_([sure, b.is_null(value)])
        return found

    def blank(self, expr: Expr) -> Expr:
        """Give whether a value certainly is not there: a cell is blank, or no row was found. Unreadable is not blank.

        A value computed from something blank is blank; what a condition chooses never is.
        """
        if isinstance(expr, Call):
            return b.FALSE if expr.fn in ("if", "coalesce") else b.or_(self.blank(arg) for arg in expr.args)
        if not isinstance(expr, Col):
            return b.FALSE
        if expr.side == "other" and self.side == "other":
            entry = self.log.fields.get(expr.name)
            return b.is_false(Present(expr.name, "other")) if entry and not entry.formula else b.FALSE
        if expr.name in self.blanks:
            return self.blanks[expr.name]
        step = self.steps.get(expr.name)
        if isinstance(step, Derive):
            return self.blank(step.expr)
        entry = self.log.fields.get(expr.name)
        if entry is not None and not self.prefix:
            return b.is_false(Present(expr.name))
        return self._not_found(expr)

    def absent(self, cell: Col) -> Expr:
        """Give whether a figure over linked rows certainly is blank; seen from the other side it may not be known."""
        return self.blanks.get(cell.name, b.UNKNOWN) if self.side == "this" else b.UNKNOWN

    def _not_found(self, expr: Col) -> Expr:
        """Give whether a column of a linked row is blank, or there is no such row."""
        step, _, column = expr.name.partition(".")
        link = self.log.links.get(step)
        if link is None or column not in link.take or self.prefix:
            return b.FALSE
        mark = b.lit(f",{link.take[column]},")
        unread = b.is_true(Call("contains", (Col(f"{step}._bad", "text"), mark), "bool"))
        doubt = b.or_([unread, b.is_null(Col(f"{step}.found", "bool"))])
        return b.and_([b.is_null(expr), b.not_(doubt)])

    def _link_step(self, link: Link) -> Step:
        target = self.log if link.previous else self.pack.logs[link.log]
        there = Scope(self.pack, target, self.params, "this" if link.previous else "other", {}, self.views)
        if link.previous:
            columns = (
                *((new, there.stored(theirs)) for new, theirs in link.take.items()),
                ("_bad", Col("_bad", "text")),
            )
            by = tuple(self.name(f) for f in link.previous)
            return Previous(link.name, by, tuple(self.name(f) for f in link.order), columns)
        match = tuple(
            key_match(self.name(ours), there, there.stored(theirs).name) for theirs, ours in link.match
        )
        if link.count or link.figures:
            return self._counted(link, there, match)
        columns = (
            *((new, there.stored(theirs)) for new, theirs in link.take.items()),
            ("_bad", Col("_bad", "text", "other")),
        )
        if link.at is None:
            return Lookup(link.name, there.table, match, columns)
        starts, ends = validity(self.pack, target, "other")
        return Lookup(link.name, there.table, match, columns, b.date_of(self.name(link.at)), starts, ends)

    def _counted(self, link: Link, there: Scope, match: tuple[Match, ...]) -> Related:
        ops = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
        holds = [b.compare(ops[op], there.stored(t), self.name(o)) for t, op, o in link.compare]
        takes: list[Take] = []
        for new, (fn, theirs) in link.figures.items():
            cell = there.stored(theirs)
            unread = b.is_null(cell if fn == "sum" else Present(cell.name, "other"))
            takes.append(Take(f"{link.name}.{new}", fn, cell, None, cell.type))  # type: ignore[arg-type]
            takes.append(Take(f"{link.name}.{new}.unread", "count", None, unread))
        return Related(link.name, there.table, match, b.and_(holds), tuple(takes), evidence=False)

    def stored(self, name: str) -> Col:
        """Give the column of a stored field; a link takes stored fields only."""
        entry = self.log.fields[name]
        if entry.formula:
            raise Fault(
                Text(
                    f"关联只能取记录里的字段，“{name}”是计算字段",
                    f"a link takes stored fields; '{name}' is computed",
                )
            )
        return self.col(entry)


def key_match(this: Expr, scope: Scope, theirs: str) -> Match:
    """Match a key of another log: a blank in an optional field is no link, any other gap may be one."""
    entry = scope.log.fields.get(theirs)
    other = scope.name(theirs)
    if entry is None or entry.formula or entry.required or theirs in scope.log.key:
        return Match(this, other)
    blank = b.is_false(Present(theirs, "other"))
    return Match(this, other, b.if_(blank, b.FALSE, b.UNKNOWN))


def ordered(steps: dict[str, Step]) -> list[Step]:
    """Give the steps with those that look at neighbours first."""
    return sorted(steps.values(), key=lambda step: not isinstance(step, Previous))


def validity(pack: Pack, log: Log, side: Side) -> tuple[tuple[Col, ...], tuple[Col, ...]]:
    """Give the columns that bound the validity of a row of a dated log (people, regions): starts, ends."""
    starts: list[str | None] = []
    ends: list[str | None] = []
    if pack.people and pack.people.log == log.id:
        starts, ends = [pack.people.start, pack.people.hired], [pack.people.end, pack.people.left]
    elif pack.regions and pack.regions.log == log.id:
        starts, ends = [pack.regions.start], [pack.regions.end]

    def cols(names: list[str | None]) -> tuple[Col, ...]:
        return tuple(Col(n, "date", side) for n in names if n)

    return cols(starts), cols(ends)


def day_expr(value: Expr) -> Expr:
    """Give the day of a date or datetime expression."""
    return b.date_of(value) if value.type in ("date", "datetime") else Lit(None, "date")


def day_lit(day: date) -> Lit:
    """Give a day as a constant."""
    return Lit(day, "date")
