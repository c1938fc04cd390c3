"""The work order on paper, and the engineer's page on a phone (R-TKT-03, R-TKT-06)."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import services
from complaints.models import Ticket
from complaints.services.clocks import visit_to_offer
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import now
from tests.complaints.conftest import photo
from tests.factories import (
    CategoryFactory,
    CauseFactory,
    ContractorFactory,
    DepartmentFactory,
    MembershipFactory,
    PartFactory,
    PersonFactory,
    PhoneFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

WORK = reverse("complaints:my_work")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def order(ticket):
    return reverse("complaints:work_order", args=[ticket.pk])


def move(ticket, name):
    return reverse("complaints:ticket_move", args=[ticket.pk, name])


@pytest.fixture
def second_engineer(office):
    return MembershipFactory(office=office, role="engineer", user__name="高明").user


@pytest.fixture
def team(office, engineer, second_engineer):
    return DepartmentFactory(office=office, name="工程部", members=[engineer, second_engineer])


@pytest.fixture
def free(recorded, team, supervisor):
    """Sent to the department, taken on by nobody yet."""
    return services.dispatch_ticket(recorded, department=team, by=supervisor)


def test_work_order_says_what_the_engineer_needs_and_masks_the_phone(office, clerk, engineer, team, client_of):
    start = dt.datetime(2026, 11, 23, 14, tzinfo=SHANGHAI)
    ticket = TicketFactory(
        office=office,
        first_contact=clerk,
        unit=UnitFactory(office=office, code="3-2-1502"),
        place="主卫",
        caller_phone="13812345678",
        category=CategoryFactory(office=office, name="渗漏水", parent=CategoryFactory(office=office, name="房屋本体")),
        department=team,
        assignee=engineer,
        contractor=ContractorFactory(office=office, name="宏达防水"),
        state="accepted",
        dispatched_at=now(),
        due_at=dt.datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI),
        visit_from=start,
        visit_to=start + dt.timedelta(hours=2),
        visit_agreed_at=now(),
        part=PartFactory(office=office, name="卫生间防水"),
        cause=CauseFactory(office=office, name="施工质量"),
    )
    page = client_of(engineer).get(order(ticket)).content.decode()
    for text in (
        ticket.number, "3-2-1502", "主卫", "138****5678", "房屋本体 / 渗漏水", "工程部 · 李强 · 宏达防水",
        "2026-11-24 17:30", "11-23 14:00 – 16:00", "卫生间防水", "施工质量",
    ):  # fmt: skip
        assert text in page
    assert "13812345678" not in page


@pytest.mark.parametrize(
    ("state", "shown"), [("recorded", False), ("dispatched", True), ("done", True), ("replied", False)]
)
def test_work_order_is_offered_while_under_way(office, clerk, client_of, state, shown):
    at = now()
    moments = {"dispatched_at": at if state != "recorded" else None, "replied_at": at if state == "replied" else None}
    ticket = TicketFactory(office=office, first_contact=clerk, state=state, **moments)
    assert (order(ticket) in client_of(clerk).get(ticket.get_absolute_url()).content.decode()) == shown


def test_work_order_is_for_who_sees_the_ticket(dispatched, engineer, second_engineer, guard, outsider, client_of):
    assert client_of(engineer).get(order(dispatched)).status_code == 200
    assert client_of(second_engineer).get(order(dispatched)).status_code == 404
    assert client_of(guard).get(order(dispatched)).status_code == 403
    assert client_of(outsider).get(order(dispatched)).status_code == 404


def test_ticket_shows_who_has_it_and_what_was_found(office, clerk, team, client_of):
    ticket = TicketFactory(
        office=office,
        first_contact=clerk,
        department=team,
        contractor=ContractorFactory(office=office, name="宏达防水", phone="13900001111"),
        state="dispatched",
        dispatched_at=now(),
        major=True,
        is_incident=True,
        paused_until=now() + dt.timedelta(days=1),
        arrived_at=now(),
        part=PartFactory(office=office, name="卫生间防水"),
        cause=CauseFactory(office=office, name="施工质量"),
        material="聚氨酯两桶",
    )
    page = client_of(clerk).get(ticket.get_absolute_url()).content.decode()
    for text in ("工程部", "宏达防水", "13900001111", "卫生间防水", "施工质量", "聚氨酯两桶"):
        assert text in page
    assert page.count('class="badge tone-danger"') == 1
    assert f"{timezone.localtime(ticket.paused_until):%m-%d %H:%M}" in page


def entries(client, which):
    return [(ticket, moves) for ticket, moves in client.get(WORK).context[which]]


def test_my_work_offers_what_is_free_in_my_departments(free, engineer, second_engineer, clerk, client_of):
    for person in (engineer, second_engineer):
        ((ticket, moves),) = entries(client_of(person), "free")
        assert ticket == free
        assert {"grab_ticket", "hand_back_ticket", "agree_visit"} <= moves
        assert not {"accept_ticket", "finish_ticket", "arrive_ticket", "reveal_caller"} & moves
    assert entries(client_of(clerk), "free") == []


def test_grab_by_one_tap_moves_it_to_my_hands(free, engineer, second_engineer, client_of):
    client = client_of(engineer)
    assert client.post(move(free, "grab_ticket"), {"next": WORK}).url == WORK
    assert [ticket for ticket, _moves in entries(client, "entries")] == [free]
    assert entries(client_of(second_engineer), "free") == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_grabs_second_is_told_who_has_it_and_led_back(free, engineer, second_engineer, client_of, method):
    services.grab_ticket(free, by=engineer)
    answer = getattr(client_of(second_engineer), method)(move(free, "grab_ticket"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "李强" in page
    assert f'href="{WORK}"' in page


def test_who_wrote_a_note_while_a_colleague_grabbed_it_keeps_the_note(free, engineer, second_engineer, client_of):
    services.grab_ticket(free, by=engineer)
    answer = client_of(second_engineer).post(move(free, "grab_ticket"), {"note": "我带了配件"})
    assert "我带了配件" in answer.content.decode()


def test_grab_is_not_there_for_others(free, steward, guard, outsider, engineer, client_of):
    assert client_of(steward).post(move(free, "grab_ticket")).status_code == 403
    assert client_of(guard).post(move(free, "grab_ticket")).status_code == 403
    assert client_of(outsider).post(move(free, "grab_ticket")).status_code == 404
    engineer.memberships.update(role="guard")
    assert client_of(engineer).post(move(free, "grab_ticket")).status_code == 403


def test_on_the_phone_arrive_and_done_with_photos(accepted, engineer, office, client_of):
    client = client_of(engineer)
    part, cause = PartFactory(office=office), CauseFactory(office=office)
    form = client.get(move(accepted, "arrive_ticket")).content.decode()
    camera = re.search(r'<input type="file" name="photo_before"[^>]*>', form).group()
    for word in ('accept="image/*"', "multiple"):
        assert word in camera
    assert "capture" not in camera  # it would leave out the gallery
    client.post(move(accepted, "arrive_ticket"), {"photo_before": photo("前.png"), "next": WORK})
    ((_ticket, moves),) = entries(client, "entries")
    assert "arrive_ticket" not in moves
    answer = client.post(
        move(accepted, "finish_ticket"),
        {
            "result": "更换阀芯",
            "part": part.pk,
            "cause": cause.pk,
            "material": "阀芯",
            "photo_after": [photo("后一.png", "navy"), photo("后二.png", "olive")],
            "next": WORK,
        },
    )
    accepted.refresh_from_db()
    assert answer.url == WORK
    assert (accepted.state, accepted.part, accepted.cause, accepted.material) == ("done", part, cause, "阀芯")
    assert [file.kind for file in attachments_of(accepted)] == ["before", "after", "after"]


def test_a_refused_photo_is_said_at_its_field_and_loses_no_text(accepted, engineer, client_of):
    fake = photo("假.png")
    fake.file.seek(0)
    fake.file.write(b"<svg onload=alert(1)>" * 9)
    answer = client_of(engineer).post(move(accepted, "finish_ticket"), {"result": "写了很久的话", "photo_after": fake})
    assert list(answer.context["form"].errors) == ["photo_after"]
    assert "写了很久的话" in answer.content.decode()


def test_dispatch_offers_the_department_of_the_category(office, clerk, supervisor, team, client_of):
    aside = DepartmentFactory(office=office, is_active=False)
    for department, offered in ((team, team.pk), (aside, aside.pk), (None, None)):
        ticket = TicketFactory(
            office=office, first_contact=clerk, category=CategoryFactory(office=office, department=department)
        )
        form = client_of(supervisor).get(move(ticket, "dispatch_ticket")).context["form"]
        assert form["department"].value() == offered
        assert (aside in form.fields["department"].queryset) is False
    assert (
        client_of(supervisor)
        .post(move(ticket, "dispatch_ticket"), {"department": team.pk, "deadline": "target"})
        .status_code
        == 302
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.department, ticket.due_at) == ("dispatched", team, None)


def test_redispatch_says_who_has_it_and_begins_with_them(free, team, engineer, supervisor, client_of):
    services.grab_ticket(free, by=engineer)
    context = client_of(supervisor).get(move(free, "redispatch_ticket")).context
    form = context["form"]
    assert "李强 · 工程部" in context["text"]
    assert [form[name].value() for name in ("department", "to", "contractor")] == [team.pk, engineer.pk, None]
    assert form["holder"].value() == f"{engineer.pk}-{team.pk}-0"


def test_agree_visit_begins_with_when_the_resident_can_be_there(dispatched, clerk, client_of):
    client = client_of(clerk)
    initial = client.get(move(dispatched, "agree_visit")).context["form"].initial
    assert (initial["visit_from"], initial["visit_to"]) == visit_to_offer(dispatched)
    tomorrow = now().replace(microsecond=0) + dt.timedelta(days=1)
    dispatched.visit_from = tomorrow
    dispatched.save()
    assert client.get(move(dispatched, "agree_visit")).context["form"].initial["visit_from"] == tomorrow
    times = {"visit_from": "2020-01-01T09:00", "visit_to": "2020-01-01T11:00"}
    answer = client.post(move(dispatched, "agree_visit"), {**times, "note": "这段话不能丢"})
    assert list(answer.context["form"].errors) == ["visit_from"]
    assert "这段话不能丢" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "is_offered"), [("repair", True), ("help", True), ("enquiry", False), ("praise", False)]
)
def test_a_visit_is_agreed_only_where_somebody_comes(dispatched, clerk, client_of, kind, is_offered):
    Ticket.objects.filter(pk=dispatched.pk).update(kind=kind)
    page = client_of(clerk).get(dispatched.get_absolute_url())
    assert (move(dispatched, "agree_visit") in page.content.decode()) == is_offered
    assert client_of(clerk).get(move(dispatched, "agree_visit")).status_code == (200 if is_offered else 409)


def test_the_number_of_the_register_is_not_offered_before_it_is_mine(free, engineer, office, client_of):
    free.person = PhoneFactory(number="13812345678", person=PersonFactory(office=office)).person
    free.save()
    client = client_of(engineer)
    assert reverse("complaints:ticket_caller", args=[free.pk]) not in client.get(WORK).content.decode()
    services.grab_ticket(free, by=engineer)
    assert reverse("complaints:ticket_caller", args=[free.pk]) in client.get(WORK).content.decode()
