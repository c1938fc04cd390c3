"""Every request: who is it, in which office and language, and may this screen be used at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.utils import translation
from django.utils.translation import get_supported_language_variant, gettext as _

from frontdesk.kit import context
from frontdesk.staff import sealing, sessions, ways
from frontdesk.staff.views import entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class LoginMiddleware(LoginRequiredMiddleware):
    """Send whoever is not logged in to the log-in page; what was typed before the session ended comes along."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:  # noqa: ARG002
        """Answer a page with a redirect, a sent form with the log-in page that keeps it (401)."""
        return entry.log_in_first(request)


class OfficeMiddleware:
    """Set `request.office`, the language and the context; hold the locked screen and the password to be changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.office = None  # type: ignore[attr-defined]
        _speak(request)
        known = self._enter(request)
        response = self.get_response(request)
        sealing.remember(request, response)
        if known and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Let nothing but the way out through while the screen is locked or a new password is due."""
        user: Any = request.user
        if not user.is_authenticated or not getattr(view, "login_required", True) or hasattr(view, "open_when_locked"):
            return None
        if sessions.is_locked(request):
            return entry.unlock_first(request)
        sessions.touch(request)
        if user.must_change_password and not hasattr(view, "open_when_password_due"):
            return ways.send_to(request, "staff:password_change", then=ways.page_of(request))
        if sessions.is_by_pin(request) and request.resolver_match and request.resolver_match.app_name == "admin":
            return entry.ask_password(request)
        return None

    def _enter(self, request: HttpRequest) -> bool:
        """Take in who is there; whoever is nothing in any office any more is logged out (R: the people)."""
        user: Any = request.user
        if not user.is_authenticated:
            return False
        if not user.active_memberships and not user.is_superuser:
            sessions.close(request)
            messages.warning(request, _("Your account has no role at present. Ask your supervisor."))
            return True
        if "seen" not in request.session:
            sessions.begin(request)
        request.office = sessions.office_of(request)  # type: ignore[attr-defined]
        office_id = request.office and request.office.pk  # type: ignore[attr-defined]
        context.amend(user_id=user.pk, office_id=office_id, device=request.session.get("device", ""))
        return True


def _speak(request: HttpRequest) -> None:
    """Speak the person's language; before log-in the one chosen on this PC, Chinese until somebody chooses."""
    chosen = (
        sessions.language_while_locked(request)
        or getattr(request.user, "language", None)
        or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    )
    try:
        language = get_supported_language_variant(chosen)
    except LookupError:
        language = settings.LANGUAGE_CODE
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()
