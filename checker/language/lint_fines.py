"""Fines that grow: escalation steps in order, bands without an open end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_limits import range_of
from checker.language.lint_names import fault
from checker.language.lint_uses import fines, judged_log, subject_log, values_of
from checker.language.lint_values import above, versions
from checker.language.pack import Pack, Rule
from checker.language.places import Path
from checker.model import Text


def steps_rise(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Escalation steps go from few to many, since the last step that holds and has a fine wins."""
    for rule in pack.rules:
        steps = (rule.penalty or {}).get("escalation", {}).get("steps", ())
        for word in ("from", "each"):
            fined = [(at, one) for at, one in enumerate(steps) if word in one and "fine" in one]
            for (_before, one), (at, other) in pairwise(fined):
                if word == "from" and not above(pack, rule, other[word], one[word]):
                    yield _step(rule, at, one[word], other[word])


def _step(rule: Rule, at: int, before: Any, found: Any) -> Diagnostic:
    said = Text("加重步骤应从少到多", "the steps of an escalation must rise")
    hint = Text(
        "几步都成立时，最后一步的罚款算数；按次数从少到多排列",
        "where several steps hold, the fine of the last one counts: put them in order",
    )
    place = rule.places.of(("penalty", "escalation", "steps", at, "from"))
    return fault("bad-escalation", place, said, f"> {before}", str(found), hint)


def fines_rise(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A later step of an escalation is not cheaper than an earlier one, or than the plain fine."""
    for rule in pack.rules:
        fixed = [(path, one["fixed"]) for path, one in fines(rule) if "fixed" in one and _from(rule, path)]
        for (_path, before), (path, now) in pairwise(fixed):
            if above(pack, rule, before, now):
                said = Text("加重之后罚款反而更少", "the fine falls as violations go on")
                hint = Text("检查金额，或对调步骤", "check the amounts, or swap the steps")
                place = rule.places.of((*path, "fixed"))
                yield Diagnostic("escalation-falls", "warning", place, said, f">= {before}", str(now), hint)


def _from(rule: Rule, path: Path) -> bool:
    """Tell whether a fine is the plain one or that of a `from` step; `each` steps come and go."""
    return path == ("penalty", "fine") or "from" in _at(rule.penalty or {}, path[1:-1])


def _at(raw: Mapping[str, Any], path: Path) -> Any:
    here: Any = raw
    for step in path:
        here = here[step]
    return here


def bands_are_open(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """The last band has no upper end, or one that no value of the field exceeds: else some have no amount."""
    for rule in pack.rules:
        for path, fine in fines(rule):
            if "bands" not in fine or "up_to" not in fine["bands"]["table"][-1]:
                continue
            table, by = fine["bands"]["table"], fine["bands"]["by"]
            logs = [name for name in (judged_log(rule), subject_log(rule, pack)) if name in pack.logs]
            most = next((found.most for name in logs if name and (found := range_of(pack, name, by))), None)
            tops = versions(pack, rule, table[-1]["up_to"])
            if most is not None and all(top >= most for top in tops):
                continue
            yield _open(rule, (*path, "bands", "table", len(table) - 1, "up_to"), str(table[-1]["up_to"]), by)


def _open(rule: Rule, path: Path, top: str, by: str) -> Diagnostic:
    said = Text(f"{by} 超过 {top} 时没有金额", f"there is no amount where {by} is above {top}")
    hint = Text(
        "最后一档不写 up_to；或给字段写 max，说明它不会更大",
        "leave out `up_to` in the last band; or give the field a `max`, if it is never more",
    )
    return Diagnostic("bands-end", "warning", rule.places.of(path), said, hint=hint)


def grades_are_closed(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """The field of a graded fine names all its values, so that none is without an amount."""
    for rule in pack.rules:
        for path, fine in fines(rule):
            if "graded" not in fine:
                continue
            by = fine["graded"]["by"]
            logs = [name for name in (judged_log(rule), subject_log(rule, pack)) if name in pack.logs]
            if not any(values_of(pack, pack.logs[name], by) for name in logs if name):
                said = Text(
                    f"{by} 的值没有列出，别的等级没有金额",
                    f"{by} lists no values: any other grade has no amount",
                )
                hint = Text("给字段写 type: enum 和 values", "make the field an enum with its `values`")
                place = rule.places.of((*path, "graded", "by"))
                yield Diagnostic("grades-open", "warning", place, said, "values: […]", by, hint)
