"""Two desks at one leave, one stand-in, one shift: one wins, and without the lock both would (R-DUTY-05)."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.db.models import QuerySet

from duty.models import Assignment, Leave, Roster, RosterChange, StandIn, Swap
from duty.services import cells, leave as leaving, swaps
from duty.services.cells import Change
from duty.services.holes import holes_of
from duty.workflow import LeaveState, SwapState
from frontdesk.staff.models import Membership, User
from tests.duty.conftest import MONDAY
from tests.factories import SHANGHAI, LeaveFactory, RosteredFactory
from tests.racing import kinds, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("team")]

TUESDAY = MONDAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(dt.datetime(2026, 12, 4, 9, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def team(office, clerk, steward, cashier):
    """Three who are on the roster."""
    return [RosteredFactory(office=office, person=person) for person in (clerk, steward, cashier)]


@pytest.fixture
def leave(office, clerk, early, put_on):
    """The clerk wants Monday off, on which they have the early shift."""
    put_on(clerk, MONDAY, early)
    return LeaveFactory(office=office, person=clerk)


@pytest.fixture
def swap(office, clerk, steward, late, leave, put_on):
    """The same shift of Monday for the steward's of Tuesday, agreed to."""
    put_on(steward, TUESDAY, late)
    mine = Assignment.objects.get(person=clerk)
    return swaps.agree_swap(swaps.propose_swap(mine, by=clerk, other=steward, other_date=TUESDAY), by=steward)


def approving(leave, stand_in, by):
    """Return an act of one desk, with copies of its own as it saw them."""
    copy, actor = Leave.objects.get(pk=leave.pk), User.objects.get(pk=by.pk)
    seen = {cell.date: cell.shift_type_id for cell in holes_of(copy)}
    instead = dict.fromkeys(seen, stand_in)
    return lambda: leaving.approve_leave(copy, by=actor, instead=instead, seen=seen)


def swapping(swap, by):
    copy, actor = Swap.objects.get(pk=swap.pk), User.objects.get(pk=by.pk)
    return lambda: swaps.approve_swap(copy, by=actor)


def editing(roster, person, now, was, by):
    change = Change(person, MONDAY, now, was)
    return lambda: cells.put(roster, [change], by=by, source=Assignment.Source.REPLAN)


def standing():
    rows = Assignment.objects.working().order_by("date", "person__name").select_related("person", "shift_type")
    return [(row.person.name, row.date.day, row.shift_type.code) for row in rows]


@pytest.mark.parametrize("_round", range(4))
def test_two_supervisors_approve_one_leave_and_one_wins(leave, steward, cashier, supervisor, manager, _round):
    outcomes = together(approving(leave, steward, supervisor), approving(leave, cashier, manager))
    assert kinds(outcomes) == ["Conflict", "Leave"]
    assert (StandIn.objects.count(), len(standing()), Roster.objects.get().edition) == (1, 1, 2)
    assert standing()[0][0] == StandIn.objects.get().person.name


@pytest.mark.parametrize("_round", range(4))
def test_leave_and_a_swap_of_the_same_shift_and_one_wins(leave, swap, cashier, supervisor, manager, _round):
    outcomes = together(approving(leave, cashier, supervisor), swapping(swap, manager))
    won = kinds(outcomes)
    assert won in (["Conflict", "Leave"], ["Conflict", "Swap"])
    went = {"Leave": [("孙丽", 7, "早"), ("赵洁", 8, "晚")], "Swap": [("赵洁", 7, "早"), ("王敏", 8, "晚")]}
    assert standing() == went[won[1]]
    assert (Leave.objects.get().state == LeaveState.APPROVED) == (won[1] == "Leave")
    assert (Swap.objects.get().state == SwapState.APPROVED) == (won[1] == "Swap")


@pytest.mark.parametrize("_round", range(4))
def test_one_stand_in_for_two_shifts_at_once_gets_one(
    leave, office, put_on, steward, cashier, late, supervisor, manager, _round
):
    put_on(steward, MONDAY, late)
    other = LeaveFactory(office=office, person=steward)
    outcomes = together(approving(leave, cashier, supervisor), approving(other, cashier, manager))
    assert kinds(outcomes)[1] == "Leave"
    assert kinds(outcomes)[0] in {"Conflict", "DeskError"}
    assert (StandIn.objects.count(), Assignment.objects.filter(person=cashier).count()) == (1, 1)
    assert len(standing()) == 2


@pytest.mark.parametrize("_round", range(4))
def test_a_stand_in_who_leaves_at_that_moment_has_the_shift_or_not_at_all(leave, steward, supervisor, _round):
    def leaves():
        return Membership.objects.filter(user=steward).update(ends=MONDAY - dt.timedelta(days=1))

    outcomes = together(approving(leave, steward, supervisor), leaves)
    went = "Leave" in kinds(outcomes)
    assert kinds(outcomes) == (["Leave", "int"] if went else ["DeskError", "int"])
    assert standing() == ([("赵洁", 7, "早")] if went else [("王敏", 7, "早")])


@pytest.mark.parametrize("_round", range(4))
def test_leave_while_the_roster_is_planned_again_and_one_wins(
    leave, published, clerk, steward, early, late, supervisor, manager, _round
):
    outcomes = together(approving(leave, steward, supervisor), editing(published, clerk, late, early, manager))
    assert kinds(outcomes) in (["Conflict", "Leave"], ["Conflict", "Roster"])
    went = {"Leave": [("赵洁", 7, "早")], "Roster": [("王敏", 7, "晚")]}
    assert standing() == went[kinds(outcomes)[1]]


@pytest.mark.parametrize("_round", range(4))
def test_two_supervisors_approve_one_swap_and_it_is_swapped_once(swap, supervisor, manager, _round):
    assert kinds(together(swapping(swap, supervisor), swapping(swap, manager))) == ["Conflict", "Swap"]
    assert standing() == [("赵洁", 7, "早"), ("王敏", 8, "晚")]
    assert RosterChange.objects.count() == 4


@pytest.mark.parametrize("_round", range(4))
def test_one_person_asks_twice_at_one_moment_and_once_is_kept(office, clerk, _round):
    times = {
        "starts_at": dt.datetime(2026, 12, 9, tzinfo=SHANGHAI),
        "ends_at": dt.datetime(2026, 12, 10, tzinfo=SHANGHAI),
    }

    def ask():
        return leaving.request_leave(office=office, by=User.objects.get(pk=clerk.pk), kind="personal", **times)

    assert kinds(together(ask, ask)) == ["DeskError", "Leave"]
    assert Leave.objects.count() == 1


def test_without_the_lock_both_would_write_one_cell(
    leave, published, clerk, steward, early, late, supervisor, manager, monkeypatch
):
    """Negative control. SQLite's transactions come one after the other even so; a server's do not."""
    gate, rows = threading.Barrier(2), cells._rows

    def waiting(*args):
        found = rows(*args)
        if connection.vendor == "postgresql":
            gate.wait(10)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **_options: queryset)
    monkeypatch.setattr(cells, "_rows", waiting)
    outcomes = together(approving(leave, steward, supervisor), editing(published, clerk, late, early, manager))
    both = ["Leave", "Roster"] if connection.vendor == "postgresql" else None
    assert kinds(outcomes) == both or (both is None and kinds(outcomes)[0] == "Conflict")
