"""Letters (R-FEE-10): who is written to, once, in walking order, all on one print."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from fees.models import Bill, DunnedBill, DunningBatch, DunningNotice
from fees.services import came_of, letters_due, write_letters
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from tests.factories import BillFactory, BuildingFactory, DunnedBillFactory, EntranceFactory, TariffFactory, UnitFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 28)
PAY_BY = dt.date(2026, 12, 8)


@pytest.fixture(autouse=True)
def _on_a_saturday():
    with time_machine.travel(dt.datetime(2026, 11, 28, 4, tzinfo=dt.UTC), tick=False):
        yield


def days_ago(days):
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def write(office, supervisor):
    """Write letters of a level."""

    def letters(level=1, **values):
        return write_letters(office, level=level, pay_by=PAY_BY, by=supervisor, **values)

    return letters


def test_write_letters_names_all_that_is_overdue_with_the_amounts_as_they_were(write, owe, flat):
    late, recent = owe("100.00", due=days_ago(10)), owe("20.50", due=days_ago(1))
    owe("7.00", due=TODAY)
    batch = write()
    letter = batch.notices.get()
    facts = (letter.unit, letter.addressee, letter.amount, letter.number, letter.in_capitals)
    owner = flat.tenures.get().person.name
    assert facts == (flat, owner, Decimal("120.50"), "C2026-000001", "壹佰贰拾元伍角")
    lines = [(line.bill, line.amount, line.is_new) for line in letter.lines.all()]
    assert lines == [(late, Decimal("100.00"), True), (recent, Decimal("20.50"), False)]
    assert (batch.households, batch.amount) == (1, Decimal("120.50"))
    assert history_of(batch).get().verb == "write_letters"


@pytest.mark.parametrize(("level", "days"), [(1, 10), (2, 30), (3, 90)])
def test_write_letters_begins_on_the_office_s_own_day(level, days, write, owe):
    owe(due=days_ago(days - 1))
    with pytest.raises(DeskError):
        write(level)
    owe(due=days_ago(days))
    assert write(level).households == 1


def test_write_letters_leaves_disputed_bills_out(write, owe):
    contested = owe("100.00", due=days_ago(50))
    Bill.objects.filter(pk=contested.pk).update(disputed_at=timezone.now())
    with pytest.raises(DeskError):
        write()
    owe("30.00", due=days_ago(50))
    assert write().amount == Decimal("30.00")


def test_write_letters_writes_nobody_twice_about_the_same_at_the_same_level(write, owe):
    owe("100.00", due=days_ago(50))
    write()
    with pytest.raises(DeskError):
        write()
    assert write(2).households == 1
    with pytest.raises(DeskError):  # and does not begin at the bottom again
        write(1)
    owe("20.00", due=days_ago(12))
    again = write(1)
    assert [line.is_new for line in again.notices.get().lines.all()] == [False, True]
    assert again.amount == Decimal("120.00")


def test_the_database_keeps_a_bill_from_being_new_twice_at_a_level(owe):
    bill = owe()
    DunnedBillFactory(bill=bill)
    with pytest.raises(IntegrityError), transaction.atomic():
        DunnedBillFactory(bill=bill)
    DunnedBillFactory(bill=bill, level=2)
    DunnedBillFactory(bill=bill, is_new=False)


def test_write_letters_numbers_run_on_without_a_gap(write, owe, office):
    for _unit in range(2):
        owe(due=days_ago(20), unit=UnitFactory(office=office))
    write()
    with pytest.raises(DeskError):
        write()
    owe(due=days_ago(20))
    write()
    assert list(DunningNotice.objects.order_by("number").values_list("number", flat=True)) == [
        "C2026-000001",
        "C2026-000002",
        "C2026-000003",
    ]


def test_write_letters_can_be_narrowed_down(write, owe, office, steward):
    building = BuildingFactory(office=office, steward=steward)
    mine = UnitFactory(office=office, building=building)
    owe("100.00", due=days_ago(50))
    owe("30.00", due=days_ago(50), unit=mine)
    with pytest.raises(DeskError):
        write(building=building, at_least=Decimal(31))
    batch = write(steward=steward)
    assert [letter.unit for letter in batch.notices.all()] == [mine]
    assert write(at_least=Decimal(100)).amount == Decimal(100)


def test_write_letters_needs_a_day_ahead_and_the_right(office, owe, supervisor, cashier):
    owe(due=days_ago(50))
    with pytest.raises(DeskError) as error:
        write_letters(office, level=1, pay_by=TODAY, by=supervisor)
    assert error.value.field == "pay_by"
    with pytest.raises(PermissionDenied):
        write_letters(office, level=1, pay_by=PAY_BY, by=cashier)


def test_letters_due_counts_what_a_batch_would_write(write, owe, office):
    owe("100.00", due=days_ago(50))
    owe("30.00", due=days_ago(15), unit=UnitFactory(office=office))
    found = letters_due(office)
    assert [(found[level]["households"], found[level]["amount"]) for level in (1, 2, 3)] == [(2, 130), (1, 100), (0, 0)]
    write()
    assert letters_due(office)[1]["households"] == 0


def test_came_of_says_what_was_paid_since(write, owe, pay, office):
    bill = owe("100.00", due=days_ago(50))
    owe("30.00", due=days_ago(50), unit=UnitFactory(office=office))
    batch = write()
    pay(bill)
    assert came_of(batch) == {"left": Decimal("30.00"), "settled": 1}


def test_five_hundred_letters_are_all_on_the_print_in_walking_order(write, office, supervisor, client_of):
    tariff, units = TariffFactory(office=office, name="物业费"), []
    for house in (2, 1):  # the second house was entered first
        building = BuildingFactory(office=office, name=f"{house}栋", position=house)
        entrance = EntranceFactory(building=building)
        for place in range(250):
            floor, door = divmod(249 - place, 10)
            units.append(
                UnitFactory(
                    office=office,
                    building=building,
                    entrance=entrance,
                    floor=floor + 1,
                    code=f"{house}-1-{floor + 1}{door + 1:02d}",
                )
            )
    for unit in units:
        BillFactory(unit=unit, tariff=tariff, due_on=days_ago(40))
    batch = write(2)
    client = client_of(supervisor)
    page = client.get(reverse("fees:dunningbatch_letters", args=[batch.pk])).content.decode()
    assert page.count('<article class="letter"') == 500
    numbers = re.findall(r"C2026-\d{6}", page)
    assert numbers == [f"C2026-{number:06d}" for number in range(1, 501)]
    walked = sorted(units, key=lambda unit: (unit.building.position, unit.floor, unit.code))
    said = re.findall(r'<p class="letter-to">\s*([\w-]+)', page)
    assert said == [unit.code for unit in walked]


def test_the_print_of_letters_costs_the_same_queries_for_one_and_three(
    write, owe, office, supervisor, client_of, django_assert_num_queries
):
    owe(due=days_ago(40))
    one = write()
    for _unit in range(3):
        owe(due=days_ago(40), unit=UnitFactory(office=office))
    three, client = write(), client_of(supervisor)
    for batch in (one, three):
        url = reverse("fees:dunningbatch_letters", args=[batch.pk])
        client.get(url)
        with django_assert_num_queries(6):
            client.get(url)


def test_the_print_of_letters_holds_more_lines_than_a_database_takes_in_one_list(
    write, owe, flat, supervisor, client_of
):
    for _bill in range(1100):
        owe("1.00", due=days_ago(40))
    page = client_of(supervisor).get(reverse("fees:dunningbatch_letters", args=[write().pk]))
    assert page.content.decode().count("<tr><td>") == 1100


def test_the_print_of_letters_is_written_down_and_looking_is_not(write, owe, supervisor, clerk, client_of):
    owe(due=days_ago(10))
    batch = write()
    page, number = reverse("fees:dunningbatch_letters", args=[batch.pk]), batch.notices.get().number
    client = client_of(clerk)
    client.get(page)
    assert [row.verb for row in history_of(batch)] == ["write_letters"]
    assert "printing.js" in client.post(page).content.decode()
    client.post(f"{page}?letter={number}")
    assert client.post(f"{page}?letter=C2026-999999").status_code == 404
    rows = [(row.verb, row.actor, row.note) for row in history_of(batch)][:2]
    assert rows == [("print_letters", clerk, number), ("print_letters", clerk, "")]


def test_one_letter_can_be_printed_again(write, owe, office, supervisor, client_of):
    for _unit in range(2):
        owe(due=days_ago(40), unit=UnitFactory(office=office))
    url = reverse("fees:dunningbatch_letters", args=[write().pk])
    page = client_of(supervisor).get(url, {"letter": "C2026-000002"}).content.decode()
    assert page.count('<article class="letter"') == 1
    assert client_of(supervisor).get(url, {"letter": "C2026-000009"}).status_code == 404


def test_the_letter_is_in_chinese_whoever_prints_it(write, owe, supervisor, client_of):
    owe("100.00", due=days_ago(95))
    batch = write(3)
    supervisor.language = "en"
    supervisor.save(update_fields=["language"])
    page = client_of(supervisor).get(reverse("fees:dunningbatch_letters", args=[batch.pk])).content.decode()
    letter = page[page.index("<article") : page.index("</article>")]
    assert "最后催缴函" in letter
    assert "2026年12月8日" in letter
    assert "壹佰元整" in letter
    assert "第九百四十四条" in letter


def test_letters_through_the_page(owe, office, supervisor, client_of):
    owe("100.00", due=days_ago(40))
    client, url = client_of(supervisor), reverse("fees:dunningbatch_add")
    data = {"once": str(uuid4()), "level": "2", "pay_by": "2026-11-01"}
    refused = client.post(url, data)
    assert "pay_by" in refused.context["form"].errors
    for _time in range(2):
        answer = client.post(url, data | {"pay_by": "2026-12-08"})
        batch = DunningBatch.objects.get()
        assert answer.url == batch.get_absolute_url()
    assert "100.00" in client.get(answer.url).content.decode()
    empty = client.post(url, data | {"once": str(uuid4()), "pay_by": "2026-12-08"})
    assert empty.context["form"].non_field_errors()
    assert DunnedBill.objects.count() == 1


@pytest.mark.parametrize(("name", "queries"), [("dunningbatch_list", 6), ("dunningnotice_list", 7)])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_queries(
    rows, name, queries, write, owe, office, supervisor, client_of, django_assert_num_queries
):
    for _row in range(rows):
        owe(due=days_ago(40), unit=UnitFactory(office=office))
        batch = write() if name == "dunningbatch_list" else None
    batch = batch or write()
    url = reverse(f"fees:{name}", args=[batch.pk] if name == "dunningnotice_list" else [])
    client = client_of(supervisor)
    client.get(url)
    with django_assert_num_queries(queries):
        assert client.get(url).context["screen"].count == rows
