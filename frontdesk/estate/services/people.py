"""People: register them once, keep their papers and phones right (R-EST-03, R-EST-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from frontdesk.estate.identity import clean_id_number, clean_phone
from frontdesk.estate.models import Office, Person, Phone, Tenure, Unit
from frontdesk.estate.services.finding import index_person
from frontdesk.estate.services.tenures import move_in
from frontdesk.estate.services.writing import add, change, locked, refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.fields import blind_index
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

CHANGE = "estate.change_person"


class AlreadyRegisteredError(DeskError):
    """Somebody of the office stands on the register under this identity paper: `person`."""

    def __init__(self, person: Person) -> None:
        super().__init__(_("Somebody is registered under this number already."), field="id_number")
        self.person = person


def add_person(*, office: Office, by: Any, phones: Iterable[str] = (), **fields: Any) -> Person:
    """Register a person or company.

    Raises:
        AlreadyRegisteredError: the office has somebody with this identity paper.
        DeskError: a number is no number.

    """
    person = Person(office=office, **_checked(fields))
    numbers = list(dict.fromkeys(filter(None, map(clean_phone, phones))))
    require(by, CHANGE, person)
    with transaction.atomic():
        _refuse_double(person)
        add(person, "add_person", by=by, permission=CHANGE, double=_registered(), field="id_number")
        Phone.objects.bulk_create(
            Phone(person=person, number=number, position=place) for place, number in enumerate(numbers)
        )
        index_person(person)
    return person


def register_person(
    *,
    office: Office,
    by: Any,
    unit: Unit | None = None,
    role: str = "",
    relation: str = "",
    starts: dt.date | None = None,
    **fields: Any,
) -> Person:
    """Register a person and, if a unit is named, write down that they own it or live there."""
    with transaction.atomic():
        person = add_person(office=office, by=by, **fields)
        if unit:
            move_in(unit, person=person, role=role or Tenure.Role.OWNER, relation=relation, starts=starts, by=by)
    return person


def edit_person(person: Person, *, by: Any, **fields: Any) -> Person:
    """Change what is known of a person. Masked numbers left out of `fields` stay as they are."""
    fields.setdefault("id_kind", person.id_kind)
    values = _checked(fields)
    require(by, CHANGE, person)
    with transaction.atomic():
        if locked(person).merged_into_id:
            raise Conflict(_("This record was merged into another by now."))
        _refuse_double(Person(pk=person.pk, office=person.office, id_index=values.get("id_index", "")))
        fresh = change(person, "edit_person", values, by=by, permission=CHANGE, double=_registered(), field="id_number")
        index_person(fresh)
    return fresh


def add_phone(person: Person, *, by: Any, number: str) -> Phone:
    """Add a number under which a person is reached."""
    require(by, CHANGE, person)
    number = clean_phone(number)
    if not number:
        raise DeskError(_("Enter a phone number."), field="number")
    with transaction.atomic():
        locked(person)
        last = person.phones.order_by("-position").first()
        with refusing_doubles(_("This number is registered for this person already."), field="number"):
            phone = Phone.objects.create(person=person, number=number, position=last.position + 1 if last else 0)
        _phones_changed(person, "add_phone", mask_phone(number), by=by)
    return phone


def remove_phone(phone: Phone, *, by: Any) -> Person:
    """Take off a number that no longer reaches the person."""
    require(by, CHANGE, phone)
    person = phone.person
    with transaction.atomic():
        locked(person)
        if not Phone.objects.filter(pk=phone.pk).delete()[0]:
            raise Conflict(_("This number has been taken off already."))
        _phones_changed(person, "remove_phone", mask_phone(phone.number), by=by)
    return person


def first_phone(phone: Phone, *, by: Any) -> Person:
    """Make a number the one to call first."""
    require(by, CHANGE, phone)
    person = phone.person
    with transaction.atomic():
        locked(person)
        rows = sorted(person.phones.all(), key=lambda row: (row.pk != phone.pk, row.position, row.pk))
        for place, row in enumerate(rows):
            row.position = place
        Phone.objects.bulk_update(rows, ["position"])
        _phones_changed(person, "first_phone", mask_phone(phone.number), by=by)
    return person


def _phones_changed(person: Person, verb: str, note: str, *, by: Any) -> None:
    activity.record(person, verb, by=by, note=note)
    index_person(person)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Bring the numbers among a person's fields to their one form, and index the paper's."""
    values = dict(fields)
    if "id_number" in values:
        values["id_number"] = clean_id_number(values.get("id_kind", Person.IdKind.ID_CARD), values["id_number"])
        values["id_index"] = blind_index(values["id_number"])
    if values.get("emergency_phone"):
        values["emergency_phone"] = clean_phone(values["emergency_phone"])
    return values


def _refuse_double(person: Person) -> None:
    others = Person.objects.of_office(person.office).known().filter(id_index=person.id_index).exclude(pk=person.pk)
    other = others.first() if person.id_index else None
    if other:
        raise AlreadyRegisteredError(other)


def _registered() -> str:
    return _("Somebody is registered under this number already.")
