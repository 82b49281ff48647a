"""A folder of YAML files → a Pack, or every fault in them at once.

The order: read each file, check its structure, check it against its schema, build the Pack, ask the lints.
A pack whose structure is at fault is not asked for its meaning, as every second message would be an echo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import date
from pathlib import Path
from typing import Any

from checker.diagnostics import CheckerError, Diagnostic, has_errors, in_order, shown_path
from checker.language import load_build as build
from checker.language import pack as p
from checker.language.lint import Documents, lint, lint_deep
from checker.language.lint_allow import allowed
from checker.language.lint_ids import tests_name_rules
from checker.language.lint_review import reviews_are_due
from checker.language.lint_scalars import bare_scalars
from checker.language.load_faults import faults
from checker.language.pack import Pack, Rule
from checker.language.params import text_of
from checker.language.places import Places
from checker.language.yaml_loader import Document, load_file
from checker.model import Place, Text
from checker.nouns import dataclass

Judge = Callable[[Pack, Documents], list[Diagnostic]]
_SINGLE = ("pack", "logs", "clauses")


@dataclass(frozen=True)
class Sources:
    """The files of a pack as read, with what is wrong in them."""

    folder: Path
    documents: Mapping[str, tuple[Document, ...]]
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    def value(self, kind: str) -> Any:
        """Give the value of the one file of this kind."""
        return self.documents[kind][0].value

    def places(self, kind: str) -> Places:
        """Give the places of the one file of this kind."""
        return self.documents[kind][0].places


def load_pack(folder: Path) -> Pack:
    """Give the pack in a folder. Formulas and types are checked later, when its rules are compiled.

    Raises:
        CheckerError: anything is an error; it carries all faults, warnings too.
    """
    pack, found = _load(folder, lint)
    if pack is None or has_errors(found):
        raise CheckerError(found)
    return pack


def lint_pack(folder: Path, as_of: date | None = None) -> list[Diagnostic]:
    """Give all that is wrong with the pack in a folder and its tests, sorted by place; nothing is raised.

    `as_of`: the day on which reviews are asked for; without it they are not.
    """
    pack, of_pack = _load(folder, lint_deep)
    found = list(of_pack)
    if pack is not None and as_of is not None:
        found += reviews_are_due(pack, as_of)
    tests = [read_checked(path, "tests") for path in test_files(folder)]
    of_tests = [fault for one in tests for fault in _test_faults(pack, one)]
    return list(in_order([*found, *allowed(of_tests, {"tests": tuple(tests)})]))


def _test_faults(pack: Pack | None, document: Document) -> list[Diagnostic]:
    if document.root is None or has_errors(document.diagnostics):
        return list(document.diagnostics)
    names = tests_name_rules(pack, document) if pack is not None else ()
    return [*document.diagnostics, *names, *bare_scalars(document)]


def _load(folder: Path, judge: Judge) -> tuple[Pack | None, tuple[Diagnostic, ...]]:
    sources = read_sources(folder)
    if has_errors(sources.diagnostics):
        return None, in_order(sources.diagnostics)
    pack = build_pack(sources)
    return pack, in_order([*sources.diagnostics, *judge(pack, sources.documents)])


def pack_files(folder: Path) -> dict[str, list[Path]]:
    """Give the YAML files of a pack by kind, each list sorted; tests are not part of the pack."""
    return {
        **{kind: [folder / f"{kind}.yaml"] for kind in _SINGLE},
        "rules": _yaml(folder / "rules", "**/*"),
        "calendar": _yaml(folder / "calendars", "*"),
    }


def test_files(folder: Path) -> list[Path]:
    """Give the files of tests of a pack, sorted."""
    return _yaml(folder / "tests", "**/*.test")


def _yaml(folder: Path, pattern: str) -> list[Path]:
    found = (path for suffix in (".yaml", ".yml") for path in folder.glob(pattern + suffix))
    return sorted(
        (path for path in found if not path.is_dir() and not path.name.startswith(".")), key=shown_path
    )


def read_sources(folder: Path) -> Sources:
    """Read the files of a pack and check each against its schema."""
    if not folder.is_dir():
        said = Text(f"没有文件夹 {shown_path(folder)}", f"there is no folder {shown_path(folder)}")
        return Sources(folder, {}, (Diagnostic("no-folder", "error", Place(shown_path(folder)), said),))
    found: list[Diagnostic] = []
    documents: dict[str, tuple[Document, ...]] = {}
    for kind, paths in pack_files(folder).items():
        documents[kind] = tuple(_read(path, kind, found) for path in paths)
    if not documents["rules"]:
        said = Text("制度包里没有规则文件", "the pack has no file of rules")
        hint = Text("在 rules/ 下放一个 .yaml 文件", "put a .yaml file into rules/")
        found.append(Diagnostic("empty-pack", "error", Place(shown_path(folder)), said, hint=hint))
    return Sources(folder, documents, tuple(found))


def _read(path: Path, kind: str, found: list[Diagnostic]) -> Document:
    if not path.is_file():
        file = shown_path(path)
        said = Text(f"制度包缺少 {path.name}", f"the pack has no {path.name}")
        found.append(Diagnostic("missing-file", "error", Place(file), said, expected=path.name))
        return Document(file, "", None)
    document = read_checked(path, kind)
    found += document.diagnostics
    return document


def read_checked(path: Path, kind: str) -> Document:
    """Read one file and check it against a schema of `schema.SCHEMAS`, such as "tests" or "waivers".

    The document is usable only if its `diagnostics` hold no error.
    """
    document = load_file(path)
    if document.root is None:
        return document
    return replace(document, diagnostics=(*document.diagnostics, *faults(document.root, kind, document.file)))


def build_pack(sources: Sources) -> Pack:
    """Give the Pack of files that are valid against their schemas."""
    raw, places = sources.value("pack"), sources.places("pack")
    return Pack(
        id=raw["id"],
        title=text_of(raw["title"]),
        version=raw["version"],
        time_zone=raw["time_zone"],
        currency=raw["currency"],
        policy=build.policy(raw["policy"]),
        logs=build.logs(sources.value("logs")["logs"], sources.places("logs")),
        clauses=build.clauses(sources.value("clauses")["clauses"], sources.places("clauses")),
        rules=tuple(rules_of(sources.documents["rules"])),
        people=build.people(raw.get("people")),
        regions=build.regions(raw.get("regions")),
        calendar=build.calendar_source(raw.get("calendar")),
        leave=build.leave(raw.get("leave")),
        attestations=build.attestations(raw.get("attestations")),
        papers=build.papers(raw.get("papers")),
        parameters=build.parameters(raw.get("parameters"), places, ("parameters",)),
        overlaps=build.overlaps(raw.get("overlaps"), places),
        units=build.units(raw.get("units"), places),
        caps=build.caps(raw.get("caps"), places),
        tallies=build.tallies(raw.get("tallies"), places),
        periods=build.periods(raw.get("periods")),
        calendar_days=build.calendar_days([one.value for one in sources.documents["calendar"]]),
        guards=build.guards(raw.get("guards")),
        procedure=p.Deciding(**raw.get("procedure", {})),
        sha256=pack_sha256(sources.folder),
        folder=sources.folder,
        places=places,
    )


def rules_of(documents: Iterable[Document]) -> Iterable[Rule]:
    """Give the rules of files that are valid against their schema, in order."""
    for document in documents:
        for at, raw in enumerate(document.value["rules"]):
            yield build.rule(raw, document.places.under(("rules", at)))


def pack_sha256(folder: Path) -> str:
    """Give SHA-256 over the YAML files but tests/: each relative name and its bytes, in sorted order."""
    paths = [path for group in pack_files(folder).values() for path in group if path.is_file()]
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in paths):
        data = path.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode(errors="surrogateescape"))
        digest.update(data)
    return digest.hexdigest()
