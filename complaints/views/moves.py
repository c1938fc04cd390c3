"""What can be done with a ticket: one small form each."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints import forms, services
from complaints.models import Ticket
from frontdesk.kit.calendar import now
from frontdesk.kit.pages import MovePage, move_pages


class TicketMove(MovePage):
    """An act on one ticket."""

    model = Ticket


class Dispatch(TicketMove):
    """R-TKT-06."""

    move = "dispatch_ticket"
    form_class = forms.DispatchForm
    service = services.dispatch_ticket
    success = _("Dispatched.")

    def get_initial(self) -> dict[str, Any]:
        """Keep a deadline that was agreed before and is still ahead."""
        due = self.object.due_at
        return {"due_at": due, "deadline": "other"} if due and due > now() else {}


class Redispatch(Dispatch):
    """To somebody else, or until another time."""

    move = "redispatch_ticket"
    form_class = forms.RedispatchForm
    service = services.redispatch_ticket

    def get_initial(self) -> dict[str, Any]:
        """Remember from whom it is taken."""
        return {**super().get_initial(), "holder": self.object.assignee_id}


class Accept(TicketMove):
    """The engineer is on it."""

    move = "accept_ticket"
    service = services.accept_ticket
    success = _("Accepted.")


class Finish(TicketMove):
    """What was done, charge and photo."""

    move = "finish_ticket"
    form_class = forms.FinishForm
    service = services.finish_ticket
    success = _("Reported as done.")

    def get_initial(self) -> dict[str, Any]:
        """Offer the charge noted before the ticket was reopened."""
        return {"charge": self.object.charge}


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


class Archive(TicketMove):
    """R-TKT-01: the end."""

    move = "archive_ticket"
    service = services.archive_ticket
    success = _("Archived.")


class Reopen(TicketMove):
    """From the start again."""

    move = "reopen_ticket"
    form_class = forms.ReopenForm
    service = services.reopen_ticket
    success = _("Reopened.")


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


ticket_move = move_pages(Dispatch, Redispatch, Accept, Finish, HandBack, Reply, Archive, Reopen, Comment, Transfer)
