"""The rosters of duty's tests: December 2026, pattern A, who works when."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import AssignmentFactory, RosterFactory, ShiftTypeFactory

MONDAY = dt.date(2026, 12, 7)


@pytest.fixture
def early(office):
    """06:00–13:00."""
    return ShiftTypeFactory(office=office, code="早", name="早班", starts=dt.time(6), minutes=420)


@pytest.fixture
def late(office):
    """13:00–22:00."""
    return ShiftTypeFactory(office=office, code="晚", name="晚班", starts=dt.time(13), minutes=540, is_late=True)


@pytest.fixture
def night(office):
    """22:00–06:00 of the next day."""
    return ShiftTypeFactory(office=office, code="夜", name="夜班", starts=dt.time(22), minutes=480, is_late=True)


@pytest.fixture
def draft(office):
    """December, not published."""
    return RosterFactory(office=office)


@pytest.fixture
def published(office):
    """December, published."""
    return RosterFactory(office=office, state="published", edition=1)


@pytest.fixture
def put_on(published):
    """Put somebody on a shift of the published month."""

    def put(person, date, shift, **fields):
        return AssignmentFactory(roster=published, person=person, date=date, shift_type=shift, **fields)

    return put
