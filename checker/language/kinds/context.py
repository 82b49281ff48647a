"""What a check kind works with, and the draft of a plan that it hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Any

from checker.calendar import Unit
from checker.language.formula.typing import Fault, Span
from checker.language.pack import Log, Pack, Rule
from checker.language.predicates import Path, compile_predicate
from checker.language.schedule import RunSpec
from checker.language.scope import Params, Scope
from checker.model import Text
from checker.nouns import dataclass
from checker.plan import build as b
from checker.plan.nodes import Col, Expr, Grid, Lit, Records, SmallTable, Step, View

EARLIEST = date(1900, 1, 1)


@dataclass
class Context:
    """One rule on its way to a plan: the pack, the run and the parameters it may use."""

    pack: Pack
    rule: Rule
    spec: RunSpec
    params: Params
    views: dict[str, View] = field(default_factory=dict)
    small: dict[str, SmallTable] = field(default_factory=dict)
    look_back: date = EARLIEST

    @property
    def check(self) -> Mapping[str, Any]:
        """Give the map under the check kind."""
        return self.rule.check

    @property
    def path(self) -> Path:
        """Give where the check stands in the rule."""
        return ("check", self.rule.check_kind)

    @property
    def as_of(self) -> Lit:
        """Give the cut-off."""
        return Lit(self.spec.as_of, "datetime")

    def log(self, name: str, path: Path) -> Log:
        """Give a log by name."""
        if name not in self.pack.logs:
            raise Fault(
                Text(f"没有日志“{name}”", f"there is no log '{name}'"),
                path=path,
                code="unknown-log",
                found=name,
            )
        return self.pack.logs[name]

    def this(self, log: Log) -> Scope:
        """Give the names of the log judged."""
        return Scope(self.pack, log, self.params, "this", {}, self.views)

    def other(self, log: Log) -> Scope:
        """Give the names of a related log."""
        return Scope(self.pack, log, self.params, "other", {}, self.views)

    def where(self, raw: Mapping[str, Any] | None, scope: Scope, *path: str | int) -> Expr:
        """Give the condition of a predicate that stands at `path` below the check."""
        return compile_predicate(raw, scope, (*self.path, *path))

    @property
    def unit(self) -> Unit:
        """Give the period of the check: a calendar unit, or the periods that pack.yaml declares under that name."""
        name = str(self.check["every"])
        return self.pack.periods.get(name, name)

    def schedule(self) -> Mapping[str, Any]:
        """Give the check with every `$parameter` of its timetable replaced by its value at the end of the run.

        A rule that comes into force later is compiled with its first values; it has nothing to judge in the run.
        """
        keys = (
            "by", "grace", "min_workdays", "accept_from", "leave", "whole_period_off", "between", "times",
            "first", "last", "step",
        )  # fmt: skip
        fixed = {k: self._fixed(v, (*self.path, k)) if k in keys else v for k, v in self.check.items()}
        return fixed | ({"every": self.unit} if "every" in self.check else {})

    def _fixed(self, raw: Any, path: Path) -> Any:
        if isinstance(raw, list | tuple):
            return [self._fixed(one, path) for one in raw]
        if isinstance(raw, Mapping):
            return {key: self._fixed(value, (*path, key)) for key, value in raw.items()}
        if not (isinstance(raw, str) and raw.startswith("$")):
            return raw
        try:
            parameter = self.params.find(raw[1:])
        except KeyError:
            raise _unknown(raw, path) from None
        day = max(self.spec.period.end, self.rule.effective.start)
        if (value := parameter.at(day)) is None:
            said = Text(f"参数 {raw} 在 {day} 没有值", f"parameter {raw} has no value on {day}")
            raise Fault(said, path=path, code="no-value")
        return value

    def whole(self, key: str, raw: Mapping[str, Any], default: int) -> int:
        """Give a whole number or the whole number of a `$parameter` at the end of the run."""
        value = self._fixed(raw.get(key, default), (*self.path, key))
        if isinstance(value, bool) or not isinstance(value, int):
            raise Fault(
                Text(f"{key} 要写整数", f"`{key}` takes a whole number"), path=(*self.path, key), code="type"
            )
        return value

    def limit(self, key: str) -> Expr:
        """Give a limit: a number or a `$parameter`."""
        value = self.check[key]
        if isinstance(value, str) and value.startswith("$"):
            typed = self.parameter(value[1:], key)
            return typed
        return b.lit(value)

    def parameter(self, name: str, key: str) -> Expr:
        """Give a parameter as an expression."""
        try:
            typed = self.params.typed(name)
        except KeyError:
            raise _unknown(f"${name}", (*self.path, key)) from None
        if isinstance(typed, Span):
            raise Fault(
                Text(
                    f"“${name}”是时间长度，这里需要数", f"'${name}' is a length of time; a number is needed"
                ),
                path=(*self.path, key),
                code="type",
            )
        return typed


def _unknown(name: str, path: Path) -> Fault:
    return Fault(
        Text(f"没有参数“{name}”", f"there is no parameter '{name}'"),
        path=path,
        code="unknown-parameter",
        found=name,
    )


@dataclass
class Draft:
    """A rule half compiled: what it judges and how, before who is meant, leave and the deadline are added."""

    source: Records | Grid
    scope: Expr
    require: Expr
    applies: list[Expr] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    due: Expr | None = None
    at: Expr = field(default_factory=lambda: Lit(None, "date"))
    judged: Expr = b.TRUE
    period: Expr = field(default_factory=lambda: Lit(None, "text"))
    record: Expr = field(default_factory=lambda: Lit(None, "text"))
    record_log: str | None = None
    subject: dict[str, Expr] = field(default_factory=dict)
    person: Expr | None = None
    person_name: Expr | None = None
    values: dict[str, tuple[Expr, str | None]] = field(default_factory=dict)
    open_outcome: str = "undetermined"
    names: Scope | None = None
    given: list[tuple[Expr, str]] = field(default_factory=list)


def at_least(counted: Expr, unknown: Expr, limit: Expr) -> Expr:
    """Give whether a count reaches the limit, null where unknown rows could decide.

    >>> from checker.plan.evaluate import evaluate
    >>> n, u = Col("n", "int"), Col("u", "int")
    >>> [evaluate(at_least(n, u, b.lit(2)), {"n": x, "u": y}) for x, y in ((2, 0), (1, 1), (1, 0))]
    [True, None, False]
    """
    from checker.plan.nodes import Call

    most = Call("add", (counted, unknown), "int")
    return b.if_(
        b.compare("ge", counted, limit), b.TRUE, b.if_(b.compare("ge", most, limit), b.UNKNOWN, b.FALSE)
    )


def col(name: str, kind: Any = "int") -> Col:
    """Give a column of the row judged."""
    return Col(name, kind)
