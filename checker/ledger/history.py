"""Entries of the ledger in plain words: who did what, when, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from checker.findings.numbers import short
from checker.ledger.cases import Book, Case
from checker.ledger.entries import Entry
from checker.ledger.exports import PAPERS
from checker.model import Lang, Text
from checker.money import yuan

WORDS: Mapping[str, Text] = {
    "run": Text("检查", "ran a check"),
    "propose": Text("提出", "proposed"),
    "gone": Text("重查时已消失", "found it gone in a new run"),
    "confirm": Text("复核属实", "confirmed"),
    "reject": Text("复核不属实", "rejected"),
    "doubt": Text("证据不足", "found too little evidence"),
    "return": Text("退回复核", "sent it back"),
    "waive": Text("豁免", "waived"),
    "approve": Text("批准", "approved"),
    "notice": Text("发通知单", "issued the notice"),
    "serve": Text("送达", "served"),
    "appeal": Text("申诉", "appealed"),
    "uphold": Text("维持", "upheld"),
    "adjust": Text("变更", "adjusted"),
    "revoke": Text("撤销", "revoked"),
    "release": Text("移交财务", "handed to finance"),
    "deduct": Text("登记实扣", "noted the deduction"),
    "credit": Text("冲减", "credited"),
    "close": Text("关账", "closed the month"),
    "export": Text("导出", "took out"),
}
WAYS = {
    "signed": Text("签收", "signed"),
    "refused": Text("拒签", "refused"),
    "posted": Text("邮寄", "posted"),
}


def is_month(text: str) -> bool:
    """Tell whether a text names a month.

    >>> is_month("2026-10"), is_month("2026-13"), is_month("202610ab")
    (True, False, False)
    """
    return re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII) is not None


def about(entries: Sequence[Entry], cases: Iterable[Case], month: str) -> list[Entry]:
    """Give the entries about these cases, and those about the whole month or entered into it."""
    own = {one.finding for one in cases}
    return [
        one
        for one in entries
        if one.step.finding in own or (month and not one.step.finding and one.step.data.get("month") == month)
        or (month and one.step.kind in ("release", "credit") and one.step.data.get("month") == month)
    ]  # fmt: skip


def said(entry: Entry, book: Book, lang: Lang) -> str:
    """Give one entry as a line: number, day, who, what, about whom, how much, why."""
    step = entry.step
    case = book.cases.get(step.finding)
    what = WORDS[step.kind].pick(lang) if step.kind in WORDS else step.kind
    parts = [f"#{entry.seq}", step.on.isoformat(), step.by, what, _whom(case), *_details(step.data, lang)]
    if step.reason:
        parts.append(f"理由：{step.reason}" if lang == "zh" else f"because: {step.reason}")
    return "  ".join(" ".join(one.split()) for one in parts if one)


def _whom(case: Case | None) -> str:
    if case is None:
        return ""
    proposal = case.proposal
    names = (proposal.get(name) for name in ("person", "name", "clause", "at"))
    return " ".join([short(case.finding), *(str(one) for one in names if one)])


def _details(data: Mapping[str, object], lang: Lang) -> list[str]:
    found = _taken(data, lang) if "paper" in data else []
    fen, way, witness, month = (data.get(name) for name in ("fen", "way", "witness", "month"))
    if isinstance(fen, int):
        found.append(f"{yuan(fen)} 元" if lang == "zh" else f"{yuan(fen)} yuan")
    if data.get("notice"):
        found.append(f"通知单 {data['notice']}" if lang == "zh" else f"notice {data['notice']}")
    if isinstance(way, str) and way in WAYS:
        found.append(WAYS[way].pick(lang))
    if witness:
        found.append(f"见证人 {witness}" if lang == "zh" else f"witness {witness}")
    if month:
        found.append(f"{month} 月份" if lang == "zh" else f"month {month}")
    return found


def _taken(data: Mapping[str, object], lang: Lang) -> list[str]:
    """Give which paper was taken out, of how many people, and the start of its hash."""
    paper = str(data["paper"])
    name = PAPERS[paper].pick(lang) if paper in PAPERS else paper
    persons, rows, digest = data["persons"], data["rows"], f"SHA-256 {str(data['sha256'])[:16]}"
    if lang == "zh":
        return [name, f"{persons} 人 {rows} 行", digest]
    return [name, f"{persons} people, {rows} rows", digest]
