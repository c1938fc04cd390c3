"""Working minutes: what counts between two moments, and when so many of them are over."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given, settings, strategies as st

from frontdesk.kit.models import Holiday
from frontdesk.kit.working_hours import WorkingHours

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
SLOW = settings(max_examples=40)


def at(text):
    """Return a moment of the office's wall clock: 2026-03-06 17:00 was a Friday."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))


@pytest.fixture
def hours(office):
    """Half past eight to half past five."""
    return WorkingHours(office, dt.time(8, 30), dt.time(17, 30))


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-05 09:00", 30, "2026-03-05 09:30"),
        ("2026-03-05 17:00", 30, "2026-03-05 17:30"),
        ("2026-03-05 17:15", 30, "2026-03-06 08:45"),
        ("2026-03-06 17:15", 30, "2026-03-09 08:45"),  # over the weekend
        ("2026-03-07 11:00", 10, "2026-03-09 08:40"),  # Saturday
        ("2026-03-05 22:00", 10, "2026-03-06 08:40"),
        ("2026-03-05 06:00", 10, "2026-03-05 08:40"),
        ("2026-09-30 17:00", 60, "2026-10-08 09:00"),  # National Day, 1st to 7th
        ("2026-10-09 17:00", 60, "2026-10-10 09:00"),  # Saturday the 10th is a make-up workday
    ],
)
def test_add_counts_working_time_only(hours, start, minutes, end):
    assert hours.add(at(start), minutes) == at(end)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-05 09:00", "2026-03-05 09:30", 30),
        ("2026-03-05 17:00", "2026-03-06 09:00", 60),
        ("2026-03-06 17:00", "2026-03-09 09:00", 60),
        ("2026-03-07 09:00", "2026-03-08 18:00", 0),
        ("2026-03-05 09:30", "2026-03-05 09:00", 0),
        ("2026-03-02 00:00", "2026-03-09 00:00", 5 * 540),
    ],
)
def test_between_counts_working_time_only(hours, start, end, minutes):
    assert hours.between(at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("end", "minutes", "start"),
    [
        ("2026-03-05 09:30", 30, "2026-03-05 09:00"),
        ("2026-03-05 09:00", 30, "2026-03-05 08:30"),
        ("2026-03-06 08:45", 30, "2026-03-05 17:15"),
        ("2026-03-09 08:45", 30, "2026-03-06 17:15"),  # over the weekend
        ("2026-03-07 11:00", 10, "2026-03-06 17:20"),  # from Saturday
        ("2026-10-08 09:00", 60, "2026-09-30 17:00"),  # National Day, 1st to 7th
        ("2026-03-05 22:00", 0, "2026-03-05 22:00"),
    ],
)
def test_back_counts_working_time_only(hours, end, minutes, start):
    assert hours.back(at(end), minutes) == at(start)


def test_back_around_the_clock_counts_every_minute(office):
    hours = WorkingHours(office, dt.time(8, 30), dt.time(17, 30), around_the_clock=True)
    assert hours.back(at("2026-03-08 01:00"), 120) == at("2026-03-07 23:00")


def test_between_reads_the_calendar_once_however_long(hours, django_assert_num_queries):
    with django_assert_num_queries(1):
        hours.between(at("2023-03-05 09:00"), at("2026-03-05 09:00"))
        hours.between(at("2024-03-05 09:00"), at("2024-04-05 09:00"))


def test_add_follows_the_offices_own_calendar(hours, office):
    Holiday.objects.create(office=office, date=dt.date(2026, 3, 6), kind=Holiday.Kind.OFF)
    assert hours.add(at("2026-03-05 17:15"), 30) == at("2026-03-09 08:45")


def test_around_the_clock_counts_every_minute(office):
    hours = WorkingHours(office, dt.time(8, 30), dt.time(17, 30), around_the_clock=True)
    assert hours.add(at("2026-03-07 23:00"), 120) == at("2026-03-08 01:00")
    assert hours.between(at("2026-03-07 23:00"), at("2026-03-08 01:00")) == 120
    assert hours.is_open(at("2026-03-08 03:00"))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-05 08:29", False),
        ("2026-03-05 08:30", True),
        ("2026-03-05 17:29", True),
        ("2026-03-05 17:30", False),
        ("2026-03-07 10:00", False),
        ("2026-10-10 10:00", True),
    ],
)
def test_is_open_on_working_days_within_the_hours(hours, moment, is_open):
    assert hours.is_open(at(moment)) == is_open


@SLOW
@given(start=st.integers(0, 20 * 1440), minutes=st.integers(0, 3000))
def test_add_agrees_with_counting_minute_by_minute(hours, start, minutes):
    begin = at("2026-09-20 00:00") + start * MINUTE
    moment, left = begin, minutes
    while left:
        left -= hours.is_open(moment)
        moment += MINUTE
    assert hours.add(begin, minutes) == moment


@SLOW
@given(start=st.integers(0, 20 * 1440), first=st.integers(0, 3000), second=st.integers(0, 3000))
def test_between_undoes_add_and_adds_up(hours, start, first, second):
    begin = at("2026-09-20 00:00") + start * MINUTE
    middle = hours.add(begin, first)
    assert hours.between(begin, middle) == first
    assert hours.add(middle, second) == hours.add(begin, first + second)


@SLOW
@given(moment=st.integers(0, 20 * 1440), minutes=st.integers(1, 3000))
def test_back_is_the_last_moment_so_long_before(hours, moment, minutes):
    end = at("2026-09-20 00:00") + moment * MINUTE
    start = hours.back(end, minutes)
    assert hours.between(start, end) == minutes
    assert hours.between(start + MINUTE, end) < minutes
