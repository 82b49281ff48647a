"""Where the values of a YAML file stand: a tree of nodes, and the places asked of it by path.

The tree is kept as the loader built it; a Place is made only when somebody asks, since a pack of thousands of
rules has hundreds of thousands of values and a run asks for a handful.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from checker.model import Place
from checker.nouns import dataclass

Path = tuple[str | int, ...]
Span = tuple[int, int, int]
"""Line, column, end column (exclusive, on the same line); all from 1."""


class Node:
    """One YAML value: `children` is a dict for a map, a list for a list, None for a scalar.

    `value` is the plain value (dict, list, str, int, Decimal, bool, None) and must not be changed.
    """

    __slots__ = ("children", "keys", "span", "value")

    def __init__(
        self,
        value: Any,
        span: Span,
        children: dict[str, Node] | list[Node] | None = None,
        keys: dict[str, Span] | None = None,
    ) -> None:
        self.value = value
        self.span = span
        self.children = children
        self.keys = keys

    def child(self, part: str | int) -> Node | None:
        """Give the value under a key or at an index, if there is one."""
        if isinstance(self.children, dict):
            return self.children.get(str(part))
        if isinstance(self.children, list) and isinstance(part, int) and 0 <= part < len(self.children):
            return self.children[part]
        return None


@dataclass(frozen=True)
class Places:
    """Where the values of one YAML map stand; paths are relative to that map."""

    file: str = ""
    root: Node | None = field(default=None, repr=False, compare=False)

    def of(self, path: Path = ()) -> Place:
        """Give the place of the value at `path`, else of the nearest value around it."""
        node = self._nearest(path)[0]
        return Place(self.file, *node.span) if node is not None else Place(self.file)

    def key(self, path: Path) -> Place:
        """Give the place of the key that ends `path`; of the value where there is no such key."""
        parent, reached = self._nearest(path[:-1])
        if parent is not None and path and reached == len(path) - 1 and parent.keys:
            span = parent.keys.get(str(path[-1]))
            if span is not None:
                return Place(self.file, *span)
        return self.of(path)

    def under(self, path: Path) -> Places:
        """Give the places of the value at `path`, to be asked by paths relative to it."""
        node, reached = self._nearest(path)
        return Places(self.file, node if reached == len(path) else None)

    def value(self) -> Any:
        """Give the plain value these places are of; None when there is none."""
        return self.root.value if self.root is not None else None

    def _nearest(self, path: Path) -> tuple[Node | None, int]:
        node, reached = self.root, 0
        for part in path:
            below = node.child(part) if node is not None else None
            if below is None:
                break
            node, reached = below, reached + 1
        return node, reached
