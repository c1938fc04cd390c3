"""An office's shifts: the ready patterns, headcounts, and what stays once rosters name a shift (R-DUTY-02)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from duty.models import ShiftType
from duty.services import shifts
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Activity
from tests.duty.months import put, takes

COUNTS = {"working_day": (2, 1), "weekend": (1, 1), "statutory_holiday": (1, 0), "make_up_workday": (2, 1)}


@pytest.mark.parametrize(
    ("pattern", "hours"),
    [("A", ["06:00–13:00", "13:00–22:00"]), ("B", ["08:30–16:30", "16:30–23:30"])],
)
def test_use_pattern_takes_the_customers_shifts_over(office, supervisor, pattern, hours):
    made = shifts.use_pattern(office, pattern, by=supervisor)
    assert [row.hours for row in made] == hours
    assert [(row.code, row.name, row.is_late) for row in made] == [("早", "早班", False), ("晚", "晚班", True)]
    assert shifts.headcounts_of(made[0]) == dict.fromkeys(COUNTS, (1, 1))


def test_use_pattern_twice_is_refused(office, supervisor):
    shifts.use_pattern(office, "A", by=supervisor)
    with pytest.raises(Conflict):
        shifts.use_pattern(office, "B", by=supervisor)
    assert ShiftType.objects.count() == 2


def test_use_pattern_is_the_supervisors(office, clerk):
    with pytest.raises(PermissionDenied):
        shifts.use_pattern(office, "A", by=clerk)


def test_a_shift_may_last_past_midnight(office, supervisor):
    row = shifts.add_shift_type(
        office=office, by=supervisor, headcounts=COUNTS, code="夜", name="夜班", starts=dt.time(22), minutes=480
    )
    assert row.hours == "22:00–06:00"
    assert shifts.headcounts_of(row) == COUNTS


def test_two_shifts_cannot_share_a_short_word(office, supervisor, early):
    with pytest.raises(DeskError) as refusal:
        shifts.add_shift_type(
            office=office, by=supervisor, headcounts={}, code="早", name="早早", starts=dt.time(5), minutes=480
        )
    assert refusal.value.field == "code"


def test_more_experienced_than_people_is_refused(early, supervisor):
    with pytest.raises(DeskError, match="比人数还多"):
        shifts.edit_shift_type(early, by=supervisor, headcounts={"weekend": (1, 2)})


def test_times_stay_once_a_roster_names_the_shift(early, draft, clerk, supervisor):
    shifts.edit_shift_type(early, by=supervisor, headcounts={}, minutes=450)
    put(draft, clerk, early, 7)
    with pytest.raises(DeskError) as refusal:
        shifts.edit_shift_type(early, by=supervisor, headcounts={}, minutes=480)
    assert (refusal.value.field, ShiftType.objects.get(pk=early.pk).minutes) == ("minutes", 450)


def test_headcounts_change_even_then_and_are_written_down(early, draft, clerk, supervisor):
    takes(early)
    put(draft, clerk, early, 7)
    shifts.edit_shift_type(early, by=supervisor, headcounts=COUNTS)
    assert shifts.headcounts_of(early) == COUNTS
    assert "工作日: 2人，其中熟练1人" in Activity.objects.get(verb="edit_shift_type").after["headcounts"]


def test_a_retired_shift_is_left_in_its_rosters_and_is_retired_once(early, draft, clerk, supervisor):
    put(draft, clerk, early, 7)
    shifts.retire_shift_type(early, by=supervisor)
    assert (list(ShiftType.objects.all().in_use()), draft.assignments.count()) == ([], 1)
    with pytest.raises(Conflict):
        shifts.retire_shift_type(early, by=supervisor)
