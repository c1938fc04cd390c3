"""One more person about the same: written down on the ticket there is, told how it ended like the first (R-TKT-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints import services
from complaints.forms.callers import CallerForm
from complaints.forms.ticket import IntakeForm
from complaints.models import Caller, Ticket
from complaints.views.numbers import show_number
from frontdesk.kit.pages import FormPage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FROM_INTAKE = "from_intake"
"""The button beside a hint sends the half-filled intake form under this name."""
CARRIED = tuple(name for name in IntakeForm.base_fields if name != "photo")


class CallerAdd(FormPage):
    """Add whoever is on the line to an open ticket."""

    model = Caller
    parent = Ticket
    form_class = CallerForm
    permission = "complaints.add_caller"
    title = _("Add a caller")
    button = _("Add this caller")
    success = _("Added: %(object)s")
    save = services.add_caller
    template_name = "complaints/caller_form.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take over what was typed at intake without writing anything; else add the caller."""
        if FROM_INTAKE not in request.POST:
            return super().post(request, **kwargs)
        if request.FILES:
            messages.warning(request, _("The photo was not taken along: add it on the ticket's page."))
        return self.show(self.make_form(initial=self._heard()))

    def get_context(self) -> dict[str, Any]:
        """Keep what was typed at intake, so that it can still become a ticket of its own."""
        carried = [(name, self.request.POST[name]) for name in CARRIED if self.request.POST.get(name)]
        return {"ticket": self.parent, "carried": carried if FROM_INTAKE in self.request.POST else []}

    def _heard(self) -> dict[str, str]:
        """Return the intake form's words under the names of this one."""
        typed = self.request.POST
        said = "\n".join(text for name in ("subject", "body") if (text := typed.get(name, "").strip()))
        return {
            "unit": typed.get("unit", ""),
            "person": typed.get("person", ""),
            "name": typed.get("caller_name", ""),
            "phone": typed.get("caller_phone", ""),
            "said": said,
        }


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an added caller's number."""
    callers = Caller.objects.filter(ticket__in=Ticket.objects.visible_to(request.user))
    caller = get_object_or_404(callers.select_related("ticket__office", "person"), pk=pk)
    return show_number(
        request,
        caller,
        may=services.may_reveal_extra_caller,
        reveal=services.reveal_extra_caller,
        templates=("complaints/_caller_number.html", "complaints/caller_number.html"),
        caller=caller,
        ticket=caller.ticket,
    )
