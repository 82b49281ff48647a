"""Periods of a pack on the command line, and what a wrong one is told."""

from __future__ import annotations

from datetime import date

import pytest

from checker.calendar import Cycle, parse_period
from checker.diagnostics import UsageError
from checker.language.load_build import periods

PERIODS = periods(
    {
        "pay_month": {"months_from_day": 26},
        "fiscal_year": {"months": 12, "from_month": 4},
        "cycle": {"days": 28, "from": "2026-01-05"},
        "sunday_week": {"weeks_from": "sunday"},
        "term": {"spans": {"2026秋": ["2026-09-01", "2027-01-17"], "2026春": ["2026-02-23", "2026-07-05"]}},
    }
)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("pay_month:2026-10", "2026-09-26/2026-10-25"),
        ("pay_month:2026-01", "2025-12-26/2026-01-25"),
        ("fiscal_year:2026", "2026-04-01/2027-03-31"),
        ("cycle:2026-02-02", "2026-02-02/2026-03-01"),
        ("sunday_week:2026-10-04", "2026-10-04/2026-10-10"),
        ("term:2026春", "2026-02-23/2026-07-05"),
        ("2026-10", "2026-10-01/2026-10-31"),
    ],
)
def test_a_period_of_the_pack_is_named_by_kind_and_label(text, span):
    assert parse_period(text, PERIODS).text == span


@pytest.mark.parametrize(
    "text", ["pay_month:2026-13", "cycle:2026-02-03", "pay_year:2026", "term:2026冬", "pay_month:"]
)
def test_a_period_that_is_none_is_refused_with_the_names_there_are(text):
    with pytest.raises(UsageError) as refused:
        parse_period(text, PERIODS)
    [said] = refused.value.diagnostics
    assert said.code == "bad-period"
    assert said.message.en == (
        f"the pack has no period '{text}'; `periods` of pack.yaml: pay_month, fiscal_year, cycle, sunday_week, term"
    )


def test_a_day_between_listed_spans_belongs_to_no_period():
    term = PERIODS["term"]
    assert [term.period_of(day) is None for day in (date(2026, 7, 5), date(2026, 7, 6), date(2026, 8, 31), date(2026, 9, 1))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_months_begin_on_their_day_whatever_the_length_of_the_month():
    late = Cycle("m", months=1, from_day=28)
    assert [late.period_of(day).text for day in (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 27))] == [
        "2026-01-28/2026-02-27", "2026-02-28/2026-03-27", "2026-02-28/2026-03-27",
    ]  # fmt: skip
