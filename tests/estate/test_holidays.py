"""An office's own days: added, taken back, seen by that office only."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import day_kind, is_working_day
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import HolidayFactory

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)


def test_correction_counts_for_its_office_only(supervisor, office, other_office):
    services.add_holiday(office=office, date=MONDAY, kind="weekend", name="停电", by=supervisor)
    assert (is_working_day(office, MONDAY), is_working_day(other_office, MONDAY)) == (False, True)
    row = history_of(office).get()
    assert (row.note, row.after) == ("2026-11-23 停电", {"kind": "weekend"})


def test_second_correction_of_a_date_is_refused(supervisor, office):
    HolidayFactory(office=office, date=MONDAY)
    with pytest.raises(DeskError) as refusal:
        services.add_holiday(office=office, date=MONDAY, kind="working_day", by=supervisor)
    assert refusal.value.field == "date"


def test_removing_brings_the_calendar_back(supervisor, office):
    holiday = HolidayFactory(office=office, date=MONDAY)
    services.remove_holiday(holiday, by=supervisor)
    assert day_kind(office, MONDAY) == "working_day"
    holiday.pk = 1
    with pytest.raises(Conflict):
        services.remove_holiday(holiday, by=supervisor)


@pytest.mark.parametrize("who", ["clerk", "outsider"])
def test_holidays_need_the_role_in_that_office(who, office, request):
    by = request.getfixturevalue(who)
    holiday = HolidayFactory(office=office)
    with pytest.raises(PermissionDenied):
        services.add_holiday(office=office, date=MONDAY, kind="weekend", by=by)
    with pytest.raises(PermissionDenied):
        services.remove_holiday(holiday, by=by)
