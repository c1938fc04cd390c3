"""`manage.py demo` where there is no demonstration yet."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from frontdesk.estate.models import Office
from frontdesk.home.demo import clock
from frontdesk.kit.demo import is_demonstration
from frontdesk.staff.models import User


def test_demo_goes_into_no_database_with_a_real_office(office):
    with pytest.raises(CommandError):
        call_command("demo", stdout=StringIO())
    assert list(Office.objects.all()) == [office]
    assert not User.objects.exists()


def test_an_empty_database_is_no_demonstration(db):
    assert not is_demonstration()


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ((22, 9, 0), (22, 9, 0)),
        ((22, 8, 59), (21, 9, 0)),
        ((22, 23, 0), (22, 9, 0)),
        ((1, 0, 0), (31, 9, 0)),
    ],
)
def test_story_ends_at_the_last_nine_o_clock(now, end):
    day, hour, minute = now
    moment = clock.at(dt.date(2026, 11, day), dt.time(hour, minute))
    ended = clock.end_of_story(moment)
    assert (ended.day, ended.hour, ended.minute) == end


@pytest.mark.parametrize(
    ("time", "moved"),
    [((12, 0), (22, 12, 0)), ((21, 30), (23, 8, 0)), ((3, 15), (22, 7, 45))],
)
def test_what_would_happen_at_night_waits_for_the_morning(time, moved):
    moment = clock.by_day(clock.at(dt.date(2026, 11, 22), dt.time(*time)))
    assert (moment.day, moment.hour, moment.minute) == moved
