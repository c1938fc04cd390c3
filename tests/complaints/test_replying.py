"""R-TKT-01, R-TKT-04, R-TKT-05, R-TKT-07: the resident is answered, and somebody answers for it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from complaints import services
from complaints.models import Ticket
from frontdesk.estate.services import reveal_person
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from tests.complaints.conftest import said
from tests.factories import (
    MembershipFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["recorded", "done"])
def test_reply_closes_what_nobody_has_in_hand(state, clerk, request):
    ticket = services.reply_ticket(request.getfixturevalue(state), reply="已电话答复", by=clerk)
    assert (ticket.state, ticket.reply) == ("replied", "已电话答复")
    assert ticket.replied_at


def test_reply_is_refused_while_an_engineer_has_it(accepted, clerk):
    with pytest.raises(Conflict):
        services.reply_ticket(accepted, reply="快了", by=clerk)


def test_reply_is_refused_without_words_or_role(done, clerk, engineer, outsider):
    with pytest.raises(DeskError):
        services.reply_ticket(done, reply="", by=clerk)
    for person in (engineer, outsider):
        with pytest.raises(PermissionDenied):
            services.reply_ticket(done, reply="好了", by=person)


def test_archive_comes_after_the_reply(done, replied, clerk):
    assert services.archive_ticket(replied, by=clerk).archived_at
    with pytest.raises(Conflict):
        services.archive_ticket(replied, by=clerk)


def test_archive_is_refused_before_the_reply_or_without_the_role(done, clerk, engineer):
    with pytest.raises(Conflict):
        services.archive_ticket(done, by=clerk)
    with pytest.raises(PermissionDenied):
        services.archive_ticket(done, by=engineer)


@pytest.mark.parametrize("state", ["done", "replied", "archived"])
def test_reopen_begins_anew_and_keeps_what_was_said_in_the_record(state, supervisor, clerk, told, request):
    ticket = request.getfixturevalue(state)
    told(clerk)
    ticket = services.reopen_ticket(ticket, reason="又漏了", by=supervisor)
    ticket.refresh_from_db()
    assert ticket.state == "recorded"
    assert (ticket.assignee, ticket.due_at, ticket.done_at, ticket.replied_at, ticket.archived_at) == (None,) * 5
    assert (ticket.result, ticket.reply) == ("", "")
    row = history_of(ticket).first()
    assert (row.note, row.before["result"]) == ("又漏了", "更换阀芯")
    sentence = said("{by} reopened {number} {subject}: {reason}", ticket, by=supervisor, reason="又漏了")
    assert told(clerk) == [sentence]


def test_reopen_is_refused_without_reason_role_or_when_open(archived, recorded, clerk, engineer, office):
    with pytest.raises(DeskError):
        services.reopen_ticket(archived, reason=" ", by=clerk)
    with pytest.raises(PermissionDenied):
        services.reopen_ticket(archived, reason="又漏", by=engineer)
    with pytest.raises(Conflict):
        services.reopen_ticket(TicketFactory(office=office), reason="又漏", by=clerk)


def test_comment_keeps_the_state_and_tells_the_others(accepted, engineer, clerk, told):
    told(engineer)
    ticket = services.comment_ticket(accepted, note="等配件", by=engineer)
    assert ticket.state == "accepted"
    assert told(clerk) == [said("{by} on {number} {subject}: {note}", ticket, by=engineer, note="等配件")]
    assert told(engineer) == []


def test_comment_is_refused_without_words_role_or_when_archived(archived, clerk, guard, office):
    ticket = TicketFactory(office=office)
    with pytest.raises(DeskError):
        services.comment_ticket(ticket, note="", by=clerk)
    with pytest.raises(PermissionDenied):
        services.comment_ticket(ticket, note="看看", by=guard)
    with pytest.raises(Conflict):
        services.comment_ticket(archived, note="晚了", by=clerk)


def test_transfer_is_recorded_with_its_reason_and_tells_both(recorded, supervisor, clerk, steward, told):
    ticket = services.transfer_ticket(recorded, to=steward, reason="王敏休假", by=supervisor)
    ticket.refresh_from_db()
    row = history_of(ticket).first()
    assert (ticket.first_contact, ticket.state) == (steward, "recorded")
    assert (row.verb, row.note) == ("transfer_ticket", "王敏休假")
    assert (row.before, row.after) == ({"first_contact_id": clerk.pk}, {"first_contact_id": steward.pk})
    assert told(steward) == [said("You answer for {number} {subject} now: {reason}", ticket, reason="王敏休假")]
    assert told(clerk) == [said("{to} answers for {number} {subject} now.", ticket, to=steward)]


@pytest.mark.parametrize("role", ["engineer", "guard", "outsider", "clerk"])
def test_transfer_is_refused_to_who_may_not_reply_and_to_the_same_person(recorded, supervisor, role, request):
    with pytest.raises(DeskError) as refusal:
        services.transfer_ticket(recorded, to=request.getfixturevalue(role), reason="休假", by=supervisor)
    assert refusal.value.field == "to"


def test_transfer_is_refused_without_reason_or_role(recorded, clerk, steward, supervisor):
    with pytest.raises(DeskError):
        services.transfer_ticket(recorded, to=steward, reason="", by=supervisor)
    with pytest.raises(PermissionDenied):
        services.transfer_ticket(recorded, to=steward, reason="休假", by=clerk)


def test_transfer_of_what_somebody_else_transferred_is_a_conflict(recorded, supervisor, manager, steward, cashier):
    stale = Ticket.objects.get(pk=recorded.pk)
    services.transfer_ticket(recorded, to=steward, reason="休假", by=supervisor)
    with pytest.raises(Conflict):
        services.transfer_ticket(stale, to=cashier, reason="休假", by=manager)


def test_reassign_open_hands_over_all_that_is_open(office, archived, clerk, steward, supervisor, told):
    follows = TicketFactory(office=office, first_contact=clerk)
    overdue = TicketFactory(
        office=office, first_contact=supervisor, assignee=clerk, state="accepted", due_at=archived.received_at
    )
    assert services.reassign_open(clerk, office=office, to=steward, by=supervisor) == 2
    for ticket in (follows, overdue, archived):
        ticket.refresh_from_db()
    assert follows.first_contact == steward
    assert (overdue.assignee, overdue.state, overdue.accepted_at) == (steward, "dispatched", None)
    assert overdue.due_at == archived.received_at
    assert archived.first_contact == clerk
    assert len(told(steward)) == 2


def test_reassign_open_hands_over_both_sides_of_one_ticket(office, clerk, steward, admin):
    ticket = TicketFactory(office=office, first_contact=clerk, assignee=clerk, state="dispatched")
    assert services.reassign_open(clerk, office=office, to=steward, by=admin) == 1
    ticket.refresh_from_db()
    assert (ticket.first_contact, ticket.assignee) == (steward, steward)


def test_reassign_open_leaves_other_offices_alone(office, other_office, clerk, steward, supervisor):
    MembershipFactory(user=clerk, office=other_office)
    elsewhere = TicketFactory(office=other_office, first_contact=clerk)
    assert services.reassign_open(clerk, office=office, to=steward, by=supervisor) == 0
    elsewhere.refresh_from_db()
    assert elsewhere.first_contact == clerk


def test_reassign_open_is_all_or_nothing(office, clerk, engineer, supervisor):
    in_hand = TicketFactory(office=office, first_contact=supervisor, assignee=clerk, state="dispatched")
    TicketFactory(office=office, first_contact=clerk)
    with pytest.raises(DeskError):
        services.reassign_open(clerk, office=office, to=engineer, by=supervisor)
    in_hand.refresh_from_db()
    assert in_hand.assignee == clerk


def test_reassign_open_is_refused_without_the_role(office, clerk, steward, outsider):
    for person in (clerk, outsider):
        with pytest.raises(PermissionDenied):
            services.reassign_open(clerk, office=office, to=steward, by=person)


# ---- who is told (R-TKT-05) ----


def leave(user, office):
    """End what somebody is in an office."""
    user.memberships.filter(office=office).update(ends=dt.date(2026, 1, 2))


def test_who_has_left_the_office_is_told_nothing_and_the_dispatchers_are(accepted, clerk, engineer, supervisor, told):
    told(supervisor)
    leave(clerk, accepted.office)
    services.finish_ticket(accepted, result="更换阀芯", by=engineer)
    assert told(clerk) == []
    assert told(supervisor) == [said("Done, please reply to the resident: {number} {subject}", accepted)]


def test_a_closed_account_and_a_role_without_tickets_are_told_nothing(
    accepted, clerk, steward, engineer, supervisor, told
):
    told(supervisor)
    clerk.is_active = False
    clerk.save()
    services.comment_ticket(accepted, note="等配件", by=engineer)
    services.transfer_ticket(accepted, to=steward, reason="离职", by=supervisor)
    told(steward)
    steward.memberships.update(role="guard")
    services.comment_ticket(accepted, note="还在等", by=engineer)
    assert told(clerk) == told(steward) == []
    assert [text[-3:] for text in told(supervisor)] == ["等配件", "还在等"]


def test_somebody_who_moved_to_another_office_is_told_nothing(accepted, clerk, engineer, other_office, told):
    leave(clerk, accepted.office)
    MembershipFactory(user=clerk, office=other_office)
    services.comment_ticket(accepted, note="等配件", by=engineer)
    assert told(clerk) == []


def test_dispatchers_do_not_stand_in_while_somebody_is_left_to_read(accepted, clerk, engineer, supervisor, told):
    told(engineer)
    leave(clerk, accepted.office)
    services.comment_ticket(accepted, note="今天能好吗", by=supervisor)
    assert len(told(engineer)) == 1
    assert told(supervisor) == []


def test_nobody_stands_in_for_a_leaver_whose_ticket_is_taken_away(
    dispatched, engineer, steward, supervisor, manager, told
):
    told(manager)
    told(engineer)
    leave(engineer, dispatched.office)
    services.redispatch_ticket(dispatched, to=steward, due_at=dispatched.due_at, by=supervisor)
    assert told(manager) == told(engineer) == []
    assert len(told(steward)) == 1


# ---- the number to call back (R-EST-04) ----


@pytest.fixture
def registered(office):
    """Somebody on the register, with a phone."""
    return PhoneFactory(number="13812345678", person__office=office).person


@pytest.fixture
def theirs(recorded, registered):
    """A ticket of somebody on the register, whose number was not written down anew."""
    recorded.person = registered
    recorded.save()
    return recorded


def looks(obj):
    rows = history_of(obj).filter(verb__in=["reveal_caller", "call_person"])
    return [(row.verb, row.actor, row.note) for row in rows]


def test_a_registered_number_seen_from_a_ticket_is_written_down_at_the_person_too(theirs, registered, steward):
    assert services.reveal_caller(theirs, by=steward) == "13812345678"
    assert looks(theirs) == [("reveal_caller", steward, "")]
    assert looks(registered) == [("call_person", steward, _("Ticket %(number)s") % {"number": theirs.number})]


def test_a_number_typed_on_the_ticket_is_the_tickets_own(theirs, registered, cashier):
    theirs.caller_phone = "0755-12345678"
    theirs.save()
    assert services.reveal_caller(theirs, by=cashier) == "0755-12345678"
    assert looks(theirs) == [("reveal_caller", cashier, "")]
    assert looks(registered) == []


def test_a_registered_number_is_not_for_everybody_who_sees_the_ticket(theirs, registered, cashier, engineer):
    for person in (cashier, engineer):
        with pytest.raises(PermissionDenied):
            services.reveal_caller(theirs, by=person)
    assert looks(theirs) == looks(registered) == []


def test_a_registered_number_is_for_who_answers_for_the_ticket_until_it_is_archived(theirs, registered, cashier):
    TenureFactory(unit=theirs.unit, person=registered)
    Ticket.objects.update(first_contact=cashier)
    theirs.refresh_from_db()
    assert services.reveal_caller(theirs, by=cashier) == "13812345678"
    theirs.state = "archived"
    with pytest.raises(PermissionDenied):
        services.reveal_caller(theirs, by=cashier)
    assert len(looks(registered)) == 1


def test_naming_somebody_on_a_ticket_of_ones_own_opens_no_registered_number(office, registered, cashier):
    unit = UnitFactory(office=office)
    TenureFactory(unit=unit, person=registered, ends=dt.date(2026, 1, 1))  # moved out
    TenureFactory(person=registered)  # lives elsewhere
    for at in (unit, None):
        ticket = TicketFactory(office=office, unit=at, person=registered, caller_phone="", first_contact=cashier)
        with pytest.raises(PermissionDenied):
            services.reveal_caller(ticket, by=cashier)
    assert looks(registered) == []


@pytest.mark.parametrize("state", ["dispatched", "accepted", "done"])
def test_a_registered_number_is_for_who_has_the_ticket_in_hand(theirs, engineer, state):
    Ticket.objects.update(assignee=engineer, state=state)
    theirs.refresh_from_db()
    assert services.reveal_caller(theirs, by=engineer) == "13812345678"


def test_nothing_is_written_down_where_no_number_is_known(recorded, cashier):
    recorded.person = PersonFactory(office=recorded.office)
    assert services.reveal_caller(recorded, by=cashier) == ""
    assert looks(recorded) == looks(recorded.person) == []


def test_numbers_seen_from_tickets_and_at_people_count_together(theirs, registered, clerk, manager, told):
    told(manager)
    for _n in range(15):
        services.reveal_caller(theirs, by=clerk)
        reveal_person(registered, reason="核对", by=clerk)
    assert told(manager) == []
    services.reveal_caller(theirs, by=clerk)
    assert len(told(manager)) == 1
    reveal_person(registered, reason="核对", by=clerk)
    assert told(manager) == []


def test_numbers_typed_on_tickets_count_too(recorded, clerk, manager, told):
    told(manager)
    recorded.caller_phone = "13812345678"
    for _n in range(31):
        services.reveal_caller(recorded, by=clerk)
    assert len(told(manager)) == 1
