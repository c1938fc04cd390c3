from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from fees.models import Adjustment, Bill
from fees.services import (
    approve_correction,
    balance_of,
    charge_unit,
    dispute_bill,
    explain,
    request_correction,
    settle_dispute,
)
from frontdesk.kit.errors import Conflict, DeskError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]


def corrected(bill, amount, *, by, manager):
    return approve_correction(request_correction(bill, amount=Decimal(amount), reason="面积更正", by=by), by=manager)


def test_correction_stands_beside_the_bill(owe, cashier, manager):
    bill = owe("100")
    corrected(bill, "-10", by=cashier, manager=manager)
    bill.refresh_from_db()
    assert (bill.amount, bill.outstanding) == (100, 90)
    assert [step.amount for step in explain(bill)] == [100, -10]


def test_correction_of_a_paid_bill_goes_into_the_advance(owe, pay, cashier, manager, flat):
    bill = owe("100")
    pay(bill)
    corrected(bill, "-30", by=cashier, manager=manager)
    bill.refresh_from_db()
    assert (bill.outstanding, balance_of(flat)) == (0, 30)


def test_correction_of_a_paid_prepayment_moves_the_money_and_doubles_none(owe, pay, cashier, manager, flat, tariffs):
    bill = owe("500", tariff=tariffs.get(kind="prepayment"))
    pay(bill)
    corrected(bill, "-100", by=cashier, manager=manager)
    assert (balance_of(flat, "utilities"), balance_of(flat)) == (400, 100)


@pytest.mark.parametrize(("amount", "field"), [("0", "amount"), ("-100.01", "amount")])
def test_correction_that_makes_no_sense_is_refused(owe, cashier, amount, field):
    with pytest.raises(DeskError) as refusal:
        request_correction(owe("100"), amount=Decimal(amount), reason="x", by=cashier)
    assert refusal.value.field == field


def test_correction_is_the_managers_to_approve(owe, cashier, supervisor):
    request = request_correction(owe("100"), amount=Decimal(-1), reason="x", by=cashier)
    with pytest.raises(PermissionDenied):
        approve_correction(request, by=supervisor)
    assert not Adjustment.objects.exists()


def test_the_database_itself_refuses_to_rewrite_or_delete(owe):
    bill = owe("100")
    for act in (
        lambda: Bill.objects.filter(pk=bill.pk).update(amount=1),
        lambda: Bill.objects.filter(pk=bill.pk).delete(),
        lambda: Bill.objects.filter(pk=bill.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    bill.refresh_from_db()
    assert bill.amount == 100


def test_disputed_bills_are_not_dunned(owe, clerk, office):
    bill = owe("100")
    dispute_bill(bill, reason="面积不符", by=clerk)
    assert not Bill.objects.of_office(office).to_be_dunned().exists()
    with pytest.raises(Conflict):
        dispute_bill(bill, reason="again", by=clerk)
    settle_dispute(bill, note="已核对", by=clerk)
    assert Bill.objects.of_office(office).to_be_dunned().get() == bill


def test_charge_unit_by_area_once_for_a_reference(tariffs, flat, cashier):
    renovation = tariffs.get(kind="renovation")
    bill = charge_unit(renovation, unit=flat, by=cashier, reference="renovation:1")
    assert bill.amount == Decimal("313.25")
    assert charge_unit(renovation, unit=flat, by=cashier, reference="renovation:1") == bill
    assert Bill.objects.count() == 1
