"""Where to go next: back to the page a person was on, and to no other site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from frontdesk.kit.pages.ways import is_local, safe_next

if TYPE_CHECKING:
    from django.http import HttpRequest

HOME = "/"


def next_of(request: HttpRequest) -> str:
    """Return the page asked for in `next`, or the desk page when it is none of ours."""
    return safe_next(request, HOME)


def page_of(request: HttpRequest) -> str:
    """Return the page this request was made from: itself when it is a page, else the one it was sent from."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if came_from.netloc != request.get_host():
        return HOME
    address = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return address if is_local(address) else HOME


def send_to(request: HttpRequest, name: str, *, then: str) -> HttpResponse:
    """Send the whole page elsewhere, also when only a part of it was asked for."""
    url = reverse(name) + ("" if then == HOME else f"?{urlencode({'next': then})}")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
