"""The part of the register that a file is about: read once, then asked row by row who and what is meant."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from frontdesk.estate.imports.drafts import STORED, PersonDraft, StayDraft, UnitDraft, VehicleDraft
from frontdesk.estate.models import Person, Phone, Tenure, Unit, Vehicle
from frontdesk.kit.errors import DeskError
from frontdesk.kit.fields import blind_index

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from frontdesk.estate.models import Office

CHUNK = 900


class Book:
    """The part of the register that a file is about."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.units: dict[str, UnitDraft] = {}
        self.people: list[PersonDraft] = []
        self.stays: dict[tuple[int, int, str], StayDraft] = {}
        self.vehicles: dict[str, VehicleDraft] = {}
        self._by_paper: dict[str, PersonDraft] = {}
        self._by_phone: dict[tuple[str, str], PersonDraft] = {}
        self._by_unit: dict[tuple[str, str], PersonDraft] = {}
        self._stored_stays: set[tuple[int, int, str]] = set()
        self._holders: dict[str, int] = {}
        self._residents: dict[str, set[int]] = defaultdict(set)

    def read(
        self,
        *,
        codes: Iterable[str],
        papers: Iterable[str],
        phones: Iterable[str],
        plates: Iterable[str],
        lone_names: Iterable[str] = (),
    ) -> None:
        """Read what the register holds about all this, in a few queries per thousand rows."""
        self._read_units(codes)
        wanted, stays = self._read_stays()
        people = Person.objects.of_office(self.office).known()
        for part in chunks(map(blind_index, papers)):
            wanted |= set(people.filter(id_index__in=part).values_list("pk", flat=True))
        for part in chunks(phones):
            rows = Phone.objects.filter(number__in=part)
            wanted |= set(rows.values_list("person_id", flat=True))
        lone = set()
        for part in chunks(lone_names):
            nothing_known = people.filter(name__in=part, id_index="", phones__isnull=True, tenures__isnull=True)
            lone |= set(nothing_known.values_list("pk", flat=True))
        drafts = self._read_people(wanted | lone)
        for pk in lone:
            self._by_unit.setdefault(("", drafts[pk].name), drafts[pk])
        for code, unit_id, person_id, role in stays:
            self._stored_stays.add((unit_id, person_id, role))
            if person_id not in drafts:
                continue
            self._residents[code].add(person_id)
            self._by_unit.setdefault((code, drafts[person_id].name), drafts[person_id])
        for part in chunks(plates):
            vehicles = Vehicle.objects.of_office(self.office).current().filter(plate__in=part)
            self._holders |= dict(vehicles.values_list("plate", "person_id"))

    def unit(self, code: str) -> UnitDraft:
        """Return the draft of a unit, begun when it is asked for first."""
        return self.units.setdefault(code, UnitDraft(code))

    def person(
        self, name: str, *, codes: Iterable[str], id_kind: str = "", id_number: str = "", phones: Iterable[str] = ()
    ) -> PersonDraft:
        """Return who this is: by identity paper, else by name and phone, else by name in one of the units, else new.

        Somebody of whom nothing else is known stands under the code "".

        Raises:
            DeskError: the paper's number belongs to somebody of another name.

        """
        phones, paper = list(phones), blind_index(id_number)
        found = self._by_paper.get(paper) if paper else None
        if found and found.name != name:
            raise DeskError(_("This number is registered under another name."), field="id_number")
        codes = list(codes) or ([""] if not paper and not phones else [])
        alike = [self._by_phone.get((name, number)) for number in phones]
        alike += [self._by_unit.get((code, name)) for code in codes]
        candidates = (one for one in alike if one and (not paper or not one.paper or one.paper == paper))
        draft = found or next(candidates, None) or self._begin(name)
        if paper and not draft.paper:
            draft.paper, draft.id_kind, draft.id_number = paper, id_kind, id_number
        draft.phones += tuple(number for number in phones if number not in draft.phones)
        self._remember(draft, codes)
        return draft

    def stay(
        self,
        unit: UnitDraft,
        person: PersonDraft,
        role: str,
        *,
        starts: dt.date | None = None,
        ends: dt.date | None = None,
        relation: str = "",
    ) -> StayDraft:
        """Return the draft of a tenure; said twice it is one."""
        is_known = (unit.pk, person.pk, role) in self._stored_stays
        key = (id(unit), id(person), role)
        return self.stays.setdefault(key, StayDraft(unit, person, role, starts, ends, relation, is_known))

    def vehicle(
        self, plate: str, person: PersonDraft, *, model: str = "", space: UnitDraft | None = None, home: str = ""
    ) -> VehicleDraft:
        """Return the draft of a vehicle; a household's car named at each of its members belongs to the first.

        Raises:
            DeskError: the plate belongs to somebody else.

        """
        holder = self._holders.get(plate)
        draft = self.vehicles.get(plate)
        if draft is None:
            if holder is not None and holder != person.pk and holder not in self._residents.get(home, ()):
                raise DeskError(_("This plate is registered for somebody else."), field="plate")
            draft = VehicleDraft(plate, person, model, space, holder is not None, home)
            self.vehicles[plate] = draft
        elif draft.person is not person and draft.home != home:
            raise DeskError(_("This plate stands at somebody else in this file."), field="plate")
        return draft

    def forget_how_to_find(self) -> None:
        """Let go of what only finds people and stays: with all rows taken in, nobody is looked for any more."""
        for found_by in (self._by_paper, self._by_phone, self._by_unit, self._stored_stays, self._residents):
            found_by.clear()

    def _begin(self, name: str) -> PersonDraft:
        draft = PersonDraft(name)
        self.people.append(draft)
        return draft

    def _remember(self, draft: PersonDraft, codes: Iterable[str]) -> None:
        if draft.paper:
            self._by_paper[draft.paper] = draft
        for number in draft.phones:
            self._by_phone.setdefault((draft.name, number), draft)
        for code in codes:
            self._by_unit.setdefault((code, draft.name), draft)

    def _read_units(self, codes: Iterable[str]) -> None:
        names = ("pk", "code", "building__name", "entrance__name", *STORED[2:])
        once: dict[Any, Any] = {}  # the same few names and areas over and over: each is kept once
        for part in chunks(codes):
            for pk, code, *values in Unit.objects.of_office(self.office).filter(code__in=part).values_list(*names):
                known = tuple(once.setdefault((type(value), value), value) for value in values)
                self.units[code] = UnitDraft(code, known=known, pk=pk)

    def _read_stays(self) -> tuple[set[int], list[tuple[str, int, int, str]]]:
        codes = {unit.pk: unit.code for unit in self.units.values()}
        stays = [
            (codes[unit_id], unit_id, person_id, role)
            for part in chunks(codes)
            for unit_id, person_id, role in Tenure.objects.filter(unit__in=part).values_list(
                "unit_id", "person_id", "role"
            )
        ]
        return {person_id for _code, _unit, person_id, _role in stays}, stays

    def _read_people(self, wanted: set[int]) -> dict[int, PersonDraft]:
        drafts: dict[int, PersonDraft] = {}
        for part in chunks(wanted):
            people = Person.objects.of_office(self.office).known().filter(pk__in=part)
            for pk, name, paper in people.values_list("pk", "name", "id_index"):
                drafts[pk] = PersonDraft(name, pk=pk, paper=paper, stored_paper=paper)
            for pk, number in Phone.objects.filter(person__in=part).values_list("person_id", "number"):
                if pk in drafts:
                    drafts[pk].known_phones += (number,)
        for draft in drafts.values():
            if draft.paper:
                self._by_paper[draft.paper] = draft
            for number in draft.known_phones:
                self._by_phone.setdefault((draft.name, number), draft)
        self.people.extend(drafts.values())
        return drafts


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut values, each once, into pieces that fit one query."""
    pieces = list(dict.fromkeys(values))
    for start in range(0, len(pieces), CHUNK):
        yield pieces[start : start + CHUNK]
