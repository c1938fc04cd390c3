"""The ticket list as the screen, print and Excel show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from complaints.models import Ticket
from complaints.workflow import STATE_TONES, UNFINISHED, TicketState
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
)

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row

TAKE = Action(_("Take a ticket"), "complaints:ticket_add", "complaints.record_ticket", "plus-lg", "primary")


def is_late(due_at: dt.datetime, row: Row) -> bool:
    """Answer whether a ticket should have been finished by now."""
    return row["state"] in UNFINISHED and due_at < timezone.now()


class SubjectColumn(Column):
    """What it is about; urgent ones carry a badge on the screen."""

    def shown(self, value: Any, row: Row) -> str:
        text = escape(value)
        if not row["urgent"]:
            return text
        word = escape(gettext("Urgent"))  # outside the f-string, where makemessages would not see it
        return f'<span class="badge tone-danger">{word}</span> {text}'


class TicketTable(Table):
    """R-TKT-11: the ledger."""

    number = Column(_("No."), sort=True, link="complaints:ticket", css="date")
    subject = SubjectColumn(_("Subject"), css="text", needs=("urgent",))
    unit = Column(_("Unit"), "unit__code", link="estate:unit", link_pk="unit_id", sort=True, css="date")
    place = Column(_("Place"), optional=True, default_shown=False)
    kind = ChoiceColumn(_("Kind"), choices=Ticket.Kind.choices, sort=True)
    channel = ChoiceColumn(_("Channel"), choices=Ticket.Channel.choices, optional=True, default_shown=False)
    state = StateColumn(_("State"), choices=TicketState.choices, styles=STATE_TONES, sort=True)
    urgent = BooleanColumn(_("Urgent"), optional=True, default_shown=False, sort=True)
    caller = Column(_("Caller"), "caller_name", optional=True, default_shown=False)
    phone = PhoneColumn(_("Phone"), "caller_phone", optional=True, default_shown=False)
    first_contact = Column(_("Answers for it"), "first_contact__name", sort=True)
    assignee = Column(_("In the hands of"), "assignee__name", sort=True)
    due = DateTimeColumn(_("Deadline"), "due_at", sort=True, late=is_late, needs=("state",))
    received = DateTimeColumn(_("Received"), "received_at", sort=True)
    done = DateTimeColumn(_("Done at"), "done_at", sort=True, optional=True, default_shown=False)
    replied = DateTimeColumn(_("Replied at"), "replied_at", sort=True, optional=True, default_shown=False)
    archived = DateTimeColumn(_("Archived at"), "archived_at", sort=True, optional=True, default_shown=False)
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
