"""Two people at one incident at once: everybody who called is told, nobody twice, nothing is left open behind it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.db.models import QuerySet

from complaints import services
from complaints.models import Callback, Caller, Ticket
from complaints.services import incidents
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict
from frontdesk.staff.models import User
from tests.factories import TicketFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(office, clerk):
    """A running incident, made after its first child so that its key lies between those of its children."""
    first = TicketFactory(office=office, first_contact=clerk, subject="电梯困人", caller_name="李娜")
    made = TicketFactory(office=office, first_contact=clerk, subject="电梯停了", is_incident=True)
    Ticket.objects.filter(pk=first.pk).update(incident=made)
    TicketFactory(office=office, first_contact=clerk, subject="电梯不动", incident=made, caller_name="王芳")
    return made


def actor(user):
    return User.objects.get(pk=user.pk)


def copy(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def reply(ticket, user):
    row, by = copy(ticket), actor(user)
    return lambda: services.reply_ticket(row, reply="已恢复", by=by)


def archive(ticket, user):
    row, by = copy(ticket), actor(user)
    return lambda: services.archive_ticket(row, by=by)


@pytest.mark.parametrize("_round", range(4))
def test_two_reply_to_one_incident_and_one_wins(incident, clerk, supervisor, _round):
    assert kinds(together(reply(incident, clerk), reply(incident, supervisor))) == ["Conflict", "Ticket"]
    for child in incident.children.all():
        assert (child.state, child.reply) == ("replied", "已恢复")
        assert history_of(child).filter(verb="reply_ticket").count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_two_archive_one_incident_and_everybody_is_queued_once(incident, clerk, supervisor, _round):
    Ticket.objects.filter(pk=incident.pk).update(caller_name="张伟")
    services.reply_ticket(incident, reply="已恢复", by=clerk)
    assert kinds(together(archive(incident, clerk), archive(incident, supervisor))) == ["Conflict", "Ticket"]
    assert set(incident.children.values_list("state", flat=True)) == {"archived"}
    assert sorted(row.name for row in Callback.objects.all()) == ["张伟", "李娜", "王芳"]


@pytest.mark.parametrize("_round", range(4))
def test_a_child_answered_at_the_same_moment_is_answered_once(incident, clerk, supervisor, _round):
    child = incident.children.order_by("pk").first()
    row, by = copy(child), actor(supervisor)
    both = together(reply(incident, clerk), lambda: services.reply_ticket(row, reply="已先告知", by=by))
    child.refresh_from_db()
    incident.refresh_from_db()
    assert isinstance(both[0], Ticket)
    assert (incident.state, child.state) == ("replied", "replied")
    assert history_of(child).filter(verb="reply_ticket").count() == 1
    assert child.reply == ("已恢复" if isinstance(both[1], Conflict) else "已先告知")


@pytest.mark.parametrize("_round", range(4))
def test_who_joins_while_it_is_answered_is_answered_too_or_told(incident, office, clerk, supervisor, _round):
    late = TicketFactory(office=office, first_contact=clerk, subject="电梯又停")
    row, by, target = copy(late), actor(supervisor), copy(incident)
    replied, joined = together(reply(incident, clerk), lambda: services.join_incident(row, incident=target, by=by))
    late.refresh_from_db()
    assert isinstance(replied, Ticket)
    if isinstance(joined, Ticket):
        assert (late.incident, late.state) == (incident, "replied")
    else:
        assert isinstance(joined, Conflict)
        assert (late.incident, late.state) == (None, "recorded")


def test_without_the_second_look_who_joins_is_left_behind(incident, office, clerk, supervisor, monkeypatch):
    """Negative control: on PostgreSQL the list of the children is older than the lock that was waited for."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other")
    late = TicketFactory(office=office, first_contact=clerk, subject="电梯又停")
    row, by, target = copy(late), actor(supervisor), copy(incident)
    joining, going_on = threading.Event(), threading.Event()
    lock = incidents._locked
    monkeypatch.setattr(incidents, "lock_with_children", lambda ticket: [
        one for one in _one_look(lock, ticket, joining, going_on) if one.pk != ticket.pk
    ])  # fmt: skip
    monkeypatch.setattr("complaints.services.replying.lock_with_children", incidents.lock_with_children)

    def join():
        with_lock = services.join_incident
        joining.wait(10)
        result = with_lock(row, incident=target, by=by)
        going_on.set()
        return result

    replied, joined = together(reply(incident, clerk), join)
    late.refresh_from_db()
    assert (type(replied), type(joined), late.state) == (Ticket, Ticket, "recorded")


def _one_look(lock, ticket, joining, going_on):
    """Read who belongs to it, let somebody join, lock only those read before."""
    seen = list(Ticket.objects.filter(incident=ticket.pk).values_list("pk", flat=True))
    joining.set()
    going_on.wait(10)
    return lock(incidents.Q(pk__in=[ticket.pk, *seen]))


def add(ticket, user, **facts):
    row, by = copy(ticket), actor(user)
    return lambda: services.add_caller(row, by=by, **facts)


@pytest.mark.parametrize("_round", range(4))
def test_two_clerks_add_one_caller_and_one_is_told(incident, clerk, supervisor, _round):
    facts = {"name": "李娜", "phone": "13900000001"}
    assert kinds(together(add(incident, clerk, **facts), add(incident, supervisor, **facts))) == ["Caller", "DeskError"]
    assert Caller.objects.count() == 1


def test_without_the_row_lock_both_would_add_the_caller(incident, clerk, supervisor, monkeypatch):
    """Negative control: the ticket's lock is what lets the second one see the first one's caller."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other, with or without row locks")
    gate, check = threading.Barrier(2), incidents._check_caller
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setattr(incidents, "_check_caller", lambda *args: (check(*args), gate.wait(10))[0])
    facts = {"name": "李娜", "phone": "13900000001"}
    assert kinds(together(add(incident, clerk, **facts), add(incident, supervisor, **facts))) == ["Caller", "Caller"]


def test_a_caller_added_while_it_is_archived_is_called_back_or_the_clerk_is_told(incident, clerk, supervisor):
    services.reply_ticket(incident, reply="已恢复", by=clerk)
    archived, added = together(archive(incident, clerk), add(incident, supervisor, name="刘洋"))
    assert isinstance(archived, Ticket)
    if isinstance(added, Caller):
        assert Callback.objects.filter(caller=added).count() == 1
    else:
        assert isinstance(added, Conflict)
        assert not Caller.objects.exists()
