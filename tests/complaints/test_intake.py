"""R-TKT-01…05: what is heard is written down, numbered and answered for."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints import services
from complaints.models import Ticket
from frontdesk.kit import search
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from tests.complaints.conftest import FACTS, photo, said
from tests.factories import CategoryFactory, PersonFactory, PhoneFactory, TargetFactory, UnitFactory

pytestmark = pytest.mark.django_db


def verbs(ticket):
    return [row.verb for row in history_of(ticket)][::-1]


@time_machine.travel("2026-11-22T10:00:00+08:00", tick=False)
def test_record_numbers_and_names_who_answers_for_it(office, clerk):
    first = services.record_ticket(office=office, by=clerk, **FACTS)
    second = services.record_ticket(office=office, by=clerk, **FACTS)
    assert [first.number, second.number] == ["2026-00001", "2026-00002"]
    assert (first.state, first.first_contact, first.received_at) == ("recorded", clerk, now())
    assert verbs(first) == ["record_ticket"]


@pytest.mark.parametrize(
    ("at", "number"),
    [("2026-12-31T23:59:58+08:00", "2026-00001"), ("2027-01-01T00:00:01+08:00", "2027-00001")],
)
def test_record_numbers_by_the_year_of_the_wall_calendar(office, clerk, at, number):
    with time_machine.travel(at, tick=False):
        assert services.record_ticket(office=office, by=clerk, **FACTS).number == number


def test_each_office_counts_for_itself(office, other_office, clerk, outsider):
    tickets = [
        services.record_ticket(office=place, by=person, **FACTS)
        for place, person in ((office, clerk), (other_office, outsider))
    ]
    assert tickets[0].number == tickets[1].number


def test_a_refused_record_leaves_no_gap(office, clerk):
    notes = SimpleUploadedFile("a.jpg", b"no picture at all", content_type="image/jpeg")
    with pytest.raises(DeskError):
        services.record_ticket(office=office, by=clerk, photo=notes, **FACTS)
    assert not Ticket.objects.exists()
    assert services.record_ticket(office=office, by=clerk, **FACTS).number.endswith("-00001")


def test_record_takes_the_name_of_the_person_on_record(office, clerk):
    person = PersonFactory(office=office, name="欧阳娜娜")
    ticket = services.record_ticket(office=office, by=clerk, person=person, subject="问物业费")
    assert ticket.caller_name == "欧阳娜娜"


def test_record_keeps_a_photo(office, clerk):
    ticket = services.record_ticket(office=office, by=clerk, photo=photo(), **FACTS)
    assert [row.kind for row in attachments_of(ticket)] == ["photo"]


def test_answered_on_the_spot_is_recorded_replied_and_archived(office, clerk):
    ticket = services.record_ticket(
        office=office, by=clerk, subject="垃圾分类点几点开", kind="enquiry", answered_on_the_spot=True, reply="早七晚九"
    )
    assert (ticket.state, ticket.reply) == ("archived", "早七晚九")
    assert verbs(ticket) == ["record_ticket", "reply_ticket", "archive_ticket"]


def test_answered_on_the_spot_needs_the_answer(office, clerk):
    with pytest.raises(DeskError) as refusal:
        services.record_ticket(office=office, by=clerk, subject="问", answered_on_the_spot=True, reply="  ")
    assert refusal.value.field == "reply"
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("role", ["engineer", "guard", "company", "admin", "outsider"])
def test_record_is_refused_without_the_role(office, role, request):
    with pytest.raises(PermissionDenied):
        services.record_ticket(office=office, by=request.getfixturevalue(role), **FACTS)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("field", ["unit", "person"])
def test_record_is_refused_for_another_offices_register(office, other_office, clerk, field):
    factory = {"unit": UnitFactory, "person": PersonFactory}[field]
    with pytest.raises(DeskError) as refusal:
        services.record_ticket(office=office, by=clerk, **FACTS, **{field: factory(office=other_office)})
    assert refusal.value.field == field


def test_record_is_refused_when_the_visit_ends_before_it_begins(office, clerk):
    visit = {"visit_from": now(), "visit_to": now() - dt.timedelta(hours=1)}
    with pytest.raises(DeskError) as refusal:
        services.record_ticket(office=office, by=clerk, **FACTS, **visit)
    assert refusal.value.field == "visit_to"


def test_record_needs_a_subject(office, clerk):
    with pytest.raises(DeskError) as refusal:
        services.record_ticket(office=office, by=clerk, subject="  ")
    assert refusal.value.field == "subject"


def test_record_takes_no_field_that_only_a_move_may_set(office, clerk):
    with pytest.raises(TypeError):
        services.record_ticket(office=office, by=clerk, **FACTS, state="archived")


def test_urgent_tells_the_dispatchers(office, clerk, supervisor, manager, engineer, told):
    ticket = services.record_ticket(office=office, by=clerk, urgent=True, **FACTS)
    assert told(supervisor) == told(manager) == [said("Urgent: {number} {subject}", ticket)]
    assert told(engineer) == told(clerk) == []


def test_not_urgent_rings_no_bell(recorded, supervisor, told):
    assert told(supervisor) == []


@pytest.mark.parametrize("tail", [None, slice(5, None), slice(-1, None)])
def test_a_ticket_is_found_by_its_number_and_tail(office, recorded, tail):
    text = recorded.number if tail is None else recorded.number[tail]
    found = [hit[:2] for hit in search.lookup([office.pk], text, kinds=["ticket"])]
    assert found == [("ticket", recorded.pk)]


def test_change_saves_what_differs_and_records_before_and_after(recorded, clerk):
    services.change_ticket(recorded, by=clerk, subject="卫生间水龙头漏水", body="滴水", caller_name="张伟")
    recorded.refresh_from_db()
    row = history_of(recorded).first()
    assert (recorded.subject, recorded.version) == ("卫生间水龙头漏水", 2)
    assert row.verb == "change_ticket"
    assert row.before == {"subject": "厨房水龙头漏水", "body": ""}
    assert row.after == {"subject": "卫生间水龙头漏水", "body": "滴水"}


def test_change_sees_two_phone_numbers_that_look_alike_when_masked(recorded, clerk):
    services.change_ticket(recorded, by=clerk, caller_phone="13812345678")
    services.change_ticket(recorded, by=clerk, caller_phone="13899995678")
    recorded.refresh_from_db()
    assert recorded.caller_phone == "13899995678"
    assert "1234" not in str(list(history_of(recorded).values_list("before", "after")))


def test_change_of_a_stale_ticket_is_a_conflict(recorded, clerk):
    stale = Ticket.objects.get(pk=recorded.pk)
    services.change_ticket(recorded, by=clerk, subject="先到")
    with pytest.raises(Conflict):
        services.change_ticket(stale, by=clerk, subject="后到")
    recorded.refresh_from_db()
    assert recorded.subject == "先到"


def test_change_of_an_archived_ticket_is_a_conflict(archived, clerk):
    with pytest.raises(Conflict):
        services.change_ticket(archived, by=clerk, subject="改")


@pytest.mark.parametrize("role", ["engineer", "cashier", "outsider"])
def test_change_is_refused_without_the_role(recorded, role, request):
    with pytest.raises(PermissionDenied):
        services.change_ticket(recorded, by=request.getfixturevalue(role), subject="改")


def test_change_is_refused_for_another_offices_unit(recorded, other_office, clerk):
    with pytest.raises(DeskError):
        services.change_ticket(recorded, by=clerk, unit=UnitFactory(office=other_office))


def test_change_to_urgent_tells_the_dispatchers_once(recorded, clerk, supervisor, told):
    services.change_ticket(recorded, by=clerk, urgent=True)
    services.change_ticket(recorded, by=clerk, body="还在漏")
    assert len(told(supervisor)) == 1


# ---- deadlines (R-TKT-06) ----


def test_record_is_refused_with_a_deadline_that_is_over(office, clerk):
    with pytest.raises(DeskError) as refusal:
        services.record_ticket(office=office, by=clerk, due_at=now() - dt.timedelta(minutes=1), **FACTS)
    assert refusal.value.field == "due_at"
    assert services.record_ticket(office=office, by=clerk, due_at=now() + dt.timedelta(days=1), **FACTS).due_at


def test_change_is_refused_with_a_new_deadline_that_is_over(recorded, clerk):
    with pytest.raises(DeskError) as refusal:
        services.change_ticket(recorded, by=clerk, due_at=now() - dt.timedelta(minutes=1))
    assert refusal.value.field == "due_at"


def test_change_keeps_a_deadline_that_has_passed(recorded, clerk):
    past = now() - dt.timedelta(days=1)
    Ticket.objects.update(due_at=past)
    recorded.refresh_from_db()
    services.change_ticket(recorded, by=clerk, due_at=past, subject="卫生间水龙头漏水")
    recorded.refresh_from_db()
    assert (recorded.due_at, recorded.subject) == (past, "卫生间水龙头漏水")


def test_a_deadline_is_the_desks_while_nobody_is_sent(recorded, clerk):
    due = now() + dt.timedelta(days=1)
    services.change_ticket(recorded, by=clerk, due_at=due)
    recorded.refresh_from_db()
    assert recorded.due_at == due


@pytest.mark.parametrize("state", ["dispatched", "accepted"])
@pytest.mark.parametrize("days", [1, None])
def test_a_dispatched_deadline_is_not_moved_by_the_desk(state, days, clerk, engineer, told, request):
    ticket = request.getfixturevalue(state)
    told(engineer)
    due = ticket.due_at
    with pytest.raises(DeskError) as refusal:
        services.change_ticket(ticket, by=clerk, due_at=days and now() + dt.timedelta(days=days))
    assert refusal.value.field == "due_at"
    ticket.refresh_from_db()
    assert (ticket.due_at, told(engineer)) == (due, [])


def test_a_dispatched_ticket_is_corrected_without_touching_its_deadline(dispatched, clerk, engineer, told):
    told(engineer)
    services.change_ticket(dispatched, by=clerk, due_at=dispatched.due_at, body="还在滴")
    assert told(engineer) == []


def test_a_dispatcher_moves_the_deadline_and_the_engineer_hears_of_it(dispatched, supervisor, engineer, told):
    told(engineer)
    due = now() + dt.timedelta(days=1)
    services.change_ticket(dispatched, by=supervisor, due_at=due)
    dispatched.refresh_from_db()
    assert dispatched.due_at == due
    assert told(engineer) == [said("New deadline {due}: {number} {subject}", dispatched, due=f"{due:%m-%d %H:%M}")]


@pytest.fixture
def by_target(office, clerk, supervisor, engineer, time_machine):
    """Urgent, sent out without an agreed deadline on a Thursday morning: the targets decide by when."""
    time_machine.move_to("2026-03-05 09:00:00+08:00", tick=False)
    ticket = services.record_ticket(office=office, by=clerk, urgent=True, **FACTS)
    return services.dispatch_ticket(ticket, to=engineer, by=supervisor)


@pytest.mark.parametrize(
    ("field", "facts"),
    [("urgent", {"urgent": False}), ("kind", {"kind": "suggestion"}), ("category", {"category": "a slow one"})],
)
def test_who_is_under_way_is_given_more_time_by_dispatchers_only(
    by_target, clerk, supervisor, engineer, told, field, facts
):
    if "category" in facts:
        facts = {"category": CategoryFactory(office=by_target.office, finish_minutes=600)}
    told(engineer)
    before = by_target.finish_due_at
    with pytest.raises(DeskError) as refusal:
        services.change_ticket(Ticket.objects.get(pk=by_target.pk), by=clerk, **facts)
    by_target.refresh_from_db()
    assert (refusal.value.field, by_target.finish_due_at, told(engineer)) == (field, before, [])
    changed = services.change_ticket(by_target, by=supervisor, **facts)
    due = f"{timezone.localtime(changed.finish_due_at):%m-%d %H:%M}"
    assert changed.finish_due_at > before
    assert told(engineer) == [said("New deadline {due}: {number} {subject}", by_target, due=due)]


def test_who_is_under_way_hears_that_the_desk_brought_the_deadline_nearer(by_target, office, clerk, engineer, told):
    told(engineer)
    nearer = CategoryFactory(office=office, finish_minutes=30)
    services.change_ticket(by_target, by=clerk, category=nearer)
    assert told(engineer) == [said("New deadline {due}: {number} {subject}", by_target, due="03-05 09:30")]


def test_a_correction_by_the_desk_does_not_put_off_the_deadline_after_targets_have_changed(by_target, clerk):
    before = by_target.finish_due_at
    TargetFactory(office=by_target.office, kind=by_target.kind, urgent=True, finish=600)
    services.change_ticket(Ticket.objects.get(pk=by_target.pk), by=clerk, body="还在滴")
    by_target.refresh_from_db()
    assert (by_target.finish_due_at, by_target.body) == (before, "还在滴")


def test_a_dispatched_ticket_never_loses_its_deadline(dispatched, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.change_ticket(dispatched, by=supervisor, due_at=None)
    assert refusal.value.field == "due_at"


def test_revealing_the_number_is_recorded(recorded, clerk):
    recorded.person = PhoneFactory(number="13812345678", person__office=recorded.office).person
    assert services.reveal_caller(recorded, by=clerk) == "13812345678"
    recorded.caller_phone = "0755-12345678"
    assert services.reveal_caller(recorded, by=clerk) == "0755-12345678"
    assert verbs(recorded) == ["record_ticket", "reveal_caller", "reveal_caller"]


def test_a_ticket_without_person_or_phone_has_no_number_to_call(recorded, clerk):
    assert services.reveal_caller(recorded, by=clerk) == ""


def test_a_person_without_a_phone_has_no_number_to_call(recorded, clerk):
    recorded.person = PersonFactory(office=recorded.office)
    assert services.reveal_caller(recorded, by=clerk) == ""


@pytest.mark.parametrize("role", ["guard", "company", "outsider"])
def test_revealing_the_number_is_refused_without_the_role(recorded, role, request):
    with pytest.raises(PermissionDenied):
        services.reveal_caller(recorded, by=request.getfixturevalue(role))
