"""What the fee counter finds: units by code, name, plate or phone, and what their household owes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from fees.models import AccountEntry, Bill
from fees.querysets import NOTHING
from frontdesk.estate.models import Tenure, Unit, Vehicle
from frontdesk.estate.services import note_phone_search
from frontdesk.kit.search import lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

FOUND = 30
LONGEST = 200
SHOWN = 200
"""Open bills a counter page lists: more than sixteen years of a household."""


@dataclass(frozen=True)
class Owing:
    """A unit with who lives there and what is open of its bills."""

    unit: Unit
    names: list[str] = field(default_factory=list)
    owed: Decimal = NOTHING


def units_found(text: str, user: User, office: Office) -> tuple[list[Owing], bool]:
    """Return the units a text finds, and whether the first is the one that was meant: its whole code was typed."""
    sees_people = user.has_perm("estate.view_person", office)
    kinds = ["unit", *(["person", "vehicle"] if sees_people else [])]
    hits = lookup([office.pk], text, limit=FOUND, kinds=kinds)
    exact = [hit.object_id for hit in hits if hit.exact and hit.kind == "unit"]
    if sees_people and not exact:  # 1502 is a flat before it is part of a phone
        note_phone_search(text, by=user, office=office)
    by_kind = {kind: [hit.object_id for hit in hits if hit.kind == kind] for kind in kinds}
    cars = by_kind.get("vehicle", [])
    drivers = Vehicle.objects.filter(pk__in=cars).values_list("person", flat=True) if cars else []
    people = [*by_kind.get("person", []), *drivers]
    homes = Tenure.objects.current().filter(person__in=people).order_by("unit__code") if people else []
    wanted = [*by_kind["unit"], *(homes.values_list("unit", flat=True) if people else [])]  # type: ignore[attr-defined]
    order = {pk: place for place, pk in reversed(list(enumerate(dict.fromkeys(exact + wanted))))}
    units = Unit.objects.visible_to(user).of_office(office).filter(pk__in=order)
    found = owing(sorted(units, key=lambda unit: order[unit.pk])[:FOUND], names=sees_people)
    return found, len(exact) == 1 or len(found) == 1


def owing(units: Sequence[Unit], *, names: bool) -> list[Owing]:
    """Return units with who is there and what they owe, with two queries however many they are."""
    rows = Bill.objects.filter(unit__in=units).open().order_by().values_list("unit")
    owed = dict(rows.annotate(sum=Sum("outstanding")))
    living: dict[int, list[str]] = defaultdict(list)
    if names:
        tenures = Tenure.objects.current().filter(unit__in=units).order_by("pk")
        for unit, name in tenures.values_list("unit", "person__name"):
            if name not in living[unit]:
                living[unit].append(name)
    return [Owing(unit, living[unit.pk], owed.get(unit.pk) or NOTHING) for unit in units]


def other_units(unit: Unit, user: User) -> list[Owing]:
    """Return the other units of whoever is at a unit: what they may want to pay for along with it."""
    if not user.has_perm("estate.view_person", unit):
        return []
    people = Tenure.objects.current().filter(unit=unit).values("person")
    theirs = Tenure.objects.current().filter(person__in=people).values("unit")
    rows = Unit.objects.visible_to(user).of_office(unit.office_id).filter(pk__in=theirs).exclude(pk=unit.pk)
    return owing(list(rows.order_by("code")[:FOUND]), names=False)


def open_bills(units: Iterable[Unit]) -> list[Bill]:
    """Return the open bills of units, in the order they are paid."""
    rows: Any = Bill.objects.filter(unit__in=list(units)).open()
    return list(rows.with_names().oldest_first()[:SHOWN])


def advances(units: Sequence[Unit]) -> list[tuple[Unit, Decimal]]:
    """Return the units that have something in advance, and how much."""
    rows = AccountEntry.objects.filter(account=AccountEntry.Account.ADVANCE)
    has = rows.balances(units)
    return [(unit, has[unit.pk]) for unit in units if has.get(unit.pk)]
