"""Compensations and technical assessments as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Assessment, Compensation
from complaints.workflow import ASSESSMENT_TONES, COMPENSATION_TONES, AssessmentState, CompensationState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    MoneyColumn,
    StateColumn,
    Table,
)

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row


class DayColumn(DateColumn):
    """The office's day of a moment whose hour nobody noted."""

    def text(self, value: Any) -> str:
        return str(local_date(value))

    def plain(self, value: Any) -> Any:
        return local_date(value)


def should_be_answered(due_on: dt.date, row: Row) -> bool:
    """Answer whether an expert should have answered by now."""
    return row["state"] == AssessmentState.ASKED and due_on < local_date()


class CompensationTable(Table):
    """R-TKT-09: what is proposed, approved and paid."""

    ticket = Column(_("Ticket"), "ticket__number", sort=True, link="complaints:compensation", css="date")
    office = Column(_("Office"), "ticket__office__name", only_all=True, sort=True)
    subject = Column(_("Subject"), "ticket__subject", css="text", link="complaints:ticket", link_pk="ticket_id")
    unit = Column(_("Unit"), "ticket__unit__code", sort=True, css="date", optional=True)
    payee = Column(_("Paid to"), sort=True, css="text")
    amount = MoneyColumn(_("Amount (yuan)"), sort=True, total=True)
    level = ChoiceColumn(_("Level"), choices=Compensation.Level.choices, sort=True)
    state = StateColumn(_("State"), choices=CompensationState.choices, styles=COMPENSATION_TONES, sort=True)
    others = BooleanColumn(_("Other departments"), "other_departments", optional=True, default_shown=False)
    proposed = DateTimeColumn(_("Proposed at"), "proposed_at", sort=True)
    proposed_by = Column(_("Proposed by"), "proposed_by__name", sort=True)
    decided_by = Column(_("Decided by"), "decided_by__name", sort=True, optional=True)
    decided = DateTimeColumn(_("Decided at"), "decided_at", sort=True, optional=True, default_shown=False)
    paid = DayColumn(_("Paid on"), "paid_at", sort=True, optional=True)
    voucher = Column(_("Voucher no."), optional=True, default_shown=False)
    proposal = Column(_("What is paid for"), css="text", optional=True, default_shown=False)

    class Meta:
        model = Compensation
        default_sort = ("-proposed_at",)
        empty = _("No compensation here")
        empty_text = _(
            "It is proposed on the page of a complaint or repair, once it is said who answers for the damage."
        )
        empty_icon = "cash-coin"


class AssessmentTable(Table):
    """R-TKT-10: what experts were asked."""

    ticket = Column(_("Ticket"), "ticket__number", sort=True, link="complaints:assessment", css="date")
    office = Column(_("Office"), "ticket__office__name", only_all=True, sort=True)
    subject = Column(_("Subject"), "ticket__subject", css="text", link="complaints:ticket", link_pk="ticket_id")
    question = Column(_("What is to be assessed"), css="text")
    expert = Column(_("Expert"), sort=True, css="text")
    due = DateColumn(_("Answer by"), "due_on", sort=True, late=should_be_answered, needs=("state",))
    state = StateColumn(_("State"), choices=AssessmentState.choices, styles=ASSESSMENT_TONES, sort=True)
    asked = DateTimeColumn(_("Asked at"), "asked_at", sort=True, optional=True)
    asked_by = Column(_("Asked by"), "asked_by__name", sort=True, optional=True)
    answered = DateTimeColumn(_("Answered at"), "answered_at", sort=True, optional=True, default_shown=False)
    finding = Column(_("Finding"), css="text", optional=True, default_shown=False)

    class Meta:
        model = Assessment
        default_sort = ("-asked_at",)
        empty = _("No assessments here")
        empty_text = _("On a major fault of quality an expert is asked on the page of the ticket.")
        empty_icon = "clipboard-check"
