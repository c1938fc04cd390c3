"""What a month of an office comes to, unit by unit and vehicle by vehicle (R-FEE-01, R-FEE-05…07)."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from fees.models import Reduction, Tariff, TariffException
from fees.reckoning import Reckoned, Span, reckon_month
from frontdesk.estate.models import Tenure, Unit, Vehicle
from frontdesk.kit.periods import month_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from frontdesk.estate.models import Office

CHUNK = 1000
"""Units or vehicles billed in one transaction: what is lost when the run is stopped, to be done again."""
BILLED_STATES = (Unit.State.SOLD, Unit.State.RENTED)
"""Whose units pay: homes, shops and spaces that belong to somebody; what the company still holds does not."""
Key = tuple[int | None, int | None, int]


class Line(NamedTuple):
    """One bill to be: whom it is for and what it comes to."""

    unit: int | None
    vehicle: int | None
    tariff: Tariff
    reckoned: Reckoned

    @property
    def key(self) -> Key:
        """What makes it the same bill: the unit or vehicle, and the tariff."""
        return key_of(self.unit, self.vehicle, self.tariff.pk)


def key_of(unit: int | None, vehicle: int | None, tariff: int) -> Key:
    """Return what a month has one bill of."""
    return (None, vehicle, tariff) if vehicle else (unit, None, tariff)


class MonthOf:
    """Everything a month of an office is reckoned by, read once; lines come unit by unit and vehicle by vehicle."""

    def __init__(self, office: Office, month: dt.date) -> None:
        self.office, self.month = office, month.replace(day=1)
        self.last = month_of(self.month).last
        self._plain: dict[tuple[str, Any], list[tuple[Tariff, Reckoned]]] = {}

    @cached_property
    def tariffs(self) -> list[Tariff]:
        """The tariffs a run bills, with their rates."""
        rows = Tariff.objects.filter(office=self.office, is_active=True, basis__in=Tariff.MONTHLY)
        return list(rows.prefetch_related("rates").order_by("position", "pk"))

    @cached_property
    def rates(self) -> dict[int, list[tuple[dt.date, Decimal]]]:
        """What each tariff costs, from which day on."""
        return {tariff.pk: [(row.starts, row.rate) for row in tariff.rates.all()] for tariff in self.tariffs}

    @cached_property
    def exceptions(self) -> dict[tuple[int, int], list[Span]]:
        """What single units pay instead, by tariff and unit."""
        found = defaultdict(list)
        rows = TariffException.objects.filter(tariff__office=self.office).touching(self.month)
        for row in rows:
            found[row.tariff_id, row.unit_id].append(Span(row.starts, row.ends, row.rate))
        return found

    @cached_property
    def reductions(self) -> dict[int, list[Span]]:
        """Which units pay less because they stand vacant (R-FEE-02)."""
        found = defaultdict(list)
        for row in Reduction.objects.filter(unit__office=self.office).granted().touching(self.month):
            found[row.unit_id].append(Span(row.starts, row.ends, row.percent))
        return found

    def chunks(self) -> Iterator[list[tuple[int, list[Line]]]]:
        """Yield everything that pays, some at a time: units with their lines, then vehicles with theirs."""
        for lines_after in (self.lines_of_units, self.lines_of_vehicles):
            after = 0
            while chunk := list(lines_after(after, CHUNK)):
                yield chunk
                after = chunk[-1][0]

    def lines(self) -> Iterator[Line]:
        """Yield every bill the month would have today."""
        for chunk in self.chunks():
            for _pk, lines in chunk:
                yield from lines

    def lines_of_units(self, after: int = 0, count: int | None = None) -> Iterator[tuple[int, list[Line]]]:
        """Yield (unit, its lines) in the order of the units, those after one of them."""
        rows = Unit.objects.filter(office=self.office, state__in=BILLED_STATES, pk__gt=after).order_by("pk")
        for pk, kind, area in rows.values_list("pk", "kind", "floor_area")[:count]:
            yield pk, self._of_unit(pk, kind, area)

    def lines_of_vehicles(self, after: int = 0, count: int | None = None) -> Iterator[tuple[int, list[Line]]]:
        """Yield (vehicle, its lines) in the order of the vehicles; those without a space pay nothing."""
        there = Q(added_on__isnull=True) | Q(added_on__lte=self.last)
        there &= Q(removed_on__isnull=True) | Q(removed_on__gte=self.month)
        rows = Vehicle.objects.filter(there, office=self.office, space__isnull=False, pk__gt=after).order_by("pk")
        names = ("pk", "person_id", "space_id", "space__space_kind", "added_on", "removed_on")
        chosen = list(rows.values_list(*names)[:count])
        homes = homes_of({person for _pk, person, *_rest in chosen})
        for pk, person, space, kind, added, removed in chosen:
            stay = Span(added or self.month, removed, None)
            yield pk, list(self._of_vehicle(pk, homes.get(person, space), kind, stay))

    @cached_property
    def unlike_others(self) -> set[int]:
        """The units that do not simply pay what every unit of their kind and size pays."""
        return {unit for _tariff, unit in self.exceptions} | set(self.reductions)

    def _of_unit(self, pk: int, kind: str, area: Decimal | None) -> list[Line]:
        """Return the lines of a unit; flats of one size are reckoned once."""
        if pk in self.unlike_others:
            found = self._of_kind(kind, area, unit=pk)
        else:
            key = (kind, area)
            if key not in self._plain:
                self._plain[key] = self._of_kind(kind, area)
            found = self._plain[key]
        return [Line(pk, None, tariff, reckoned) for tariff, reckoned in found]

    def _of_kind(self, kind: str, area: Decimal | None, *, unit: int | None = None) -> list[tuple[Tariff, Reckoned]]:
        """Return what a unit of this kind and size pays, by the tariff alone or as this one does."""
        found = []
        for tariff in self.tariffs:
            if tariff.basis == Tariff.Basis.VEHICLE_MONTH or kind not in tariff.unit_kinds:
                continue
            quantity = area if tariff.basis == Tariff.Basis.AREA_MONTH else 1
            if not quantity:
                continue
            spans: dict[str, Any] = {}
            if unit is not None:
                spans["exceptions"] = self.exceptions.get((tariff.pk, unit), ())
                spans["reductions"] = self.reductions.get(unit, ()) if tariff.reduced_when_vacant else ()
            reckoned = self._reckon(tariff, quantity, **spans)
            if reckoned.amount:
                found.append((tariff, reckoned))
        return found

    def _of_vehicle(self, pk: int, unit: int, kind: str, stay: Span) -> Iterator[Line]:
        for tariff in self.tariffs:
            if tariff.basis != Tariff.Basis.VEHICLE_MONTH or kind not in tariff.space_kinds:
                continue
            exceptions = self.exceptions.get((tariff.pk, unit), ())
            reckoned = self._reckon(tariff, 1, exceptions=exceptions, stays=[stay])
            if reckoned.amount:
                yield Line(unit, pk, tariff, reckoned)

    def _reckon(self, tariff: Tariff, quantity: Decimal | int, **spans: Any) -> Reckoned:
        return reckon_month(self.month, quantity, self.rates[tariff.pk], **spans)  # type: ignore[arg-type]


def homes_of(people: Iterable[int]) -> dict[int, int]:
    """Return where each of these people lives: the unit on whose household a vehicle's fee is put."""
    roles = (Tenure.Role.OWNER, Tenure.Role.TENANT, Tenure.Role.FAMILY)
    rows = Tenure.objects.current().filter(person__in=people, role__in=roles).exclude(unit__kind=Unit.Kind.PARKING)
    found = rows.order_by("-pk").values_list("person_id", "unit_id")
    return dict(found)
