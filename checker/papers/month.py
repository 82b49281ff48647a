"""质量月报 as plain content: sections with tables and charts, every text ready to print, no person in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from checker.model import Lang, Text

NO_DATA = Text("—(无数据)", "— (no data)")
NUMBERS = ("一", "二", "三", "四", "五", "六", "七")
WORDS: Mapping[str, Text] = {
    "title": Text("质量月报", "Monthly quality report"),
    "month": Text("月份：{month}　截止：{as_of}", "Month: {month}　Cut-off: {as_of}"),
    "foot": Text(
        "规则包 {pack} {version}　规则校验值 {rules}　决定台账 {ledger}",
        "Pack {pack} {version}　Rules {rules}　Ledger {ledger}",
    ),
    "no_ledger": Text("未给出", "not given"),
    "wording": Text(
        "本报告由台账计算得出，供负责人核对、补充；不列个人。",
        "Computed from the logs, to be checked and completed; it names nobody.",
    ),
    "day": Text("____年__月__日", "date ________"),
}


@dataclass(frozen=True)
class Table:
    """A table: cells from column `entry` on are to be filled in (None: none); `total`: the last row is a sum.

    `widths` are shares of the page, in cells of a sheet; a Chinese character takes two.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    title: str = ""
    entry: int | None = None
    total: bool = False


@dataclass(frozen=True)
class Chart:
    """One figure over periods; None is a period without data, and a gap. `goal` is drawn as a line."""

    title: str
    unit: str
    labels: tuple[str, ...]
    values: tuple[Decimal | None, ...]
    goal: Decimal | None = None


@dataclass(frozen=True)
class Section:
    """One of the seven parts; what a pack cannot say is told in `notes`."""

    title: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MonthPaper:
    """The whole report; `subtitle` and `foot` say of which month, rules and ledger."""

    lang: Lang
    company: str
    title: str
    subtitle: str
    foot: str
    sections: tuple[Section, ...]
    signers: tuple[str, ...]

    def word(self, name: str) -> str:
        """Give one of the fixed texts."""
        return WORDS[name].pick(self.lang)
