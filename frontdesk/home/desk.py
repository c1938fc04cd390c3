"""What stands on the first page, by what a person is: every number leads to the rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.estate.models import Office, Unit
from frontdesk.kit.calendar import local_date, now
from frontdesk.staff.models import Membership
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from complaints.querysets import TicketQuerySet
    from frontdesk.staff.models import User

SHOWN = 8


@dataclass(frozen=True)
class Measure:
    """One number of the desk: how it is counted, and the list's question that gives the same rows."""

    label: Any
    icon: str
    tone: str
    query: str
    rows: Callable[[TicketQuerySet, User], TicketQuerySet]


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
    rows: list[Ticket]
    count: int
    url: str
    empty: Any
    at: dt.datetime | None = None


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


MEASURES = {
    "followed": Measure(
        _("I follow up"), "person-check", "info", "state=open&whose=followed", lambda rows, user: rows.followed_by(user)
    ),
    "in_hand": Measure(
        _("In my hands"), "tools", "info", "whose=in_hand", lambda rows, user: rows.in_the_hands_of(user)
    ),
    "waiting": Measure(_("To dispatch"), "send", "warn", "state=waiting", lambda rows, _user: rows.waiting()),
    "overdue": Measure(_("Overdue"), "alarm", "danger", "state=overdue", lambda rows, _user: rows.overdue()),
    "done": Measure(
        _("Done, not replied"),
        "telephone-outbound",
        "warn",
        "state=done",
        lambda rows, _user: rows.filter(state=Ticket.State.DONE),
    ),
    "open": Measure(_("All open"), "inbox", "neutral", "state=open", lambda rows, _user: rows.open()),
    "today": Measure(
        _("Received today"),
        "calendar-day",
        "neutral",
        "received_after={today}&received_before={today}",
        lambda rows, _user: rows.filter(received_at__date=local_date()),
    ),
}
DESK_TILES = ("followed", "waiting", "done", "overdue")
TILES = {
    Role.CLERK: DESK_TILES,
    Role.STEWARD: DESK_TILES,
    Role.CASHIER: DESK_TILES,
    Role.ENGINEER: ("in_hand",),
    Role.SUPERVISOR: ("waiting", "overdue", "done", "followed", "today"),
    Role.MANAGER: ("overdue", "waiting", "done", "open", "today"),
}
PANELS = {
    Role.CLERK: ("followed", "done"),
    Role.STEWARD: ("followed", "done"),
    Role.CASHIER: ("followed",),
    Role.ENGINEER: ("in_hand",),
    Role.SUPERVISOR: ("waiting", "overdue", "done"),
    Role.MANAGER: ("overdue", "waiting"),
}
NOTHING = {
    "in_hand": _("Nothing in your hands."),
    "followed": _("Nothing you have to follow up."),
    "waiting": _("Everything is dispatched."),
    "done": _("Every resident has been told."),
    "overdue": _("Nothing is overdue."),
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
        return [self._tile(name) for name in self._asked_for(TILES)]

    def panels(self) -> list[Panel]:
        """Return the lists of all roles held."""
        return [self._panel(name) for name in self._asked_for(PANELS)]

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
        rows = MEASURES[name].rows(self.tickets, self.user).by_urgency().select_related("unit", "assignee")
        return Panel(
            MEASURES[name].label,
            list(rows[:SHOWN]),
            self._count(name),
            self._url(name),
            NOTHING[name],
            now() if name in {"overdue", "in_hand"} else None,
        )

    def _count(self, name: str) -> int:
        if name not in self._counts:
            self._counts[name] = MEASURES[name].rows(self.tickets, self.user).count()
        return self._counts[name]

    def _by_office(self, name: str) -> dict[int, int]:
        rows = MEASURES[name].rows(self.tickets, self.user).order_by()
        return dict(rows.values_list("office").annotate(Count("pk")))

    def _url(self, name: str) -> str:
        return f"{reverse('complaints:ticket_list')}?{MEASURES[name].query.format(today=local_date().isoformat())}"
