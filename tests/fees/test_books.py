"""Whatever a desk does, in whatever order, the books add up: a machine acts at random and a small model checks it.

The model knows of each bill what it is and what was paid, of each unit what it has, of each receipt what it brought;
what may not be done is refused, and then nothing has changed.
"""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from fees import services
from fees.models import AccountEntry, Bill, Payment, Till
from fees.services import Money
from frontdesk.kit import verification
from frontdesk.kit.errors import DeskError
from tests.factories import TariffFactory, TenureFactory, UnitFactory

RUNS, SHARES = int(os.environ.get("BOOKS_RUNS", "200")), 5
"""Runs in all, and the tests they are shared out to, each with a seed of its own."""
STEPS = 30
ZERO = Decimal("0.00")
AMOUNTS = st.decimals("0.01", "2000", places=2)
METHODS = st.sampled_from(["cash", "wechat", "card"])
UNITS = st.integers(0, 2)


class Books(RuleBasedStateMachine):
    """An office with three flats, a cashier and a manager."""

    bills = Bundle("bills")
    payments = Bundle("payments")

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.office, self.cashier, self.manager = HERE["office"], HERE["cashier"], HERE["manager"]
        self.tariffs, self.units = HERE["tariffs"], HERE["units"]
        self.keys = {unit.pk: place for place, unit in enumerate(self.units)}
        self.whole: dict[int, Decimal] = {}
        self.paid: dict[int, Decimal] = {}
        self.advance = dict.fromkeys(range(3), ZERO)
        self.utilities = dict.fromkeys(range(3), ZERO)
        self.cash = ZERO
        self.receipts = 0

    def teardown(self):
        try:
            self.all_is_well()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # what a desk does

    @rule(target=bills, unit=UNITS, amount=AMOUNTS, kind=st.sampled_from(["other", "other", "prepayment"]))
    def charge(self, unit, amount, kind):
        bill = services.charge_unit(
            self.tariffs[kind], unit=self.units[unit], amount=amount, by=self.cashier, due_on=dt.date(2026, 10, 5)
        )
        self.whole[bill.pk], self.paid[bill.pk] = amount, ZERO
        return bill.pk, unit, kind

    @rule(target=payments, chosen=st.lists(bills, min_size=1, max_size=3), more=AMOUNTS | st.just(ZERO), way=METHODS)
    def pay_all(self, chosen, more, way):
        """Pay bills, and perhaps more than they are, in up to two ways."""
        chosen = {pk: (pk, unit, kind) for pk, unit, kind in chosen if self.open_of(pk)}
        owed = sum((self.open_of(pk) for pk in chosen), ZERO)
        money = [Money(way, owed + more)] if owed < 1 else [Money("cash", owed), Money("alipay", more)]
        return self.take(list(chosen.values()), [one for one in money if one.amount], rest_to=chosen)

    @rule(target=payments, bill=bills, percent=st.integers(1, 99), way=METHODS)
    def pay_part(self, bill, percent, way):
        amount = (self.open_of(bill[0]) * percent / 100).quantize(Decimal("0.01"))
        return self.take([bill] if amount else [], [Money(way, amount)] if amount else [], rest_to={})

    @rule(target=payments, unit=UNITS, amount=AMOUNTS, way=METHODS)
    def pay_in_advance(self, unit, amount, way):
        payment = services.take_payment(
            self.office, bills=[], money=[Money(way, amount)], by=self.cashier, unit=self.units[unit]
        )
        self.advance[unit] += amount
        return self.booked(payment, {}, unit, amount)

    def take(self, chosen, money, *, rest_to):
        """Take money for bills, oldest first, and book it in the model."""
        if not chosen or not money:
            return multiple()
        rows = [Bill.objects.get(pk=pk) for pk, _unit, _kind in chosen]
        unit = chosen[0][1] if rest_to else None
        payment = services.take_payment(
            self.office, bills=rows, money=money, by=self.cashier, unit=None if unit is None else self.units[unit]
        )
        left, parts = payment.amount, {}
        for pk, home, kind in sorted(chosen):
            part = min(left, self.open_of(pk))
            if part:
                parts[pk] = (part, home, kind)
                self.paid[pk] += part
                left -= part
                if kind == "prepayment":
                    self.utilities[home] += part
        if left:
            self.advance[unit] += left
        return self.booked(payment, parts, unit, left)

    def booked(self, payment, parts, unit, rest):
        self.receipts += 1
        self.cash += sum((row.amount for row in payment.tenders.filter(method="cash")), ZERO)
        return {"pk": payment.pk, "parts": parts, "unit": unit, "rest": rest, "void": False, "back": ZERO}

    @rule(payment=payments)
    def void(self, payment):
        """Take a payment back as a whole; refused where what it brought is gone."""
        row = Payment.objects.get(pk=payment["pk"])
        before = self.everything()
        try:
            with transaction.atomic():
                request = services.request_reversal(row, kind="void", reason="收错", by=self.cashier)
                mirror = services.approve_reversal(request, by=self.manager).mirror
        except DeskError:
            assert self.everything() == before
            assert payment["void"] or payment["back"] or self.is_used(payment)
            return
        assert not payment["void"]
        assert not payment["back"]
        payment["void"] = True
        for pk, (part, home, kind) in payment["parts"].items():
            self.paid[pk] -= part
            if kind == "prepayment":
                self.utilities[home] -= part
            if (excess := -min(ZERO, self.paid[pk])) > 0:  # a correction had moved it into the advance
                self.paid[pk] = ZERO
                self.advance[home] -= excess
                if kind == "prepayment":
                    self.utilities[home] += excess
        if payment["rest"]:
            self.advance[payment["unit"]] -= payment["rest"]
        self.booked(mirror, {}, None, ZERO)

    def is_used(self, payment):
        """Answer whether an account no longer holds what a payment and later corrections put there."""
        needs = dict.fromkeys(range(3), ZERO)
        pots = dict.fromkeys(range(3), ZERO)
        for pk, (part, home, kind) in payment["parts"].items():
            needs[home] += max(ZERO, part - self.paid[pk])
            if kind == "prepayment":
                pots[home] += part
        if payment["rest"]:
            needs[payment["unit"]] += payment["rest"]
        return any(self.advance[unit] < needs[unit] or self.utilities[unit] < pots[unit] for unit in needs)

    @rule(payment=payments, percent=st.integers(1, 150))
    def refund(self, payment, percent):
        """Pay an advance back; refused above what is there, or what the payment brought."""
        row = Payment.objects.get(pk=payment["pk"])
        base = payment["rest"] or Decimal(50)
        amount = max(Decimal("0.01"), (base * percent / 100).quantize(Decimal("0.01")))
        unit = None if row.unit is None else self.units.index(row.unit)
        may = unit is not None and not payment["void"]
        may = may and amount <= min(row.amount - payment["back"], self.advance[unit])
        before = self.everything()
        try:
            with transaction.atomic():
                request = services.request_reversal(
                    row, kind="refund", amount=amount, method="cash", reason="退款", by=self.cashier
                )
                mirror = services.approve_reversal(request, by=self.manager).mirror
        except DeskError:
            assert self.everything() == before
            assert not may
            return
        assert may
        payment["back"] += amount
        self.advance[unit] -= amount
        self.booked(mirror, {}, None, ZERO)

    @rule(bill=bills, amount=st.decimals("-500", "500", places=2).filter(bool))
    def correct(self, bill, amount):
        """Make a bill more or less; of a paid one the excess goes into the advance."""
        pk, unit, kind = bill
        before = self.everything()
        excess = max(ZERO, self.paid[pk] - self.whole[pk] - amount)
        may = self.whole[pk] + amount >= 0 and (kind != "prepayment" or self.utilities[unit] >= excess)
        try:
            with transaction.atomic():
                request = services.request_correction(
                    Bill.objects.get(pk=pk), amount=amount, reason="更正", by=self.cashier
                )
                services.approve_correction(request, by=self.manager)
        except DeskError:
            assert self.everything() == before
            assert not may
            return
        assert may
        self.whole[pk] += amount
        self.paid[pk] -= excess
        self.advance[unit] += excess
        if kind == "prepayment":
            self.utilities[unit] -= excess

    @rule(unit=UNITS)
    def draw(self, unit):
        """Pay open bills from the advance."""
        drawn = services.use_advance(self.office, self.units[unit], by=self.cashier)
        own = Bill.objects.filter(unit=self.units[unit]).exclude(tariff__kind="prepayment").order_by("due_on", "pk")
        left = self.advance[unit]
        for pk in own.values_list("pk", flat=True):
            part = min(left, self.open_of(pk))
            self.paid[pk] += part
            left -= part
        assert drawn == self.advance[unit] - left
        self.advance[unit] = left

    @rule(off=st.sampled_from([0, 0, 1]))
    def count(self, off):
        """Count the till blind; what the books expect is the cash that came in since the last count."""
        till = Till.objects.filter(office=self.office).open().first()
        if till is None:
            return
        counted = services.count_till(till, counts={"100": off}, slips={}, reason="差额", by=self.cashier)
        assert counted.expected == self.cash
        assert counted.difference == off * 100 - self.cash
        self.cash = ZERO

    # what must be true after each step

    def open_of(self, pk):
        return self.whole[pk] - self.paid[pk]

    def everything(self):
        """Return what the books say, to see that a refusal changed nothing."""
        return (
            list(Bill.objects.order_by("pk").values_list("pk", "outstanding")),
            [AccountEntry.objects.filter(account=account).balance() for account in ("advance", "utilities")],
            Payment.objects.count(),
        )

    @invariant()
    def the_model_agrees(self):
        """Compare every open amount, every account and the number of receipts, as the rows themselves have them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, outstanding FROM fees_bill")
            assert dict(cursor.fetchall()) == {pk: int(self.open_of(pk).scaleb(2)) for pk in self.whole}
            cursor.execute("SELECT account, unit_id, SUM(amount) FROM fees_accountentry GROUP BY account, unit_id")
            has = {(account, self.keys[unit]): int(fen) for account, unit, fen in cursor.fetchall() if fen}
            cursor.execute("SELECT COUNT(*) FROM fees_payment")
            assert cursor.fetchone() == (self.receipts,)
        purses = {"advance": self.advance, "utilities": self.utilities}
        wanted = {(name, unit): int(yuan.scaleb(2)) for name, purse in purses.items() for unit, yuan in purse.items()}
        assert has == {key: fen for key, fen in wanted.items() if fen}

    @invariant()
    def all_is_well(self):
        assert [(one.code, found) for one in FINDERS for found in one.find()] == []


HERE: dict[str, Any] = {}
"""The office everything happens in; each run begins with empty books and is undone at its end."""
FINDERS = [one for one in verification.invariants() if one.code.startswith("V")]


@pytest.fixture
def desk(office, cashier, manager, tariffs):
    """An office with three flats, a cashier and a manager."""
    units = [UnitFactory(office=office) for _n in range(3)]
    for unit in units:
        TenureFactory(unit=unit)
    once = TariffFactory(office=office, kind="other", basis="once")
    by_kind = {"other": once, "prepayment": tariffs.get(kind="prepayment")}
    HERE.update(office=office, cashier=cashier, manager=manager, units=units, tariffs=by_kind)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.django_db
@pytest.mark.usefixtures("desk")
def test_whatever_a_desk_does_the_books_add_up(share):
    run_state_machine_as_test(
        seed(share)(type("Books", (Books,), {})),
        settings=settings(
            max_examples=RUNS // SHARES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
