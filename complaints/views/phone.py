"""The engineer's page on a phone, and the number to call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from complaints import services
from complaints.models import Ticket
from complaints.views.numbers import show_number
from frontdesk.kit.calendar import local_date
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import allowed

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from complaints.querysets import TicketQuerySet
    from frontdesk.staff.models import User


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Show what is in one's own hands and what one may take on, what presses most first, and what was done today."""
    user: Any = request.user
    require(user, "complaints.accept_ticket", request.office)
    rows = Ticket.objects.visible_to(user).of_office(request.office)
    today = timezone.make_aware(dt.datetime.combine(local_date(), dt.time()))
    context = {
        "title": _("My work"),
        "entries": _with_moves(rows.in_the_hands_of(user), user),
        "free": _with_moves(rows.free_for(user), user),
        "done_today": rows.filter(assignee=user, done_at__gte=today).order_by("-done_at"),
        "now": timezone.now(),
    }
    return render(request, "complaints/my_work.html", context)


def _with_moves(rows: TicketQuerySet, user: User) -> list[tuple[Ticket, set[str]]]:
    """Return tickets with the names of what this person may do with each, calling among it."""
    tickets = rows.select_related(
        "office", "unit", "person", "department", "contractor", "category__parent", "incident"
    )
    found = tickets.prefetch_related("person__phones", "department__members").by_urgency()
    return [(ticket, {move.name for move in allowed(ticket, user)} | _call(ticket, user)) for ticket in found]


def _call(ticket: Ticket, user: User) -> set[str]:
    may = bool(ticket.phone_number) and services.may_reveal_caller(ticket, user)
    return {"reveal_caller"} if may else set()


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number to call back."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    return show_number(
        request,
        ticket,
        may=services.may_reveal_caller,
        reveal=services.reveal_caller,
        templates=("complaints/_caller.html", "complaints/caller.html"),
        ticket=ticket,
        big="big" in request.POST,
    )
