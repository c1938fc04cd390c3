"""The draft: from whatever the office has, always an answer; fixed cells stay, hands are not overwritten."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from duty import roster as optimiser
from duty.models import Assignment, DutySettings, Roster
from duty.services import drafting, editing, publishing
from duty.services.problems import MonthProblem
from frontdesk.kit import jobs
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.jobs import Progress
from frontdesk.kit.models import Holiday, Job
from tests.duty.months import BEFORE, cells, day, month_of, put, takes, team
from tests.factories import (
    HeadcountFactory,
    HolidayFactory,
    LeaveFactory,
    MembershipFactory,
    RosteredFactory,
    RosterFactory,
    WishFactory,
)

CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def _before_the_month():
    with time_machine.travel(BEFORE, tick=True):
        yield


@pytest.fixture(autouse=True)
def _quick(office):
    DutySettings.objects.create(office=office, draft_seconds=1)


def run(roster, by=None):
    said = drafting.draft(Roster.objects.get(pk=roster.pk), Progress(), by=by)
    roster.refresh_from_db()
    return said


def test_a_draft_breaks_no_hard_rule_and_fills_the_cells(draft, office, early, late, supervisor):
    takes(early, late)
    team(office, 5)
    assert "已排" in run(draft, supervisor)
    month = month_of(draft)
    verdict = optimiser.evaluate(month.problem, month.assignments)
    assert verdict.hard == ()
    assert draft.figures["gaps"] == len(verdict.gaps)
    assert {row.source for row in draft.assignments.all()} == {"draft"}


def test_the_same_month_drafted_twice_is_the_same_roster(draft, office, early, late):
    takes(early, late)
    team(office, 4)
    run(draft)
    first = cells(draft)
    Assignment.objects.all().delete()
    run(draft)
    assert cells(draft) == first


def test_the_job_drafts_and_says_so(draft, office, early, supervisor):
    takes(early)
    team(office, 3)
    job = drafting.order_draft(draft, by=supervisor)
    assert jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, Roster.objects.get().job) == (Job.Status.DONE, job)
    assert cells(draft)


def test_a_month_is_drafted_by_one_at_a_time(draft, office, early, supervisor, manager):
    takes(early)
    team(office, 3)
    drafting.order_draft(draft, by=supervisor)
    with pytest.raises(Conflict, match="正在排"):
        drafting.order_draft(draft, by=manager)
    assert Job.objects.count() == 1


def test_fixed_cells_stay_as_they_are(draft, office, early, late, supervisor):
    takes(early, late)
    people = team(office, 4)
    put(draft, people[0], late, 7, is_fixed=True)
    editing.fix_cell(draft, by=supervisor, person=people[1], date=day(7), is_fixed=True)
    run(draft)
    month = month_of(draft)
    assert month.cells[people[0].pk, day(7)].shift_type == late.pk
    assert month.cells[people[1].pk, day(7)].shift_type is None


def test_what_somebody_changed_while_it_ran_is_left_alone(draft, office, early, late, supervisor):
    takes(early, late)
    people = team(office, 4)
    month = MonthProblem.of(draft)
    result = optimiser.solve(month.draft_problem(), seconds=3)
    key = next(key for key, shift in drafting.planned(month, result.assignments).items() if shift == early.pk)
    put(draft, next(one for one in people if one.pk == key[0]), late, key[1].day)
    assert drafting.take(draft, month, result, by=supervisor) == 1
    assert month_of(draft).cells[key].shift_type == late.pk


def test_what_was_published_meanwhile_is_not_touched(draft, office, early, supervisor):
    takes(early)
    people = team(office, 3)
    month = MonthProblem.of(draft)
    result = optimiser.solve(month.draft_problem(), seconds=3)
    put(draft, people[0], early, 7)
    publishing.publish_roster(draft, by=supervisor)
    with pytest.raises(Conflict, match="已发布"):
        drafting.take(draft, month, result, by=supervisor)
    assert cells(draft) == [("同事1", 7, "早")]


def test_asked_to_stop_the_optimiser_hears_it(draft, office, early, supervisor):
    takes(early)
    team(office, 3)
    with pytest.raises(Conflict):
        drafting.ask_to_stop(draft, by=supervisor)
    drafting.order_draft(draft, by=supervisor)
    drafting.ask_to_stop(draft, by=supervisor)
    tell = drafting.teller(draft, MonthProblem.of(draft), Progress())
    assert tell(optimiser.Progress(best=10, bound=5.0, elapsed=1.0, phase="draft")) is False


@pytest.mark.parametrize(
    ("bound", "said"),
    [(0.0, "目前最好：1,200分"), (990.4, "目前最好：1,200分；理论上不会低于990分")],
)
def test_how_good_a_roster_can_be_is_said_once_it_is_known(bound, said):
    assert drafting.progress_text(optimiser.Progress(best=1200, bound=bound, elapsed=1.0, phase="improve")) == said


# -- bad input has an answer in words


def test_without_shifts(draft, office, supervisor):
    team(office, 2)
    with pytest.raises(DeskError, match="还没有设置班次"):
        drafting.order_draft(draft, by=supervisor)


def test_without_people(draft, early, supervisor):
    takes(early)
    with pytest.raises(DeskError, match="没有排班人员"):
        drafting.order_draft(draft, by=supervisor)


def test_without_headcounts(draft, office, early, supervisor):
    team(office, 2)
    with pytest.raises(DeskError, match="人数"):
        drafting.order_draft(draft, by=supervisor)


def test_one_person_gets_a_lawful_month_and_the_gaps_are_marked(draft, office, early, late):
    takes(early, late)
    team(office, 1)
    assert "缺口" in run(draft)
    month = month_of(draft)
    verdict = optimiser.evaluate(month.problem, month.assignments)
    assert verdict.hard == ()
    assert len(verdict.gaps) > 30
    assert len(month.assignments) < 28


def test_demand_above_people_leaves_gaps_not_broken_rules(draft, office, early):
    takes(early, people=5)
    team(office, 2)
    run(draft)
    month = month_of(draft)
    assert optimiser.evaluate(month.problem, month.assignments).hard == ()
    assert draft.figures["gaps"] >= 31


def test_leave_for_everybody_leaves_the_days_empty(draft, office, early):
    takes(early)
    for person in team(office, 3):
        LeaveFactory(
            office=office,
            person=person,
            state="approved",
            starts_at=dt.datetime(2026, 12, 7, tzinfo=CHINA),
            ends_at=dt.datetime(2026, 12, 10, tzinfo=CHINA),
        )
    run(draft)
    days = {date for _name, date, _code in cells(draft)}
    assert days.isdisjoint({7, 8, 9})
    assert {6, 10} <= days


def test_a_leaver_is_planned_until_the_last_day(draft, office, early, late):
    takes(early, late)
    team(office, 3)
    leaver = RosteredFactory(office=office, ends=day(15)).person
    run(draft)
    assert all(row.date <= day(15) for row in draft.assignments.filter(person=leaver))


def test_who_leaves_the_office_is_planned_until_then(draft, office, early):
    takes(early, people=3)
    people = team(office, 3)
    MembershipFactory(user=people[0], office=office, role="clerk", ends=day(10))
    run(draft)
    assert all(row.date <= day(10) for row in draft.assignments.filter(person=people[0]))


def test_shifts_changed_after_drafting_are_named_and_not_published(draft, office, early, late, supervisor):
    takes(early, late)
    people = team(office, 3)
    put(draft, people[0], late, 7)
    late.retired_at = BEFORE
    late.save()
    with pytest.raises(DeskError, match=r"晚班.*不再使用"):
        publishing.publish_roster(draft, by=supervisor)
    run(draft)
    assert {code for _name, _day, code in cells(draft)} == {"早"}


def test_a_make_up_workday_takes_as_many_as_a_working_day(draft, office, early):
    for kind in Holiday.Kind:
        HeadcountFactory(shift_type=early, day_kind=kind, people={"weekend": 0, "statutory_holiday": 0}.get(kind, 2))
    HolidayFactory(office=office, date=day(12), kind="make_up_workday")
    HolidayFactory(office=office, date=day(14), kind="statutory_holiday")
    month = MonthProblem.of(draft)
    assert [month.wanted(early.pk, day(number))[0] for number in (11, 12, 13, 14)] == [2, 2, 0, 0]
    assert month.day(day(12)) not in month.problem.weekends
    assert month.problem.holidays == {13}


@pytest.mark.parametrize(("year", "days"), [(2027, 28), (2028, 29)])
def test_february_has_its_own_length(office, early, year, days):
    takes(early)
    team(office, 3)
    roster = RosterFactory(office=office, month=dt.date(year, 2, 1))
    run(roster)
    assert {date for _name, date, _code in cells(roster)} == set(range(1, days + 1))


def test_wishes_count_and_are_not_promised(draft, office, early):
    takes(early)
    people = team(office, 3)
    WishFactory(office=office, person=people[0], date=day(12))
    run(draft)
    assert ("同事1", 12, "早") not in cells(draft)


def test_the_days_before_the_month_bind(draft, office, early, late):
    takes(early, late)
    people = team(office, 2)
    november = RosterFactory(office=office, month=dt.date(2026, 11, 1), state="published", edition=1)
    for number in range(25, 31):
        november.assignments.create(person=people[0], date=dt.date(2026, 11, number), shift_type=late)
    month = MonthProblem.of(draft)
    assert month.tails[people[0].pk][-7:] == (None, *[str(late.pk)] * 6)
    run(draft)
    assert ("同事1", 1) not in {(name, date) for name, date, _code in cells(draft)}


def test_who_came_during_the_year_owes_no_years_weekends(draft, office, early):
    takes(early)
    old = team(office, 1)[0]
    new = RosteredFactory(office=office, starts=dt.date(2026, 7, 2)).person
    october = RosterFactory(office=office, month=dt.date(2026, 10, 1), state="published", edition=1)
    for number in (17, 18, 24, 25):
        october.assignments.create(person=old, date=dt.date(2026, 10, number), shift_type=early)
    carried = MonthProblem.of(draft).carried
    assert (carried[old.pk]["weekend"], carried[new.pk]["weekend"]) == (4, 2)


def test_who_works_at_another_office_that_day_is_left_there(draft, office, other_office, early):
    takes(early, people=2)
    people = team(office, 2)
    other = RosterFactory(office=other_office)
    other.assignments.create(person=people[0], date=day(7), shift_type=early)
    run(draft)
    assert not draft.assignments.filter(person=people[0], date=day(7)).exists()
