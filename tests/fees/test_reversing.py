from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from fees.models import Payment
from fees.services import (
    approve_correction,
    approve_reversal,
    balance_of,
    refundable,
    refuse_reversal,
    request_correction,
    request_reversal,
    use_advance,
    withdraw_reversal,
)
from frontdesk.kit.errors import Conflict, DeskError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]


@pytest.fixture
def void(cashier):
    """Ask for a void."""
    return lambda payment: request_reversal(payment, kind="void", reason="收错房号", by=cashier)


def test_void_is_a_mirror_and_the_bill_is_open_again(owe, pay, void, manager):
    bill = owe("100")
    payment = pay(bill)
    mirror = approve_reversal(void(payment), by=manager).mirror
    bill.refresh_from_db()
    assert (bill.outstanding, mirror.amount, mirror.sequence, mirror.reverses) == (100, -100, 2, payment)
    assert (mirror.approved_by, mirror.taken_by) == (manager, payment.taken_by)
    assert mirror.till == payment.till


def test_void_after_a_correction_opens_what_the_bill_is_now(owe, pay, void, manager, flat, cashier):
    bill = owe("100")
    payment = pay(bill)
    approve_correction(request_correction(bill, amount=Decimal(-30), reason="面积更正", by=cashier), by=manager)
    approve_reversal(void(payment), by=manager)
    bill.refresh_from_db()
    assert (bill.outstanding, balance_of(flat)) == (70, 0)


def test_void_is_refused_once_the_excess_of_a_corrected_bill_is_used(owe, pay, void, manager, flat, cashier, office):
    bill = owe("100")
    payment = pay(bill)
    approve_correction(request_correction(bill, amount=Decimal(-30), reason="面积更正", by=cashier), by=manager)
    owe("20")
    use_advance(office, flat, by=cashier)
    with pytest.raises(DeskError):
        approve_reversal(void(payment), by=manager)
    assert (balance_of(flat), Payment.objects.count()) == (10, 1)


def test_void_takes_an_advance_back(pay, void, manager, flat):
    approve_reversal(void(pay(amount="100", unit=flat)), by=manager)
    assert balance_of(flat) == 0


def test_void_is_refused_once_the_advance_it_brought_is_used(owe, pay, void, manager, flat, cashier, office):
    payment = pay(amount="100", unit=flat)
    request = void(payment)
    owe("60")
    use_advance(office, flat, by=cashier)
    with pytest.raises(DeskError):
        approve_reversal(request, by=manager)
    assert balance_of(flat) == 40


def test_void_is_approved_by_somebody_else_with_the_right(owe, pay, void, cashier, supervisor):
    request = void(pay(owe("100")))
    for person in (cashier, supervisor):
        with pytest.raises(PermissionDenied):
            approve_reversal(request, by=person)
    assert Payment.objects.count() == 1


def test_nobody_approves_what_they_asked_for(owe, pay, manager):
    payment = pay(owe("100"))
    request = request_reversal(payment, kind="void", reason="收错", by=manager)
    with pytest.raises(PermissionDenied):
        approve_reversal(request, by=manager)


def test_a_payment_is_voided_once(owe, pay, void, manager):
    payment = pay(owe("100"))
    request = void(payment)
    with pytest.raises(DeskError):
        void(payment)
    approve_reversal(request, by=manager)
    with pytest.raises(Conflict):
        void(payment)
    with pytest.raises(Conflict):
        approve_reversal(request, by=manager)


def test_refund_pays_out_an_advance_and_no_more(owe, pay, cashier, manager, flat):
    payment = pay(owe("100"), amount="150", unit=flat)
    assert refundable(payment) == 50
    with pytest.raises(DeskError) as refusal:
        request_reversal(payment, kind="refund", amount=Decimal("50.01"), reason="多交", by=cashier)
    assert refusal.value.field == "amount"
    request = request_reversal(payment, kind="refund", amount=Decimal(50), method="wechat", reason="多交", by=cashier)
    mirror = approve_reversal(request, by=manager).mirror
    assert (mirror.amount, mirror.tenders.get().method, balance_of(flat)) == (-50, "wechat", 0)
    assert refundable(payment) == 0


def test_refused_or_withdrawn_moves_no_money(owe, pay, void, cashier, manager):
    payment = pay(owe("100"))
    refuse_reversal(void(payment), note="不同意", by=manager)
    withdraw_reversal(void(payment), by=cashier)
    assert Payment.objects.count() == 1


def test_what_a_supervisor_asks_for_goes_through_the_till_of_who_took_the_money(owe, pay, cashier, supervisor, manager):
    payment = pay(owe("100"))
    asked = request_reversal(payment, kind="void", reason="收错房号", by=supervisor)
    mirror = approve_reversal(asked, by=manager).mirror
    assert (mirror.till.cashier, mirror.taken_by) == (cashier, supervisor)
    assert mirror.till == payment.till
