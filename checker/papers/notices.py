"""处罚通知单: who is told what, from the ledger alone; the layout is `notices_html` and `notices_xlsx`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from checker.findings.values import mask
from checker.guards.months import day_of
from checker.guards.notice import points
from checker.language.pack import Guards, Pack
from checker.language.pack_guards import MoneyMode
from checker.ledger.cases import Case, State, fold
from checker.ledger.entries import Entry
from checker.ledger.store import head
from checker.model import Text
from checker.money import capitals, yuan
from checker.papers.fines import department
from checker.papers.notice_numbers import has_person, is_due, is_noticed, order, whose
from checker.papers.notice_pages import Line, split
from checker.papers.unpaid import treated
from checker.papers.workbook import cell_text

BLANK = "______"
STANDING: tuple[State, ...] = ("confirmed", "served", "appealed", "upheld", "adjusted", "released")
"""States of an approved finding that nobody has taken back."""
SHOWN = 3
"""Rows of evidence that a notice names of one finding."""
_APPEALED: Mapping[State, str] = {"appealed": "申诉中", "upheld": "申诉后维持", "adjusted": "申诉后变更"}
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Notice:
    """One notice, its lines page by page so that every page fits A4; `total` is the sum as the paper says it.

    `place` is department and region, as far as the ledger has them. `fen` is 0 where no yuan are to be paid. `carried_out`, `issued_by` and `versions` may be empty.
    """

    number: str
    person: str
    name: str
    place: str
    issued_on: str
    issued_by: str
    pages: tuple[tuple[Line, ...], ...]
    total: str
    fen: int
    carried_out: str
    versions: str

    @property
    def lines(self) -> int:
        """Give how many findings it tells of."""
        return sum(not line.goes_on for page in self.pages for line in page)


@dataclass(frozen=True)
class Frame:
    """What all notices of a company share. `appeal` is the whole sentence; `head` the hash of the ledger, shortened.

    `amounts` is the head of the last column: 金额 where yuan are deducted, else 处理.
    """

    company: str
    appeal: str
    signers: tuple[str, ...]
    head: str
    amounts: str


@dataclass(frozen=True)
class Notices:
    """The notices of a month by region, each in the order of numbers, and what is approved but on none, with why."""

    month: str
    regions: Mapping[str, tuple[Notice, ...]]
    left_out: tuple[tuple[Case, Text], ...]
    frame: Frame

    @property
    def all(self) -> list[Notice]:
        """Give them all, region by region."""
        return [one for own in self.regions.values() for one in own]


def gather(entries: Sequence[Entry], month: str, pack: Pack, how: MoneyMode) -> Notices:
    """Give all notices of a month that were issued and still stand; `how`: what becomes of amounts."""
    standing = [one for one in fold(entries).cases.values() if one.month == month and one.state in STANDING]
    left_out = tuple((one, why) for one in standing if (why := _why_not(one)) is not None)
    told = [one for one in standing if one.notice and is_noticed(one) and not _stale(one)]
    by_number: dict[str, list[Case]] = {}
    for case in sorted(told, key=order):
        by_number.setdefault(case.notice, []).append(case)
    issued = {
        one.step.data["notice"]: (one.step.data["number"], one.step)
        for one in entries
        if one.step.kind == "notice"
    }
    versions = _versions(entries)
    regions: dict[str, list[Notice]] = {}
    for number in sorted(by_number, key=lambda one: issued[one][0]):
        cases, step = by_number[number], issued[number][1]
        made = _notice(cases, step.on.isoformat(), step.by, versions, pack, how)
        regions.setdefault(whose(cases)[1], []).append(made)
    ordered = {name: tuple(regions[name]) for name in sorted(regions)}
    return Notices(month, ordered, left_out, frame(pack, how, head(entries)))


def frame(pack: Pack, how: MoneyMode, digest: str) -> Frame:
    """Give what stands on every notice."""
    days, papers = pack.procedure.appeal_days, pack.papers
    until = f"收到本通知之日起 {days} 个工作日内" if days else "收到本通知当日"
    appeal = f"申诉：{until}，可向{papers.appeal_to.zh or f' {BLANK} '}提出书面申诉；申诉期间暂不执行。"
    amounts = "金额（元）" if how == "propose" else "处理"
    return Frame(papers.company.zh or BLANK * 2, appeal, papers.signers, digest[:16], amounts)


def _why_not(case: Case) -> Text | None:
    """Give why an approved finding is on no notice; None where it is on one, or nobody is to be told."""
    if not is_noticed(case):
        return None
    if _stale(case):
        return Text("批准后数据变了，须先处理", "its data changed after the approval, settle that first")
    if case.notice:
        return None
    if not has_person(case):
        return Text("没有责任人的工号", "nobody's staff number is known for it")
    if is_due(case, case.month):
        return Text("还没有编号", "it has no number yet")
    return Text("没有发通知单就往下办了", "it went on without a notice")


def _stale(case: Case) -> bool:
    return case.data_changed and case.state == "confirmed"


def _notice(
    cases: Sequence[Case], on: str, by: str, versions: Mapping[str, str], pack: Pack, how: MoneyMode
) -> Notice:
    name, region = whose(cases)
    fen = sum(one.fen or 0 for one in cases)
    executors = joined(one.proposal.get("by") for one in cases)
    return Notice(
        number=cases[0].notice,
        person=clean(cases[0].proposal["person"]),
        name=clean(name),
        place=placed(cases, region),
        issued_on=on,
        issued_by=clean(by),
        pages=split(_line(one, pack, how) for one in cases),
        total=_total(fen, cases, pack.guards, how),
        fen=fen if how == "propose" else 0,
        carried_out=_carried_out(fen, executors, how),
        versions=clean(joined(versions.get(one.finding) for one in cases)),
    )


def placed(cases: Sequence[Case], region: str) -> str:
    """Give department and region as one cell, as far as they are known."""
    said = next(filter(None, map(department, cases)), "")
    return clean("／".join(filter(None, [said, region])))


def _line(case: Case, pack: Pack, how: MoneyMode) -> Line:
    one = case.proposal
    notes = [("措施", "、".join(one.get("measures", ()))), ("计", "、".join(_units(case, pack)))]
    notes.append(("状态", _APPEALED.get(case.state, "")))
    fact = "\n".join([one["message"], *(f"{label}：{said}" for label, said in notes if said)])
    amount = "—" if not case.fen else yuan(case.fen) if how == "propose" else treated(case, how, pack.guards)
    fen = case.fen if case.fen and how == "propose" else None
    return Line(
        clean(day_of(case)), clean(fact), clean(_places(one["evidence"])), clean(one["clause"]), amount, fen
    )


def _units(case: Case, pack: Pack) -> Iterator[str]:
    """Give what is no money, points or hours, each with its name."""
    for one in case.proposal.get("units", ()):
        unit = pack.units.get(one["unit"])
        amount = Decimal(one["amount"]).scaleb(-one["places"]) if one["places"] else one["amount"]
        yield f"{unit.title.zh if unit and unit.title.zh else one['unit']} {amount}"


def _places(rows: Sequence[Mapping[str, object]]) -> str:
    """Give where the evidence stands, each file named once; of many rows the first `SHOWN`."""
    if not rows:
        return ""
    found: dict[str, list[str]] = {}
    for row in rows[:SHOWN]:
        file = f"{row['file']}{'/' + str(row['sheet']) if row['sheet'] else ''}"
        found.setdefault(file, []).append(f"第{row['row']}行")
    said = "；".join(f"{file}/{'、'.join(numbers)}" for file, numbers in found.items())
    return f"（{said}{f'等 {len(rows)} 处' if len(rows) > SHOWN else ''}）"


def _total(fen: int, cases: Sequence[Case], guards: Guards, how: MoneyMode) -> str:
    """Give the sum in words: capitals of yuan, or what stands in their place; points only where the table has all."""
    if how == "propose" and fen:
        return capitals(fen)
    fined = [one for one in cases if one.fen]
    if how != "score" or not fined:
        return f"共 {len(cases)} 项，不扣款"
    given = [points(one.fen or 0, guards) for one in fined]
    known = sum(one for one in given if one is not None)
    return f"绩效扣 {known} 分" + ("，另有由人工定的" if None in given else "") + "，不扣款"


def _carried_out(fen: int, executors: str, how: MoneyMode) -> str:
    """Give who does what; only where amounts are proposed does anything concern the wage."""
    if not fen:
        return f"执行：{clean(executors) or BLANK}。"
    if how == "propose":
        return f"执行：{clean(executors) or BLANK}，拟从 ____ 年 __ 月发放的工资中扣除。"
    return "执行：计入绩效扣分，不扣工资。" if how == "score" else "执行：予以警告，不扣工资。"


def clean(value: object) -> str:
    """Give a text for paper: telephone numbers masked, nothing that turns the direction of writing.

    >>> clean("打 13812345678 找张\\u202e伟"), clean("订单 2026101213812345678"), clean(None)
    ('打 138****5678 找张伟', '订单 2026101213812345678', '')
    """
    return _MOBILE.sub(lambda found: mask(found[0]), _TURNING.sub("", cell_text(value)))


def joined(values: Iterable[str | None]) -> str:
    """Give texts as one, each once, in their order; what is empty is left out."""
    return "、".join(dict.fromkeys(value for value in values if value))


def _versions(entries: Iterable[Entry]) -> dict[str, str]:
    """Give, by finding, the version of the rules by which it was last proposed."""
    found: dict[str, str] = {}
    version = ""
    for one in entries:
        if one.step.kind == "run":
            version = str(one.step.data.get("version", ""))
        elif one.step.kind == "propose":
            found[one.step.finding] = version
    return found
