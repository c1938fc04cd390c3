"""Money comes in: bills chosen or the oldest first, a receipt with the next number (R-FEE-08, R-FEE-09)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from fees.models import AccountEntry, Allocation, Bill, Payment, Tender
from fees.querysets import NOTHING
from fees.services.accounts import lock_bills, oldest_first, settle
from fees.services.tills import open_till
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.staff.services import require_at_post

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fees.models import Till
    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

Method = Tender.Method
MOST = Decimal(10_000_000)
"""Yuan: more than this on one receipt is a slip of the finger."""
CHAIN = "receipt-chain"
"""What an office's receipts have in common over the years: whoever adds one holds this counter."""


@dataclass(frozen=True)
class Money:
    """What somebody hands over: by which means, how much of it is kept, and of cash how much was on the counter."""

    method: str
    amount: Decimal
    handed_over: Decimal | None = None
    reference: str = ""


def take_payment(
    office: Office,
    *,
    bills: Iterable[Bill],
    money: Sequence[Money],
    by: User,
    unit: Unit | None = None,
    parts: Mapping[int, Decimal] | None = None,
    payer: str = "",
    note: str = "",
) -> Payment:
    """Take money for bills of one or several units and give the receipt.

    It pays the bills oldest first, or `parts` (bill id → yuan) where the cashier spread it. What is left over goes
    into the advance of `unit`. The number is given in this transaction: no receipt without money, no gap.

    Raises:
        Conflict: a bill was paid by somebody else meanwhile; the sentence says by whom; somebody else holds the post
            the money is kept at.
        DeskError: nothing was paid; more than the bills come to and no unit to keep it for; less cash handed over
            than was to be taken.

    """
    require(by, "fees.take_payment", office)
    same_office(office, unit)
    amount = _checked(money)
    chosen = list(bills)
    with transaction.atomic():
        require_at_post(by, office, "money")
        locked = lock_bills(office, chosen)
        if len(locked) != len({bill.pk for bill in chosen}):
            raise DeskError(_("These belong to different offices."))
        _refuse_paid(chosen, locked)
        spread = oldest_first(locked, amount) if parts is None else _as_chosen(locked, parts)
        rest = amount - sum((part for _bill, part in spread), NOTHING)
        if rest < 0:
            raise DeskError(_("More is spread over the bills than was paid."), field="amount")
        if rest and unit is None:
            raise DeskError(_("This is more than the bills come to. Choose a unit to keep the rest for."), field="unit")
        till = open_till(office, cashier=by)
        payment = new_payment(
            till, Payment.Kind.PAYMENT, amount, by=by, unit=unit or _unit_of(locked), payer=payer, note=note
        )
        finish_payment(payment, money, spread)
        settle(spread, source={"payment": payment}, by=by, at=payment.paid_at)
        if rest and unit is not None:
            AccountEntry.objects.create(unit=unit, amount=rest, payment=payment, at=payment.paid_at, by=by)
        activity.record(payment, "take_payment", by=by, note=payer)
    return payment


def print_receipt(payment: Payment, *, by: User) -> Payment:
    """Count that a receipt is printed; every print after the first one is marked as printed again (补打)."""
    require(by, "fees.take_payment", payment)
    with transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(printed=F("printed") + 1)
        payment.refresh_from_db(fields=["printed"])
        activity.record(payment, "print_receipt" if payment.printed == 1 else "reprint_receipt", by=by)
    return payment


def new_payment(till: Till, kind: str, amount: Decimal, *, by: User, **values: Any) -> Payment:
    """Return an unsaved receipt with the office's next number of this year; `finish_payment` enters it."""
    next_number(till.office, CHAIN, 0)  # held from here on, also by who writes the first receipt of another year
    at = now()
    sequence = next_number(till.office, "receipt", at.year)
    return Payment(
        office=till.office,
        number=f"S{at.year}-{sequence:06d}",
        year=at.year,
        sequence=sequence,
        kind=kind,
        amount=amount,
        paid_at=at,
        taken_by=by,
        till=till,
        **values,
    )


def finish_payment(payment: Payment, money: Iterable[Money], spread: Iterable[tuple[Bill, Decimal]]) -> None:
    """Enter a receipt with its means of payment, and seal it with the digest of all that went before it."""
    tenders = list(money)
    # the chain's counter is held: nobody enters another receipt of this office before this one
    last = Payment.objects.filter(office=payment.office_id).order_by("-pk").values_list("digest", flat=True).first()
    lines = sorted((bill.pk, _fen(part)) for bill, part in spread)
    payment.digest = digest(
        payment, [(one.method, _fen(one.amount), one.reference) for one in tenders], lines, last or ""
    )
    payment.save(force_insert=True)
    Tender.objects.bulk_create(
        Tender(
            payment=payment,
            method=one.method,
            amount=one.amount,
            handed_over=one.handed_over,
            reference=one.reference,
        )
        for one in tenders
    )


def digest(
    payment: Payment, tenders: Iterable[tuple[str, int, str]], lines: Iterable[tuple[int, int]], last: str
) -> str:
    """Return what seals a receipt: itself, its means of payment, its bills and the receipt before it, in one form."""
    said = {
        "office": payment.office_id,
        "year": payment.year,
        "sequence": payment.sequence,
        "number": payment.number,
        "kind": payment.kind,
        "unit": payment.unit_id,
        "payer": payment.payer,
        "fen": _fen(payment.amount),
        "at": payment.paid_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": payment.taken_by_id,
        "till": payment.till_id,
        "reverses": payment.reverses_id,
        "tenders": sorted(tenders),
        "lines": sorted(lines),
        "last": last,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _fen(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _checked(money: Sequence[Money]) -> Decimal:
    if not money or any(one.amount <= 0 for one in money):
        raise DeskError(_("Write down how much was paid."), field="amount")
    if len({(one.method, one.reference) for one in money}) != len(money):
        raise DeskError(_("The same means of payment stands there twice."), field="amount")
    for one in money:
        if one.handed_over is not None and one.handed_over < one.amount:
            raise DeskError(_("Less was handed over than is to be paid in cash."), field="handed_over")
    amount = sum((one.amount for one in money), NOTHING)
    if amount > MOST:
        raise DeskError(_("Nobody pays so much at a counter: look at the amount again."), field="amount")
    return amount


def _as_chosen(locked: Sequence[Bill], parts: Mapping[int, Decimal]) -> list[tuple[Bill, Decimal]]:
    spread = [(bill, parts[bill.pk]) for bill in locked if parts.get(bill.pk)]
    if any(part < 0 or part > bill.outstanding for bill, part in spread):
        raise DeskError(_("More is spread over a bill than is open of it."), field="amount")
    return spread


def _refuse_paid(chosen: Sequence[Bill], locked: Sequence[Bill]) -> None:
    """Refuse when something was paid since the cashier looked: money must not be taken twice."""
    seen = {bill.pk: bill.outstanding for bill in chosen}
    for bill in locked:
        if bill.outstanding == seen[bill.pk] and bill.is_open:
            continue
        last = Allocation.objects.filter(bill=bill, payment__isnull=False).select_related("payment__taken_by").last()
        if last is None or last.payment is None:
            raise Conflict(_("%(bill)s is not what it was when you looked.") % {"bill": bill})
        words = {"bill": bill, "name": last.payment.taken_by, "number": last.payment.number}
        raise Conflict(_("%(name)s has taken money for %(bill)s meanwhile (%(number)s).") % words)


def _unit_of(bills: Sequence[Bill]) -> Unit | None:
    """Return the unit a receipt is for, where all its bills are of one."""
    units = {bill.unit_id: bill.unit for bill in bills}
    return next(iter(units.values())) if len(units) == 1 else None
