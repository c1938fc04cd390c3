"""Two cashiers at one bill, eight clicks on one button: money is taken once, and without the guards it would not be."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from fees.forms.counter import mark
from fees.models import Allocation, Bill, Payment
from fees.services import Money, paying, take_payment
from frontdesk.estate.models import Office, Unit
from frontdesk.kit import verification
from frontdesk.kit.pages import acting
from frontdesk.staff.models import User
from tests.factories import MembershipFactory, UserFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def colleague(office):
    """A second cashier."""
    return MembershipFactory(office=office, role="cashier", user=UserFactory(name="李出纳")).user


def take(bill, by, amount="100"):
    """Return an act of one desk, with copies of its own as it saw them."""
    copy, actor = Bill.objects.get(pk=bill.pk), User.objects.get(pk=by.pk)
    office, unit = Office.objects.get(pk=bill.office_id), Unit.objects.get(pk=bill.unit_id)
    money = [Money("cash", Decimal(amount))]
    return lambda: take_payment(office, bills=[copy], money=money, by=actor, unit=unit)


def send(user, url, data):
    """Return an act of one browser, logged in as this person."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return lambda: client.post(url, data)


@pytest.mark.parametrize("_round", range(6))
def test_two_cashiers_take_one_bill_and_one_is_told(owe, cashier, colleague, _round):
    bill = owe("100")
    outcomes = together(take(bill, cashier), take(bill, colleague))
    assert kinds(outcomes) == ["Conflict", "Payment"]
    bill.refresh_from_db()
    assert (bill.outstanding, Payment.objects.count(), Allocation.objects.count()) == (0, 1, 1)
    assert verification.findings() == []


def test_two_part_payments_of_one_bill_do_not_both_go_by_the_same_sight(owe, cashier, colleague):
    """The second looks again: what it saw is no longer what is open."""
    bill = owe("100")
    outcomes = together(take(bill, cashier, "40"), take(bill, colleague, "40"))
    assert kinds(outcomes) == ["Conflict", "Payment"]
    bill.refresh_from_db()
    assert bill.outstanding == Decimal(60)


def test_two_bills_two_cashiers_two_numbers_without_a_gap(owe, cashier, colleague):
    outcomes = together(take(owe("100"), cashier), take(owe("100"), colleague))
    assert kinds(outcomes) == ["Payment", "Payment"]
    assert sorted(Payment.objects.values_list("sequence", flat=True)) == [1, 2]
    assert verification.findings() == []


def _look_before_either_writes(monkeypatch):
    """Take the guard away: no row lock, and what was seen is not compared with what is there now."""
    seen, locked = {}, paying.lock_bills

    def as_seen(office, bills):
        rows = locked(office, bills)
        for bill in rows:
            bill.outstanding = seen.setdefault(bill.pk, bill.outstanding)  # as it was when both looked
        return rows

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setattr(paying, "lock_bills", as_seen)
    monkeypatch.setattr(paying, "_refuse_paid", lambda _chosen, _locked: None)


def test_without_the_guard_both_would_take_the_money(owe, cashier, colleague, monkeypatch):
    """Negative control: lock and comparison off, one bill is paid twice, and `verify` finds it."""
    bill = owe("100")
    _look_before_either_writes(monkeypatch)
    assert kinds(together(take(bill, cashier), take(bill, colleague))) == ["Payment", "Payment"]
    paid = sum(Allocation.objects.filter(bill=bill).values_list("amount", flat=True))
    assert paid == Decimal(200)
    monkeypatch.undo()
    assert "V1" in {code for code, _what in verification.findings()}


def _clicks(owe, cashier, number=8):
    bill = owe("100")
    url = reverse("fees:take", args=[bill.unit_id])
    data = {"once": str(uuid4()), "bills": [mark(bill)], "amount": "100", "method": "cash"}
    return [send(cashier, url, data) for _click in range(number)]


def test_eight_clicks_take_once_and_all_lead_to_the_same_receipt(owe, cashier):
    answers = together(*_clicks(owe, cashier))
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {reverse("fees:payment_receipt", args=[Payment.objects.get().pk])}


def test_eight_clicks_on_an_advance_would_take_it_eight_times_without_the_key(flat, cashier, monkeypatch):
    """Negative control: an advance has no bill that could be paid already; the form's key alone keeps it to one."""
    url = reverse("fees:take", args=[flat.pk])
    data = {"once": str(uuid4()), "amount": "100", "method": "cash"}
    assert {answer.status_code for answer in together(*[send(cashier, url, data) for _click in range(8)])} == {302}
    assert Payment.objects.count() == 1
    once = acting.once
    monkeypatch.setattr(acting, "once", lambda user, _key, path, body: once(user, uuid4(), path, body))
    together(*[send(cashier, url, data) for _click in range(8)])
    assert Payment.objects.count() == 1 + 8
