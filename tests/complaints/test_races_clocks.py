"""Two sweeps, two supervisors, two ticks at the same moment: each thing is done once, and the other one is told."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.utils import timezone

from complaints import services, tasks
from complaints.models import Escalation, Pause, Ticket
from complaints.services import escalating
from complaints.workflow import TICKET
from frontdesk.kit.models import Activity, Notification
from frontdesk.staff.models import User
from tests.racing import together

pytestmark = pytest.mark.django_db(transaction=True)
NINE = timezone.make_aware(dt.datetime(2026, 3, 5, 9, 0))  # noqa: DTZ001 - made aware here
LATER = NINE + dt.timedelta(hours=2)


@pytest.fixture
def late(recorded, manager, supervisor):
    """Late to be dispatched, for two levels."""
    Ticket.objects.update(dispatch_due_at=NINE, finish_due_at=None, close_due_at=None)
    Notification.objects.all().delete()
    return recorded


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.parametrize("_round", range(3))
def test_two_sweeps_at_once_make_each_step_once(late, _round):
    outcomes = together(*[lambda: services.escalate_due(LATER)] * 2)
    assert sorted(outcomes) == [0, 2]
    assert Escalation.objects.count() == Notification.objects.count() == 2
    assert Activity.objects.filter(verb="escalate_ticket").count() == 2


def test_without_looking_what_is_made_the_database_refuses_the_second(late, monkeypatch):
    """Negative control: the sweep looks before it writes, and behind it stands the unique constraint."""
    steps_of, gate = escalating._steps_of, threading.Barrier(2)
    late_ones = Ticket.objects.order_by("pk")
    monkeypatch.setattr(escalating, "_late", lambda *_args: (gate.wait(10), late_ones)[1])
    monkeypatch.setattr(
        escalating, "_steps_of", lambda ticket, ladder, _known, *rest: steps_of(ticket, ladder, set(), *rest)
    )
    outcomes = together(*[lambda: services.escalate_due(LATER)] * 2)
    assert kinds(outcomes) == ["IntegrityError", "int"]
    assert Escalation.objects.count() == Notification.objects.count() == 2


def test_without_the_row_lock_both_would_make_the_step(late, monkeypatch):
    """Negative control: on PostgreSQL the row lock is what lets the second sweep see the first one's steps."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other, with or without row locks")
    gate, write = threading.Barrier(2), escalating._write
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setattr(escalating, "_write", lambda steps: (gate.wait(10), write(steps)))
    outcomes = together(*[lambda: services.escalate_due(LATER)] * 2)
    assert IntegrityError in {type(outcome) for outcome in outcomes}


def test_two_ticks_at_once_sweep_once(late, monkeypatch):
    swept = []
    monkeypatch.setattr(tasks, "escalate_due", swept.append)
    assert kinds(together(*[lambda: tasks.escalate(LATER)] * 2)) == ["NoneType", "NoneType"]
    assert swept == [LATER]


def pause_twice(ticket, *people):
    copies = [(Ticket.objects.get(pk=ticket.pk), User.objects.get(pk=person.pk)) for person in people]
    until = timezone.now() + dt.timedelta(days=1)
    return together(
        *(lambda c=copy, u=user: services.pause_ticket(c, reason="等配件", until=until, by=u) for copy, user in copies)
    )


@pytest.mark.parametrize("_round", range(3))
def test_two_pause_at_once_and_one_wins(recorded, supervisor, manager, _round):
    assert kinds(pause_twice(recorded, supervisor, manager)) == ["Conflict", "Ticket"]
    assert Pause.objects.count() == 1


def test_without_the_condition_two_pauses_would_overlap(recorded, supervisor, manager, monkeypatch):
    """Negative control: that the clocks run is what keeps the second pause out."""
    move = TICKET.moves["pause_ticket"]
    monkeypatch.setitem(TICKET.moves, move.name, replace(move, only=None))
    assert kinds(pause_twice(recorded, supervisor, manager)) == ["Ticket", "Ticket"]
    assert Pause.objects.count() == 2


def test_two_report_as_major_and_one_wins(recorded, clerk, supervisor, manager):
    copies = [(Ticket.objects.get(pk=recorded.pk), User.objects.get(pk=who.pk)) for who in (clerk, supervisor)]
    outcomes = together(
        *(lambda c=copy, u=user: services.mark_major(c, reason="多户进水", by=u) for copy, user in copies)
    )
    assert kinds(outcomes) == ["Conflict", "Ticket"]
    assert Escalation.objects.count() == Notification.objects.filter(user=manager).count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_two_save_the_first_settings_and_one_wins(office, supervisor, manager, _round):
    people = [User.objects.get(pk=who.pk) for who in (supervisor, manager)]
    outcomes = together(
        *(
            lambda u=user: services.change_settings(office, by=u, expected=0, targets={}, repeat_days=30)
            for user in people
        )
    )
    assert kinds(outcomes) == ["Conflict", "TicketSettings"]
