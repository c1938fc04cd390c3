"""What many call about at once, and a ticket that was taken twice (R-TKT-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_lazy as _

from complaints import services
from complaints.forms.callers import JoinIncidentForm
from complaints.models import Ticket
from complaints.workflow import TicketState
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.pages import MovePage
from frontdesk.kit.pages.history import moment

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules

NAMED = 12
"""Tickets of an incident that are named one by one."""


class DeclareIncident(MovePage):
    """Everybody who calls about it from now on is added to it."""

    model = Ticket
    move = "declare_incident"
    service = services.declare_incident
    text = _("Who else calls about it is added to it, and told how it ended when it is archived.")
    success = _("It is an incident now.")


class JoinIncident(MovePage):
    """It ends with the incident."""

    model = Ticket
    move = "join_incident"
    form_class = JoinIncidentForm
    service = services.join_incident
    text = _("It is answered and archived with the incident. Until then the clocks of the incident count.")
    success = _("Added to the incident.")

    def get_initial(self) -> dict[str, Any]:
        """Offer the incident that the link names."""
        return {"incident": self.request.GET.get("incident", "")}


class LeaveIncident(MovePage):
    """It goes on by itself."""

    model = Ticket
    related = ("office", "incident")
    move = "leave_incident"
    service = services.leave_incident
    success = _("Taken out of the incident.")


class FollowIncident(MovePage):
    """The caller is told what all were told."""

    model = Ticket
    related = ("office", "incident")
    move = "follow_incident"
    service = services.follow_incident
    success = _("Reply written down.")

    def get_context(self) -> dict[str, Any]:
        """Say what it will be."""
        return {"text": self.object.incident.reply if self.object.incident else ""}


class MergeTicket(MovePage):
    """A ticket just taken goes on under one that was there already."""

    model = Ticket
    permission = "complaints.add_caller"
    title = _("Go on under another ticket")
    button = _("It is the same matter")
    form_class = DeskPlainForm
    service = services.merge_ticket
    success = _("Ticket %(object)s is archived.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.into = get_object_or_404(Ticket.objects.visible_to(request.user), pk=kwargs["into_pk"])
        if self.into.pk == kwargs["pk"]:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_too_late(self) -> bool:
        """Answer whether somebody was sent for it by now."""
        return self.object.state != TicketState.RECORDED

    def perform(self, _form: DeskRules) -> Any:
        """Act on both."""
        return services.merge_ticket(self.object, into=self.into, by=self.user)

    def get_success_url(self, _obj: Ticket) -> str:
        """Lead to the one it goes on under."""
        return self.into.get_absolute_url()

    def get_context(self) -> dict[str, Any]:
        """Say what happens to whom."""
        words = {"caller": self.object.caller_name or self.object.unit or "", "other": self.into}
        text = gettext("%(caller)s is written down as a caller of %(other)s; this ticket is answered and archived.")
        return {"text": text % words}


def said_of_children(ticket: Ticket, words: Any) -> str:
    """Put the tickets of an incident into a sentence, at %(tickets)s; without any there is nothing to say."""
    numbers = list(ticket.children.order_by("pk").values_list("number", flat=True)) if ticket.is_incident else []
    if not numbers:
        return ""
    more = f" +{len(numbers) - NAMED}" if len(numbers) > NAMED else ""
    return str(words) % {"tickets": ", ".join(numbers[:NAMED]) + more}


def said_of_repeat(ticket: Ticket) -> str:
    """Tell a dispatcher what was repaired before at the same thing, and by whom."""
    earlier = services.earlier_repairs(ticket)
    if not earlier:
        return ""
    last = earlier[0]
    words = {"at": moment(last.done_at)[:10], "by": last.handler, "number": last.number}
    return gettext("Repeat repair: fixed on %(at)s by %(by)s, ticket %(number)s.") % words


PAGES = (DeclareIncident, JoinIncident, LeaveIncident, FollowIncident)
