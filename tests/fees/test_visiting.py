"""What a stay in the car park counts as: each edge by itself (R-FEE-05)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.timezone import localtime

from fees.visiting import Figures, Stay, goes_on, month_stay, visits_in, visits_of

USUAL = Figures()
NOON = localtime(dt.datetime(2026, 10, 31, 4, 0, tzinfo=dt.UTC))  # noon in the office


def lasting(hours=0, minutes=0, seconds=0):
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("stay", "visits"),
    [
        (lasting(), 0),
        (lasting(minutes=59, seconds=59), 0),
        (lasting(minutes=60), 0),  # exactly an hour: free
        (lasting(minutes=60, seconds=0.9), 0),  # parts of a second are the driver's
        (lasting(minutes=60, seconds=1), 1),
        (lasting(hours=12), 1),  # exactly twelve: one visit
        (lasting(hours=12, seconds=1), 2),  # the next has begun, and has no free hour
        (lasting(hours=13), 2),
        (lasting(hours=24), 2),
        (lasting(hours=24, seconds=1), 3),
        (lasting(hours=72), 6),
        (lasting(hours=-1), 0),  # the clock was set back
    ],
)
def test_visits_in_a_stay(stay, visits):
    assert visits_in(stay, USUAL) == visits


@pytest.mark.parametrize(
    ("figures", "stay", "visits"),
    [
        (Figures(free=30), lasting(minutes=30), 0),
        (Figures(free=30), lasting(minutes=31), 1),
        (Figures(free=0), lasting(), 0),
        (Figures(free=0), lasting(seconds=1), 1),
        (Figures(visit=240), lasting(hours=4), 1),
        (Figures(visit=240), lasting(hours=4, seconds=1), 2),
    ],
)
def test_visits_go_by_the_office_s_figures(figures, stay, visits):
    assert visits_in(stay, figures) == visits


@pytest.mark.parametrize(
    ("away", "answer"),
    [
        (lasting(), True),
        (lasting(minutes=10), True),
        (lasting(minutes=10, seconds=1), False),
        (lasting(minutes=-1), False),
    ],
)
def test_goes_on_within_the_minutes_after_leaving(away, answer):
    assert goes_on(NOON, NOON + away, USUAL) is answer


OCTOBER, NOVEMBER = month_stay(dt.date(2026, 10, 1)), month_stay(dt.date(2026, 11, 1))
MIDNIGHT = OCTOBER.until


@pytest.mark.parametrize(
    ("left", "covers", "visits"),
    [
        (MIDNIGHT - lasting(seconds=1), [OCTOBER], 0),
        (MIDNIGHT, [OCTOBER], 0),
        (MIDNIGHT + lasting(hours=1), [OCTOBER], 0),  # the rest is a stay of its own: its first hour is free
        (MIDNIGHT + lasting(hours=1, seconds=1), [OCTOBER], 1),
        (MIDNIGHT + lasting(hours=12, seconds=1), [OCTOBER], 2),
        (MIDNIGHT + lasting(hours=30), [OCTOBER, NOVEMBER], 0),
        (MIDNIGHT + lasting(hours=30), [NOVEMBER], 1),  # noon to midnight before the card
        (MIDNIGHT + lasting(hours=30), [NOVEMBER, OCTOBER, OCTOBER], 0),
        (MIDNIGHT + lasting(hours=30), [Stay(NOON - lasting(hours=1), None)], 0),
        (MIDNIGHT, [Stay(NOON - lasting(hours=9), NOON - lasting(hours=1))], 1),
        (MIDNIGHT, [], 1),
    ],
)
def test_visits_beside_what_a_card_covers(left, covers, visits):
    assert visits_of(NOON, left, covers, USUAL) == visits
