"""All mutants of a pack, in the order of its files: which document, which edit, which rules it touches, what to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker.language.load import Sources
from checker.language.pack import Pack
from checker.language.places import Node, Path
from checker.language.yaml_loader import Document
from checker.model import Place, Text
from checker.packtest.mutate.drops import conditions, members, parts
from checker.packtest.mutate.edits import Edit
from checker.packtest.mutate.flips import choices, comparisons, truths
from checker.packtest.mutate.formulas import formulas
from checker.packtest.mutate.steps import dates, numbers
from checker.packtest.mutate.walk import Spot, spots

Operator = Callable[[Spot], Iterator[Edit]]
OPERATORS: Mapping[str, Operator] = {
    "number": numbers,
    "date": dates,
    "comparison": comparisons,
    "truth": truths,
    "choice": choices,
    "condition": conditions,
    "member": members,
    "part": parts,
    "formula": formulas,
}
_PACK = ("people", "regions", "calendar", "leave", "parameters", "overlaps")


@dataclass(frozen=True)
class Mutant:
    """One change: `kind` and `index` name the document, `rules` are those whose tests could notice.

    `path` is that of the change from the rule, or from the top of the file where it belongs to no rule.
    """

    kind: str
    index: int
    operator: str
    edit: Edit
    rules: tuple[str, ...]
    owner: str | None
    path: str
    place: Place

    @property
    def change(self) -> str:
        """Give what changes in a few signs; with `owner` and `path` it names the mutant in survivors.yaml."""
        return f"{self.edit.before} → {self.edit.after}" if self.edit.after else f"- {self.edit.before}"

    @property
    def said(self) -> Text:
        """Give the sentence for people."""
        home = self.owner or self.place.file
        if not self.edit.after:
            return Text(
                f"没有测试会发现：{home} 的 {self.path} 删去了 {self.edit.before}",
                f"no test notices if {self.path} of {home} lacks {self.edit.before}",
            )
        return Text(
            f"没有测试会发现：{home} 的 {self.path} 由 {self.edit.before} 变成 {self.edit.after}",
            f"no test notices if {self.path} of {home} becomes {self.edit.after} in place of {self.edit.before}",
        )


def mutants(sources: Sources, pack: Pack, uses: Uses) -> Iterator[Mutant]:
    """Give the mutants of all documents of a pack: pack, logs, calendars, rules."""
    for kind in ("pack", "logs", "calendar", "rules"):
        for index, document in enumerate(sources.documents[kind]):
            for path, node, rules, owner in _parts(kind, document, pack, uses):
                yield from _of(kind, index, document, path, node, rules, owner)


@dataclass(frozen=True)
class Uses:
    """Which rules use a parameter of the pack, and which read a log."""

    parameters: Mapping[str, tuple[str, ...]]
    logs: Mapping[str, tuple[str, ...]]
    whole_records: frozenset[str]


Part = tuple[Path, Node, tuple[str, ...], str | None]


def _parts(kind: str, document: Document, pack: Pack, uses: Uses) -> Iterator[Part]:
    """Give the parts of a document that are mutated, each with the rules it touches."""
    everything = tuple(rule.id for rule in pack.rules)
    root = document.root
    assert root is not None
    if kind == "rules":
        rules = root.child("rules")
        for at, raw in enumerate(document.value["rules"]):
            assert rules is not None and isinstance(rules.children, list)
            yield ("rules", at), rules.children[at], (raw["id"],), raw["id"]
    elif kind == "calendar":
        yield (), root, everything, None
    elif kind == "pack":
        yield from _pack_parts(root, pack, uses, everything)
    else:
        yield from _log_parts(root, uses)


def _pack_parts(root: Node, pack: Pack, uses: Uses, everything: tuple[str, ...]) -> Iterator[Part]:
    for name in _PACK:
        node = root.child(name)
        if node is None or not isinstance(node.children, dict):
            continue
        if name == "parameters":
            for key, one in node.children.items():
                yield (name, key), one, uses.parameters.get(key, ()), None
        elif name == "overlaps":
            for key, one in node.children.items():
                mine = tuple(rule.id for rule in pack.rules if rule.overlaps == key)
                yield (name, key), one, mine, None
        else:
            yield (name,), node, everything, None


def _log_parts(root: Node, uses: Uses) -> Iterator[Part]:
    """Give the formulas and links of each log, and what a complete record needs where some rule asks for it."""
    logs = root.child("logs")
    assert logs is not None and isinstance(logs.children, dict)
    for name, log in logs.children.items():
        fields, links = log.child("fields"), log.child("links")
        rules = uses.logs.get(name, ())
        for key, one in fields.children.items() if fields and isinstance(fields.children, dict) else ():
            if one.child("formula") or (one.child("required") and name in uses.whole_records):
                yield ("logs", name, "fields", key), _only(one), rules, None
        for key, one in links.children.items() if links and isinstance(links.children, dict) else ():
            yield ("logs", name, "links", key), one, rules, None


def _only(node: Node) -> Node:
    """Give the part of a field that judges: its formula, or that it is required."""
    assert isinstance(node.children, dict)
    kept = {name: one for name, one in node.children.items() if name in ("formula", "required")}
    return Node({name: one.value for name, one in kept.items()}, node.span, kept, node.keys)


def _of(
    kind: str,
    index: int,
    document: Document,
    base: Path,
    node: Node,
    rules: tuple[str, ...],
    owner: str | None,
) -> Iterator[Mutant]:
    seen: set[Any] = set()
    for spot in spots(node, base):
        for name, operator in OPERATORS.items():
            for edit in operator(spot):
                mark = (edit.path, repr(edit.value), edit.key)
                if mark not in seen:
                    seen.add(mark)
                    shown = edit.path[2:] if owner else edit.path
                    yield Mutant(
                        kind, index, name, edit, rules, owner, _dotted(shown), _place(document, edit)
                    )


def _dotted(path: Path) -> str:
    """Give a path as people write it.

    >>> _dotted(("check", "each", "where", "any_of", 0))
    'check.each.where.any_of[0]'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _place(document: Document, edit: Edit) -> Place:
    """Give where the change stands: the key renamed or left out, else the value, else the word inside it."""
    places = document.places
    if edit.start is not None:
        place = places.of(edit.path)
        line = document.text.split("\n")[place.line - 1]
        quoted = line[place.column - 1 : place.column] in ("'", '"')
        column = place.column + edit.start + quoted
        return Place(place.file, place.line, column, column + len(edit.before))
    whole = edit.key is not None or not edit.after
    return places.key(edit.path) if whole and isinstance(edit.path[-1], str) else places.of(edit.path)
