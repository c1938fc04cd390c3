"""R-TKT-03, R-TKT-06: somebody is sent, by a deadline, and reports back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from complaints import services
from complaints.models import Ticket
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from tests.complaints.conftest import photo, said
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def soon():
    return now() + dt.timedelta(hours=2)


@pytest.fixture
def second_engineer(office):
    return MembershipFactory(office=office, role="engineer", user__name="高明").user


def test_dispatch_puts_it_into_hands_and_tells_them(recorded, supervisor, engineer, told):
    due = soon()
    ticket = services.dispatch_ticket(recorded, to=engineer, due_at=due, by=supervisor, note="带阀芯")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.due_at) == ("dispatched", engineer, due)
    assert ticket.dispatched_at
    assert told(engineer) == [said("Dispatched to you: {number} {subject}", ticket)]
    assert history_of(ticket).first().note == "带阀芯"


@pytest.mark.parametrize("role", ["engineer", "clerk", "steward", "cashier", "supervisor", "manager"])
def test_dispatch_may_go_to_whoever_handles_tickets(recorded, supervisor, role, request):
    person = request.getfixturevalue(role)
    assert services.dispatch_ticket(recorded, to=person, due_at=soon(), by=supervisor).assignee == person


@pytest.mark.parametrize("role", ["guard", "company", "admin", "outsider"])
def test_dispatch_is_refused_to_whoever_does_not(recorded, supervisor, role, request):
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, to=request.getfixturevalue(role), due_at=soon(), by=supervisor)
    assert refusal.value.field == "to"


def test_dispatch_is_refused_to_a_leaver(recorded, supervisor, engineer):
    engineer.memberships.update(ends=local_date() - dt.timedelta(days=1))
    with pytest.raises(DeskError):
        services.dispatch_ticket(recorded, to=engineer, due_at=soon(), by=supervisor)


def test_dispatch_is_refused_with_a_deadline_that_is_over(recorded, supervisor, engineer):
    with pytest.raises(DeskError) as refusal:
        services.dispatch_ticket(recorded, to=engineer, due_at=now(), by=supervisor)
    recorded.refresh_from_db()
    assert (refusal.value.field, recorded.state) == ("due_at", "recorded")


@pytest.mark.parametrize("role", ["clerk", "engineer", "cashier", "outsider"])
def test_dispatch_is_refused_without_the_role(recorded, engineer, role, request):
    with pytest.raises(PermissionDenied):
        services.dispatch_ticket(recorded, to=engineer, due_at=soon(), by=request.getfixturevalue(role))


def test_dispatch_twice_is_a_conflict(dispatched, supervisor, second_engineer):
    with pytest.raises(Conflict):
        services.dispatch_ticket(dispatched, to=second_engineer, due_at=soon(), by=supervisor)


def test_redispatch_tells_both(accepted, supervisor, engineer, second_engineer, told):
    told(engineer)
    ticket = services.redispatch_ticket(accepted, to=second_engineer, due_at=soon(), by=supervisor)
    assert (ticket.state, ticket.assignee, ticket.accepted_at) == ("dispatched", second_engineer, None)
    assert told(engineer) == [said("No longer yours: {number} {subject}", ticket)]
    assert told(second_engineer) == [said("Dispatched to you: {number} {subject}", ticket)]


def test_redispatch_to_the_same_engineer_sets_another_deadline(dispatched, supervisor, engineer, told):
    told(engineer)
    due = now() + dt.timedelta(days=2)
    assert services.redispatch_ticket(dispatched, to=engineer, due_at=due, by=supervisor).due_at == due
    assert told(engineer) == [said("Dispatched to you: {number} {subject}", dispatched)]


def test_redispatch_of_what_somebody_else_redispatched_is_a_conflict(
    dispatched, supervisor, manager, second_engineer, engineer
):
    stale = Ticket.objects.get(pk=dispatched.pk)
    services.redispatch_ticket(dispatched, to=second_engineer, due_at=soon(), by=supervisor)
    with pytest.raises(Conflict):
        services.redispatch_ticket(stale, to=engineer, due_at=soon(), by=manager)


def test_accept_is_for_the_one_it_was_dispatched_to(dispatched, engineer, second_engineer):
    with pytest.raises(PermissionDenied):
        services.accept_ticket(dispatched, by=second_engineer)
    ticket = services.accept_ticket(dispatched, by=engineer)
    assert ticket.state == "accepted"
    assert ticket.accepted_at
    with pytest.raises(Conflict):
        services.accept_ticket(dispatched, by=engineer)


def test_finish_keeps_result_charge_and_photo_and_tells_first_contact(accepted, engineer, clerk, told):
    ticket = services.finish_ticket(accepted, result=" 更换阀芯 ", charge=Decimal("35.50"), photo=photo(), by=engineer)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.result, ticket.charge) == ("done", "更换阀芯", Decimal("35.50"))
    assert ticket.done_at
    assert attachments_of(ticket).count() == 1
    assert told(clerk) == [said("Done, please reply to the resident: {number} {subject}", ticket)]


def test_finish_without_accepting_first_is_possible(dispatched, engineer):
    assert services.finish_ticket(dispatched, result="现场已修", by=engineer).state == "done"


def test_finish_may_be_reported_by_the_dispatcher(accepted, supervisor):
    assert services.finish_ticket(accepted, result="电话告知已修", by=supervisor).state == "done"


def test_finish_is_refused_to_others(accepted, second_engineer, clerk, outsider):
    for person in (second_engineer, clerk, outsider):
        with pytest.raises(PermissionDenied):
            services.finish_ticket(accepted, result="修好", by=person)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"result": " "}, "result"), ({"result": "修好", "charge": Decimal(-1)}, "charge")],
)
def test_finish_is_refused_when_incomplete(accepted, engineer, given, field):
    with pytest.raises(DeskError) as refusal:
        services.finish_ticket(accepted, by=engineer, **given)
    accepted.refresh_from_db()
    assert (refusal.value.field, accepted.state) == (field, "accepted")


def test_finish_twice_is_a_conflict(done, engineer):
    with pytest.raises(Conflict):
        services.finish_ticket(done, result="又修", by=engineer)


def test_hand_back_frees_it_and_tells_dispatchers_and_first_contact(
    accepted, engineer, supervisor, manager, clerk, told
):
    ticket = services.hand_back_ticket(accepted, reason="需电梯厂家", by=engineer)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.dispatched_at, ticket.accepted_at) == ("recorded", None, None, None)
    assert ticket.due_at
    sentence = said("{by} handed back {number} {subject}: {reason}", ticket, by=engineer, reason="需电梯厂家")
    assert told(supervisor) == told(manager) == told(clerk) == [sentence]


def test_hand_back_is_refused_without_reason_or_when_not_yours(accepted, engineer, second_engineer):
    with pytest.raises(DeskError):
        services.hand_back_ticket(accepted, reason="", by=engineer)
    with pytest.raises(PermissionDenied):
        services.hand_back_ticket(accepted, reason="累", by=second_engineer)


def test_hand_back_of_what_is_done_is_a_conflict(done, engineer):
    with pytest.raises(Conflict):
        services.hand_back_ticket(done, reason="晚了", by=engineer)
