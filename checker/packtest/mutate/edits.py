"""One change of a YAML document: a value replaced, a key renamed, or something left out; the original stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from checker.language.places import Node, Path, Span


class _Gone:
    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()


@dataclass(frozen=True)
class Edit:
    """What changes at `path`: its key becomes `key`, or its value `value` (`GONE`: it is left out).

    `before` and `after` are how people are told of it; `start` is where in a text the change stands.
    """

    path: Path
    value: Any = GONE
    key: str | None = None
    before: str = ""
    after: str = ""
    start: int | None = None


def replaced(path: Path, old: Any, new: Any) -> Edit:
    """Give the edit that puts one plain value in the place of another."""
    return Edit(path, new, None, shown(old), shown(new))


def dropped(path: Path, old: Any) -> Edit:
    """Give the edit that leaves a key or a member of a list out."""
    said = shown(old) if isinstance(path[-1], int) else f"{path[-1]}: {shown(old)}"
    return Edit(path, before=said)


def renamed(path: Path, key: str) -> Edit:
    """Give the edit that gives a value another key."""
    return Edit(path, key=key, before=str(path[-1]), after=key)


def apply(root: Node, edit: Edit) -> Node:
    """Give the document with the edit made.

    >>> from checker.language.yaml_loader import load_text
    >>> root = load_text("{a: [1, 2], b: {more_than: 3}}").root
    >>> apply(root, dropped(("a", 0), 1)).value, apply(root, renamed(("b", "more_than"), "at_least")).value
    ({'a': [2], 'b': {'more_than': 3}}, {'a': [1, 2], 'b': {'at_least': 3}})
    """
    return _changed(root, edit.path, edit)


def _changed(node: Node, path: Path, edit: Edit) -> Node:
    part, last = path[0], len(path) == 1
    below = node.child(part)
    assert below is not None
    if last:
        new = (
            below if edit.key is not None else None if edit.value is GONE else node_of(edit.value, below.span)
        )
    else:
        new = _changed(below, path[1:], edit)
    if isinstance(node.children, list):
        pairs = [(i, one) for i, one in enumerate(node.children)]
        items = [new if i == part else one for i, one in pairs]
        kept = [one for one in items if one is not None]
        return Node([one.value for one in kept], node.span, kept, node.keys)
    assert node.children is not None and node.keys is not None
    children: dict[str, Node] = {}
    keys: dict[str, Span] = {}
    for name, child in node.children.items():
        one = new if name == str(part) else child
        if one is not None:
            said = edit.key if last and name == str(part) and edit.key is not None else name
            children[said], keys[said] = one, node.keys[name]
    return Node({name: one.value for name, one in children.items()}, node.span, children, keys)


def node_of(value: Any, span: Span) -> Node:
    """Give a plain value as a node; all of it stands at `span`."""
    if isinstance(value, list):
        return Node(value, span, [node_of(one, span) for one in value])
    if isinstance(value, dict):
        below = {name: node_of(one, span) for name, one in value.items()}
        return Node(value, span, below, dict.fromkeys(below, span))
    return Node(value, span)


def shown(value: Any) -> str:
    """Give a value on one line, as YAML would write it in flow style.

    >>> shown({"is": True, "in": ["a", None]}), shown("24:00")
    ('{is: true, in: [a, null]}', '24:00')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {shown(one)}' for name, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    return str(value)
