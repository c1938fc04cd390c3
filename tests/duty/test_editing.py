"""A cell by hand: hard rules are never broken, soft ones knowingly, and nobody overwrites what they did not see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from duty.models import Assignment, RosterChange
from duty.services import editing
from duty.services.editing import Costs, Refused
from frontdesk.kit.calendar import ONE_DAY
from frontdesk.kit.errors import Conflict, DeskError
from tests.duty.months import cells, day, put, takes, team
from tests.factories import LeaveFactory, RosteredFactory, UserFactory
from tests.racing import kinds, together


@pytest.fixture
def people(office, early, late):
    """Three colleagues, and one wanted on each shift."""
    takes(early, late)
    return team(office, 3)


def edit(roster, person, number, shift, by, expected=None, **how):
    return editing.set_cell(roster, by=by, person=person, date=day(number), shift_type=shift, expected=expected, **how)


def test_a_cell_that_mends_a_gap_is_set_at_once(draft, people, early, supervisor):
    edit(draft, people[0], 7, early, supervisor)
    assert cells(draft) == [("同事1", 7, "早")]
    assert Assignment.objects.get().source == "hand"


def test_a_hard_rule_is_refused_with_its_sentence_even_knowingly(draft, people, early, late, supervisor):
    put(draft, people[0], late, 7)
    with pytest.raises(Refused) as refusal:
        edit(draft, people[0], 8, early, supervisor, knowingly=True)
    assert refusal.value.sentences == ["12-08上班前只休息了8小时，至少要10小时"]
    assert cells(draft) == [("同事1", 7, "晚")]


def test_nobody_on_leave_is_put_on_a_shift(draft, people, office, early, supervisor):
    start = dt.datetime(2026, 12, 7, tzinfo=dt.timezone(ONE_DAY / 3))
    LeaveFactory(office=office, person=people[0], state="approved", starts_at=start, ends_at=start + ONE_DAY)
    with pytest.raises(Refused, match="12-07请假"):
        edit(draft, people[0], 7, early, supervisor)
    edit(draft, people[0], 8, early, supervisor)


def test_leave_of_some_hours_bars_only_the_shifts_it_meets(draft, people, office, early, late, supervisor):
    start = dt.datetime(2026, 12, 7, 8, tzinfo=dt.timezone(ONE_DAY / 3))
    LeaveFactory(office=office, person=people[0], state="approved", starts_at=start, ends_at=start + ONE_DAY / 12)
    with pytest.raises(Refused):
        edit(draft, people[0], 7, early, supervisor)
    edit(draft, people[0], 7, late, supervisor)
    assert cells(draft) == [("同事1", 7, "晚")]


def test_a_soft_rule_is_broken_only_knowingly(draft, people, early, supervisor):
    put(draft, people[0], early, 7)
    with pytest.raises(Costs) as question:
        edit(draft, people[1], 7, early, supervisor)
    assert any("早班" in text and "12-07" in text for text in question.value.verdict["breaks"])
    assert len(cells(draft)) == 1
    edit(draft, people[1], 7, early, supervisor, knowingly=True)
    assert len(cells(draft)) == 2


def test_a_cell_somebody_changed_meanwhile_is_shown_not_overwritten(draft, people, early, late, supervisor, manager):
    edit(draft, people[0], 7, late, manager)
    with pytest.raises(Conflict, match=r"晚班.*刘建国"):
        edit(draft, people[0], 7, early, supervisor)
    assert cells(draft) == [("同事1", 7, "晚")]


def test_a_published_month_changes_with_a_reason_only(published, people, early, supervisor):
    with pytest.raises(DeskError) as refusal:
        edit(published, people[0], 7, early, supervisor)
    assert refusal.value.field == "reason"
    edit(published, people[0], 7, early, supervisor, reason="加人")
    change = RosterChange.objects.get()
    assert (change.person, change.after, change.reason, change.edition) == (people[0], early, "加人", 2)


def test_a_fixed_day_off_is_kept_until_it_is_let_go(draft, people, supervisor):
    editing.fix_cell(draft, by=supervisor, person=people[0], date=day(7), is_fixed=True)
    assert [(row.shift_type, row.is_fixed) for row in draft.assignments.all()] == [(None, True)]
    editing.fix_cell(draft, by=supervisor, person=people[0], date=day(7), is_fixed=False)
    assert not draft.assignments.exists()


@pytest.mark.parametrize("number", [(2026, 11, 30), (2027, 1, 1)])
def test_another_months_date_is_refused(draft, people, early, supervisor, number):
    with pytest.raises(DeskError, match="不在这个月"):
        editing.set_cell(draft, by=supervisor, person=people[0], date=dt.date(*number), shift_type=early, expected=None)


def test_who_is_not_on_the_roster_and_retired_shifts_are_refused(draft, people, early, late, supervisor):
    with pytest.raises(DeskError, match="不在这张排班表上"):
        edit(draft, UserFactory(), 7, early, supervisor)
    late.retired_at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    late.save()
    with pytest.raises(DeskError, match="不再使用"):
        edit(draft, people[0], 7, late, supervisor)


def test_a_leaver_is_not_put_on_a_shift_after_the_last_day(draft, office, early, supervisor):
    takes(early)
    leaver = RosteredFactory(office=office, ends=day(15)).person
    edit(draft, leaver, 15, early, supervisor)
    with pytest.raises(Refused, match="12-16不在排班人员中"):
        edit(draft, leaver, 16, early, supervisor)


def test_editing_is_the_supervisors(draft, people, early, clerk):
    with pytest.raises(PermissionDenied):
        edit(draft, people[0], 7, early, clerk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_one_cell_at_once_one_wins_and_the_other_is_told(
    draft, people, early, late, supervisor, manager
):
    outcomes = together(
        lambda: edit(draft, people[0], 7, early, supervisor),
        lambda: edit(draft, people[0], 7, late, manager),
    )
    assert kinds(outcomes) == ["Conflict", "MonthProblem"]
    assert len(cells(draft)) == 1
