"""The cashier's till: opened by the first payment, counted blind, confirmed by a second person (R-FEE-11)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from fees.models import DENOMINATIONS, Payment, Tender, Till
from fees.querysets import NOTHING
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.money import yuan
from frontdesk.kit.notifications import notify
from frontdesk.kit.numbering import next_number
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from frontdesk.estate.models import Office

Method = Tender.Method
MOST = 100_000
"""More notes of one kind than this are a slip of the finger."""


def open_till(office: Office, *, cashier: User) -> Till:
    """Return the till this cashier takes money into, held; the first payment after a count opens the next one."""
    own = Till.objects.select_for_update(no_key=True).filter(office=office, cashier=cashier).open()
    till = own.first()
    if till is not None:
        return till
    year = local_date().year
    try:
        with transaction.atomic():
            number = f"R{year}-{next_number(office, 'till', year):05d}"
            before = Till.objects.filter(office=office, cashier=cashier).order_by("-pk").first()
            left = NOTHING if before is None else before.float_amount
            till = Till.objects.create(office=office, cashier=cashier, number=number, float_amount=left)
            activity.record(till, "open_till", by=cashier)
    except IntegrityError:  # the same cashier has opened it this moment, at another desk
        return own.get()
    return till


def expected(till: Till) -> dict[str, Decimal]:
    """Return what a till should hold by each means of payment, the change it began with counted as cash."""
    rows = Tender.objects.filter(payment__till=till).order_by().values_list("method").annotate(sum=Sum("amount"))
    sums = dict(rows)
    return {method: sums.get(method, NOTHING) for method in Method.values} | {
        Method.CASH: sums.get(Method.CASH, NOTHING) + till.float_amount
    }


def count_till(
    till: Till,
    *,
    counts: Mapping[str, int],
    slips: Mapping[str, Decimal],
    by: User,
    reason: str = "",
    float_amount: Decimal | None = None,
) -> Till:
    """Close a till by counting it, without having been told what the books say (R-FEE-11).

    `counts` is how many of each note and coin there are, `slips` what the slips of each other means come to,
    `float_amount` the change it began with. What differs needs a reason; nothing is refused because it differs.

    Raises:
        Conflict: it was counted already.
        DeskError: something differs and no reason was written; a count is no whole number of pieces.

    """
    pieces = {str(value): _pieces(value, counts) for value in DENOMINATIONS}
    totals = {method: yuan(slips.get(method) or 0) for method in Method.values if method != Method.CASH}
    with apply("count_till", till, by=by) as fresh:
        changed = float_amount is not None and float_amount != fresh.float_amount
        if float_amount is not None:
            fresh.float_amount = float_amount
        books = expected(fresh)
        fresh.counts = {value: number for value, number in pieces.items() if number}
        fresh.slips = {method: str(amount) for method, amount in totals.items() if amount}
        fresh.cash = sum((Decimal(value) * number for value, number in pieces.items()), NOTHING)
        fresh.expected = books[Method.CASH]
        fresh.expected_slips = {method: str(books[method]) for method in totals if books[method]}
        fresh.difference = fresh.cash - fresh.expected
        fresh.reason = reason.strip()
        differs = fresh.difference or any(amount != books[method] for method, amount in totals.items())
        if changed and not fresh.reason:
            message = _("The change it began with is not what the till before ended with: write down why.")
            raise DeskError(message, field="reason")
        if differs and not fresh.reason:
            message = _("Cash or slips are not what the books say. Count again, or write down why.")
            raise DeskError(message, field="reason")
        fresh.counted_at = now()
        last = Payment.objects.filter(till=fresh).order_by("-pk").values_list("digest", flat=True).first()
        fresh.last_digest = last or ""
    people = User.objects.who_may("fees.confirm_till", fresh.office)
    notify(people, format_lazy(_("{till} is counted: confirm it."), till=fresh), url=fresh.get_absolute_url(), by=by)
    return fresh


def confirm_till(till: Till, *, by: User, note: str = "") -> Till:
    """Confirm the count as a second person.

    Raises:
        Conflict: somebody confirmed it, or had it counted again.

    """
    with apply("confirm_till", till, by=by, note=note) as fresh:
        fresh.confirmed_by, fresh.confirmed_at = by, now()
    return fresh


def recount_till(till: Till, *, note: str, by: User) -> Till:
    """Have it counted again: the count is put aside and stays in the history.

    Raises:
        Conflict: somebody confirmed it meanwhile; the cashier has opened another till by now.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why it is to be counted again."), field="note")
    with transaction.atomic():
        if Till.objects.filter(office=till.office_id, cashier=till.cashier_id).open().exists():
            message = _("The cashier takes money into another till by now: confirm this one with its difference.")
            raise DeskError(message)
        with apply("recount_till", till, by=by, note=note) as fresh:
            fresh.counts, fresh.slips, fresh.expected_slips = {}, {}, {}
            fresh.cash = fresh.expected = fresh.difference = fresh.counted_at = None
            fresh.reason = ""
    text = format_lazy(_("Count {till} again: {note}"), till=fresh, note=note)
    notify([fresh.cashier], text, url=fresh.get_absolute_url(), by=by)
    return fresh


def deposit_till(till: Till, *, amount: Decimal, slip: str, by: User) -> Till:
    """Write down that the cash of a till was paid in at the bank.

    Raises:
        Conflict: it was paid in already.
        DeskError: without the bank's slip; more than was counted.

    """
    slip = must_be_said(slip, _("Write down the number of the bank's slip."), field="slip")
    with apply("deposit_till", till, by=by, note=slip) as fresh:
        if amount < 0 or amount > (fresh.cash or NOTHING):
            raise DeskError(_("At most what was counted can be paid in."), field="amount")
        fresh.deposited, fresh.deposit_slip, fresh.deposited_at = amount, slip, now()
    return fresh


def uncounted(office: Office) -> Any:
    """Return what a shift hands over: tills still open or not confirmed, oldest first (R-FEE-11)."""
    rows = Till.objects.filter(office=office).exclude(state__in=["confirmed", "deposited"])
    return rows.select_related("cashier").order_by("opened_at")


def cash_since(office: Office, at: dt.datetime) -> Decimal:
    """Return how much more cash (yuan) an office has than it had at a moment: taken, less given back and paid in."""
    tenders = Tender.objects.filter(payment__office=office, payment__paid_at__gt=at, method=Method.CASH)
    banked = Till.objects.filter(office=office, deposited_at__gt=at)
    taken = tenders.aggregate(sum=Sum("amount"))["sum"] or NOTHING
    return taken - (banked.aggregate(sum=Sum("deposited"))["sum"] or NOTHING)


def _pieces(value: Decimal, counts: Mapping[str, int]) -> int:
    number = counts.get(str(value)) or 0
    if number < 0 or number > MOST:
        raise DeskError(_("Write down how many notes or coins there are."), field=f"count_{value}")
    return number
