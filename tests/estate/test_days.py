"""The days ahead as the holidays page says them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from frontdesk.estate.days import next_days
from frontdesk.kit.calendar import public_name
from tests.factories import HolidayFactory

pytestmark = pytest.mark.django_db


def said(office, today, until):
    """Return the spans up to a date: first, last, kind, festival."""
    spans = [span for span in next_days(office, today) if span.first <= until]
    return [(str(span.first), str(span.last), str(span.kind), span.name) for span in spans]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2026, 2, 17), "春节"),
        (dt.date(2026, 2, 14), "春节"),
        (dt.date(2026, 1, 1), "元旦"),
        (dt.date(2026, 5, 1), "劳动节"),
        (dt.date(2026, 11, 23), ""),
        (dt.date(2040, 10, 1), "国庆节"),
        (dt.date(2040, 2, 11), "春节"),
        (dt.date(2040, 6, 30), ""),
    ],
)
def test_public_days_carry_their_festivals_name(day, name):
    with translation.override("zh-hans"):
        assert public_name(day) == name


def test_days_in_a_row_are_one_line_and_make_up_days_stand_apart(office):
    with translation.override("en"):
        found = said(office, dt.date(2026, 2, 1), dt.date(2026, 3, 1))
    assert found == [
        ("2026-02-14", "2026-02-14", "make_up_workday", "Spring Festival"),
        ("2026-02-15", "2026-02-23", "statutory_holiday", "Spring Festival"),
        ("2026-02-28", "2026-02-28", "make_up_workday", "Spring Festival"),
    ]


def test_the_offices_own_word_splits_a_line(office):
    HolidayFactory(office=office, date=dt.date(2026, 2, 18), kind="working_day", name="春节值班")
    lengths = [span.length for span in next_days(office, dt.date(2026, 2, 15))[:2]]
    assert lengths == [3, 5]


def test_a_year_that_is_not_announced_is_provisional(office):
    spans = next_days(office, dt.date(2039, 12, 1))
    assert (spans[0].first, spans[0].provisional) == (dt.date(2040, 1, 1), True)


def test_the_days_ahead_take_one_query(office, django_assert_num_queries):
    with django_assert_num_queries(1):
        next_days(office, dt.date(2026, 2, 1))
