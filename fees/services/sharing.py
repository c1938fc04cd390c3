"""Shared water and electricity: prepaid, shared by cost and floor area, refilled when it runs low (R-FEE-03)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fees.models import AccountEntry, Bill, CostShare, FeeSettings, MeterReading, SharedCost, Tariff
from fees.reckoning import reckon_once
from fees.services.accounts import draw_advances, lock_units
from fees.services.meter_bills import MeterRates, blank_bill
from fees.services.months import BILLED_STATES
from fees.services.prepaying import next_due, refill
from fees.services.tariffs import tariff_by
from frontdesk.estate.models import Office, Unit
from frontdesk.estate.services.writing import locked, same_office
from frontdesk.kit import activity, jobs
from frontdesk.kit.bulk import insert_new
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.money import shares, yuan
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from frontdesk.kit.jobs import Progress
    from frontdesk.staff.models import User

SETTLE = "fees.settle_cost"
CHUNK = 1000
Account, Source = AccountEntry.Account, Bill.Source


@dataclass(frozen=True)
class Sharing:
    """How a cost would be split: (unit id, code, area, part) each, and the units nobody measured."""

    parts: list[tuple[int, str, Decimal, Decimal]]
    unmeasured: list[str]

    @property
    def area(self) -> Decimal:
        """The floor area by which it is split."""
        return sum((area for _pk, _code, area, _part in self.parts), Decimal(0))


def add_cost(
    *,
    office: Office,
    by: User,
    name: str,
    starts: dt.date,
    ends: dt.date,
    building: Any = None,
    amount: Decimal | None = None,
    note: str = "",
) -> SharedCost:
    """Write down what a period cost; without an amount it is what the shared meters counted.

    Raises:
        DeskError: the days are the wrong way round or lie ahead; no amount, and nothing read on shared meters, or
            something unusual nobody looked at, or no price for it.

    """
    require(by, SETTLE, office)
    cost = SharedCost(office=office, name=name, starts=starts, ends=ends, building=building, note=note, created_by=by)
    with transaction.atomic():
        readings = _fill(cost, amount)
        cost.save(force_insert=True)
        _claim(cost, readings)
        activity.record(cost, "add_cost", by=by, after=activity.snapshot(cost))
    return cost


def edit_cost(cost: SharedCost, *, by: User, amount: Decimal | None = None, **fields: Any) -> SharedCost:
    """Change a cost that is not settled.

    Raises:
        Conflict: it is settled or dropped by now.
        DeskError: as `add_cost`.

    """
    require(by, SETTLE, cost)
    with transaction.atomic():
        fresh = locked(cost)
        _refuse_ended(fresh)
        before = activity.snapshot(fresh)
        MeterReading.objects.filter(cost=fresh).update(cost=None)
        for name, value in fields.items():
            setattr(fresh, name, value)
        readings = _fill(fresh, amount)
        fresh.version += 1
        fresh.save()
        _claim(fresh, readings)
        activity.record(fresh, "edit_cost", by=by, before=before, after=activity.snapshot(fresh))
    return fresh


def sharing_of(cost: SharedCost) -> Sharing:
    """Return how a cost would be split now: by floor area, the parts adding up to it to the fen."""
    rows = list(_sharers(cost.office, cost.building_id))
    measured = [(pk, code, area) for pk, code, area in rows if area]
    unmeasured = [code for _pk, code, area in rows if not area]
    if not measured:
        return Sharing([], unmeasured)
    split = shares(cost.amount, [area for _pk, _code, area in measured])
    return Sharing([(*row, part) for row, part in zip(measured, split, strict=True)], unmeasured)


def settle_cost(cost: SharedCost, *, by: User, note: str = "") -> SharedCost:
    """Split a cost for good: every unit's share is fixed at once, the bills follow by a job.

    Raises:
        Conflict: somebody settled or dropped it meanwhile.
        DeskError: no unit has a floor area; the office has no tariff for shared cost; the same cost of some of these
            days was shared among the same units before.

    """
    with apply("settle_cost", cost, by=by, note=note) as fresh:
        tariff_by(fresh.office, Tariff.Basis.COST)
        _refuse_shared_before(fresh)
        sharing = sharing_of(fresh)
        if not sharing.parts:
            raise DeskError(_("No unit that shares it has a floor area on the register."))
        CostShare.objects.bulk_create(
            (CostShare(cost=fresh, unit_id=pk, area=area, amount=part) for pk, _code, area, part in sharing.parts),
            batch_size=CHUNK,
        )
        fresh.total_area, fresh.settled_by, fresh.settled_at = sharing.area, by, now()
        fresh.job = jobs.enqueue(
            "fees.bill_cost",
            office=fresh.office,
            by=by,
            key=f"fees.bill_cost-{fresh.pk}",
            params={"cost": fresh.pk},
            url=fresh.get_absolute_url(),
        )
    return fresh


def drop_cost(cost: SharedCost, *, by: User, note: str = "") -> SharedCost:
    """Drop a cost that was written down by mistake; the meters' readings are free for another.

    Raises:
        Conflict: somebody settled or dropped it meanwhile.

    """
    with apply("drop_cost", cost, by=by, note=note) as fresh:
        MeterReading.objects.filter(cost=fresh).update(cost=None)
    return fresh


def bill_cost(cost: SharedCost, progress: Progress) -> int:
    """Make the bills of a settled cost that are not there yet, draw them from the prepayments, refill what runs low.

    Each thousand units are a transaction of their own: stopped anywhere and started again it ends as if it had never
    been stopped. Returns how many bills were new.
    """
    if cost.state != SharedCost.State.SETTLED or cost.settled_at is None:
        raise Conflict(_("This cost is not settled."))
    tariff = tariff_by(cost.office, Tariff.Basis.COST)
    due_on = next_due(cost.office, local_date(cost.settled_at))
    rows = list(cost.shares.order_by("pk").values_list("unit", "area", "amount"))
    new = 0
    for start in range(0, len(rows), CHUNK):
        chunk = [row for row in rows[start : start + CHUNK] if row[2]]
        units = {unit for unit, _area, _amount in chunk}
        with transaction.atomic():
            lock_units(units)  # all of them before the first row: whoever else draws meanwhile waits here
            new += _bill_shares(cost, tariff, chunk, due_on)
            draws_all = FeeSettings.of(cost.office).draw_advance
            accounts = (Account.UTILITIES, Account.ADVANCE) if draws_all else (Account.UTILITIES,)
            draw_advances(cost.office, units, accounts=accounts)
            new += refill(cost.office, units, reference=f"refill:{{}}:{cost.pk}", due_on=due_on)
        progress(min(start + CHUNK, len(rows)), len(rows), _("Bills of the shared cost"))
    with transaction.atomic():
        fresh = locked(cost)
        if fresh.billed_at is None:
            fresh.billed_at = now()
            fresh.save(update_fields=["billed_at"])
            activity.record(fresh, "bill_cost", by=None, note=str(_("%(count)s new bills") % {"count": new}))
    return new


def _bill_shares(cost: SharedCost, tariff: Tariff, chunk: Sequence[tuple], due_on: dt.date) -> int:
    rows = []
    for unit, area, amount in chunk:
        fen = int(amount.scaleb(2))
        rows.append([unit, float(area), fen, fen, f"shared:{cost.pk}:{unit}"])
    month = cost.ends.replace(day=1)
    same = {**blank_bill(cost.office, month, due_on), "tariff": tariff.pk, "rate": Decimal(0), "source": Source.COST}
    names = ("unit", "quantity", "amount", "outstanding", "reference")
    return insert_new(Bill, names, rows, same={**same, "subject": cost.name})


def _sharers(office: Office, building: int | None) -> Iterable[tuple[int, str, Decimal | None]]:
    """Return (id, code, area) of the units that share a cost, in order: of one building, or of the whole office."""
    tariff = tariff_by(office, Tariff.Basis.COST)
    rows = Unit.objects.filter(office=office, state__in=BILLED_STATES)
    if tariff.unit_kinds:
        rows = rows.filter(kind__in=tariff.unit_kinds)
    if building is not None:
        rows = rows.filter(building=building)
    return rows.order_by("pk").values_list("pk", "code", "floor_area")


def _refuse_shared_before(cost: SharedCost) -> None:
    """Refuse to let a household pay twice for the same: of one name, for days that cross, among the same units."""
    Office.objects.select_for_update(no_key=True).get(pk=cost.office_id)  # two who settle two of them meet here
    others = SharedCost.objects.filter(office=cost.office_id, name=cost.name, state=SharedCost.State.SETTLED)
    others = others.filter(starts__lte=cost.ends, ends__gte=cost.starts).exclude(pk=cost.pk)
    if cost.building_id is not None:
        others = others.filter(Q(building__isnull=True) | Q(building=cost.building_id))
    if other := others.first():
        words = {"name": other.name, "starts": f"{other.starts:%Y-%m-%d}", "ends": f"{other.ends:%Y-%m-%d}"}
        message = _("“%(name)s” was shared for %(starts)s to %(ends)s already. Another cost has another name.")
        raise DeskError(message % words)


def _fill(cost: SharedCost, amount: Decimal | None) -> list[MeterReading]:
    """Check a cost, and without an amount take it from the shared meters; return the readings it is made of."""
    same_office(cost, cost.building)
    if cost.ends < cost.starts:
        raise DeskError(_("The last day lies before the first."), field="ends")
    if cost.ends > local_date():
        raise DeskError(_("This day lies ahead: a cost is shared when it is known."), field="ends")
    readings: list[MeterReading] = []
    cost.metered = []
    if amount is None:
        readings, cost.metered = _metered(cost)
        amount = yuan(sum((Decimal(line[4]) for line in cost.metered), Decimal(0)).scaleb(-2))
    cost.amount = amount
    cost.clean_fields(exclude=["office", "building", "created_by", "settled_by", "job", "metered"])
    return readings


def _metered(cost: SharedCost) -> tuple[list[MeterReading], list[list[Any]]]:
    rows = (
        MeterReading.objects.select_for_update(of=("self",)).of_office(cost.office).unsettled().select_related("meter")
    )
    period = rows.filter(meter__unit__isnull=True, used__gt=0)
    of_whole_office = {"meter__building__isnull": True}
    period = period.filter(**of_whole_office if cost.building_id is None else {"meter__building": cost.building_id})
    readings = list(period.filter(read_on__range=(cost.starts, cost.ends)).order_by("pk"))
    if not readings:
        raise DeskError(_("No shared meter was read in this period: enter the amount."), field="amount")
    if any(reading.must_be_confirmed for reading in readings):
        raise DeskError(_("A reading of a shared meter is unusually high: look at it first."), field="amount")
    rates, lines = MeterRates(cost.office), []
    for reading in readings:
        found = rates.price(reading.meter.kind, reading.read_on, unit=None)
        if found is None:
            words = {"meter": reading.meter}
            raise DeskError(_("There is no price for what %(meter)s counts.") % words, field="amount")
        fen = int(reckon_once(reading.used, found[1]).scaleb(2))
        lines.append([str(reading.meter), str(reading.used), reading.meter.measure, str(found[1]), fen])
    return readings, lines


def _claim(cost: SharedCost, readings: list[MeterReading]) -> None:
    MeterReading.objects.filter(pk__in=[reading.pk for reading in readings]).update(cost=cost)


def _refuse_ended(cost: SharedCost) -> None:
    if cost.state != SharedCost.State.DRAFT:
        raise Conflict(_("It is settled or dropped by now."))
