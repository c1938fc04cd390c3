"""A month looked at before it is billed: what it comes to, lacks, changes; nothing is written (R-FEE-07)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from fees.models import Bill, FeeSettings, Tariff
from fees.querysets import NOTHING
from fees.services.months import BILLED_STATES, MonthOf, key_of
from frontdesk.estate.models import Unit, Vehicle
from frontdesk.kit.periods import month_before

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from decimal import Decimal
    from typing import Any

    from fees.services.months import Key
    from frontdesk.estate.models import Office

SHOWN = 100
WHOLE = 100


@dataclass
class OfTariff:
    """What a month comes to by one tariff, in yuan, beside what the month before was billed by it."""

    tariff: Tariff
    count: int = 0
    amount: Decimal = NOTHING
    before: Decimal = NOTHING


@dataclass(frozen=True)
class Change:
    """A unit that pays much more or less than the month before, by one tariff; `percent` is None where it is new."""

    unit: Unit
    tariff: Tariff
    before: Decimal
    amount: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much more, below zero less."""
        return self.amount - self.before

    @property
    def percent(self) -> Decimal | None:
        """By how many percent."""
        return None if not self.before else self.difference * WHOLE / self.before


@dataclass
class Preview:
    """What a month's run would bill. Of long lists the first hundred are there, with how many there are in all."""

    month: dt.date
    by_tariff: list[OfTariff] = field(default_factory=list)
    new: int = 0
    billed: int = 0
    amount: Decimal = NOTHING
    before: Decimal = NOTHING
    big_change: int = 0
    has_before: bool = False
    unmeasured: list[Unit] = field(default_factory=list)
    unmeasured_count: int = 0
    unplaced: list[Vehicle] = field(default_factory=list)
    unplaced_count: int = 0
    unkinded: list[Vehicle] = field(default_factory=list)
    unkinded_count: int = 0
    changes: list[Change] = field(default_factory=list)
    change_count: int = 0


def preview_month(office: Office, month: dt.date) -> Preview:
    """Return what a run of a month would bill, with the same reckoning the run itself goes by."""
    reckoner = MonthOf(office, month)
    before, there = billed_in(office, month_before(reckoner.month).first), billed_in(office, reckoner.month)
    seen = Preview(reckoner.month, big_change=FeeSettings.of(office).big_change, has_before=bool(before))
    rows = {tariff.pk: OfTariff(tariff) for tariff in reckoner.tariffs}
    was: dict[Any, Decimal] = defaultdict(lambda: NOTHING)
    now: dict[Any, Decimal] = defaultdict(lambda: NOTHING)
    for line in reckoner.lines():
        row, amount = rows[line.tariff.pk], line.reckoned.amount
        row.count += 1
        row.amount += amount
        now[line.unit, line.tariff.pk] += amount
        if line.key in there:
            seen.billed += 1
        else:
            seen.new += 1
    for (_unit, _vehicle, tariff), (_pk, unit, amount) in before.items():
        was[unit, tariff] += amount
        if tariff in rows:
            rows[tariff].before += amount
    seen.by_tariff = [row for row in rows.values() if row.count or row.before]
    seen.amount = sum((row.amount for row in seen.by_tariff), NOTHING)
    seen.before = sum((row.before for row in seen.by_tariff), NOTHING)
    if seen.has_before:
        _point_out(seen, was, now)
    _find_missing(seen, reckoner)
    return seen


def billed_in(office: Office, month: dt.date) -> dict[Key, tuple[int, int | None, Decimal]]:
    """Return (id, unit, amount) of every bill a month's run made, by what it is for; one query."""
    rows = Bill.objects.filter(office=office, month=month, source=Bill.Source.RUN).order_by()
    found = rows.values_list("pk", "unit_id", "vehicle_id", "tariff_id", "amount")
    return {key_of(unit, vehicle, tariff): (pk, unit, amount) for pk, unit, vehicle, tariff, amount in found}


def _point_out(seen: Preview, was: dict[Any, Decimal], now: dict[Any, Decimal]) -> None:
    """Keep the units that pay more or less than the office's figure allows, the biggest difference first."""
    found = list(_changed(seen.big_change, was, now))
    found.sort(key=lambda one: (-abs(one[2] - one[1]), one[0]))
    seen.change_count = len(found)
    shown = found[:SHOWN]
    units = Unit.objects.in_bulk([unit for (unit, _tariff), _was, _now in shown])
    tariffs = Tariff.objects.in_bulk({tariff for (_unit, tariff), _was, _now in shown})
    seen.changes = [Change(units[unit], tariffs[tariff], old, new) for (unit, tariff), old, new in shown]


def _changed(
    limit: int, was: dict[Any, Decimal], now: dict[Any, Decimal]
) -> Iterator[tuple[tuple[int, int], Decimal, Decimal]]:
    for key in was.keys() | now.keys():
        old, new = was.get(key, NOTHING), now.get(key, NOTHING)
        if key[0] is not None and abs(new - old) * WHOLE > old * limit:
            yield key, old, new


def _find_missing(seen: Preview, reckoner: MonthOf) -> None:
    """Find what the register does not know well enough to be billed."""
    by_area = {kind for one in reckoner.tariffs if one.basis == Tariff.Basis.AREA_MONTH for kind in one.unit_kinds}
    units = Unit.objects.filter(office=reckoner.office, state__in=BILLED_STATES, kind__in=by_area)
    seen.unmeasured, seen.unmeasured_count = _some(units.filter(floor_area__isnull=True).order_by("code"))
    if all(one.basis != Tariff.Basis.VEHICLE_MONTH for one in reckoner.tariffs):
        return  # nobody pays for parking here
    there = Q(added_on__isnull=True) | Q(added_on__lte=reckoner.last)
    vehicles = Vehicle.objects.current().filter(there, office=reckoner.office)
    vehicles = vehicles.select_related("person", "space").order_by("plate")
    seen.unplaced, seen.unplaced_count = _some(vehicles.filter(space__isnull=True))
    seen.unkinded, seen.unkinded_count = _some(vehicles.filter(space__isnull=False, space__space_kind=""))


def _some(rows: Any) -> tuple[list[Any], int]:
    """Return the first rows, and how many there are."""
    found = list(rows[: SHOWN + 1])
    return found[:SHOWN], len(found) if len(found) <= SHOWN else rows.count()
