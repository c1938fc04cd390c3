"""Who lives, works and parks in the demonstration: families, tenants, companies, with what became of earlier ones (R-EST-03)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from frontdesk.estate.models import Person, Phone, Tenure, Vehicle
from frontdesk.estate.services import PERSON, VEHICLE, person_terms
from frontdesk.home.demo import names
from frontdesk.kit.fields import blind_index
from frontdesk.kit.search import index_many, plate_terms

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office, Unit

YEAR = dt.timedelta(days=365)
Role = Tenure.Role


class Register:
    """Collects people, phones, tenures and vehicles of one office and writes them in bulk, with their search terms."""

    def __init__(self, office: Office, random: Random, today: dt.date) -> None:
        self.office, self.random, self.today = office, random, today
        self.people: list[Person] = []
        self.numbers: dict[int, list[str]] = defaultdict(list)
        self.tenures: list[Tenure] = []
        self.vehicles: list[Vehicle] = []
        self.living: dict[str, list[Person]] = defaultdict(list)
        self.first_phone: dict[int, str] = {}
        self.ids: set[str] = set()
        self.phones: set[str] = set()
        self.plates: set[str] = set()
        self.companies: set[str] = set()

    def fill(self, units: list[Unit]) -> None:
        """Let people move in, then write everything down."""
        for unit in units:
            if unit.kind == unit.Kind.RESIDENCE and unit.state == unit.State.SOLD:
                self._home(unit)
        owners = [tenure.person for tenure in self.tenures if tenure.role == Role.OWNER and tenure.ends is None]
        for unit in units:
            if unit.kind == unit.Kind.PARKING and unit.state != unit.State.IDLE:
                self._space(unit, self.random.choice(owners))
            elif unit.kind in {unit.Kind.SHOP, unit.Kind.STORAGE} and unit.state in {
                unit.State.SOLD,
                unit.State.IN_USE,
            }:
                self._business(unit, owners)
        self._write()

    def _home(self, unit: Unit) -> None:
        random = self.random
        since = self._ago(1, 9)
        if random.random() < 0.06:  # sold on: the earlier owner stays in the record
            self._live(unit, self._person(1950, 1985), Role.OWNER, self._ago(9, 12), ends=since, reason="房屋出售")
        if random.random() < 0.04:  # gone, and nobody has registered since
            self._live(
                unit, self._person(1950, 1990), Role.OWNER, since, ends=self._ago(0, 1), reason="已搬离,待新业主登记"
            )
            return
        owner = self._person(1945, 1996)
        self._live(unit, owner, Role.OWNER, since)
        if random.random() < 0.2:  # let
            self._let(unit)
        elif random.random() < 0.88:  # lived in by the owner's family
            self._family(unit, owner, since)

    def _let(self, unit: Unit) -> None:
        random = self.random
        if random.random() < 0.3:
            ended = self._ago(0, 1)
            self._live(unit, self._person(1970, 2002), Role.TENANT, ended - YEAR, ends=ended, reason="租约到期")
        tenant = self._person(1975, 2003)
        since = self._ago(0, 2)
        self._live(unit, tenant, Role.TENANT, since)
        if random.random() < 0.5:
            self._live(unit, self._person(1975, 2004, phone=0.7), Role.FAMILY, since, relation="合租人")
        if random.random() < 0.35:
            self._car(tenant)

    def _family(self, unit: Unit, owner: Person, since: dt.date) -> None:
        random = self.random
        if random.random() < 0.75:
            self._live(unit, self._person(1948, 1996, phone=0.9), Role.FAMILY, since, relation="配偶")
        for _child in range(random.choice((0, 0, 1, 1, 1, 2))):
            child = self._person(2004, 2022, phone=0.15, family=names.family_of(owner.name), paper=0.5)
            self._live(unit, child, Role.FAMILY, since, relation="子女")
        if random.random() < 0.12:
            self._live(unit, self._person(1938, 1958, phone=0.6), Role.FAMILY, since, relation="父母")
        if random.random() < 0.3:
            self._car(owner)

    def _space(self, unit: Unit, person: Person) -> None:
        role = Role.OWNER if unit.state == unit.State.SOLD else Role.TENANT
        self._live(unit, person, role, self._ago(0, 5))
        if self.random.random() < 0.85:
            self._car(person, space=unit)

    def _business(self, unit: Unit, owners: list[Person]) -> None:
        if unit.kind == unit.Kind.STORAGE:
            role = Role.OWNER if unit.state == unit.State.SOLD else Role.TENANT
            self._live(unit, self.random.choice(owners), role, self._ago(0, 5))
            return
        keeper = self._person(1965, 1998)
        if unit.state == unit.State.SOLD:
            self._live(unit, self._person(1955, 1988), Role.OWNER, self._ago(3, 9))
        self._live(unit, self._company(), Role.TENANT, self._ago(0, 3))
        self._live(unit, keeper, Role.CONTACT, self._ago(0, 3), relation="店长")

    def _person(self, first: int, last: int, *, phone: float = 1, family: str = "", paper: float = 0.92) -> Person:
        random = self.random
        born = names.birthday(random, first=first, last=last)
        female = random.random() < 0.5
        number = names.id_number(random, born=born, female=female, taken=self.ids) if random.random() < paper else ""
        person = Person(
            office=self.office,
            name=names.full_name(random, family=family or names.surname(random), female=female, born=born.year),
            id_number=number,
            id_index=blind_index(number),
            employer=random.choice(names.EMPLOYERS) if born.year < 2003 else "",
            card_on=self._ago(0, 6) if random.random() < 0.6 else None,
        )
        if random.random() < 0.25:
            relative = random.random() < 0.5
            person.emergency_contact = names.full_name(random, family=names.surname(random), female=relative, born=1970)
            person.emergency_phone = names.phone(random, taken=self.phones)
        count = 2 if random.random() < 0.08 else int(random.random() < phone)
        return self._add(person, count)

    def _company(self) -> Person:
        number = names.credit_code(self.random, taken=self.ids)
        company = Person(
            office=self.office,
            kind=Person.Kind.COMPANY,
            name=names.company(self.random, taken=self.companies),
            id_kind=Person.IdKind.CREDIT_CODE,
            id_number=number,
            id_index=blind_index(number),
        )
        return self._add(company, 1)

    def _add(self, person: Person, phones: int) -> Person:
        self.numbers[len(self.people)] = [names.phone(self.random, taken=self.phones) for _ in range(phones)]
        self.people.append(person)
        return person

    def _live(self, unit: Unit, person: Person, role: str, starts: dt.date, **fields: Any) -> None:
        self.tenures.append(Tenure(unit=unit, person=person, role=role, starts=starts, **fields))
        if "ends" not in fields:
            self.living[unit.code].append(person)

    def _car(self, person: Person, space: Unit | None = None) -> None:
        self.vehicles.append(
            Vehicle(
                office=self.office,
                person=person,
                plate=names.plate(self.random, taken=self.plates),
                model=self.random.choice(names.CARS),
                space=space,
                added_on=self._ago(0, 4),
            )
        )

    def _ago(self, least: int, most: int) -> dt.date:
        return self.today - dt.timedelta(days=self.random.randrange(least * 365 + 1, most * 365 + 1))

    def _write(self) -> None:
        Person.objects.bulk_create(self.people)
        Phone.objects.bulk_create(
            Phone(person=self.people[place], number=number, position=position)
            for place, numbers in self.numbers.items()
            for position, number in enumerate(numbers)
        )
        Tenure.objects.bulk_create(self.tenures)
        Vehicle.objects.bulk_create(self.vehicles)
        key = self.office.pk
        people = enumerate(self.people)
        index_many(
            PERSON, ((key, person.pk, person_terms(person.name, self.numbers[place])) for place, person in people)
        )
        index_many(VEHICLE, ((key, car.pk, plate_terms(car.plate)) for car in self.vehicles))
        self.first_phone = {self.people[place].pk: numbers[0] for place, numbers in self.numbers.items() if numbers}
