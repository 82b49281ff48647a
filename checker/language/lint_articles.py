"""Articles that nobody mapped: holes in the numbers of clauses.yaml, and rules for clauses that are not checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.diagnostics import Diagnostic
from checker.language.lint_clauses import covered
from checker.language.lint_uses import clause_names
from checker.language.pack import Clause, Pack
from checker.model import Text

_PART = re.compile(r"(?:^|[.]|(?<=[0-9]))([0-9]+|[a-z]|[一二三四五六七八九十]{1,3})\Z")
_DIGITS = "零一二三四五六七八九十"


def numbers_follow(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Clauses of one parent are numbered without a hole: between 二.6.a and 二.6.c there is a 二.6.b."""
    families: dict[tuple[str, str], dict[int, Clause]] = {}
    for clause in pack.clauses.values():
        if (found := _PART.search(clause.ref)) is not None:
            number, kind = _number(found[1])
            if number:
                parent = clause.ref[: found.start(1)]
                families.setdefault((parent, kind), {})[number] = clause
    for (parent, kind), members in families.items():
        for number in range(1, max(members)) if len(members) > 1 else ():
            ref = parent + _written(number, kind)
            if not covered(ref, set(pack.clauses)):
                yield _hole(members[min(one for one in members if one > number)], ref)


def _number(text: str) -> tuple[int, str]:
    """Give the number a part of a clause's name stands for, 0 for none, and how it is written."""
    if text.isascii() and text.isdigit():
        return int(text), "digit"
    if text.isascii():
        return ord(text) - ord("a") + 1, "letter"
    return next((one for one in range(1, 100) if _written(one, "chinese") == text), 0), "chinese"


def _written(number: int, kind: str) -> str:
    """Give a number as clauses are numbered.

    >>> _written(3, "letter"), _written(12, "chinese"), _written(20, "chinese")
    ('c', '十二', '二十')
    """
    if kind != "chinese":
        return str(number) if kind == "digit" else chr(ord("a") + number - 1)
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _hole(after: Clause, ref: str) -> Diagnostic:
    said = Text(f"条款 {ref} 没有写进 clauses.yaml", f"clause {ref} is not in clauses.yaml")
    hint = Text(
        "补上；不检查的条款写 informative 或 out_of_scope",
        "add it; one that is not checked is informative or out_of_scope",
    )
    return Diagnostic("unmapped-article", "warning", after.place, said, ref, after.ref, hint)


def handling_is_true(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A clause that is out of scope or informative is not the clause that a rule rests on."""
    for rule in pack.rules:
        if rule.status not in ("active", "trial"):
            continue
        for path, ref in clause_names(rule):
            clause = pack.clauses.get(ref)
            if (
                path == ("clause",)
                and clause is not None
                and clause.handling in ("informative", "out_of_scope")
            ):
                said = Text(
                    f"规则依据条款 {ref}，而它写的是 {clause.handling}",
                    f"the rule rests on clause {ref}, which is {clause.handling}",
                )
                note = ((clause.place, Text("条款在这里", "the clause is here")),)
                hint = Text("改条款的 handling，或改依据", "change its `handling`, or the clause of the rule")
                place = rule.places.of(path)
                yield Diagnostic(
                    "clause-not-checked", "warning", place, said, "automated", clause.handling, hint, note
                )
