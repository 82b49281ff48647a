"""`attest`: what only people can judge. Their signed answer is a record; without it nothing passes and nothing fails."""

from __future__ import annotations

from dataclasses import dataclass

from checker.language.formula.typing import Fault
from checker.language.kinds.common import grid, in_run, record_key, start_record, text_of
from checker.language.kinds.context import Context, Draft, col
from checker.language.pack import Attestations
from checker.language.schedule import span_rows
from checker.language.scope import Scope
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Lookup, Match, Related, Take


@dataclass(frozen=True)
class Answer:
    """What the attestations about one subject say; counts of rows."""

    step: Related
    confirmed: Expr
    denied: Expr


def answers(ctx: Context, subject: Expr, clause: str, signers: int, name: str = "attested") -> Answer:
    """Give the step that finds the signed answers about a subject."""
    source = need_source(ctx)
    scope = ctx.other(ctx.log(source.log, ("attestations", "log")))
    signed = signed_by(scope, source, signers)
    conclusion = scope.name(source.conclusion)
    takes = tuple(
        Take(f"{name}_{word}", "count", None, b.and_([b.compare("eq", conclusion, b.lit(value)), signed]))
        for word, value in (("yes", source.confirmed), ("no", source.denied))
    )
    if scope.log.fields[source.subject].type == "id":
        subject = Call("upper", (subject,), "text")  # ids are read in capitals
    matches = (Match(subject, scope.name(source.subject), b.FALSE),)
    where = b.compare("eq", scope.name(source.clause), b.lit(clause))
    step = Related(name, scope.table, matches, where, takes)
    return Answer(step, col(f"{name}_yes"), col(f"{name}_no"))


def need_source(ctx: Context) -> Attestations:
    """Give where attestations are kept, or the fault that the pack does not say."""
    if ctx.pack.attestations is None:
        raise Fault(
            Text("pack.yaml 没有 attestations", "pack.yaml has no `attestations`"),
            path=ctx.path,
            code="missing-source",
        )
    return ctx.pack.attestations


def signed_by(scope: Scope, source: Attestations, signers: int) -> Expr:
    """Give whether enough different people signed."""
    names = [scope.name(field) for field in source.signers]
    if signers <= 1:
        return b.or_(b.not_(b.is_null(name)) for name in names)
    chosen = names[:signers]
    if len(chosen) < signers:
        raise Fault(
            Text(f"确认人栏只有 {len(names)} 个", f"there are only {len(names)} signer fields"),
            path=("check",),
            code="signers",
        )
    differ = [b.is_true(b.compare("ne", one, two)) for i, one in enumerate(chosen) for two in chosen[i + 1 :]]
    return b.and_(differ)


def compile_attest(ctx: Context) -> Draft:
    """Give the plan of an `attest` check: from the answers themselves (`missing: pass`), or for every subject."""
    check = ctx.check
    if check.get("missing", "not_checked") == "pass" and "log" in check:
        return _from_answers(ctx)
    if "log" in check:
        draft, names = start_record(ctx, ctx.log(check["log"], (*ctx.path, "log")), check.get("at"))
        in_run(ctx, draft)
        draft.applies.append(ctx.where(check.get("where"), names, "where"))
        subject: Expr = record_key(names)
    else:
        if "per" not in check or "every" not in check:
            raise Fault(
                Text(
                    "attest 要么写 log，要么写 per 和 every",
                    "an attest check has either `log`, or `per` and `every`",
                ),
                path=ctx.path,
                code="attest-form",
            )
        draft, _ = grid(ctx, check["per"], span_rows(ctx.schedule(), ctx.spec, ctx.rule.effective.start))
        who = draft.person or next(iter(draft.subject.values()), b.lit(ctx.pack.id))
        subject = Call("concat", (text_of(who), b.lit("@"), col("period", "text")), "text")
        draft.due = col("due_at", "datetime")
    answer = answers(ctx, subject, str(check.get("clause", ctx.rule.clause)), ctx.whole("signers", check, 1))
    draft.steps.append(answer.step)
    yes, no = (answer.confirmed, answer.denied) if _violation(ctx) else (answer.denied, answer.confirmed)
    some_yes, some_no = b.compare("gt", yes, b.lit(0)), b.compare("gt", no, b.lit(0))
    draft.require = b.not_(some_yes)
    unanswered = b.or_([b.and_([b.not_(some_yes), b.not_(some_no)]), b.and_([some_yes, some_no])])
    if check.get("missing", "not_checked") == "not_checked":
        open_question = b.and_([*draft.applies, unanswered])
        draft.given += [(open_question, "not_checked"), (b.is_null(open_question), "undetermined")]
    return draft


def _violation(ctx: Context) -> bool:
    """Tell whether a confirmed statement is the violation (else a denied one is)."""
    when, source = ctx.check.get("violation_when"), need_source(ctx)
    return when is None or when == source.confirmed


def _from_answers(ctx: Context) -> Draft:
    """Judge the answers: one that says so, signed by enough people, is the violation; no answer is no case."""
    check, source = ctx.check, need_source(ctx)
    about = ctx.log(check["log"], (*ctx.path, "log"))
    draft, names = start_record(ctx, ctx.log(source.log, ("attestations", "log")), None)
    ctx.params.on = b.date_of(draft.at) if draft.at.type != "null" else None
    there = ctx.other(about)
    columns = [
        (f.name, there.stored(f.name))
        for f in about.fields.values()
        if not f.formula and f.name in _wanted(ctx, about)
    ]
    draft.steps.append(
        Lookup("about", there.table, (Match(names.name(source.subject), record_key(there)),), tuple(columns))
    )
    draft.person = Col(f"about.{about.person}", "text") if about.person else None
    draft.person_name = Col(f"about.{about.person_name}", "text") if about.person_name else None
    if about.region:
        draft.subject["region"] = text_of(Col(f"about.{about.region}", there.stored(about.region).type))
    draft.record, draft.record_log = names.name(source.subject), about.id
    clause = str(check.get("clause", ctx.rule.clause))
    draft.applies.append(b.compare("eq", names.name(source.clause), b.lit(clause)))
    word = source.confirmed if _violation(ctx) else source.denied
    says = b.compare("eq", names.name(source.conclusion), b.lit(word))
    signed = signed_by(names, source, ctx.whole("signers", check, 1))
    draft.require = b.not_(says)
    draft.given.append((b.and_([*draft.applies, says, b.not_(signed)]), "not_checked"))
    in_run(ctx, draft)
    draft.applies.append(b.if_(Col("about.found", "bool"), b.TRUE, b.UNKNOWN))
    draft.values = {"conclusion": (names.name(source.conclusion), None)}
    return draft


def _wanted(ctx: Context, about: object) -> set[str]:
    log = ctx.log(ctx.check["log"], (*ctx.path, "log"))
    return {n for n in (log.person, log.person_name, log.region) if n} | set(ctx.rule.show)
