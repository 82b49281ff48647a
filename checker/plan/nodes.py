"""The only intermediate form between rules and engines: a few frozen, typed, printable nodes.

An engine sees a `RulePlan` and typed tables, nothing else. Meaning, in three-valued logic throughout:

* An expression over a row gives a value or null; null means missing or unreadable. All functions are strict
  (null in, null out) but for those of `functions.LAZY`.
* The rows of `source` for which `scope` is false are dropped; those for which it is null stay.
* `steps` add columns, in order.
* `outcome` gives the word for a row. Two hints let an engine look at fewer rows: `suspect` false means that the word
  is certainly `pass` or `not_applicable`, and then `applies` false means that it is `not_applicable`.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from checker.model import Value
from checker.nouns import dataclass

Type = Literal["text", "int", "decimal", "bool", "date", "datetime", "duration", "list", "null"]
Side = Literal["this", "other"]


@dataclass(frozen=True)
class Lit:
    """A constant. Durations are integer microseconds, decimals `Decimal`, datetimes naive in the pack's zone."""

    value: Value
    type: Type


@dataclass(frozen=True)
class Col:
    """A column of the row judged (`this`) or, inside a step, of the other log's row."""

    name: str
    type: Type
    side: Side = "this"
    nullable: bool = True


@dataclass(frozen=True)
class Present:
    """True if the cell holds a value, false if it is blank, null if it could not be read."""

    name: str
    side: Side = "this"

    @property
    def type(self) -> Type:
        """Give the type: a truth value."""
        return "bool"


@dataclass(frozen=True)
class Call:
    """A function of `functions.FUNCTIONS` applied to arguments."""

    fn: str
    args: tuple[Expr, ...]
    type: Type


Expr = Lit | Col | Present | Call


@dataclass(frozen=True)
class Match:
    """Equality of a column of this row and one of the other log's row.

    `if_null` decides for rows of the other log whose own value is null (default: unknown).
    A row of this side whose value is null matches nothing for certain: the step then counts one unknown.
    """

    this: Expr
    other: Expr
    if_null: Expr = Lit(None, "bool")


@dataclass(frozen=True)
class Take:
    """One figure over the matching rows that `filter` (default all) holds true of.

    `fn`: count (rows), sum, min, max, distinct (of non-null `expr`), first (of `expr`, in the step's order, then file
    order). Sum, min, max, first of nothing are null.
    """

    name: str
    fn: Literal["count", "sum", "min", "max", "distinct", "first"]
    expr: Expr | None = None
    filter: Expr | None = None
    type: Type = "int"


@dataclass(frozen=True)
class Related:
    """Figures over the rows of `log` that belong to this row: match and `where` true.

    Adds `name` (int, rows for which both hold), `name_unknown` (int, rows for which it is not known) and one column
    a take. With `exists`, `name` and `name_unknown` may stop at 1. With `evidence`, the first 20 rows counted
    (certain first, then unknown; file order) join the evidence of the row.
    """

    name: str
    log: str
    match: tuple[Match, ...]
    where: Expr
    takes: tuple[Take, ...] = ()
    order: tuple[Expr, ...] = ()
    exists: bool = False
    evidence: bool = True


@dataclass(frozen=True)
class Lookup:
    """The one row of `log` with equal key, valid at `at`: every `start` <= at <= every `end` (columns of the other row).

    A blank end is open, an unreadable one is unknown.
    Among several the one whose first `start` is latest, then the last in file order, wins; without `at` the first in file order.
    Adds `name.found`: true; false (the key is known but no row is valid then); null (key null or unknown, or a row
    whose validity cannot be read may be the one); and `name.<out>` for each of `columns` (out name, other column).
    """

    name: str
    log: str
    match: tuple[Match, ...]
    columns: tuple[tuple[str, Col], ...]
    at: Expr | None = None
    start: tuple[Col, ...] = ()
    end: tuple[Col, ...] = ()


@dataclass(frozen=True)
class Previous:
    """The row before this one among rows of the same source log that agree on `by`, in `order`, then file order.

    Adds `name.found` (bool, never null) and `name.<out>` for each of `columns`. Rows with a null in `by` or `order`
    have no previous row and are nobody's previous row. Only on a `Records` source, before any other step.
    """

    name: str
    by: tuple[Expr, ...]
    order: tuple[Expr, ...]
    columns: tuple[tuple[str, Col], ...]


@dataclass(frozen=True)
class Run:
    """Length of the unbroken run of failures that ends at this row, over all rows of the source (scope or not).

    Rows are grouped by `by` and ordered by `order`, then file order. `failed` true adds one; false sets 0; null is a
    gap: with `skip` it keeps the length but is itself 0, with `break` it sets 0. Adds `name` (int).
    """

    name: str
    by: tuple[Expr, ...]
    order: tuple[Expr, ...]
    failed: Expr
    gap: Literal["skip", "break"] = "skip"


@dataclass(frozen=True)
class Stretches:
    """The rows of `log` that belong to this row (match and `where`) as stretches of time [start, end).

    A null `start` or `end` is not known: such a stretch may be anywhere within the bounds, or nowhere.
    """

    role: Literal["of", "minus", "within"]
    log: str
    match: tuple[Match, ...]
    where: Expr
    start: Expr
    end: Expr


@dataclass(frozen=True)
class Coverage:
    """How time between `low` and `high` of this row is covered by stretches; sorts apart what is certain.

    Only time that counts is looked at: inside the bounds, inside one of `windows` (where there are any) and of the
    stretches `within` (where there is such a part), outside those of `minus`. `take` is the total time `covered` or
    `uncovered` by the stretches `of`, or the `longest` piece of one kind without a break. An edge of a stretch `of`
    ends a gap, so with `points` (start = end) the longest gap is the longest time between two of them.
    Adds `name` (int, certain rows of `of`), `name_unknown` (rows of which something is not known), `name_low` and
    `name_high` (durations between which the figure lies), `name_asked` (duration, the most time that counts), and
    `name_from`, `name_to`: the first longest piece of `name_high`. Times are null where a bound or a key is null.
    A point of which the time is not known may halve any gap: with k of them `name_low` is divided by k + 1.
    """

    name: str
    low: Expr
    high: Expr
    parts: tuple[Stretches, ...]
    take: Literal["covered", "uncovered", "longest", "longest_gap"]
    points: bool = False
    windows: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def gaps(self) -> bool:
        """Tell whether what is not covered is measured."""
        return self.take in ("uncovered", "longest_gap")

    @property
    def pieces(self) -> bool:
        """Tell whether one piece is measured, not a total."""
        return self.take in ("longest", "longest_gap")

    def related(self, part: int) -> Related:
        """Give how the rows of a part belong to this row, with their start and end as takes."""
        one = self.parts[part]
        takes = (
            Take("start", "min", one.start, None, "datetime"),
            Take("end", "max", one.end, None, "datetime"),
        )
        return Related(f"{self.name}.{part}", one.log, one.match, one.where, takes)


@dataclass(frozen=True)
class Pairing:
    """Pairs rows of the source with rows of `log`, each with at most one of the other side, the nearest pairs first.

    A pair may be made where match and `where` hold; its length is the time between `at` of this row and `time` of
    the other. Of equally long pairs the one with the earlier `at` comes first, then file order of this side, then of
    the other. Rows of the source take part where `among` holds, each group of equal `by` for itself: of a row of the
    other log that may belong to several groups it is not known to which. Over all rows of the source (scope or not).
    Adds `name` (bool: true if this row is paired though nothing that is not known helps it, false if even all of
    that would not pair it, else null), and `name_at`, the `time` of the other row where it is true.
    """

    name: str
    log: str
    match: tuple[Match, ...]
    where: Expr
    at: Expr
    time: Expr
    among: Expr = Lit(True, "bool")
    by: tuple[Expr, ...] = ()

    @property
    def related(self) -> Related:
        """Give which rows of the other log may be paired with this row, with their time as a take."""
        return Related(
            self.name, self.log, self.match, self.where, (Take("time", "min", self.time, None, "datetime"),)
        )


@dataclass(frozen=True)
class Derive:
    """Adds the column `name`, computed from this row."""

    name: str
    expr: Expr


Step = Related | Lookup | Previous | Run | Coverage | Pairing | Derive


@dataclass(frozen=True)
class Records:
    """Every row of `log` is a subject. Columns are the log's stored fields."""

    log: str


@dataclass(frozen=True)
class Grid:
    """Subjects x periods.

    Subjects are the distinct rows of `log` (`columns` of them) for which `where` is not false; without a log there is
    one subject, the company. `periods` names a small table with columns period text, period_start date, period_end
    date (inclusive), on date, enter_by date, stay_until date, due_at datetime, accept_from datetime, judged bool.
    A subject row belongs to a period when `start` <= enter_by and `end` >= stay_until (`start` and `end` are
    conditions' operands over the subject row; a blank end is open); unknown validity stays, with `member` null.
    Rows without a key are left out. Of several rows of one `key` in one period one stays: a certain member before an
    uncertain one, then the latest first `start`, then the last in file order.
    Each of `start` and `end` is a date column; blank is open, unreadable is unknown; all of them must hold.
    Columns: the subject's, the period's, `member` bool. `changes` names a small table (key text, period text,
    waived bool, due_at datetime) made from approved leave: it adds `waived` (false, true, or null) and may move due_at.
    """

    periods: str
    log: str | None = None
    key: str | None = None
    columns: tuple[Col, ...] = ()
    where: Expr = Lit(True, "bool")
    start: tuple[Col, ...] = ()
    end: tuple[Col, ...] = ()
    changes: str | None = None


@dataclass(frozen=True)
class View:
    """A log with more columns: `name` can stand wherever a log can, and holds every column of `log` besides."""

    name: str
    log: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class RulePlan:
    """One rule, ready to run. With `lists_all` every judged row is a hit, whatever its outcome (statistics)."""

    rule: str
    source: Records | Grid
    steps: tuple[Step, ...]
    scope: Expr
    applies: Expr
    suspect: Expr
    outcome: Expr
    keep: tuple[tuple[str, Expr], ...]
    evidence_record: bool = True
    lists_all: bool = False


@dataclass(frozen=True)
class SmallTable:
    """A little table made in Python (periods, leave changes), the same for every engine."""

    name: str
    columns: tuple[tuple[str, Type], ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Calendar:
    """Working days as flags from `first` on; functions over days outside it give null."""

    first: str = "2000-01-01"
    working: tuple[bool, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Plan:
    """All the rules of one run."""

    rules: tuple[RulePlan, ...]
    views: tuple[View, ...]
    small: tuple[SmallTable, ...]
    calendar: Calendar
    time_zone: str = "Asia/Shanghai"
