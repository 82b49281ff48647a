"""What an evidence pack says of one finding: clause, rule as written, parameters in force, amount, rows as read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from checker.diagnostics import shown_path
from checker.dossier.month import as_written
from checker.dossier.rows import shown
from checker.language.load import pack_files
from checker.language.pack import Pack, Rule
from checker.logs.written import Written
from checker.model import Finding, Report
from checker.money import capitals, yuan
from checker.reports.json_lines import FindingLines
from checker.reports.options import Options


def paper(
    one: Finding, pack: Pack, report: Report, sources: Sequence[Written], written: str
) -> dict[str, Any]:
    """Give all that stands behind a finding, as JSON; it begins with the finding as a report has it.

    `written`: the lines of its rule.
    """
    rule, clause = pack.rule(one.rule), pack.clauses.get(one.clause)
    return {
        **json.loads(FindingLines(Options("zh")).line(one)),
        "message_en": one.message.pick("en"),
        "clause_text": clause.text.zh if clause else "",
        "clause_text_en": clause.text.en if clause else "",
        "rule_as_written": written,
        "parameters": _parameters(written, rule, pack, _day(one, report)),
        "amount": _amount(one, rule),
        "source": _source(one, pack, sources),
    }


def rule_as_written(rule: Rule, pack: Pack) -> str:
    """Give the lines of a rule in its file, up to the next rule."""
    path = next((one for one in pack_files(pack.folder)["rules"] if shown_path(one) == rule.place.file), None)
    if path is None or not rule.place.line:
        return ""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    starts = [one.place.line for one in pack.rules if one.place.file == rule.place.file]
    end = min((line for line in starts if line > rule.place.line), default=len(lines) + 1)
    own = lines[rule.place.line - 1 : end - 1]
    while own and (not own[-1].strip() or own[-1].lstrip().startswith("#")):
        own.pop()
    return "\n".join(own) + "\n"


def _day(one: Finding, report: Report) -> date:
    """Give the day for which the parameters are shown: of the event, else the last day of the period."""
    try:
        return date.fromisoformat((one.at or "")[:10])
    except ValueError:
        return report.run.period.end


def _parameters(written: str, rule: Rule | None, pack: Pack, day: date) -> list[dict[str, Any]]:
    if rule is None:
        return []
    named = set(re.findall(r"\$([a-z][\w-]*)", written)) | set(re.findall(r"\{([a-z][\w-]*)\}", written))
    found = {name: pack.parameter(rule, name) for name in sorted(named | set(rule.params))}
    return [
        {
            "name": name,
            "title": one.title.zh,
            "value": as_written(one.at(day)),
            "unit": one.unit,
            "on": day.isoformat(),
            "assumed": one.assumed,
            "confirmed_by": one.confirmed_by,
            "values": {start.isoformat(): as_written(value) for start, value in one.values},
        }
        for name, one in found.items()
        if one is not None
    ]


def _amount(one: Finding, rule: Rule | None) -> dict[str, Any] | None:
    """Give how the amount comes about: the form of the fine as the rule has it, then the numbers, in fen and in words."""
    penalty = one.penalty
    if penalty is None or penalty.fine is None or rule is None:
        return None
    fine = penalty.fine
    return {
        "form": as_text((rule.penalty or {}).get("fine")),
        "min": fine.min,
        "max": fine.max,
        "proposed": fine.proposed,
        "said": said_amount(fine.proposed),
        "range": None if fine.min == fine.max else f"{yuan(fine.min)}~{yuan(fine.max)}",
        "by": penalty.by,
    }


def said_amount(fen: int) -> str:
    """Give an amount in figures and in words.

    >>> said_amount(5000)
    '¥50.00 人民币伍拾元整'
    """
    return f"¥{yuan(fen)} {capitals(fen)}"


def as_text(raw: Any) -> str:
    """Give raw YAML of a pack on one line.

    >>> as_text({"fixed": "$fine"})
    '{"fixed": "$fine"}'
    """
    return json.dumps(raw, ensure_ascii=False, default=str)


def _source(one: Finding, pack: Pack, sources: Sequence[Written]) -> list[dict[str, Any]]:
    at = {(source.file, source.sheet, source.log): source for source in sources}
    found = []
    for row in one.evidence:
        source = at.get((row.file, row.sheet, row.log))
        cells = source.numbered.get(row.row) if source else None
        found.append(
            {
                "file": row.file,
                "sheet": row.sheet,
                "row": row.row,
                "log": row.log,
                "sha256": source.sha256 if source else None,
                "header": list(source.titles) if source else None,
                "cells": shown(source, cells, pack, True) if source and cells is not None else None,
            }
        )
    return found
