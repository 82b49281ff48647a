"""The readable page of an evidence pack, made of the same data as its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checker.findings.numbers import fingerprint_of
from checker.ledger.cases import fold
from checker.ledger.entries import Entry
from checker.ledger.history import said
from checker.model import Lang, Text
from checker.reports.html import page
from checker.reports.options import Options, hold

_WORDS: Mapping[str, Text] = {
    "title": Text("证据材料", "Evidence"),
    "wording": Text(
        "以下为核查建议及其依据，最终由有权人员决定。", "Proposals and what they rest on; people decide."
    ),
    "rules": Text("制度与规则包", "policy and pack"),
    "approved": Text("批准人 · 批准日 · 公布日", "approved by · approved on · published on"),
    "period": Text("期间", "period"),
    "as_of": Text("截止", "as of"),
    "ledger": Text("决定台账：笔数 · 末笔校验值", "ledger: entries · head"),
    "number": Text("发现编号", "number"),
    "clause": Text("条款原文", "text of the clause"),
    "who": Text("对象", "subject"),
    "when": Text("时间", "when"),
    "amount": Text("金额：规则写法 → 建议", "amount: as the rule has it → proposed"),
    "holds": Text("暂缓原因", "held back by"),
    "again": Text("仅凭本包重新判断", "judged anew from this pack"),
    "yes": Text("结果与金额相同", "the same outcome and amount"),
    "no": Text("不能得到相同结果", "not the same"),
    "source": Text("原始记录（按读到的原样）", "rows as they were read"),
    "row": Text("行", "row"),
    "not_kept": Text("原文件不是表格或文本，没有按原样收入", "not kept as written"),
    "no_rows": Text("没有相应的行：认定的正是缺少这样的记录", "no rows: what is found is that there are none"),
    "figures": Text("读到和算出的值", "values read and computed"),
    "parameters": Text("当时有效的参数", "parameters in force"),
    "assumed": Text("暂定", "assumed"),
    "rule": Text("规则原文", "the rule as written"),
    "decisions": Text("决定经过", "decisions"),
    "none": Text("台账里没有", "none in the ledger"),
    "foot": Text(
        "用 checker verify 核对：成员校验值、决定台账摘录，并重新判断每一条。",
        "`checker verify` checks the hashes and the excerpt of the ledger, and judges every finding anew.",
    ),
}  # fmt: skip


def render(data: Mapping[str, Any], entries: Sequence[Entry] | None, lang: Lang) -> bytes:
    """Give the page in UTF-8."""
    words = {name: text.pick(lang) for name, text in _WORDS.items()}
    own: dict[str, list[Entry]] = {}
    for entry in entries or ():
        own.setdefault(fingerprint_of(entry.step.finding), []).append(entry)
    findings = [_shown(one, own.get(one["fingerprint"], ()), lang) for one in data["findings"]]
    made = page("evidence.html", words=words, head=data, findings=findings, lang=lang)
    return made.encode("utf-8", "replace")


def _shown(one: Mapping[str, Any], own: Sequence[Entry], lang: Lang) -> dict[str, Any]:
    holds, book = one["facts"]["holds"], fold(own)
    return {
        **one,
        "message_shown": one["message_en"] if lang == "en" else one["message"],
        "clause_shown": (one["clause_text_en"] if lang == "en" else "") or one["clause_text"],
        "who": " ".join(str(value) for value in one["subject"].values() if value not in (None, "")),
        "figures": [(name, _plain(value)) for name, value in one["values"].items()],
        "in_force": [{**each, "shown": _plain(each["value"])} for each in one["parameters"]],
        "holds_shown": "、".join(hold(name, Options(lang)) for name in holds),
        "tables": _tables(one["source"]),
        "history": [said(entry, book, lang) for entry in own],
    }


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "—" if value is None else str(value)


def _tables(source: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put the rows of one file or sheet under one header."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for row in source:
        table = found.setdefault((row["file"], row["sheet"]), {**row, "rows": []})
        table["rows"].append((row["row"], row["cells"] or []))
        table["header"] = table["header"] if row["cells"] is not None else None
    return list(found.values())
