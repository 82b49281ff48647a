"""The nouns of the checker; everything here is frozen data and knows no file, engine or rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from checker.nouns import dataclass

Lang = Literal["zh", "en"]
Outcome = Literal["pass", "fail", "pending", "undetermined", "not_checked", "not_applicable", "no_data"]
OUTCOMES: tuple[Outcome, ...] = (
    "fail",
    "pending",
    "undetermined",
    "not_checked",
    "no_data",
    "pass",
    "not_applicable",
)
Value = None | bool | int | str | Decimal | date | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and English; the English falls back to the Chinese.

    >>> Text("周汇总", "weekly summary").pick("en")
    'weekly summary'
    """

    zh: str
    en: str = ""

    def pick(self, lang: Lang) -> str:
        """Give the text in `lang`, or the one that exists."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file of ours: line and column count from 1, columns in code points."""

    file: str
    line: int = 0
    column: int = 0
    end_column: int = 0


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days, both ends included.

    >>> Period(date(2026, 10, 1), date(2026, 10, 31)).text
    '2026-10-01/2026-10-31'
    """

    start: date
    end: date

    @property
    def text(self) -> str:
        """Give `start/end` as ISO dates."""
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


@dataclass(frozen=True)
class Input:
    """One file or sheet that was read: `rows` counts data rows, `sha256` is of the whole file."""

    file: str
    sheet: str | None
    log: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Problem:
    """Something in a log that could not be used as it stands; `row` counts from 1 as Excel shows it."""

    level: Literal["error", "warning", "note"]
    code: str
    file: str
    message: Text
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    found: str | None = None
    hint: Text = Text("")
    log: str | None = None
    field: str | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, order=True, slots=True)
class Evidence:
    """One row that proves a finding."""

    file: str
    sheet: str | None
    row: int
    log: str
    key: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One judged subject as an engine returns it.

    `values` holds the plan's `keep` columns by name; `evidence` is (log, source, row), source an index into the inputs.
    """

    rule: str
    outcome: Outcome
    values: Mapping[str, Value]
    evidence: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class HitBatch:
    """Many hits of one rule by columns; `hit` makes the one at a place, for the few that are looked at alone."""

    rule: str
    outcomes: Sequence[Outcome]
    columns: Mapping[str, Sequence[Value]]
    hit: Callable[[int], Hit]

    def hits(self) -> Iterator[Hit]:
        """Give all as hits."""
        return map(self.hit, range(len(self.outcomes)))


@dataclass(frozen=True)
class HitTable:
    """All hits of one rule as a table of the database, which stands until the next is asked for.

    `columns` gives the SQL type of each: `_outcome`, the kept ones by name, then `_src` and `_row`.
    """

    rule: str
    db: Any
    name: str
    columns: Mapping[str, str]
    batch: Callable[[list[tuple[Any, ...]]], HitBatch]

    def batches(self, condition: str = "TRUE") -> Iterator[HitBatch]:
        """Give those for which a condition in SQL holds, many at a time."""
        sql = f"SELECT * FROM {self.name} WHERE {condition} ORDER BY _src, _row"
        return map(self.batch, self.db.stream(sql))

    def hits(self) -> Iterator[Hit]:
        """Give all as hits."""
        return (hit for batch in self.batches() for hit in batch.hits())

    def counted(self) -> list[tuple[Outcome, bool | None, int]]:
        """Give how many there are of each outcome, judged or not."""
        found: list[tuple[Outcome, bool | None, int]] = self.db.execute(
            f"SELECT _outcome, judged, count(*) FROM {self.name} GROUP BY _outcome, judged"
        )
        return found


@dataclass(frozen=True, slots=True)
class Fine:
    """A fine in fen; min and max differ where a person decides."""

    min: int
    max: int
    proposed: int


@dataclass(frozen=True, slots=True)
class UnitAmount:
    """An amount of something that is no money (points, hours); min, max and proposed in its smallest parts."""

    unit: str
    title: Text
    places: int
    amount: Fine


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several liable people would pay."""

    liable: str
    fine: Fine


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the policy attaches to a violation: a proposal, released only when `holds` is empty.

    `shares`: the fine divided among several people, adding up to it exactly; `liable` is then null unless it is one.
    `whole`: on a line that shows one share, the fine that it is a part of.
    `units` are never divided: each liable person gets them in full.
    """

    fine: Fine | None
    measures: tuple[str, ...] = ()
    liable: str | None = None
    by: str | None = None
    holds: tuple[str, ...] = ()
    units: tuple[UnitAmount, ...] = ()
    shares: tuple[Share, ...] = ()
    whole: Fine | None = None


@dataclass(frozen=True)
class Reward:
    """What the policy promises for a merit: a proposed credit, never part of any sum of fines."""

    credit: Fine | None
    measures: tuple[str, ...] = ()
    to: str | None = None
    by: str | None = None
    holds: tuple[str, ...] = ()
    units: tuple[UnitAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The record of one outcome. `values` and `subject` are JSON-ready; `at` is an ISO date."""

    fingerprint: str
    rule: str
    clause: str
    kind: str
    outcome: Outcome
    severity: str
    subject: Mapping[str, Any]
    period: str | None
    at: str | None
    record: Mapping[str, str] | None
    values: Mapping[str, Any]
    penalty: Penalty | None
    message: Text
    title: Text = Text("")
    evidence: tuple[Evidence, ...] = ()
    waiver: Mapping[str, Any] | None = None
    marks: tuple[Text, ...] = ()
    superseded_by: str | None = None
    reward: Reward | None = None


@dataclass(frozen=True)
class RunInfo:
    """One execution: what was checked, with which rules, on which files."""

    pack: str
    version: str
    rules_sha256: str
    period: Period
    as_of: str
    engine: str
    inputs: tuple[Input, ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Figures:
    """The figures of one statistic: a row for each subject and period, its cells JSON-ready.

    `columns` are the subject's, `period`, `outcome` (null where the figure stands, else why there is none), then the
    figures. `personal`: its rows are about single people.
    """

    rule: str
    clause: str
    title: Text
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    personal: bool


@dataclass(frozen=True)
class Report:
    """Everything a report format may print; findings are already sorted.

    `people` counts the people on the roster at some time of the period; None where nobody handed in a roster.
    """

    run: RunInfo
    totals: Mapping[str, int]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    statistics: tuple[Figures, ...] = ()
    by_rule: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    people: int | None = None
