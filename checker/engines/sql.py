"""Plan expressions as DuckDB SQL text. Nothing of an editor's text gets here but quoted constants and known names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker.database import quote as quoted
from checker.engines.fragments import CERTAIN, COMMON, call
from checker.plan.nodes import Call, Col, Expr, Lit, Present, Type

SQL_TYPES: dict[Type, str] = {
    "text": "VARCHAR", "int": "BIGINT", "decimal": "DECIMAL(38,6)", "bool": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "duration": "BIGINT", "list": "VARCHAR[]", "null": "BOOLEAN",
}  # fmt: skip


def literal(value: Any, kind: Type) -> str:
    """Give a constant.

    >>> literal("a'b", "text"), literal(Decimal("1.50"), "decimal"), literal(None, "date")
    ("'a''b'", "CAST('1.50' AS DECIMAL(18,2))", 'CAST(NULL AS DATE)')
    """
    if value is None:
        return f"CAST(NULL AS {SQL_TYPES[kind]})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return f"CAST({value} AS BIGINT)"
    if isinstance(value, Decimal):
        scale = max(0, -int(value.as_tuple().exponent))
        return f"CAST('{value:f}' AS DECIMAL({max(18, len(value.as_tuple().digits) + scale)},{scale}))"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, tuple):
        return "CAST([" + ", ".join(literal(str(v), "text") for v in value) + "] AS VARCHAR[])"
    return "'" + str(value).replace("\0", "").replace("'", "''") + "'"


def _div(a: str, b: str) -> str:
    """Half up at six places, away from zero, in whole numbers: a double would lose cents."""
    top, low = (f"CAST(CAST({x} AS DECIMAL(30,6)) * 1000000 AS HUGEINT)" for x in (a, b))
    whole = f"((2 * abs({top}) * 1000000 + abs({low})) // (2 * abs({low})))"
    sign = f"CASE WHEN ({top} < 0) = ({low} < 0) THEN 1 ELSE -1 END"
    value = f"CAST({whole} * ({sign}) AS DECIMAL(30,0)) * CAST('0.000001' AS DECIMAL(7,6))"
    return f"CASE WHEN {b} = 0 THEN NULL ELSE {value} END"


def _add_months(moment: str, months: str, keep_end: str) -> str:
    moved = f"({moment} + to_months(CAST({months} AS INTEGER)))"
    ends = f"CAST({moment} AS DATE) = last_day({moment})"
    end = f"(last_day({moved}) + (CAST({moment} AS TIMESTAMP) - CAST(CAST({moment} AS DATE) AS TIMESTAMP)))"
    return f"CASE WHEN {keep_end} AND {ends} THEN {end} ELSE {moved} END"


def _workday(day: str) -> str:
    return f"getvariable('checker_working')[CAST({day} - getvariable('checker_first') AS BIGINT) + 1]"


def _inside(day: str, value: str) -> str:
    span = f"{day} BETWEEN getvariable('checker_first') AND getvariable('checker_last')"
    return f"CASE WHEN {span} THEN {value} END"


def _add_workdays(day: str, days: str) -> str:
    back_from_rest = f"CASE WHEN {days} < 0 AND NOT {_workday(day)} THEN 1 ELSE 0 END"
    at = f"getvariable('checker_ordinal')[CAST({day} - getvariable('checker_first') AS BIGINT) + 1] + {days} + {back_from_rest}"
    found = f"CASE WHEN {at} BETWEEN 1 AND len(getvariable('checker_workdays')) THEN getvariable('checker_workdays')[{at}] END"
    return _inside(day, found)


FUNCTIONS: dict[str, Callable[..., str]] = {
    **COMMON,
    "div": _div,
    "ceil_div": lambda a, b: (
        f"CASE WHEN {b} = 0 THEN NULL WHEN {a} >= 0 THEN ({a} + {b} - 1) // {b} ELSE {a} // {b} END"
    ),
    "start_of_day": lambda a: f"CAST({a} AS TIMESTAMP)",
    "at_time": lambda a, b: f"(CAST({a} AS TIMESTAMP) + to_microseconds({b}))",
    "time_of": lambda a: f"(epoch_us({a}) - epoch_us(CAST(CAST({a} AS DATE) AS TIMESTAMP)))",
    "add_days": lambda a, b: f"({a} + to_days(CAST({b} AS INTEGER)))",
    "add_months": _add_months,
    "add_workdays": _add_workdays,
    "weekday": call("isodow"),
    "year": call("year"),
    "month": call("month"),
    "week_start": lambda a: f"CAST(date_trunc('week', {a}) AS DATE)",
    "month_start": lambda a: f"CAST(date_trunc('month', {a}) AS DATE)",
    "quarter_start": lambda a: f"CAST(date_trunc('quarter', {a}) AS DATE)",
    "year_start": lambda a: f"CAST(date_trunc('year', {a}) AS DATE)",
    "week_label": lambda a: f"strftime({a}, '%G-W%V')",
    "month_label": lambda a: f"strftime({a}, '%Y-%m')",
    "quarter_label": lambda a: f"(year({a}) || 'Q' || quarter({a}))",
    "days_between": lambda a, b: f"CAST({b} - {a} AS BIGINT)",
    "is_workday": lambda a: _inside(a, _workday(a)),
    "text": lambda a: f"CAST({a} AS VARCHAR)",
    "join": lambda a: f"array_to_string({a}, '、')",
    "concat": lambda *args: "(" + " || ".join(args) + ")",
    "trim_list": lambda a: f"rtrim({a}, '、')",
    "length": call("length"),
    "upper": call("upper"),
    "has": call("list_contains"),
    "starts_with": call("starts_with"),
    "matches": call("regexp_full_match"),
}


@dataclass(frozen=True)
class Writer:
    """Writes expressions for given table aliases; `zone` is set only where the clock ever changes.

    >>> Writer("t", "o").sql(Call("gt", (Col("n", "int"), Lit(3, "int")), "bool"))
    '(t."n" > CAST(3 AS BIGINT))'
    """

    this: str = "t"
    other: str = "o"
    zone: str | None = None

    def sql(self, expr: Expr) -> str:
        """Give the SQL of an expression."""
        if isinstance(expr, Lit):
            return literal(expr.value, expr.type)
        if isinstance(expr, Col):
            return f"{self.this if expr.side == 'this' else self.other}.{quoted(expr.name)}"
        if isinstance(expr, Present):
            return self._present(expr)
        if expr.fn == "if" and isinstance(expr.args[0], Call) and expr.args[0].fn in CERTAIN:
            cond, then, other = (self.sql(arg) for arg in expr.args)
            return f"CASE WHEN {cond} THEN {then} ELSE {other} END"
        if expr.fn in ("elapsed", "add_elapsed"):
            return self._clock(expr)
        if expr.fn == "text" and expr.args[0].type == "datetime":
            return f"strftime({self.sql(expr.args[0])}, '%Y-%m-%d %H:%M:%S')"
        if expr.fn == "text" and expr.args[0].type == "decimal":
            digits = f"CAST({self.sql(expr.args[0])} AS VARCHAR)"
            return (
                f"CASE WHEN contains({digits}, '.') THEN rtrim(rtrim({digits}, '0'), '.') ELSE {digits} END"
            )
        if expr.fn in ("add_workdays",) and expr.args[0].type == "datetime":
            return self._add_workdays_time(expr)
        return self._typed(expr, FUNCTIONS[expr.fn](*(self.sql(arg) for arg in expr.args)))

    def _typed(self, expr: Call, text: str) -> str:
        if expr.fn in ("add_days", "add_months", "add_workdays"):
            return f"CAST({text} AS {SQL_TYPES[expr.type]})"
        return text

    def unread(self, expr: Present) -> str:
        """Give SQL that is true where a cell could not be read, and false elsewhere."""
        bad = f"{self._alias(expr)}._bad"
        return f"({bad} IS NOT NULL AND contains({bad}, {literal(f',{expr.name},', 'text')}))"

    def _present(self, expr: Present) -> str:
        cell = f"{self._alias(expr)}.{quoted(expr.name)}"
        return f"CASE WHEN {cell} IS NOT NULL THEN TRUE WHEN NOT {self.unread(expr)} THEN FALSE END"

    def _alias(self, expr: Present) -> str:
        return self.this if expr.side == "this" else self.other

    def _clock(self, expr: Call) -> str:
        one, two = (self.sql(arg) for arg in expr.args)
        if expr.fn == "elapsed":
            return f"(epoch_us({self._instant(two)}) - epoch_us({self._instant(one)}))"
        moved = f"({self._instant(one)} + to_microseconds({two}))"
        return f"timezone({literal(self.zone, 'text')}, {moved})" if self.zone else moved

    def _instant(self, moment: str) -> str:
        """Give the instant of a clock time; of two that show it, the first, which the database does not take."""
        if not self.zone:
            return moment
        zone = literal(self.zone, "text")
        found = f"timezone({zone}, {moment})"
        earlier = (f"({found} - INTERVAL {gap} MINUTE)" for gap in (60, 30))
        twice = " ".join(f"WHEN timezone({zone}, {one}) = {moment} THEN {one}" for one in earlier)
        return f"CASE {twice} ELSE {found} END"

    def _add_workdays_time(self, expr: Call) -> str:
        moment, days = (self.sql(arg) for arg in expr.args)
        day = f"CAST({moment} AS DATE)"
        return f"(CAST({_add_workdays(day, days)} AS TIMESTAMP) + ({moment} - CAST({day} AS TIMESTAMP)))"
