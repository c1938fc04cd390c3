"""Taking a ticket, its page, and correcting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints import services
from complaints.forms import IntakeForm, TicketEditForm, TicketForm
from complaints.models import Ticket
from complaints.workflow import STATE_TONES, STEPS, UNFINISHED, TicketState
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.pages import DetailPage, FormPage
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class TicketAdd(FormPage):
    """Intake: everything on one screen while the phone rings."""

    model = Ticket
    form_class = IntakeForm
    permission = "complaints.record_ticket"
    title = _("Take a ticket")
    button = _("Record ticket")
    success = _("Ticket %(object)s recorded.")
    save = services.record_ticket
    template_name = "complaints/ticket_form.html"


class TicketEdit(FormPage):
    """Correct what was written down."""

    model = Ticket
    form_class = TicketEditForm
    permission = "complaints.change_ticket"
    title = _("Edit ticket")
    save = services.change_ticket
    template_name = "complaints/ticket_form.html"


class TicketDetail(DetailPage):
    """Where it stands, who answers for it, what can be done now."""

    model = Ticket
    permission = "complaints.view_ticket"
    related = ("office", "unit", "person", "first_contact", "assignee")
    card = "complaints/_ticket.html"
    state_tones = STATE_TONES
    edit_permission = "complaints.change_ticket"
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add the steps, and whether the number, the unit and the caller may be looked at."""
        archived = self.object.state == TicketState.ARCHIVED
        return {
            **({"actions": []} if archived else {}),
            "steps": steps(self.object),
            "is_late": is_late(self.object),
            "may_reveal": bool(self.object.phone_number) and services.may_reveal_caller(self.object, self.user),
            "may_view_unit": self.user.has_perm("estate.view_unit", self.object),
            "may_view_person": self.user.has_perm("estate.view_person", self.object),
        }


@require_safe
def callers(request: HttpRequest) -> HttpResponse:
    """Answer the intake form: who may be calling from the unit just chosen, and where its card is."""
    chosen = request.GET.get("unit", "")
    units = Unit.objects.visible_to(request.user).select_related("office")
    unit = get_object_or_404(units, pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None  # noqa: PLR2004
    office = unit.office if unit else request.office
    require(request.user, "complaints.record_ticket", office)
    form = TicketForm(initial={"unit": unit and unit.pk}, user=request.user, office=office)
    people = list(form.fields["person"].queryset[:2])
    if len(people) == 1:  # one click less where only one can be calling
        form.initial["person"] = people[0].pk
    return render(request, "complaints/_callers.html", {"form": form, "unit": unit})


def steps(ticket: Ticket) -> list[dict[str, Any]]:
    """Return the ticket's way with when each step was made; steps it did not need are left out once it is past them."""
    at = {
        TicketState.RECORDED: ticket.received_at,
        TicketState.DISPATCHED: ticket.dispatched_at,
        TicketState.ACCEPTED: ticket.accepted_at,
        TicketState.DONE: ticket.done_at,
        TicketState.REPLIED: ticket.replied_at,
        TicketState.ARCHIVED: ticket.archived_at,
    }
    reached = STEPS.index(TicketState(ticket.state))
    shown = [step for place, step in enumerate(STEPS) if place >= reached or at[step]]
    return [
        {"label": step.label, "at": at[step], "current": step == ticket.state, "done": STEPS.index(step) < reached}
        for step in shown
    ]


def is_late(ticket: Ticket) -> bool:
    """Answer whether the ticket should have been finished by now."""
    return bool(ticket.due_at) and ticket.state in UNFINISHED and ticket.due_at < now()
