"""One rule as a query: what is said of each subject. Of an archive, only suspects go through all the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checker.engines.spark.chain import Chain, struct
from checker.engines.spark.hits import said
from checker.engines.spark.steps import add
from checker.plan.columns import added_by, evidence_of, exprs_of, logs_of, this_names
from checker.plan.nodes import Expr, Pairing, Previous, Records, RulePlan, Run, Step

_QUIET = "('pass', 'not_applicable')"
_PLACES = "ARRAY<ARRAY<STRUCT<f: INT, s: INT, r: BIGINT>>>"
Steps = tuple[Step, ...]


def rule_sql(rule: RulePlan, number: int, subjects: Callable[[], Chain], listed: bool, much: bool) -> str:
    """Give the query for (rule, outcome, judged, hit); `hit` is null for a pass that is only counted.

    With `much` data, subjects that are certainly no suspects skip the steps that only the others need.
    """
    judged, chain = dict(rule.keep)["judged"], subjects()
    first, rest = _split([rule.scope, rule.applies, rule.suspect, judged], rule.steps)
    if listed or not much or not isinstance(rule.source, Records) or not _worthwhile(rest):
        add(chain, rule.steps, _said_of(rule))
        return _loud(rule, number, chain, listed)
    later = this_names(e for step in rest for e in exprs_of(step)) | this_names(_said_of(rule))
    add(chain, first, [rule.suspect], later)
    chain.sql = (
        f"SELECT {chain.listed()} FROM ({chain.sql}) w WHERE ({chain.w.sql(rule.suspect)}) IS NOT FALSE"
    )
    add(chain, rest, _said_of(rule))
    return f"{_loud(rule, number, chain, listed)} UNION ALL {_quiet(rule, number, subjects(), first)}"


def _split(exprs: Sequence[Expr], steps: Sequence[Step]) -> tuple[Steps, Steps]:
    """Give the steps that some expressions rest on, directly or through other steps, and the rest."""
    wanted, chosen = this_names(exprs), set[int]()
    for at in reversed(range(len(steps))):
        if wanted & added_by(steps[at]):
            chosen.add(at)
            wanted |= this_names(exprs_of(steps[at]))
    return tuple(s for i, s in enumerate(steps) if i in chosen), tuple(
        s for i, s in enumerate(steps) if i not in chosen
    )


def _worthwhile(rest: Steps) -> bool:
    """Tell whether the steps can be spared: some look at another log, and none at the neighbouring rows."""
    looks = any(logs_of(step) for step in rest)
    return looks and not any(isinstance(step, Run | Previous | Pairing) for step in rest)


def _said_of(rule: RulePlan) -> list[Expr]:
    return [rule.scope, rule.outcome, *(expr for _, expr in rule.keep)]


def _loud(rule: RulePlan, number: int, chain: Chain, listed: bool) -> str:
    """Give the words of the subjects of a chain, and what else is told of those that are listed."""
    writer, kept = chain.w, dict(rule.keep)
    values = ", ".join(said(f"({writer.sql(expr)})", expr.type) for expr in kept.values())
    lists = [name for step in rule.steps for name, _ in evidence_of(step)]
    places = ", ".join(f"w.{chain.evidence[name]}" for name in lists)
    hit = struct(
        [
            ("s", "w._src"),
            ("r", "w._row"),
            ("v", f"array({values})"),
            ("e", f"CAST(array({places}) AS {_PLACES})"),
        ]
    )
    told = (
        f"SELECT ({writer.sql(rule.outcome)}) AS outcome, ({writer.sql(kept['judged'])}) AS judged, {hit} AS hit "
        f"FROM ({chain.sql}) w WHERE ({writer.sql(rule.scope)}) IS NOT FALSE"
    )
    shown = "hit" if listed else f"CASE WHEN outcome NOT IN {_QUIET} THEN hit END AS hit"
    return f"(SELECT {number} AS rule, outcome, judged, {shown} FROM ({told}))"


def _quiet(rule: RulePlan, number: int, chain: Chain, steps: Steps) -> str:
    """Give the words of those that are certainly no suspects."""
    judged = dict(rule.keep)["judged"]
    add(chain, steps, [rule.scope, rule.applies, rule.suspect, judged])
    sql = chain.w.sql
    word = f"CASE WHEN ({sql(rule.applies)}) IS FALSE THEN 'not_applicable' ELSE 'pass' END"
    return (
        f"(SELECT {number} AS rule, {word} AS outcome, ({sql(judged)}) AS judged, NULL AS hit FROM ({chain.sql}) w "
        f"WHERE ({sql(rule.scope)}) IS NOT FALSE AND ({sql(rule.suspect)}) IS FALSE)"
    )
