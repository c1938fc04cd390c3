"""Write a book's drafts in bulk: buildings, units, people, tenures, vehicles, and the search index."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from frontdesk.estate.imports.book import chunks
from frontdesk.estate.models import Building, Entrance, Person, Phone, Tenure, Unit, Vehicle
from frontdesk.estate.services.finding import PERSON, UNIT, VEHICLE, person_terms
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.imports import CHANGED, NEW, SAME
from frontdesk.kit.search import code_terms, index_many, plate_terms, unindex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.imports.book import Book
    from frontdesk.estate.imports.drafts import PersonDraft, StayDraft, UnitDraft

VERB = "import_register"
STEP = 1000
HEADS = (Tenure.Role.OWNER, Tenure.Role.TENANT)
"""With whom family members and contacts live."""


class Writer:
    """Writes one book inside the transaction the kit opened."""

    def __init__(self, book: Book, *, by: Any, progress: Any) -> None:
        self.book, self.office, self.by, self.report = book, book.office, by, progress
        self.buildings: dict[str, Building] = {}
        self.entrances: dict[tuple[str, str], Entrance] = {}
        self.done = 0
        self.total = len(book.units) + len(book.people) + len(book.stays) + len(book.vehicles)

    def write(self, ground: set[tuple[str, str]]) -> None:
        """Write everything; `ground` are (building, entrance) names to be there even without units."""
        self.book.forget_how_to_find()
        units, people = _by_outcome(self.book.units.values()), _by_outcome(self.book.people)
        self._ground(ground | {_place(unit.values) for unit in self.book.units.values()})
        self._new_units(units[NEW])
        self._changed_units(units[CHANGED])
        self._new_people(people[NEW])
        self._changed_people(people[CHANGED])
        self._stays()
        self._vehicles()

    def _ground(self, wanted: set[tuple[str, str]]) -> None:
        names = {building for building, _entrance in wanted if building}
        self.buildings = {row.name: row for row in Building.objects.of_office(self.office)}
        for place, name in enumerate(sorted(names - set(self.buildings), key=_by_number), len(self.buildings) + 1):
            number = int(name) if name.isdecimal() and name.isascii() and len(name) < 4 else place  # noqa: PLR2004
            self.buildings[name] = Building.objects.create(office=self.office, name=name, position=number)
        rows = Entrance.objects.of_office(self.office).select_related("building")
        self.entrances = {(row.building.name, row.name): row for row in rows}
        missing = sorted(key for key in wanted - set(self.entrances) if all(key))
        made = Entrance.objects.bulk_create(Entrance(building=self.buildings[b], name=name) for b, name in missing)
        self.entrances |= dict(zip(missing, made, strict=True))

    def _new_units(self, drafts: list[UnitDraft]) -> None:
        for part in _steps(drafts):
            rows = Unit.objects.bulk_create(
                Unit(office=self.office, code=draft.code, **self._columns(draft.values)) for draft in part
            )
            for draft, row in zip(part, rows, strict=True):
                draft.pk = row.pk
            index_many(UNIT, ((self.office.pk, row.pk, code_terms(row.code)) for row in rows))
            self._tell(len(part), _("Units"))

    def _changed_units(self, drafts: list[UnitDraft]) -> None:
        for part in _steps(drafts):
            rows = Unit.objects.select_for_update().in_bulk([draft.pk for draft in part])
            for draft in part:
                row = rows[draft.pk]
                before = activity.snapshot(row)
                for name, value in self._columns(draft.changes | _place_of(draft)).items():
                    setattr(row, name, value)
                row.version += 1
                activity.record(row, VERB, by=self.by, before=before, after=activity.snapshot(row))
            Unit.objects.bulk_update(
                rows.values(), ["building", "entrance", "floor", "kind", "floor_area", "space_kind", "note", "version"]
            )
            self._tell(len(part), _("Units"))

    def _new_people(self, drafts: list[PersonDraft]) -> None:
        for part in _steps(drafts):
            rows = Person.objects.bulk_create(self._person(draft) for draft in part)
            for draft, row in zip(part, rows, strict=True):
                draft.pk = row.pk
            self._phones(part)
            index_many(PERSON, ((self.office.pk, draft.pk, person_terms(draft.name, draft.phones)) for draft in part))
            self._tell(len(part), _("People"))

    def _changed_people(self, drafts: list[PersonDraft]) -> None:
        for part in _steps(drafts):
            rows = Person.objects.select_for_update().in_bulk([draft.pk for draft in part])
            for draft in part:
                row = rows[draft.pk]
                before = activity.snapshot(row)
                if draft.has_new_paper:
                    row.id_kind, row.id_number, row.id_index = draft.id_kind, draft.id_number, draft.paper
                row.version += 1
                note = ", ".join(str(Phone(number=number)) for number in draft.new_phones)
                activity.record(row, VERB, by=self.by, before=before, after=activity.snapshot(row), note=note)
            Person.objects.bulk_update(rows.values(), ["id_kind", "id_number", "id_index", "version"])
            self._phones(part)
            unindex(PERSON, list(rows))
            terms = ((d.pk, person_terms(d.name, [*d.known_phones, *d.phones])) for d in part)
            index_many(PERSON, ((self.office.pk, pk, words) for pk, words in terms))
            self._tell(len(part), _("People"))

    def _stays(self) -> None:
        """Write owners and tenants first: then it is known with whom the others of a unit live."""
        new = [stay for stay in self.book.stays.values() if stay.outcome == NEW]
        for part in _steps([stay for stay in new if stay.role in HEADS]):
            self._write_stays(part, {})
        for part in _steps([stay for stay in new if stay.role not in HEADS]):
            self._write_stays(part, _heads_of({stay.unit.pk for stay in part}))

    def _write_stays(self, part: list[StayDraft], heads: dict[int, int]) -> None:
        today = local_date()
        Tenure.objects.bulk_create(
            Tenure(
                unit_id=stay.unit.pk,
                person_id=stay.person.pk,
                role=stay.role,
                relation=stay.relation,
                head_id=None if stay.ends and stay.ends < today else heads.get(stay.unit.pk),
                starts=stay.starts,
                ends=stay.ends,
            )
            for stay in part
        )
        self._tell(len(part), _("People"))

    def _vehicles(self) -> None:
        for part in _steps([vehicle for vehicle in self.book.vehicles.values() if vehicle.outcome == NEW]):
            rows = Vehicle.objects.bulk_create(
                Vehicle(
                    office=self.office,
                    person_id=vehicle.person.pk,
                    plate=vehicle.plate,
                    model=vehicle.model,
                    space_id=vehicle.space.pk if vehicle.space else None,
                    added_on=local_date(),
                )
                for vehicle in part
            )
            index_many(VEHICLE, ((self.office.pk, row.pk, plate_terms(row.plate)) for row in rows))
            self._tell(len(part), _("Vehicles"))

    def _phones(self, drafts: list[PersonDraft]) -> None:
        Phone.objects.bulk_create(
            Phone(person_id=draft.pk, number=number, position=len(draft.known_phones) + place)
            for draft in drafts
            for place, number in enumerate(draft.new_phones)
        )

    def _person(self, draft: PersonDraft) -> Person:
        is_company = draft.id_kind == Person.IdKind.CREDIT_CODE or "公司" in draft.name
        return Person(
            office=self.office,
            name=draft.name,
            kind=Person.Kind.COMPANY if is_company else Person.Kind.PERSON,
            id_kind=draft.id_kind or (Person.IdKind.CREDIT_CODE if is_company else Person.IdKind.ID_CARD),
            id_number=draft.id_number,
            id_index=draft.paper,
            note=_("To be checked: %(what)s") % {"what": ", ".join(dict.fromkeys(draft.doubts))}
            if draft.doubts
            else "",
        )

    def _columns(self, values: dict[str, Any]) -> dict[str, Any]:
        columns = dict(values)
        building, entrance = _place(columns)
        if "building" in columns:
            columns["building"] = self.buildings[building]
            columns["entrance"] = self.entrances.get((building, entrance))
        else:
            columns.pop("entrance", None)
        return columns

    def _tell(self, count: int, what: str) -> None:
        self.done += count
        self.report(self.done, self.total, what)


def _heads_of(units: set[int]) -> dict[int, int]:
    """Return the stay of the one owner or tenant of today, by unit; with several a file does not say who it is."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in chunks(units):
        stays = Tenure.objects.current().filter(unit__in=part, role__in=HEADS)
        for unit, stay in stays.values_list("unit_id", "pk"):
            found[unit].append(stay)
    return {unit: stays[0] for unit, stays in found.items() if len(stays) == 1}


def _by_outcome(drafts: Iterable[Any]) -> dict[str, list[Any]]:
    """Sort drafts before anything is written: with its key a new one would look like a changed one."""
    sorted_out: dict[str, list[Any]] = {NEW: [], CHANGED: [], SAME: []}
    for draft in drafts:
        sorted_out[draft.outcome].append(draft)
    return sorted_out


def _place(values: dict[str, Any]) -> tuple[str, str]:
    return values.get("building") or "", values.get("entrance") or ""


def _place_of(draft: UnitDraft) -> dict[str, Any]:
    """Take building and entrance together where one of them changes: an entrance is one of its building."""
    if not {"building", "entrance"} & set(draft.changes):
        return {}
    place = {name: draft.values.get(name) or draft.stored.get(name) for name in ("building", "entrance")}
    return {name: value for name, value in place.items() if value}


def _by_number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else 10**6, name)


def _steps(drafts: list[Any]) -> list[list[Any]]:
    return [drafts[start : start + STEP] for start in range(0, len(drafts), STEP)]
