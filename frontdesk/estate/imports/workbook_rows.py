"""The rows of a workbook of several sheets: a building, an owner, a unit, a parking space."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.estate.imports.words import (
    KINDS,
    LIST,
    NOBODY,
    ROLES,
    SPACE_KINDS,
    STATES,
    RegisterRow,
    synonyms,
    unit_code,
)
from frontdesk.estate.models import Tenure, Unit
from frontdesk.estate.workflow import AssetState
from frontdesk.kit.imports.cells import ChoiceCell, CodeCell, DateCell, IntegerCell, NumberCell, TextCell

AREA = {"max_digits": 8, "decimal_places": 2, "min_value": Decimal("0.01"), "max_value": Decimal("99999.99")}


class BuildingRow(RegisterRow):
    """A building with one of its entrances."""

    building = CodeCell(max_length=20)
    entrance = CodeCell(max_length=20, required=False)

    def clean_entrance(self) -> str:
        """Take 0 for no entrance, as the other system writes it for shops."""
        return "" if self.cleaned_data["entrance"] == "0" else self.cleaned_data["entrance"]


class OwnerRow(RegisterRow):
    """A person; family and tenants name the owner's number they belong to."""

    number = CodeCell(max_length=20)
    name = TextCell(max_length=80)
    phone = TextCell(max_length=100, required=False)
    id_number = TextCell(max_length=40, required=False)
    role = ChoiceCell(choices=Tenure.Role.choices, synonyms=synonyms(ROLES), required=False, empty_value="owner")

    def clean_name(self) -> tuple[str, ...]:
        """Keep the name in one piece: here two owners stand in two rows."""
        return (self.cleaned_data["name"].strip(),)


class UnitRow(RegisterRow):
    """A unit, with the numbers of its owners."""

    building = CodeCell(max_length=20)
    entrance = CodeCell(max_length=20, required=False)
    code = CodeCell(max_length=30)
    floor = IntegerCell(required=False, min_value=-9, max_value=200)
    kind = ChoiceCell(choices=Unit.Kind.choices, synonyms=synonyms(KINDS), required=False)
    floor_area = NumberCell(required=False, **AREA)
    state = ChoiceCell(choices=AssetState.choices, synonyms=synonyms(STATES), required=False)
    owner = TextCell(max_length=60, required=False)

    def clean_owner(self) -> list[str]:
        return owner_numbers(self.cleaned_data["owner"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if {"building", "code"} <= set(data):
            data["unit_code"] = unit_code(data["building"], data.get("entrance", ""), data["code"])
        if data.get("entrance") == "0":
            data["entrance"] = ""
        return data


class ParkingRow(RegisterRow):
    """A parking space, with who bought or rents it and what stands on it."""

    code = CodeCell(max_length=30)
    space_kind = ChoiceCell(choices=Unit.SpaceKind.choices, synonyms=synonyms(SPACE_KINDS), required=False)
    floor_area = NumberCell(required=False, **AREA)
    owner = TextCell(max_length=60, required=False)
    plate = TextCell(max_length=60, required=False)
    brand = TextCell(max_length=30, required=False)
    colour = TextCell(max_length=10, required=False)
    let = ChoiceCell(
        choices=[(AssetState.RENTED, AssetState.RENTED.label), (AssetState.SOLD, AssetState.SOLD.label)],
        synonyms={"h": "rented", "s": "sold", "出租": "rented", "出售": "sold"},
        required=False,
    )
    starts = DateCell(required=False)
    ends = DateCell(required=False)

    def clean_owner(self) -> list[str]:
        return owner_numbers(self.cleaned_data["owner"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("plate") and not data.get("owner", True):
            self.add_error("owner", _("Whose vehicle is this? The owner is missing."))
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("The last day lies before the first."))
        return data


def owner_numbers(text: str) -> list[str]:
    """Return the owners' numbers in a cell: 1, or 1#2 where two own it together."""
    return [CodeCell().clean(part) for part in LIST.split(text.replace("#", ",")) if part.strip() not in NOBODY]
