"""What a pack defines and nothing uses.

Stored fields are left alone: a register is kept for people too, and a column that no rule reads does no harm. What
exists for rules alone (a computed field, a link, a calendar) is told as a note, a log that nothing reads as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_uses import log_names, subject_log
from checker.language.pack import Log, Pack
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
_WORD = re.compile(r"[A-Za-z_]\w*")
_COUNTS_WORKDAYS = re.compile("workday|工作日")


def _unused(code: str, place: Place, said: Text, hint: Text) -> Diagnostic:
    return Diagnostic(code, "note", place, said, hint=hint)


def logs_used(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A log is read by a rule, by pack.yaml or through a link."""
    sources = (pack.people, pack.regions, pack.calendar, pack.leave, pack.attestations)
    used = {source.log for source in sources if source is not None}
    used |= {name for rule in pack.rules for _, name in log_names(rule)}
    used |= {link.log for log in pack.logs.values() for link in log.links.values() if not link.previous}
    for log in pack.logs.values():
        if log.id not in used:
            said = Text(
                f"台账 `{log.id}` 没有规则、来源或关联用到",
                f"the log `{log.id}` is used by no rule, source or link",
            )
            yield _unused(
                "unused-log", log.place, said, Text("写一条规则，或删去", "write a rule, or remove it")
            )


def columns_used(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A computed field and a link serve some rule, message, formula or other link."""
    words = _words_by_log(pack)
    for log in pack.logs.values():
        for field in log.fields.values():
            if field.formula is not None and field.name not in words[log.id]:
                said = Text(
                    f"计算字段 `{field.name}` 没有用到", f"the computed field `{field.name}` is not used"
                )
                hint = Text("在规则里用它，或删去", "use it in a rule, or remove it")
                yield _unused("unused-field", field.place, said, hint)
        for link in log.links.values():
            if not words[log.id].intersection(link.columns):
                said = Text(
                    f"关联 `{link.name}` 的列没有用到", f"no column of the link `{link.name}` is used"
                )
                hint = Text("在规则里用它的列，或删去", "use its columns in a rule, or remove it")
                yield _unused("unused-link", link.place, said, hint)


def _words_by_log(pack: Pack) -> dict[str, set[str]]:
    """Give every word that may name a column of a log; rather too many than too few."""
    found = {name: _own_words(log) for name, log in pack.logs.items()}
    people = pack.people.log if pack.people else ""
    for rule in pack.rules:
        words = set(_words(rule.places.value()))
        for name in {*(name for _, name in log_names(rule)), subject_log(rule, pack) or "", people}:
            found.get(name, set()).update(words)
    for log in pack.logs.values():
        for link in log.links.values():
            found.get(link.log, set()).update(link.take.values(), (theirs for theirs, _ in link.match))
            found.get(link.log, set()).update(theirs for _, theirs in link.figures.values())
            found.get(link.log, set()).update(theirs for theirs, _, _ in link.compare)
    for source in (pack.people, pack.leave):
        found.get(source.log if source else "", set()).update(_words(vars(source) if source else {}))
    return found


def _own_words(log: Log) -> set[str]:
    """Give the columns that a log itself uses: as key, date or person, in formulas, to find rows of a link."""
    found = {*log.key, *(one for one in (log.date, log.person, log.person_name, log.region) if one)}
    for field in log.fields.values():
        found.update(name for name in _WORD.findall(field.formula or "") if name != field.name)
    for link in log.links.values():
        found.update(link.previous, link.order, (ours for _, ours in link.match), filter(None, (link.at,)))
        found.update(ours for _, _, ours in link.compare)
        found.update(link.take.values() if link.previous else ())
    return found


def _words(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        yield from _WORD.findall(raw)
    elif isinstance(raw, Mapping):
        for key, one in raw.items():
            yield from _words(key)
            yield from _words(one)
    elif isinstance(raw, (list, tuple)):
        for one in raw:
            yield from _words(one)


def calendar_used(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """A calendar serves a rule that counts working days, or one that is due each period."""
    if any(rule.check_kind == "due" or rule.exempt for rule in pack.rules):
        return
    texts = [one.text for kind in ("rules", "logs", "pack") for one in documents[kind]]
    if any(_COUNTS_WORKDAYS.search(text) for text in texts):
        return
    for document in documents["calendar"]:
        said = Text(
            "没有规则按工作日计算，日历没有用到", "no rule counts working days: the calendar is not used"
        )
        place = document.places.key(("year",))
        yield _unused("unused-calendar", place, said, Text("删去这份日历", "remove the calendar"))
