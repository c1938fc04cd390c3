"""The first page: what this person has to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from frontdesk.home.desk import Desk
from frontdesk.home.shifts import shift_line
from frontdesk.kit.calendar import now
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk as this person's roles in the office worked in ask for it."""
    user: Any = request.user
    office = request.office
    shown = Desk(user, office)
    context = {
        "title": _("Desk"),
        "today": now(),
        "shift": shift_line(office, now()) if office else "",
        "tiles": shown.tiles(),
        "panels": shown.panels(),
        "offices": shown.offices(),
        "steps": shown.steps(),
        "may_record": user.has_perm("complaints.record_ticket", office),
        "does_work": Role.ENGINEER in shown.roles,
        "may_find": user.has_perm("estate.view_unit", office),
    }
    return render(request, "home/desk.html", context)
