"""The words tickets are read by."""

from __future__ import annotations

import datetime as dt

import pytest

from complaints import services
from complaints.models import Ticket
from complaints.workflow import OPEN, STEPS, UNDER_WAY, TicketState
from frontdesk.kit.calendar import now
from tests.factories import MembershipFactory, TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each(office, clerk):
    """One ticket per state, due an hour ago, at nobody's desk but the clerk's."""
    past = now() - dt.timedelta(hours=1)
    return {state: TicketFactory(office=office, first_contact=clerk, state=state, due_at=past) for state in TicketState}


@pytest.mark.parametrize(
    ("word", "states"),
    [
        ("open", set(OPEN)),
        ("waiting", {"recorded"}),
        ("under_way", {"dispatched", "accepted"}),
        ("to_answer", {"recorded", "dispatched", "accepted", "done"}),
        ("overdue", {"recorded", "dispatched", "accepted"}),
    ],
)
def test_words_keep_these_states(one_of_each, word, states):
    assert {ticket.state for ticket in getattr(Ticket.objects, word)()} == states


def test_every_state_is_a_step():
    assert set(STEPS) == set(TicketState)


def test_nothing_is_overdue_without_a_deadline_or_on_it(office, clerk):
    at = now()
    for due in (None, at, at + dt.timedelta(seconds=1)):
        TicketFactory(office=office, first_contact=clerk, due_at=due)
    assert not Ticket.objects.overdue(at).exists()
    assert Ticket.objects.overdue(at + dt.timedelta(hours=1)).count() == 2


def test_mine_is_what_one_answers_for_or_has_in_hand(office, clerk, steward, one_of_each):
    assert set(Ticket.objects.mine(clerk).values_list("state", flat=True)) == set(OPEN)
    for state in TicketState:
        TicketFactory(office=office, first_contact=clerk, assignee=steward, state=state)
    assert set(Ticket.objects.mine(steward).values_list("state", flat=True)) == set(UNDER_WAY)
    assert Ticket.objects.mine(steward).count() == Ticket.objects.in_the_hands_of(steward).count() == 2
    assert not Ticket.objects.followed_by(steward).exists()


def test_counts_are_those_of_the_words(office, one_of_each):
    TicketFactory(office=office, state=TicketState.RECORDED)
    words = {word: getattr(Ticket.objects, word)().count() for word in ("waiting", "overdue", "open")}
    assert Ticket.objects.counts() == words == {"waiting": 2, "overdue": 3, "open": 6}


@pytest.fixture
def burst_pipe(office, clerk):
    """An incident nobody was sent to, and three callers about it; all of it late."""
    some = {"office": office, "first_contact": clerk, "due_at": now() - dt.timedelta(hours=1)}
    incident = TicketFactory(**some, is_incident=True)
    TicketFactory.create_batch(3, **some, incident=incident)
    return incident


def test_what_its_incident_takes_along_is_neither_dispatched_nor_late_by_itself(burst_pipe):
    assert list(Ticket.objects.waiting()) == list(Ticket.objects.overdue()) == [burst_pipe]
    assert Ticket.objects.counts() == {"waiting": 1, "overdue": 1, "open": 4}


def test_what_is_taken_out_of_its_incident_waits_again(burst_pipe, supervisor):
    child = burst_pipe.children.first()
    services.leave_incident(child, by=supervisor)
    assert set(Ticket.objects.waiting()) == {burst_pipe, child}


def test_what_was_not_answered_with_its_incident_goes_on_by_itself(burst_pipe):
    Ticket.objects.filter(pk=burst_pipe.pk).update(state=TicketState.REPLIED)
    assert Ticket.objects.waiting().count() == 3
    Ticket.objects.filter(incident=burst_pipe).update(state=TicketState.REPLIED)
    assert Ticket.objects.by_themselves().count() == 1
    Ticket.objects.filter(pk=burst_pipe.pk).update(state=TicketState.ARCHIVED)
    assert Ticket.objects.by_themselves().count() == 4


def test_by_urgency_puts_urgent_first_and_no_deadline_last(office, clerk):
    at = now()
    for subject, more in {
        "later": {"due_at": at + dt.timedelta(days=2)},
        "none": {},
        "soon": {"due_at": at},
        "urgent": {"urgent": True},
    }.items():
        TicketFactory(office=office, first_contact=clerk, subject=subject, **more)
    assert list(Ticket.objects.by_urgency().values_list("subject", flat=True)) == ["urgent", "soon", "later", "none"]


def test_an_engineer_sees_only_what_is_dispatched_to_them(office, other_office, engineer, clerk):
    mine = TicketFactory(office=office, first_contact=clerk, assignee=engineer)
    TicketFactory(office=office, first_contact=clerk)
    TicketFactory(office=other_office, first_contact=clerk, assignee=engineer)
    assert list(Ticket.objects.visible_to(engineer)) == [mine]


def test_an_engineer_who_is_a_clerk_elsewhere_sees_all_of_that_office_only(office, other_office, engineer, clerk):
    MembershipFactory(user=engineer, office=other_office, role="clerk")
    TicketFactory(office=office, first_contact=clerk)
    theirs = TicketFactory(office=other_office, first_contact=clerk)
    assert list(Ticket.objects.visible_to(engineer)) == [theirs]


@pytest.mark.parametrize(
    ("role", "count"), [("clerk", 1), ("cashier", 1), ("manager", 1), ("company", 2), ("admin", 2), ("outsider", 1)]
)
def test_the_desk_sees_its_office_and_the_company_all(office, other_office, role, count, request):
    TicketFactory(office=office)
    TicketFactory(office=other_office)
    assert Ticket.objects.visible_to(request.getfixturevalue(role)).count() == count
