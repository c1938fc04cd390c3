"""The card beside a ringing phone, and what unit and person pages load (R-TKT-03, R-EST-06)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    BuildingFactory,
    CallerFactory,
    GoodsPassFactory,
    MembershipFactory,
    PhoneFactory,
    PromiseFactory,
    TicketFactory,
    UnitFactory,
    VehicleFactory,
)
from tests.home.test_search import move_in, settle


@pytest.fixture
def home(office):
    """张伟's household, with a car on its own space and a family member."""
    unit, person = settle(office, "3-2-1502", "张伟", "13800138000", "粤B12345")
    move_in(unit, "李娜", "13911112222", role="family")
    return unit, person


def card_url(unit):
    return reverse("home:household", args=[unit.pk])


def test_card_shows_people_with_masked_phones(home, fragment, clerk):
    text = fragment(clerk, card_url(home[0])).content.decode()
    assert "张伟" in text
    assert "李娜" in text
    assert "138****8000" in text
    assert "13800138000" not in text
    assert "粤B12345" in text
    assert "<html" not in text


def test_card_shows_the_first_phone(home, fragment, clerk):
    PhoneFactory(person=home[1], number="13700000001", position=5)
    text = fragment(clerk, card_url(home[0])).content.decode()
    assert "137****0001" not in text


def test_card_shows_open_tickets_before_the_last_three_closed(home, office, fragment, clerk):
    now = timezone.now()
    for n in range(5):
        TicketFactory(
            office=office, unit=home[0], subject=f"旧{n}", state="archived", received_at=now - dt.timedelta(days=n)
        )
    TicketFactory(office=office, unit=home[0], subject="仍未结", received_at=now - dt.timedelta(days=90))
    text = fragment(clerk, card_url(home[0])).content.decode()
    assert [word for word in ("仍未结", "旧0", "旧1", "旧2") if word in text] == ["仍未结", "旧0", "旧1", "旧2"]
    assert text.index("仍未结") < text.index("旧0")
    assert "旧3" not in text


def test_card_shows_running_incidents_of_the_building_and_of_the_estate(home, office, fragment, clerk, guard):
    building = BuildingFactory(office=office, name="3")
    home[0].building = building
    home[0].save()
    neighbour = UnitFactory(office=office, building=building)
    TicketFactory(office=office, unit=neighbour, subject="电梯停了", is_incident=True)
    TicketFactory(office=office, subject="全区停水", is_incident=True)
    TicketFactory(office=office, subject="5号楼停电", is_incident=True)
    TicketFactory(office=office, unit=UnitFactory(office=office), subject="别的楼", is_incident=True)
    TicketFactory(office=office, unit=neighbour, subject="已恢复", is_incident=True, state="replied")
    text = fragment(clerk, card_url(home[0])).content.decode()
    for subject, shown in (("电梯停了", 1), ("全区停水", 1), ("5号楼停电", 0), ("别的楼", 0), ("已恢复", 0)):
        assert text.count(subject) == shown, subject
    assert "电梯停了" not in fragment(guard, card_url(home[0])).content.decode()


def test_card_shows_the_households_own_incident_once(home, office, fragment, clerk):
    TicketFactory(office=office, unit=home[0], subject="水管爆裂", is_incident=True)
    assert fragment(clerk, card_url(home[0])).content.decode().count("水管爆裂") == 1


def test_card_shows_promises_still_open_the_late_ones_red(home, office, fragment, clerk, engineer):
    ticket = TicketFactory(office=office, unit=home[0], assignee=engineer, state="dispatched")
    at = timezone.now()
    PromiseFactory(ticket=ticket, text="明天回电", due_at=at + dt.timedelta(days=1))
    PromiseFactory(ticket=ticket, text="昨天回电", due_at=at - dt.timedelta(days=1))
    PromiseFactory(ticket=ticket, text="已回电", state="kept")
    PromiseFactory(ticket=TicketFactory(office=office), text="别家的")
    text = fragment(clerk, card_url(home[0])).content.decode()
    assert [word for word in ("昨天回电", "明天回电", "已回电", "别家的") if word in text] == ["昨天回电", "明天回电"]
    assert text.index("昨天回电") < text.index("明天回电")
    assert text.count('class="num late"') == 1
    assert "昨天回电" not in fragment(engineer, card_url(home[0])).content.decode()


def test_card_shows_what_the_household_called_about_too(home, office, fragment, clerk):
    other = TicketFactory(office=office, unit=UnitFactory(office=office), subject="楼上漏下来")
    CallerFactory(ticket=other, unit=home[0])
    assert "楼上漏下来" in fragment(clerk, card_url(home[0])).content.decode()


def test_card_tells_occupied_from_vacant(home, office, fragment, clerk):
    vacant = UnitFactory(office=office, code="3-2-1601")
    assert "tone-ok" in fragment(clerk, card_url(home[0])).content.decode()
    text = fragment(clerk, card_url(vacant)).content.decode()
    assert "tone-ok" not in text
    assert "tone-muted" in text


def test_card_forgets_who_has_left(home, fragment, clerk):
    home[1].tenures.update(ends=dt.date(2026, 2, 1))
    assert "张伟" not in fragment(clerk, card_url(home[0])).content.decode()


def test_card_shows_a_guard_no_people(home, office, fragment, guard):
    TicketFactory(office=office, unit=home[0], subject="漏水")
    text = fragment(guard, card_url(home[0])).content.decode()
    for secret in ("张伟", "138", "粤B12345", "漏水"):
        assert secret not in text


def test_card_shows_an_engineer_own_tickets_only(home, office, fragment, engineer):
    TicketFactory(office=office, unit=home[0], subject="给我的", assignee=engineer, state="dispatched")
    TicketFactory(office=office, unit=home[0], subject="别人的")
    text = fragment(engineer, card_url(home[0])).content.decode()
    assert "给我的" in text
    assert "别人的" not in text


def test_card_costs_a_fixed_number_of_queries(home, office, client_of, clerk, django_assert_num_queries):
    client = client_of(clerk)
    client.get(card_url(home[0]), headers={"HX-Request": "true"})
    for _n in range(2):
        with django_assert_num_queries(14):  # the last: passes under way and what the household owes
            client.get(card_url(home[0]), headers={"HX-Request": "true"})
        for name in ("甲", "乙", "丙"):
            move_in(home[0], name, "13800000000", role="family")
            VehicleFactory(person=home[1])
            ticket = TicketFactory(office=office, unit=home[0])
            PromiseFactory(ticket=ticket)
            CallerFactory(ticket=TicketFactory(office=office, is_incident=True), unit=home[0])


def test_card_without_htmx_is_a_page(home, client_of, clerk):
    assert "<html" in client_of(clerk).get(card_url(home[0])).content.decode()


@pytest.mark.parametrize("name", ["household", "unit_sections", "person_sections"])
def test_parts_of_another_office_are_not_found(home, client_of, outsider, name):
    pk = home[1].pk if name.startswith("person") else home[0].pk
    assert client_of(outsider).get(reverse(f"home:{name}", args=[pk])).status_code == 404


def test_choices_answer_the_select(home, client_of, clerk):
    answer = client_of(clerk).get(reverse("home:household_choices"), {"q": "zw"}).json()
    assert [row["value"] for row in answer["results"]] == [home[0].pk]
    assert answer["results"][0]["text"].startswith("3-2-1502 · ")


def test_choices_of_nothing_are_empty(home, client_of, clerk):
    assert client_of(clerk).get(reverse("home:household_choices")).json() == {"results": []}


def test_choices_for_another_office_one_works_in(home, office, other_office, client_of, clerk):
    MembershipFactory(user=clerk, office=other_office, role="clerk")
    there, _person = settle(other_office, "9-9-901", "张北")
    answer = client_of(clerk).get(reverse("home:household_choices"), {"q": "张", "office": other_office.pk}).json()
    assert [row["value"] for row in answer["results"]] == [there.pk]


def test_choices_of_a_strange_office_are_refused(home, office, client_of, outsider):
    asked = {"q": "张", "office": office.pk}
    assert client_of(outsider).get(reverse("home:household_choices"), asked).status_code == 403


def test_search_for_a_household_leads_to_a_new_ticket(home, client_of, fragment, clerk):
    url = reverse("home:household_search")
    link = f"{reverse('complaints:ticket_add')}?unit={home[0].pk}"
    assert link in client_of(clerk).get(url, {"q": "8000"}).content.decode()
    part = fragment(clerk, url, q="8000").content.decode()
    assert link in part
    assert "<html" not in part


def test_search_for_a_household_leads_a_guard_to_the_unit(home, client_of, guard):
    page = client_of(guard).get(reverse("home:household_search"), {"q": "1502"}).content.decode()
    assert f'href="{home[0].get_absolute_url()}"' in page
    assert "ticket_add" not in page


def test_unit_sections_list_its_tickets_open_first(home, office, fragment, clerk):
    TicketFactory(office=office, unit=home[0], subject="新结", state="archived")
    TicketFactory(office=office, unit=home[0], subject="旧未结", received_at=timezone.now() - dt.timedelta(days=30))
    TicketFactory(office=office, subject="别家")
    text = fragment(clerk, reverse("home:unit_sections", args=[home[0].pk])).content.decode()
    assert text.index("旧未结") < text.index("新结")
    assert "别家" not in text
    assert f"?unit={home[0].pk}" in text


def test_person_sections_list_what_the_person_called_about(home, office, fragment, clerk):
    TicketFactory(office=office, person=home[1], subject="他的事")
    text = fragment(clerk, reverse("home:person_sections", args=[home[1].pk])).content.decode()
    assert "他的事" in text
    assert f"?person={home[1].pk}" in text


def test_sections_show_a_guard_the_goods_passes_alone(home, office, fragment, guard):
    TicketFactory(office=office, unit=home[0], subject="漏水")
    goods_pass = GoodsPassFactory(office=office, unit=home[0])
    text = fragment(guard, reverse("home:unit_sections", args=[home[0].pk])).content.decode()
    assert text.count("<section") == 1
    assert goods_pass.number in text
    assert "漏水" not in text
    assert reverse("movein:goodspass_add", args=[home[0].pk]) not in text


def test_person_sections_are_refused_to_a_guard(home, client_of, guard):
    assert client_of(guard).get(reverse("home:person_sections", args=[home[1].pk])).status_code == 403
