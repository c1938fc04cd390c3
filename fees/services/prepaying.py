"""What every household prepays for shared water and electricity, and what brings it back up (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from fees.models import AccountEntry, Bill, FeeSettings, Tariff
from fees.querysets import NOTHING
from fees.services.accounts import lock_units
from fees.services.meter_bills import blank_bill
from fees.services.months import BILLED_STATES
from fees.services.running import due_day
from fees.services.tariffs import tariff_by
from frontdesk.estate.models import Unit
from frontdesk.kit import jobs
from frontdesk.kit.bulk import insert_new
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.periods import next_month
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from frontdesk.estate.models import Office
    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job
    from frontdesk.staff.models import User

SETTLE = "fees.settle_cost"
CHUNK = 1000
Account, Source = AccountEntry.Account, Bill.Source


def refill(office: Office, units: Iterable[int], *, reference: str, due_on: dt.date) -> int:
    """Bill what brings a prepayment back to its full amount where it has fallen below the office's figure.

    What is billed already and not yet paid counts as if it were there; a unit is not asked twice.
    """
    tariff = Tariff.objects.filter(office=office, kind=Tariff.Kind.PREPAYMENT, is_active=True).first()
    figures = FeeSettings.of(office)
    if tariff is None or not figures.prepayment:
        return 0
    held = [unit.pk for unit in lock_units(units)]
    has = AccountEntry.objects.filter(account=Account.UTILITIES).balances(held)
    asked = Bill.objects.filter(unit__in=held, tariff__kind=Tariff.Kind.PREPAYMENT).open().order_by()
    coming = dict(asked.values_list("unit").annotate(sum=Sum("outstanding")))
    rows = []
    for unit in held:
        there = has.get(unit, NOTHING) + coming.get(unit, NOTHING)
        if there < figures.refill_below and there < figures.prepayment:
            fen = int((figures.prepayment - there).scaleb(2))
            rows.append([unit, fen, fen, reference.format(unit)])
    return _insert_prepayments(office, tariff, rows, due_on)


def start_prepayments(office: Office, *, by: User) -> Job:
    """Have every unit that never prepaid for shared water and electricity billed for it, by a job.

    Raises:
        DeskError: every unit was billed, or the office has no tariff for it.

    """
    require(by, SETTLE, office)
    tariff_by(office, Tariff.Basis.ONCE, Tariff.Kind.PREPAYMENT)
    if not unprepaid(office).exists():
        raise DeskError(_("Every unit was billed for the prepayment already."))
    key = f"fees.bill_prepayments-{office.pk}-{now():%Y%m%d%H%M%S%f}"
    with transaction.atomic():
        return jobs.enqueue("fees.bill_prepayments", office=office, by=by, key=key, url="/shared-costs/")


def unprepaid(office: Office) -> Any:
    """Return the units that share costs, were never billed for the prepayment in any way, and have none."""
    tariff = Tariff.objects.filter(office=office, kind=Tariff.Kind.PREPAYMENT, is_active=True).first()
    kinds = tariff.unit_kinds if tariff is not None else []
    billed = Bill.objects.filter(office=office, unit__isnull=False, tariff__kind=Tariff.Kind.PREPAYMENT)
    prepaid = AccountEntry.objects.filter(unit__office=office, account=Account.UTILITIES)
    rows = Unit.objects.filter(office=office, state__in=BILLED_STATES, kind__in=kinds)
    return rows.exclude(pk__in=billed.values("unit")).exclude(pk__in=prepaid.values("unit"))


def bill_prepayments(office: Office, progress: Progress) -> int:
    """Bill the prepayment once for each unit, in chunks; repeated it bills only units that have come since."""
    tariff = tariff_by(office, Tariff.Basis.ONCE, Tariff.Kind.PREPAYMENT)
    fen = int(FeeSettings.of(office).prepayment.scaleb(2))
    units, new = list(unprepaid(office).order_by("pk").values_list("pk", flat=True)), 0
    due_on = next_due(office, local_date())
    for start in range(0, len(units) if fen else 0, CHUNK):
        rows = [[unit, fen, fen, f"prepay:{unit}"] for unit in units[start : start + CHUNK]]
        with transaction.atomic():
            new += _insert_prepayments(office, tariff, rows, due_on)
        progress(min(start + CHUNK, len(units)), len(units), _("Bills of the prepayment"))
    return new


def next_due(office: Office, day: dt.date) -> dt.date:
    """Return the office's first due day after a day."""
    first = day.replace(day=1)
    this = due_day(office, first)
    return this if this > day else due_day(office, next_month(first))


def _insert_prepayments(office: Office, tariff: Tariff, rows: list[list[Any]], due_on: dt.date) -> int:
    month = local_date().replace(day=1)
    same = {**blank_bill(office, month, due_on), "tariff": tariff.pk, "rate": Decimal(0), "source": Source.CHARGE}
    names = ("unit", "amount", "outstanding", "reference")
    return insert_new(Bill, names, rows, same={**same, "quantity": Decimal(1)})
