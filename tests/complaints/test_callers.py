"""Adding a caller, incidents and tickets taken twice, as the pages do it (R-TKT-07)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from complaints.models import Caller, Ticket
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from tests.complaints.conftest import photo
from tests.complaints.test_intake_page import TYPED
from tests.factories import (
    BuildingFactory,
    CallerFactory,
    PartFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def add_url(ticket):
    return reverse("complaints:caller_add", args=[ticket.pk])


def move_url(ticket, move):
    return reverse("complaints:ticket_move", args=[ticket.pk, move])


def merge_url(ticket, into):
    return reverse("complaints:ticket_merge", args=[ticket.pk, into.pk])


def facts(**more):
    return {"name": "李娜", "phone": "13900000001", "once": str(uuid4()), **more}


@pytest.fixture
def incident(office, clerk):
    """A running incident."""
    return TicketFactory(office=office, first_contact=clerk, subject="电梯停了", is_incident=True)


# ---- add a caller ----


def test_a_caller_is_added_and_shown_on_the_ticket_with_a_masked_number(recorded, clerk, client_of):
    client = client_of(clerk)
    answer = client.post(add_url(recorded), facts(said="也漏\r\n很大"))
    assert (answer.status_code, answer.url) == (302, recorded.get_absolute_url())
    html = client.get(answer.url).content.decode()
    assert "李娜" in html
    assert "139****0001" in html
    assert "13900000001" not in html
    assert Caller.objects.get().said == "也漏\n很大"


def test_a_caller_sent_twice_is_added_once(recorded, clerk, client_of):
    client, data = client_of(clerk), facts()
    for _time in range(2):
        assert client.post(add_url(recorded), data).url == recorded.get_absolute_url()
    assert Caller.objects.count() == 1


def test_a_double_is_refused_at_its_field_and_keeps_the_text(recorded, clerk, client_of):
    CallerFactory(ticket=recorded, name="李娜", phone="13900000001")
    answer = client_of(clerk).post(add_url(recorded), facts(name="小李", said="这段话不能丢"))
    assert list(answer.context["form"].errors) == ["phone"]
    assert "这段话不能丢" in answer.content.decode()


def test_too_late_keeps_the_text(archived, clerk, client_of):
    answer = client_of(clerk).post(add_url(archived), facts(said="这段话不能丢"))
    assert answer.status_code == 409
    assert "这段话不能丢" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("said", "长" * 501),
        ("said", "坏\x00字"),
        ("name", "长" * 41),
        ("name", "坏\x00字"),
        ("phone", "1" * 21),
        ("unit", "9" * 30),
        ("person", "abc"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(recorded, clerk, client_of, field, value):
    answer = client_of(clerk).post(add_url(recorded), facts(**{field: value}))
    assert list(answer.context["form"].errors) == [field]
    assert not Caller.objects.exists()


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 138", "@SUM(A1)", "😀👨‍👩‍👧", "«עברית» 漏水", "<b onmouseover=alert(1)>"]
)
def test_odd_but_honest_text_is_kept_and_shown_escaped(recorded, clerk, client_of, text):
    client = client_of(clerk)
    client.post(add_url(recorded), facts(name=text, said=text))
    caller = Caller.objects.get()
    assert (caller.name, caller.said) == (text, text)
    assert "<b onmouseover" not in client.get(recorded.get_absolute_url()).content.decode()


def test_marks_that_turn_the_text_round_are_taken_out(recorded, clerk, client_of):
    client_of(clerk).post(add_url(recorded), facts(name="\u202e李娜", said="\u202eabc\u2066"))
    caller = Caller.objects.get()
    assert (caller.name, caller.said) == ("李娜", "abc")


def test_the_people_of_the_unit_are_offered(recorded, office, clerk, client_of):
    person = TenureFactory(unit=(unit := UnitFactory(office=office)), person__name="欧阳娜娜").person
    form = client_of(clerk).get(add_url(recorded), {"unit": unit.pk}).context["form"]
    assert list(form.fields["person"].queryset) == [person]
    answer = client_of(clerk).post(add_url(recorded), facts(unit=unit.pk, person=PersonFactory(office=office).pk))
    assert list(answer.context["form"].errors) == ["person"]


def test_adding_is_for_who_follows_tickets(recorded, engineer, guard, outsider, client_of):
    for user, status in ((engineer, 404), (guard, 403), (outsider, 404)):
        assert client_of(user).post(add_url(recorded), facts()).status_code == status
    assert not Caller.objects.exists()


# ---- from a half-filled intake form, and back ----


def test_what_was_typed_at_intake_is_taken_over_and_nothing_written(recorded, office, clerk, client_of):
    person = TenureFactory(unit=(unit := UnitFactory(office=office))).person
    typed = {**TYPED, "unit": unit.pk, "person": person.pk, "once": str(uuid4()), "from_intake": "1"}
    answer = client_of(clerk).post(add_url(recorded), typed)
    form = answer.context["form"]
    assert answer.status_code == 200
    assert [form[name].value() for name in ("unit", "person", "name", "phone")] == [
        str(unit.pk), str(person.pk), "刘女士", "13911112222",
    ]  # fmt: skip
    assert form["said"].value() == "电梯停了\n老人下不了楼\n要去医院"
    assert str(form["once"].value()) != typed["once"]
    assert not Caller.objects.exists()
    assert Ticket.objects.count() == 1


def test_the_way_back_carries_everything_but_the_photo(recorded, clerk, client_of):
    answer = client_of(clerk).post(add_url(recorded), {**TYPED, "from_intake": "1", "photo": photo()})
    assert dict(answer.context["carried"]) == TYPED
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert 'name="back_to_intake"' in answer.content.decode()


def test_a_long_text_is_shown_whole_and_refused_only_when_it_is_sent(recorded, clerk, client_of):
    client = client_of(clerk)
    form = client.post(add_url(recorded), {"from_intake": "1", "body": "长" * 900}).context["form"]
    assert len(form["said"].value()) == 900
    answer = client.post(add_url(recorded), facts(said=form["said"].value()))
    assert list(answer.context["form"].errors) == ["said"]
    assert "长" * 900 in answer.content.decode()


# ---- the number of an added caller ----


@pytest.fixture
def registered(recorded):
    """Somebody on the register who called, too."""
    person = PhoneFactory(number="13812345678", person__office=recorded.office).person
    return CallerFactory(ticket=recorded, person=person, phone="", name=person.name)


def phone_url(caller):
    return reverse("complaints:caller_phone", args=[caller.pk])


def test_an_added_callers_number_is_shown_on_record(registered, recorded, clerk, client_of):
    client, page = client_of(clerk, confirmed=True), phone_url(registered)
    assert client.get(page).status_code == 405
    part = client.post(page, headers={"HX-Request": "true"})
    assert 'href="tel:13812345678"' in part.content.decode()
    assert f'hx-post="{page}"' in part.content.decode()
    whole = client.post(page)
    assert whole["Refresh"] == f"30; url={recorded.get_absolute_url()}"
    assert part["Cache-Control"] == whole["Cache-Control"] == "no-store, private"
    looks = history_of(recorded).filter(verb="reveal_caller")
    assert [row.note for row in looks] == [registered.name] * 2
    assert history_of(registered.person).filter(verb="call_person").count() == 2


def test_an_added_callers_registered_number_needs_the_password(registered, recorded, clerk, client_of):
    answer = client_of(clerk).post(phone_url(registered), headers={"HX-Request": "true"})
    assert (answer.status_code, "13812345678" in answer.content.decode()) == (401, False)
    assert not history_of(recorded).filter(verb="reveal_caller").exists()


def test_an_added_callers_number_follows_the_rules_of_the_first(
    registered, recorded, cashier, guard, outsider, client_of
):
    page = phone_url(registered)
    for user, status in ((cashier, 403), (guard, 403), (outsider, 404)):
        assert client_of(user).post(page).status_code == status
    assert page not in client_of(cashier).get(recorded.get_absolute_url()).content.decode()
    given = CallerFactory(ticket=recorded, phone="13900000001")
    assert client_of(cashier).post(phone_url(given)).status_code == 200
    Ticket.objects.filter(pk=recorded.pk).update(first_contact=cashier)
    assert client_of(cashier).post(page).status_code == 403
    TenureFactory(unit=recorded.unit, person=registered.person)
    assert client_of(cashier, confirmed=True).post(page).status_code == 200


def test_an_added_caller_without_a_number_has_none_to_show(recorded, clerk, client_of):
    caller = CallerFactory(ticket=recorded, phone="")
    assert client_of(clerk).post(phone_url(caller)).url == recorded.get_absolute_url()
    assert not history_of(recorded).filter(verb="reveal_caller").exists()


# ---- incidents ----


def test_declare_join_and_leave_through_the_pages(recorded, incident, supervisor, client_of):
    client = client_of(supervisor)
    for move, data, seen in (
        ("join_incident", {"incident": incident.pk}, incident),
        ("leave_incident", {}, None),
        ("declare_incident", {}, None),
    ):
        assert client.get(move_url(recorded, move)).status_code == 200, move
        assert client.post(move_url(recorded, move), data).status_code == 302, move
        recorded.refresh_from_db()
        assert recorded.incident == seen, move
    assert recorded.is_incident


def test_join_offers_the_running_incidents_of_the_office(recorded, incident, office, other_office, clerk, client_of):
    TicketFactory(office=office, is_incident=True, state="replied")
    TicketFactory(office=other_office, is_incident=True)
    form = client_of(clerk).get(move_url(recorded, "join_incident"), {"incident": incident.pk}).context["form"]
    assert list(form.fields["incident"].queryset) == [incident]
    assert form["incident"].value() == str(incident.pk)


def test_an_incident_over_meanwhile_is_a_refusal_that_keeps_the_note(recorded, incident, clerk, client_of):
    client, data = client_of(clerk), {"incident": incident.pk, "note": "这段话不能丢"}
    Ticket.objects.filter(pk=incident.pk).update(state="replied")
    answer = client.post(move_url(recorded, "join_incident"), data)
    assert list(answer.context["form"].errors) == ["incident"]
    assert "这段话不能丢" in answer.content.decode()


def test_a_second_declaration_is_told_that_it_is_one(incident, supervisor, client_of):
    assert client_of(supervisor).get(move_url(incident, "declare_incident")).status_code == 409


@pytest.mark.parametrize("move", ["reply_ticket", "archive_ticket", "reopen_ticket"])
def test_the_page_of_an_act_names_what_it_takes_along(office, incident, clerk, move, client_of):
    child = TicketFactory(office=office, incident=incident)
    Ticket.objects.filter(pk=incident.pk).update(
        state={"reply_ticket": "recorded", "archive_ticket": "replied", "reopen_ticket": "archived"}[move]
    )
    assert child.number in client_of(clerk).get(move_url(incident, move)).context["text"]
    assert client_of(clerk).get(move_url(child, "reply_ticket")).context["text"] == ""


def test_the_ticket_page_shows_the_incident_and_its_tickets(office, incident, clerk, client_of):
    child = TicketFactory(office=office, incident=incident, subject="困人")
    client = client_of(clerk)
    assert list(client.get(incident.get_absolute_url()).context["children"]) == [child]
    assert incident.number in client.get(child.get_absolute_url()).content.decode()
    Ticket.objects.filter(pk=incident.pk).update(state="replied", reply="已恢复")
    answer = client.get(move_url(child, "follow_incident"))
    assert answer.context["text"] == "已恢复"
    assert client.post(move_url(child, "follow_incident"), {}).status_code == 302


# ---- similar tickets on a ticket's page ----


@pytest.fixture
def twin(recorded, office):
    """A second ticket of the same unit and kind."""
    return TicketFactory(office=office, unit=recorded.unit, subject="水龙头还在漏", caller_name="李娜")


def similar_url(ticket):
    return reverse("complaints:ticket_similar", args=[ticket.pk])


def similar(client, ticket):
    return [one.ticket for one in client.get(similar_url(ticket)).context["similar"]]


def test_a_new_ticket_shows_what_is_open_alike(recorded, twin, clerk, client_of):
    client = client_of(clerk)
    assert similar(client, twin) == [recorded]
    assert similar_url(twin) in client.get(twin.get_absolute_url()).content.decode()
    assert merge_url(twin, recorded) in client.get(similar_url(twin), headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize("state", ["dispatched", "done", "archived"])
def test_a_ticket_somebody_is_on_shows_nothing_alike(twin, clerk, state, client_of):
    Ticket.objects.filter(pk=twin.pk).update(state=state)
    client = client_of(clerk)
    assert similar_url(twin) not in client.get(twin.get_absolute_url()).content.decode()
    assert similar(client, twin) == []
    assert "没有相近的未结工单" in client.get(similar_url(twin)).content.decode()


def test_a_second_ticket_goes_on_under_the_first(recorded, twin, clerk, client_of):
    client, page = client_of(clerk), merge_url(twin, recorded)
    assert recorded.number in client.get(page).content.decode()
    assert client.post(page, {}).url == recorded.get_absolute_url()
    twin.refresh_from_db()
    assert (twin.state, recorded.callers.get().name) == ("archived", "李娜")


def test_a_second_ticket_somebody_is_on_is_told_so(recorded, twin, clerk, client_of):
    Ticket.objects.filter(pk=twin.pk).update(state="dispatched")
    for answer in (client_of(clerk).get(merge_url(twin, recorded)), client_of(clerk).post(merge_url(twin, recorded))):
        assert answer.status_code == 409


def test_going_on_under_another_is_nobody_elses(recorded, twin, other_office, clerk, engineer, outsider, client_of):
    page = merge_url(twin, recorded)
    for user in (engineer, outsider):
        assert client_of(user).post(page).status_code == 404
    assert client_of(clerk).get(merge_url(twin, TicketFactory(office=other_office))).status_code == 404
    assert client_of(clerk).get(merge_url(twin, twin)).status_code == 404


# ---- repaired before ----


@pytest.fixture
def again(office, engineer):
    """A kitchen tap under warranty for five years, done ten days ago, and now once more."""
    at, part = now() - dt.timedelta(days=10), PartFactory(office=office, name="水龙头")
    unit = UnitFactory(office=office, building=BuildingFactory(office=office), accepted_on=dt.date(2025, 1, 1))
    common = {"office": office, "unit": unit, "part": part}
    first = TicketFactory(**common, state="archived", received_at=at, done_at=at, assignee=engineer)
    return first, TicketFactory(**common, assignee=engineer, state="dispatched")


def test_a_repeat_repair_shows_when_by_whom_and_the_warranty(again, clerk, client_of):
    first, second = again
    answer = client_of(clerk).get(second.get_absolute_url())
    html = answer.content.decode()
    assert first.get_absolute_url() in html
    assert str(first.assignee) in html
    assert (answer.context["warranty"].until, answer.context["warranty"].runs) == (dt.date(2029, 12, 31), True)


def test_an_engineer_reads_of_an_earlier_repair_and_is_not_led_to_it(again, engineer, client_of):
    first, second = again
    first.assignee = None
    first.save()
    html = client_of(engineer).get(second.get_absolute_url()).content.decode()
    assert first.number in html
    assert first.get_absolute_url() not in html


def test_the_dispatcher_is_told_of_a_repeat_repair(again, supervisor, client_of):
    first, second = again
    Ticket.objects.filter(pk=second.pk).update(state="recorded", assignee=None)
    assert first.number in client_of(supervisor).get(move_url(second, "dispatch_ticket")).context["text"]


def test_a_repeat_repair_without_a_delivery_date_says_so(again, clerk, client_of):
    first, second = again
    first.unit.accepted_on = None
    first.unit.save()
    assert client_of(clerk).get(second.get_absolute_url()).context["warranty"].until is None


def test_rework_shows_the_warranty_without_an_earlier_repair(office, clerk, client_of):
    part, unit = PartFactory(office=office), UnitFactory(office=office)
    for kind, shown in (("rework", True), ("repair", False)):
        ticket = TicketFactory(office=office, unit=unit, part=part, kind=kind)
        assert bool(client_of(clerk).get(ticket.get_absolute_url()).context["warranty"]) == shown


# ---- constant queries ----


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_an_incident_takes_the_same_queries_however_many_called(
    office, incident, clerk, rows, client_of, django_assert_num_queries
):
    for number in range(rows):
        person = PhoneFactory(person__office=office).person
        CallerFactory(ticket=incident, person=person, unit=UnitFactory(office=office), phone="", taken_by=clerk)
        TicketFactory(office=office, incident=incident, unit=UnitFactory(office=office), subject=f"电梯{number}")
    client = client_of(clerk)
    client.get(incident.get_absolute_url())
    with django_assert_num_queries(20):
        client.get(incident.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_new_ticket_takes_the_same_queries_however_much_is_alike(
    recorded, office, clerk, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        TicketFactory(office=office, unit=recorded.unit)
    client = client_of(clerk)
    for address, queries in ((recorded.get_absolute_url(), 18), (similar_url(recorded), 9)):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
