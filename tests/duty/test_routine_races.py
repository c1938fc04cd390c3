"""Routine work at the same moment: two schedulers, a change meanwhile, two who report it done (R-RTN-05)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from duty.models import Routine, RoutineTask
from duty.services.routine_defaults import DEFAULTS
from duty.services.routine_planning import plan_routines, remind_of_routines
from duty.services.routine_work import do_task
from duty.services.routines import edit_routine, plan_ahead
from frontdesk.kit.models import Notification
from frontdesk.staff.models import User
from tests.factories import RoutineFactory, RoutineTaskFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.datetime(2026, 11, 16, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
ROUNDS = 5


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def test_four_schedulers_at_once_set_up_and_list_everything_once(office):
    outcomes = together(*[lambda: plan_routines(NOW)] * 4)
    assert outcomes == [None] * 4
    assert Routine.objects.count() == len(DEFAULTS)
    tasks = list(RoutineTask.objects.values_list("routine", "period", "turn"))
    assert len(tasks) == len(set(tasks)) > len(DEFAULTS)
    alone = RoutineTask.objects.count()
    plan_routines(NOW)
    assert RoutineTask.objects.count() == alone


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_listing_while_the_recurrence_changes_leaves_only_the_new_one(_round, office, supervisor):
    row = RoutineFactory(office=office, code="x", day=28, since=dt.date(2026, 11, 1))
    by = User.objects.get(pk=supervisor.pk)
    outcomes = together(
        lambda: plan_ahead(row, until=dt.date(2027, 3, 31)),
        lambda: edit_routine(row, by=by, day=20),
        lambda: plan_ahead(row, until=dt.date(2027, 3, 31)),
    )
    assert not [one for one in outcomes if isinstance(one, Exception)]
    plan_ahead(Routine.objects.get(), until=dt.date(2027, 3, 31))
    days = list(row.tasks.open().order_by("due_on").values_list("due_on", flat=True))
    assert [day.isoformat() for day in days] == [
        "2026-11-20",
        "2026-12-20",
        "2027-01-20",
        "2027-02-20",
        "2027-03-20",
    ]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_who_report_it_done_are_told_apart(_round, office, supervisor, manager):
    task = RoutineTaskFactory(office=office)
    people = [User.objects.get(pk=one.pk) for one in (supervisor, manager)]
    outcomes = together(*[lambda user=user: do_task(task, by=user, result=user.name) for user in people])
    assert kinds(outcomes) == ["Conflict", "RoutineTask"]
    task.refresh_from_db()
    assert task.result == task.done_by.name


def test_done_while_the_recurrence_changes_stays_done(office, supervisor, manager):
    row = RoutineFactory(office=office, day=28, since=dt.date(2026, 11, 1))
    plan_ahead(row, until=dt.date(2026, 11, 30))
    task = row.tasks.get()
    people = [User.objects.get(pk=one.pk) for one in (supervisor, manager)]
    outcomes = together(
        lambda: do_task(task, by=people[0], result="已考核"),
        lambda: edit_routine(row, by=people[1], cycle="quarter"),
    )
    task.refresh_from_db()
    assert (task.state, kinds(outcomes)) in [
        ("done", ["Routine", "RoutineTask"]),
        ("off", ["Conflict", "Routine"]),
    ]


def test_three_schedulers_at_once_remind_once(office, supervisor):
    RoutineTaskFactory(office=office, due_on=dt.date(2026, 11, 18), remind_on=dt.date(2026, 11, 16))
    RoutineTaskFactory(office=office, due_on=dt.date(2026, 11, 15), remind_on=dt.date(2026, 11, 12))
    together(*[lambda: remind_of_routines(NOW)] * 3)
    assert Notification.objects.filter(user=supervisor).count() == 2
