import datetime as dt

import pytest
import time_machine

from frontdesk.kit.calendar import Kind, add_working_days, day_kind, is_provisional, is_working_day, local_date
from frontdesk.kit.models import Holiday

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("date", "kind"),
    [
        (dt.date(2026, 10, 1), Kind.STATUTORY),
        (dt.date(2026, 10, 10), Kind.MAKE_UP),
        (dt.date(2026, 11, 21), Kind.OFF),
        (dt.date(2026, 11, 23), Kind.WORKING),
    ],
)
def test_day_kind_follows_the_state_councils_notice(office, date, kind):
    assert day_kind(office, date) == kind


def test_day_kind_of_a_year_not_yet_announced_knows_the_statutory_days(office):
    assert is_provisional(2040)
    assert day_kind(office, dt.date(2040, 10, 1)) == Kind.STATUTORY
    assert day_kind(office, dt.date(2040, 6, 30)) == Kind.OFF


def test_an_offices_own_word_counts_more_than_the_one_for_all(office, other_office):
    date = dt.date(2026, 11, 23)
    Holiday.objects.create(office=office, date=date, kind=Kind.WORKING)
    Holiday.objects.create(office=None, date=date, kind=Kind.OFF, name="台风停工")
    assert is_working_day(office, date)
    assert not is_working_day(other_office, date)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (dt.date(2026, 11, 20), 1, dt.date(2026, 11, 23)),
        (dt.date(2026, 11, 20), 0, dt.date(2026, 11, 20)),
        (dt.date(2026, 9, 30), 1, dt.date(2026, 10, 8)),
        (dt.date(2026, 9, 30), 3, dt.date(2026, 10, 10)),
    ],
)
def test_add_working_days_skips_holidays_and_counts_make_up_days(office, start, days, end):
    assert add_working_days(office, start, days) == end


def test_add_working_days_over_a_long_time_counts_each_working_day_once(office):
    start = dt.date(2026, 1, 1)
    end = add_working_days(office, start, 200)
    days = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(is_working_day(office, day) for day in days) == 200
    assert is_working_day(office, end)


def test_add_working_days_asks_the_database_once(office, django_assert_num_queries):
    with django_assert_num_queries(1):
        add_working_days(office, dt.date(2026, 11, 20), 10)


@time_machine.travel(dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC), tick=False)
def test_local_date_is_the_offices_not_utcs():
    assert local_date() == dt.date(2027, 1, 1)
