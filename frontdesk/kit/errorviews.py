"""The pages of refusals and failures: in the reader's language, asking no database, keeping what was typed."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from frontdesk.kit.errors import Conflict, DeskError, KeyReused
from frontdesk.kit.kept import kept_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)

RETRY_AFTER = 15
"""Seconds after which a busy database is worth another try."""
PASSING_SQLITE = ("locked", "busy", "full", "disk i/o error", "unable to open")
PASSING_POSTGRESQL = ("08", "40", "53", "55P03", "57")
"""SQLSTATE beginnings: connection, deadlock, resources, lock timeout, shutdown or cancelled statement."""
LAST_RESORT = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>500</title>'
    "<h1>系统出错</h1><p>请稍后再试；如仍出现，请把编号告诉管理员：{number}</p>"
    '<h1 lang="en">Something went wrong</h1>'
    '<p lang="en">Try again later. Tell the administrator this number: {number}</p>'
    '<p><a href="/">前台 · Desk</a></p></html>'
)


class RefusalMiddleware:
    """Turn refusals no page caught, and a database that is busy for the moment, into pages that lose nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 400, 409, 422 or 503; anything else stays an error."""
        if isinstance(error, DeskError):
            return refused(request, error)
        if will_pass(error):
            logger.warning("database busy: %s", error)
            return unavailable(request)
        return None


def will_pass(error: BaseException | None) -> bool:
    """Tell whether the database refuses for the moment only: locked, full, restarting or out of reach."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause: Any = error.__cause__
    if hasattr(cause, "sqlstate"):  # psycopg, which need not be installed
        state = cause.sqlstate  # none at all: the connection itself is gone
        return state is None or state.startswith(PASSING_POSTGRESQL)
    return any(word in str(error).lower() for word in PASSING_SQLITE)


def refused(request: HttpRequest, error: DeskError) -> HttpResponse:
    """Say why a rule refuses this: 409 when somebody was there first, 422 for a form sent twice, else 400."""
    if isinstance(error, Conflict):
        status, title = 409, _("Somebody else was faster")
    elif isinstance(error, KeyReused):
        status, title = 422, _("This form was already sent")
    else:
        status, title = 400, _("That can't be done")
    return _page(request, "409.html", status, title=title, lead=str(error), kept=kept_form(request, may_resend=False))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's call
    """Answer 400: the browser sent something no page of ours sends."""
    return _page(request, "400.html", 400, title=_("This request can't be read"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 403: seen, but not this person's to do."""
    kept = kept_form(request, may_resend=False)
    return _page(request, "403.html", 403, title=_("Your role does not allow this"), kept=kept)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404, the same for what does not exist and for what belongs to another office."""
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        # Django's own line comes when nobody knows any more who it was; whoever looks for strangers' records is named.
        logger.warning("%s %s is not there, or not for this person", request.method, request.path)
    return _page(request, "404.html", 404, title=_("There is no such page"), kept=kept_form(request, may_resend=False))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when it was only the database being busy before any view was reached."""
    if will_pass(sys.exc_info()[1]):
        return unavailable(request)
    return _page(request, "500.html", 500, title=_("Something went wrong on our side"), kept=kept_form(request))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 and keep the form: nothing of it was saved, it can be sent again."""
    response = _page(request, "503.html", 503, title=_("Busy for a moment"), kept=kept_form(request))
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403 for a form without a valid token; one of our own pages that grew old may be sent again.

    A form that came from another site is shown nothing back: whoever set it up would only need one click.
    """
    kept = kept_form(request) if _is_ours(request) else None
    return _page(request, "403_csrf.html", 403, title=_("This page was open for too long"), kept=kept)


def _is_ours(request: HttpRequest) -> bool:
    """Believe the browser, not the form, about where the form came from."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """Render a plain page; when even that fails, plain words."""
    number = getattr(request, "request_id", "")
    context |= {"status": status, "number": number, "path": request.path}
    try:
        response = render(request, template, context, status=status)
    except (DatabaseError, OSError, ValueError):
        logger.exception("error page %s could not be rendered", template)
        response = HttpResponse(LAST_RESORT.format(number=number), status=status)
    add_never_cache_headers(response)
    return response
