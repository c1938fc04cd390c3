"""What every request about money has in common: who decides hears of it, who asked hears the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy

from frontdesk.kit.calendar import now
from frontdesk.kit.notifications import notify
from frontdesk.kit.scoping import office_of
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from fees.models.requests import Request


def decide(request: Request, *, by: User, note: str) -> None:
    """Write down who decided, when, and their word."""
    request.decided_by, request.decided_at, request.decision = by, now(), note


def tell_deciders(request: Any, sentence: Any, *, by: User) -> None:
    """Tell those who may decide about a request in its office."""
    people = User.objects.who_may(f"fees.approve_{request._meta.model_name}", office_of(request))
    notify(people, sentence, url=request.get_absolute_url(), by=by)


def tell_who_asked(request: Any, text: Any, *, by: User) -> None:
    """Tell who asked what became of it."""
    sentence = format_lazy(text, by=by, request=request, note=request.decision)
    notify([request.requested_by], sentence, url=request.get_absolute_url(), by=by)
