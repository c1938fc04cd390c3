"""The ground: areas, buildings, entrances, units (R-EST-01); the search index follows every change of a code."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from frontdesk.estate.models import Area, Building, Entrance, Office, Unit
from frontdesk.estate.services.finding import index_unit
from frontdesk.estate.services.writing import add, change, same_office
from frontdesk.kit.errors import DeskError

CHANGE = "estate.change_unit"


def add_area(*, office: Office, by: Any, **fields: Any) -> Area:
    """Add a part of the estate."""
    return add(Area(office=office, **fields), "add_area", by=by, permission=CHANGE, double=_area_taken(), field="name")


def edit_area(area: Area, *, by: Any, **fields: Any) -> Area:
    """Rename a part of the estate."""
    return change(area, "edit_area", fields, by=by, permission=CHANGE, double=_area_taken(), field="name")


def add_building(*, office: Office, by: Any, **fields: Any) -> Building:
    """Add a building."""
    building = Building(office=office, **fields)
    same_office(building, building.area)
    return add(building, "add_building", by=by, permission=CHANGE, double=_building_taken(), field="name")


def edit_building(building: Building, *, by: Any, **fields: Any) -> Building:
    """Change a building's name, order, area or steward."""
    same_office(building, fields.get("area"))
    return change(building, "edit_building", fields, by=by, permission=CHANGE, double=_building_taken(), field="name")


def add_entrance(*, building: Building, by: Any, name: str) -> Entrance:
    """Add a staircase to a building."""
    entrance = Entrance(building=building, name=name)
    return add(entrance, "add_entrance", by=by, permission=CHANGE, double=_entrance_taken(), field="name")


def edit_entrance(entrance: Entrance, *, by: Any, name: str) -> Entrance:
    """Rename a staircase."""
    return change(
        entrance, "edit_entrance", {"name": name}, by=by, permission=CHANGE, double=_entrance_taken(), field="name"
    )


def add_unit(*, office: Office, by: Any, **fields: Any) -> Unit:
    """Add one unit; a whole building is quicker made by the generator."""
    unit = Unit(office=office, **fields)
    _check_place(unit)
    with transaction.atomic():
        add(unit, "add_unit", by=by, permission=CHANGE, double=_code_taken(), field="code")
        index_unit(unit)
    return unit


def edit_unit(unit: Unit, *, by: Any, **fields: Any) -> Unit:
    """Change what a unit is; its state changes by moves only, so that sale and letting leave their trace."""
    fields.pop("state", None)
    for name, value in fields.items():
        setattr(unit, name, value)
    _check_place(unit)
    with transaction.atomic():
        fresh = change(unit, "edit_unit", fields, by=by, permission=CHANGE, double=_code_taken(), field="code")
        index_unit(fresh)
    return fresh


def _check_place(unit: Unit) -> None:
    same_office(unit, unit.building)
    if unit.entrance and unit.entrance.building_id != unit.building_id:
        raise DeskError(_("This entrance belongs to another building."), field="entrance")
    if unit.state not in Unit.states_of(unit.kind):
        raise DeskError(_("A unit of this kind cannot be in this state."), field="state")
    if unit.space_kind and unit.kind != Unit.Kind.PARKING:
        raise DeskError(_("Only a parking space has a kind of space."), field="space_kind")


def _area_taken() -> str:
    return _("The office has an area of this name already.")


def _building_taken() -> str:
    return _("The office has a building of this name already.")


def _entrance_taken() -> str:
    return _("The building has an entrance of this name already.")


def _code_taken() -> str:
    return _("The office has a unit of this code already.")
