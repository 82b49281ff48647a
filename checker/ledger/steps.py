"""Which step may follow: who may take it, from which state, with what; every refusal says why and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from checker.calendar import WorkCalendar
from checker.ledger.cases import STATES, Book, Case, State, after, fold
from checker.ledger.entries import Entry, Kind, Step
from checker.model import Text
from checker.money import yuan

SYSTEM: frozenset[Kind] = frozenset({"run", "propose", "gone", "export"})
"""Steps that the checker takes by itself; they decide nothing."""


@dataclass(frozen=True)
class Procedure:
    """How a company decides: `appeal_days` are working days after the day of service, the last one included.

    `second_person`: another than the reviewer approves, and a third decides on an appeal.
    """

    appeal_days: int = 3
    notice_required: bool = True
    second_person: bool = True
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar({}))

    def appeal_ends(self, served: date) -> date:
        """Give the last day on which an appeal is in time.

        >>> Procedure().appeal_ends(date(2026, 11, 6))
        datetime.date(2026, 11, 11)
        """
        day = served
        for _ in range(self.appeal_days):
            day = self.calendar.next_workday(day + timedelta(days=1))
        return day


FROM: Mapping[Kind, tuple[State, ...]] = {
    "confirm": ("proposed", "reviewed", "rejected", "doubted"),
    "reject": ("proposed", "reviewed", "rejected", "doubted"),
    "doubt": ("proposed", "reviewed", "rejected", "doubted"),
    "return": ("reviewed",),
    "waive": ("proposed", "reviewed", "doubted", "confirmed", "served", "appealed", "upheld", "adjusted"),
    "approve": ("reviewed",),
    "notice": ("confirmed",),
    "serve": ("confirmed",),
    "appeal": ("served",),
    "uphold": ("appealed",),
    "adjust": ("appealed",),
    "revoke": ("appealed",),
    "release": ("confirmed", "served", "upheld", "adjusted"),
    "deduct": ("released",),
    "credit": ("released",),
}
VERBS: Mapping[Kind, Text] = {
    "confirm": Text("认定属实", "confirm"),
    "reject": Text("认定不属实", "reject"),
    "doubt": Text("记为证据不足", "note too little evidence"),
    "return": Text("退回复核", "send back"),
    "waive": Text("豁免", "waive"),
    "approve": Text("批准", "approve"),
    "notice": Text("发通知单", "issue a notice"),
    "serve": Text("登记送达", "note the service"),
    "appeal": Text("登记申诉", "note an appeal"),
    "uphold": Text("维持", "uphold"),
    "adjust": Text("变更", "adjust"),
    "revoke": Text("撤销", "revoke"),
    "release": Text("移交财务", "hand to finance"),
    "deduct": Text("登记实扣", "note the deduction"),
    "credit": Text("冲减", "credit"),
}
_NEEDS_REASON: frozenset[Kind] = frozenset(
    {"confirm", "reject", "doubt", "return", "waive", "appeal", "uphold", "adjust", "revoke", "credit"}
)
Check = Callable[[Case, Step, Book, Procedure], Text | None]


def refusal(book: Book, step: Step, procedure: Procedure) -> Text | None:
    """Give why a step may not be taken now; None when it may."""
    if not step.by.strip():
        return Text("没有写是谁决定的", "nobody is named who decides")
    if step.kind in SYSTEM:
        return None
    if step.kind == "close":
        month = step.data["month"]
        return Text(f"{month} 已经关账", f"{month} is closed already") if month in book.closed else None
    case = book.cases.get(step.finding)
    if case is None:
        return Text(f"决定台账里没有发现 {step.finding}", f"the ledger has no finding {step.finding}")
    if step.kind in _NEEDS_REASON and not step.reason.strip():
        return Text("没有写理由", "no reason is given")
    return next((said for check in _CHECKS if (said := check(case, step, book, procedure))), None)


def taken(entries: Sequence[Entry], wanted: Iterable[Step], procedure: Procedure) -> list[Text | None]:
    """Give for each wanted step, taken one after another, why it is refused; None where it is not."""
    book, said = fold(entries), []
    cases = dict(book.cases)
    seq = len(entries)
    for step in wanted:
        why = refusal(Book(cases, book.closed), step, procedure)
        said.append(why)
        seq += 1
        if why is None and step.finding:
            cases[step.finding] = after(cases.get(step.finding), step, seq)
    return said


def _state(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    allowed = FROM[step.kind]
    if case.state in allowed:
        return None
    verb, now = VERBS[step.kind], STATES[case.state]
    zh, en = ("、".join(STATES[one].zh for one in allowed), ", ".join(STATES[one].en for one in allowed))
    return Text(
        f"现为“{now.zh}”，不能{verb.zh}（须为：{zh}）",
        f"it is '{now.en}' now and cannot be {verb.en} (it must be: {en})",
    )


def _day(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    """Refuse a step on a day before the one it follows: what came first would be told wrongly."""
    if step.kind in ("deduct", "credit") or case.last_on is None or step.on >= case.last_on:
        return None  # what a month is charged with has its month
    return Text(
        f"日期早于上一步（{case.last_on}）", f"its day is before that of the last step ({case.last_on})"
    )


def _own(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    one = case.proposal
    concerned = [*one.get("subject", {}).values(), one.get("liable"), one.get("name")]
    concerned += [share["liable"] for share in one.get("among", ())]
    names = {str(value).strip().casefold() for value in concerned if value}
    if step.kind in ("appeal", "notice") or step.by.strip().casefold() not in names:
        return None
    return Text("不能决定自己的事", "nobody decides on what concerns themselves")


def _another(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    if not procedure.second_person:
        return None
    if step.kind == "approve" and _same(step.by, case.reviewer):
        return Text(
            f"批准人不能是复核人（{case.reviewer}）", f"the reviewer ({case.reviewer}) cannot approve"
        )
    if step.kind in ("uphold", "adjust", "revoke") and (
        _same(step.by, case.reviewer) or _same(step.by, case.approver)
    ):
        return Text(
            f"申诉须由第三人决定，不能是复核人（{case.reviewer}）或批准人（{case.approver}）",
            f"a third person decides an appeal: not the reviewer ({case.reviewer}) nor the approver ({case.approver})",
        )
    return None


def _same(one: str, other: str) -> bool:
    """Tell whether two texts name one person, whatever blanks and post in brackets stand with the name."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[（(].*?[)）]|\s", "", name).casefold()


def _data(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    """Refuse to decide on data other than the last run's, and to go on with a decision whose data changed."""
    seen = step.data.get("evidence", case.evidence)
    if step.kind in ("confirm", "reject", "doubt"):
        if seen != case.evidence or (case.gone and step.kind == "confirm"):
            return Text(
                "复核之后数据变了，请重新生成复核表再定", "the data changed since: make the review sheet anew"
            )
        return None
    if step.kind in ("approve", "notice", "release") and case.data_changed:
        return Text(
            "复核之后数据变了，须重新复核", "the data changed after the review: it must be reviewed anew"
        )
    return None


def _amount(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    fen, fine = step.data.get("fen"), case.proposal.get("fine")
    if step.kind == "confirm":
        return _in_range(fen, fine)
    if step.kind == "adjust" and not (isinstance(fen, int) and 0 <= fen < (case.fen or 0)):
        return Text(
            f"申诉后的金额须低于原定的 {yuan(case.fen or 0)} 元且不小于 0",
            f"after an appeal the amount must be below {yuan(case.fen or 0)} and at least 0",
        )
    left = (case.fen or 0) - case.credited
    if step.kind == "credit" and not (isinstance(fen, int) and 0 < fen <= left):
        return Text(
            f"冲减须大于 0 且不超过尚余的 {yuan(left)} 元",
            f"a credit must be above 0 and at most {yuan(left)}",
        )
    return None


def _in_range(fen: object, fine: Mapping[str, int] | None) -> Text | None:
    if fine is None:
        return Text("此项没有扣款，不能填金额", "there is no fine here, so no amount") if fen else None
    if not isinstance(fen, int) or isinstance(fen, bool):
        return Text("没有写核定金额", "no amount is given")
    if fine["min"] <= fen <= fine["max"]:
        return None
    low, high = yuan(fine["min"]), yuan(fine["max"])
    return Text(f"金额 {yuan(fen)} 不在 {low} 至 {high} 元之内", f"{yuan(fen)} is not within {low} to {high}")


def _notice(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    """Refuse a second number: what was printed and signed stays findable under the one it bears."""
    if step.kind == "notice" and case.notice:
        return Text(f"已在通知单 {case.notice} 上", f"it stands on notice {case.notice} already")
    return None


def _service(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    if step.kind == "serve" and step.data.get("way") == "refused" and not step.data.get("witness"):
        return Text("拒签须写见证人", "a refusal to sign needs a witness")
    if step.kind == "release" and case.state == "confirmed" and procedure.notice_required:
        return Text("通知还没有送达", "the notice has not been served")
    if step.kind == "release" and case.state == "served" and case.served_on is not None:
        ends = procedure.appeal_ends(case.served_on)
        if step.on <= ends:
            return Text(f"申诉期到 {ends} 才满", f"the time to appeal runs until {ends}")
    return None


def _month(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    month = step.data.get("month", "")
    if step.kind in ("release", "deduct", "credit") and month in book.closed:
        return Text(f"{month} 已经关账，请记入下一个月", f"{month} is closed: enter it in the next month")
    if step.kind == "credit" and month < case.released_in:
        return Text(
            f"冲减不能记在 {month}：此项记在 {case.released_in}",
            f"a credit cannot go into {month}: the amount was in {case.released_in}",
        )
    return None


def held(case: Case) -> tuple[str, ...]:
    """Give why the rules hold the fine or the measure of a finding back; a decision on the amount lifts that one hold."""
    holds = [one for one in case.proposal.get("holds", ()) if one != "decision"]
    return tuple(holds) if case.fen or case.proposal.get("measures") else ()


def _holds(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    if step.kind not in ("approve", "release") or not (holds := held(case)):
        return None
    said = "、".join(holds)
    return Text(f"规则暂缓此项：{said}", f"the rules hold this back: {said}")


def _deduction(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    """Refuse to keep more of a wage than is due, and to change what later months were reckoned from."""
    if step.kind != "deduct":
        return None
    month, fen, lapsed = step.data.get("month", ""), step.data.get("fen"), step.data.get("lapsed", 0)
    if month < case.released_in:
        return Text(f"{case.released_in} 才移交财务", f"it was handed to finance only in {case.released_in}")
    if any(then > month for then in case.deducted):
        return Text("以后月份的实扣已经登记", "the deduction of a later month is noted already")
    due = case.due(month)
    good = isinstance(fen, int) and isinstance(lapsed, int) and lapsed >= 0
    if good and ((fen >= 0 and fen + lapsed <= due) or (due <= fen < 0 and not lapsed)):  # type: ignore[operator]
        return None
    return Text(
        f"实扣与核销须在应扣的 {yuan(due)} 元之内", f"what is deducted and lapses must be within {yuan(due)}"
    )


def _shared(case: Case, step: Step, book: Book, procedure: Procedure) -> Text | None:
    """Refuse to approve a shared fine as it was proposed before each share had entries of its own."""
    if step.kind in ("approve", "release") and case.proposal.get("shares"):
        return Text(
            "此项由多人分担，是旧版记入的：请重新运行 checker review，各人的份额分别决定",
            "several people share this fine, proposed by an older version: run `checker review` again and decide on each share",
        )
    return None


_CHECKS: tuple[Check, ...] = (
    _state,
    _day,
    _own,
    _another,
    _data,
    _amount,
    _notice,
    _service,
    _month,
    _holds,
    _shared,
    _deduction,
)
