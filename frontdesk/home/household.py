"""What a clerk wants to see of a household while the phone rings (R-TKT-03): people, cars, promises, tickets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Q, Value, When
from django.utils.dateparse import parse_date

from complaints.models import Caller, Promise, Ticket
from complaints.services import incidents_near
from fees.services import Owed, owed_by
from frontdesk.estate.models import Phone, Tenure, Vehicle
from frontdesk.kit.calendar import local_date
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.periods import Period
from keys.models import Key, LentKey
from movein.models import GoodsPass

if TYPE_CHECKING:
    from frontdesk.estate.models import Person, Unit
    from frontdesk.staff.models import User

HALF_A_YEAR = dt.timedelta(days=183)
LAST_CLOSED = 3
MOST_OPEN = 20


@dataclass(frozen=True)
class Resident:
    """One person as the card shows them."""

    person: Person
    roles: list[str]
    phone: str


@dataclass
class Household:
    """A unit with what this person may know of it; lists are empty where the permission is missing."""

    unit: Unit
    residents: list[Resident] = field(default_factory=list)
    vehicles: list[Vehicle] = field(default_factory=list)
    incidents: list[Ticket] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    open: list[Ticket] = field(default_factory=list)
    closed: list[Ticket] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    passes: list[GoodsPass] = field(default_factory=list)
    owed: Owed | None = None
    occupied: bool = False
    shows_people: bool = False
    shows_tickets: bool = False


def household_of(unit: Unit, user: User) -> Household:
    """Return the card of a unit: ten queries, however much there is to show."""
    card = Household(
        unit,
        shows_people=user.has_perm("estate.view_person", unit),
        shows_tickets=user.has_perm("complaints.view_ticket", unit),
    )
    tenures = list(Tenure.objects.current().filter(unit=unit).select_related("person"))
    card.occupied = bool(tenures)
    if card.shows_people:
        card.residents = _residents(tenures)
        people = [row.person.pk for row in card.residents]
        card.vehicles = list(
            Vehicle.objects.current().filter(Q(person__in=people) | Q(space=unit)).select_related("space")
        )
    if card.shows_tickets:
        seen = Ticket.objects.visible_to(user).of_office(unit.office_id)
        joined = list(Caller.objects.filter(unit=unit).values_list("ticket", flat=True))  # called about those, too
        tickets = tickets_first_open(seen.filter(Q(unit=unit) | Q(pk__in=joined)), MOST_OPEN + LAST_CLOSED)
        card.incidents = [ticket for ticket in incidents_near(seen, unit.building) if ticket not in tickets]
        card.open = [ticket for ticket in tickets if ticket.is_open]
        card.closed = [ticket for ticket in tickets if not ticket.is_open][:LAST_CLOSED]
    if user.has_perm("complaints.view_promise", unit):
        # By the unit's tickets, not by all that this person may see: a hundred thousand of them make the card slow.
        rows = Promise.objects.open().filter(ticket__in=Ticket.objects.visible_to(user).filter(unit=unit))
        card.promises = list(rows.select_related("ticket", "made_by").order_by("due_at", "pk"))
    if user.has_perm("keys.view_key", unit):
        card.keys = keys_of(unit)
    if user.has_perm("movein.view_goodspass", unit):
        card.passes = list(GoodsPass.objects.running().of_unit(unit))
    if user.has_perm("fees.view_bill", unit):
        card.owed = owed_by(unit)
    return card


def tickets_first_open(tickets: Any, most: int) -> list[Ticket]:
    """Return the latest tickets, those still open before all others."""
    is_closed = Case(When(state=Ticket.State.ARCHIVED, then=Value(1)), default=Value(0))
    return list(tickets.order_by(is_closed, "-received_at", "-pk")[:most])


def keys_of(unit: Unit) -> list[Key]:
    """Return the keys of a unit that the office answers for, each with who has it, with one query."""
    return list(Key.objects.kept().filter(unit=unit).with_what_one_sees().with_holder().order_by("tag", "pk"))


def lendings_in(unit: Unit, days: Period) -> Any:
    """Return the loans of a unit's keys that fell on some days, the latest first."""
    rows = LentKey.objects.filter(key__unit=unit, loan__lent_at__lt=days.until)
    rows = rows.filter(Q(back_at__isnull=True) | Q(back_at__gte=days.since))
    return rows.select_related("loan", "key").order_by("-loan__lent_at", "-pk")


def days_asked_for(since: str, until: str) -> Period:
    """Return the days an address asks for; what is no date there is the last half year, or today."""
    today = local_date()
    last = _day(until) or today
    return Period(_day(since) or last - HALF_A_YEAR, last)


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _residents(tenures: list[Tenure]) -> list[Resident]:
    people = {row.person_id: row.person for row in tenures}
    roles: dict[int, list[str]] = defaultdict(list)
    for row in tenures:
        roles[row.person_id].append(row.relation or str(row.get_role_display()))
    phones = Phone.objects.filter(person__in=people).order_by("-position", "-pk").values_list("person", "number")
    first = {person: mask_phone(number) for person, number in phones}
    return [Resident(person, roles[key], first.get(key, "")) for key, person in people.items()]
