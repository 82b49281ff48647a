"""Pieces that several check kinds share: keys, subjects, periods, matching people, values to report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.calendar import Cycle
from checker.language.formula.typing import Fault
from checker.language.kinds.context import Context, Draft, col
from checker.language.pack import Field, Log
from checker.language.periods import bucket
from checker.language.schedule import PERIOD_COLUMNS
from checker.language.scope import Scope, day_expr, day_lit, key_match, validity
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Grid, Lit, Match, Present, Records, SmallTable

LABELS = "[0-9]{4}(-W[0-9]{2}|-[0-9]{2}(-[0-9]{2})?|Q[1-4])?"


def text_of(value: Expr) -> Expr:
    """Give a value as text, for keys and names; a list is joined by `、`."""
    if value.type == "text":
        return value
    return Call("join" if value.type == "list" else "text", (value,), "text")


def record_key(scope: Scope) -> Expr:
    """Give the key of a record as text, parts joined by `|`."""
    parts: list[Expr] = []
    for name in scope.log.key:
        parts += [b.lit("|")] if parts else []
        parts.append(text_of(scope.name(name)))
    return (
        parts[0] if len(parts) == 1 else Call("concat", tuple(parts), "text") if parts else Lit(None, "text")
    )


def start_record(ctx: Context, log: Log, at_field: str | None, path: str = "at") -> tuple[Draft, Scope]:
    """Give a draft that judges the records of a log, dated by `at_field` or the log's own date."""
    names = ctx.this(log)
    at: Expr = Lit(None, "date")
    if at_field or log.date:
        at = named(names, at_field or str(log.date), (*ctx.path, path))
    draft = Draft(Records(log.id), b.TRUE, b.TRUE, names=names, record_log=log.id)
    draft.at, draft.record = at, record_key(names)
    draft.person = names.name(log.person) if log.person else None
    draft.person_name = names.name(log.person_name) if log.person_name else None
    if log.region:
        draft.subject["region"] = text_of(names.name(log.region))
    return draft, names


def in_run(ctx: Context, draft: Draft) -> None:
    """Set the scope of a draft over records: dated in the run, or due in it after an earlier month.

    A log without a date is judged whole. Records of earlier months whose deadline passed between the start of the
    run and the cut-off are judged again, so that what was pending last month is not lost.
    """
    if draft.at == Lit(None, "date"):
        return
    day = day_expr(draft.at)
    first, last = ctx.spec.period.start, ctx.spec.period.end
    inside = b.and_([b.compare("ge", day, day_lit(first)), b.compare("le", day, day_lit(last))])
    parts = [inside]
    if draft.due is not None:
        late = [
            b.compare("lt", day, day_lit(first)),
            b.compare("gt", draft.due, day_lit(first)),
            b.compare("le", draft.due, ctx.as_of),
        ]
        parts.append(b.and_(late))
    draft.judged = b.or_(parts)
    if ctx.look_back < first:
        parts = [b.and_([b.compare("ge", day, day_lit(ctx.look_back)), b.compare("le", day, day_lit(last))])]
    draft.scope = b.or_(parts)


def named(scope: Scope, name: str, path: tuple[str | int, ...]) -> Expr:
    """Give what a name stands for, or the fault that says it stands for nothing."""
    try:
        return scope.name(name)
    except KeyError:
        raise Fault(
            Text(f"“{scope.log.id}”里没有字段“{name}”", f"'{scope.log.id}' has no field '{name}'"),
            path=path,
            code="unknown-field",
            found=name,
        ) from None
    except Fault as fault:
        fault.path = fault.path or path
        raise


def same_person(this: Expr, this_name: Expr | None, scope: Scope) -> Match:
    """Match people by id; a row without an id may be anyone's of the same name (or of no name)."""
    log = scope.log
    theirs = scope.name(log.person) if log.person else Lit(None, "text")
    if log.person_name is None or this_name is None:
        return Match(this, theirs)
    differ = b.compare("ne", scope.name(log.person_name), this_name)
    return Match(this, theirs, b.if_(b.is_true(differ), b.FALSE, b.UNKNOWN))


def grid(ctx: Context, per: str, rows: tuple[Any, ...]) -> tuple[Draft, Scope | None]:
    """Give a draft over subjects x periods: people, regions, the company, or the rows of any log."""
    table = f"periods of {ctx.rule.id}"
    ctx.small[table] = SmallTable(table, PERIOD_COLUMNS, rows)
    subjects: Mapping[str, Any] = ctx.check.get("subjects") or {}
    draft = Draft(
        Grid(table),
        b.TRUE,
        b.TRUE,
        period=col("period", "text"),
        at=col("on", "date"),
        judged=col("judged", "bool"),
    )
    draft.scope = b.TRUE if ctx.look_back < ctx.spec.period.start else draft.judged
    if per == "company":
        return draft, None
    log, key = _subject_log(ctx, per, subjects)
    names = ctx.this(log)
    draft.names = names
    columns = tuple(names.col(f) for f in log.fields.values() if not f.formula)
    starts, ends = validity(ctx.pack, log, "this")
    for bound, cols in (("from", "starts"), ("to", "ends")):
        if bound in subjects:
            extra = (names.stored(subjects[bound]),)
            starts, ends = (extra, ends) if cols == "starts" else (starts, extra)
    where = ctx.where(subjects.get("where"), names, "subjects", "where")
    if names.steps:
        raise Fault(
            Text("subjects 的条件只能用记录里的字段", "subjects can only be chosen by stored fields"),
            path=(*ctx.path, "subjects", "where"),
        )
    draft.source = Grid(table, log.id, key, columns, where, starts, ends)
    draft.applies.append(col("member", "bool"))
    _name_subject(ctx, draft, names, per, key, subjects)
    return draft, names


def _subject_log(ctx: Context, per: str, subjects: Mapping[str, Any]) -> tuple[Log, str]:
    source = {"person": ctx.pack.people, "region": ctx.pack.regions}.get(per)
    if source is not None:
        return ctx.log(source.log, (*ctx.path, "per")), source.key
    if per in ("person", "region"):
        raise Fault(
            Text(f"pack.yaml 里没有“{per}”的来源", f"pack.yaml does not say where each {per} is kept"),
            path=(*ctx.path, "per"),
        )
    log = ctx.log(per, (*ctx.path, "per"))
    key = str(subjects.get("key") or (log.key[0] if log.key else ""))
    if key not in log.fields:
        raise Fault(
            Text(
                f"“{per}”要用 subjects.key 说明主体",
                f"say with subjects.key what identifies a subject in '{per}'",
            ),
            path=(*ctx.path, "per"),
        )
    return log, key


def _name_subject(
    ctx: Context, draft: Draft, names: Scope, per: str, key: str, subjects: Mapping[str, Any]
) -> None:
    people = ctx.pack.people
    if per == "person" and people:
        draft.person = names.name(key)
        draft.person_name = names.name(people.name) if people.name else None
        if people.region:
            draft.subject["region"] = text_of(names.name(people.region))
        return
    draft.subject[key if per != "region" else "region"] = text_of(names.name(key))
    if "region" in subjects:
        draft.subject["region"] = text_of(names.name(subjects["region"]))


def subject_match(ctx: Context, draft: Draft, per: str, scope: Scope) -> tuple[Match, ...]:
    """Match the rows of a related log to the subject of the grid."""
    if per == "company":
        return ()
    if per == "person":
        if not scope.log.person or draft.person is None:
            raise Fault(
                Text(f"“{scope.log.id}”没有声明 person", f"'{scope.log.id}' does not declare its person"),
                path=(*ctx.path, "log"),
            )
        return (same_person(draft.person, draft.person_name, scope),)
    assert isinstance(draft.source, Grid) and draft.names and draft.source.key
    key = draft.source.key
    listed = scope.log.fields.get(scope.log.region or "") if per == "region" else None
    if listed is not None and listed.type == "list":
        return ()
    theirs = scope.log.region if per == "region" else key
    if theirs is None or theirs not in scope.log.columns():
        raise Fault(
            Text(f"“{scope.log.id}”里没有“{theirs or per}”", f"'{scope.log.id}' has no '{theirs or per}'"),
            path=(*ctx.path, "log"),
        )
    return (key_match(draft.names.name(key), scope, theirs),)


def subject_condition(draft: Draft, per: str, scope: Scope) -> Expr:
    """Give what a match by equality cannot say: a row that names several regions belongs to each of them."""
    listed = scope.log.fields.get(scope.log.region or "") if per == "region" else None
    if listed is None or listed.type != "list":
        return b.TRUE
    assert isinstance(draft.source, Grid) and draft.names and draft.source.key
    return Call("has", (scope.name(listed.name), draft.names.name(draft.source.key)), "bool")


def during(ctx: Context, scope: Scope, raw: Mapping[str, Any]) -> Expr:
    """Give whether a row that holds from a day to a day shares a day with the period; a blank end is open.

    A row of the people or regions log holds, besides, only while pack.yaml says that it does.
    """
    own_starts, own_ends = validity(ctx.pack, scope.log, "other")
    starts, ends = ([raw[key]] if key in raw else [] for key in ("from", "to"))
    starts, ends = (
        [*dict.fromkeys([*s, *(c.name for c in own)])] for s, own in ((starts, own_starts), (ends, own_ends))
    )
    bounds = [(name, "le", "period_end") for name in starts] + [(name, "ge", "period_start") for name in ends]
    parts: list[Expr] = []
    for name, op, edge in bounds:
        day = day_expr(named(scope, name, (*ctx.path, "during")))
        parts.append(b.or_([b.is_false(Present(name, "other")), b.compare(op, day, col(edge, "date"))]))
    return b.and_(parts)


def period_match(ctx: Context, scope: Scope, period_field: str | None, at: Expr) -> Match:
    """Match rows of a related log to the period: by the field that holds the period, else by their date."""
    day, unit = day_expr(at), ctx.unit
    if period_field:
        held = named(scope, period_field, (*ctx.path, "period"))
        by_date = (
            b.compare("eq", bucket(unit, day), col("period_start", "date"))
            if day != Lit(None, "date")
            else b.UNKNOWN
        )
        if held.type == "text":
            # Text that is not the name of a period says nothing: such a row is placed by its date.
            names = unit.pattern if isinstance(unit, Cycle) else LABELS
            known = Call("matches", (held, b.lit(names)), "bool")
            return Match(col("period", "text"), b.if_(b.is_true(known), held, Lit(None, "text")), by_date)
        return Match(col("period_start", "date"), bucket(unit, day_expr(held)), by_date)
    return Match(col("period_start", "date"), bucket(unit, day))


def report_fields(draft: Draft, names: Iterable[str], path: tuple[str | int, ...]) -> None:
    """Add fields of the record to the values reported."""
    if draft.names is None:
        return
    for name in names:
        if name not in draft.values:
            entry = draft.names.field(name)
            draft.values[name] = (named(draft.names, name, path), unit_of(entry))


def unit_of(entry: Field | None) -> str | None:
    """Give the unit in which a field is shown; a time of day is shown as the clock has it."""
    return ("time" if entry.type == "time" else entry.unit) if entry else None


def fields_in(raw: Any, known: Iterable[str]) -> list[str]:
    """Give the field names a predicate mentions, in order."""
    names = set(known)
    found: list[str] = []
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in names:
                found.append(key)
            if key == "field" and isinstance(value, str):
                found.append(value)
            found += fields_in(value, names)
    elif isinstance(raw, list | tuple):
        for item in raw:
            found += fields_in(item, names)
    return list(dict.fromkeys(found))


def first_of(starts: tuple[Col, ...]) -> Expr:
    """Give the latest of several starts; blank ones are ignored."""
    return _tightest("greatest", starts)


def last_of(ends: tuple[Col, ...]) -> Expr:
    """Give the earliest of several ends; blank ones are ignored."""
    return _tightest("least", ends)


def _tightest(fn: str, bounds: tuple[Col, ...]) -> Expr:
    result: Expr = Lit(None, "date")
    for one in bounds:
        result = (
            Call("coalesce", (Call(fn, (one, result), "date"), one, result), "date")
            if result != Lit(None, "date")
            else one
        )
    return result
