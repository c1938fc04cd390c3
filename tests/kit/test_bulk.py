"""Many rows in one statement, on both databases, and never one twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from fees.models import Bill
from frontdesk.kit.bulk import insert_new
from tests.factories import TariffFactory, UnitFactory

pytestmark = pytest.mark.django_db
NOVEMBER = dt.date(2026, 11, 1)
NAMES = ("unit", "quantity", "parts", "amount", "outstanding", "subject")


@pytest.fixture
def same(office):
    """What all bills of a run have in common."""
    return {
        "office": office.pk,
        "tariff": TariffFactory(office=office).pk,
        "month": NOVEMBER,
        "source": "run",
        "rate": Decimal("1.9000"),
        "days": 30,
        "month_days": 30,
        "percent": 100,
        "due_on": dt.date(2026, 11, 5),
        "reference": "",
        "billed_at": dt.datetime(2026, 11, 1, 1, tzinfo=dt.UTC),
        "dispute": "",
    }


@pytest.fixture
def flats(office):
    """Three flats."""
    return [UnitFactory(office=office) for _n in range(3)]


def row(unit, amount="170.05", *, quantity="89.50", parts=(), subject=""):
    fen = int(Decimal(amount).scaleb(2))
    return [unit.pk, float(Decimal(quantity)), list(parts), fen, fen, subject]


def test_insert_new_writes_every_kind_of_column(flats, same):
    parts = [["2026-11-01", "2026-11-30", "1.9000", 100, 17005]]
    said = "1 号楼 “北” 'O\\x' %s {}\n末"
    assert insert_new(Bill, NAMES, [row(flats[0], quantity="89.505", parts=parts, subject=said)], same=same) == 1
    bill = Bill.objects.get()
    assert (bill.unit, bill.amount, bill.outstanding) == (flats[0], Decimal("170.05"), Decimal("170.05"))
    assert (bill.quantity, bill.rate, bill.parts, bill.subject) == (Decimal("89.505"), Decimal("1.9"), parts, said)
    assert (bill.month, bill.due_on, bill.billed_at) == (NOVEMBER, same["due_on"], same["billed_at"])
    assert (bill.vehicle, bill.run, bill.disputed_at, bill.disputed_by) == (None, None, None, None)


def test_insert_new_writes_what_the_orm_would_write(flats, same):
    insert_new(Bill, NAMES, [row(flats[0])], same=same)
    ours = Bill.objects.values().get()
    values = {name: value for name, value in ours.items() if name != "id"} | {"unit_id": flats[1].pk}
    theirs = Bill.objects.create(**values)
    again = Bill.objects.values().get(pk=theirs.pk)
    assert {**again, "id": 0, "unit_id": 0} == {**ours, "id": 0, "unit_id": 0}
    assert Bill.objects.filter(quantity=Decimal("89.5"), parts=[], amount=Decimal("170.05")).count() == 2


def test_insert_new_leaves_what_is_there_as_it_is(flats, same):
    assert insert_new(Bill, NAMES, [row(flat) for flat in flats[:2]], same=same) == 2
    before = list(Bill.objects.values())
    assert insert_new(Bill, NAMES, [row(flat, "1.00") for flat in flats], same=same) == 1
    assert list(Bill.objects.exclude(unit=flats[2]).values()) == before


def test_insert_new_of_the_same_row_twice_in_one_statement(flats, same):
    assert insert_new(Bill, NAMES, [row(flats[0]), row(flats[0])], same=same) == 1


def test_insert_new_of_nothing_asks_nothing(same, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert_new(Bill, NAMES, [], same=same) == 0


def test_insert_new_of_a_thousand_is_one_statement(office, same, django_assert_num_queries):
    tariff_rows = [row(UnitFactory(office=office), "1.00") for _n in range(3)]
    with django_assert_num_queries(1):
        assert insert_new(Bill, NAMES, tariff_rows, same=same) == 3
