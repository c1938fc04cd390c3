"""The first middleware: gives each request its id and context before anything is logged or written."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
import uuid
from typing import TYPE_CHECKING

from django.conf import settings

from frontdesk.kit.context import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class ContextMiddleware:
    """Open the request's context and send its id back, so that a clerk can read it out to support."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        if request.META.get("REMOTE_ADDR") not in settings.TRUSTED_PROXIES:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)  # anybody could claim to come by HTTPS
        started = time.perf_counter()
        with context(request_id=request_id, ip=client_ip(request)):
            response = self.get_response(request)
            if not request.path.startswith(settings.STATIC_URL):
                took = (time.perf_counter() - started) * 1000
                logger.info("%s %s %s %.0f ms", request.method, request.path, response.status_code, took)
        response["X-Request-ID"] = request_id
        return response


def client_ip(request: HttpRequest) -> str | None:
    """Return the caller's address; a forwarded one only when a proxy of ours handed the request over."""
    address = request.META.get("REMOTE_ADDR", "")
    if address in settings.TRUSTED_PROXIES:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
