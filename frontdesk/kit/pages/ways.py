"""Where a page leads next: only to addresses of this site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest

UNSAFE = re.compile(r"[\\\x00-\x20\x7f-\x9f]")


def safe_next(request: HttpRequest, default: str = "") -> str:
    """Return the `next` a form or link asks for when it is an address of this site, else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_local(asked) else default


def is_local(url: str) -> bool:
    """Answer whether an address leads to this site whatever a browser makes of it."""
    plain = url.startswith("/") and not UNSAFE.search(url)
    return plain and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def page_of(record: Any) -> str:
    """Return the address of a record's own page, empty when its kind has none."""
    return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""


def address(name: str, *args: Any) -> str:
    """Return the address of a page, empty when the app has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
