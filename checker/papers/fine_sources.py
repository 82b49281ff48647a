"""Where a sheet of fines comes from: the ledger, the runs behind its findings, the bounds that were in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checker.language.pack import Guards, Pack
from checker.ledger.cases import fold
from checker.ledger.entries import Entry
from checker.ledger.store import head
from checker.money import yuan

_BASES = {"gross": "应发工资", "net": "实发工资", "basic": "基本工资"}


def sources(pack: Pack, entries: Sequence[Entry], month: str) -> list[tuple[str, str]]:
    """Give (label, value) pairs: the pack, the ledger, the bounds, and each file of the last run of each month."""
    months = {
        one.month for one in fold(entries).cases.values() if one.released_in and one.released_in <= month
    }
    return [
        ("制度", f"{pack.title.zh} {pack.version}"),
        ("制度包校验值 SHA-256", pack.sha256),
        ("决定台账", f"{len(entries)} 笔　校验值 {head(entries)}"),
        *_bounds(pack.guards),
        ("程序", _deciding(pack)),
        *(pair for one in sorted(months) for pair in _run(entries, one)),
    ]


def _bounds(guards: Guards) -> Iterator[tuple[str, str]]:
    yield "用工地区", guards.region or "未填写"
    yield "每月上限", f"{_BASES[guards.cap_base]}的 {guards.cap_percent}%"
    yield "最低工资", "扣后不低于月最低工资" if guards.min_wage == "required" else "不检查"
    carried = f"最多结转 {guards.carry_max_months} 个月，之后核销" if guards.carry else "不结转，余额核销"
    yield "结转", f"最早的先扣；{carried}"
    most = guards.max_per_rule_month
    yield "同一人同一规则一个月的上限", "不设" if most is None else f"{yuan(most)} 元"
    yield "须逐条点名才移交", f"一人一月多于 {guards.review_above} 笔"


def _deciding(pack: Pack) -> str:
    how = pack.procedure
    served = "须送达" if how.notice_required else "不要求送达"
    second = "批准人不能是复核人" if how.second_person else "不要求换人批准"
    return f"{served}；申诉期 {how.appeal_days} 个工作日；{second}"


def _run(entries: Sequence[Entry], month: str) -> Iterator[tuple[str, str]]:
    runs: list[Mapping[str, Any]] = [
        one.step.data for one in entries if one.step.kind == "run" and one.step.data["month"] == month
    ]
    for run in runs[-1:]:
        yield f"{month} 最近一次检查", f"制度版本 {run['version']}　截止 {run['as_of']}"
        yield f"{month} 检查所用制度包 SHA-256", run["rules_sha256"]
        for file, sheet, _, rows, digest in run["inputs"]:
            yield f"{month} {file}{f' [{sheet}]' if sheet else ''}", f"{rows} 行　SHA-256 {digest}"
