"""Residents' vehicles: added, changed, taken off; a plate stands on the register once (R-EST-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from frontdesk.estate.identity import clean_plate
from frontdesk.estate.models import Person, Tenure, Unit, Vehicle
from frontdesk.estate.services.finding import index_vehicle
from frontdesk.estate.services.writing import add, change, locked, same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError

if TYPE_CHECKING:
    import datetime as dt

CHANGE = "estate.change_vehicle"


def add_vehicle(
    person: Person, *, by: Any, plate: str, model: str = "", space: Unit | None = None, added_on: dt.date | None = None
) -> Vehicle:
    """Register a vehicle of a person.

    Raises:
        DeskError: no such plate exists, it is registered already, or the space is none.

    """
    _check_space(person, space)
    vehicle = Vehicle(
        office=person.office,
        person=person,
        plate=clean_plate(plate),
        model=model,
        space=space,
        added_on=added_on or local_date(),
    )
    with transaction.atomic():
        if locked(person).merged_into_id:
            raise Conflict(_("This record was merged into another by now."))
        add(vehicle, "add_vehicle", by=by, permission=CHANGE, double=_taken(), field="plate")
        activity.record(person, "add_vehicle", by=by, note=vehicle.plate)
        index_vehicle(vehicle)
    return vehicle


def edit_vehicle(vehicle: Vehicle, *, by: Any, **fields: Any) -> Vehicle:
    """Change a vehicle's plate, make or space."""
    space = fields.get("space")
    if space and space.pk != vehicle.space_id:  # one it stands on already may have become something else meanwhile
        _check_space(vehicle, space)
    if "plate" in fields:
        fields["plate"] = clean_plate(fields["plate"])
    with transaction.atomic():
        if locked(vehicle).removed_on:
            raise Conflict(_("This vehicle has been taken off the register."))
        fresh = change(vehicle, "edit_vehicle", fields, by=by, permission=CHANGE, double=_taken(), field="plate")
        index_vehicle(fresh)
    return fresh


def remove_vehicle(vehicle: Vehicle, *, by: Any, note: str = "") -> Vehicle:
    """Take a vehicle off the register; its plate may then be registered anew."""
    with transaction.atomic():
        if locked(vehicle).removed_on:
            raise Conflict(_("This vehicle has been taken off the register."))
        values = {"removed_on": local_date(), "space": None}
        fresh = change(vehicle, "remove_vehicle", values, by=by, permission=CHANGE, note=note)
        activity.record(fresh.person, "remove_vehicle", by=by, note=fresh.plate)
        index_vehicle(fresh)
    return fresh


def vehicles_of(unit: Unit) -> list[Vehicle]:
    """Return the vehicles of those who are registered at a unit today, and what stands on it if it is a space."""
    here = Q(person__in=Tenure.objects.current().filter(unit=unit).values("person")) | Q(space=unit)
    return list(Vehicle.objects.current().filter(here).select_related("person", "space"))


def _check_space(holder: Any, space: Unit | None) -> None:
    same_office(holder, space)
    if space and not space.is_parking:
        raise DeskError(_("This is not a parking space."), field="space")


def _taken() -> str:
    return _("This plate is registered already.")
