"""A number to call, in full for half a minute and on record: in place of its button, or on a page (R-EST-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from complaints import services
from frontdesk.estate.services import SECONDS_SHOWN
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def show_number(
    request: HttpRequest,
    called: Any,
    *,
    may: Callable[..., bool],
    reveal: Callable[..., str],
    templates: tuple[str, str],
    **context: Any,
) -> HttpResponse:
    """Answer with the number of `called` in the first template under htmx, else in the second.

    A number left with the call is shown at once. The register's own stands behind the password, as on
    the person's page.
    """
    of_register = called.phone_number and services.person_to_call(called)
    if of_register and may(called, request.user) and not confirmed_recently(request):
        return ask_for_password(request)
    number = reveal(called, by=request.user)
    if not number:
        return redirect(called)
    part, page = templates
    context |= {"number": number, "seconds": SECONDS_SHOWN, "title": _("Call back")}
    response = render(request, part if request.htmx else page, context)
    if not request.htmx:
        response["Refresh"] = f"{SECONDS_SHOWN}; url={called.get_absolute_url()}"
    response["Cache-Control"] = "no-store, private"
    return response
