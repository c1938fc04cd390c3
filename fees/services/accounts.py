"""What a unit has with the office, and how open bills are paid from it, oldest first (R-FEE-03, R-FEE-08)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from fees.models import AccountEntry, Allocation, Bill, Tariff
from fees.querysets import NOTHING
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

Account = AccountEntry.Account
DRAWN_FOR = {
    Account.ADVANCE: tuple(kind for kind in Tariff.Kind if kind != Tariff.Kind.PREPAYMENT),
    Account.UTILITIES: (Tariff.Kind.SHARED,),
}
"""Which bills an account pays: what was prepaid for shared water and electricity pays nothing else (R-FEE-03)."""


def balance_of(unit: Unit, account: str = Account.ADVANCE) -> Decimal:
    """Return what a unit has in one of its accounts."""
    return AccountEntry.objects.filter(unit=unit, account=account).balance()


def lock_units(units: Iterable[int]) -> list[Unit]:
    """Hold the accounts of units, in the order of their ids: whoever draws from them meets here.

    Units before bills, bills before a till, a till before a number: nobody waits for each other. Held without their
    keys: who enters a row that belongs to a unit or bill held by somebody else does not wait for that.
    """
    return list(Unit.objects.select_for_update(no_key=True).filter(pk__in=set(units)).order_by("pk"))


def lock_bills(office: Office, bills: Iterable[Any]) -> list[Bill]:
    """Read bills afresh and hold them, in the order of their ids; those of another office are not there."""
    ids = {getattr(bill, "pk", bill) for bill in bills}
    rows = Bill.objects.select_for_update(of=("self",), no_key=True).select_related("tariff", "unit")
    return list(rows.filter(office=office, pk__in=ids).order_by("pk"))


def oldest_first(bills: Iterable[Bill], money: Decimal) -> list[tuple[Bill, Decimal]]:
    """Spread money over open bills: what was due first is paid first, the last one perhaps in part (R-FEE-08)."""
    spread, left = [], money
    for bill in sorted(bills, key=lambda one: (one.due_on, one.pk)):
        part = min(left, bill.outstanding)
        if part > 0:
            spread.append((bill, part))
            left -= part
    return spread


def settle(
    spread: Sequence[tuple[Bill, Decimal]], *, source: dict[str, Any], by: User | None, at: Any, note: str = ""
) -> list[Allocation]:
    """Enter that these parts of locked bills are paid, by a payment or from an account (`source`).

    A prepayment that is paid goes into its unit's account for shared water and electricity; taken back, out of it.
    """
    rows = [Allocation(bill=bill, amount=part, at=at, **source) for bill, part in spread]
    Allocation.objects.bulk_create(rows)
    for bill, part in spread:
        bill.outstanding -= part
    Bill.objects.bulk_update([bill for bill, _part in spread], ["outstanding"])
    prepaid = [(bill, part) for bill, part in spread if bill.tariff.kind == Tariff.Kind.PREPAYMENT]
    AccountEntry.objects.bulk_create(
        AccountEntry(
            unit=bill.unit,
            account=Account.UTILITIES,
            amount=part,
            payment=source.get("payment"),
            note=note or str(bill)[:200],
            by=by,
            at=at,
        )
        for bill, part in prepaid
        if bill.unit is not None
    )
    return rows


def draw_advances(
    office: Office,
    units: Iterable[int],
    *,
    by: User | None = None,
    accounts: Sequence[Account] = (Account.UTILITIES, Account.ADVANCE),
) -> Decimal:
    """Pay open bills of units from what they have with the office, oldest first; return how much was drawn.

    Inside the caller's transaction. Disputed bills are left alone.
    """
    wanted = set(units)
    has = {account: AccountEntry.objects.filter(account=account).balances(wanted) for account in accounts}
    paying = {unit for balances in has.values() for unit, amount in balances.items() if amount > 0}
    if not paying:
        return NOTHING
    lock_units(paying)
    at, drawn = now(), NOTHING
    for account in has:
        balances = AccountEntry.objects.filter(account=account).balances(paying)  # again, now that they are held
        rows = Bill.objects.filter(unit__in=[unit for unit, amount in balances.items() if amount > 0]).open()
        open_bills = rows.filter(tariff__kind__in=DRAWN_FOR[account], disputed_at__isnull=True)
        bills: dict[Any, list[Bill]] = defaultdict(list)
        for bill in lock_bills(office, open_bills.values_list("pk", flat=True)):
            bills[bill.unit_id].append(bill)
        for unit, own in bills.items():
            spread = oldest_first(own, balances[unit])
            if not spread:
                continue
            amount = sum((part for _bill, part in spread), NOTHING)
            entry = AccountEntry.objects.create(
                unit_id=unit, account=account, amount=-amount, at=at, by=by, note=_("Drawn for bills")
            )
            settle(spread, source={"entry": entry}, by=by, at=at)
            drawn += amount
    return drawn


@transaction.atomic
def use_advance(office: Office, unit: Unit, *, by: User) -> Decimal:
    """Pay a unit's open bills from its advance now, at the counter; return how much was drawn."""
    require(by, "fees.take_payment", office)
    return draw_advances(office, {unit.pk}, by=by)
