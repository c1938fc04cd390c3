"""An office that charges: the customer's tariffs, a flat that owes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from fees.models import Tariff
from fees.services import Money, take_over_tariffs, take_payment
from frontdesk.kit import verification
from tests.factories import BillFactory, TenureFactory, UnitFactory

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


@pytest.fixture
def tariffs(office, supervisor):
    """The customer's tariffs, by kind and basis."""
    take_over_tariffs(office, by=supervisor)
    return Tariff.objects.filter(office=office)


@pytest.fixture
def flat(office):
    """A sold flat of 89.50 m² with an owner."""
    unit = UnitFactory(office=office)
    TenureFactory(unit=unit)
    return unit


@pytest.fixture
def owe(flat):
    """Make an open bill of the flat."""

    def bill(amount="100.00", *, due=dt.date(2026, 10, 5), unit=None, **values):
        unit = unit or flat
        values = {"source": "charge", "amount": Decimal(amount), "due_on": due} | values
        return BillFactory(unit=unit, office=unit.office, **values)

    return bill


@pytest.fixture
def pay(cashier):
    """Take cash for bills."""

    def payment(*bills, amount=None, unit=None, by=None, method="cash", **values):
        amount = sum(bill.outstanding for bill in bills) if amount is None else Decimal(amount)
        office = (unit or bills[0]).office
        money = [Money(method, amount)]
        return take_payment(office, bills=bills, money=money, by=by or cashier, unit=unit, **values)

    return payment


@pytest.fixture
def all_is_well():
    """Ask at the end of a test whether every invariant holds."""
    yield
    assert verification.findings() == []
