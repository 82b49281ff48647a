"""A pack as frozen data: what the YAML of a policy says, parsed, with the places it was said at.

Knows no YAML and no file. Raw maps (`check`, `penalty`, predicates) keep plain dict, list, str, int, Decimal,
bool and None, exactly as written and already valid against `schemas/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from checker.calendar import Cycle
from checker.language.adding import NO_TEXT as NO_TEXT
from checker.language.adding import NOWHERE as NOWHERE
from checker.language.adding import Cap as Cap
from checker.language.adding import Tally as Tally
from checker.language.adding import Unit as Unit
from checker.language.pack_guards import Deciding as Deciding
from checker.language.pack_guards import Guards as Guards
from checker.language.pack_papers import Papers as Papers
from checker.language.places import Places as Places
from checker.model import Place, Text
from checker.nouns import dataclass, field

NO_PLACES = Places()
Raw = Any
DurationUnit = Literal[
    "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years", "workdays"
]
FieldType = Literal[
    "text",
    "id",
    "int",
    "decimal",
    "bool",
    "date",
    "time",
    "datetime",
    "duration",
    "enum",
    "list",
    "month",
    "quarter",
]
CheckKind = Literal[
    "each", "due", "aggregate", "streak", "respond", "retain", "attest", "coverage", "timetable"
]


@dataclass(frozen=True)
class Duration:
    """A length of time as the policy says it; the unit is always plural.

    >>> str(Duration(30, "minutes"))
    '30 minutes'
    """

    amount: int
    unit: DurationUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


ParameterValue = None | bool | int | Decimal | str | Duration | tuple[Any, ...]


@dataclass(frozen=True)
class PolicyDocument:
    """The text people agreed to. Without approver and dates the pack is a draft: nothing is fined (总.四)."""

    name: Text = NO_TEXT
    file: str | None = None
    sha256: str | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    published_on: date | None = None
    reviewed_on: date | None = None
    review_every: Duration | None = None

    @property
    def approved(self) -> bool:
        """Tell whether an approver, the day of approval and the day of publication are all named."""
        return bool(self.approved_by and self.approved_on and self.published_on)


@dataclass(frozen=True)
class People:
    """The log that holds the people; `start` and `end` (YAML `from`, `to`) are inclusive, blank is open.

    `no_deduction` is a predicate over their rows: from whose wages nothing is deducted. `department` is only printed.
    """

    log: str
    key: str
    name: str | None = None
    region: str | None = None
    start: str | None = None
    end: str | None = None
    hired: str | None = None
    left: str | None = None
    duties: str | None = None
    no_deduction: Mapping[str, Raw] | None = None
    department: str | None = None


@dataclass(frozen=True)
class Regions:
    """The log that holds the regions; `start` and `end` (YAML `from`, `to`) are inclusive, blank is open."""

    log: str
    key: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class CalendarSource:
    """The log that overrides single days of the calendars; `type` is the field with the kind of day."""

    log: str
    date: str
    type: str
    working: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeaveSource:
    """The log of leave; `where` is the predicate that makes a row approved leave."""

    log: str
    person: str
    start: str
    end: str
    where: Mapping[str, Raw] = field(default_factory=dict)


@dataclass(frozen=True)
class Attestations:
    """The log in which people confirm or deny a fact."""

    log: str
    clause: str
    subject: str
    conclusion: str
    signers: tuple[str, ...]
    confirmed: str
    denied: str


@dataclass(frozen=True)
class Overlap:
    """One act under several clauses; `prefer` names rules, the first that failed keeps its fine."""

    name: str
    policy: Literal["one_fine_per_defect", "sum", "max"]
    prefer: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True)
class Parameter:
    """A dated value: each value holds from its date on, until the next; sorted by date.

    >>> limit = Parameter("limit", ((date(2026, 1, 1), 50), (date(2027, 1, 1), 60)))
    >>> limit.at(date(2026, 12, 31)), limit.at(date(2027, 1, 1)), limit.covers(date(2025, 12, 31))
    (50, 60, False)
    """

    name: str
    values: tuple[tuple[date, ParameterValue], ...]
    assumed: bool = False
    confirmed_by: str | None = None
    confirmed_on: date | None = None
    unit: str | None = None
    title: Text = NO_TEXT
    reading: str | None = None
    place: Place = NOWHERE

    @property
    def holds_back_fines(self) -> bool:
        """Tell whether the value is assumed and nobody has confirmed it."""
        return self.assumed and not self.confirmed_by

    def covers(self, day: date) -> bool:
        """Tell whether some value is in force on `day`."""
        return bool(self.values) and self.values[0][0] <= day

    def at(self, day: date) -> ParameterValue:
        """Give the value in force on `day`; None before the first date, or when the value is not set."""
        found: ParameterValue = None
        for start, value in self.values:
            if start > day:
                break
            found = value
        return found


@dataclass(frozen=True)
class Field:
    """A field of a log; with `formula` it is computed, without it it is stored.

    `column`: its column must be there even though its cells may be blank, since a blank says something.
    `least`, `most` (YAML `min`, `max`): what it can be, both included; lint alone looks at them.
    """

    name: str
    type: FieldType
    header: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False
    values: tuple[str, ...] = ()
    alias: Mapping[str, str] = field(default_factory=dict)
    places: int = 2
    unit: str | None = None
    formula: str | None = None
    mask: bool = False
    column: bool = False
    place: Place = NOWHERE
    formula_place: Place = NOWHERE
    title: Text = NO_TEXT
    least: Raw = None
    most: Raw = None


@dataclass(frozen=True)
class Link:
    """Columns taken from another row. `match`: pairs (theirs, ours); `take`: new name → their field.

    `compare`: (theirs, operator, ours) that must hold besides. `earliest`, `latest`, `total`: new name → their field,
    over all rows that match.
    """

    name: str
    log: str
    match: tuple[tuple[str, str], ...] = ()
    take: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None
    previous: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    count: str | None = None
    compare: tuple[tuple[str, str, str], ...] = ()
    earliest: Mapping[str, str] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)
    total: Mapping[str, str] = field(default_factory=dict)
    place: Place = NOWHERE

    @property
    def figures(self) -> dict[str, tuple[str, str]]:
        """Give the columns that are figures over all matching rows: new name → (figure, their field)."""
        kinds = (("min", self.earliest), ("max", self.latest), ("sum", self.total))
        return {new: (fn, theirs) for fn, named in kinds for new, theirs in named.items()}

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the names of the columns this link adds."""
        return (*self.take, *((self.count,) if self.count else ()), *self.figures)


@dataclass(frozen=True)
class Log:
    """A kind of log: its fields by name, what identifies a row, what dates it, whom it is about."""

    id: str
    title: Text
    fields: Mapping[str, Field]
    aliases: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    date: str | None = None
    person: str | None = None
    person_name: str | None = None
    region: str | None = None
    filed: str | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    place: Place = NOWHERE

    def columns(self) -> tuple[str, ...]:
        """Give every name a predicate or formula may use: stored and computed fields, then link columns."""
        return (*self.fields, *(name for link in self.links.values() for name in link.columns))


@dataclass(frozen=True)
class Clause:
    """One clause of the policy and how it is handled."""

    ref: str
    handling: Literal["automated", "attested", "statistic", "informative", "out_of_scope"]
    title: Text = NO_TEXT
    text: Text = NO_TEXT
    reason: Text = NO_TEXT
    readings: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True)
class Effective:
    """When a rule holds, both days included, and which day picks the version of a dated number."""

    start: date
    end: date | None = None
    version_by: Literal["event", "period_start", "period_end"] = "event"


@dataclass(frozen=True)
class Rule:
    """One rule. `check` is the raw map under its kind (`{log: …}` for `each`); predicates, penalty raw.

    `tally` is no kind that a policy writes: it is what reports call the findings of a `Tally`.
    """

    id: str
    title: Text
    clause: str
    kind: Literal["duty", "goal", "statistic", "merit", "tally"]
    status: Literal["draft", "trial", "active", "retired"]
    severity: Literal["note", "minor", "major", "critical"]
    effective: Effective
    check_kind: CheckKind
    check: Mapping[str, Raw]
    message: Text
    supports: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    params: Mapping[str, Parameter] = field(default_factory=dict)
    applies_to: Mapping[str, Raw] = field(default_factory=dict)
    exempt: Mapping[str, Raw] | None = None
    confirmed_by: Mapping[str, Raw] | None = None
    penalty: Mapping[str, Raw] | None = None
    overlaps: str | None = None
    waivable: Mapping[str, Raw] | None = None
    marks: tuple[Mapping[str, Raw], ...] = ()
    show: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    reviewed_on: date | None = None
    reward: Mapping[str, Raw] | None = None
    place: Place = NOWHERE
    places: Places = NO_PLACES

    @property
    def terms(self) -> Mapping[str, Raw]:
        """Give what follows, penalty or reward, in the words of a penalty: a credit is its fine, `to` its `from`."""
        if self.reward is None:
            return self.penalty or {}
        return {_SAME.get(key, key): value for key, value in self.reward.items()}


_SAME = {"credit": "fine", "to": "from"}


@dataclass(frozen=True)
class CalendarDay:
    """One day that is not what its weekday says; `kind` is `off` or `working`."""

    working: bool
    name: Text = NO_TEXT
    kind: str = ""


@dataclass(frozen=True)
class Pack:
    """One policy as data. `sha256` is over all YAML but tests/, names and bytes in sorted order."""

    id: str
    title: Text
    version: str
    time_zone: str
    currency: str
    policy: PolicyDocument
    logs: Mapping[str, Log]
    clauses: Mapping[str, Clause]
    rules: tuple[Rule, ...]
    people: People | None = None
    regions: Regions | None = None
    calendar: CalendarSource | None = None
    leave: LeaveSource | None = None
    attestations: Attestations | None = None
    papers: Papers = field(default_factory=Papers)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    overlaps: Mapping[str, Overlap] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    caps: Mapping[str, Cap] = field(default_factory=dict)
    periods: Mapping[str, Cycle] = field(default_factory=dict)
    calendar_days: Mapping[date, CalendarDay] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    procedure: Deciding = field(default_factory=Deciding)
    sha256: str = ""
    folder: Path = Path()
    places: Places = NO_PLACES

    def rule(self, rule_id: str) -> Rule | None:
        """Give the rule with this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def parameter(self, rule: Rule, name: str) -> Parameter | None:
        """Give the parameter `$name` stands for: of the rule, else of the pack."""
        return rule.params.get(name) or self.parameters.get(name)
