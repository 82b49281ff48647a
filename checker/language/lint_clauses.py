"""The article matrix: every clause handled as it says, every citation of a clause that exists."""

from __future__ import annotations

from collections.abc import Iterator

from checker.diagnostics import Diagnostic, Severity
from checker.language.lint_names import fault, unknown
from checker.language.lint_uses import clause_names
from checker.language.pack import Clause, Pack, Rule
from checker.model import Text


def cited_clauses_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every clause that a rule cites is in clauses.yaml."""
    for rule in pack.rules:
        for path, ref in clause_names(rule):
            if ref not in pack.clauses:
                said = Text(f"clauses.yaml 没有条款 `{ref}`", f"clauses.yaml has no clause `{ref}`")
                yield unknown("unknown-clause", rule.places.of(path), ref, pack.clauses, said)


def clauses_are_handled(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A clause that is automated, attested or a statistic has the rule; one out of scope has a reason."""
    cited = {ref for rule in pack.rules if rule.status != "retired" for _, ref in clause_names(rule)}
    cited |= {tally.clause for tally in pack.tallies.values()}
    attested = {ref for rule in pack.rules for ref in _attested(rule)}
    for clause in pack.clauses.values():
        yield from _handled(clause, cited, attested)


def _attested(rule: Rule) -> Iterator[str]:
    if rule.check_kind == "attest":
        yield from (rule.clause, *rule.supports, rule.check["clause"])
    if rule.confirmed_by:
        yield rule.confirmed_by["clause"]


def _handled(clause: Clause, cited: set[str], attested: set[str]) -> Iterator[Diagnostic]:
    ref = clause.ref
    if clause.handling in ("automated", "statistic") and not covered(ref, cited):
        said = Text(
            f"条款 {ref} 写的是 {clause.handling}，却没有规则",
            f"clause {ref} is {clause.handling}, yet no rule cites it",
        )
        hint = Text(
            "写一条规则，或改为 attested、informative、out_of_scope",
            "write a rule, or make it attested, informative or out_of_scope",
        )
        yield fault(
            "clause-without-rule",
            clause.place,
            said,
            Text(f"`clause: {ref}` 的规则", f"a rule with `clause: {ref}`"),
            "",
            hint,
        )
    if clause.handling == "attested" and not covered(ref, attested):
        said = Text(
            f"条款 {ref} 写的是 attested，却没有认定规则",
            f"clause {ref} is attested, yet no rule asks for it",
        )
        words = Text("attest 规则，或 confirmed_by", "an `attest` rule, or `confirmed_by`")
        # A rule may check the records of what people decided (二.14); one that nothing checks is an error.
        severity: Severity = "warning" if covered(ref, cited) else "error"
        yield Diagnostic("clause-without-attestation", severity, clause.place, said, words)
    if clause.handling == "out_of_scope" and not clause.reason.zh:
        said = Text(
            f"条款 {ref} 不在范围内，却没有说明原因", f"clause {ref} is out of scope without a reason"
        )
        yield fault("missing-reason", clause.place, said, "reason")


def covered(ref: str, cited: set[str]) -> bool:
    """Tell whether the clause or a part of it is cited: 二.6.a is part of 二.6."""
    return any(one == ref or (one.startswith(ref) and not one[len(ref)].isdigit()) for one in cited)
