"""The long parts of a JSON report, a line each: findings, and the rows of statistics.

A report may have a hundred thousand of them, so what many lines share is written once and put into each as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from checker.model import Evidence, Finding, Fine, Penalty, Reward, Text, UnitAmount
from checker.reports.options import Options, yuan
from checker.reports.sums import amount

ROWS = 5_000
KEPT = 4_096
"""How many distinct pieces are remembered: rules, penalties and files are few, texts of one statistic may be many."""
_quoted: Callable[[str], str] = json.encoder.encode_basestring


def _encoder() -> Callable[[Any], str]:
    """Give what `JSONEncoder.encode` gives; that makes its encoder anew for each of many small objects."""
    plain = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return plain.encode
    write = make(None, plain.default, _quoted, None, ": ", ", ", False, False, True)
    return lambda value: _quoted(value) if value.__class__ is str else "".join(write(value, 0))


encode = _encoder()


def _kept(make: Callable[[Any], str]) -> Callable[[Any], str]:
    """Give the text of a thing and remember it, by which thing it is: many findings share their title or penalty."""
    known: dict[int, tuple[Any, str]] = {}  # what is known is held, so that no other thing gets its number

    def text(one: Any) -> str:
        found = known.get(id(one))
        if found is None:
            if len(known) >= KEPT:
                known.clear()
            found = known[id(one)] = one, make(one)
        return found[1]

    return text


class FindingLines:
    """Writes findings as JSON objects in one language; the keys come in the order of the contract."""

    def __init__(self, options: Options) -> None:
        self.lang = options.lang
        self._head = lru_cache(KEPT)(_head)
        self._penalty = _kept(lru_cache(KEPT)(lambda penalty: encode(_penalty(penalty))))
        self._place = lru_cache(KEPT)(_place)
        self._title = _kept(lambda title: encode(title.pick(self.lang)))
        self._marks = _kept(self._listed)

    def line(self, one: Finding) -> str:
        """Give one finding."""
        head = self._head(one.rule, one.clause, one.kind, one.outcome, one.severity)
        body = {
            "subject": one.subject,
            "period": one.period,
            "at": one.at,
            "record": one.record,
            "values": one.values,
        }
        reward = "" if one.reward is None else f', "reward": {encode(_reward(one.reward))}'
        waiver = "null" if one.waiver is None else encode(one.waiver)
        evidence = ", ".join(map(self._evidence, one.evidence))
        return (
            f'{{"fingerprint": {_quoted(one.fingerprint)}, {head}, {encode(body)[1:-1]}, "penalty": {self._penalty(one.penalty)}'
            f', "message": {_quoted(one.message.pick(self.lang))}, "evidence": [{evidence}], "waiver": {waiver}'
            f', "title": {self._title(one.title)}, "marks": {self._marks(one.marks)}'
            f', "superseded_by": {_or_null(one.superseded_by)}{reward}}}'
        )

    def _evidence(self, one: Evidence) -> str:
        start, end = self._place(one.file, one.sheet, one.log)
        return f"{start}{one.row}{end}{_quoted(one.key)}}}"

    def _listed(self, marks: tuple[Text, ...]) -> str:
        return encode([mark.pick(self.lang) for mark in marks])


def row_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Give rows as JSON lists.

    >>> list(row_lines([("FW01", "2026-10", 3, None), ("FW02", "2026-10", 0.5, "no_data")]))
    ['["FW01", "2026-10", 3, null]', '["FW02", "2026-10", 0.5, "no_data"]']
    """
    waiting, text = iter(rows), lru_cache(KEPT)(encode)
    while batch := list(islice(waiting, ROWS)):
        columns = [_cells(column, text) for column in zip(*batch, strict=True)]
        yield from (f"[{', '.join(cells)}]" for cells in zip(*columns, strict=True))


def _cells(column: Sequence[Any], text: Any) -> Iterable[str]:
    """Give a column cell by cell; where all are numbers, truth values or null it is written as one list and cut."""
    kinds = set(map(type, column))
    if kinds <= {int, float, bool, type(None)}:
        return encode(column)[1:-1].split(", ")
    return [text(cell) if cell.__class__ is str else encode(cell) for cell in column]


def _or_null(text: str | None) -> str:
    return "null" if text is None else _quoted(text)


def _head(rule: str, clause: str, kind: str, outcome: str, severity: str) -> str:
    said = {"rule": rule, "clause": clause, "kind": kind, "outcome": outcome, "severity": severity}
    return encode(said)[1:-1]


def _place(file: str, sheet: str | None, log: str) -> tuple[str, str]:
    """Give what stands before the row of a piece of evidence, and between it and its key."""
    return encode({"file": file, "sheet": sheet})[:-1] + ', "row": ', f', "log": {encode(log)}, "key": '


def _penalty(penalty: Penalty | None) -> dict[str, Any] | None:
    if penalty is None:
        return None
    fine, something = penalty.fine, bool(penalty.measures or penalty.units)
    found: dict[str, Any] = {
        "fine": fine_json(fine),
        "measures": penalty.measures,
        "liable": penalty.liable,
        "by": penalty.by,
        "holds": penalty.holds,
        "released": (fine is not None or something) and not penalty.holds,
    }
    if penalty.units:
        found["units"] = units_json(penalty.units)
    if penalty.shares:
        found["shares"] = [{"liable": one.liable, "fine": fine_json(one.fine)} for one in penalty.shares]
    return found


def _reward(reward: Reward) -> dict[str, Any]:
    something = bool(reward.measures or reward.units)
    return {
        "credit": fine_json(reward.credit),
        "units": units_json(reward.units),
        "measures": reward.measures,
        "to": reward.to,
        "by": reward.by,
        "holds": reward.holds,
        "released": (reward.credit is not None or something) and not reward.holds,
    }


def fine_json(fine: Fine | None) -> dict[str, str] | None:
    """Give an amount of money, JSON-ready: yuan as text."""
    if fine is None:
        return None
    return {"min": yuan(fine.min), "max": yuan(fine.max), "proposed": yuan(fine.proposed)}


def units_json(units: Iterable[UnitAmount]) -> dict[str, dict[str, str]]:
    """Give amounts of what is no money by unit, JSON-ready."""
    return {
        one.unit: {
            "min": amount(one.amount.min, one.places),
            "max": amount(one.amount.max, one.places),
            "proposed": amount(one.amount.proposed, one.places),
        }
        for one in units
    }
