"""A month's bills beside what they would be today: differences become lines beside them, at one's word (R-FEE-07)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from fees.models import Adjustment, Bill, BillRun
from fees.querysets import NOTHING
from fees.services.accounts import lock_bills, lock_units
from fees.services.adjusting import adjust_bill
from fees.services.months import MonthOf
from fees.services.previewing import billed_in
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from frontdesk.staff.models import User

AT_ONCE = 200
"""Bills looked at and corrected at a time."""


@dataclass(frozen=True)
class Difference:
    """A bill that would be another today: `billed` as it is without corrections by hand, `by_hand` what those come to.

    `change` is by how much it would be more, below zero less; in yuan.
    """

    bill: int
    billed: Decimal
    today: Decimal
    by_hand: Decimal
    change: Decimal


def differences_of(run: BillRun) -> list[Difference]:
    """Return the bills of a run that would be others today, in the order they were made.

    What a person corrected by hand is left out of the comparison: a waiver is not undone by reckoning again. Bills
    that are not there yet are the run's own business.
    """
    bills = billed_in(run.office, run.month)
    by_rule, by_hand = _adjusted(run)
    today = {line.key: line.reckoned.amount for line in MonthOf(run.office, run.month).lines()}
    found = []
    for key, (pk, _unit, amount) in bills.items():
        billed, hand = amount + by_rule.get(pk, NOTHING), by_hand.get(pk, NOTHING)
        now = today.get(key, NOTHING)
        change = max(now - billed, -(billed + hand))  # no bill becomes less than nothing
        if change:
            found.append(Difference(pk, billed, now, hand, change))
    return sorted(found, key=lambda one: one.bill)


def correct_differences(run: BillRun, *, chosen: Mapping[int, Decimal], reason: str, by: User) -> int:
    """Put a line beside each chosen bill (id → yuan as it was shown); return how many.

    Bills stay as they are; of those that are paid the excess goes into the unit's advance.

    Raises:
        Conflict: it is other by now than it was shown, because somebody changed the register or was quicker.
        DeskError: nothing chosen, no reason, or the run is still under way.

    """
    require(by, "fees.approve_correction", run)  # R-FEE-09: what bills come to is the manager's to change
    reason = must_be_said(reason, _("Say why the bills change."), field="reason")
    if not chosen:
        raise DeskError(_("Choose the bills that are to be corrected."), field="chosen")
    with transaction.atomic():
        fresh = BillRun.objects.select_for_update(of=("self",)).select_related("office").get(pk=run.pk)
        if fresh.finished_at is None:
            raise DeskError(_("The bills of this month are still being made."))
        now = {one.bill: one.change for one in differences_of(fresh)}
        if any(now.get(pk) != change for pk, change in chosen.items()):
            raise Conflict(_("Some of these differences are others by now. Look again before you correct them."))
        units = Bill.objects.filter(pk__in=chosen, unit__isnull=False).values_list("unit_id", flat=True)
        lock_units(list(units))
        for bill in lock_bills(fresh.office, list(chosen)):
            adjust_bill(bill, amount=chosen[bill.pk], reason=reason, by=by)
        after = {"bills": len(chosen), "amount": str(sum(chosen.values(), NOTHING))}
        activity.record(fresh, "correct_differences", by=by, after=after, note=reason)
    return len(chosen)


def _adjusted(run: BillRun) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Return what lines beside a run's bills come to: those by reckoning again, those a person asked for; one query."""
    rows = Adjustment.objects.filter(bill__office=run.office_id, bill__month=run.month, bill__source=Bill.Source.RUN)
    by_person = Q(correction__isnull=False)
    sums: Any = rows.order_by().values_list("bill_id")
    found = list(sums.annotate(rule=Sum("amount", filter=~by_person), hand=Sum("amount", filter=by_person)))
    return (
        {bill: rule for bill, rule, _hand in found if rule},
        {bill: hand for bill, _rule, hand in found if hand},
    )
