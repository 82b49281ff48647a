"""What in a document says something that a test could notice: every value, condition and member, with its role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from checker.language.places import Node, Path

Role = Literal["key", "condition", "op", "member"]
PREDICATES = frozenset(
    {"where", "require", "that", "hold", "applies_to", "when", "no_deduction", "not", "unless"}
)
GROUPS = frozenset({"any_of", "all_of"})
# Words for people, names of things, and what only decides how a finding is shown or filed.
SILENT = frozenset(
    {
        "id", "title", "message", "text", "reading", "readings", "supports", "clause", "severity", "show", "name",
        "unit", "source", "confirmed_on", "approver", "decided_by", "by_whom", "keys", "log", "kind", "description",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """One value of a document and the map or list around it.

    A "condition" is a field of a predicate, an "op" the operator of a condition, a "member" an item of a list.
    """

    path: Path
    node: Node
    role: Role
    around: Node

    @property
    def siblings(self) -> int:
        """Give how many values stand beside each other, this one among them."""
        return len(self.around.children or ())

    @property
    def key(self) -> str:
        """Give the nearest key above the value; that of the list for a member."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def value(self) -> Any:
        """Give the plain value."""
        return self.node.value


def spots(node: Node, path: Path = (), predicate: bool = False) -> Iterator[Spot]:
    """Give every spot below a node, in the order of the file, those around others first."""
    if isinstance(node.children, list):
        inner = predicate and bool(path) and path[-1] in GROUPS
        for at, child in enumerate(node.children):
            yield Spot((*path, at), child, "member", node)
            yield from spots(child, (*path, at), inner)
    elif isinstance(node.children, dict):
        for key, child in node.children.items():
            if not predicate and key in SILENT and path[-1:] not in (("params",), ("parameters",)):
                continue
            here = (*path, key)
            if predicate and key not in GROUPS and key not in ("not", "complete"):
                yield Spot(here, child, "condition", node)
                yield from _ops(child, here)
                continue
            yield Spot(here, child, "condition" if predicate else "key", node)
            yield from spots(child, here, key in PREDICATES or (predicate and key in GROUPS))


def _ops(condition: Node, path: Path) -> Iterator[Spot]:
    if not isinstance(condition.children, dict):
        return
    for op, child in condition.children.items():
        yield Spot((*path, op), child, "op", condition)
        yield from spots(child, (*path, op))
