"""Pages: who gets what, what is done once, and that nothing typed is lost when two people meet."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from complaints.models import Ticket
from frontdesk.estate.models import Area, Unit
from frontdesk.kit import activity
from frontdesk.kit.forms import version_token
from frontdesk.kit.models import Activity, OnceKey
from frontdesk.kit.pages import safe_next
from frontdesk.kit.pages.conflict import said
from frontdesk.kit.workflow import apply
from tests.factories import (
    BuildingFactory,
    MembershipFactory,
    PersonFactory,
    TicketFactory,
    UnitFactory,
    UserFactory,
)
from tests.kit import desk as trial

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kit.desk_urls")]
ADD = "/trial/tickets/add/"
HTMX = {"HX-Request": "true", "HX-Target": "card"}


@pytest.fixture
def english(client_of):
    """Give somebody's browser, in English."""

    def login(user):
        user.language = "en"
        user.save(update_fields=["language"])
        return client_of(user)

    return login


@pytest.fixture
def desk(english, clerk):
    """The clerk's browser."""
    return english(clerk)


@pytest.fixture
def chief(english, supervisor):
    """The supervisor's browser."""
    return english(supervisor)


@pytest.fixture
def ticket(office):
    """A ticket just recorded."""
    return TicketFactory(office=office, number="2026-00001", subject="厨房水龙头漏水", place="厨房")


def new(**changes):
    """A new ticket as it is posted."""
    return {"kind": "repair", "subject": "漏水", **changes}


def edit(ticket, **changes):
    """An edited ticket as it is posted: the whole form with its mark."""
    stored = {name: getattr(ticket, name) or "" for name in ("kind", "subject", "place", "caller_phone", "body")}
    form = trial.TicketForm(instance=ticket, user=ticket.first_contact)
    return {**stored, "version": form.fields["version"].initial, **changes}


# Who gets in


@pytest.mark.parametrize("path", ["", "edit/", "reply_ticket/", "urgent/"])
def test_record_of_another_office_is_not_found(client_of, outsider, ticket, path):
    assert client_of(outsider).get(f"/trial/tickets/{ticket.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["edit/", "dispatch_ticket/", "urgent/"])
def test_record_of_the_own_office_without_the_role_is_refused(client_of, cashier, ticket, path):
    assert client_of(cashier).get(f"/trial/tickets/{ticket.pk}/{path}").status_code == 403
    assert client_of(cashier).post(f"/trial/tickets/{ticket.pk}/{path}").status_code == 403


def test_record_without_the_right_to_look_is_refused(client_of, guard, ticket):
    assert client_of(guard).get(f"/trial/tickets/{ticket.pk}/").status_code == 403


@pytest.mark.parametrize("path", ["", "1/", "1/edit/", "1/reply_ticket/", "add/"])
def test_stranger_is_sent_to_the_login(db, path):
    response = Client().get(f"/trial/tickets/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_number_beyond_every_record_is_not_found(desk):
    assert desk.get(f"/trial/tickets/{10**25}/").status_code == 404


def test_move_nobody_declared_is_not_found(chief, ticket):
    assert chief.get(f"/trial/tickets/{ticket.pk}/explode/").status_code == 404


# The record's page


def test_record_shows_badge_moves_and_buttons(desk, ticket):
    html = desk.get(f"/trial/tickets/{ticket.pk}/").content.decode()
    assert "<h1>2026-00001 厨房水龙头漏水</h1>" in html
    assert '<span class="badge tone-neutral">Recorded</span>' in html
    assert re.findall(r'href="/trial/tickets/\d+/(\w+)/" hx-get', html)[:2] == ["reply_ticket", "comment_ticket"]
    assert f'href="/trial/tickets/{ticket.pk}/edit/"' in html
    assert '<a href="/trial/tickets/">Tickets</a>' in html


def test_record_has_no_edit_button_for_who_may_not_edit(english, engineer, office, supervisor):
    ticket = TicketFactory(office=office, assignee=engineer, state="dispatched")
    html = english(engineer).get(f"/trial/tickets/{ticket.pk}/").content.decode()
    assert "/edit/" not in html
    assert f'/trial/tickets/{ticket.pk}/accept_ticket/"' in html


def test_record_prints_without_frame(desk, ticket):
    html = desk.get(f"/trial/tickets/{ticket.pk}/", {"print": "1"}).content.decode()
    assert "reply_ticket" not in html
    assert 'class="print-head"' in html


def test_activity_names_people_states_and_changes(desk, clerk, supervisor, ticket):
    engineer = UserFactory(name="李强")
    with apply("dispatch_ticket", ticket, by=supervisor, note="尽快 <b>") as fresh:
        fresh.assignee = engineer
    activity.record(ticket, "edit", by=None, before={"urgent": False, "body": ""}, after={"urgent": True, "body": "x"})
    html = desk.get(f"/trial/tickets/{ticket.pk}/").content.decode()
    assert "<b>陈静</b> dispatched it" in html
    assert '<p class="timeline-note">尽快 &lt;b&gt;</p>' in html
    assert "<dt>state</dt><dd><del>Recorded</del> <ins>Dispatched</ins></dd>" in html
    assert "<dt>dispatched to</dt><dd><ins>李强</ins></dd>" in html
    assert "<b>The system</b> changed this" in html
    assert "<dt>urgent</dt><dd><del>No</del> <ins>Yes</ins></dd>" in html


def test_activity_shows_moments_in_the_offices_time(desk, ticket):
    activity.record(ticket, "edit", by=None, before={"due_at": None}, after={"due_at": "2026-12-31T17:30:00Z"})
    html = desk.get(f"/trial/tickets/{ticket.pk}/").content.decode()
    assert "<ins>2027-01-01 01:30</ins>" in html


def test_activity_shows_the_last_fifty_and_all_on_demand(desk, clerk, ticket):
    for number in range(52):
        activity.record(ticket, "comment_ticket", by=clerk, note=f"note {number}.")
    path = f"/trial/tickets/{ticket.pk}/"
    html = desk.get(path).content.decode()
    assert html.count('class="timeline-note"') == 50
    assert 'href="?activity=all"' in html
    assert desk.get(path, {"activity": "all"}).content.decode().count('class="timeline-note"') == 52


def test_activity_uses_the_models_own_words_first(desk, clerk, ticket, monkeypatch):
    monkeypatch.setattr(Ticket, "verbs", {"comment_ticket": "wrote on it"}, raising=False)
    activity.record(ticket, "comment_ticket", by=clerk)
    activity.record(ticket, "paint_it", by=clerk, after={"no_such_column": "x" * 400})
    html = desk.get(f"/trial/tickets/{ticket.pk}/").content.decode()
    assert "<b>王敏</b> wrote on it" in html
    assert "<b>王敏</b> paint it" in html
    assert f"<dt>no such column</dt><dd><ins>{'x' * 300}…</ins>" in html


@pytest.mark.parametrize("acts", [1, 3])
def test_record_asks_a_constant_number_of_queries(desk, clerk, supervisor, ticket, acts, django_assert_num_queries):
    for _index in range(acts):
        activity.record(ticket, "edit", by=supervisor, before={"assignee_id": None}, after={"assignee_id": clerk.pk})
    desk.get(f"/trial/tickets/{ticket.pk}/")
    with django_assert_num_queries(7):
        desk.get(f"/trial/tickets/{ticket.pk}/")


def test_htmx_gets_the_card_with_what_changes_beside_it(desk, ticket):
    html = desk.get(f"/trial/tickets/{ticket.pk}/", headers=HTMX).content.decode()
    assert "<html" not in html
    assert html.count("hx-swap-oob") == 3


# Adding


def test_add_records_and_leads_to_the_record(desk, clerk, office):
    response = desk.post(ADD, new(unit=UnitFactory(office=office).pk, once=uuid.uuid4()))
    made = Ticket.objects.get()
    assert (made.office, made.first_contact, made.subject) == (office, clerk, "漏水")
    assert response["Location"] == made.get_absolute_url()


def test_add_says_what_was_done(desk, ticket):
    html = desk.post(ADD, new(next=f"/trial/tickets/{ticket.pk}/"), follow=True).content.decode()
    assert "Ticket 2026-00002 漏水 recorded." in html


def test_add_twice_with_the_same_key_has_one_effect(desk):
    sent = new(once=str(uuid.uuid4()))
    first, second = desk.post(ADD, sent), desk.post(ADD, sent)
    assert Ticket.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_add_with_a_used_key_and_another_text_is_refused_and_keeps_it(desk):
    key = str(uuid.uuid4())
    desk.post(ADD, new(once=key))
    response = desk.post(ADD, new(subject="另一件事", once=key))
    html = response.content.decode()
    assert response.status_code == 422
    assert Ticket.objects.count() == 1
    assert 'value="另一件事"' in html
    fresh = re.search(r'name="once" value="([^"]+)"', html)[1]
    assert fresh != key
    assert desk.post(ADD, new(subject="另一件事", once=fresh)).status_code == 302


def test_add_refused_by_the_form_keeps_what_was_typed_and_the_key(desk):
    key = str(uuid.uuid4())
    response = desk.post(ADD, new(subject="", body="长长的说明\n<b>", once=key))
    html = response.content.decode()
    assert response.status_code == 200
    assert "长长的说明\n&lt;b&gt;" in html
    assert f'name="once" value="{key}"' in html
    assert OnceKey.objects.count() == 0


def test_add_refused_by_the_service_shows_its_reason_at_the_field(desk):
    key = str(uuid.uuid4())
    html = desk.post(ADD, new(subject="refuse", once=key)).content.decode()
    assert "We do not take this." in html
    assert 'value="refuse"' in html
    assert OnceKey.objects.count() == 0
    assert desk.post(ADD, new(subject="ok", once=key)).status_code == 302


def test_add_that_comes_too_late_keeps_what_was_typed(desk):
    response = desk.post(ADD, new(subject="late", place="厨房"))
    html = response.content.decode()
    assert response.status_code == 409
    assert "somebody was quicker" in html
    assert 'value="厨房"' in html


@pytest.mark.parametrize(
    ("subject", "shown"), [("wrong", ["bad subject", "<p>bad state</p>"]), ("plainly wrong", ["<p>bad altogether</p>"])]
)
def test_complaint_of_a_model_is_shown_at_its_field_or_above(desk, subject, shown):
    html = desk.post(ADD, new(subject=subject)).content.decode()
    assert [text for text in shown if text in html] == shown


def test_add_that_meets_a_unique_rule_in_the_database_is_no_error_page(desk, monkeypatch):
    def collide(**_values):
        raise IntegrityError

    monkeypatch.setattr(trial.TicketAdd, "save", collide)
    html = desk.post(ADD, new()).content.decode()
    assert "Somebody else saved the same thing at this very moment." in html
    assert 'value="漏水"' in html


def test_add_fills_in_what_the_link_says(desk, office):
    unit = UnitFactory(office=office, code="3-2-101")
    html = desk.get(ADD, {"unit": unit.pk, "subject": "<灯>", "version": "x", "office": 99}).content.decode()
    assert f'<option value="{unit.pk}" selected>3-2-101</option>' in html
    assert 'value="&lt;灯&gt;"' in html


def test_add_ignores_fields_that_are_not_asked_for(desk, clerk, office, other_office):
    desk.post(ADD, new(office=other_office.pk, state="archived", number="x", first_contact=99, version=7))
    made = Ticket.objects.get()
    assert (made.office, made.state, made.first_contact, made.version) == (office, "recorded", clerk, 1)


def test_add_needs_one_office(english, company, office, other_office):
    MembershipFactory(user=company, office=office, role="manager")
    browser = english(company)
    assert "Choose one office at the top of the page first" in browser.get(ADD).content.decode()
    html = browser.post(ADD, new()).content.decode()
    assert Ticket.objects.count() == 0
    assert 'value="漏水"' in html


def test_plain_add_puts_the_record_into_the_office_and_writes_it_down(chief, supervisor, office):
    chief.post("/trial/areas/add/", {"name": "一期"})
    area = Area.objects.get()
    assert area.office == office
    row = activity.history_of(area).get()
    assert (row.verb, row.actor, row.after) == ("add", supervisor, {"office_id": office.pk, "name": "一期"})


def test_add_to_a_parent_asks_for_it_and_belongs_to_it(chief, desk, client_of, outsider, office):
    building = BuildingFactory(office=office, name="7")
    path = f"/trial/buildings/{building.pk}/add/"
    assert client_of(outsider).get(path).status_code == 404
    assert desk.get(path).status_code == 403
    assert chief.post(path, {"code": "7-1-101", "kind": "residence"}).status_code == 302
    assert Unit.objects.get().building == building


# Editing


def test_edit_writes_only_what_changed_and_records_it(desk, clerk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(place="浴室", urgent=True)
    ticket.refresh_from_db()
    response = desk.post(f"/trial/tickets/{ticket.pk}/edit/", edit(ticket, subject="水管爆了"))
    ticket.refresh_from_db()
    assert response.status_code == 302
    assert (ticket.subject, ticket.place, ticket.urgent, ticket.version) == ("水管爆了", "浴室", True, 2)
    row = activity.history_of(ticket).get()
    assert (row.verb, row.before, row.after) == ("edit", {"subject": "厨房水龙头漏水"}, {"subject": "水管爆了"})


def test_edit_of_a_record_without_versions_writes_and_records(chief, office):
    area = Area.objects.create(office=office, name="一期")
    assert 'name="version"' not in chief.get(f"/trial/areas/{area.pk}/edit/").content.decode()
    chief.post(f"/trial/areas/{area.pk}/edit/", {"name": "二期"})
    area.refresh_from_db()
    assert area.name == "二期"
    assert activity.history_of(area).get().before == {"name": "一期"}


def test_edit_without_a_change_writes_nothing(desk, ticket):
    desk.post(f"/trial/tickets/{ticket.pk}/edit/", edit(ticket))
    ticket.refresh_from_db()
    assert ticket.version == 1
    assert Activity.objects.count() == 0


def test_edit_of_a_changed_record_shows_both_texts_and_keeps_the_typed_one(desk, chief, clerk, supervisor, ticket):
    path = f"/trial/tickets/{ticket.pk}/edit/"
    mine = edit(ticket, subject="我的主题 <i>", body="我写的")
    chief.post(path, edit(ticket, subject="别人的主题", place="阳台"))
    response = desk.post(path, mine)
    html = response.content.decode()
    ticket.refresh_from_db()
    assert response.status_code == 409
    assert (ticket.subject, ticket.body, ticket.version) == ("别人的主题", "", 2)
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', html))
    assert rows["Subject"] == f"<td>别人的主题</td><td><ins>{escape('我的主题 <i>')}</ins></td>"
    assert rows["Place"] == "<td>阳台</td><td>厨房</td>"
    assert rows["In detail"] == "<td>—</td><td><ins>我写的</ins></td>"
    assert set(rows) == {"Subject", "Place", "In detail"}
    assert "陈静" in html


def test_edit_can_be_sent_again_on_top_of_the_other_change(desk, chief, ticket):
    path = f"/trial/tickets/{ticket.pk}/edit/"
    mine = edit(ticket, body="我写的")
    chief.post(path, edit(ticket, place="阳台"))
    html = desk.post(path, mine).content.decode()
    again = dict(re.findall(r'name="(subject|place|caller_phone|version)" value="([^"]*)"', html))
    again |= {"kind": "repair", "body": re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", html)[1]}
    assert (again["place"], again["body"]) == ("阳台", "我写的")
    assert desk.post(path, again).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.place, ticket.body, ticket.version) == ("阳台", "我写的", 3)


@pytest.mark.parametrize("token", ["", "forged", None])
def test_edit_without_a_true_mark_is_treated_as_stale(desk, ticket, token):
    sent = edit(ticket, subject="新")
    sent["version"] = version_token(TicketFactory(office=ticket.office)) if token is None else token
    response = desk.post(f"/trial/tickets/{ticket.pk}/edit/", sent)
    ticket.refresh_from_db()
    assert (response.status_code, ticket.subject) == (409, "厨房水龙头漏水")
    assert 'value="新"' in response.content.decode()


def test_stale_edit_with_a_wrong_value_loses_nothing_either(desk, chief, ticket):
    path = f"/trial/tickets/{ticket.pk}/edit/"
    mine = edit(ticket, due_at="nonsense", body="我写的")
    chief.post(path, edit(ticket, place="阳台"))
    response = desk.post(path, mine)
    assert response.status_code == 409
    assert "我写的" in response.content.decode()
    assert "nonsense" in response.content.decode()


def test_edit_that_meets_another_between_check_and_save_is_a_conflict(desk, ticket, monkeypatch):
    original = trial.TicketEdit._locked

    def slower(page, form):
        Ticket.objects.filter(pk=ticket.pk).update(version=2)
        return original(page, form)

    monkeypatch.setattr(trial.TicketEdit, "_locked", slower)
    response = desk.post(f"/trial/tickets/{ticket.pk}/edit/", edit(ticket, subject="新"))
    ticket.refresh_from_db()
    assert (response.status_code, ticket.subject) == (409, "厨房水龙头漏水")


def test_conflict_shows_every_kind_of_value_in_words(clerk, ticket):
    form = trial.TicketForm(user=clerk)
    at = dt.datetime(2026, 1, 5, 0, 30, tzinfo=dt.UTC)
    people = forms.ModelMultipleChoiceField(get_user_model().objects.all())
    with override("en"):
        assert said(forms.BooleanField(), value=True) == "Yes"
    assert said(form.fields["kind"], "repair") == said(form.fields["kind"], Ticket.Kind.REPAIR)
    assert said(form.fields["due_at"], at) == "2026-01-05 08:30"
    assert said(form.fields["due_at"], at.replace(tzinfo=None)) == "2026-01-05 00:30"
    assert said(form.fields["assignee"], str(clerk.pk)) == "王敏"
    assert said(form.fields["assignee"], "gone") == "gone"
    assert said(people, [clerk]) == "王敏"


# Acting


def test_move_form_has_the_moves_words(chief, ticket):
    html = chief.get(f"/trial/tickets/{ticket.pk}/dispatch_ticket/").content.decode()
    assert '<h2 id="move-head">Dispatch</h2>' in html
    assert '<button class="btn btn-primary"><i class="bi bi-send" aria-hidden="true"></i> Dispatch</button>' in html
    assert '<input type="hidden" name="once"' in html


def test_move_is_made_and_leads_back(chief, engineer, ticket):
    path = f"/trial/tickets/{ticket.pk}/dispatch_ticket/"
    response = chief.post(path, {"assignee": engineer.pk, "note": "尽快"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.version) == ("dispatched", engineer, 2)
    assert response["Location"] == ticket.get_absolute_url()
    assert activity.history_of(ticket).get().note == "尽快"


def test_move_without_a_service_is_applied_with_its_note(desk, ticket):
    desk.post(f"/trial/tickets/{ticket.pk}/reply_ticket/", {"note": "已回复"})
    ticket.refresh_from_db()
    assert ticket.state == "replied"
    assert activity.history_of(ticket).get().note == "已回复"


def test_move_offers_only_colleagues_of_the_records_office(chief, engineer, outsider, ticket):
    path = f"/trial/tickets/{ticket.pk}/dispatch_ticket/"
    html = chief.get(path).content.decode()
    assert f'<option value="{engineer.pk}">' in html
    assert f'<option value="{outsider.pk}">' not in html
    assert chief.post(path, {"assignee": outsider.pk}).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "recorded"


def test_move_sent_twice_is_made_once(desk, ticket):
    sent = {"note": "一次", "once": str(uuid.uuid4())}
    path = f"/trial/tickets/{ticket.pk}/comment_ticket/"
    first, second = desk.post(path, sent), desk.post(path, sent, follow=True)
    assert activity.history_of(ticket).count() == 1
    assert first.status_code == 302
    assert "it was not done twice" in second.content.decode()


def test_move_that_comes_too_late_says_who_was_quicker_and_keeps_the_text(chief, supervisor, engineer, ticket):
    with apply("reply_ticket", ticket, by=supervisor):
        pass
    path = f"/trial/tickets/{ticket.pk}/dispatch_ticket/"
    response = chief.post(path, {"assignee": engineer.pk, "note": "我写的 <b>"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "This is “Replied” now: “Dispatch” is not possible." in html
    assert "Last change: 陈静," in html
    assert "我写的 &lt;b&gt;" in html
    assert "李强" in html
    assert "<textarea" not in html
    assert chief.get(path).status_code == 409


def test_move_not_open_to_this_person_is_refused(client_of, engineer, office):
    theirs = TicketFactory(office=office, state="dispatched", assignee=UserFactory())
    assert client_of(engineer).get(f"/trial/tickets/{theirs.pk}/accept_ticket/").status_code in {403, 404}


def test_htmx_gets_the_form_into_its_slot(chief, ticket):
    response = chief.get(f"/trial/tickets/{ticket.pk}/dispatch_ticket/", headers={**HTMX, "HX-Target": "move"})
    assert response.content.decode().lstrip().startswith('<section class="card" aria-labelledby="move-head">')
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#move", "innerHTML")


def test_htmx_refusal_stays_in_the_slot_with_the_text(chief, ticket):
    path = f"/trial/tickets/{ticket.pk}/dispatch_ticket/"
    response = chief.post(path, {"note": "留着"}, headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#move"
    assert "留着" in response.content.decode()


def test_htmx_conflict_stays_in_the_slot_with_the_text(chief, supervisor, engineer, ticket):
    with apply("reply_ticket", ticket, by=supervisor):
        pass
    path = f"/trial/tickets/{ticket.pk}/dispatch_ticket/"
    response = chief.post(path, {"assignee": engineer.pk, "note": "留着"}, headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (409, "#move")
    assert "留着" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_htmx_success_gets_the_new_card(desk, ticket, monkeypatch):
    monkeypatch.setattr(Ticket, "get_absolute_url", lambda self: f"/trial/tickets/{self.pk}/")
    there = {**HTMX, "HX-Current-URL": f"http://testserver/trial/tickets/{ticket.pk}/"}
    response = desk.post(f"/trial/tickets/{ticket.pk}/reply_ticket/", {}, headers=there, follow=True)
    html = response.content.decode()
    assert "<html" not in html
    assert '<span class="badge tone-neutral">Replied</span>' in html
    assert "Done." in html
    assert "/archive_ticket/" in html


def test_htmx_success_on_the_acts_own_page_leads_to_the_record(desk, ticket):
    url = f"/trial/tickets/{ticket.pk}/reply_ticket/"
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{url}?next="}
    response = desk.post(url, {"note": "已答复"}, headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (204, ticket.get_absolute_url())


def test_htmx_success_that_leads_elsewhere_changes_the_page(desk, ticket):
    sent = {"next": "/trial/tickets/?mine=true"}
    response = desk.post(f"/trial/tickets/{ticket.pk}/reply_ticket/", sent, headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/trial/tickets/?mine=true")


def test_act_that_is_no_move_has_its_own_words_and_permission(desk, ticket):
    path = f"/trial/tickets/{ticket.pk}/urgent/"
    assert '<button class="btn btn-danger"> Mark as urgent</button>' in desk.get(path).content.decode()
    assert desk.post(path, {"note": ""}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.urgent


def test_act_refused_by_its_service_keeps_the_form(desk, ticket):
    html = desk.post(f"/trial/tickets/{ticket.pk}/urgent/", {"note": "no"}).content.decode()
    assert "<p>never</p>" in html


# Choices


def test_choices_are_the_own_offices_and_few(desk, office, other_office, django_assert_num_queries):
    for number in range(25):
        UnitFactory(office=office, code=f"3-2-{number:03}")
    UnitFactory(office=other_office, code="3-2-999")
    found = desk.get("/trial/units/choices/", {"q": "３-2 0"}).json()["results"]
    assert len(found) == 20
    assert all(one["text"].startswith("3-2-0") for one in found)
    with django_assert_num_queries(4):
        assert desk.get("/trial/units/choices/", {"q": "999"}).json() == {"results": []}


def test_choices_of_another_office_stay_invisible_when_asked_for(desk, company, client_of, office, other_office):
    theirs = UnitFactory(office=other_office, code="9-9-999")
    path = f"/trial/units/choices/?office={other_office.pk}"
    assert desk.get(path).json() == desk.get("/trial/units/choices/?office=999").json() == {"results": []}
    assert client_of(company).get(path).json()["results"][0]["value"] == theirs.pk


def test_choices_ask_for_the_permission_in_the_office_the_rows_come_from(client_of, clerk, office, other_office):
    MembershipFactory(user=clerk, office=other_office, role="guard")
    PersonFactory(office=other_office, name="别处住户")
    client, path = client_of(clerk), reverse("estate:person_choices")
    assert client.get(path, {"office": other_office.pk}).status_code == 403
    assert client.get(path, {"office": office.pk}).status_code == 200


def test_choices_of_all_offices_are_those_where_one_may(client_of, company, office, other_office):
    MembershipFactory(user=company, office=office, role="supervisor")
    mine, theirs = UnitFactory(office=office), UnitFactory(office=other_office)

    class ToChange(trial.UnitChoices):
        permission = "estate.change_unit"

    def offered(page):
        request = RequestFactory().get("/")
        request.user, request.office = company, None
        return {row["value"] for row in json.loads(page.as_view()(request).content)["results"]}

    assert offered(trial.UnitChoices) == {mine.pk, theirs.pk}
    assert offered(ToChange) == {mine.pk}


@pytest.mark.parametrize("params", [{"q": "\x00"}, {"q": "x" * 5000}, {"office": "abc"}, {"office": "9" * 30}])
def test_choices_survive_nonsense(desk, params):
    assert desk.get("/trial/units/choices/", params).status_code == 200


# Where next


@pytest.mark.parametrize(
    "payload",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example/",
        "/\n/evil.example/",
        " //evil.example/",
        "http:evil.example",
        "evil.example",
        "/\x00/x",
        "data:text/html,x",
        "/ /evil.example",
    ],
)
def test_next_never_leads_away(payload):
    factory = RequestFactory()
    assert safe_next(factory.post("/", {"next": payload}), "/home/") == "/home/"
    assert safe_next(factory.get("/", {"next": payload}), "/home/") == "/home/"


def test_next_leads_to_an_address_of_this_site():
    asked = "/tickets/?state=open&q=%E6%B0%B4#list"
    assert safe_next(RequestFactory().post("/", {"next": asked})) == asked


def test_add_follows_next_and_keeps_it_through_a_refusal(desk):
    there = "/trial/tickets/?mine=true"
    assert f'name="next" value="{there}"' in desk.post(ADD, new(subject="", next=there)).content.decode()
    assert desk.post(ADD, new(next=there))["Location"] == there
    assert "evil" not in desk.post(ADD, new(subject="2", next="//evil.example"))["Location"]
