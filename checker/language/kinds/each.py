"""`each`: every record of a log, of those that `where` chooses, must satisfy `require`."""

from __future__ import annotations

from checker.language.formula.typing import Fault
from checker.language.kinds.common import fields_in, in_run, report_fields, start_record
from checker.language.kinds.context import Context, Draft
from checker.language.predicates import missing_list
from checker.plan import build as b
from checker.plan.nodes import Expr, Lit


def compile_each(ctx: Context) -> Draft:
    """Give the plan of an `each` check: a failure is pending until `due`, when that is given."""
    check = ctx.check
    log = ctx.log(check["log"], (*ctx.path, "log"))
    draft, names = start_record(ctx, log, check.get("at"))
    ctx.params.on = b.date_of(draft.at) if draft.at.type != "null" else None
    draft.applies.append(ctx.where(check.get("where"), names, "where"))
    draft.require = ctx.where(check["require"], names, "require")
    if "due" in check:
        try:
            due = names.formula(str(check["due"]))
        except Fault as fault:
            fault.path = fault.path or (*ctx.path, "due")
            raise
        draft.due, draft.open_outcome = deadline(due), "pending" if isinstance(due, Lit) else "undetermined"
    in_run(ctx, draft)
    mentioned = fields_in([check.get("where"), check["require"]], log.columns())
    if "complete" in check["require"]:
        missing = missing_list(check["require"]["complete"], names, (*ctx.path, "require", "complete"))
        draft.values["missing"] = (missing, None)
    report_fields(draft, mentioned, ctx.path)
    return draft


def deadline(due: Expr) -> Expr:
    """Give the first moment that is too late: a day is met until its end, a moment until it is reached.

    A deadline that rests on a parameter without a value is null: what is open stays open.
    """
    if isinstance(due, Lit) and due.value is None:
        return Lit(None, "datetime")
    return b.start_of_day(b.add_days(due, b.lit(1))) if due.type == "date" else due
