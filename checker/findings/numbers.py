"""What a finding is called: its fingerprint, or fingerprint/person for one person's share; and which one is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from checker.diagnostics import CheckerError, Diagnostic
from checker.model import Place, Text

SHORT = 12
"""Digits of a fingerprint that people are shown; 12 tell 10,000 findings apart but once in ten million months."""
_BETWEEN = "/"
T = TypeVar("T")


def of_share(fingerprint: str, person: str) -> str:
    """Give the number of what one person pays of a finding that several share.

    >>> of_share("3f2a", "W1"), fingerprint_of("3f2a/W1"), fingerprint_of("3f2a")
    ('3f2a/W1', '3f2a', '3f2a')
    """
    return f"{fingerprint}{_BETWEEN}{person}"


def fingerprint_of(number: str) -> str:
    """Give the fingerprint of the finding that a number, or its first digits, is about."""
    return number.partition(_BETWEEN)[0]


def short(number: str) -> str:
    """Give a number as papers and messages show it.

    >>> short("3f2a9c81b2d4e5f6/W1"), short("3f2a9c81b2d4e5f6")
    ('3f2a9c81b2d4/W1', '3f2a9c81b2d4')
    """
    digits, between, person = number.partition(_BETWEEN)
    return f"{digits[:SHORT]}{between}{person}"


def fits(number: str, said: str) -> bool:
    """Tell whether somebody who says these first digits may mean this number; of a share the person is said whole.

    >>> [fits("3f2a/W1", said) for said in ("3F", "3f2/w1", "3f2/W", "", "/W1")]
    [True, True, False, False, False]
    """
    (digits, _, person), (first, between, who) = number.partition(_BETWEEN), said.strip().partition(_BETWEEN)
    if not first or not digits.startswith(first.lower()):
        return False
    return not between or person.casefold() == who.casefold()


def meant(
    found: Iterable[T], said: Sequence[str], number: Callable[[T], str], hint: Text, together: bool = False
) -> list[T]:
    """Give what first digits of numbers mean, in the order said, each once.

    `together`: digits alone may mean all shares of one finding.

    Raises:
        CheckerError: names every text that means none, or several; `hint` says where numbers stand.
    """
    listed = list(found)
    chosen: dict[str, T] = {}
    faults: list[Diagnostic] = []
    for one in said:
        fitting = {number(each): each for each in listed if fits(number(each), one)}
        if len(fitting) == 1 or (together and len({*map(fingerprint_of, fitting)}) == 1):
            chosen.update(fitting)
        else:
            faults.append(_fault(one, sorted(fitting), hint))
    if faults:
        raise CheckerError(faults)
    return list(chosen.values())


def _fault(said: str, fitting: Sequence[str], hint: Text) -> Diagnostic:
    zh, en = ("没有", "no finding has") if not fitting else ("不止一个", "more than one finding has")
    message = Text(f"编号 {said}：{zh}这样的发现", f"{en} the number {said}")
    if len({*map(fingerprint_of, fitting)}) == 1:
        shares = [short(one) for one in fitting]
        message = Text(
            f"编号 {said}：此项由 {len(shares)} 人分担，须写明哪一人的",
            f"{len(shares)} people share the finding {said}: say whose share is meant",
        )
        hint = Text(f"写成 {'、'.join(shares)} 之一", f"write one of {', '.join(shares)}")
    return Diagnostic("no-finding", "error", Place(""), message, hint=hint)


def person_key(person: object) -> str:
    """Give a staff number as it is compared: no blanks around it, letters of one case.

    >>> person_key(" fw0012 ") == person_key("FW0012"), person_key("0012") == person_key("12")
    (True, False)
    """
    return str(person if person is not None else "").strip().upper()
