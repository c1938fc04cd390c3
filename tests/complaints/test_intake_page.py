"""The intake page: what it asks, what it says while somebody types, and nothing lost on the way (R-TKT-01…04)."""

from __future__ import annotations

import datetime as dt
import io
import re
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from complaints.forms import IntakeForm, TicketEditForm
from complaints.forms.ticket import HINTED, HintForm
from complaints.models import Ticket
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import now
from tests.factories import (
    BuildingFactory,
    CategoryFactory,
    DepartmentFactory,
    MembershipFactory,
    TargetFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

ADD, HINTS = "/tickets/add/", "/tickets/add/hints/"
MONDAY = "2026-11-23T10:00:00+08:00"


def facts(**more):
    return {"kind": "repair", "channel": "phone", "subject": "漏水", "once": str(uuid4()), **more}


@pytest.fixture
def tree(office):
    """电梯 with two below it, one of them urgent; 其他 alone; one set aside."""
    lift = CategoryFactory(office=office, name="电梯", position=1)
    CategoryFactory(office=office, name="困人", parent=lift, is_urgent=True, asks_visit=False, asks_place=True)
    CategoryFactory(office=office, name="异响", parent=lift, position=1)
    CategoryFactory(office=office, name="其他", position=2)
    CategoryFactory(office=office, name="旧的", is_active=False)
    return {row.name: row for row in lift._meta.model.objects.all()}


# ---- the category ----


def test_categories_are_offered_as_a_tree(office, clerk, tree):
    choices = IntakeForm(user=clerk, office=office).fields["category"].choices
    shown = [
        (label, [text for _value, text in inner] if isinstance(inner, list) else inner) for label, inner in choices
    ]
    with translation.override("en"):
        assert str(shown[0][1]) == "Not sorted"
    assert shown[1] == ("电梯", ["电梯", "电梯 / 困人", "电梯 / 异响"])
    assert shown[2][1] == "其他"
    assert len(shown) == 3


def test_categories_say_what_they_ask_for(office, clerk, tree):
    html = str(IntakeForm(user=clerk, office=office)["category"])
    assert re.search(r'data-visit="no" data-place="yes" data-urgent="yes">电梯 / 困人', html)
    assert re.search(r'data-visit="yes" data-place="no" data-urgent="no">其他', html)


def test_an_office_without_categories_is_not_asked_for_one(office, other_office, clerk, client_of):
    CategoryFactory(office=other_office)
    assert "category" not in IntakeForm(user=clerk, office=office).fields
    answer = client_of(clerk).post(ADD, facts(category="1"))
    assert answer.status_code == 302


def test_a_category_of_another_office_or_set_aside_is_refused(office, other_office, clerk, tree):
    for category in (CategoryFactory(office=other_office), tree["旧的"]):
        form = IntakeForm(facts(category=category.pk), user=clerk, office=office)
        assert list(form.errors) == ["category"]


def test_a_ticket_keeps_a_category_set_aside_since(office, clerk, tree):
    ticket = TicketFactory(office=office, category=tree["旧的"])
    form = TicketEditForm(instance=ticket, user=clerk, office=office)
    assert tree["旧的"] in form.fields["category"].queryset


def test_the_category_is_written_down(office, clerk, tree, client_of):
    client_of(clerk).post(ADD, facts(category=tree["异响"].pk))
    assert Ticket.objects.get().category == tree["异响"]


@pytest.mark.parametrize(("more", "urgent"), [({"no_script": "1"}, True), ({}, False), ({"urgent": "on"}, True)])
def test_what_is_urgent_from_the_start_is_so_without_scripts_too(office, clerk, tree, client_of, more, urgent):
    client_of(clerk).post(ADD, facts(category=tree["困人"].pk, **more))
    assert Ticket.objects.get().urgent == urgent


def test_all_fields_are_there_without_scripts(office, clerk, tree, client_of):
    html = client_of(clerk).get(ADD).content.decode()
    for name in ("visit_from", "visit_to", "place", "due_at", "reply", "photo", "category"):
        assert f'name="{name}"' in html
    assert " hidden" not in re.sub(r'type="hidden"|visually-hidden|aria-hidden', "", html.partition("<form")[2])


def test_enter_in_a_field_records_the_ticket(office, clerk, client_of):
    """The first button of a form is the one Enter presses; the buttons of the hints must not be."""
    form = client_of(clerk).get(ADD).content.decode().partition('class="form"')[2]
    first = re.search(r"<button[^>]*>", form).group()
    assert "formaction" not in first
    assert 'class="visually-hidden"' in first


def test_owners_come_first_among_who_may_be_calling(office, clerk, home):
    for role, name in (("family", "甲"), ("contact", "乙"), ("tenant", "丙"), ("owner", "丁")):
        TenureFactory(unit=home, role=role, person__name=name)
    form = IntakeForm(initial={"unit": home.pk}, user=clerk, office=office)
    assert [person.name for person in form.fields["person"].queryset] == ["丁", "丙", "甲", "乙"]


# ---- bad input ----


@pytest.mark.parametrize("unit", ["abc", "-1", "1.5", "１", "1\x00", "9" * 30])
def test_what_is_no_unit_shows_the_form_without_a_card(clerk, client_of, unit):
    client = client_of(clerk)
    asked, sent = client.get(ADD, {"unit": unit}), client.post(ADD, facts(unit=unit))
    assert [answer.status_code for answer in (asked, sent)] == [200, 200]
    assert not re.search(r"/household/[^c\"]", asked.content.decode() + sent.content.decode())
    assert list(sent.context["form"].errors) == ["unit"]


def test_a_unit_of_another_office_brings_no_card(clerk, home, other_office, client_of):
    client, elsewhere = client_of(clerk), UnitFactory(office=other_office)
    card = reverse("home:household", args=[elsewhere.pk])
    assert reverse("home:household", args=[home.pk]) in client.get(ADD, {"unit": home.pk}).content.decode()
    assert card not in client.get(ADD, {"unit": elsewhere.pk}).content.decode()
    assert card not in client.post(ADD, facts(unit=elsewhere.pk)).content.decode()


@pytest.mark.parametrize("field", ["place", "caller_name", "caller_phone", "reply", "body", "subject"])
@pytest.mark.parametrize("text", ["坏\x00字", "长" * 10_001])
def test_what_cannot_be_kept_is_refused_at_its_field_and_nothing_is_lost(office, clerk, client_of, field, text):
    kept = {"body": "这段话不能丢"} if field != "body" else {"place": "这段话不能丢"}
    answer = client_of(clerk).post(ADD, facts(**{**kept, field: text}))
    assert list(answer.context["form"].errors) == [field]
    assert "这段话不能丢" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_ten_thousand_characters_of_any_kind_are_kept_and_shown_escaped(office, clerk, client_of):
    body = ("😀=SUM(A1)<b>漏</b>\n" * 1_000)[:10_000].strip()
    client = client_of(clerk)
    client.post(ADD, facts(body=body, subject="=1+1 😀", place="@B1"))
    ticket = Ticket.objects.get()
    assert (ticket.body, ticket.subject, ticket.place) == (body, "=1+1 😀", "@B1")
    html = client.get(ticket.get_absolute_url()).content.decode()
    assert "&lt;b&gt;漏" in html
    assert "<b>漏" not in html


def test_marks_that_turn_the_text_round_are_taken_out(office, clerk, client_of):
    client_of(clerk).post(ADD, facts(subject="\u202e漏水\u2066", body="\u200f第一行\n第二行", caller_name="\u202e张"))
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.body, ticket.caller_name) == ("漏水", "第一行\n第二行", "张")


def test_a_photo_of_twenty_megabytes_is_refused_with_a_message_and_the_text_stays(office, clerk, client_of):
    large = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff" + b"0" * 20 * 1024 * 1024, content_type="image/jpeg")
    answer = client_of(clerk).post(ADD, facts(body="这段话不能丢", photo=large))
    assert answer.status_code in {200, 413}
    assert "photo" in answer.context["form"].errors
    assert "这段话不能丢" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_a_photo_taken_at_intake_loses_place_and_camera(office, clerk, client_of):
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "PhoneMaker"
    Image.new("RGB", (40, 30), "teal").save(stream, "JPEG", exif=exif)
    upload = SimpleUploadedFile("现场.jpg", stream.getvalue(), content_type="image/jpeg")
    client_of(clerk).post(ADD, facts(photo=upload))
    kept = attachments_of(Ticket.objects.get()).get()
    data = client_of(clerk).get(reverse("kit:attachment", args=[kept.uuid]))
    assert b"PhoneMaker" not in b"".join(data)


# ---- what is said while somebody types ----


@pytest.fixture
def home(office):
    """A flat in building 2."""
    return UnitFactory(office=office, building=BuildingFactory(office=office, name="2"), code="2-1-301")


def ask(client, **typed):
    return client.get(HINTS, typed, headers={"HX-Request": "true"})


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_hints_show_what_is_open_alike_with_a_way_to_add_the_caller(office, clerk, home, client_of):
    neighbour = UnitFactory(office=office, building=home.building, code="2-1-401")
    ticket = TicketFactory(office=office, unit=neighbour, subject="电梯又坏了", caller_name="李娜")
    answer = ask(client_of(clerk), unit=home.pk, kind="repair", subject="电梯停了")
    text = words(answer)
    for part in ("电梯又坏了", ticket.number, "2-1-401", "李娜", str(ticket.get_state_display())):
        assert part in text
    assert f'formaction="{reverse("complaints:caller_add", args=[ticket.pk])}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_hints_say_nothing_where_nothing_is_alike(office, clerk, home, client_of):
    TicketFactory(office=office, subject="马桶堵了")
    assert "formaction" not in ask(client_of(clerk), unit=home.pk, subject="电梯停了").content.decode()


def test_hints_show_what_is_typed_escaped(office, clerk, home, client_of):
    TicketFactory(office=office, unit=home, subject="<script>alert(1)</script>", place="<b>")
    html = ask(client_of(clerk), unit=home.pk, kind="repair").content.decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_hints_tell_of_an_earlier_repair(office, clerk, engineer, home, tree, client_of):
    done = TicketFactory(
        office=office, unit=home, category=tree["异响"], assignee=engineer, state="archived", done_at=now()
    )
    assert done.number in words(ask(client_of(clerk), unit=home.pk, category=tree["异响"].pk))
    assert done.number not in words(ask(client_of(clerk), unit=home.pk))


@time_machine.travel(MONDAY, tick=False)
@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ({}, "tomorrow 10:00"),
        ({"kind": "help"}, "today 14:00"),
        ({"urgent": "on"}, "today 12:00"),
        ({"kind": "complaint"}, "11-26"),
        ({"kind": "enquiry", "due_at": "2026-11-23T16:15"}, "today 16:15"),
        ({"kind": "joke", "due_at": "morgen"}, "tomorrow 10:00"),
    ],
)
def test_hints_say_by_when_it_will_be_done(office, clerk, client_of, typed, due):
    client = client_of(clerk)
    client.cookies["django_language"] = "en"
    clerk.language = "en"
    clerk.save()
    assert due in words(ask(client, **typed))


@time_machine.travel(MONDAY, tick=False)
def test_hints_go_by_the_category_and_the_offices_own_targets(office, clerk, client_of):
    clerk.language = "en"
    clerk.save()
    category = CategoryFactory(
        office=office, finish_minutes=60, department=DepartmentFactory(office=office, name="工程部")
    )
    text = words(ask(client_of(clerk), category=category.pk))
    assert "today 11:00" in text
    assert "工程部" in text
    TargetFactory(office=office, kind="repair", finish=120)
    assert "today 12:00" in words(ask(client_of(clerk)))


def test_hints_ask_for_no_name_and_no_number():
    assert not {"caller_name", "caller_phone", "person", "body"} & set(HINTED.split(","))
    assert set(HINTED.split(",")) - {"unit"} <= set(HintForm.base_fields)


@pytest.mark.parametrize(
    "bad", [{"subject": "长" * 5_000}, {"subject": "坏\x00字"}, {"unit": "abc"}, {"category": "9" * 30}]
)
def test_hints_survive_what_cannot_be_read(office, clerk, client_of, bad):
    assert ask(client_of(clerk), **bad).status_code == 200


def test_hints_are_for_who_records_in_the_units_office(
    office, other_office, clerk, engineer, guard, outsider, client_of
):
    unit = UnitFactory(office=other_office)
    assert ask(client_of(clerk), unit=unit.pk).status_code == 404
    for user in (engineer, guard):
        assert ask(client_of(user)).status_code == 403
    MembershipFactory(user=clerk, office=other_office, role="guard")
    assert ask(client_of(clerk), unit=unit.pk).status_code == 403


def test_hints_write_nothing(office, clerk, home, client_of):
    client = client_of(clerk)
    assert client.post(HINTS).status_code == 405
    ask(client, unit=home.pk, subject="电梯停了", kind="repair")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_hints_take_the_same_queries_however_much_is_alike(
    office, clerk, home, tree, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        TicketFactory(
            office=office, unit=home, subject="电梯停了", category=tree["异响"], state="archived", done_at=now()
        )
        TicketFactory(office=office, unit=home, subject="电梯停了", category=tree["异响"])
    client = client_of(clerk)
    typed = {"unit": home.pk, "kind": "repair", "subject": "电梯坏了", "category": tree["异响"].pk}
    ask(client, **typed)
    with django_assert_num_queries(15):
        ask(client, **typed)


# ---- there and back: nothing typed is lost ----

TYPED = {
    "kind": "complaint",
    "channel": "desk",
    "caller_name": "刘女士",
    "caller_phone": "13911112222",
    "place": "2号楼大堂",
    "subject": "电梯停了",
    "body": "老人下不了楼\n要去医院",
    "visit_from": "2026-12-01T09:00",
    "urgent": "on",
}


def test_what_was_nearly_added_to_another_ticket_comes_back_as_typed(office, clerk, home, client_of):
    answer = client_of(clerk).post(ADD, {**TYPED, "unit": home.pk, "back_to_intake": "1"})
    form = answer.context["form"]
    assert answer.status_code == 200
    assert {name: form[name].value() for name in TYPED} == {**TYPED, "urgent": "on"}
    assert form["unit"].value() == str(home.pk)
    assert not form.is_bound
    assert not Ticket.objects.exists()


def test_the_agreed_reply_time_of_an_enquiry_is_its_deadline(office, clerk, client_of):
    due = now().replace(second=0, microsecond=0) + dt.timedelta(days=1)
    client_of(clerk).post(ADD, facts(kind="enquiry", due_at=f"{due:%Y-%m-%dT%H:%M}"))
    ticket = Ticket.objects.get()
    assert ticket.due_at == ticket.finish_due_at == due
