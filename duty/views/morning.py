"""The morning page: what one reads before the day begins (R-DUTY-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from duty.services.log import READ
from duty.services.morning import morning_of
from duty.services.now import on_and_next
from duty.views.posts import standing_at
from frontdesk.kit.calendar import now
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def morning(request: HttpRequest) -> HttpResponse:
    """晨读 · yesterday's log, annotations, what is unsolved, who is on, what is due today."""
    user: Any = request.user
    office = request.office  # type: ignore[attr-defined]
    require(user, READ, office)
    on, coming = on_and_next(office, now()) if office else ([], [])
    context = {
        "title": _("Morning"),
        "today": now(),
        "morning": morning_of(office, user) if office else None,
        "posts": standing_at(office, user) if office else [],
        "on_duty": on,
        "next_on_duty": coming,
    }
    return render(request, "duty/morning.html", context)
