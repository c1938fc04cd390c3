"""What stands on the first page, by what a person is: every number leads to the rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.estate.models import Office, Unit
from frontdesk.home.measures import MEASURES
from frontdesk.kit.calendar import local_date, now
from frontdesk.staff.models import Membership
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.staff.models import User

SHOWN = 8


@dataclass(frozen=True)
class Tile:
    """A measure with its number."""

    label: Any
    icon: str
    tone: str
    value: int
    url: str


@dataclass(frozen=True)
class Panel:
    """The most pressing tickets of a measure; with `at`, the moment now, their deadlines are shown."""

    label: Any
    rows: list[Any]
    count: int
    url: str
    empty: Any
    at: dt.datetime | None = None
    row: str = "home/_ticket_row.html"


@dataclass(frozen=True)
class OfficeRow:
    """One office beside the others: (number, address of its rows) per measure."""

    name: str
    cells: list[tuple[int, str]]


@dataclass(frozen=True)
class Step:
    """One thing an administrator sets up first."""

    label: Any
    text: Any
    url: str
    action: Any
    count: int


TICKET_TILES = ("escalated", "followed", "waiting", "done", "overdue", "promised", "to_call")
DESK_TILES = (
    *TICKET_TILES,
    *("my_routines", "keys_overdue", "keys_out", "keys_lost", "unsealed", "keys_to_give_back", "passes_waiting"),
)
TILES = {
    Role.CLERK: DESK_TILES,
    Role.STEWARD: DESK_TILES,
    Role.CASHIER: ("till_open", *TICKET_TILES, "my_routines", "to_pay"),
    Role.ENGINEER: ("in_hand", "free", "my_routines"),
    Role.GUARD: ("my_routines",),
    Role.SUPERVISOR: (
        "escalated",
        "leave",
        "swaps",
        "to_approve",
        "waiting",
        "overdue",
        "done",
        "followed",
        "late_promises",
        "to_call",
        "routines",
        "keys_overdue",
        "tills",
        "keys_lost",
        "unsealed",
        "today",
    ),
    Role.MANAGER: (
        "escalated",
        "leave",
        "swaps",
        "to_approve",
        "reversals",
        "tills",
        "seals",
        "routines",
        "keys_overdue",
        "keys_lost",
        "unsealed",
        "overdue",
        "waiting",
        "done",
        "open",
        "today",
    ),
    Role.COMPANY: ("escalated", "to_approve"),
}
PANELS = {
    Role.CLERK: ("followed", "done", "promised"),
    Role.STEWARD: ("followed", "done", "promised"),
    Role.CASHIER: ("followed", "promised"),
    Role.ENGINEER: ("in_hand", "free"),
    Role.SUPERVISOR: ("waiting", "overdue", "done"),
    Role.MANAGER: ("overdue", "waiting"),
}
NOTHING = {
    "in_hand": _("Nothing in your hands."),
    "followed": _("Nothing you have to follow up."),
    "waiting": _("Everything is dispatched."),
    "done": _("Every resident has been told."),
    "overdue": _("Nothing is overdue."),
    "promised": "",
    "free": "",
}
SIDE_BY_SIDE = ("open", "overdue", "today")


class Desk:
    """The numbers and lists of one person's first page; each measure is counted once."""

    def __init__(self, user: User, office: Office | None) -> None:
        self.user, self.office = user, office
        self.roles = user.roles_in(office.pk if office else None)
        self.tickets = Ticket.objects.visible_to(user).of_office(office)
        self._counts: dict[str, int] = {}

    def tiles(self) -> list[Tile]:
        """Return the numbers of all roles held, each once, in the order of the first role that asks for it."""
        tiles = {name: self._tile(name) for name in self._asked_for(TILES)}
        return [tile for name, tile in tiles.items() if tile.value or not MEASURES[name].only_some]

    def panels(self) -> list[Panel]:
        """Return the lists of all roles held."""
        names = self._asked_for(PANELS)
        return [self._panel(name) for name in names if self._count(name) or not MEASURES[name].only_some]

    def offices(self) -> list[OfficeRow]:
        """Return the offices side by side, for the company."""
        if Role.COMPANY not in self.roles:
            return []
        counted = [self._by_office(name) for name in SIDE_BY_SIDE]
        offices = Office.objects.visible_to(self.user).of_office(self.office)
        return [
            OfficeRow(
                office.name,
                [
                    (numbers.get(office.pk, 0), f"{self._url(name)}{'' if self.office else f'&office={office.pk}'}")
                    for name, numbers in zip(SIDE_BY_SIDE, counted, strict=True)
                ],
            )
            for office in offices
        ]

    def steps(self) -> list[Step]:
        """Return what an administrator sets up, with how much of it is there."""
        if Role.ADMIN not in self.roles:
            return []
        colleagues = Membership.objects.active().filter(office__isnull=False).values("user").distinct().count()
        return [
            Step(
                _("Offices"),
                _("Name, address, shifts: one office to begin with."),
                reverse("estate:office_add"),
                _("Open an office"),
                Office.objects.visible_to(self.user).count(),
            ),
            Step(
                _("Register"),
                _("Buildings, units and people from your Excel file, with a report on every row."),
                reverse("kit:imports"),
                _("Import the register"),
                Unit.objects.visible_to(self.user).count(),
            ),
            Step(
                _("Colleagues"),
                _("An account for everybody at the desk, with what they are in which office."),
                reverse("staff:member_add"),
                _("Add a colleague"),
                colleagues,
            ),
        ]

    def _asked_for(self, table: dict[Role, tuple[str, ...]]) -> list[str]:
        return list(dict.fromkeys(name for role, names in table.items() if role in self.roles for name in names))

    def _tile(self, name: str) -> Tile:
        measure = MEASURES[name]
        count = self._count(name)
        return Tile(measure.label, measure.icon, measure.tone if count else "neutral", count, self._url(name))

    def _panel(self, name: str) -> Panel:
        measure = MEASURES[name]
        rows = measure.rows(self._rows(name), self.user)
        of_tickets = measure.model is Ticket
        rows = rows.select_related(*(("unit", "assignee") if of_tickets else ("ticket__unit",)))
        return Panel(
            measure.label,
            list((rows.by_urgency() if of_tickets else rows)[:SHOWN]),
            self._count(name),
            self._url(name),
            NOTHING[name],
            now() if name in {"overdue", "in_hand"} else None,
            "home/_ticket_row.html" if of_tickets else "home/_promise_row.html",
        )

    def _count(self, name: str) -> int:
        if name not in self._counts:
            self._counts[name] = MEASURES[name].rows(self._rows(name), self.user).count()
        return self._counts[name]

    def _rows(self, name: str) -> Any:
        measure = MEASURES[name]
        if measure.model is Ticket:
            return self.tickets
        return measure.model.objects.visible_to(self.user).of_office(self.office)

    def _by_office(self, name: str) -> dict[int, int]:
        rows = MEASURES[name].rows(self.tickets, self.user).order_by()
        return dict(rows.values_list("office").annotate(Count("pk")))

    def _url(self, name: str) -> str:
        return f"{reverse(MEASURES[name].page)}?{MEASURES[name].query.format(today=local_date().isoformat())}"
