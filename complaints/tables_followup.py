"""Promises, callbacks and question forms as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, Promise, QuestionForm, Ticket
from complaints.querysets import DISSATISFIED
from complaints.workflow import CALLBACK_TONES, PROMISE_TONES, CallbackState, PromiseState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    NumberColumn,
    PhoneColumn,
    StateColumn,
    Table,
)

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row

CHANGE = "complaints.change_settings"
ASK = Action(_("New question form"), "complaints:questionform_add", CHANGE, "plus-lg", "primary")


def is_late(due_at: dt.datetime, row: Row) -> bool:
    """Answer whether a promise should have been kept by now."""
    return row["state"] == PromiseState.OPEN and due_at < timezone.now()


def was_due_before(due_on: dt.date, row: Row) -> bool:
    """Answer whether somebody waits for a call since yesterday or longer."""
    return row["state"] == CallbackState.WAITING and due_on < local_date()


class SatisfactionColumn(NumberColumn):
    """1 to 5; who gave 1 or 2 is seen at once."""

    def html(self, value: Any) -> str:
        text = super().html(value)
        return f'<span class="badge tone-danger">{text}</span>' if value <= DISSATISFIED else text


class PromiseTable(Table):
    """R-TKT-08."""

    text = Column(_("What was promised"), css="text", link="complaints:ticket", link_pk="ticket_id")
    office = Column(_("Office"), "ticket__office__name", only_all=True, sort=True)
    due = DateTimeColumn(_("Promised until"), "due_at", sort=True, late=is_late, needs=("state",))
    state = StateColumn(_("State"), choices=PromiseState.choices, styles=PROMISE_TONES, sort=True)
    ticket = Column(_("Ticket"), "ticket__number", sort=True, css="date")
    subject = Column(_("Subject"), "ticket__subject", css="text", optional=True)
    unit = Column(_("Unit"), "ticket__unit__code", sort=True, css="date")
    caller = Column(_("Caller"), "ticket__caller_name", optional=True, default_shown=False)
    first_contact = Column(_("Answers for it"), "ticket__first_contact__name", sort=True)
    made_by = Column(_("Promised by"), "made_by__name", sort=True)
    made = DateTimeColumn(_("Promised at"), "made_at", sort=True, optional=True, default_shown=False)
    settled = DateTimeColumn(_("Settled at"), "settled_at", sort=True, optional=True, default_shown=False)
    before = Column(_("Renegotiated from"), "follows__text", css="text", optional=True, default_shown=False)

    class Meta:
        model = Promise
        default_sort = ("due_at",)
        empty = _("No promises here")
        empty_text = _("What a resident was told will happen is written down on the page of the ticket.")
        empty_icon = "hand-thumbs-up"


class CallbackTable(Table):
    """R-CB-01: the queue."""

    called = Column(_("Whom"), link="complaints:callback")
    office = Column(_("Office"), "ticket__office__name", only_all=True, sort=True)
    phone = PhoneColumn(_("Phone"))
    home = Column(_("Unit"), css="date", sort=True)
    ticket = Column(_("Ticket"), "ticket__number", sort=True, link="complaints:ticket", link_pk="ticket_id", css="date")
    subject = Column(_("Subject"), "ticket__subject", css="text")
    kind = ChoiceColumn(_("Kind"), "ticket__kind", choices=Ticket.Kind.choices, sort=True)
    due = DateColumn(_("Call from"), "due_on", sort=True, late=was_due_before, needs=("state",))
    again = DateTimeColumn(_("Call again at"), "again_at", sort=True, optional=True, default_shown=False)
    tries = NumberColumn(_("Tries"))
    state = StateColumn(_("State"), choices=CallbackState.choices, styles=CALLBACK_TONES, sort=True)
    satisfaction = SatisfactionColumn(_("Satisfaction"), sort=True)
    outcome = ChoiceColumn(_("Outcome"), choices=Callback.Outcome.choices, optional=True, default_shown=False)
    remarks = Column(_("Remarks"), css="text", optional=True, default_shown=False)
    first_contact = Column(_("Answers for it"), "ticket__first_contact__name", optional=True, default_shown=False)
    ended = DateTimeColumn(_("Called back at"), "ended_at", sort=True, optional=True, default_shown=False)
    ended_by = Column(_("Called by"), "ended_by__name", optional=True, default_shown=False)

    class Meta:
        model = Callback
        default_sort = ("is_over", "due_on")
        empty = _("Nobody to call back")
        empty_text = _("Each morning those are drawn whom the rules say to ask whether all is well.")
        empty_icon = "telephone-outbound"


class QuestionFormTable(Table):
    """What callbacks ask besides satisfaction."""

    name = Column(_("Question form"), link="complaints:questionform_edit", sort=True)
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    questions = Column(_("Questions"), css="text")
    is_active = BooleanColumn(_("In use"), sort=True)

    class Meta:
        model = QuestionForm
        default_sort = ("-is_active", "name")
        empty = _("No question forms yet")
        empty_text = _("Callbacks then ask for satisfaction and remarks alone.")
        empty_icon = "card-checklist"
        first = ASK
