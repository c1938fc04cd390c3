"""Two people at the same ticket at once: one wins, the other is told, nothing is done twice."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from complaints import services
from complaints.models import Category, Ticket
from complaints.models.catalogue import CATALOGUES
from complaints.workflow import TICKET
from frontdesk.kit import activity
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict
from frontdesk.kit.models import Counter
from frontdesk.staff.models import User
from tests.complaints.conftest import FACTS
from tests.factories import CategoryFactory, DepartmentFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)


def archive_twice(ticket, people):
    """Let two people close the ticket they both see as replied."""
    copies = [Ticket.objects.get(pk=ticket.pk) for _person in people]
    users = [User.objects.get(pk=person.pk) for person in people]
    return together(
        *(lambda c=copy, u=user: services.archive_ticket(c, by=u) for copy, user in zip(copies, users, strict=True))
    )


@pytest.mark.parametrize("_round", range(5))
def test_two_close_the_same_ticket_and_one_wins(replied, clerk, supervisor, _round):
    assert kinds(archive_twice(replied, [clerk, supervisor])) == ["Conflict", "Ticket"]
    assert history_of(replied).filter(verb="archive_ticket").count() == 1


def test_without_the_state_guard_both_would_close_it(replied, clerk, supervisor, monkeypatch):
    """Negative control: the race test above notices when the guard is off."""
    move = TICKET.moves["archive_ticket"]
    monkeypatch.setitem(TICKET.moves, move.name, replace(move, sources=move.sources | {"archived"}))
    assert kinds(archive_twice(replied, [clerk, supervisor])) == ["Ticket", "Ticket"]


def test_without_the_row_lock_both_would_close_it(replied, clerk, supervisor, monkeypatch):
    """Negative control: on PostgreSQL the row lock is what lets only one see the old state."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other, with or without row locks")
    gate, snapshot = threading.Barrier(2), activity.snapshot
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setattr(activity, "snapshot", lambda obj: (obj.state == "replied" and gate.wait(10), snapshot(obj))[1])
    assert kinds(archive_twice(replied, [clerk, supervisor])) == ["Ticket", "Ticket"]


@pytest.mark.parametrize("_round", range(5))
def test_two_dispatch_the_same_ticket_and_one_wins(recorded, supervisor, manager, engineer, steward, _round):
    due = now() + dt.timedelta(hours=2)

    def send(by, to):
        ticket, actor = Ticket.objects.get(pk=recorded.pk), User.objects.get(pk=by.pk)
        return lambda: services.dispatch_ticket(ticket, to=to, due_at=due, by=actor)

    outcomes = together(send(supervisor, engineer), send(manager, steward))
    assert kinds(outcomes) == ["Conflict", "Ticket"]
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Ticket))
    recorded.refresh_from_db()
    assert recorded.assignee == winner.assignee


def test_two_redispatch_at_once_and_one_wins(dispatched, supervisor, manager, clerk, steward):
    due = now() + dt.timedelta(hours=2)

    def send(by, to):
        ticket, actor = Ticket.objects.get(pk=dispatched.pk), User.objects.get(pk=by.pk)
        return lambda: services.redispatch_ticket(ticket, to=to, due_at=due, by=actor)

    assert kinds(together(send(supervisor, clerk), send(manager, steward))) == ["Conflict", "Ticket"]


@pytest.fixture
def free(office, recorded, supervisor, engineer, steward):
    """Sent to a department of two, who both see it on their phones."""
    team = DepartmentFactory(office=office, members=[engineer, steward])
    return services.dispatch_ticket(recorded, department=team, by=supervisor)


def grab_together(ticket, people):
    copies = [(Ticket.objects.get(pk=ticket.pk), User.objects.get(pk=person.pk)) for person in people]
    return together(*(lambda c=copy, u=user: services.grab_ticket(c, by=u) for copy, user in copies))


@pytest.mark.parametrize("_round", range(5))
def test_two_of_a_department_grab_at_once_and_the_other_is_told_who_has_it(free, engineer, steward, _round):
    outcomes = grab_together(free, [engineer, steward])
    assert kinds(outcomes) == ["Conflict", "Ticket"]
    free.refresh_from_db()
    refusal = next(outcome for outcome in outcomes if isinstance(outcome, Conflict))
    assert str(free.assignee) in str(refusal)
    assert history_of(free).filter(verb="grab_ticket").count() == 1


def test_without_the_state_guard_both_would_grab_it(free, engineer, steward, monkeypatch):
    """Negative control: the race test above notices when neither state nor hands are looked at."""
    move = TICKET.moves["grab_ticket"]
    monkeypatch.setitem(TICKET.moves, move.name, replace(move, sources=move.sources | {"accepted"}, only=None))
    assert kinds(grab_together(free, [engineer, steward])) == ["Ticket", "Ticket"]


def test_grab_and_redispatch_at_once_and_one_wins(free, engineer, supervisor, clerk):
    mine, user = Ticket.objects.get(pk=free.pk), User.objects.get(pk=engineer.pk)
    theirs, actor = Ticket.objects.get(pk=free.pk), User.objects.get(pk=supervisor.pk)
    grabbed, sent = together(
        lambda: services.grab_ticket(mine, by=user),
        lambda: services.redispatch_ticket(theirs, to=clerk, by=actor),
    )
    free.refresh_from_db()
    assert {type(grabbed).__name__, type(sent).__name__} in ({"Ticket", "Conflict"}, {"Ticket", "PermissionDenied"})
    assert free.assignee == (engineer if isinstance(grabbed, Ticket) else clerk)


def test_defaults_taken_over_twice_at_once_are_there_once(office, supervisor, manager):
    people = [User.objects.get(pk=person.pk) for person in (supervisor, manager)]
    made = together(*(lambda u=user: services.take_over_defaults(office, by=u) for user in people))
    assert min(made) == 0
    assert Category.objects.filter(parent=None, name="电梯").count() == 1
    assert sum(made) == sum(model.objects.count() for model in CATALOGUES)


@pytest.mark.parametrize("_round", range(3))
def test_two_categories_hung_on_each_other_at_once_make_no_circle(office, supervisor, manager, _round):
    first, second = CategoryFactory(office=office), CategoryFactory(office=office)
    people = [User.objects.get(pk=person.pk) for person in (supervisor, manager)]
    outcomes = together(
        lambda: services.change_entry(Category.objects.get(pk=first.pk), by=people[0], parent=second),
        lambda: services.change_entry(Category.objects.get(pk=second.pk), by=people[1], parent=first),
    )
    assert kinds(outcomes) == ["Category", "DeskError"]
    assert Category.objects.filter(parent=None).count() == 1


def test_edit_and_move_at_once_lose_nothing(recorded, clerk, supervisor, engineer):
    """Whoever comes second either is told or keeps what the first one wrote."""
    stale, actor = Ticket.objects.get(pk=recorded.pk), User.objects.get(pk=clerk.pk)
    other, sender = Ticket.objects.get(pk=recorded.pk), User.objects.get(pk=supervisor.pk)
    due = now() + dt.timedelta(hours=2)
    edited, sent = together(
        lambda: services.change_ticket(stale, by=actor, subject="改过的主题"),
        lambda: services.dispatch_ticket(other, to=engineer, due_at=due, by=sender),
    )
    recorded.refresh_from_db()
    assert isinstance(sent, Ticket)
    assert recorded.state == "dispatched"
    assert isinstance(edited, Conflict) == (recorded.subject == FACTS["subject"])


def test_eight_desks_record_at_once_without_gap_or_double(office, clerk):
    people = [User.objects.get(pk=clerk.pk) for _desk in range(8)]
    outcomes = together(*(lambda u=user: services.record_ticket(office=office, by=u, **FACTS) for user in people))
    assert kinds(outcomes) == ["Ticket"] * 8
    year = local_date().year
    assert sorted(ticket.number for ticket in outcomes) == [f"{year}-{place:05d}" for place in range(1, 9)]


def test_numbers_counted_instead_of_locked_would_collide(office, clerk, monkeypatch):
    """Negative control: eight desks that only count what is there give the same number twice."""
    gate = threading.Barrier(8)

    def count(office, kind, year, _count):
        seen = Ticket.objects.filter(office=office, number__startswith=str(year)).count()
        gate.wait(10)
        return seen + 1

    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other: counting could not collide there")
    monkeypatch.setattr("complaints.services.intake.next_numbers", count)
    people = [User.objects.get(pk=clerk.pk) for _desk in range(8)]
    outcomes = together(*(lambda u=user: services.record_ticket(office=office, by=u, **FACTS) for user in people))
    assert kinds(outcomes).count("IntegrityError") == 7


def post_eight_times(client_of, user, keys):
    """Send the intake form eight times at once, as nervous fingers and retrying browsers do."""
    facts = {**FACTS, "body": "一直在滴水"}
    clients = [client_of(user) for _key in keys]
    return together(
        *(
            lambda c=client, k=key: c.post(reverse("complaints:ticket_add"), {**facts, "once": k})
            for client, key in zip(clients, keys, strict=True)
        )
    )


def test_intake_sent_eight_times_makes_one_ticket(office, clerk, client_of):
    outcomes = post_eight_times(client_of, clerk, [str(uuid4())] * 8)
    ticket = Ticket.objects.get()
    assert {(answer.status_code, answer.url) for answer in outcomes} == {(302, ticket.get_absolute_url())}
    assert Counter.objects.get(office=office, kind="ticket").last == 1


def test_intake_sent_under_eight_keys_makes_eight_tickets(office, clerk, client_of):
    """Negative control: the key is what makes the test above hold."""
    post_eight_times(client_of, clerk, [str(uuid4()) for _place in range(8)])
    assert Ticket.objects.count() == 8
