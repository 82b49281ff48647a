"""Plan expressions as Spark SQL text: ANSI mode, session time zone UTC, moments as TIMESTAMP_NTZ, exact decimals.

Written by hand beside the DuckDB fragments, not translated from them: weekday numbers, intervals, lists, months and
integer division look alike and differ. Days of the work calendar come from session variables (see `calendar_sql`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker.engines.base import Unsupported
from checker.engines.fragments import CERTAIN, COMMON, call
from checker.engines.spark.patterns import java_pattern
from checker.plan.nodes import Call, Col, Expr, Lit, Present, Type

SQL_TYPES: dict[Type, str] = {
    "text": "STRING", "int": "BIGINT", "decimal": "DECIMAL(38,6)", "bool": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP_NTZ", "duration": "BIGINT", "list": "ARRAY<STRING>", "null": "BOOLEAN",
}  # fmt: skip


def quoted(name: str) -> str:
    """Give a name as a Spark identifier.

    >>> quoted("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def text_literal(text: str) -> str:
    r"""Give a text as a string constant; Spark reads backslashes in them.

    >>> print(text_literal("it's \\d"))
    'it\'s \\d'
    """
    return "'" + text.replace("\0", "").replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(value: Any, kind: Type) -> str:
    """Give a constant.

    >>> literal(Decimal("1.50"), "decimal"), literal(None, "date"), literal(date(2026, 10, 1), "date")
    ("CAST('1.50' AS DECIMAL(18,2))", 'CAST(NULL AS DATE)', "DATE'2026-10-01'")
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
        return f"TIMESTAMP_NTZ'{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"DATE'{value.isoformat()}'"
    if isinstance(value, tuple):
        return f"CAST(array({', '.join(text_literal(str(v)) for v in value)}) AS ARRAY<STRING>)"
    return text_literal(str(value))


def micros(moment: str) -> str:
    """Give a moment as microseconds since 1970."""
    return f"unix_micros(CAST({moment} AS TIMESTAMP))"


def shifted(moment: str, by: str) -> str:
    """Give a moment so many microseconds later."""
    return f"CAST(timestamp_micros({micros(moment)} + {by}) AS TIMESTAMP_NTZ)"


def _div(a: str, b: str) -> str:
    """Half up at six places, away from zero: the remainder goes first, so that what is divided comes out whole.

    Spark's `/` alone rounds twice, and its `div` of decimals overflows in silence.
    """
    top, low = (f"CAST(CAST({x} AS DECIMAL(30,6)) * 1000000 AS DECIMAL(38,0))" for x in (a, b))
    over, under = f"(2 * abs({top}) * 1000000 + abs({low}))", f"nullif(2 * abs({low}), 0)"
    whole = f"CAST(({over} - {over} % {under}) / {under} AS DECIMAL(20,0))"
    sign = f"CASE WHEN ({top} < 0) = ({low} < 0) THEN 1 ELSE -1 END"
    return f"(CAST({whole} * ({sign}) AS DECIMAL(30,0)) * CAST('0.000001' AS DECIMAL(7,6)))"


def _ceil_div(a: str, b: str) -> str:
    up = f"CASE WHEN {a} >= 0 THEN ({a} + {b} - 1) ELSE {a} END"
    return f"(({up}) div nullif({b}, 0))"


def _day_start(unit: str) -> Callable[..., str]:
    return lambda a: f"trunc({a}, '{unit}')"


def _day_number(day: str) -> str:
    return f"datediff({day}, checker_first)"


def _add_workdays(day: str, days: str) -> str:
    at = _day_number(day)
    back_from_rest = f"CASE WHEN {days} < 0 AND NOT get(checker_working, {at}) THEN 1 ELSE 0 END"
    return f"get(checker_workdays, CAST(get(checker_ordinal, {at}) + {days} + {back_from_rest} - 1 AS INT))"


def _week_label(a: str) -> str:
    return f"concat(CAST(extract(YEAROFWEEK FROM {a}) AS STRING), '-W', lpad(CAST(weekofyear({a}) AS STRING), 2, '0'))"


FUNCTIONS: dict[str, Callable[..., str]] = {
    **COMMON,
    "div": _div,
    "ceil_div": _ceil_div,
    "start_of_day": lambda a: f"CAST({a} AS TIMESTAMP_NTZ)",
    "at_time": lambda a, b: shifted(f"CAST({a} AS TIMESTAMP_NTZ)", b),
    "time_of": lambda a: f"pmod({micros(a)}, 86400000000)",
    "weekday": lambda a: f"CAST(weekday({a}) + 1 AS BIGINT)",
    "year": lambda a: f"CAST(year({a}) AS BIGINT)",
    "month": lambda a: f"CAST(month({a}) AS BIGINT)",
    "week_start": _day_start("WEEK"),
    "month_start": _day_start("MONTH"),
    "quarter_start": _day_start("QUARTER"),
    "year_start": _day_start("YEAR"),
    "week_label": _week_label,
    "month_label": lambda a: f"date_format({a}, 'yyyy-MM')",
    "quarter_label": lambda a: f"concat(CAST(year({a}) AS STRING), 'Q', CAST(quarter({a}) AS STRING))",
    "days_between": lambda a, b: f"CAST(datediff({b}, {a}) AS BIGINT)",
    "is_workday": lambda a: f"get(checker_working, {_day_number(a)})",
    "join": lambda a: f"array_join({a}, '、')",
    "concat": call("concat"),
    "trim_list": lambda a: f"trim(TRAILING '、' FROM {a})",
    "length": lambda a: f"CAST(char_length({a}) AS BIGINT)",
    "upper": lambda a: f"upper(replace({a}, 'ß', 'ẞ'))",
    "has": call("array_contains"),
    "starts_with": call("startswith"),
}


@dataclass(frozen=True)
class Writer:
    """Writes expressions for given table aliases; `zone` is set only where the clock ever changes.

    >>> Writer("t", "o").sql(Call("gt", (Col("n", "int"), Lit(3, "int")), "bool"))
    '(t.`n` > CAST(3 AS BIGINT))'
    """

    this: str = "w"
    other: str = "o"
    zone: str | None = None

    def sql(self, expr: Expr) -> str:
        """Give the SQL of an expression.

        Raises:
            Unsupported: Spark would not mean exactly the same.
        """
        if isinstance(expr, Lit):
            return literal(expr.value, expr.type)
        if isinstance(expr, Col):
            return f"{self.this if expr.side == 'this' else self.other}.{quoted(expr.name)}"
        if isinstance(expr, Present):
            return self._present(expr)
        if expr.fn in _SHAPED:
            return _SHAPED[expr.fn](self, expr)
        if expr.fn not in FUNCTIONS:
            raise Unsupported(expr.fn)
        return FUNCTIONS[expr.fn](*(self.sql(arg) for arg in expr.args))

    def all(self, exprs: Sequence[Expr]) -> list[str]:
        """Give the SQL of several expressions."""
        return [self.sql(expr) for expr in exprs]

    def _present(self, expr: Present) -> str:
        alias = self.this if expr.side == "this" else self.other
        cell = f"{alias}.{quoted(expr.name)}"
        return f"CASE WHEN {cell} IS NOT NULL THEN TRUE WHEN {readable(alias, expr.name)} THEN FALSE END"

    def _instant(self, moment: str) -> str:
        return f"convert_timezone({text_literal(self.zone)}, 'UTC', {moment})" if self.zone else moment


def readable(alias: str, name: str) -> str:
    """Give the test that a cell which holds nothing was blank, not unreadable."""
    return f"({alias}._bad IS NULL OR NOT contains({alias}._bad, {text_literal(f',{name},')}))"


def _if(writer: Writer, expr: Call) -> str:
    cond, then, other = (writer.sql(arg) for arg in expr.args)
    if isinstance(expr.args[0], Call) and expr.args[0].fn in CERTAIN:
        return f"CASE WHEN {cond} THEN {then} ELSE {other} END"
    return FUNCTIONS["if"](cond, then, other)


def _elapsed(writer: Writer, expr: Call) -> str:
    one, two = (micros(writer._instant(writer.sql(arg))) for arg in expr.args)
    return f"({two} - {one})"


def _add_elapsed(writer: Writer, expr: Call) -> str:
    moment, by = writer.all(expr.args)
    moved = shifted(writer._instant(moment), by)
    return f"convert_timezone('UTC', {text_literal(writer.zone)}, {moved})" if writer.zone else moved


def _text(writer: Writer, expr: Call) -> str:
    arg = expr.args[0]
    if arg.type == "decimal":
        digits = f"CAST({writer.sql(arg)} AS STRING)"
        short = f"trim(TRAILING '.' FROM trim(TRAILING '0' FROM {digits}))"
        return f"CASE WHEN contains({digits}, '.') THEN {short} ELSE {digits} END"
    if arg.type == "datetime":
        return f"date_format({writer.sql(arg)}, 'yyyy-MM-dd HH:mm:ss')"
    return f"CAST({writer.sql(arg)} AS STRING)"


def _matches(writer: Writer, expr: Call) -> str:
    pattern = expr.args[1]
    if not isinstance(pattern, Lit) or not isinstance(pattern.value, str):
        raise Unsupported("a pattern that is no constant")
    return f"({writer.sql(expr.args[0])} RLIKE {text_literal(java_pattern(pattern.value))})"


def _with_time(moment: str, day: str) -> str:
    """Give `day` at the time of day of `moment`."""
    return shifted(f"CAST({day} AS TIMESTAMP_NTZ)", f"pmod({micros(moment)}, 86400000000)")


def _moved(by_day: Callable[..., str]) -> Callable[[Writer, Call], str]:
    """Give the writer of a function that moves the day and keeps the time of day."""

    def sql(writer: Writer, expr: Call) -> str:
        moment, *more = writer.all(expr.args)
        if expr.args[0].type == "datetime":
            return _with_time(moment, by_day(f"CAST({moment} AS DATE)", *more))
        return by_day(moment, *more)

    return sql


def _add_months(day: str, months: str, keep_end: str) -> str:
    moved = f"add_months({day}, CAST({months} AS INT))"
    return f"CASE WHEN {keep_end} AND {day} = last_day({day}) THEN last_day({moved}) ELSE {moved} END"


_SHAPED: dict[str, Callable[[Writer, Call], str]] = {
    "if": _if,
    "elapsed": _elapsed,
    "add_elapsed": _add_elapsed,
    "text": _text,
    "matches": _matches,
    "add_days": _moved(lambda day, days: f"date_add({day}, CAST({days} AS INT))"),
    "add_months": _moved(_add_months),
    "add_workdays": _moved(_add_workdays),
}
