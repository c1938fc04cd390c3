"""The gate as a guard uses it on a phone, and the counter where the fee is paid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from fees import services
from fees.models import ParkingVisit, Payment
from frontdesk.kit.calendar import now
from tests.factories import ParkingVisitFactory

pytestmark = pytest.mark.django_db
GATE, LIST = "/parking/", "/parking-visits/"


def once(**data):
    return {"once": str(uuid4()), **data}


def url_of(visit, name):
    return reverse(f"fees:parkingvisit_{name}", args=[visit.pk])


@pytest.fixture
def visit(tariffs, office, guard):
    """A car that came three hours ago."""
    at = now() - dt.timedelta(hours=3)
    return ParkingVisitFactory(office=office, plate="粤B12345", entered_by=guard, entered_at=at, began_at=at)


def test_gate_lets_a_car_in_and_is_ready_for_the_next(office, guard, client_of):
    answer = client_of(guard).post(GATE, once(plate="粤B·54321"), follow=True)
    assert answer.redirect_chain == [(GATE, 302)]
    assert [visit.plate for visit, _length in answer.context["inside"]] == ["粤B54321"]


def test_gate_says_beside_the_field_that_a_car_is_inside(visit, guard, client_of):
    answer = client_of(guard).post(GATE, once(plate="粤B12345"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (409, ["plate"])


def test_gate_says_beside_the_field_that_a_plate_is_none(office, guard, client_of):
    answer = client_of(guard).post(GATE, once(plate="1234"))
    assert list(answer.context["form"].errors) == ["plate"]
    assert answer.context["form"]["plate"].value() == "1234"


def test_gate_finds_by_part_of_the_plate(visit, office, guard, client_of):
    ParkingVisitFactory(office=office, plate="粤B99999")
    answer = client_of(guard).get(GATE, {"q": "b123"})
    assert [found.plate for found, _length in answer.context["inside"]] == ["粤B12345"]
    assert answer.context["count"] == 2


def test_guard_tells_the_fee_and_sends_to_the_counter(visit, guard, client_of):
    client = client_of(guard)
    page = client.get(url_of(visit, "leave"))
    assert (page.context["amount"], page.context["at_counter"]) == ("¥5.00", True)
    assert "method" not in page.context["form"].fields
    answer = client.post(url_of(visit, "leave"), once(told="5.00"))
    assert answer.url == visit.get_absolute_url()
    assert ParkingVisit.objects.unpaid().get() == visit


def test_cashier_at_the_gate_takes_the_money_at_once(visit, cashier, client_of):
    client = client_of(cashier)
    assert client.post(url_of(visit, "leave"), once(told="5.00")).context["form"].errors.keys() == {"method"}
    answer = client.post(url_of(visit, "leave"), once(told="5.00", method="cash"))
    assert answer.url == GATE
    assert Payment.objects.get().amount == Decimal(5)


def test_form_sent_twice_takes_the_money_once(visit, cashier, client_of):
    client, data = client_of(cashier), once(told="5.00", method="cash")
    answers = [client.post(url_of(visit, "leave"), data) for _click in range(2)]
    assert [answer.url for answer in answers] == [GATE, GATE]
    assert Payment.objects.count() == 1


def test_fee_that_went_on_is_told_anew(visit, guard, client_of):
    client = client_of(guard)
    answer = client.post(url_of(visit, "leave"), once(told="0.00"))
    assert (answer.status_code, answer.context["form"]["told"].value()) == (200, "5.00")
    assert client.post(url_of(visit, "leave"), once(told="5.00")).status_code == 302


def test_lost_ticket_is_told_and_charged(visit, guard, client_of):
    client = client_of(guard)
    assert client.get(url_of(visit, "lost")).context["amount"] == "¥10.00"
    client.post(url_of(visit, "lost"), once(told="10.00"))
    visit.refresh_from_db()
    assert (visit.visits, visit.lost_ticket) == (2, True)


def test_second_who_lets_it_out_is_told_so(visit, guard, clerk, client_of):
    services.leave_visit(visit, by=guard)
    assert client_of(clerk).post(url_of(visit, "leave"), once(told="5.00")).status_code == 409
    assert client_of(clerk).get(url_of(visit, "leave")).status_code == 409


def test_no_entry_pays_as_for_a_lost_ticket(tariffs, guard, client_of):
    answer = client_of(guard).post("/parking/no-entry/", once(plate="粤B54321"))
    visit = ParkingVisit.objects.get()
    assert (answer.url, visit.bill.amount) == (visit.get_absolute_url(), Decimal(10))


def test_counter_takes_the_fee_later(visit, guard, cashier, client_of):
    services.leave_visit(visit, by=guard)
    client = client_of(cashier)
    assert "¥5.00" in client.get(url_of(visit, "pay")).content.decode()
    assert client.post(url_of(visit, "pay"), once(method="wechat")).url == visit.get_absolute_url()
    assert client.get(visit.get_absolute_url()).context["badge"][1] == "muted"
    assert client.post(url_of(visit, "pay"), once(method="wechat")).status_code == 409


def test_leave_page_without_a_tariff_says_what_is_missing(visit, tariffs, guard, client_of):
    tariffs.filter(basis="visit").update(is_active=False)
    page = client_of(guard).get(url_of(visit, "leave"))
    assert page.context["problem"]
    assert client_of(guard).post(url_of(visit, "leave"), once(told="")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_every_row(office, clerk, client_of, rows, django_assert_num_queries):
    ParkingVisitFactory.create_batch(rows, office=office)
    client = client_of(clerk)
    client.get(LIST)
    with django_assert_num_queries(8):
        assert client.get(LIST).context["screen"].count == rows


def test_list_goes_to_excel(visit, cashier, client_of):
    answer = client_of(cashier, confirmed=True).get(LIST, {"export": "xlsx", "state": "inside"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.getvalue()[:2] == b"PK"
