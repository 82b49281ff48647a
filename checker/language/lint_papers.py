"""What pack.yaml says of its papers: rules, logs, fields and conditions that exist."""

from __future__ import annotations

from collections.abc import Iterator

from checker.diagnostics import Diagnostic
from checker.language.formula.typing import Fault
from checker.language.lint_names import fault, no_such_rule, unknown
from checker.language.pack import Log, Pack
from checker.language.pack_report import CauseCount
from checker.language.places import Path
from checker.model import Text

_LISTED = ("enum", "list")
_REPORT: Path = ("papers", "report")


def papers_are_sound(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """The monthly report names rules of the pack, and fields of dated logs."""
    ids = {rule.id for rule in pack.rules}
    for at, one in enumerate(pack.papers.report.indicators):
        if one.rule not in ids:
            yield no_such_rule(pack, one.rule, pack.places.of((*_REPORT, "indicators", at, "rule")))
    for at, cause in enumerate(pack.papers.report.causes):
        yield from _cause(pack, cause, (*_REPORT, "causes", at))


def _cause(pack: Pack, cause: CauseCount, path: Path) -> Iterator[Diagnostic]:
    log = pack.logs.get(cause.log)
    if log is None:
        said = Text(f"没有台账 `{cause.log}`", f"there is no log `{cause.log}`")
        yield unknown("unknown-log", pack.places.of((*path, "log")), cause.log, pack.logs, said)
        return
    fields = [name for name, one in log.fields.items() if one.formula is None]
    if cause.field not in fields:
        said = Text(f"“{log.id}”里没有字段“{cause.field}”", f"'{log.id}' has no field '{cause.field}'")
        yield unknown("unknown-field", pack.places.of((*path, "field")), cause.field, fields, said)
    elif log.fields[cause.field].type not in _LISTED:
        said = Text(
            f"字段“{cause.field}”里是各人写的文字；原因要从规定的值里选，月报里才不会出现人名",
            f"'{cause.field}' holds what people write; a cause is one of given values, so that no name gets into the report",
        )
        found = log.fields[cause.field].type
        yield fault("type", pack.places.of((*path, "field")), said, "enum, list", found)
    if log.date not in fields:
        said = Text(
            f"台账 `{log.id}` 没有日期，不能按月统计", f"the log `{log.id}` has no date to count months by"
        )
        yield fault("unknown-field", pack.places.of((*path, "log")), said, "date: …")
    if cause.where:
        yield from _where(pack, cause, log, path)


def _where(pack: Pack, cause: CauseCount, log: Log, path: Path) -> Iterator[Diagnostic]:
    from checker.language.predicates import compile_predicate
    from checker.language.scope import Params, Scope
    from checker.plan.build import UNKNOWN

    try:
        compile_predicate(cause.where, Scope(pack, log, Params(pack, None, UNKNOWN)), ("where",))
    except Fault as wrong:
        place = pack.places.of((*path, *wrong.path))
        yield fault(wrong.code, place, wrong.message, wrong.expected, wrong.found, wrong.hint)
