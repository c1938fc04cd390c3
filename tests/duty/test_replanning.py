"""The rest of a month planned again: few changes, what is over stays, looked at before it is taken."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from duty import roster as optimiser
from duty.models import DutySettings, Headcount, Roster, RosterChange
from duty.services import editing, explaining, leave as services, replanning
from duty.services.leave import Instead
from duty.services.months import Cell
from duty.services.people import end_rostered
from duty.services.problems import MonthProblem
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.jobs import Progress
from tests.duty.months import cells, day, month_of, put, takes, team
from tests.factories import LeaveFactory, RosterRuleFactory, WishFactory

CHINA = dt.timezone(dt.timedelta(hours=8))
MIDDLE = dt.datetime(2026, 12, 9, 10, tzinfo=CHINA)


@pytest.fixture
def sick(published, office, early, supervisor):
    """Three in turn on one shift; the first falls ill for the 14th to the 16th."""
    DutySettings.objects.create(office=office, draft_seconds=1)
    takes(early)
    people = team(office, 3)
    for number in range(1, 32):
        put(published, people[number // 2 % 3], early, number)
    LeaveFactory(
        office=office,
        person=people[1],
        state="approved",
        starts_at=dt.datetime(2026, 12, 14, tzinfo=CHINA),
        ends_at=dt.datetime(2026, 12, 17, tzinfo=CHINA),
    )
    with time_machine.travel(MIDDLE, tick=True):
        yield people


def hours(number, begins, ends):
    """Return from and to of some hours of a day."""
    midnight = dt.datetime.combine(day(number), dt.time(), tzinfo=CHINA)
    return {"starts_at": midnight + dt.timedelta(hours=begins), "ends_at": midnight + dt.timedelta(hours=ends)}


def plan(roster, number=10):
    said = replanning.replan(Roster.objects.select_related("office").get(pk=roster.pk), day(number), Progress())
    roster.refresh_from_db()
    return said


def test_a_replan_changes_nothing_until_it_is_taken_over(published, sick):
    before = cells(published)
    assert "尚未改动" in plan(published)
    assert cells(published) == before
    assert published.proposal["since"] == "2026-12-10"


def test_it_changes_only_what_the_leave_asks_for(published, sick, early, supervisor):
    gone = {row.date for row in published.assignments.filter(person=sick[1], date__range=(day(14), day(16)))}
    assert gone
    plan(published)
    rows = replanning.proposed(month_of(published))
    assert {date for person, date, before, _after in rows if person == sick[1] and before} == gone
    assert len(rows) == 2 * len(gone)
    replanning.take_replan(published, by=supervisor, reason="病假")
    month = month_of(published)
    assert not any(month.cells.get((sick[1].pk, date)) for date in gone)
    assert {(row.reason, row.edition) for row in RosterChange.objects.all()} == {("病假", 2)}
    assert month.roster.proposal == {}


def test_what_is_over_is_not_planned_again(published, sick, supervisor):
    with pytest.raises(DeskError, match="已经开始"):
        replanning.order_replan(published, by=supervisor, since=day(8))
    plan(published)
    assert all(date >= day(10) for _person, date, _before, _after in replanning.proposed(month_of(published)))


def test_a_proposal_overtaken_by_an_edit_is_not_taken(published, sick, early, supervisor):
    plan(published)
    person, date, before, _after = replanning.proposed(month_of(published))[0]
    editing.set_cell(
        published,
        by=supervisor,
        person=person,
        date=date,
        shift_type=None if before else early,
        expected=before,
        knowingly=True,
        reason="先改",
    )
    with pytest.raises((Conflict, DeskError)):
        replanning.take_replan(published, by=supervisor, reason="病假")
    assert RosterChange.objects.count() == 1


def test_the_fewest_changes_come_before_any_cost(published, office, early, late, supervisor):
    """A colleague goes to and fro between shifts, at 10,000 points a time: nothing is vacant, so nothing changes."""
    DutySettings.objects.create(office=office, draft_seconds=1)
    RosterRuleFactory(office=office, code="steady", strength="soft", weight=10_000, value=None)
    RosterRuleFactory(office=office, code="rest", value=480)
    takes(early, late)
    Headcount.objects.exclude(day_kind="working_day").delete()
    people = team(office, 2)
    for number in (14, 15, 16, 17):
        first, second = (early, late) if number % 2 else (late, early)
        put(published, people[0], first, number)
        put(published, people[1], second, number)
    with time_machine.travel(MIDDLE, tick=True):
        plan(published, 14)
    assert [row for row in replanning.proposed(month_of(published)) if row[1] <= day(17)] == []


def test_among_the_fewest_changes_the_cheapest_is_taken(published, office, early, supervisor):
    """Two could stand in with as many changes; one of them wishes that day off."""
    DutySettings.objects.create(office=office, draft_seconds=1)
    takes(early)
    people = team(office, 3)
    Headcount.objects.exclude(day_kind="working_day").delete()
    for number in (7, 8, 9, 10):
        put(published, people[0], early, number)
    LeaveFactory(office=office, person=people[0], state="approved", **hours(10, 0, 24))
    WishFactory(office=office, person=people[1], date=day(10), kind="avoid")
    with time_machine.travel(MIDDLE, tick=True):
        plan(published)
        rows = [row for row in replanning.proposed(month_of(published)) if row[1] == day(10)]
    assert {(person, after) for person, _date, _before, after in rows} == {(people[0], None), (people[2], early)}


def test_the_rest_of_a_shift_that_was_kept_is_not_planned_away(published, office, early, supervisor):
    """Away for two of seven hours, kept for the others: fixed, lawful, and no re-plan takes it."""
    DutySettings.objects.create(office=office, draft_seconds=1)
    takes(early)
    people = team(office, 2)
    Headcount.objects.exclude(day_kind="working_day").delete()
    put(published, people[0], early, 10)
    leave = LeaveFactory(office=office, person=people[0], **hours(10, 11, 13))
    with time_machine.travel(MIDDLE, tick=True):
        services.approve_leave(leave, by=supervisor, instead={day(10): Instead.KEEP}, seen={day(10): early.pk})
        month = month_of(published)
        assert month.cells[people[0].pk, day(10)] == Cell(early.pk, is_fixed=True, source="draft")
        assert optimiser.evaluate(month.problem, month.assignments).hard == ()
        plan(published)
        assert [row for row in replanning.proposed(month_of(published)) if row[1] == day(10)] == []


def test_who_leaves_in_the_middle_is_named_and_replaced(published, office, early, supervisor):
    DutySettings.objects.create(office=office, draft_seconds=1)
    takes(early)
    Headcount.objects.exclude(day_kind="working_day").delete()
    leaver, other = team(office, 2)
    put(published, leaver, early, 7, 8, 9, 10, 14)
    with time_machine.travel(MIDDLE, tick=True):
        end_rostered(leaver.rostered.get(), by=supervisor, ends=day(9))
        found, _more = explaining.issues(MonthProblem.of(published), 40)
        assert [one.text for one in found if one.tone == "danger"] == [
            "同事1：12-10不在排班人员中",
            "同事1：12-14不在排班人员中",
        ]
        plan(published)
        replanning.take_replan(published, by=supervisor, reason="离职")
    month = month_of(published)
    assert sorted(date.day for person, date in month.cells if person == leaver.pk) == [7, 8, 9]
    assert {(other.pk, day(10)), (other.pk, day(14))} <= month.cells.keys()


@pytest.mark.parametrize(
    ("moment", "earliest"),
    [("2026-12-09 23:59", 10), ("2026-12-10 00:00", 10), ("2026-12-10 05:59", 10), ("2026-12-10 06:00", 11)],
)
def test_days_end_at_the_offices_midnight_and_are_closed_once_a_shift_has_begun(
    published, sick, supervisor, moment, earliest
):
    """In Shanghai; in London it is the 9th all along."""
    with time_machine.travel(dt.datetime.fromisoformat(moment).replace(tzinfo=CHINA), tick=False):
        with pytest.raises(DeskError, match="已经开始"):
            replanning.order_replan(published, by=supervisor, since=day(earliest - 1))
        assert replanning.order_replan(published, by=supervisor, since=day(earliest)).status == "waiting"


def test_a_proposal_that_waited_until_its_days_began_is_not_taken(published, sick, supervisor):
    plan(published, 14)
    with time_machine.travel(dt.datetime(2026, 12, 14, 6, tzinfo=CHINA), tick=False), pytest.raises(Conflict):
        replanning.take_replan(published, by=supervisor, reason="病假")
    assert RosterChange.objects.count() == 0


def test_what_is_left_as_it_was_is_forgotten_once(published, sick, supervisor):
    plan(published)
    for _press in range(2):
        replanning.discard_replan(published, by=supervisor)
    assert Roster.objects.get().proposal == {}
    assert activity.history_of(published).filter(verb="discard_replan").count() == 1


def test_it_takes_a_reason_and_a_proposal(published, sick, supervisor):
    plan(published)
    with pytest.raises(DeskError) as refusal:
        replanning.take_replan(published, by=supervisor, reason=" ")
    assert refusal.value.field == "reason"
    replanning.discard_replan(published, by=supervisor)
    with pytest.raises(Conflict):
        replanning.take_replan(published, by=supervisor, reason="病假")
