"""Numbers, times of day, comparisons, arithmetic and words of a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from checker.language.formula import Token, tokens
from checker.packtest.mutate.edits import Edit
from checker.packtest.mutate.steps import stepped
from checker.packtest.mutate.walk import Spot

KEYS = frozenset({"formula", "due"})
_SWAPS: Mapping[str, str] = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "!=",
    "==": "!=",
    "!=": "=",
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "and": "or",
    "or": "and",
    "not": "",
    "true": "false",
    "false": "true",
    "greatest": "least",
    "least": "greatest",
    "longest_overlap": "total_overlap",
    "total_overlap": "longest_overlap",
}


def formulas(spot: Spot) -> Iterator[Edit]:
    """Each token of a formula that another one may stand for."""
    if spot.path[-1] not in KEYS or not isinstance(spot.value, str):
        return
    for token in tokens(spot.value):
        for new in _others(token):
            text = spot.value[: token.start] + new + spot.value[token.start + len(token.text) :]
            yield Edit(spot.path, text, None, token.text, new or f"（删去 {token.text}）", token.start)


def _others(token: Token) -> Iterator[str]:
    if token.text in _SWAPS:
        yield _SWAPS[token.text]
    elif token.kind == "NUMBER":
        number = Decimal(token.text) if "." in token.text else int(token.text)
        yield from (str(one) for one in stepped(number) if one >= 0)
    elif token.kind == "STRING":
        quote = token.text[0]
        yield from (f"{quote}{one}{quote}" for one in stepped(token.text[1:-1]))
