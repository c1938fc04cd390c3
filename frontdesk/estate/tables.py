"""The register's lists as screen, print and Excel show them; personal data masked in all three (R-EST-04)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Building, Document, Office, Person, Phone, Tenure, Unit, Vehicle
from frontdesk.estate.workflow import ASSET_TONES, DOCUMENT_TONES, AssetState, DocumentState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import Action, ChoiceColumn, Column, DateColumn, NumberColumn, StateColumn, Table, TagsColumn
from frontdesk.kit.masking import mask_id, mask_phone
from frontdesk.kit.models import Holiday

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = dict(Tenure.Role.choices)
GENERATE = Action(_("Generate units"), "estate:unit_generate", "estate.change_unit", "grid-3x3", "primary")
REGISTER = Action(_("Register a person"), "estate:person_add", "estate.change_person", "person-plus", "primary")
FILE = Action(_("File a document"), "estate:document_add", "estate.change_document", "archive", "primary")


def people_of(units: list[int]) -> Mapping[int, list[str]]:
    """Return who owns or rents each unit today."""
    rows = Tenure.objects.current().filter(unit__in=units, role__in=(Tenure.Role.OWNER, Tenure.Role.TENANT))
    found = defaultdict(list)
    for unit, name in rows.order_by("role", "starts", "pk").values_list("unit_id", "person__name"):
        found[unit].append(name)
    return found


def phones_of(people: list[int]) -> Mapping[int, list[str]]:
    """Return each person's phones, masked."""
    found = defaultdict(list)
    for person, number in Phone.objects.filter(person__in=people).values_list("person_id", "number"):
        found[person].append(mask_phone(number))
    return found


def stays_of(people: list[int]) -> Mapping[int, list[str]]:
    """Return what each person is to which unit today."""
    found = defaultdict(list)
    rows = Tenure.objects.current().filter(person__in=people).order_by("unit__code", "pk")
    for person, code, role in rows.values_list("person_id", "unit__code", "role"):
        found[person].append(f"{code} {ROLES[role]}")
    return found


def masked_paper(value: str, _row: Any) -> str:
    """Write an identity paper's number as lists may show it."""
    return mask_id(value) if value else ""


class PlainUnitTable(Table):
    """R-EST-01, R-EST-02: units, for those who may not see who lives there."""

    code = Column(_("Unit code"), sort=True, link="estate:unit")
    building = Column(
        _("Building"), "building__name", sort="building__position", link="estate:building", link_pk="building_id"
    )
    entrance = Column(_("Entrance"), "entrance__name", optional=True, default_shown=False)
    floor = NumberColumn(_("Floor"), sort=True)
    kind = ChoiceColumn(_("Kind"), choices=Unit.Kind.choices, sort=True)
    space_kind = ChoiceColumn(
        _("Kind of space"), choices=Unit.SpaceKind.choices, sort=True, optional=True, default_shown=False
    )
    floor_area = NumberColumn(_("Floor area (m²)"), digits=2, total=True, sort=True)
    state = StateColumn(_("State"), choices=AssetState.choices, styles=ASSET_TONES, sort=True)
    accepted_on = DateColumn(_("Accepted on"), sort=True, optional=True, default_shown=False)
    note = Column(_("Note"), css="text", optional=True, default_shown=False)
    office = Column(_("Office"), "office__name", optional=True, default_shown=False)

    class Meta:
        model = Unit
        default_sort = ("building__position", "building__name", "entrance__name", "floor", "code")
        empty = _("No units here")
        empty_text = _("Bring the register in from Excel, or let the generator make whole buildings.")
        empty_icon = "door-open"
        first = GENERATE


class UnitTable(PlainUnitTable):
    """Units with their owners and tenants."""

    people = TagsColumn(_("Owners and tenants"), load=people_of)

    class Meta(PlainUnitTable.Meta):
        pass


class PersonTable(Table):
    """R-EST-03, R-EST-04: people, their numbers masked."""

    name = Column(_("Name"), sort=True, link="estate:person")
    stays = TagsColumn(_("Units"), load=stays_of)
    phones = TagsColumn(_("Phones"), load=phones_of, css="date")
    kind = ChoiceColumn(_("Kind"), choices=Person.Kind.choices, optional=True, default_shown=False)
    paper = Column(_("Document number"), "id_number", render=masked_paper, optional=True, default_shown=False)
    employer = Column(_("Employer"), optional=True, default_shown=False)
    card_on = DateColumn(_("Family registration card of"), sort=True, optional=True, default_shown=False)
    note = Column(_("Note"), css="text", optional=True)

    class Meta:
        model = Person
        default_sort = ("name",)
        empty = _("Nobody here")
        empty_text = _("Bring the register in from Excel, or register people one by one.")
        empty_icon = "people"
        first = REGISTER


class VehicleTable(Table):
    """R-EST-03: vehicles on the register."""

    plate = Column(_("Plate"), sort=True, link="estate:person", link_pk="person_id")
    model = Column(_("Make and colour"))
    person = Column(_("Person"), "person__name", sort=True, link="estate:person", link_pk="person_id")
    space = Column(_("Parking space"), "space__code", sort=True, link="estate:unit", link_pk="space_id")
    added_on = DateColumn(_("Since"), sort=True)

    class Meta:
        model = Vehicle
        default_sort = ("plate",)
        empty = _("No vehicles here")
        empty_text = _("Vehicles are added on the page of the person they belong to.")
        empty_icon = "car-front"


class BuildingTable(Table):
    """R-EST-01: buildings."""

    name = Column(_("Building"), sort="position", link="estate:building")
    area = Column(_("Area"), "area__name", sort=True)
    steward = Column(_("Steward"), "steward__name", sort=True)
    entrance_count = NumberColumn(_("Entrances"), sort=True)
    unit_count = NumberColumn(_("Units"), total=True, sort=True)
    occupied_count = NumberColumn(_("Occupied"), total=True, sort=True)

    class Meta:
        model = Building
        default_sort = ("position", "name")
        empty = _("No buildings here")
        empty_text = _("Bring the register in from Excel, or let the generator make whole buildings.")
        empty_icon = "buildings"
        first = GENERATE


class OfficeTable(Table):
    """Management offices."""

    name = Column(_("Office"), sort=True, link="estate:office")
    code = Column(_("Code"), sort=True)
    address = Column(_("Address"), css="text")
    phone = Column(_("Phone"))

    class Meta:
        model = Office
        default_sort = ("code",)
        empty = _("No offices here")
        empty_icon = "building"
        first = Action(_("Add an office"), "estate:office_add", "estate.add_office", "plus-lg", "primary")


class DocumentTable(Table):
    """R-DOC-01: the archive."""

    number = Column(_("No."), sort=True, link="estate:document", css="date")
    title = Column(_("Title"), css="text")
    category = ChoiceColumn(_("Category"), choices=Document.Category.choices, sort=True)
    unit = Column(_("Unit"), "unit__code", sort=True, link="estate:unit", link_pk="unit_id")
    dated = DateColumn(_("Dated"), sort=True)
    shelf = Column(_("Shelf"), optional=True)
    state = StateColumn(_("State"), choices=DocumentState.choices, styles=DOCUMENT_TONES, sort=True)
    borrower = Column(_("Taken by"), optional=True)
    due_on = DateColumn(_("Back by"), sort=True, late=lambda value, _row: value < local_date())
    note = Column(_("Note"), css="text", optional=True, default_shown=False)

    class Meta:
        model = Document
        default_sort = ("-dated",)
        empty = _("No documents here")
        empty_text = _("Letters, drawings and residents' papers get their number when they are filed.")
        empty_icon = "archive"
        first = FILE


class HolidayTable(Table):
    """An office's own corrections of the calendar."""

    date = DateColumn(_("Date"), sort=True)
    kind = ChoiceColumn(_("Is a"), choices=Holiday.Kind.choices)
    name = Column(_("Why"))
    remove = Column(_("Act"), "pk", link="estate:holiday_remove", render=lambda _value, _row: _("Remove"), css="acts")

    class Meta:
        model = Holiday
        default_sort = ("-date",)
        empty = _("No corrections")
        empty_text = _("The office follows the public calendar. Enter days that differ.")
        empty_icon = "calendar3"
        first = Action(_("Add a day"), "estate:holiday_add", "estate.change_holiday", "plus-lg", "primary")
