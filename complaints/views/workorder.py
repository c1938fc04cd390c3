"""The printed work order: what the engineer takes along and brings back signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.pages import Page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class WorkOrder(Page):
    """派工单 · one ticket on half a sheet: where, when, what, room for what was done, two signatures (R-TKT-03)."""

    model = Ticket
    permission = "complaints.view_ticket"
    title = _("Work order")
    related = (
        *("office", "unit", "person", "assignee", "department", "contractor", "category__parent", "part", "cause"),
        "incident",
    )
    template_name = "complaints/work_order.html"

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        ticket = self.object = self.get_object()
        self.require(ticket)
        sent_to = [str(one) for one in (ticket.department, ticket.assignee, ticket.contractor) if one]
        context = {"ticket": ticket, "sent_to": " · ".join(sent_to), "phone": mask_phone(ticket.phone_number)}
        return self.respond({**context, "crumbs": [*self.frame()["crumbs"], (str(ticket), ticket.get_absolute_url())]})
