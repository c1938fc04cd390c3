"""Moments as people at the desk say them."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.utils import timezone, translation

from frontdesk.kit.templatetags.days import day_and_time, weekday_unless_today


def test_the_weekday_is_said_of_every_day_but_today():
    at = dt.datetime(2026, 12, 2, 18, 0, tzinfo=timezone.get_default_timezone())
    with translation.override("en"):
        with time_machine.travel(at - dt.timedelta(hours=9), tick=False):
            assert (day_and_time(at), weekday_unless_today(at)) == ("18:00", "")
        with time_machine.travel(at - dt.timedelta(days=1), tick=False):
            assert (day_and_time(at), weekday_unless_today(at)) == ("12-02 Wed 18:00", "Wed")
    assert (day_and_time(None), weekday_unless_today(None)) == ("", "")
