"""Who owes what since when (R-FEE-10): the list, one household, calls and promises."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fees import services
from fees.models import Bill, DunningCall
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Notification
from tests.factories import (
    BillFactory,
    BuildingFactory,
    DunnedBillFactory,
    DunningCallFactory,
    PhoneFactory,
    TenureFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

LIST = reverse("fees:arrears_list")
TODAY = dt.date(2026, 11, 28)
NOON = dt.datetime(2026, 11, 28, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _on_a_saturday():
    with time_machine.travel(NOON, tick=False):
        yield


def days_ago(days):
    return TODAY - dt.timedelta(days=days)


def lines(answer):
    """Give the rows of the list as the table reads them."""
    screen = answer.context["screen"]
    return [dict(zip(screen.table.at, row, strict=True)) for row in screen.rows]


def test_by_household_adds_up_by_age_and_shows_what_is_disputed_apart(owe, flat):
    for days in (0, 1, 30, 31, 90, 91, 365, 366):
        owe("10.00", due=days_ago(days), month=days_ago(days).replace(day=1))
    contested = owe("5.00", due=days_ago(1), month=dt.date(2026, 11, 1))
    Bill.objects.filter(pk=contested.pk).update(disputed_at=timezone.now())
    row = Bill.objects.by_household().get()
    ages = [row[name] for name in ("to_30", "to_90", "to_365", "older", "disputed", "owed")]
    assert ages == [Decimal(amount) for amount in ("25", "20", "20", "10", "5", "75")]
    assert (row["unit"], row["oldest"], row["months"]) == (flat.pk, days_ago(366), 4)


def test_a_bill_is_not_overdue_on_its_due_day(owe):
    owe(due=TODAY)
    assert not Bill.objects.by_household().exists()
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        assert Bill.objects.by_household().count() == 1


def test_list_shows_each_household_once_with_owner_call_promise_and_level(owe, flat, clerk, client_of):
    first = owe("100.00", due=days_ago(40), month=dt.date(2026, 10, 1))
    owe("50.00", due=days_ago(9), month=dt.date(2026, 11, 1))
    owner = flat.tenures.get().person
    DunnedBillFactory(bill=first, notice__unit=flat, notice__batch__office=flat.office, level=2)
    DunningCallFactory(unit=flat, promised_on=dt.date(2026, 11, 20), by=clerk)
    (row,) = lines(client_of(clerk).get(LIST))
    assert (row["code"], row["owner"], row["owed"], row["months"]) == (flat.code, owner.name, Decimal(150), 2)
    assert (row["level"], row["promised_on"]) == (2, dt.date(2026, 11, 20))
    assert row["called"].startswith("11-28 ")


def test_list_filters(owe, flat, office, clerk, steward, client_of):
    building = BuildingFactory(office=office, steward=steward)
    old = UnitFactory(office=office, building=building, code="9-1-901")
    owe("10.00", due=days_ago(8))
    late = owe("20.00", due=days_ago(400), unit=old)
    contested = owe("5.00", due=days_ago(8), unit=old)
    Bill.objects.filter(pk=contested.pk).update(disputed_at=timezone.now())
    DunnedBillFactory(bill=late, notice__unit=old, notice__batch__office=office, level=1)
    DunningCallFactory(unit=old, promised_on=days_ago(1))
    client = client_of(clerk)
    for query, wanted in {
        f"building={building.pk}": [old],
        f"steward={steward.pk}": [old],
        "age=365": [old],
        "due=1": [],
        "due=3": [old],
        "level=none": [flat],
        "level=1": [old],
        "level=3": [],
        "promise=broken": [old],
        "promise=none": [flat],
        "promise=open": [],
        "disputed=true": [old],
        "disputed=false": [flat],
        "q=9-1-901": [old],
        f"q={flat.tenures.get().person.name}": [flat],
    }.items():
        found = {row["unit"] for row in lines(client.get(f"{LIST}?{query}"))}
        assert (query, found) == (query, {unit.pk for unit in wanted})


def test_list_can_be_sorted_and_adds_up_what_is_filtered(owe, office, clerk, client_of):
    for code, amount in (("1-1-101", "30"), ("1-1-102", "10"), ("1-1-103", "20")):
        owe(amount, due=days_ago(5), unit=UnitFactory(office=office, code=code))
    client = client_of(clerk)
    answer = client.get(LIST)
    assert [row["owed"] for row in lines(answer)] == [30, 20, 10]
    screen = answer.context["screen"]
    assert (screen.count, screen.figures["owed"]) == (3, Decimal(60))
    assert [row["code"] for row in lines(client.get(f"{LIST}?sort=-code"))] == ["1-1-103", "1-1-102", "1-1-101"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_one_and_three_rows(
    rows, owe, office, clerk, client_of, django_assert_num_queries
):
    for _row in range(rows):
        unit = UnitFactory(office=office)
        TenureFactory(unit=unit)
        owe(due=days_ago(40), unit=unit)
    client = client_of(clerk)
    client.get(LIST)
    with django_assert_num_queries(13):
        assert len(lines(client.get(LIST))) == rows


def test_list_as_excel_keeps_codes_as_text_and_adds_up(owe, office, cashier, clerk, client_of):
    owe("30", due=days_ago(5), unit=UnitFactory(office=office, code="0101"))
    owe("12.50", due=days_ago(5), unit=UnitFactory(office=office, code="0102"))
    answer = client_of(cashier, confirmed=True).get(LIST, {"export": "xlsx", "sort": "code"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    head = [cell.value for cell in sheet[1]]
    owed = head.index("逾期金额")
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["0101", "0102", "合计"]
    assert [row[owed].value for row in sheet.iter_rows(min_row=2)] == [30, 12.5, 42.5]
    assert sheet.freeze_panes == "A2"
    assert client_of(clerk, confirmed=True).get(LIST, {"export": "xlsx"}).status_code == 403


def test_the_company_sees_every_office(owe, flat, other_office, company, client_of):
    owe(due=days_ago(5))
    owe(due=days_ago(5), unit=UnitFactory(office=other_office))
    assert {row["unit__office__name"] for row in lines(client_of(company).get(LIST))} == {
        flat.office.name,
        other_office.name,
    }


def test_household_shows_bills_calls_and_the_broken_promise(owe, flat, clerk, client_of):
    owe("100", due=days_ago(40))
    call = DunningCallFactory(unit=flat, promised_on=days_ago(3), by=clerk, note="发工资后交")
    answer = client_of(clerk).get(reverse("fees:arrears", args=[flat.pk]))
    assert answer.context["owed"] == Decimal(100)
    assert answer.context["promise"] == call
    assert "发工资后交" in answer.content.decode()


# ---- calls ----


def test_log_call_keeps_result_promise_and_what_was_owed(owe, flat, clerk):
    owe("100", due=days_ago(5))
    call = services.log_call(flat, result="promised", promised_on=dt.date(2026, 12, 5), note="五号发工资", by=clerk)
    assert (call.owed, call.promised_on, call.by) == (Decimal(100), dt.date(2026, 12, 5), clerk)
    assert history_of(call).get().verb == "log_call"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"result": "promised"}, "promised_on"),
        ({"result": "promised", "promised_on": days_ago(1)}, "promised_on"),
        ({"result": "promised", "promised_on": dt.date(2029, 1, 1)}, "promised_on"),
        ({"result": "refuses"}, "note"),
        ({"result": "disputes", "note": " "}, "note"),
    ],
)
def test_log_call_refuses_what_says_nothing(values, field, owe, flat, clerk):
    owe(due=days_ago(5))
    with pytest.raises(DeskError) as error:
        services.log_call(flat, by=clerk, **values)
    assert error.value.field == field


def test_log_call_refuses_when_nothing_is_overdue(owe, flat, clerk):
    owe(due=TODAY)
    with pytest.raises(DeskError):
        services.log_call(flat, result="told", by=clerk)


def test_log_call_needs_who_chases(owe, flat, engineer):
    owe(due=days_ago(5))
    with pytest.raises(PermissionDenied):
        services.log_call(flat, result="told", by=engineer)


def test_a_new_promise_stands_for_the_old_one(flat):
    DunningCallFactory(unit=flat, promised_on=days_ago(3))
    DunningCallFactory(unit=flat, promised_on=dt.date(2026, 12, 5))
    DunningCallFactory(unit=flat, result="unreached", promised_on=None)
    assert not DunningCall.objects.broken().exists()
    assert DunningCall.objects.broken(dt.date(2026, 12, 6)).count() == 1


def test_call_through_the_page_loses_nothing_when_refused_and_acts_once(owe, flat, clerk, client_of):
    owe(due=days_ago(5))
    client, url = client_of(clerk), reverse("fees:dunningcall_add", args=[flat.pk])
    data = {"once": str(uuid4()), "result": "promised", "way": "phone", "note": "下周一定交"}
    refused = client.post(url, data)
    assert "下周一定交" in refused.content.decode()
    assert "promised_on" in refused.context["form"].errors
    for _time in range(2):
        answer = client.post(url, data | {"promised_on": "2026-12-05"})
        assert answer.url == reverse("fees:arrears", args=[flat.pk])
    assert DunningCall.objects.get().note == "下周一定交"


def test_number_is_shown_on_record_behind_the_password_while_something_is_owed(owe, flat, cashier, client_of):
    bill = owe(due=days_ago(5))
    person = flat.tenures.get().person
    PhoneFactory(person=person, number="13800138000")
    page = client_of(cashier).get(reverse("fees:arrears", args=[flat.pk])).content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page
    url = reverse("fees:arrears_phone", args=[flat.pk, person.pk])
    assert "13800138000" not in client_of(cashier).post(url).content.decode()
    assert "13800138000" in client_of(cashier, confirmed=True).post(url).content.decode()
    act = history_of(person).get()
    assert (act.verb, act.actor) == ("reveal_person", cashier)
    assert flat.code in act.note
    Bill.objects.filter(pk=bill.pk).update(outstanding=0)
    assert client_of(cashier, confirmed=True).post(url).status_code == 302


def test_who_was_promised_hears_once_a_day_that_nothing_came(owe, flat, office, clerk):
    owe(due=days_ago(40))
    paid = UnitFactory(office=office)
    for unit in (flat, paid):
        DunningCallFactory(unit=unit, promised_on=days_ago(1), by=clerk)
    assert services.remind_of_promises(timezone.now()) == 1
    assert services.remind_of_promises(timezone.now()) == 0
    notice = Notification.objects.get(user=clerk)
    assert notice.url == f"{LIST}?promise=broken"
    with time_machine.travel(NOON + dt.timedelta(hours=14), tick=False):  # two in the morning
        assert services.remind_of_promises(timezone.now()) == 0
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        assert services.remind_of_promises(timezone.now()) == 1


def test_bills_of_no_unit_belong_to_no_household(office, tariffs):
    BillFactory(unit=None, office=office, tariff=tariffs.first(), due_on=days_ago(40))
    assert not Bill.objects.by_household().exists()
