"""Keep the one search box's index true: units by code, people by name and phone, vehicles by plate (R-EST-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.kit.search import code_terms, index, name_terms, phone_terms, plate_terms, unindex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.models import Person, Unit, Vehicle

UNIT, PERSON, VEHICLE = "unit", "person", "vehicle"


def person_terms(name: str, phones: Iterable[str]) -> set[str]:
    """Return the beginnings by which a person is found."""
    return name_terms(name).union(*(phone_terms(phone) for phone in phones))


def index_unit(unit: Unit) -> None:
    """Make a unit findable by its code as it is now."""
    index(unit, UNIT, code_terms(unit.code), office_id=unit.office_id)


def index_person(person: Person) -> None:
    """Make a person findable by name and phones as they are now; a merged record is not found any more."""
    if person.merged_into_id:
        unindex(PERSON, [person.pk])
        return
    phones = person.phones.values_list("number", flat=True)
    index(person, PERSON, person_terms(person.name, phones), office_id=person.office_id)


def index_vehicle(vehicle: Vehicle) -> None:
    """Make a vehicle findable by its plate; one taken off the register is not found any more."""
    if vehicle.removed_on:
        unindex(VEHICLE, [vehicle.pk])
        return
    index(vehicle, VEHICLE, plate_terms(vehicle.plate), office_id=vehicle.office_id)
