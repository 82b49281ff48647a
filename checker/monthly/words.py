"""The fixed words of the monthly report."""

from __future__ import annotations

from collections.abc import Mapping

from checker.model import Text

MET: Mapping[str, Text] = {
    "pass": Text("是", "yes"),
    "fail": Text("否", "no"),
    "undetermined": Text("无法判定", "cannot be told"),
    "pending": Text("未到期", "not due yet"),
    "behind": Text("未到期，已落后", "not due yet, behind"),
    "": Text("—", "—"),
}
UNITS: Mapping[str, Text] = {
    "seconds": Text("秒", " s"),
    "minutes": Text("分钟", " min"),
    "hours": Text("小时", " h"),
    "days": Text("天", " days"),
    "weeks": Text("周", " weeks"),
}
WORDS: Mapping[str, Text] = {
    "overall": Text("总体情况", "Overall"),
    "regions": Text("各片区", "Regions"),
    "sanctions": Text("违规与处罚汇总", "Violations and penalties"),
    "problems": Text("主要问题与原因", "Main problems and causes"),
    "measures": Text("纠正预防措施", "Corrective and preventive action"),
    "quality": Text("数据质量说明", "Quality of the data"),
    "next": Text("下月重点", "Next month"),
    "indicator": Text("指标", "Figure"),
    "goal": Text("目标", "Goal"),
    "now": Text("本月", "This month"),
    "before": Text("上月", "Last month"),
    "year": Text("本年累计", "Year so far"),
    "met": Text("达成", "Met"),
    "region": Text("片区", "Region"),
    "clause": Text("条款", "Clause"),
    "content": Text("内容", "Content"),
    "count": Text("笔数", "Findings"),
    "people": Text("人数", "People"),
    "amount": Text("金额（元）", "Amount (yuan)"),
    "points": Text("绩效扣分", "Points"),
    "treatment": Text("处理", "Treatment"),
    "appeals": Text("申诉", "Appeals"),
    "revoked": Text("撤销", "Revoked"),
    "total": Text("合计", "Total"),
    "cause": Text("原因", "Cause"),
    "problem": Text("问题", "Problem"),
    "figures": Text("情况", "Figures"),
    "why": Text("原因分析", "Analysis"),
    "owner": Text("责任部门", "Department"),
    "action": Text("措施", "Action"),
    "by": Text("期限", "By"),
    "done": Text("完成", "Done"),
    "item": Text("项目", "Item"),
    "number": Text("数量", "Number"),
    "which": Text("说明", "Which"),
    "focus": Text("重点工作", "Focus"),
    "blank": Text("（未填）", "(blank)"),
    "unreadable": Text("（无法读出）", "(unreadable)"),
    "none": Text("无", "none"),
    "warning": Text("警告", "warning"),
    "unsure": Text("另 {n} 项无法判定", "{n} more cannot be told"),
    "few": Text("不足两期有数据，未画趋势图。", "Fewer than two periods with data: no trends are drawn."),
    "no_regions": Text("规则包没有片区，本节从略。", "The pack has no regions; nothing to report here."),
    "no_region_figures": Text(
        "所列指标中没有按片区评判的，本节从略（不按片区列个人的情况）。",
        "No figure of this report is judged by region; those of people are not shown by region.",
    ),
    "other_period": Text(
        "带期间的为该期间（季、年）的数值，其“上月”为上一期间；本年累计由各期分子、分母或合计、个数相加算出，去重计数为各期相加。",
        "A figure with a period is that of the quarter or year, and its last month is the period before. The year so "
        "far adds numerators and denominators, or sums and counts; distinct counts are added period by period.",
    ),
    "by_ledger": Text(
        "依据决定台账：笔数、人数为已批准的，金额不含已撤销的。尚在处理 {open} 笔，不属实 {rejected} 笔，证据不足 {doubted} 笔，已豁免 {waived} 笔{credits}。",
        "From the ledger: findings and people of what was approved; amounts without what was revoked. Open {open}, not "
        "so {rejected}, not enough evidence {doubted}, waived {waived}{credits}.",
    ),
    "credits": Text("，以后冲减 {fen} 元", ", credited later {fen} yuan"),
    "by_check": Text(
        "未给出决定台账：以下为核查发现，是建议，尚未经人决定；申诉、撤销无数据。",
        "No ledger was given: these are findings and proposals on which nobody has decided.",
    ),
    "shares": Text(
        "其中 {n} 笔由多人分担，人数按应分担的人计。", "{n} of them are shared; all who share are counted."
    ),
    "settle": Text("另 {n} 笔由人定", "{n} for people to settle"),
    "no_money": Text(
        "本单位不扣款（money_mode: {mode}），不列金额。", "No money is deducted (money_mode: {mode})."
    ),
    "unchosen": Text("尚未选定 money_mode，不列金额。", "`money_mode` is not chosen: no amounts."),
    "nothing": Text("本月没有违规发现。", "Nothing was found this month."),
    "missing": Text("未提交的台账", "Logs not handed in"),
    "absent": Text("已交、本月没有记录的台账", "Logs handed in without rows of the month"),
    "returned": Text("须退回更正的数据", "Data to be returned for correction"),
    "warnings": Text("须核对的数据", "Data to be looked at"),
    "undetermined": Text("无法判定", "Cannot be told"),
    "not_checked": Text("待人工确认", "To be confirmed by people"),
    "pending": Text("未到期", "Not due yet"),
    "no_data": Text("缺台账而无法核查", "Not checked for lack of a log"),
    "unnamed": Text("其他文件", "other files"),
}


def said(name: str, lang: str, **values: object) -> str:
    """Give a word or sentence, its gaps filled."""
    text = WORDS[name].pick("en" if lang == "en" else "zh")
    return text.format(**values) if values else text
