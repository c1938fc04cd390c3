"""The first page: what this person has to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from duty.services.now import on_and_next
from frontdesk.home.desk import Desk
from frontdesk.home.shifts import shift_line
from frontdesk.kit.calendar import now
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest, HttpResponse

IN_ONE_ROW, MOST_ABREAST = 7, 6
PLACES = {
    Role.CASHIER: (_("Fee counter"), "cash-coin", "fees:counter"),
    Role.GUARD: (_("Gate"), "sign-intersection-y", "fees:gate"),
}
"""Where somebody who is no clerk works all day: the first button of their desk."""


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk as this person's roles in the office worked in ask for it."""
    user: Any = request.user
    office = request.office
    shown = Desk(user, office)
    tiles = shown.tiles()
    on, coming = on_and_next(office, now()) if office else ([], [])
    context = {
        "title": _("Desk"),
        "today": now(),
        "shift": shift_line(office, now()) if office else "",
        "on_duty": on,
        "next_on_duty": coming,
        "may_take_calls": user.has_perm("duty.record_leave", office),
        "tiles": tiles,
        "abreast": abreast(len(tiles)),
        "panels": shown.panels(),
        "offices": shown.offices(),
        "steps": shown.steps(),
        "may_record": user.has_perm("complaints.record_ticket", office),
        "does_work": Role.ENGINEER in shown.roles,
        "counter": place_of(shown.roles),
        "may_find": user.has_perm("estate.view_unit", office),
    }
    return render(request, "home/desk.html", context)


def abreast(count: int) -> int:
    """Return how many numbers stand in a row, so that no row holds a single one; 0 where all fit into one row."""
    if count <= IN_ONE_ROW:
        return 0
    rows = -(-count // MOST_ABREAST)
    return -(-count // rows)


def place_of(roles: Collection[str]) -> dict[str, Any] | None:
    """Return the button that leads to where these roles work; nothing for a clerk, whose work begins with a ticket."""
    if Role.CLERK in roles:
        return None
    found = next((place for role, place in PLACES.items() if role in roles), None)
    return None if found is None else {"label": found[0], "icon": found[1], "url": reverse(found[2])}
