from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from fees.models import AccountEntry, Allocation, Payment
from fees.services import Money, balance_of, print_receipt, take_payment
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]


def test_take_payment_pays_the_bill_and_gives_the_first_number(owe, pay):
    bill = owe("170.05")
    payment = pay(bill, payer="张伟")
    bill.refresh_from_db()
    year = timezone.localtime().year
    assert (bill.outstanding, payment.number, payment.amount) == (0, f"S{year}-000001", Decimal("170.05"))
    assert payment.in_capitals == "壹佰柒拾元零伍分"
    assert [(row.bill, row.amount) for row in payment.allocations.all()] == [(bill, Decimal("170.05"))]
    assert history_of(payment).get().verb == "take_payment"


def test_take_payment_pays_what_was_due_first_first(owe, pay):
    later, earlier = owe("100", due=dt.date(2026, 11, 5)), owe("100", due=dt.date(2026, 9, 5))
    pay(later, earlier, amount="150")
    later.refresh_from_db()
    earlier.refresh_from_db()
    assert (earlier.outstanding, later.outstanding) == (0, Decimal("50.00"))


def test_take_payment_spreads_it_as_the_cashier_chose(owe, cashier, office):
    first, second = owe("100"), owe("100")
    parts = {first.pk: Decimal(20), second.pk: Decimal(80)}
    take_payment(office, bills=[first, second], money=[Money("cash", Decimal(100))], parts=parts, by=cashier)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outstanding, second.outstanding) == (Decimal(80), Decimal(20))


def test_take_payment_keeps_the_rest_in_advance(owe, pay, flat):
    pay(owe("100"), amount="130", unit=flat)
    assert balance_of(flat) == Decimal("30.00")


def test_take_payment_in_advance_without_any_bill(pay, flat):
    payment = pay(amount="1000", unit=flat)
    assert balance_of(flat) == Decimal(1000)
    assert payment.unit == flat


def test_take_payment_over_two_units_is_one_receipt(owe, pay, office):
    other = UnitFactory(office=office)
    payment = pay(owe("100"), owe("50", unit=other))
    assert (payment.amount, payment.unit, payment.allocations.count()) == (Decimal(150), None, 2)


def test_take_payment_by_several_means_with_change(owe, cashier, office):
    bill = owe("100")
    money = [Money("wechat", Decimal(40), reference="42000"), Money("cash", Decimal(60), handed_over=Decimal(100))]
    payment = take_payment(office, bills=[bill], money=money, by=cashier)
    tenders = {row.method: row for row in payment.tenders.all()}
    assert (tenders["cash"].change, tenders["wechat"].reference) == (Decimal(40), "42000")


@pytest.mark.parametrize(
    ("money", "field"),
    [
        ([], "amount"),
        ([Money("cash", Decimal(0))], "amount"),
        ([Money("cash", Decimal(-5))], "amount"),
        ([Money("cash", Decimal(100), handed_over=Decimal(50))], "handed_over"),
        ([Money("cash", Decimal(50)), Money("cash", Decimal(50))], "amount"),
        ([Money("cash", Decimal("100.01"))], "unit"),
    ],
)
def test_take_payment_refuses_and_gives_no_number(money, field, owe, cashier, office):
    bill = owe("100")
    with pytest.raises(DeskError) as refusal:
        take_payment(office, bills=[bill], money=money, by=cashier)
    assert refusal.value.field == field
    assert not Payment.objects.exists()
    assert pay_number(office, bill, cashier) == 1


def pay_number(office, bill, by):
    return take_payment(office, bills=[bill], money=[Money("cash", bill.outstanding)], by=by).sequence


def test_take_payment_refuses_what_somebody_took_meanwhile_and_says_who(owe, pay, cashier, office):
    bill = owe("100")
    first = pay(bill)
    with pytest.raises(Conflict, match=f"{cashier}.*{first.number}"):
        pay(bill)  # the page still shows it as open


def test_take_payment_is_for_cashiers(owe, pay, clerk, outsider):
    bill = owe("100")
    for person in (clerk, outsider):
        with pytest.raises(PermissionDenied):
            pay(bill, by=person)
    assert not Allocation.objects.exists()


def test_numbers_run_on_and_the_chain_holds(owe, pay):
    numbers = [pay(owe("10")).sequence for _n in range(3)]
    assert numbers == [1, 2, 3]


def test_paying_a_prepayment_fills_the_account_of_shared_water_and_electricity(owe, pay, tariffs, flat):
    bill = owe("500", tariff=tariffs.get(kind="prepayment"))
    pay(bill, amount="300")
    assert balance_of(flat, AccountEntry.Account.UTILITIES) == Decimal(300)


def test_print_receipt_counts_and_names_what_is_printed_again(owe, pay, cashier):
    payment = pay(owe("10"))
    print_receipt(payment, by=cashier)
    assert print_receipt(payment, by=cashier).printed == 2
    assert [row.verb for row in history_of(payment)] == ["reprint_receipt", "print_receipt", "take_payment"]
