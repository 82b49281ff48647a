"""Structured predicates: `{field: {op: value}}` in, three-valued plan conditions out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from checker.language.anatomy import Condition, Predicate
from checker.language.formula import comparable
from checker.language.formula.typing import Fault, Span
from checker.language.pack import Duration, Field
from checker.language.params import parse_duration
from checker.language.scope import Scope, typed_value
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Lit, Present

Path = tuple[str | int, ...]
_COMPARE = {
    "is": "eq",
    "is_not": "ne",
    "more_than": "gt",
    "at_least": "ge",
    "less_than": "lt",
    "at_most": "le",
}
OPS = (*_COMPARE, "in", "not_in", "between", "matches", "present", "contains", "starts_with")


def compile_predicate(raw: Mapping[str, Any] | None, scope: Scope, path: Path) -> Expr:
    """Give the condition of a predicate map; every entry must hold.

    Raises:
        Fault: a field, operator or value does not fit; `path` leads to it.
    """
    whole = b.and_(_entry(key, value, scope, (*path, key)) for key, value in (raw or {}).items())
    scope.params.notes.predicates[path] = Predicate(path, scope.log.id, raw or {}, whole, scope.side)
    return whole


def _entry(key: str, value: Any, scope: Scope, path: Path) -> Expr:
    if key in ("any_of", "all_of"):
        parts = [compile_predicate(item, scope, (*path, i)) for i, item in enumerate(value)]
        return b.or_(parts) if key == "any_of" else b.and_(parts)
    if key == "not":
        return b.not_(compile_predicate(value, scope, path))
    if key == "complete":
        return b.and_(_filled(name, scope, path) for name in required_fields(value, scope, path))
    try:
        left = scope.name(key)
    except KeyError:
        near = difflib.get_close_matches(key, scope.log.columns(), n=1)
        raise Fault(
            Text(f"“{scope.log.id}”里没有字段“{key}”", f"'{scope.log.id}' has no field '{key}'"),
            path=path,
            code="unknown-field",
            found=key,
            hint=Text(f"是否想写“{near[0]}”？", f"did you mean '{near[0]}'?") if near else None,
        ) from None
    except Fault as fault:
        fault.path = fault.path or path
        raise
    return b.and_(_noted(key, left, op, operand, scope, (*path, op)) for op, operand in value.items())


def _filled(name: str, scope: Scope, path: Path) -> Expr:
    expr = is_present(name, scope, path)
    _note(
        scope,
        Condition(
            (*path, name), scope.log.id, name, "present", True, expr, scope.name(name), None, scope.side
        ),
    )
    return expr


def _noted(name: str, left: Expr, op: str, operand: Any, scope: Scope, path: Path) -> Expr:
    """Give a condition, and note whose words it was."""
    right = _reference(operand, scope, path) if isinstance(operand, Mapping) else None
    expr = _condition(name, left, op, operand if right is None else right, scope, path)
    _note(scope, Condition(path, scope.log.id, name, op, operand, expr, left, right, scope.side))
    return expr


def _note(scope: Scope, condition: Condition) -> None:
    scope.params.notes.conditions[condition.path] = condition


def required_fields(value: Any, scope: Scope, path: Path) -> list[str]:
    """Give the field names that `complete:` means: a list, `[required]`, or a parameter that holds a list."""
    names: list[str] = []
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, str) and item.startswith("$"):
            names += list(scope.params.find(item[1:]).values[-1][1] or ())  # type: ignore[arg-type]
        else:
            names.append(item)
    if names == ["required"]:
        return [f.name for f in scope.log.fields.values() if f.required and not f.formula]
    for name in names:
        if name not in scope.log.columns():
            raise Fault(
                Text(f"“{scope.log.id}”里没有字段“{name}”", f"'{scope.log.id}' has no field '{name}'"),
                path=path,
                code="unknown-field",
            )
    return names


def is_present(name: str, scope: Scope, path: Path) -> Expr:
    """Give whether a field holds a value: blank is false, unreadable unknown."""
    entry = scope.log.fields.get(name)
    if entry is not None and not entry.formula and not scope.prefix:
        return Present(name, scope.side)
    cell = scope.name(name)
    if isinstance(cell, Col) and any(name in link.figures for link in scope.log.links.values()):
        there = b.not_(b.is_null(cell))
        return b.if_(there, b.TRUE, b.if_(b.is_true(scope.absent(cell)), b.FALSE, b.UNKNOWN))
    step, _, column = cell.name.partition(".") if isinstance(cell, Col) else ("", "", "")
    if not column:
        return b.not_(b.is_null(cell))
    # A column of a linked row: not there when no row was found or its cell is blank; unknown when the row could not be
    # told or its cell could not be read.
    source = (
        name
        if scope.prefix
        else next((link.take[name] for link in scope.log.links.values() if name in link.take), name)
    )
    unread = b.is_true(
        Call("contains", (Col(f"{step}._bad", "text", scope.side), b.lit(f",{source},")), "bool")
    )
    doubt = b.or_([unread, b.is_null(Col(f"{step}.found", "bool", scope.side))])
    return b.if_(b.not_(b.is_null(cell)), b.TRUE, b.if_(doubt, b.UNKNOWN, b.FALSE))


def missing_list(value: Any, scope: Scope, path: Path) -> Expr:
    """Give the headers of the fields that are blank, joined by `、`; empty text when none is."""
    parts: list[Expr] = []
    for name in required_fields(value, scope, path):
        entry = scope.log.fields.get(name)
        said = (entry.header if entry else "") or name
        parts.append(b.if_(b.is_false(is_present(name, scope, path)), b.lit(said + "、"), b.lit("")))
    return Call("trim_list", (Call("concat", tuple(parts), "text"),), "text") if parts else b.lit("")


def _condition(name: str, left: Expr, op: str, operand: Any, scope: Scope, path: Path) -> Expr:
    entry = scope.field(name)
    if op == "present":
        here = is_present(name, scope, path)
        return here if operand is True else b.not_(here)

    def make(value: Any) -> Expr:
        try:
            return _apply(op, left, value, entry, path)
        except Fault as fault:
            fault.path = fault.path or path
            raise

    if isinstance(operand, str) and operand.startswith("$"):
        try:
            return scope.params.each(operand[1:], make)
        except KeyError:
            near = difflib.get_close_matches(operand[1:], scope.params.names(), n=1)
            hint = Text(f"是否想写“${near[0]}”？", f"did you mean '${near[0]}'?") if near else None
            raise Fault(
                Text(f"没有参数“{operand}”", f"there is no parameter '{operand}'"),
                path=path,
                code="unknown-parameter",
                hint=hint,
            ) from None
    if isinstance(operand, Lit | Col | Present | Call):
        return _against(op, left, operand, path)
    return make(operand)


def _reference(operand: Mapping[str, Any], scope: Scope, path: Path) -> Expr:
    try:
        if "field" in operand:
            return scope.name(str(operand["field"]))
        return scope.formula(str(operand["formula"]))
    except KeyError:
        raise Fault(
            Text(f"没有字段“{operand['field']}”", f"there is no field '{operand['field']}'"),
            path=(*path, "field"),
            code="unknown-field",
        ) from None
    except Fault as fault:
        fault.path = fault.path or (*path, "formula")
        raise


def _against(op: str, left: Expr, right: Expr, path: Path) -> Expr:
    if right.type == "list" and op in ("in", "not_in"):
        inside = Call("has", (right, left), "bool")
        return inside if op == "in" else b.not_(inside)
    if op == "contains":
        return Call("has" if left.type == "list" else "contains", (left, right), "bool")
    if op not in _COMPARE or not comparable(left, right):
        raise Fault(
            Text(
                f"“{op}”不能比较 {left.type} 与 {right.type}",
                f"'{op}' cannot compare {left.type} with {right.type}",
            ),
            path=path,
            code="type",
        )
    return b.compare(_COMPARE[op], left, right)


def _apply(op: str, left: Expr, value: Any, entry: Field | None, path: Path) -> Expr:
    if value is None:
        return b.UNKNOWN
    if op in ("in", "not_in"):
        options = value if isinstance(value, list | tuple) else [value]
        if left.type == "list":
            inside = b.or_(Call("has", (left, literal(v, "text", entry)), "bool") for v in options)
        else:
            inside = (
                b.bool_("in", left, *(literal(v, left.type, entry) for v in options)) if options else b.FALSE
            )
        return inside if op == "in" else b.not_(inside)
    if op == "between":
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise Fault(
                Text("between 要写两个值", "`between` takes two values"),
                path=path,
                code="type",
                found=str(value),
            )
        low, high = (literal(v, left.type, entry) for v in value)
        upper = "lt" if left.type == "duration" else "le"
        return b.and_([b.compare("ge", left, low), b.compare(upper, left, high)])
    if op == "contains":
        return Call(
            "has" if left.type == "list" else "contains", (left, literal(value, "text", entry)), "bool"
        )
    if op in ("starts_with", "matches"):
        if left.type != "text":
            raise Fault(Text(f"“{op}”只用于文字", f"'{op}' is for text"), path=path, code="type")
        return Call(op, (left, b.lit(_pattern(str(value), path) if op == "matches" else str(value))), "bool")
    return b.compare(_COMPARE[op], left, literal(value, left.type, entry))


def _pattern(text: str, path: Path) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise Fault(
            Text(f"正则表达式写错：{error}", f"the pattern is wrong: {error}"), path=path, code="pattern"
        ) from None
    if len(text) > 200 or re.search(r"\\[1-9]|\(\?[=!<P]|[*+}][*+]", text):
        raise Fault(
            Text(
                "正则表达式太复杂：不要用回溯引用和环视",
                "the pattern is too complex: no back-references, no look-around",
            ),
            path=path,
            code="pattern",
        )
    return text


def literal(value: Any, wanted: str, entry: Field | None = None) -> Lit:
    """Give a literal of the field's type, from the text or number an editor writes.

    Raises:
        Fault: the value is not of that type, or not one of the field's values.

    >>> literal("22:00", "duration").value, literal("30 minutes", "duration").value
    (79200000000, 1800000000)
    """
    if isinstance(value, Duration):
        typed = typed_value(value)
        if not isinstance(typed, Span) and isinstance(typed, Lit) and wanted == "duration":
            return typed
        raise _mismatch(str(value), wanted)
    if wanted == "text":
        if entry is not None and entry.values and str(value) not in entry.values:
            near = difflib.get_close_matches(str(value), entry.values, n=1) or [entry.values[0]]
            raise Fault(
                Text(f"“{value}”不是“{entry.name}”的值", f"'{value}' is not a value of '{entry.name}'"),
                code="unknown-value",
                found=str(value),
                expected=", ".join(entry.values),
                hint=Text(f"是否想写“{near[0]}”？", f"did you mean '{near[0]}'?"),
            )
        return Lit(str(value), "text")
    maker = {
        "int": _number,
        "decimal": _number,
        "bool": _bool,
        "date": _date,
        "datetime": _datetime,
        "duration": _duration,
    }.get(wanted)
    made = maker(value) if maker else None
    if made is None:
        raise _mismatch(str(value), wanted)
    return made


def _mismatch(found: str, wanted: str) -> Fault:
    return Fault(
        Text(f"“{found}”不是 {wanted}", f"'{found}' is not a {wanted}"),
        code="type",
        found=found,
        expected=wanted,
    )


def _number(value: Any) -> Lit | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return b.lit(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return b.lit(number) if number.is_finite() else None


def _bool(value: Any) -> Lit | None:
    return b.lit(value) if isinstance(value, bool) else None


def _date(value: Any) -> Lit | None:
    text = str(value)
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return b.lit(date(int(match[1]), int(match[2]) * 3 - 2, 1))
    try:
        return b.lit(date.fromisoformat(text + "-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text))
    except ValueError:
        return None


def _datetime(value: Any) -> Lit | None:
    try:
        return b.lit(datetime.fromisoformat(str(value)))
    except ValueError:
        return None


def _duration(value: Any) -> Lit | None:
    """Give a time of day or a length of elapsed time, `22:00` or `30 minutes`; days have no fixed length."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", str(value))
    if match:
        return Lit((int(match[1]) * 60 + int(match[2])) * 60_000_000, "duration")
    length = parse_duration(str(value))
    typed = typed_value(length) if length else None
    return typed if isinstance(typed, Lit) else None
