"""What must always be true of the money (V1–V5), asked of the rows themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from fees.models import AccountEntry, Adjustment, Allocation, Bill, CostShare, Payment, SharedCost, Tender, Till
from fees.services.paying import digest
from frontdesk.kit.models import Counter
from frontdesk.kit.money import MoneyField
from frontdesk.kit.verification import invariant

if TYPE_CHECKING:
    from collections.abc import Iterator

MONEY = MoneyField()


def _sum_of(rows: object, group: str) -> Coalesce:
    summed = rows.order_by().values(group).annotate(sum=Sum("amount")).values("sum")  # type: ignore[attr-defined]
    return Coalesce(Subquery(summed, output_field=MONEY), 0, output_field=MONEY)


def _money(expression: Any) -> ExpressionWrapper:
    """Read what was added up as yuan: Django takes a sum of two columns of money for a whole number."""
    return ExpressionWrapper(expression, output_field=MONEY)


@invariant("V1", _("what is open of a bill is what it is, less what was paid, and nobody paid more"))
def bills_add_up() -> Iterator[str]:
    """Find bills whose open amount is not amount + adjustments − allocations, or lies below nothing."""
    adjusted = _sum_of(Adjustment.objects.filter(bill=OuterRef("pk")), "bill")
    allocated = _sum_of(Allocation.objects.filter(bill=OuterRef("pk")), "bill")
    rows = Bill.objects.annotate(rest=_money(F("amount") + adjusted - allocated))
    for pk, rest in rows.exclude(outstanding=F("rest")).values_list("pk", "rest"):
        yield f"bill {pk}: {rest}"


@invariant("V1b", _("a payment is its means of payment, and all of it went to bills or accounts"))
def payments_add_up() -> Iterator[str]:
    """Find receipts whose means, or whose bills and entries, do not come to their amount."""
    tendered = _sum_of(Tender.objects.filter(payment=OuterRef("pk")), "payment")
    allocated = _sum_of(Allocation.objects.filter(payment=OuterRef("pk")), "payment")
    kept = _sum_of(AccountEntry.objects.filter(payment=OuterRef("pk"), account=AccountEntry.Account.ADVANCE), "payment")
    rows = Payment.objects.annotate(by_means=tendered, spent=_money(allocated + kept))
    for number in rows.exclude(by_means=F("amount"), spent=F("amount")).values_list("number", flat=True):
        yield f"payment {number}"


@invariant("V1c", _("no account is overdrawn"))
def accounts_hold() -> Iterator[str]:
    """Find accounts below nothing, and drawings that are not what they paid."""
    rows = AccountEntry.objects.order_by().values_list("unit", "account").annotate(sum=Sum("amount"))
    for unit, account, amount in rows:
        if amount < 0:
            yield f"unit {unit}, {account}: {amount}"
    drawn = AccountEntry.objects.filter(allocations__isnull=False)
    spent = _sum_of(Allocation.objects.filter(entry=OuterRef("pk")), "entry")
    for pk in drawn.annotate(spent=spent).exclude(amount=-F("spent")).values_list("pk", flat=True).distinct():
        yield f"entry {pk}"


@invariant("V2", _("receipt numbers run from 1 without a gap, in each office and year"))
def numbers_have_no_gap() -> Iterator[str]:
    """Find years whose numbers are not 1…n, or whose counter says otherwise."""
    rows = Payment.objects.order_by("office", "year", "sequence").values_list("office", "year", "sequence")
    last: dict[tuple[int, int], int] = {}
    for office, year, sequence in rows.iterator(chunk_size=5000):
        wanted = last.get((office, year), 0) + 1
        if sequence != wanted:
            yield f"office {office}, {year}: {sequence} after {wanted - 1}"
        last[office, year] = sequence
    for office, year, counted in Counter.objects.filter(kind="receipt").values_list("office", "year", "last"):
        if last.get((office, year), 0) != counted:
            yield f"office {office}, {year}: {counted} numbers given, {last.get((office, year), 0)} receipts"


@invariant("V3", _("the chain of receipts is whole"))
def chain_is_whole() -> Iterator[str]:
    """Find receipts whose digest is not that of what they say and of the receipt before."""
    before: dict[int, str] = {}
    rows = Payment.objects.order_by("pk").prefetch_related("tenders", "allocations")
    for row in rows.iterator(chunk_size=500):
        tenders = [(one.method, int(one.amount.scaleb(2)), one.reference) for one in row.tenders.all()]
        lines = [(one.bill_id, int(one.amount.scaleb(2))) for one in row.allocations.all()]
        if digest(row, tenders, lines, before.get(row.office_id, "")) != row.digest:
            yield f"payment {row.number}"
        before[row.office_id] = row.digest


@invariant("V4", _("each void is equal and opposite to what it voids, and each refund at most what was paid"))
def voids_mirror() -> Iterator[str]:
    """Find voids that are not their payment's mirror, and payments of which more was given back than came in."""
    voids = Payment.objects.filter(kind=Payment.Kind.VOID).exclude(amount=-F("reverses__amount"))
    for number in voids.values_list("number", flat=True):
        yield f"void {number}"
    given = _sum_of(Payment.objects.filter(reverses=OuterRef("pk")), "reverses")
    for number in (
        Payment.objects.annotate(left=_money(F("amount") + given))
        .filter(Q(left__lt=0), kind=Payment.Kind.PAYMENT)
        .values_list("number", flat=True)
    ):
        yield f"payment {number}"


@invariant("V5", _("a till holds the sum of its cash, as it was when it was counted"))
def tills_add_up() -> Iterator[str]:
    """Find counted tills whose expected cash is not the sum of the cash they took."""
    cash = _sum_of(Tender.objects.filter(payment__till=OuterRef("pk"), method=Tender.Method.CASH), "payment__till")
    rows = Till.objects.filter(expected__isnull=False).annotate(taken=_money(cash + F("float_amount")))
    for number, expected, taken in rows.values_list("number", "expected", "taken"):
        if expected != taken:
            yield f"till {number}: {expected}, {taken}"


@invariant("V6", _("the shares of a settled cost come to the cost, to the fen"))
def shares_add_up() -> Iterator[str]:
    """Find settled costs whose shares are not the whole of them (R-FEE-03)."""
    shared = _sum_of(CostShare.objects.filter(cost=OuterRef("pk")), "cost")
    rows = SharedCost.objects.filter(state=SharedCost.State.SETTLED).annotate(shared=shared)
    for pk, amount, found in rows.exclude(amount=F("shared")).values_list("pk", "amount", "shared"):
        yield f"cost {pk}: {amount}, {found}"
