"""Who may have to answer: the fields that a cause points to or that share a fine, and whose wages are left alone."""

from __future__ import annotations

from checker.language.formula.typing import Fault
from checker.language.kinds.common import text_of
from checker.language.kinds.context import Context, Draft, col
from checker.language.pack import People
from checker.language.places import Path
from checker.language.predicates import compile_predicate
from checker.language.scope import Scope, day_expr, validity
from checker.language.terms import named
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Derive, Expr, Lit, Lookup, Match, Present, Related, Step, Take


def who_pays(ctx: Context, draft: Draft, steps: list[Step], soft: set[str]) -> Expr | None:
    """Give who pays, where that is not the person judged: a field, or the one holder of a duty on that day."""
    penalty, people = ctx.rule.terms, ctx.pack.people
    if "from" in penalty:
        if people and penalty["from"] == people.key and draft.person is not None:
            return draft.person
        if draft.names is None:
            raise Fault(
                Text("from 没有可用的字段", "`from` has no field to take"),
                path=("penalty", "from"),
                code="unknown-field",
            )
        try:
            return text_of(draft.names.name(str(penalty["from"])))
        except KeyError:
            raise Fault(
                Text(f"没有字段“{penalty['from']}”", f"there is no field '{penalty['from']}'"),
                path=("penalty", "from"),
                code="unknown-field",
            ) from None
    if "from_duty" not in penalty:
        return None
    if people is None or not people.duties:
        raise Fault(
            Text("pack.yaml 的 people 没有 duties", "`people` in pack.yaml has no `duties`"),
            path=("penalty", "from_duty"),
            code="missing-source",
        )
    steps.append(_duty_holders(ctx, people, str(penalty["from_duty"]), day_expr(draft.at)))
    soft.add(people.log)
    one = b.and_([b.compare("eq", col("holders"), b.lit(1)), b.compare("eq", col("duty_unknown"), b.lit(0))])
    return b.if_(b.is_true(one), Col("holder", "text"), Lit(None, "text"))


def _duty_holders(ctx: Context, people: People, duty: str, day: Expr) -> Related:
    scope = ctx.other(ctx.log(people.log, ("penalty", "from_duty")))
    starts, ends = validity(ctx.pack, scope.log, "other")
    valid = [b.or_([b.is_false(Present(c.name, "other")), b.compare("le", c, day)]) for c in starts]
    valid += [b.or_([b.is_false(Present(c.name, "other")), b.compare("ge", c, day)]) for c in ends]
    holds = Call("has", (scope.name(str(people.duties)), b.lit(duty)), "bool")
    key = scope.name(people.key)
    # A blank list of duties is nobody's duty, only an unreadable one leaves doubt.
    where = b.and_([b.or_([Present(str(people.duties), "other")]), holds, *valid])
    takes = (Take("holders", "distinct", key), Take("holder", "min", key, None, "text"))
    return Related("duty", scope.table, (), where, takes, evidence=False)


def payers(ctx: Context, draft: Draft, steps: list[Step]) -> list[tuple[str, Expr]]:
    """Give what the plan keeps of each of them: who it is, and whether nothing may be deducted from their wages."""
    keep: list[tuple[str, Expr]] = []
    for at, (name, path) in enumerate(dict(named(ctx.rule.terms)).items()):
        who = _field(draft, name, ("penalty", *path))
        keep.append((f"liable.{name}", who))
        if ctx.pack.people and ctx.pack.people.no_deduction and who.type == "text":
            keep.append((f"exempt.{name}", _exempt(ctx, draft, f"payer{at}", who, steps)))
    return keep


def exemption(ctx: Context, draft: Draft, liable: Expr, steps: list[Step]) -> list[tuple[str, Expr]]:
    """Give whether nothing may be deducted from the wages of whoever pays, where that is not the person judged."""
    people = ctx.pack.people
    if people is None or not people.no_deduction or not ctx.rule.penalty:
        return []
    steps.append(Derive("payer", liable))
    return [("no_deduction", _exempt(ctx, draft, "payers", Col("payer", "text"), steps))]


def _field(draft: Draft, name: str, path: Path) -> Expr:
    try:
        if draft.names is None:
            raise KeyError(name)
        found = draft.names.name(name)
    except KeyError:
        said = Text(f"没有字段“{name}”", f"there is no field '{name}'")
        raise Fault(said, path=path, code="unknown-field", found=name) from None
    return found if found.type == "list" else text_of(found)


def _exempt(ctx: Context, draft: Draft, step: str, who: Expr, steps: list[Step]) -> Expr:
    """Look a person up in the people log on the day of the event."""
    people = ctx.pack.people
    assert people is not None
    log = ctx.log(people.log, ("penalty",))
    there = ctx.other(log)
    starts, ends = validity(ctx.pack, log, "other")
    columns = (
        *((f.name, there.col(f)) for f in log.fields.values() if not f.formula),
        ("_bad", Col("_bad", "text", "other")),
    )
    match = (Match(who, there.stored(people.key)),)
    steps.append(Lookup(step, log.id, match, columns, day_expr(draft.at), starts, ends))
    scope = Scope(ctx.pack, log, ctx.params, "this", {}, ctx.views, f"{step}.")
    return b.is_true(compile_predicate(people.no_deduction, scope, ("people", "no_deduction")))
