"""Findings judged a second time, from the rules and rows of a pack alone, and what came out differently."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from checker import logs
from checker.calendar import parse_as_of, parse_period
from checker.database import connect
from checker.dossier.container import is_safe
from checker.language import load_pack
from checker.language.load import pack_sha256
from checker.language.pack import Pack
from checker.model import Finding, Text
from checker.pipeline import judge


def judged(
    members: Mapping[str, bytes],
    period: str,
    as_of: str,
    only: Iterable[str],
    originals: Sequence[Path] | None = None,
) -> dict[str, Finding]:
    """Give what the rules `only` find in the rows of a pack, by fingerprint; files live in a temporary folder.

    With `originals`, those files are read in the place of the pack's rows.

    Raises:
        CheckerError: the rules or rows of the pack cannot be used.
    """
    with unpacked(members) as folder, connect() as db:
        pack = load_pack(folder / "rules")
        tables = logs.read([folder / "rows"] if originals is None else list(originals), pack, db)
        report = judge(pack, tables, parse_period(period), parse_as_of(as_of), only=set(only), every=True)
    return {one.fingerprint: one for one in report.findings}


def rules_sha256(members: Mapping[str, bytes]) -> str:
    """Give the SHA-256 of the rules in a pack, as a run names it."""
    with unpacked(members) as folder:
        return pack_sha256(folder / "rules")


@contextmanager
def unpacked(members: Mapping[str, bytes]) -> Iterator[Path]:
    """Put the rules and rows of a pack into a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="checker-") as place:
        folder = Path(place)
        for name, data in members.items():
            if name.startswith(("rules/", "rows/")) and is_safe(name):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        (folder / "rows").mkdir(exist_ok=True)
        yield folder


def facts(one: Finding | None) -> dict[str, Any] | None:
    """Give what must come out the same: outcome, amounts in fen, who is liable, what holds it back, the values."""
    if one is None:
        return None
    penalty = one.penalty
    return {
        "outcome": one.outcome,
        "fine": asdict(penalty.fine) if penalty and penalty.fine else None,
        "measures": list(penalty.measures) if penalty else [],
        "liable": penalty.liable if penalty else None,
        "holds": list(penalty.holds) if penalty else [],
        "superseded_by": one.superseded_by,
        "message": one.message.zh,
    }


def difference(said: Mapping[str, Any], found: Mapping[str, Any] | None) -> Text | None:
    """Give how a finding differs from what was said of it; None when it is the same.

    >>> difference({"outcome": "fail"}, None).en
    'it is not found again'
    """
    if found is None:
        return Text("重新判断时没有这条发现", "it is not found again")
    parts = [
        f"{name}: {said.get(name)!r} → {found[name]!r}" for name in found if said.get(name) != found[name]
    ]
    return Text("；".join(parts), "; ".join(parts)) if parts else None


def together(rules: Iterable[str], pack: Pack) -> set[str]:
    """Give the rules to judge anew: these, and those with which they share an overlap."""
    own = set(rules)
    shared = {one.overlaps for one in pack.rules if one.id in own and one.overlaps}
    return own | {one.id for one in pack.rules if one.overlaps in shared}
