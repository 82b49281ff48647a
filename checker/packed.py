"""Rows kept as the JSON they are written as, packed: many rows that hardly anybody asks for one by one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

QUICK = 1


class JsonRows(Sequence[tuple[Any, ...]]):
    """Rows of texts, numbers, truth values and null, each a JSON list on one line as the JSON report has it.

    >>> rows = JsonRows([['["FW01", 3]', '["FW02", 0.5]'], ['["FW03", null]']])
    >>> len(rows), list(rows), list(rows.texts())[0]
    (3, [('FW01', 3), ('FW02', 0.5), ('FW03', None)], '["FW01", 3]\\n["FW02", 0.5]')
    """

    def __init__(self, pieces: Iterable[Sequence[str]]) -> None:
        self._count = 0
        self._pieces = [self._packed(piece) for piece in pieces]

    def _packed(self, lines: Sequence[str]) -> bytes:
        self._count += len(lines)
        return zlib.compress("\n".join(lines).encode(), QUICK)

    def texts(self) -> Iterator[str]:
        """Give the lines, many at a time."""
        return (zlib.decompress(piece).decode() for piece in self._pieces)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: Any) -> Any:
        return tuple(self)[at]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for text in self.texts():
            yield from map(tuple, json.loads(f"[{text.replace(chr(10), ',')}]"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
