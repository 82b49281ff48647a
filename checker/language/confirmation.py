"""A failure that counts only when people attest it: whom the attestations are about, and what their answers make of it."""

from __future__ import annotations

import re

from checker.language.anatomy import Rung
from checker.language.formula.typing import Fault
from checker.language.kinds.attest import answers
from checker.language.kinds.common import text_of
from checker.language.kinds.context import Context, Draft
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Expr, Step


def confirmed(ctx: Context, draft: Draft, steps: list[Step], soft: set[str]) -> list[Rung]:
    """Give the outcomes of a failure that counts only when people attest it."""
    raw = ctx.rule.confirmed_by
    if not raw:
        return []
    subject = _template(str(raw["subject"]), ctx, draft)
    answer = answers(ctx, subject, str(raw["clause"]), ctx.whole("signers", raw, 1), "confirmed")
    steps.append(answer.step)
    soft.add(answer.step.log)
    yes, no = b.compare("gt", answer.confirmed, b.lit(0)), b.compare("gt", answer.denied, b.lit(0))
    return [
        Rung("confirmed", b.and_([yes, b.not_(no)]), "fail"),
        Rung("denied", b.and_([no, b.not_(yes)]), "not_applicable"),
        Rung("unconfirmed", b.TRUE, "not_checked"),
    ]


def _template(text: str, ctx: Context, draft: Draft) -> Expr:
    people = ctx.pack.people
    known: dict[str, Expr] = {"period": draft.period, "record": draft.record, **draft.subject}
    if people and draft.person is not None:
        known[people.key] = draft.person
    pieces: list[Expr] = []
    for literal, name in re.findall(r"([^{}]+)|\{([^{}]*)\}", text):
        if name and name not in known:
            raise Fault(
                Text(f"“{{{name}}}”不认识", f"'{{{name}}}' is not known here"),
                path=("confirmed_by", "subject"),
                expected=", ".join(known),
                code="unknown-field",
            )
        pieces.append(text_of(known[name]) if name else b.lit(literal))
    return Call("concat", tuple(pieces), "text")
