"""Taking a ticket, its page, every act on it, and the engineer's phone."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from complaints import services
from complaints.models import Ticket
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.forms import version_token
from tests.complaints.conftest import photo
from tests.factories import (
    CategoryFactory,
    DepartmentFactory,
    MembershipFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

ADD = "/tickets/add/"


def facts(**more):
    return {"kind": "repair", "channel": "phone", "subject": "厨房水龙头漏水", "once": str(uuid4()), **more}


def act(client, ticket, move, **data):
    return client.post(reverse("complaints:ticket_move", args=[ticket.pk, move]), data)


def test_intake_records_everything_and_leads_to_the_ticket(office, clerk, client_of):
    unit = UnitFactory(office=office)
    person = TenureFactory(unit=unit).person
    answer = client_of(clerk).post(
        ADD,
        facts(
            unit=unit.pk,
            person=person.pk,
            kind="complaint",
            channel="desk",
            body="第一行\r\n第二行",
            place="厨房",
            visit_from="2026-12-01T09:00",
            visit_to="2026-12-01T11:00",
            urgent="on",
            photo=photo(),
        ),
    )
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.url) == (302, ticket.get_absolute_url())
    assert (ticket.unit, ticket.person, ticket.caller_name, ticket.first_contact) == (unit, person, "张伟", clerk)
    assert (ticket.kind, ticket.channel, ticket.urgent, ticket.body) == ("complaint", "desk", True, "第一行\n第二行")
    assert ticket.visit_to - ticket.visit_from == dt.timedelta(hours=2)
    assert attachments_of(ticket).count() == 1


def test_intake_answered_on_the_spot_ends_in_the_archive(office, cashier, client_of):
    client_of(cashier).post(ADD, facts(kind="enquiry", answered_on_the_spot="on", reply="每月5日前"))
    assert Ticket.objects.get().state == "archived"


def test_intake_keeps_what_was_typed_when_refused(office, clerk, client_of):
    visit = {"visit_from": "2026-12-01T11:00", "visit_to": "2026-12-01T09:00"}
    answer = client_of(clerk).post(ADD, facts(body="一段很长的话", **visit))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["visit_to"]
    assert "一段很长的话" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_intake_refuses_a_fake_picture_and_leaves_nothing(office, clerk, client_of):
    fake = photo("x.png")
    fake.file.seek(0)
    fake.file.write(b"<svg onload=alert(1)>" * 9)
    answer = client_of(clerk).post(ADD, facts(photo=fake))
    assert answer.context["form"].errors
    assert not Ticket.objects.exists()


def test_intake_sent_again_leads_to_the_first_ticket_and_other_text_is_refused(office, clerk, client_of):
    client, data = client_of(clerk), facts()
    first, again = client.post(ADD, data), client.post(ADD, data)
    other = client.post(ADD, {**data, "subject": "别的事"})
    assert (again.status_code, again.url, other.status_code) == (302, first.url, 422)
    assert Ticket.objects.count() == 1


def test_intake_without_a_key_is_refused(office, clerk, client_of):
    answer = client_of(clerk).post(ADD, facts(once=""))
    assert answer.status_code == 200
    assert not Ticket.objects.exists()


def test_intake_opens_with_the_household_of_the_link(office, clerk, client_of):
    unit = UnitFactory(office=office)
    person = TenureFactory(unit=unit).person
    answer = client_of(clerk).get(ADD, {"unit": unit.pk, "person": person.pk})
    assert list(answer.context["form"].fields["person"].queryset) == [person]
    assert reverse("home:household", args=[unit.pk]) in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [("clerk", 200), ("cashier", 200), ("engineer", 403), ("guard", 403), ("company", 403)]
)
def test_intake_is_for_who_records(office, role, status, client_of, request):
    assert client_of(request.getfixturevalue(role)).get(ADD).status_code == status


def test_callers_answers_with_the_people_and_the_card(office, clerk, client_of):
    unit = UnitFactory(office=office)
    TenureFactory(unit=unit, person__name="欧阳娜娜")
    html = client_of(clerk).get("/tickets/add/callers/", {"unit": unit.pk}).content.decode()
    assert re.search(r'<option value="\d+" selected>欧阳娜娜', html)
    assert reverse("home:household", args=[unit.pk]) in html


def test_callers_chooses_nobody_where_several_may_be_calling(office, clerk, client_of):
    unit = UnitFactory(office=office)
    for name in ("张伟", "李娜"):
        TenureFactory(unit=unit, person__name=name)
    html = client_of(clerk).get("/tickets/add/callers/", {"unit": unit.pk}).content.decode()
    assert re.findall(r'<option value="(\d*)" selected', html) == [""]


@pytest.mark.parametrize("unit", ["", "abc", "9" * 30])
def test_callers_answers_empty_when_no_unit_is_chosen(office, clerk, client_of, unit):
    answer = client_of(clerk).get("/tickets/add/callers/", {"unit": unit})
    assert answer.status_code == 200
    assert not answer.context["form"].fields["person"].queryset.exists()


def test_callers_promises_only_what_the_card_shows(clerk, client_of):
    clerk.language = "en"
    clerk.save(update_fields=["language"])
    page = client_of(clerk).get("/tickets/add/callers/").content.decode()
    assert "its card appears here: people, vehicles, open tickets." in page


def test_callers_does_not_know_another_offices_unit(office, other_office, clerk, engineer, client_of):
    unit = UnitFactory(office=other_office)
    assert client_of(clerk).get("/tickets/add/callers/", {"unit": unit.pk}).status_code == 404
    assert client_of(engineer).get("/tickets/add/callers/").status_code == 403


def test_callers_asks_for_the_permission_in_the_units_office(office, other_office, clerk, client_of):
    MembershipFactory(user=clerk, office=other_office, role="guard")
    TenureFactory(unit=(unit := UnitFactory(office=other_office)), person__name="别处住户")
    answer = client_of(clerk).get("/tickets/add/callers/", {"unit": unit.pk})
    assert answer.status_code == 403
    assert "别处住户" not in answer.content.decode()


@pytest.mark.parametrize("acts", [0, 3])
def test_detail_takes_the_same_queries_however_long_the_history(
    recorded, clerk, acts, client_of, django_assert_num_queries
):
    recorded.person = PhoneFactory(person__office=recorded.office).person
    recorded.save()
    for _act in range(acts):
        services.comment_ticket(recorded, note="还在等", by=clerk)
    client = client_of(clerk)
    client.get(recorded.get_absolute_url())
    with django_assert_num_queries(19):
        client.get(recorded.get_absolute_url())


def steps_of(client, ticket):
    steps = client.get(ticket.get_absolute_url()).context["steps"]
    return ["current" if step["current"] else "done" if step["done"] else "ahead" for step in steps]


def test_detail_shows_how_far_it_is(accepted, clerk, client_of):
    assert steps_of(client_of(clerk), accepted) == ["done", "done", "current", "ahead", "ahead", "ahead"]


def test_detail_leaves_out_steps_that_were_not_needed(office, clerk, client_of):
    ticket = services.record_ticket(office=office, by=clerk, subject="问", answered_on_the_spot=True, reply="答")
    assert steps_of(client_of(clerk), ticket) == ["done", "done", "current"]


def test_detail_offers_the_moves_of_the_role(recorded, clerk, supervisor, client_of):
    def names(user, which):
        moves = client_of(user).get(recorded.get_absolute_url()).context[which]
        return [move.href.rstrip("/").rpartition("/")[2] for move in moves]

    assert names(clerk, "moves") == ["reply_ticket", "comment_ticket", "agree_visit"]
    assert names(clerk, "minor") == ["mark_major", "join_incident"]
    assert names(supervisor, "moves") == ["dispatch_ticket", "reply_ticket", "comment_ticket", "agree_visit"]
    assert names(supervisor, "minor") == [
        "transfer_ticket", "pause_ticket", "mark_major", "declare_incident", "join_incident",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "role", "first"),
    [
        ("recorded", "supervisor", "dispatch_ticket"),
        ("recorded", "clerk", "reply_ticket"),
        ("dispatched", "engineer", "accept_ticket"),
        ("accepted", "engineer", "finish_ticket"),
        ("done", "supervisor", "reply_ticket"),
    ],
)
def test_detail_draws_one_move_as_the_next_step(state, role, first, client_of, request):
    ticket = request.getfixturevalue(state)
    moves = client_of(request.getfixturevalue(role)).get(ticket.get_absolute_url()).context["moves"]
    assert [move.href.rsplit("/", 2)[1] for move in moves if move.style == "primary"] == [first]


@pytest.mark.parametrize(("role", "leads"), [("clerk", True), ("cashier", True), ("engineer", False)])
def test_detail_leads_to_the_caller_only_who_may_open_their_page(role, leads, dispatched, client_of, request):
    dispatched.person = PersonFactory(office=dispatched.office, name="张伟")
    dispatched.save()
    client = client_of(request.getfixturevalue(role))
    page = client.get(dispatched.get_absolute_url()).content.decode()
    person, unit = dispatched.person.get_absolute_url(), dispatched.unit.get_absolute_url()
    assert ("张伟" in page, f'href="{person}"' in page) == (True, leads)
    assert client.get(person).status_code == (200 if leads else 403)
    assert f'<a href="{unit}">3-2-1502</a>' in page
    assert client.get(unit).status_code == 200


def test_detail_offers_no_edit_once_archived(replied, clerk, client_of):
    client = client_of(clerk)
    assert client.get(replied.get_absolute_url()).context["actions"]
    services.archive_ticket(replied, by=clerk)
    assert not client.get(replied.get_absolute_url()).context["actions"]


def test_detail_marks_what_is_overdue(office, clerk, client_of):
    past = now() - dt.timedelta(minutes=1)
    late = TicketFactory(office=office, first_contact=clerk, due_at=past)
    done = TicketFactory(office=office, first_contact=clerk, due_at=past, state="done")
    client = client_of(clerk)
    shown = [client.get(ticket.get_absolute_url()).context["ticket"] for ticket in (late, done)]
    assert [ticket.is_overdue for ticket in shown] == [True, False]


def test_pages_of_a_ticket_are_not_there_for_others(dispatched, outsider, engineer, guard, client_of):
    other = TicketFactory(office=dispatched.office)
    for url in (
        other.get_absolute_url(),
        reverse("complaints:ticket_edit", args=[other.pk]),
        reverse("complaints:ticket_move", args=[other.pk, "comment_ticket"]),
    ):
        assert client_of(outsider).get(url).status_code == 404
        assert client_of(engineer).get(url).status_code == 404
        assert client_of(guard).get(url).status_code == 403
    assert client_of(engineer).get(dispatched.get_absolute_url()).status_code == 200


def edit(client, ticket, **data):
    page = reverse("complaints:ticket_edit", args=[ticket.pk])
    return client.post(page, facts(caller_name=ticket.caller_name, unit=ticket.unit_id or "", **data))


def test_edit_saves_and_records(recorded, clerk, client_of):
    answer = edit(client_of(clerk), recorded, version=version_token(recorded), subject="改过")
    recorded.refresh_from_db()
    assert (answer.status_code, recorded.subject, recorded.version) == (302, "改过", 2)
    assert history_of(recorded).first().verb == "change_ticket"


def shown_again(client, ticket):
    """Send the edit form back just as it was shown."""
    form = client.get(reverse("complaints:ticket_edit", args=[ticket.pk])).context["form"]
    sent = {field.html_name: field.value() for field in form if not field.field.disabled}
    sent["due_at"] = form["due_at"].field.widget.format_value(form["due_at"].value()) or ""
    return {name: value for name, value in sent.items() if value not in (None, False)}


@pytest.mark.parametrize(("role", "fixed"), [("clerk", True), ("supervisor", False)])
def test_the_deadline_of_a_dispatched_ticket_is_a_dispatchers(role, fixed, dispatched, engineer, client_of, request):
    client = client_of(request.getfixturevalue(role))
    page = reverse("complaints:ticket_edit", args=[dispatched.pk])
    form = client.get(page).context["form"]
    assert form.fields["due_at"].disabled == fixed
    due = dispatched.due_at
    answer = client.post(page, {**shown_again(client, dispatched), "body": "还在滴", "due_at": "2030-01-01T12:00"})
    dispatched.refresh_from_db()
    assert (answer.status_code, dispatched.body) == (302, "还在滴")
    assert (dispatched.due_at == due) == fixed


def test_the_deadline_is_free_while_nobody_is_sent(recorded, clerk, client_of):
    form = client_of(clerk).get(reverse("complaints:ticket_edit", args=[recorded.pk])).context["form"]
    assert not form.fields["due_at"].disabled


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_editing_an_overdue_ticket_leaves_its_deadline_to_the_second(role, dispatched, engineer, client_of, request):
    due = now().replace(microsecond=123) - dt.timedelta(days=1, seconds=7)
    Ticket.objects.update(due_at=due)
    dispatched.refresh_from_db()
    client = client_of(request.getfixturevalue(role))
    before = engineer.notifications.count()
    answer = client.post(
        reverse("complaints:ticket_edit", args=[dispatched.pk]), {**shown_again(client, dispatched), "body": "还在滴"}
    )
    dispatched.refresh_from_db()
    assert (answer.status_code, dispatched.body, dispatched.due_at) == (302, "还在滴", due)
    assert engineer.notifications.count() == before


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({}, "13812345678"),
        ({"phone": "13899990000"}, "13899990000"),
        ({"remove_phone": "on"}, ""),
    ],
)
def test_edit_shows_the_callers_phone_masked_and_keeps_changes_or_removes_it(typed, stored, recorded, clerk, client_of):
    services.change_ticket(recorded, by=clerk, caller_phone="13812345678")
    client = client_of(clerk)
    page = reverse("complaints:ticket_edit", args=[recorded.pk])
    html = client.get(page).content.decode()
    assert "138****5678" in html
    assert "13812345678" not in html
    assert client.post(page, {**shown_again(client, recorded), **typed}).status_code == 302
    recorded.refresh_from_db()
    assert recorded.caller_phone == stored


def test_edit_refuses_a_new_phone_with_the_tick_that_removes_it(recorded, clerk, client_of):
    services.change_ticket(recorded, by=clerk, caller_phone="13812345678")
    client = client_of(clerk)
    sent = {**shown_again(client, recorded), "phone": "13899990000", "remove_phone": "on"}
    response = client.post(reverse("complaints:ticket_edit", args=[recorded.pk]), sent)
    assert list(response.context["form"].errors) == ["remove_phone"]
    recorded.refresh_from_db()
    assert recorded.caller_phone == "13812345678"


def test_a_stale_edit_shows_both_texts_and_keeps_the_first(recorded, clerk, steward, client_of):
    stale = version_token(recorded)
    edit(client_of(steward), recorded, version=stale, subject="先到的主题")
    answer = edit(client_of(clerk), recorded, version=stale, subject="后到的主题")
    html = answer.content.decode()
    recorded.refresh_from_db()
    assert (answer.status_code, recorded.subject) == (409, "先到的主题")
    assert "先到的主题" in html
    assert "后到的主题" in html


def test_an_edit_after_archiving_is_a_conflict_that_keeps_the_text(replied, clerk, client_of):
    services.archive_ticket(replied, by=clerk)
    replied.refresh_from_db()
    answer = edit(client_of(clerk), replied, version=version_token(replied), subject="太晚了")
    assert answer.status_code == 409
    assert "太晚了" in answer.content.decode()


def test_dispatch_to_archive_through_the_pages(recorded, clerk, supervisor, engineer, client_of):
    boss, worker, desk = client_of(supervisor), client_of(engineer), client_of(clerk)
    for client, move, data in (
        (boss, "dispatch_ticket", {"to": engineer.pk, "deadline": "tomorrow"}),
        (worker, "accept_ticket", {}),
        (worker, "finish_ticket", {"result": "换阀芯", "charge": "35.5", "photo_after": photo()}),
        (desk, "reply_ticket", {"reply": "已电话告知"}),
        (desk, "archive_ticket", {}),
        (desk, "reopen_ticket", {"reason": "又漏了"}),
    ):
        page = reverse("complaints:ticket_move", args=[recorded.pk, move])
        assert client.get(page).status_code == 200, move
        answer = client.post(page, data)
        assert (answer.status_code, answer.url) == (302, recorded.get_absolute_url()), move
    recorded.refresh_from_db()
    verbs = list(history_of(recorded).order_by("pk").values_list("verb", flat=True))
    assert recorded.state == "recorded"
    assert verbs == [
        "record_ticket",
        "dispatch_ticket",
        "accept_ticket",
        "attach",
        "finish_ticket",
        "reply_ticket",
        "archive_ticket",
        "reopen_ticket",
    ]


def test_a_deadline_agreed_before_is_offered_at_dispatch(recorded, supervisor, client_of):
    Ticket.objects.update(due_at=now() + dt.timedelta(days=1))
    form = act_form(client_of(supervisor), recorded, "dispatch_ticket")
    assert (form["deadline"].value(), form["due_at"].value().date()) == ("other", local_date() + dt.timedelta(days=1))


def act_form(client, ticket, move):
    return client.get(reverse("complaints:ticket_move", args=[ticket.pk, move])).context["form"]


def test_the_charge_noted_before_reopening_is_offered_again(done, clerk, supervisor, engineer, client_of):
    Ticket.objects.update(charge="35.50")
    services.reopen_ticket(done, reason="又漏", by=supervisor)
    services.dispatch_ticket(done, to=engineer, due_at=now() + dt.timedelta(hours=1), by=supervisor)
    assert str(act_form(client_of(engineer), done, "finish_ticket")["charge"].value()) == "35.50"


def test_a_form_opened_before_somebody_else_redispatched_is_a_conflict(
    dispatched, supervisor, manager, clerk, steward, client_of
):
    holder = act_form(client_of(supervisor), dispatched, "redispatch_ticket")["holder"].value()
    services.redispatch_ticket(dispatched, to=clerk, due_at=dispatched.due_at, by=manager)
    data = {"to": steward.pk, "deadline": "tomorrow", "holder": holder, "note": "这段话不能丢"}
    answer = act(client_of(supervisor), dispatched, "redispatch_ticket", **data)
    dispatched.refresh_from_db()
    assert (answer.status_code, dispatched.assignee) == (409, clerk)
    assert "这段话不能丢" in answer.content.decode()


def test_a_form_opened_before_somebody_else_transferred_is_a_conflict(
    recorded, supervisor, manager, cashier, steward, client_of
):
    holder = act_form(client_of(supervisor), recorded, "transfer_ticket")["holder"].value()
    services.transfer_ticket(recorded, to=cashier, reason="休假", by=manager)
    answer = act(client_of(supervisor), recorded, "transfer_ticket", to=steward.pk, reason="也休假", holder=holder)
    assert answer.status_code == 409


def test_a_move_that_comes_too_late_keeps_the_text(archived, clerk, client_of):
    answer = act(client_of(clerk), archived, "reply_ticket", reply="这段话不能丢")
    assert answer.status_code == 409
    assert "这段话不能丢" in answer.content.decode()


def test_a_past_deadline_is_refused_in_the_form(recorded, supervisor, engineer, client_of):
    data = {"to": engineer.pk, "deadline": "other", "due_at": "2020-01-01T00:00"}
    answer = act(client_of(supervisor), recorded, "dispatch_ticket", **data)
    assert list(answer.context["form"].errors) == ["due_at"]


def test_comment_and_transfer_through_the_pages(recorded, supervisor, steward, client_of):
    client = client_of(supervisor)
    assert act(client, recorded, "comment_ticket", note="等厂家").status_code == 302
    assert act(client, recorded, "transfer_ticket", to=steward.pk, reason="休假").status_code == 302
    recorded.refresh_from_db()
    assert recorded.first_contact == steward


def test_handing_back_leads_the_engineer_to_what_is_left(accepted, engineer, supervisor, client_of):
    answer = act(client_of(engineer), accepted, "hand_back_ticket", reason="不会修")
    assert answer.url == reverse("complaints:my_work")
    services.dispatch_ticket(accepted, to=supervisor, due_at=now() + dt.timedelta(hours=1), by=supervisor)
    assert act(client_of(supervisor), accepted, "hand_back_ticket", reason="没空").url == accepted.get_absolute_url()


def test_a_move_answers_htmx_with_a_fragment(recorded, supervisor, client_of):
    page = reverse("complaints:ticket_move", args=[recorded.pk, "dispatch_ticket"])
    answer = client_of(supervisor).get(page, headers={"HX-Request": "true", "HX-Target": "move"})
    assert "<html" not in answer.content.decode()


def test_there_is_no_move_of_that_name(recorded, supervisor, client_of):
    assert act(client_of(supervisor), recorded, "explode_ticket").status_code == 404


@pytest.mark.parametrize("tickets", [1, 3])
def test_my_work_takes_the_same_queries_however_much_it_is(
    office, clerk, engineer, tickets, client_of, django_assert_num_queries
):
    team = DepartmentFactory(office=office, members=[engineer, clerk])
    for _ticket in range(tickets):
        person = PhoneFactory(person__office=office).person
        common = {"office": office, "first_contact": clerk, "state": "dispatched", "due_at": now(), "person": person}
        TicketFactory(**common, assignee=engineer, category=CategoryFactory(office=office))
        TicketFactory(**common, department=team)
    client = client_of(engineer)
    client.get("/my-work/")
    with django_assert_num_queries(10):
        client.get("/my-work/")


def test_my_work_shows_what_presses_first_and_what_was_done_today(office, clerk, engineer, client_of):
    at = now()
    common = {"office": office, "first_contact": clerk, "assignee": engineer}
    later = TicketFactory(**common, state="accepted", due_at=at + dt.timedelta(days=1))
    sooner = TicketFactory(**common, state="dispatched", due_at=at)
    done = TicketFactory(**common, state="done", done_at=at)
    TicketFactory(**common, state="done", done_at=at - dt.timedelta(days=2))
    context = client_of(engineer).get("/my-work/").context
    assert [ticket for ticket, _moves in context["entries"]] == [sooner, later]
    assert ["accept_ticket" in moves for _ticket, moves in context["entries"]] == [True, False]
    assert list(context["done_today"]) == [done]


def test_my_work_is_for_who_gets_tickets(office, guard, clerk, client_of):
    assert client_of(guard).get("/my-work/").status_code == 403
    assert client_of(clerk).get("/my-work/").status_code == 200


def test_the_number_is_shown_on_demand_and_on_record(accepted, engineer, client_of):
    accepted.person = PhoneFactory(number="13812345678", person=PersonFactory(office=accepted.office)).person
    accepted.save()
    client = client_of(engineer, confirmed=True)
    assert "13812345678" not in client.get("/my-work/").content.decode()
    page = reverse("complaints:ticket_caller", args=[accepted.pk])
    assert client.get(page).status_code == 405
    for headers, whole in (({}, True), ({"HX-Request": "true"}, False)):
        html = client.post(page, headers=headers).content.decode()
        assert 'href="tel:13812345678"' in html
        assert ("<html" in html) == whole
    assert history_of(accepted).filter(verb="reveal_caller").count() == 2


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_registered_number_needs_the_password_and_then_comes_by_itself(accepted, engineer, client_of, headers):
    accepted.person = PhoneFactory(number="13812345678", person__office=accepted.office).person
    accepted.save()
    client, page = client_of(engineer), reverse("complaints:ticket_caller", args=[accepted.pk])
    asked = client.post(page, {"call": "1"}, headers=headers)
    assert (asked.status_code, "13812345678" in asked.content.decode()) == (401, False)
    assert not history_of(accepted).filter(verb="reveal_caller").exists()
    kept = client.post("/confirm/", {"password": "desk-password-1", "kept": asked.context["kept"]})
    assert f'<form method="post" action="{page}" data-go-on' in kept.content.decode()
    assert 'name="call" value="1"' in kept.content.decode()
    assert "13812345678" in client.post(page, {"call": "1"}).content.decode()


def test_the_number_goes_by_itself_and_is_kept_nowhere(accepted, engineer, client_of):
    accepted.caller_phone = "13812345678"
    accepted.save()
    client, page = client_of(engineer), reverse("complaints:ticket_caller", args=[accepted.pk])
    part = client.post(page, headers={"HX-Request": "true"})
    assert 'data-gone-after="30"' in part.content.decode()
    assert f'hx-post="{page}"' in part.content.decode()  # the button that comes back
    whole = client.post(page)
    assert whole["Refresh"] == f"30; url={accepted.get_absolute_url()}"
    assert part["Cache-Control"] == whole["Cache-Control"] == "no-store, private"


def test_the_button_stands_only_before_who_may_press_it(recorded, cashier, clerk, client_of):
    recorded.person = PhoneFactory(person__office=recorded.office).person
    recorded.save()
    page = reverse("complaints:ticket_caller", args=[recorded.pk])
    for user, may in ((clerk, True), (cashier, False)):
        assert (page in client_of(user).get(recorded.get_absolute_url()).content.decode()) == may
        assert client_of(user, confirmed=True).post(page).status_code == (200 if may else 403)
        assert client_of(user).post(page).status_code == (401 if may else 403)
    recorded.caller_phone = "13812345678"
    recorded.save()
    assert page in client_of(cashier).get(recorded.get_absolute_url()).content.decode()


def test_the_number_is_nobody_elses(accepted, outsider, guard, clerk, client_of):
    page = reverse("complaints:ticket_caller", args=[accepted.pk])
    assert client_of(outsider).post(page).status_code == 404
    assert client_of(guard).post(page).status_code == 403
    assert client_of(clerk).post(page).url == accepted.get_absolute_url()


def test_history_says_a_charge_as_the_page_does(accepted, engineer, clerk, client_of):
    services.finish_ticket(accepted, result="更换阀芯", charge=Decimal("35.5"), by=engineer)
    page = client_of(clerk).get(accepted.get_absolute_url()).content.decode()
    assert "<ins>35.50</ins>" in page
    assert "35.5<" not in page
