"""What can be done with a ticket: one small form each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from complaints import forms, services
from complaints.models import Department, Ticket
from complaints.services.clocks import visit_to_offer
from complaints.services.handling import holder_of, taken_by_a_colleague
from complaints.views import clocks, incidents, rework
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict
from frontdesk.kit.pages import MovePage, move_pages
from frontdesk.kit.pages.history import moment

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules

TWO_HOURS = dt.timedelta(hours=2)


class TicketMove(MovePage):
    """An act on one ticket."""

    model = Ticket


class Dispatch(TicketMove):
    """R-TKT-06."""

    move = "dispatch_ticket"
    form_class = forms.DispatchForm
    service = services.dispatch_ticket
    success = _("Dispatched.")
    related = ("office", "assignee", "department", "contractor", "category__department")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form know what is sent."""
        return super().make_form(ticket=self.object, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Offer whose work came back, else the department of the category; keep a deadline agreed and still ahead."""
        due, category, contractor = self.object.due_at, self.object.category, self.object.contractor_id
        agreed = {"due_at": due, "deadline": forms.OWN_DATE} if due and due > now() else {}
        department = category.department_id if category and not contractor else None
        return {"department": department, "contractor": contractor, **agreed}

    def get_context(self) -> dict[str, Any]:
        """Say what was repaired before."""
        return {"text": incidents.said_of_repeat(self.object)}


class Redispatch(Dispatch):
    """To somebody else, or until another time."""

    move = "redispatch_ticket"
    form_class = forms.RedispatchForm
    service = services.redispatch_ticket

    def get_initial(self) -> dict[str, Any]:
        """Begin with whoever has it, and remember from whom it is taken."""
        has = {
            "department": self.object.department_id,
            "to": self.object.assignee_id,
            "contractor": self.object.contractor_id,
        }
        return {**super().get_initial(), **has, "holder": holder_of(self.object)}

    def get_context(self) -> dict[str, Any]:
        """Say who has it."""
        ticket = self.object
        has = " · ".join(str(one) for one in (ticket.assignee, ticket.department, ticket.contractor) if one)
        if not has or ticket.dispatched_at is None:
            return {}
        words = {"handler": has, "at": moment(ticket.dispatched_at)}
        return {"text": gettext("%(handler)s has it, dispatched %(at)s.") % words}


class Accept(TicketMove):
    """The engineer is on it."""

    move = "accept_ticket"
    service = services.accept_ticket
    success = _("Accepted.")


class Grab(TicketMove):
    """One of the department takes it on; the colleague who comes second is told who was quicker."""

    move = "grab_ticket"
    service = services.grab_ticket
    success = _("It is yours.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        may = self.user.has_perm("complaints.accept_ticket", self.object)
        taken = taken_by_a_colleague(self.object, self.user) if may else None
        if taken is None:
            return super().dispatch(request, *args, **kwargs)
        return self.conflict(self.make_form(data=request.POST if request.method == "POST" else None), Conflict(taken))

    def get_queryset(self) -> QuerySet:
        """Keep those of one's departments, too, that a colleague has by now and one does not see any more."""
        mine = Department.objects.visible_to(self.user).of_member(self.user)
        return Ticket.objects.filter(Q(pk__in=super().get_queryset().values("pk")) | Q(department__in=mine))

    def back_url(self) -> str:
        """Lead who does not see it any more to what is in their own hands."""
        seen = Ticket.objects.visible_to(self.user).filter(pk=self.object.pk).exists()
        return super().back_url() if seen else reverse("complaints:my_work")


class Arrive(TicketMove):
    """There, and how it looked."""

    move = "arrive_ticket"
    form_class = forms.ArriveForm
    service = services.arrive_ticket
    success = _("Arrival noted.")


class AgreeVisit(TicketMove):
    """R-TKT-03: when somebody comes."""

    move = "agree_visit"
    form_class = forms.AgreeVisitForm
    service = services.agree_visit
    success = _("Visit agreed.")

    def get_initial(self) -> dict[str, Any]:
        """Begin with when the resident can be there, else with the next hours in which the office works."""
        ticket = self.object
        if ticket.visit_from and ticket.visit_from > now():
            return {"visit_from": ticket.visit_from, "visit_to": ticket.visit_to or ticket.visit_from + TWO_HOURS}
        return dict(zip(("visit_from", "visit_to"), visit_to_offer(ticket), strict=True))


class Finish(TicketMove):
    """What was done, at what, why, with what; charge and photos."""

    move = "finish_ticket"
    form_class = forms.FinishForm
    service = services.finish_ticket
    success = _("Reported as done.")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form know what was noted before."""
        return super().make_form(ticket=self.object, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Offer what was noted before the ticket was reopened, the charge among it."""
        ticket = self.object
        return {name: getattr(ticket, name) for name in ("part", "cause", "material", "charge")}


class HandBack(TicketMove):
    """Back to the dispatcher."""

    move = "hand_back_ticket"
    form_class = forms.HandBackForm
    service = services.hand_back_ticket
    success = _("Handed back.")

    def get_success_url(self, obj: Ticket) -> str:
        """Lead an engineer, who no longer sees the ticket, to what is still in hand."""
        if Ticket.objects.visible_to(self.user).filter(pk=obj.pk).exists():
            return super().get_success_url(obj)
        return reverse("complaints:my_work")


class Reply(TicketMove):
    """R-TKT-01: what the resident was told."""

    move = "reply_ticket"
    form_class = forms.ReplyForm
    service = services.reply_ticket
    success = _("Reply written down.")

    def get_context(self) -> dict[str, Any]:
        """Say for how many an incident is answered."""
        return {"text": incidents.said_of_children(self.object, _("Answered with the same words: %(tickets)s."))}


class Archive(TicketMove):
    """R-TKT-01: the end."""

    move = "archive_ticket"
    service = services.archive_ticket
    success = _("Archived.")

    def get_context(self) -> dict[str, Any]:
        """Say what an incident takes along."""
        words = _("Archived with it: %(tickets)s. Everybody who called is called back.")
        return {"text": incidents.said_of_children(self.object, words)}


class Reopen(TicketMove):
    """From the start again."""

    move = "reopen_ticket"
    form_class = forms.ReopenForm
    service = services.reopen_ticket
    success = _("Reopened.")

    def get_context(self) -> dict[str, Any]:
        """Say what stays closed."""
        words = _("Stays as it is, to be reopened one by one where that is needed: %(tickets)s.")
        return {"text": incidents.said_of_children(self.object, words)}


class Comment(TicketMove):
    """How it stands."""

    move = "comment_ticket"
    form_class = forms.CommentForm
    service = services.comment_ticket
    success = _("Noted.")


class Transfer(TicketMove):
    """R-TKT-05: who answers for it."""

    move = "transfer_ticket"
    form_class = forms.TransferForm
    service = services.transfer_ticket
    success = _("Transferred.")

    def get_initial(self) -> dict[str, Any]:
        """Remember who answered for it when this was decided."""
        return {"holder": self.object.first_contact_id}


ticket_move = move_pages(
    Dispatch,
    Redispatch,
    Accept,
    Grab,
    Arrive,
    AgreeVisit,
    Finish,
    HandBack,
    Reply,
    Archive,
    Reopen,
    Comment,
    Transfer,
    *clocks.PAGES,
    *incidents.PAGES,
    *rework.PAGES,
)
