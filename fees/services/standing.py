"""How a unit stands: what is open, what it has with the office, whether it pays less (R-EST-06)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from fees.models import AccountEntry, Bill, Reduction
from fees.querysets import NOTHING
from frontdesk.kit.calendar import local_date

if TYPE_CHECKING:
    from decimal import Decimal

    from frontdesk.estate.models import Unit

SHOWN = 12


@dataclass(frozen=True)
class Owed:
    """What is open of a unit's bills, and how much of it should have been paid; in yuan."""

    count: int
    amount: Decimal
    overdue: Decimal


@dataclass(frozen=True)
class Standing:
    """The oldest open bills, what all open ones come to, the two accounts, the reduction in force or asked for."""

    bills: list[Bill]
    owed: Owed
    advance: Decimal
    utilities: Decimal
    reduction: Reduction | None


def owed_by(unit: Unit) -> Owed:
    """Return what a unit owes, in one line for whoever takes its call: shown, never a lock."""
    rows = Bill.objects.filter(unit=unit).open().order_by()
    late = Q(due_on__lt=local_date())
    sums = rows.aggregate(count=Count("pk"), amount=Sum("outstanding"), overdue=Sum("outstanding", filter=late))
    return Owed(sums["count"], sums["amount"] or NOTHING, sums["overdue"] or NOTHING)


def standing_of(unit: Unit) -> Standing:
    """Return how a unit stands, with four queries."""
    entries = AccountEntry.objects.filter(unit=unit).order_by().values_list("account").annotate(Sum("amount"))
    has = dict(entries)
    reductions = Reduction.objects.filter(unit=unit, state__in=["approved", "requested"], ends__gte=local_date())
    return Standing(
        bills=list(Bill.objects.filter(unit=unit).open().with_names().oldest_first()[:SHOWN]),
        owed=owed_by(unit),
        advance=has.get(AccountEntry.Account.ADVANCE) or NOTHING,
        utilities=has.get(AccountEntry.Account.UTILITIES) or NOTHING,
        reduction=reductions.order_by("state", "starts").first(),
    )
