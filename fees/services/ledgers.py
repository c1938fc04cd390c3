"""The ledgers: what was billed, what came in of it, what is open; a day's money by cashier (R-FEE-10, R-FEE-11)."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Sum

from fees.models import Adjustment, Payment, Tender
from fees.querysets import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
BY = {
    "month": ("month",),
    "building": ("unit__building", "unit__building__position", "unit__building__name"),
    "tariff": ("tariff", "tariff__position", "tariff__name"),
}
"""What the collection is asked by: the key, the order, the label."""


@dataclass
class Line:
    """One line: how many bills, what they come to with their corrections (应收), what is open of that (欠费)."""

    key: Any
    label: str
    bills: int = 0
    charged: Decimal = NOTHING
    open: Decimal = NOTHING

    @property
    def paid(self) -> Decimal:
        """What was paid of it, whenever that was (实收)."""
        return self.charged - self.open

    @property
    def rate(self) -> Decimal | None:
        """The share that is paid, 1 is all; None where nothing was charged."""
        return self.paid / self.charged if self.charged else None

    @property
    def percent(self) -> str:
        """The share in words, cut, not rounded up: 100% is all."""
        return "—" if self.rate is None else f"{int(self.rate * 1000) / 10:.1f}%"

    def add(self, other: Line) -> None:
        """Add a line to a sum."""
        self.bills += other.bills
        self.charged += other.charged
        self.open += other.open


class Collection:
    """How much of the bills of some months was collected, by month, building and tariff (R-FEE-10).

    A bill counts into the month it is for, whatever the day of payment; corrections count into the month of their
    bill. So every line is: charged = paid + open, and each number is the sum of the bills behind it. What is prepaid
    for shared water and electricity is the household's own until a cost is drawn from it: its bills are left out.
    """

    def __init__(self, bills: Any, first: dt.date, last: dt.date) -> None:
        self.bills = bills.filter(month__range=(first, last)).for_services()
        self._lines: dict[str, list[Line]] = {}

    def lines(self, by: str) -> list[Line]:
        """Return the lines of one question, in order; asked again they are not read again."""
        if by not in self._lines:
            self._lines[by] = self._read(by)
        return self._lines[by]

    def _read(self, by: str) -> list[Line]:
        paths = BY[by]
        more = self._adjusted(paths[0])
        sums = {"bills": Count("pk"), "charged": Sum("amount"), "open": Sum("outstanding")}
        rows = self.bills.order_by().values_list(*paths).annotate(**sums)
        lines = []
        for *parts, bills, charged, left in sorted(rows, key=lambda row: _place(row[: len(paths)])):
            label = f"{parts[0]:%Y-%m}" if by == "month" else str(parts[-1] or "")
            lines.append(Line(parts[0], label, bills, charged + more.get(parts[0], NOTHING), left))
        return lines

    @cached_property
    def total(self) -> Line:
        """Return the sum of all months."""
        line = Line(None, "")
        for row in self.lines("month"):
            line.add(row)
        return line

    def _adjusted(self, path: str) -> dict[Any, Decimal]:
        mine = self.bills.order_by().filter(pk=OuterRef("bill"))  # few lines, each asked for: not a list of all bills
        rows = Adjustment.objects.filter(Exists(mine)).order_by()
        return dict(rows.values_list(f"bill__{path}").annotate(sum=Sum("amount")))


def _place(parts: Iterable[Any]) -> list[tuple[bool, Any]]:
    """Return what lines are sorted by: the order of the key's parts, what has none last."""
    key, *order = parts
    return [(part is None, part) if part is not None else (True, 0) for part in order or [key]]


@dataclass
class Taken:
    """What one cashier took and gave back on a day, by means."""

    cashier: str
    receipts: int = 0
    by_method: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    voids: int = 0
    voided: Decimal = NOTHING
    refunds: int = 0
    refunded: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        """What it comes to, less what was given back."""
        return sum(self.by_method.values(), NOTHING)


class Journal:
    """收费日报 · a day's receipts: what came by which means to which cashier, voids and refunds less, and apart."""

    def __init__(self, payments: Any, day: dt.date) -> None:
        self.day = day
        self.payments = payments.between(day, day)

    @cached_property
    def rows(self) -> list[Payment]:
        """Return the receipts in the order of their numbers, with their means of payment."""
        rows = self.payments.select_related("taken_by", "unit", "reverses").prefetch_related("tenders")
        return list(rows.order_by("office", "pk"))

    @cached_property
    def cashiers(self) -> list[Taken]:
        """Return a line for each cashier."""
        found: dict[int, Taken] = {}
        for payment in self.rows:
            line = found.setdefault(payment.taken_by_id, Taken(str(payment.taken_by)))
            _add(line, payment)
        return sorted(found.values(), key=lambda line: line.cashier)

    @cached_property
    def total(self) -> Taken:
        """Return the line of all cashiers."""
        line = Taken("")
        for payment in self.rows:
            _add(line, payment)
        return line


def methods() -> list[tuple[str, Any]]:
    """Return the means of payment, in the order of the columns."""
    return list(Tender.Method.choices)


def _add(line: Taken, payment: Payment) -> None:
    for tender in payment.tenders.all():
        line.by_method[tender.method] += tender.amount
    if payment.kind == Payment.Kind.PAYMENT:
        line.receipts += 1
    elif payment.kind == Payment.Kind.VOID:
        line.voids += 1
        line.voided -= payment.amount
    else:
        line.refunds += 1
        line.refunded -= payment.amount


def as_month(text: str) -> dt.date | None:
    """Read 2026-11 as its first day; None for anything else."""
    match = MONTH.fullmatch(text.strip())
    return dt.date(int(match[1]), int(match[2]), 1) if match and int(match[1]) >= dt.MINYEAR else None
