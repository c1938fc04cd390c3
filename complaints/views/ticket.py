"""Taking a ticket, its page, and correcting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints import services
from complaints.forms import IntakeForm, TicketEditForm, TicketForm
from complaints.forms.ticket import HintForm
from complaints.models import Ticket
from complaints.views.sections import SECTIONS, similar_section
from complaints.workflow import STATE_TONES, STEPS, TicketState
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.pages import Action, DetailPage, FormPage, show_part
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest


BACK_TO_INTAKE = "back_to_intake"
DAYS = {0: _("today"), 1: _("tomorrow")}


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

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Record it; or show again what was nearly added to another ticket, as it was typed."""
        if BACK_TO_INTAKE not in request.POST:
            return super().post(request, **kwargs)
        names = [name for name in self.form_class.base_fields if name in request.POST]
        return self.show(self.make_form(initial={name: request.POST[name] for name in names}))


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
    related = ("office", "unit__building", "person", "first_contact", "assignee", "department", "category__parent")
    """What nearly every ticket has; what few have (contractor, part, cause, incident) is read where it is there."""
    card = "complaints/_ticket.html"
    state_tones = STATE_TONES
    edit_permission = "complaints.change_ticket"
    actions = (Action(_("Add a caller"), "complaints:caller_add", "complaints.add_caller", "telephone-plus"),)
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add the steps, and whether the number, the unit and the caller may be looked at."""
        archived = self.object.state == TicketState.ARCHIVED
        return {
            **({"actions": []} if archived else {}),
            "steps": steps(self.object),
            "may_reveal": bool(self.object.phone_number) and services.may_reveal_caller(self.object, self.user),
            "may_view_unit": self.user.has_perm("estate.view_unit", self.object),
            "may_view_person": self.user.has_perm("estate.view_person", self.object),
            **{name: value for section in SECTIONS for name, value in section(self.object, self.user).items()},
        }


@require_safe
def callers(request: HttpRequest) -> HttpResponse:
    """Answer the intake form: who may be calling from the unit just chosen, and where its card is."""
    unit, office = _place_of_call(request)
    form = TicketForm(initial={"unit": unit and unit.pk}, user=request.user, office=office)
    people = list(form.fields["person"].queryset[:2])
    if len(people) == 1:  # one click less where only one can be calling
        form.initial["person"] = people[0].pk
    return render(request, "complaints/_callers.html", {"form": form, "unit": unit})


@require_safe
def hints(request: HttpRequest) -> HttpResponse:
    """Answer the intake form while it is filled in: what is open about the same, and by when this would be done."""
    unit, office = _place_of_call(request)
    if office is None:
        return HttpResponse()
    user: Any = request.user
    typed = HintForm(request.GET, user=user, office=office)
    about = typed.known("kind", "category", "subject", "place")
    due = services.expected_deadline(office, **typed.known("kind", "category", "urgent", "due_at"))
    call = Ticket(office=office, unit=unit, category=about["category"], received_at=now())
    context = {
        "similar": services.similar_open(office, user=user, unit=unit, **about),
        "earlier": services.earlier_repairs(call)[:1],
        "may_add": user.has_perm("complaints.add_caller", office),
        "due": due,
        "due_day": DAYS.get((local_date(due) - local_date()).days) if due else None,
        "department": about["category"].department if about["category"] else None,
    }
    return render(request, "complaints/_hints.html", context)


@require_safe
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve what is open about the same as a new ticket: perhaps it was taken twice (R-TKT-07)."""
    tickets = Ticket.objects.visible_to(request.user).select_related("office", "unit__building", "category")
    ticket = get_object_or_404(tickets, pk=pk)
    require(request.user, "complaints.add_caller", ticket)
    return show_part(request, "complaints/_similar_tickets.html", ticket, similar_section(ticket, request.user))


def _place_of_call(request: HttpRequest) -> tuple[Unit | None, Any]:
    """Return the unit chosen and its office, without one the office worked in, where one must be allowed to record."""
    chosen = request.GET.get("unit", "")
    units = Unit.objects.visible_to(request.user).select_related("office", "building")
    unit = get_object_or_404(units, pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None  # noqa: PLR2004
    office = unit.office if unit else request.office
    require(request.user, "complaints.record_ticket", office)
    return unit, office


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
