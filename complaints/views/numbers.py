"""A number to call from a ticket: one left with the call at once, the register's own behind the password (R-EST-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints import services
from frontdesk.estate.services import SECONDS_SHOWN
from frontdesk.kit import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def show_number(
    request: HttpRequest, called: Any, *, may: Callable[..., bool], reveal: Callable[..., str], **context: Any
) -> HttpResponse:
    """Answer with the number of a ticket's caller, of somebody added to it, or of whom to call back."""
    of_register = called.phone_number and services.person_to_call(called)
    return pages.show_number(
        request,
        called,
        reveal=reveal,
        behind_password=bool(of_register) and may(called, request.user),
        seconds=SECONDS_SHOWN,
        title=_("Call back"),
        **context,
    )
