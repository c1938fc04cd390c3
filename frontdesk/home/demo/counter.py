"""The demonstration's cashiers: households come and pay, each day has its till, the receipts are one chain (R-FEE-08…11)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from fees.models import DENOMINATIONS, AccountEntry, Allocation, Bill, Payment, Tariff, Tender, Till
from fees.services import receipt_digest
from frontdesk.home.demo import clock
from frontdesk.kit.models import Activity
from frontdesk.kit.numbering import next_numbers
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

M = Tender.Method
METHODS = (M.WECHAT, M.ALIPAY, M.CARD, M.TRANSFER, M.CASH)
WEIGHTS = (55, 15, 8, 7, 15)
ZERO, JIAO, FLOAT = Decimal("0.00"), Decimal("0.1"), Decimal("200.00")
OPENS = dt.time(8, 30)
Account, S = AccountEntry.Account, Till.State


class Counter:
    """Collects what was paid at an office's counter and writes it in bulk, in the order it happened."""

    def __init__(
        self, office: Office, team: dict[Any, list[User]], random: Random, until: dt.datetime, owners: dict[int, Any]
    ) -> None:
        self.office, self.random, self.until, self.owners = office, random, until, owners
        self.cashiers, self.second = team[Role.CASHIER], team[Role.SUPERVISOR][0]
        self.bills: dict[int, list[Bill]] = defaultdict(list)
        self.touched: set[int] = set()
        self.payments: list[Payment] = []
        self.means: list[str] = []
        self.lines: list[list[tuple[Bill, Decimal]]] = []
        self.rests: list[Decimal] = []

    def owe(self, bills: list[Bill]) -> None:
        """Let households owe these, too."""
        for bill in bills:
            if bill.unit_id is not None:
                self.bills[bill.unit_id].append(bill)

    def open_bills(self) -> list[Bill]:
        """Return what is still open, of one household after the other, what was due last first."""
        return [bill for bills in self.bills.values() for bill in reversed(bills) if bill.outstanding > 0]

    def pay(self, month: dt.date, share: float) -> None:
        """Let a share of the households come in this month and pay what they owe; some of them a part."""
        last = min(self.until.date() - dt.timedelta(days=1), month + dt.timedelta(days=26))
        days = max(1, (last - month).days)
        came = [unit for unit in self.bills if self.random.random() < share]
        for at, unit in sorted((self._moment(month, days), unit) for unit in came):
            open_bills = [bill for bill in self.bills[unit] if bill.outstanding > 0]
            if open_bills and at < self.until:
                self._take(at, unit, open_bills, part=self.random.random() < 0.03)

    def pay_in_advance(self, homes: list[Unit], count: int) -> None:
        """Let some who owe nothing leave money for half a year; the last ones come this morning."""
        settled = [unit for unit in homes if self.bills.get(unit.pk) and not self._owed(unit.pk)]
        for place, unit in enumerate(self.random.sample(settled, count)):
            at = self.until - dt.timedelta(minutes=25 - 3 * place)
            self._enter(at, unit.pk, [], Decimal(self.random.choice((600, 1000, 1200, 2000))))

    def write(self) -> None:
        """Write tills, receipts, means, what was paid for, accounts, and the acts."""
        order = sorted(range(len(self.payments)), key=lambda place: (self.payments[place].paid_at, place))
        self.payments, self.means, self.lines, self.rests = (
            [rows[place] for place in order] for rows in (self.payments, self.means, self.lines, self.rests)
        )
        self._open_tills()
        self._number()
        Payment.objects.bulk_create(self.payments)
        entered = list(zip(self.payments, self.means, self.lines, self.rests, strict=True))
        Tender.objects.bulk_create(self._tender(payment, method) for payment, method, _lines, _rest in entered)
        Allocation.objects.bulk_create(
            Allocation(bill=bill, amount=part, payment=payment, at=payment.paid_at)
            for payment, _method, lines, _rest in entered
            for bill, part in lines
        )
        AccountEntry.objects.bulk_create(self._entries(entered))
        self._write_bills()
        kind = ContentType.objects.get_for_model(Payment)
        Activity.objects.bulk_create(
            _act(kind, self.office, row.pk, "take_payment", row.taken_by, row.paid_at, row.payer)
            for row in self.payments
        )

    def _moment(self, first: dt.date, days: int) -> dt.datetime:
        random = self.random
        day = first + dt.timedelta(days=int(days * random.random() ** 1.6))
        minutes = random.randrange(8 * 60) + (60 if random.random() < 0.6 else 0)
        return clock.at(day, OPENS) + dt.timedelta(minutes=minutes, seconds=random.randrange(60))

    def _owed(self, unit: int) -> Decimal:
        return sum((bill.outstanding for bill in self.bills[unit]), ZERO)

    def _take(self, at: dt.datetime, unit: int, bills: list[Bill], *, part: bool) -> None:
        bills = sorted(bills, key=lambda bill: (bill.due_on, bill.pk))
        owed = sum((bill.outstanding for bill in bills), ZERO)
        left = Decimal(int(owed) // 2 + 1) if part and owed > 2 else owed
        lines = []
        for bill in bills:
            paid = min(left, bill.outstanding)
            if paid:
                lines.append((bill, paid))
                bill.outstanding -= paid
                left -= paid
                self.touched.add(bill.pk)
        self._enter(at, unit, lines, ZERO)

    def _enter(self, at: dt.datetime, unit: int, lines: list[tuple[Bill, Decimal]], rest: Decimal) -> None:
        payer = self.owners.get(unit)
        self.payments.append(
            Payment(
                office=self.office,
                unit_id=unit,
                payer=payer.name if payer else "",
                amount=sum((part for _bill, part in lines), rest),
                paid_at=at,
                taken_by=self.random.choice(self.cashiers),
            )
        )
        self.means.append(self.random.choices(METHODS, WEIGHTS)[0])
        self.lines.append(lines)
        self.rests.append(rest)

    def _open_tills(self) -> None:
        """Give each cashier a till for each day; those of earlier days are at the bank, the last ones only counted."""
        taken: dict[tuple[dt.date, int], list[int]] = defaultdict(list)
        for place, row in enumerate(self.payments):
            taken[timezone.localtime(row.paid_at).date(), row.taken_by.pk].append(place)
        today = self.until.date()
        before = max(day for day, _cashier in taken if day < today)
        tills = [self._till(day, before, places) for (day, _cashier), places in taken.items()]
        for year, rows in groupby(tills, key=lambda till: till.opened_at.year):
            same = list(rows)
            for number, till in enumerate(same, next_numbers(self.office, "till", year, len(same))):
                till.number = f"R{year}-{number:05d}"
        Till.objects.bulk_create(tills)
        for till, places in zip(tills, taken.values(), strict=True):
            for place in places:
                self.payments[place].till = till

    def _till(self, day: dt.date, before: dt.date, places: list[int]) -> Till:
        rows = [self.payments[place] for place in places]
        till = Till(
            office=self.office, cashier=rows[0].taken_by, opened_at=rows[0].paid_at, float_amount=FLOAT, state=S.OPEN
        )
        if day > before:
            return till
        sums = dict.fromkeys(M.values, ZERO)
        for place in places:
            sums[self.means[place]] += self.payments[place].amount
        till.expected = sums.pop(M.CASH) + FLOAT
        till.slips = till.expected_slips = {method: str(amount) for method, amount in sums.items()}
        till.cash = till.expected.quantize(JIAO, rounding=ROUND_DOWN).quantize(ZERO)
        till.counts = _pieces(till.cash)
        till.difference = till.cash - till.expected
        till.reason = "分币尾差" if till.difference else ""
        till.counted_at = clock.at(day, dt.time(18, 5))
        till.state = S.COUNTED
        if day < before:
            till.state, till.confirmed_at = S.DEPOSITED, clock.at(day, dt.time(18, 20))
            till.confirmed_by = self.second
            till.deposited_at = clock.at(day + dt.timedelta(days=1), dt.time(10, 30))
            till.deposited = till.cash - FLOAT
            till.deposit_slip = f"{self.random.randrange(10**7):07d}"
        return till

    def _number(self) -> None:
        """Give the receipts their numbers and seal each with the one before."""
        for year, rows in groupby(self.payments, key=lambda row: timezone.localtime(row.paid_at).year):
            same = list(rows)
            for sequence, row in enumerate(same, next_numbers(self.office, "receipt", year, len(same))):
                row.year, row.sequence, row.number = year, sequence, f"S{year}-{sequence:06d}"
        last = ""
        for row, method, lines in zip(self.payments, self.means, self.lines, strict=True):
            parts = [(bill.pk, int(part.scaleb(2))) for bill, part in lines]
            tender = self._tender(row, method)
            row.digest = last = receipt_digest(
                row, [(method, int(row.amount.scaleb(2)), tender.reference)], parts, last
            )

    def _tender(self, payment: Payment, method: str) -> Tender:
        by_slip = method in (M.CARD, M.TRANSFER)
        reference = f"{payment.sequence * 7919 % 10**8:08d}" if by_slip else ""
        return Tender(payment=payment, method=method, amount=payment.amount, reference=reference)

    def _entries(self, entered: Iterable[tuple[Payment, str, Any, Decimal]]) -> Iterable[AccountEntry]:
        for payment, _method, lines, rest in entered:
            same = {"payment": payment, "at": payment.paid_at, "by": payment.taken_by}
            if rest:
                yield AccountEntry(unit_id=payment.unit_id, amount=rest, **same)
            for bill, part in lines:
                if bill.tariff.kind == Tariff.Kind.PREPAYMENT:
                    yield AccountEntry(
                        unit_id=bill.unit_id, account=Account.UTILITIES, amount=part, note=str(bill), **same
                    )

    def _write_bills(self) -> None:
        rows = [bill for bills in self.bills.values() for bill in bills if bill.pk in self.touched]
        paid = [bill.pk for bill in rows if not bill.outstanding]
        Bill.objects.filter(pk__in=paid).update(outstanding=0)
        for bill in rows:
            if bill.outstanding:
                Bill.objects.filter(pk=bill.pk).update(outstanding=bill.outstanding)


def record(office: Office, rows: Iterable[Any], verb: str, by: User | None, at: dt.datetime, *, note: str = "") -> None:
    """Write down one act on each of these."""
    Activity.objects.bulk_create(
        _act(ContentType.objects.get_for_model(row), office, row.pk, verb, by, at, note) for row in rows
    )


def _act(
    kind: ContentType, office: Office, pk: int, verb: str, by: User | None, at: dt.datetime, note: str
) -> Activity:
    return Activity(
        office=office,
        content_type=kind,
        object_id=pk,
        verb=verb,
        actor=by,
        actor_name=by.name if by else "",
        at=at,
        note=note,
    )


def _pieces(cash: Decimal) -> dict[str, int]:
    """Count an amount in the largest notes and coins."""
    found, left = {}, cash
    for value in DENOMINATIONS:
        number = int(left // value)
        if number:
            found[str(value)] = number
            left -= value * number
    return found
