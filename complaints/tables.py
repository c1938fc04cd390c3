"""The ticket list as the screen, print and Excel show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy as _

from complaints.models import Escalation, Ticket
from complaints.querysets import CLOCKS
from complaints.workflow import STATE_TONES, UNANSWERED, UNFINISHED, TicketState
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateTimeColumn,
    MoneyColumn,
    PhoneColumn,
    StateColumn,
    Table,
    TagsColumn,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from frontdesk.kit.listing.columns import Row

TAKE = Action(_("Take a ticket"), "complaints:ticket_add", "complaints.record_ticket", "plus-lg", "primary")


def late_at(clock: str) -> Callable[[dt.datetime, Row], bool]:
    """Return the question whether one clock of a ticket runs and should have ended by now."""
    states, _field = CLOCKS[clock]
    return lambda due_at, row: row["state"] in states and due_at < timezone.now()


def handler(person: str | None, row: Row) -> str:
    """Return who has it: the person, else the department or the contractor; whose work came back has it no more."""
    if row["state"] == TicketState.RECORDED:
        return ""
    return person or row["department__name"] or row["contractor__name"] or ""


def branch(name: str | None, row: Row) -> str:
    """Return a category with the branch it hangs on."""
    above = row["category__parent__name"]
    return f"{above} / {name}" if above else name or ""


def callers(keys: list[int]) -> dict[int, str | None]:
    """Return who called about each ticket; whom one chose from the register by the name there."""
    return dict(Ticket.objects.filter(pk__in=keys).order_by().with_caller().values_list("pk", "caller"))


def phones_to_call(keys: list[int]) -> dict[int, str | None]:
    """Return the number to call about each ticket: the one given, else the first on the register."""
    return dict(Ticket.objects.filter(pk__in=keys).order_by().with_caller().values_list("pk", "phone"))


class SubjectColumn(Column):
    """What it is about; urgent and major ones carry a badge on the screen."""

    def shown(self, value: Any, row: Row) -> str:
        text = escape(value)
        for name, label in (("urgent", _("Urgent")), ("major", _("Major"))):
            if row[name]:
                text = f'<span class="badge tone-danger">{escape(str(label))}</span> {text}'
        return text


def finish_by(due_at: dt.datetime | None, row: Row) -> dt.datetime | None:
    """Return by when a ticket is to be finished; until its incident is answered, when that one is (R-TKT-07)."""
    return row["incident__finish_due_at"] if row["incident__state"] in UNANSWERED else due_at


class Deadline(DateTimeColumn):
    """By when it is to be finished; overdue is of an incident and its tickets the incident alone."""

    def __init__(self) -> None:
        needs = ("state", "incident__state", "incident__finish_due_at")
        super().__init__(_("Deadline"), "finish_due_at", sort=True, late=self.is_late, needs=needs)

    @staticmethod
    def is_late(due_at: dt.datetime, row: Row) -> bool:
        """Answer whether it is overdue by itself."""
        return row["incident__state"] not in UNANSWERED and row["state"] in UNFINISHED and due_at < timezone.now()

    def shower(self) -> Callable[[Any, Row], str]:
        show = super().shower()
        return lambda value, row: show(finish_by(value, row), row)

    def exported(self, value: Any, row: Row) -> Any:
        return finish_by(value, row)


class OptionalDeadline(DateTimeColumn):
    """By when one of the clocks is to end; hidden until somebody asks for it."""

    def __init__(self, label: Any, clock: str) -> None:
        _states, field = CLOCKS[clock]
        super().__init__(
            label, field, sort=True, late=late_at(clock), needs=("state",), optional=True, default_shown=False
        )


class TicketTable(Table):
    """R-TKT-11: the ledger."""

    number = Column(_("No."), sort=True, link="complaints:ticket", css="date")
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    subject = SubjectColumn(_("Subject"), css="text", needs=("urgent", "major"))
    unit = Column(_("Unit"), "unit__code", link="estate:unit", link_pk="unit_id", sort=True, css="date")
    building = Column(_("Building"), "unit__building__name", sort=True, optional=True, default_shown=False)
    place = Column(_("Place"), optional=True, default_shown=False)
    kind = ChoiceColumn(_("Kind"), choices=Ticket.Kind.choices, sort=True)
    channel = ChoiceColumn(_("Channel"), choices=Ticket.Channel.choices, optional=True, default_shown=False)
    state = StateColumn(_("State"), choices=TicketState.choices, styles=STATE_TONES, sort=True)
    urgent = BooleanColumn(_("Urgent"), optional=True, default_shown=False, sort=True)
    major = BooleanColumn(_("Major"), optional=True, default_shown=False, sort=True)
    category = Column(
        _("Category"),
        "category__name",
        sort=True,
        render=branch,
        needs=("category__parent__name",),
        optional=True,
        default_shown=False,
    )
    department = Column(_("Department"), "department__name", sort=True, optional=True, default_shown=False)
    contractor = Column(_("Contractor"), "contractor__name", sort=True, optional=True, default_shown=False)
    part = Column(_("Part"), "part__name", sort=True, optional=True, default_shown=False)
    cause = Column(_("Cause"), "cause__name", sort=True, optional=True, default_shown=False)
    caller = Column(_("Caller"), load=callers, optional=True, default_shown=False)
    phone = PhoneColumn(_("Phone"), load=phones_to_call, optional=True, default_shown=False)
    first_contact = Column(_("Answers for it"), "first_contact__name", sort=True)
    assignee = Column(
        _("In the hands of"),
        "assignee__name",
        sort=True,
        render=handler,
        needs=("department__name", "contractor__name", "state"),
    )
    due = Deadline()
    dispatch_due = OptionalDeadline(_("Dispatch by"), "dispatch")
    accept_due = OptionalDeadline(_("Accept by"), "accept")
    close_due = OptionalDeadline(_("Close by"), "close")
    received = DateTimeColumn(_("Received"), "received_at", sort=True)
    dispatched = DateTimeColumn(_("Dispatched at"), "dispatched_at", sort=True, optional=True, default_shown=False)
    accepted = DateTimeColumn(_("Accepted at"), "accepted_at", sort=True, optional=True, default_shown=False)
    arrived = DateTimeColumn(_("Arrived at"), "arrived_at", sort=True, optional=True, default_shown=False)
    done = DateTimeColumn(_("Done at"), "done_at", sort=True, optional=True, default_shown=False)
    confirmed = DateTimeColumn(
        _("Confirmed by the resident"), "confirmed_at", sort=True, optional=True, default_shown=False
    )
    replied = DateTimeColumn(_("Replied at"), "replied_at", sort=True, optional=True, default_shown=False)
    archived = DateTimeColumn(_("Archived at"), "archived_at", sort=True, optional=True, default_shown=False)
    material = Column(_("Material used"), css="text", optional=True, default_shown=False)
    charge = MoneyColumn(_("Charged (yuan)"), total=True, sort=True, optional=True, default_shown=False)
    result = Column(_("What was done"), css="text", optional=True, default_shown=False)
    reply = Column(_("What was replied"), css="text", optional=True, default_shown=False)
    body = Column(_("In detail"), css="text", optional=True, default_shown=False)

    class Meta:
        model = Ticket
        default_sort = ("-received_at",)
        per_page = 50
        empty = _("No tickets here")
        empty_text = _("What residents call about, bring to the desk or write goes in as a ticket.")
        empty_icon = "tools"
        first = TAKE


LEVELS = dict(Escalation.Level.choices)
CLOCK_WORDS = dict(Escalation.Clock.choices)


def people_told(keys: list[int]) -> dict[int, list[str]]:
    """Return whom each step went to."""
    rows = Escalation.told.through.objects.filter(escalation__in=keys).order_by("user__name", "user")
    told: dict[int, list[str]] = {}
    for key, name in rows.values_list("escalation", "user__name"):
        told.setdefault(key, []).append(name)
    return told


class SeenColumn(Column):
    """Who looked at it and when; a button for whoever it went to."""

    def shown(self, value: Any, row: Row) -> str:
        if value is not None:
            return escape(f"{row['seen_by__name']} {local_minute(value)}")
        if not row["told_me"]:
            return escape(gettext("not seen yet"))
        url = reverse("complaints:escalation_seen", args=[row["pk"]])
        button = '<button class="btn btn-secondary btn-sm" form="seen" formaction="{}">{}</button>'
        return format_html(button, url, gettext("Seen"))

    def exported(self, value: Any, row: Row) -> Any:
        return None if value is None else f"{row['seen_by__name']} {local_minute(value)}"


def local_minute(at: dt.datetime) -> str:
    """Write a moment in the office's time: 11-22 14:05."""
    return str(timezone.localtime(at))[5:16]


class EscalationTable(Table):
    """R-TKT-06: what went up, because of what, to whom, and whether it was looked at."""

    number = Column(_("No."), "ticket__number", link="complaints:ticket", link_pk="ticket_id", sort=True, css="date")
    office = Column(_("Office"), "ticket__office__name", only_all=True, sort=True)
    subject = Column(_("Subject"), "ticket__subject", css="text")
    clock = Column(_("Because of"), render=lambda value, _row: capfirst(str(CLOCK_WORDS[value])), sort=True)
    level = Column(_("Went to"), render=lambda value, _row: LEVELS[value], sort=True)
    told = TagsColumn(_("Told"), load=people_told)
    due = DateTimeColumn(_("Was due"), "due_at", sort=True)
    went = DateTimeColumn(_("Went up at"), "at", sort=True)
    state = StateColumn(_("State"), "ticket__state", choices=TicketState.choices, styles=STATE_TONES)
    first_contact = Column(_("Answers for it"), "ticket__first_contact__name", optional=True, default_shown=False)
    seen = SeenColumn(_("Seen"), "seen_at", needs=("seen_by__name", "told_me"), css="acts")

    class Meta:
        model = Escalation
        default_sort = ("-at",)
        empty = _("Nothing went up")
        empty_text = _("What is late goes up level by level, and stands here until somebody has looked at it.")
        empty_icon = "arrow-up-circle"
