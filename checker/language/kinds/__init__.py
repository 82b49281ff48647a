"""The check kinds, one file each: the place to add things."""

from __future__ import annotations

from collections.abc import Callable

from checker.language.kinds.aggregate import compile_aggregate
from checker.language.kinds.attest import compile_attest
from checker.language.kinds.context import Context, Draft
from checker.language.kinds.coverage import compile_coverage
from checker.language.kinds.due import compile_due
from checker.language.kinds.each import compile_each
from checker.language.kinds.respond import compile_respond
from checker.language.kinds.retain import compile_retain
from checker.language.kinds.streak import compile_streak
from checker.language.kinds.timetable import compile_timetable

KINDS: dict[str, Callable[[Context], Draft]] = {
    "each": compile_each,
    "due": compile_due,
    "aggregate": compile_aggregate,
    "streak": compile_streak,
    "respond": compile_respond,
    "retain": compile_retain,
    "attest": compile_attest,
    "coverage": compile_coverage,
    "timetable": compile_timetable,
}
