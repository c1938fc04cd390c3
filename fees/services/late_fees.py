"""The late fee: off unless the office sets a rate; once per bill and month, capped, never on disputes (R-FEE-10)."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from fees.models import Adjustment, Bill, FeeSettings, Tariff
from fees.querysets import NOTHING
from fees.reckoning import late_fee
from fees.services.accounts import draw_advances
from fees.services.running import due_day
from fees.services.tariffs import tariff_of
from frontdesk.kit import jobs
from frontdesk.kit.bulk import insert_new
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.models import Job
from frontdesk.kit.money import yuan
from frontdesk.kit.periods import month_before, month_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from frontdesk.estate.models import Office
    from frontdesk.kit.jobs import Progress

JOB = "fees.charge_late_fees"
CHUNK = 1000
"""Late fees entered in one transaction."""
Source = Bill.Source


class LateFee(NamedTuple):
    """A late fee to be: for which bill, how many days of the month, what it comes to."""

    bill: Bill
    days: int
    amount: Decimal


def late_fees(office: Office, month: dt.date) -> Iterator[LateFee]:
    """Reckon the late fees of a month that is over, bill by bill.

    A bill is charged for the days of the month on which it was overdue for longer than the grace days, on what is
    still open of it now: whoever paid meanwhile, or in part, pays no late fee on that. All late fees of a bill
    together stay within the cap, those that were waived included. Late fees and disputed bills bear none.
    """
    own, period = FeeSettings.of(office), month_of(month)
    if not own.late_rate:
        return
    overdue = Bill.objects.filter(office=office).to_be_dunned(period.last + ONE_DAY)
    overdue = overdue.exclude(tariff__kind=Tariff.Kind.LATE)
    charged = _charged_before(office, month)
    sums = Adjustment.objects.filter(bill__in=overdue).order_by().values_list("bill").annotate(sum=Sum("amount"))
    adjusted = dict(sums)
    for bill in _in_parts(overdue):
        free_until = max(bill.due_on + ONE_DAY * own.late_grace_days, (own.late_since or period.first) - ONE_DAY)
        days = (period.last - max(period.first, free_until + ONE_DAY)).days + 1
        if days <= 0:
            continue
        whole = bill.amount + adjusted.get(bill.pk, NOTHING)
        cap = yuan(whole * own.late_cap / 100) - charged[bill.pk]
        fee = late_fee(bill.outstanding, days, rate=own.late_rate, cap=cap)
        if fee > 0:
            yield LateFee(bill, days, fee)


def charge_late_fees(office: Office, month: dt.date, progress: Progress) -> int:
    """Charge the late fees of a month that is over; asked again it adds nothing. Return how many were new."""
    tariff = tariff_of(office, Tariff.Kind.LATE)
    own, new, done = FeeSettings.of(office), 0, 0
    fees = late_fees(office, month)
    while chunk := list(islice(fees, CHUNK)):
        with transaction.atomic():
            new += _insert(tariff, month, chunk, rate=own.late_rate)
            if own.draw_advance:
                draw_advances(office, {one.bill.unit_id for one in chunk if one.bill.unit_id})
        done += len(chunk)
        progress(done, done, _("Late fees of %(month)s") % {"month": f"{month:%Y-%m}"})
    return new


def start_due_late_fees(today: dt.date) -> None:
    """Order the late fees of the month that is over, in each office that charges any: once per office and month."""
    period = month_before(today)
    for own in FeeSettings.objects.filter(late_rate__gt=0, late_since__lte=period.last).select_related("office"):
        key = f"{JOB}-{own.office_id}-{period.first:%Y-%m}"
        if Job.objects.filter(key=key).exists():
            continue
        with transaction.atomic():
            jobs.enqueue(
                JOB,
                office=own.office,
                by=None,
                key=key,
                params={"office": own.office_id, "month": period.first.isoformat()},
            )


def _in_parts(bills: Any) -> Iterator[Bill]:
    """Read bills a thousand at a time: what is entered meanwhile disturbs no open reading."""
    rows, after = bills.select_related("tariff", "vehicle").order_by("pk"), 0
    while part := list(rows.filter(pk__gt=after)[:CHUNK]):
        yield from part
        after = part[-1].pk


def _charged_before(office: Office, month: dt.date) -> dict[int, Decimal]:
    """Return what late fees of other months were charged for each bill, as they were billed."""
    found: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    rows = Bill.objects.filter(office=office, source=Source.LATE, reference__startswith="late:").order_by()
    for reference, amount in rows.values_list("reference", "amount").iterator(chunk_size=5000):
        _word, bill, of_month = reference.split(":")
        if of_month != f"{month:%Y-%m}":
            found[int(bill)] += amount
    return found


def _insert(tariff: Tariff, month: dt.date, fees: Sequence[LateFee], *, rate: Decimal) -> int:
    """Enter late fees as bills of the month in which they are charged, so that months that are over stay as they were.

    What each is for, and how it was reckoned, stands in its subject.
    """
    today = local_date()
    names = ("unit", "vehicle", "subject", "reference", "amount", "outstanding")
    rows = []
    for bill, days, amount in fees:
        fen = int(amount.scaleb(2))
        words = {"bill": bill, "owed": bill.outstanding, "rate": f"{rate.normalize():f}‰", "days": days}
        subject = (_("%(bill)s: %(owed)s × %(rate)s × %(days)s days") % words)[:120]
        rows.append((bill.unit_id, bill.vehicle_id, subject, f"late:{bill.pk}:{month:%Y-%m}", fen, fen))
    same = {
        "office": tariff.office_id,
        "tariff": tariff.pk,
        "month": today.replace(day=1),
        "source": Source.LATE,
        "rate": 0,
        "quantity": 1,
        "days": 0,
        "month_days": 0,
        "percent": 100,
        "parts": [],
        "due_on": max(due_day(tariff.office, today), today),
        "billed_at": now(),
        "dispute": "",
    }
    return insert_new(Bill, names, rows, same=same)
