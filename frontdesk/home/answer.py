"""One line per record found: what it is called, where it is, whom it belongs to; personal data masked (R-EST-04)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.estate.models import Person, Phone, Tenure, Unit, Vehicle
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.search import joined, normal
from keys.models import Key
from movein.models import GoodsPass

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

PERMISSIONS = {
    "unit": "estate.view_unit",
    "person": "estate.view_person",
    "vehicle": "estate.view_person",
    "ticket": "complaints.view_ticket",
    "key": "keys.view_key",
    "goods_pass": "movein.view_goodspass",
}
LABELS = {
    "unit": _("Units"),
    "person": _("People"),
    "vehicle": _("Vehicles"),
    "ticket": _("Tickets"),
    "key": _("Keys"),
    "goods_pass": _("Goods passes"),
}
TELLING = {"unit", "vehicle", "ticket", "key", "goods_pass"}
"""Kinds of which the whole text names one record; a name or a phone's last digits do not."""


@dataclass(frozen=True)
class Found:
    """One line of the answer."""

    kind: str
    pk: int
    main: str
    side: str
    url: str
    whole: bool = False


@dataclass(frozen=True)
class Group:
    """The lines of one kind."""

    kind: str
    label: Any
    rows: list[Found] = field(default_factory=list)
    exact: bool = False


class Answer:
    """Turns keys into lines, each kind with a fixed number of queries; what is not this person's to see stays out."""

    def __init__(self, user: User, office: Office | None, names: dict[int, str], text: str) -> None:
        self.user, self.office, self.names = user, office, names
        self.typed = {normal(text), joined(text)}
        self.sees_people = user.has_perm(PERMISSIONS["person"], office)

    def unit_rows(self, keys: list[int]) -> dict[int, Found]:
        units = self._seen(Unit, keys)
        people: dict[int, list[str]] = {}
        if self.sees_people:
            for unit, _code, _person, name, _role in self._tenures(Q(unit__in=keys)):
                people.setdefault(unit, []).append(name)
        return {
            unit.pk: self._line(
                "unit", unit, unit.code, [unit.get_kind_display(), "、".join(people.get(unit.pk, ())[:4])]
            )
            for unit in units
        }

    def person_rows(self, keys: list[int]) -> dict[int, Found]:
        people = self._seen(Person, keys)
        homes: dict[int, list[str]] = {}
        for _unit, code, person, _name, role in self._tenures(Q(person__in=keys)):
            homes.setdefault(person, []).append(f"{code} {Tenure.Role(role).label}")
        phones = Phone.objects.filter(person__in=keys).order_by("-position", "-pk").values_list("person", "number")
        first = {person: mask_phone(number) for person, number in phones}
        return {
            person.pk: self._line(
                "person", person, person.name, ["、".join(homes.get(person.pk, ())[:2]), first.get(person.pk, "")]
            )
            for person in people
        }

    def vehicle_rows(self, keys: list[int]) -> dict[int, Found]:
        vehicles = self._seen(Vehicle, keys, "person", "space")
        return {
            car.pk: self._line(
                "vehicle", car, car.plate, [car.person.name, car.model, car.space.code if car.space else ""]
            )
            for car in vehicles
        }

    def ticket_rows(self, keys: list[int]) -> dict[int, Found]:
        tickets = self._seen(Ticket, keys, "unit")
        return {
            ticket.pk: self._line(
                "ticket",
                ticket,
                f"{ticket.number} {ticket.subject}",
                [ticket.unit.code if ticket.unit else "", ticket.get_state_display()],
                name=ticket.number,
            )
            for ticket in tickets
        }

    def key_rows(self, keys: list[int]) -> dict[int, Found]:
        return {
            key.pk: self._line("key", key, str(key), [key.get_kind_display(), key.get_state_display()], name=key.tag)
            for key in self._seen(Key, keys, "unit")
        }

    def goods_pass_rows(self, keys: list[int]) -> dict[int, Found]:
        found = {}
        for row in self._seen(GoodsPass, keys, "unit"):
            side = [row.whose, str(row.get_kind_display()), str(row.state_word)]
            found[row.pk] = self._line("goods_pass", row, str(row), side, name=row.number)
        return found

    def _seen(self, model: Any, keys: list[int], *related: str) -> list[Any]:
        rows = model.objects.visible_to(self.user).of_office(self.office).filter(pk__in=keys)
        return list(rows.select_related(*related) if related else rows)

    def _tenures(self, which: Q) -> list[tuple[Any, ...]]:
        rows = Tenure.objects.current().filter(which).order_by("starts", "pk")
        return list(rows.values_list("unit_id", "unit__code", "person_id", "person__name", "role"))

    def _line(self, kind: str, obj: Any, main: str, side: list[str], *, name: str = "") -> Found:
        parts = [*side, self.names.get(obj.office_id, "")]
        whole = kind in TELLING and not self.typed.isdisjoint({normal(name or main), joined(name or main)})
        return Found(kind, obj.pk, main, " · ".join(str(part) for part in parts if part), obj.get_absolute_url(), whole)
