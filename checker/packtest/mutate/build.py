"""A mutant → the pack it makes, through the same checks as any pack; None where it is not a valid one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from checker.calendar import WorkCalendar
from checker.diagnostics import has_errors
from checker.language import load_build
from checker.language.compile import compile_rule
from checker.language.formula.typing import Fault
from checker.language.lint import lint
from checker.language.load import Sources, rules_of
from checker.language.load_faults import faults
from checker.language.pack import Pack
from checker.language.places import Node
from checker.language.schedule import RunSpec
from checker.language.yaml_loader import Document
from checker.model import Period
from checker.packtest.mutate.edits import apply
from checker.packtest.mutate.mutants import Mutant


@dataclass(frozen=True)
class Origin:
    """The pack as it is, and the files it was read from."""

    sources: Sources
    pack: Pack


def mutated(origin: Origin, mutant: Mutant) -> Pack | None:
    """Give the pack with the change in it, None when schema, lint or compiler refuse it."""
    old = origin.sources.documents[mutant.kind][mutant.index]
    assert old.root is not None
    root = apply(old.root, mutant.edit)
    if faults(root, mutant.kind, old.file):
        return None
    document = replace(old, root=root)
    sources = _with(origin.sources, mutant, document)
    pack = _rebuilt(origin, mutant, document, sources)
    if has_errors(lint(pack, sources.documents)):
        return None
    return pack if _compiles(pack, mutant) else None


def _with(sources: Sources, mutant: Mutant, document: Document) -> Sources:
    group = list(sources.documents[mutant.kind])
    group[mutant.index] = document
    return replace(sources, documents={**sources.documents, mutant.kind: tuple(group)})


def _rebuilt(origin: Origin, mutant: Mutant, document: Document, sources: Sources) -> Pack:
    """Build anew only what stands in the changed file."""
    pack, raw = origin.pack, document.value
    if mutant.kind == "rules":
        changed = {rule.id: rule for rule in rules_of([document])}
        return replace(pack, rules=tuple(changed.get(rule.id, rule) for rule in pack.rules))
    if mutant.kind == "logs":
        return replace(pack, logs=load_build.logs(raw["logs"], document.places))
    if mutant.kind == "calendar":
        days = load_build.calendar_days([one.value for one in sources.documents["calendar"]])
        return replace(pack, calendar_days=days)
    return replace(
        pack,
        people=load_build.people(raw.get("people")),
        regions=load_build.regions(raw.get("regions")),
        calendar=load_build.calendar_source(raw.get("calendar")),
        leave=load_build.leave(raw.get("leave")),
        parameters=load_build.parameters(raw.get("parameters"), document.places, ("parameters",)),
        overlaps=load_build.overlaps(raw.get("overlaps"), document.places),
    )


def _compiles(pack: Pack, mutant: Mutant) -> bool:
    """Tell whether every rule that the change touches compiles."""
    if mutant.kind == "calendar":
        return True
    for name in mutant.rules:
        rule = pack.rule(name)
        assert rule is not None
        try:
            compile_rule(pack, rule, plain_run(rule.effective.start))
        except Fault:
            return False
    return True


def plain_run(day: date) -> RunSpec:
    """Give a run over a week in which a rule that begins on `day` holds, without leave or days off."""
    first = day + timedelta(days=31)
    midnight = datetime.combine(first + timedelta(days=40), datetime.min.time())
    return RunSpec(Period(first, first + timedelta(days=6)), midnight, WorkCalendar({}))


def root_of(document: Document) -> Node:
    """Give the root of a document that was read without fault."""
    assert document.root is not None
    return document.root
