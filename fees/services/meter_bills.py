"""Bills by the meter: what was read in a month, once for each reading (R-FEE-03)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, FeeSettings, Meter, MeterReading, Tariff, TariffException
from fees.querysets import NOTHING
from fees.reckoning import Span, rate_on, reckon_once
from fees.services.accounts import draw_advances, lock_units
from fees.services.running import due_day
from frontdesk.kit import jobs
from frontdesk.kit.bulk import insert_new
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.periods import next_month
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    from frontdesk.estate.models import Office
    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job
    from frontdesk.staff.models import User

CHUNK = 1000
TARIFF_OF = {
    Meter.Kind.WATER: Tariff.Kind.WATER,
    Meter.Kind.ELECTRICITY: Tariff.Kind.ELECTRICITY,
    Meter.Kind.GAS: Tariff.Kind.GAS,
}


class Line(NamedTuple):
    """What a month's readings of one kind come to: how many, how much was used, the money."""

    kind: str
    readings: int
    used: Decimal
    amount: Decimal


class MeterRates:
    """What a unit of water, electricity and gas costs in an office on a day: the tariff's rate, or the unit's own."""

    def __init__(self, office: Office) -> None:
        rows = Tariff.objects.filter(office=office, basis=Tariff.Basis.METER, is_active=True)
        self.tariffs: dict[str, list[Tariff]] = defaultdict(list)
        for tariff in rows.prefetch_related("rates").order_by("position", "pk"):
            self.tariffs[tariff.kind].append(tariff)
        self.own: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for row in TariffException.objects.filter(tariff__office=office, tariff__basis=Tariff.Basis.METER):
            self.own[row.tariff_id, row.unit_id].append(Span(row.starts, row.ends, row.rate))

    def price(self, kind: str, day: dt.date, *, unit: int | None, unit_kind: str = "") -> tuple[Tariff, Decimal] | None:
        """Return the tariff and rate of a day; None where nothing is charged for it."""
        for tariff in self.tariffs[TARIFF_OF[Meter.Kind(kind)]]:
            if unit is not None and tariff.unit_kinds and unit_kind not in tariff.unit_kinds:
                continue
            own = next((span for span in self.own.get((tariff.pk, unit or 0), ()) if span.covers(day)), None)
            if own is not None:
                return None if own.value is None else (tariff, own.value)  # type: ignore[return-value]
            rate = rate_on([(row.starts, row.rate) for row in tariff.rates.all()], day)
            return None if rate is None else (tariff, rate)
        return None


def preview_meters(office: Office, month: dt.date) -> tuple[list[Line], int, int]:
    """Return what a month's readings come to by kind, how many wait to be looked at, and how many have no price."""
    rates, unpriced = MeterRates(office), 0
    sums: dict[str, Line] = {}
    for _pk, kind, day, used, unit, unit_kind in _rows(office, month):
        found = rates.price(kind, day, unit=unit, unit_kind=unit_kind)
        if found is None:
            unpriced += 1
            continue
        line = sums.get(kind, Line(kind, 0, NOTHING, NOTHING))
        amount = reckon_once(used, found[1])
        sums[kind] = Line(kind, line.readings + 1, line.used + used, line.amount + amount)
    waiting = MeterReading.objects.of_office(office).of_units().unsettled().to_confirm()
    in_month = waiting.filter(read_on__gte=month, read_on__lt=next_month(month)).count()
    return [sums[kind] for kind in Meter.Kind.values if kind in sums], in_month, unpriced


def start_meter_bills(office: Office, *, month: dt.date, by: User) -> Job:
    """Have the bills of a month's readings made by a job; started again it bills what has come in since.

    Raises:
        DeskError: the month lies ahead, or there is nothing to be billed.

    """
    require(by, "fees.run_bills", office)
    month = month.replace(day=1)
    if month > local_date():
        raise DeskError(_("This month lies ahead."), field="month")
    lines, _waiting, _unpriced = preview_meters(office, month)
    if not lines:
        raise DeskError(_("No reading of this month is to be billed."), field="month")
    key = f"fees.bill_meters-{office.pk}-{now():%Y%m%d%H%M%S%f}"
    with transaction.atomic():
        return jobs.enqueue(
            "fees.bill_meters", office=office, by=by, key=key, params={"month": month.isoformat()}, url="/meters/"
        )


def bill_meters(office: Office, month: dt.date, progress: Progress) -> int:
    """Bill a month's readings that are not billed yet, in chunks; a reading is billed once, whoever repeats it."""
    rates, rows = MeterRates(office), list(_rows(office, month))
    due_on, new = due_day(office, next_month(month)), 0
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        with transaction.atomic():
            new += _bill(office, month, rates, chunk, due_on)
        progress(min(start + CHUNK, len(rows)), len(rows), _("Bills by the meter"))
    return new


def _bill(office: Office, month: dt.date, rates: MeterRates, chunk: Iterable[tuple], due_on: dt.date) -> int:
    ids = [row[0] for row in chunk]
    lock_units({row[4] for row in chunk})  # before the first row: whoever else draws meanwhile waits here
    # held: a reading somebody corrects at this moment is billed as it is after that, or not yet
    held = MeterReading.objects.select_for_update(of=("self",)).filter(pk__in=ids).to_bill(month)
    fresh = dict(held.order_by("pk").values_list("pk", "used"))
    groups: dict[tuple[int, Decimal], list[list[Any]]] = defaultdict(list)
    units = set()
    for pk, kind, day, _used, unit, unit_kind in chunk:
        found = rates.price(kind, day, unit=unit, unit_kind=unit_kind) if pk in fresh else None
        if found is None:
            continue
        fen = int(reckon_once(fresh[pk], found[1]).scaleb(2))
        if fen:
            groups[found[0].pk, found[1]].append([unit, float(fresh[pk]), fen, fen, f"meter:{pk}"])
            units.add(unit)
    new = 0
    for (tariff, rate), rows in groups.items():
        same = {**blank_bill(office, month, due_on), "tariff": tariff, "rate": rate, "source": Bill.Source.METER}
        new += insert_new(Bill, ("unit", "quantity", "amount", "outstanding", "reference"), rows, same=same)
    made = dict(
        Bill.objects.filter(
            office=office, reference__in=[row[-1] for rows in groups.values() for row in rows]
        ).values_list("reference", "pk")
    )
    billed = list(MeterReading.objects.filter(pk__in=[int(reference.partition(":")[2]) for reference in made]))
    for reading in billed:
        reading.bill_id = made[f"meter:{reading.pk}"]
    MeterReading.objects.bulk_update(billed, ["bill"])
    if FeeSettings.of(office).draw_advance:
        draw_advances(office, units)
    return new


def blank_bill(office: Office, month: dt.date, due_on: dt.date) -> dict[str, Any]:
    """Return what bills made many at once have in common, for `insert_new`."""
    return {
        "office": office.pk,
        "month": month,
        "days": 0,
        "month_days": 0,
        "percent": 100,
        "parts": [],
        "due_on": due_on,
        "subject": "",
        "billed_at": now(),
        "dispute": "",
    }


def _rows(office: Office, month: dt.date) -> Iterable[tuple]:
    rows = MeterReading.objects.of_office(office).to_bill(month).order_by("pk")
    return rows.values_list("pk", "meter__kind", "read_on", "used", "meter__unit", "meter__unit__kind")
