"""R-TKT-07: one more caller, an incident and what belongs to it, and a ticket taken twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from complaints import services
from complaints.models import Callback, Caller, Ticket
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from tests.complaints.conftest import said
from tests.factories import (
    CallerFactory,
    ContractorFactory,
    PersonFactory,
    PhoneFactory,
    PromiseFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def acts(ticket):
    return [(row.verb, row.note) for row in history_of(ticket)][::-1]


@pytest.fixture
def incident(office, clerk):
    """A running incident the clerk answers for."""
    return TicketFactory(office=office, first_contact=clerk, subject="3号楼电梯停了", is_incident=True)


@pytest.fixture
def child(office, steward, incident):
    """A ticket of the incident that the steward answers for."""
    return TicketFactory(office=office, first_contact=steward, subject="电梯困人", incident=incident)


# ---- one more caller ----


def test_add_caller_is_recorded_with_the_number_masked_and_first_contact_is_told(recorded, clerk, steward, told):
    unit = UnitFactory(office=recorded.office, code="3-2-1501")
    caller = services.add_caller(recorded, unit=unit, name="李娜", phone="13900000001", said=" 也漏 ", by=steward)
    caller.refresh_from_db()
    assert (caller.ticket, caller.unit, caller.said, caller.taken_by) == (recorded, unit, "也漏", steward)
    assert acts(recorded)[-1] == ("add_caller", "李娜 · 3-2-1501 · 139****0001")
    assert told(clerk) == [said("{caller} called about {number} {subject} too.", recorded, caller="李娜")]


def test_add_caller_takes_the_name_of_the_person_on_record(recorded, clerk):
    person = PersonFactory(office=recorded.office, name="欧阳娜娜")
    assert services.add_caller(recorded, person=person, by=clerk).name == "欧阳娜娜"


@pytest.mark.parametrize("facts", [{}, {"name": "  ", "said": "漏水"}, {"phone": " "}])
def test_add_caller_is_refused_without_a_word_on_who_called(recorded, clerk, facts):
    with pytest.raises(DeskError) as refusal:
        services.add_caller(recorded, by=clerk, **facts)
    assert refusal.value.field == "unit"
    assert not Caller.objects.exists()


def test_add_caller_is_refused_for_somebody_on_it_already(recorded, clerk):
    person = PhoneFactory(person__office=recorded.office, person__name="张伟", number="13812345678").person
    Ticket.objects.filter(pk=recorded.pk).update(person=person, caller_phone="0755-1234567")
    services.add_caller(recorded, name="李娜", phone="139 0000 0001", by=clerk)
    for facts, field, who in (
        ({"person": person}, "person", "张伟"),
        ({"name": "小李", "phone": "13900000001"}, "phone", "李娜"),
        ({"phone": "07551234567"}, "phone", "张伟"),
    ):
        with pytest.raises(DeskError, match=who) as refusal:
            services.add_caller(recorded, by=clerk, **facts)
        assert refusal.value.field == field
    assert Caller.objects.count() == 1


def test_add_caller_knows_a_number_of_the_register(recorded, clerk):
    person = PhoneFactory(person__office=recorded.office, number="13812345678").person
    services.add_caller(recorded, person=person, by=clerk)
    with pytest.raises(DeskError) as refusal:
        services.add_caller(recorded, name="不知道", phone="13812345678", by=clerk)
    assert refusal.value.field == "phone"


def test_add_caller_takes_two_of_one_household(recorded, clerk):
    unit = UnitFactory(office=recorded.office)
    for name in ("李娜", "李娜的先生"):
        services.add_caller(recorded, unit=unit, name=name, by=clerk)
    assert recorded.callers.count() == 2


@pytest.mark.parametrize("field", ["unit", "person"])
def test_add_caller_is_refused_for_another_offices_register(recorded, other_office, clerk, field):
    factory = {"unit": UnitFactory, "person": PersonFactory}[field]
    with pytest.raises(DeskError) as refusal:
        services.add_caller(recorded, by=clerk, **{field: factory(office=other_office)})
    assert refusal.value.field == field


def test_add_caller_to_what_is_archived_is_a_conflict(archived, clerk):
    with pytest.raises(Conflict):
        services.add_caller(archived, name="李娜", by=clerk)


@pytest.mark.parametrize("role", ["engineer", "guard", "company", "outsider"])
def test_add_caller_is_refused_without_the_role(recorded, role, request):
    with pytest.raises(PermissionDenied):
        services.add_caller(recorded, name="李娜", by=request.getfixturevalue(role))
    assert not Caller.objects.exists()


# ---- an incident ----


def test_declare_incident_tells_who_answers_for_it_and_who_has_it(accepted, clerk, engineer, supervisor, told):
    told(engineer)
    told(clerk)
    ticket = services.declare_incident(accepted, by=supervisor)
    ticket.refresh_from_db()
    assert (ticket.is_incident, ticket.state) == (True, "accepted")
    sentence = said("{by} made it an incident: {number} {subject}", ticket, by=supervisor)
    assert told(clerk) == told(engineer) == [sentence]
    assert acts(ticket)[-1] == ("declare_incident", "")


def test_declare_incident_is_refused_without_the_role_twice_or_for_a_child(
    recorded, child, clerk, outsider, supervisor
):
    for person in (clerk, outsider):
        with pytest.raises(PermissionDenied):
            services.declare_incident(recorded, by=person)
    with pytest.raises(Conflict):
        services.declare_incident(child, by=supervisor)
    services.declare_incident(recorded, by=supervisor)
    with pytest.raises(Conflict):
        services.declare_incident(recorded, by=supervisor)


def test_join_incident_leaves_the_clocks_alone_and_tells_all_concerned(
    accepted, incident, supervisor, clerk, engineer, told
):
    told(engineer)
    told(clerk)
    due = accepted.finish_due_at
    ticket = services.join_incident(accepted, incident=incident, by=supervisor, note="同一部电梯")
    ticket.refresh_from_db()
    assert (ticket.incident, ticket.state, ticket.finish_due_at) == (incident, "accepted", due)
    text = "{number} {subject} belongs to the incident {incident} now."
    assert told(engineer) == told(clerk) == [said(text, ticket, incident=incident.number)]
    assert acts(ticket)[-1] == ("join_incident", "同一部电梯")


def test_join_incident_wants_a_running_one_of_the_same_office(recorded, incident, child, other_office, clerk):
    for other in (child, recorded, TicketFactory(office=other_office, is_incident=True), TicketFactory()):
        with pytest.raises(DeskError) as refusal:
            services.join_incident(recorded, incident=other, by=clerk)
        assert refusal.value.field == "incident"
    Ticket.objects.filter(pk=incident.pk).update(state="replied")
    with pytest.raises(Conflict, match=incident.number):
        services.join_incident(recorded, incident=incident, by=clerk)


def test_join_incident_is_refused_to_incidents_children_what_is_done_and_without_the_role(
    done, recorded, incident, child, clerk, engineer, outsider
):
    other = TicketFactory(office=incident.office, is_incident=True)
    for ticket in (child, other, done):
        with pytest.raises(Conflict):
            services.join_incident(ticket, incident=incident, by=clerk)
    for person in (engineer, outsider):
        with pytest.raises(PermissionDenied):
            services.join_incident(TicketFactory(office=incident.office), incident=incident, by=person)


def test_leave_incident_lets_it_go_on_by_itself(child, incident, clerk, steward, told):
    ticket = services.leave_incident(child, by=clerk, note="另一部电梯")
    ticket.refresh_from_db()
    assert (ticket.incident, ticket.state) == (None, "recorded")
    text = "{number} {subject} no longer belongs to the incident {incident}."
    assert told(steward) == [said(text, ticket, incident=incident.number)]
    assert acts(ticket)[-1] == ("leave_incident", "另一部电梯")
    with pytest.raises(Conflict):
        services.leave_incident(child, by=clerk)


def test_leave_incident_is_refused_without_the_role(child, engineer, outsider):
    for person in (engineer, outsider):
        with pytest.raises(PermissionDenied):
            services.leave_incident(child, by=person)


# ---- its end is the end of all that belongs to it ----


@pytest.fixture
def family(office, incident, child, engineer, steward):
    """Children in every state, by state; one in the engineer's hands."""
    made = {"recorded": child}
    for state in ("dispatched", "accepted", "done", "replied", "archived"):
        made[state] = TicketFactory(
            office=office, incident=incident, first_contact=steward, assignee=engineer, state=state, reply="自己的答复"
        )
    return made


def fresh(tickets):
    for ticket in tickets.values():
        ticket.refresh_from_db()
    return tickets


def test_replying_to_an_incident_replies_to_all_that_is_not_answered(family, incident, clerk, engineer, steward, told):
    services.reply_ticket(incident, reply="电梯已恢复", by=clerk)
    fresh(family)
    assert [ticket.state for ticket in family.values()] == [*["replied"] * 5, "archived"]
    for state in ("recorded", "dispatched", "accepted", "done"):
        assert (family[state].reply, bool(family[state].replied_at)) == ("电梯已恢复", True)
        assert acts(family[state])[-1][0] == "reply_ticket"
        assert incident.number in acts(family[state])[-1][1]
    assert family["replied"].reply == family["archived"].reply == "自己的答复"
    text = "Answered with the incident {incident}: {number} {subject}"
    sentences = [said(text, family[state], incident=incident.number) for state in ("dispatched", "accepted", "done")]
    assert told(engineer) == sentences
    assert len(told(steward)) == 4


def test_archiving_an_incident_archives_what_is_replied_and_calls_everybody_back(
    office, family, incident, child, clerk
):
    Ticket.objects.update(caller_name="张伟")
    CallerFactory(ticket=incident, name="李娜")
    CallerFactory(ticket=child, name="王芳", phone="13900000002")
    services.reply_ticket(incident, reply="电梯已恢复", by=clerk)
    left = TicketFactory(office=office, incident=incident, caller_name="刘洋")
    services.archive_ticket(incident, by=clerk)
    assert {ticket.state for ticket in fresh(family).values()} == {"archived"}
    left.refresh_from_db()
    assert left.state == "recorded"  # joined after the reply: goes on by itself
    assert acts(family["done"])[-1][0] == "archive_ticket"
    assert incident.number in acts(family["done"])[-1][1]
    called = {(row.ticket_id, row.name) for row in Callback.objects.all()}
    own = {(row.pk, "张伟") for row in (incident, *(family[state] for state in family if state != "archived"))}
    assert called == own | {(incident.pk, "李娜"), (child.pk, "王芳")}


def test_a_child_whose_clocks_stood_still_waits_no_longer(incident, child, clerk, supervisor):
    services.pause_ticket(child, reason="等配件", until=now() + dt.timedelta(days=3), by=supervisor)
    services.reply_ticket(incident, reply="已恢复", by=clerk)
    child.refresh_from_db()
    assert (child.state, child.paused_until) == ("replied", None)


def test_archiving_a_ticket_that_is_no_incident_queues_nothing(replied, clerk):
    services.archive_ticket(replied, by=clerk)
    assert not Callback.objects.exists()


def test_a_promise_still_open_keeps_a_ticket_from_the_archive(replied, clerk):
    promise = PromiseFactory(ticket=replied, text="周五前补漆")
    with pytest.raises(DeskError, match="周五前补漆"):
        services.archive_ticket(replied, by=clerk)
    services.keep_promise(promise, by=clerk)
    assert services.archive_ticket(replied, by=clerk).state == "archived"


def test_a_promise_on_a_child_keeps_the_whole_incident_from_the_archive(family, incident, child, clerk):
    PromiseFactory(ticket=child, text="送水上门")
    services.reply_ticket(incident, reply="已恢复", by=clerk)
    with pytest.raises(DeskError, match=rf"{child.number}: .*送水上门"):
        services.archive_ticket(incident, by=clerk)
    states = [ticket.state for ticket in fresh({**family, "": incident}).values()]
    assert states == [*["replied"] * 5, "archived", "replied"]
    assert not Callback.objects.exists()


def test_children_may_be_answered_and_archived_before_the_incident(child, incident, clerk):
    services.archive_ticket(services.reply_ticket(child, reply="已告知", by=clerk), by=clerk)
    services.reply_ticket(incident, reply="已恢复", by=clerk)
    child.refresh_from_db()
    assert (child.state, child.reply) == ("archived", "已告知")


def test_reopening_an_incident_does_not_reopen_its_children(child, incident, clerk):
    services.archive_ticket(services.reply_ticket(incident, reply="已恢复", by=clerk), by=clerk)
    services.reopen_ticket(incident, reason="又停了", by=clerk)
    incident.refresh_from_db()
    child.refresh_from_db()
    assert (incident.state, incident.is_incident, child.state) == ("recorded", True, "archived")


def test_a_child_reopened_later_is_answered_as_the_incident_was(child, incident, clerk, supervisor):
    services.archive_ticket(services.reply_ticket(incident, reply="已恢复", by=clerk), by=clerk)
    services.reopen_ticket(child, reason="他家还没好", by=clerk)
    ticket = services.follow_incident(child, by=clerk)
    assert (ticket.state, ticket.reply) == ("replied", "已恢复")
    with pytest.raises(Conflict):
        services.follow_incident(child, by=clerk)


def test_a_child_of_a_running_incident_has_no_answer_to_follow(child, recorded, clerk):
    for ticket in (child, recorded):
        with pytest.raises(PermissionDenied):
            services.follow_incident(ticket, by=clerk)


# ---- taken twice ----


def test_merge_hands_on_the_callers_and_closes_the_second_ticket(recorded, office, clerk, steward, told):
    unit = UnitFactory(office=office, code="3-2-1501")
    twin = services.record_ticket(
        office=office, by=steward, unit=unit, subject="水管漏了", body="滴到楼下", caller_name="李娜", kind="repair"
    )
    CallerFactory(ticket=twin, name="王芳", phone="13900000002", said="一样")
    merged = services.merge_ticket(twin, into=recorded, by=steward)
    assert merged.state == "archived"
    assert recorded.number in merged.reply
    callers = recorded.callers.values_list("unit", "name", "phone", "said")
    assert list(callers) == [(unit.pk, "李娜", "", "水管漏了\n滴到楼下"), (None, "王芳", "13900000002", "一样")]
    assert len(told(clerk)) == 2


def test_merge_adds_nobody_twice(recorded, office, clerk):
    person = PersonFactory(office=office)
    Ticket.objects.filter(pk=recorded.pk).update(person=person)
    twin = TicketFactory(office=office, person=person, caller_name=person.name)
    services.merge_ticket(twin, into=recorded, by=clerk)
    assert not recorded.callers.exists()


def test_merge_cuts_what_was_said_to_what_fits(recorded, office, clerk):
    twin = TicketFactory(office=office, caller_name="李娜", subject="漏", body="很" * 2_000)
    services.merge_ticket(twin, into=recorded, by=clerk)
    assert len(recorded.callers.get().said) == 500


def test_merge_is_refused_once_somebody_is_on_it_or_the_other_is_closed(
    recorded, accepted, archived, incident, child, office, clerk
):
    twin = TicketFactory(office=office)
    for ticket, into in ((accepted, twin), (twin, archived), (incident, twin), (child, twin)):
        with pytest.raises(Conflict):
            services.merge_ticket(ticket, into=into, by=clerk)


def test_merge_is_refused_across_offices_into_itself_and_without_the_role(
    office, other_office, clerk, engineer, outsider
):
    twin, other = TicketFactory(office=office), TicketFactory(office=office)
    for into in (twin, TicketFactory(office=other_office)):
        with pytest.raises(DeskError):
            services.merge_ticket(twin, into=into, by=clerk)
    for person in (engineer, outsider):
        with pytest.raises(PermissionDenied):
            services.merge_ticket(twin, into=other, by=person)
    assert not Caller.objects.exists()


def test_merge_is_refused_while_something_is_promised(recorded, office, clerk):
    twin = TicketFactory(office=office)
    PromiseFactory(ticket=twin, due_at=now() + dt.timedelta(days=1))
    with pytest.raises(DeskError):
        services.merge_ticket(twin, into=recorded, by=clerk)
    twin.refresh_from_db()
    assert (twin.state, recorded.callers.count()) == ("recorded", 0)


# ---- whose deadline counts ----


@pytest.fixture
def late_child(incident, child):
    """A ticket past its own deadline, of an incident that has until tomorrow."""
    Ticket.objects.filter(pk=incident.pk).update(finish_due_at=now() + dt.timedelta(days=1))
    Ticket.objects.filter(pk=child.pk).update(finish_due_at=now() - dt.timedelta(hours=1))
    return Ticket.objects.get(pk=child.pk)


def row_of(client, ticket):
    """Return a ticket's row in the list, and whether it is marked as overdue."""
    row = client.get("/tickets/", {"q": ticket.number}).context["screen"].body
    return row, "tone-danger" in row


def minute(moment):
    return str(timezone.localtime(moment))[:16]


def test_ticket_of_an_incident_shows_the_deadline_of_the_incident(incident, late_child, clerk, client_of):
    client, due = client_of(clerk), Ticket.objects.get(pk=incident.pk).finish_due_at
    row, is_marked = row_of(client, late_child)
    assert (row.count(minute(due)), is_marked) == (1, False)
    page = client.get(late_child.get_absolute_url())
    assert minute(due) in page.content.decode()
    assert page.context["clocks_of"] == incident
    assert (late_child.deadline, late_child.is_overdue) == (due, False)


def test_papers_of_a_ticket_of_an_incident_show_its_deadline(office, incident, late_child, clerk, client_of):
    contractor, client = ContractorFactory(office=office), client_of(clerk)
    Ticket.objects.filter(pk=late_child.pk).update(state="dispatched", dispatched_at=now(), contractor=contractor)
    due = minute(Ticket.objects.get(pk=incident.pk).finish_due_at)
    for name, pk in (("complaints:work_order", late_child.pk), ("complaints:contractor", contractor.pk)):
        page = client.get(reverse(name, args=[pk])).content.decode()
        assert (page.count(due), page.count(minute(late_child.finish_due_at))) == (1, 0)
        assert 'class="tone-danger"' not in page


def test_ticket_of_an_answered_incident_has_its_own_deadline_again(incident, late_child, clerk, client_of):
    Ticket.objects.filter(pk=incident.pk).update(state="replied")
    row, is_marked = row_of(client_of(clerk), late_child)
    assert (row.count(minute(late_child.finish_due_at)), is_marked) == (1, True)
    fresh = Ticket.objects.get(pk=late_child.pk)
    assert (fresh.deadline, fresh.is_overdue) == (late_child.finish_due_at, True)


def test_counts_leave_out_what_a_running_incident_takes_along(incident, late_child):
    Ticket.objects.filter(pk=late_child.pk).update(state="accepted")
    assert Ticket.objects.counts() == {"waiting": 1, "overdue": 0, "open": 2}
    Ticket.objects.filter(pk=incident.pk).update(state="replied")
    assert Ticket.objects.counts() == {"waiting": 0, "overdue": 1, "open": 2}
