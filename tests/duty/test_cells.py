"""Cells are written in one place: as expected, on record, and whoever it concerns is told."""

from __future__ import annotations

import datetime as dt

import pytest

from duty.models import Assignment, Roster, RosterChange
from duty.services import cells
from duty.services.cells import Change
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Activity, Notification
from tests.duty.conftest import MONDAY
from tests.factories import AssignmentFactory, RosterFactory
from tests.racing import kinds, together

HAND = Assignment.Source.HAND


def put(roster, *changes, by, **how):
    return cells.put(roster, list(changes), by=by, source=HAND, **how)


def standing():
    rows = Assignment.objects.order_by("date", "person__name").select_related("shift_type", "person")
    return [(row.person.name, row.date.day, row.shift_type and row.shift_type.code, row.is_fixed) for row in rows]


def test_put_fills_changes_and_empties_cells_at_once(draft, early, late, clerk, steward, supervisor):
    AssignmentFactory(roster=draft, person=clerk, date=MONDAY, shift_type=early)
    AssignmentFactory(roster=draft, person=clerk, date=MONDAY + dt.timedelta(1), shift_type=early)
    put(
        draft,
        Change(clerk, MONDAY, late, early),
        Change(clerk, MONDAY + dt.timedelta(1), None, early),
        Change(steward, MONDAY, early, None),
        by=supervisor,
    )
    assert standing() == [("王敏", 7, "晚", False), ("赵洁", 7, "早", False)]


def test_put_in_a_draft_tells_nobody_but_counts_the_version(draft, early, clerk, supervisor):
    fresh = put(draft, Change(clerk, MONDAY, early, None), by=supervisor)
    assert (fresh.version, fresh.edition) == (2, 0)
    assert (RosterChange.objects.count(), Notification.objects.count()) == (0, 0)
    assert Activity.objects.get(verb="edit_cell").note == "王敏 12-07 – → 早"


def test_put_in_a_published_month_is_a_new_edition_and_tells_the_people(published, early, clerk, supervisor):
    put(published, Change(clerk, MONDAY, early, None), by=supervisor, reason="加一个人")
    change = RosterChange.objects.get()
    assert (change.edition, change.before, change.after, change.reason) == (2, None, early, "加一个人")
    assert Roster.objects.get().edition == 2
    bell = Notification.objects.get()
    assert (bell.user, bell.text) == (clerk, "您12-07的班有变动：早班 06:00–13:00（原来：休息）。")


def test_put_tells_of_many_cells_in_one_sentence(published, early, clerk, supervisor):
    changes = [Change(clerk, MONDAY + dt.timedelta(days), early, None) for days in range(3)]
    put(published, *changes, by=supervisor)
    assert [bell.text for bell in Notification.objects.all()] == ["您2026-12有3个班变动了。"]


def test_put_refuses_what_is_not_as_expected_and_changes_nothing(published, early, late, clerk, steward, supervisor):
    AssignmentFactory(roster=published, person=clerk, date=MONDAY, shift_type=late)
    with pytest.raises(Conflict, match="晚班"):
        put(published, Change(steward, MONDAY, early, None), Change(clerk, MONDAY, None, early), by=supervisor)
    assert standing() == [("王敏", 7, "晚", False)]
    assert (RosterChange.objects.count(), Roster.objects.get().version) == (0, 1)


def test_put_what_is_so_already_changes_nothing(published, early, clerk, supervisor):
    AssignmentFactory(roster=published, person=clerk, date=MONDAY, shift_type=early)
    put(published, Change(clerk, MONDAY, early, early), by=supervisor)
    assert (Roster.objects.get().version, RosterChange.objects.count(), Activity.objects.count()) == (1, 0, 0)


def test_put_keeps_a_fixed_day_off_and_lets_it_go(published, clerk, supervisor):
    put(published, Change(clerk, MONDAY, None, None, is_fixed=True), by=supervisor)
    assert standing() == [("王敏", 7, None, True)]
    assert RosterChange.objects.count() == 0
    put(published, Change(clerk, MONDAY, None, None, is_fixed=False), by=supervisor)
    assert standing() == []


def test_put_refuses_a_date_of_another_month(draft, early, clerk, supervisor):
    with pytest.raises(DeskError):
        put(draft, Change(clerk, dt.date(2027, 1, 1), early, None), by=supervisor)


def test_put_refuses_who_works_at_another_office_that_day(draft, early, clerk, supervisor, other_office):
    AssignmentFactory(roster=RosterFactory(office=other_office), person=clerk, date=MONDAY)
    with pytest.raises(DeskError, match="王敏"):
        put(draft, Change(clerk, MONDAY, early, None), by=supervisor)


def test_put_of_a_whole_month_takes_few_queries(draft, early, clerk, supervisor, django_assert_max_num_queries):
    changes = [Change(clerk, dt.date(2026, 12, day), early, None) for day in range(1, 32)]
    with django_assert_max_num_queries(10):
        put(draft, *changes, by=supervisor)
    assert Activity.objects.get().note == "31 格"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_two_supervisors_at_one_cell_and_one_wins(published, early, late, clerk, supervisor, manager, _round):
    outcomes = together(
        lambda: put(published, Change(clerk, MONDAY, early, None), by=supervisor),
        lambda: put(published, Change(clerk, MONDAY, late, None), by=manager),
    )
    assert kinds(outcomes) == ["Conflict", "Roster"]
    assert (Assignment.objects.count(), RosterChange.objects.count(), Roster.objects.get().edition) == (1, 1, 2)
