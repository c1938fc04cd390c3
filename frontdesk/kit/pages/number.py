"""A number to call, in full for half a minute and on record: in place of its button, or on a page (R-EST-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render

from frontdesk.kit.confirmation import ask_for_password, confirmed_recently

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def show_number(
    request: HttpRequest,
    called: Any,
    *,
    reveal: Callable[..., str],
    behind_password: bool,
    templates: tuple[str, str],
    seconds: int,
    **context: Any,
) -> HttpResponse:
    """Answer with the number of `called` in the first template under htmx, else in the second.

    `reveal(called, by=…)` writes the look down and returns the number, empty where none is known. One of the register
    stands behind the password, as on the person's page.
    """
    if behind_password and not confirmed_recently(request):
        return ask_for_password(request)
    number = reveal(called, by=request.user)
    if not number:
        return redirect(called)
    part, page = templates
    response = render(request, part if request.htmx else page, {**context, "number": number, "seconds": seconds})  # type: ignore[attr-defined]
    if not request.htmx:  # type: ignore[attr-defined]
        response["Refresh"] = f"{seconds}; url={called.get_absolute_url()}"
    response["Cache-Control"] = "no-store, private"
    return response
