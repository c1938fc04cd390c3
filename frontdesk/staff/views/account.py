"""One's own account: phone, language and colour, password, PIN, where one works, where one logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from frontdesk.estate.models import Office
from frontdesk.kit import activity, confirmation
from frontdesk.kit.confirmation import needs_password
from frontdesk.kit.errors import DeskError
from frontdesk.kit.kept import asks
from frontdesk.staff import services, sessions, ways
from frontdesk.staff.forms import PasswordForm, ProfileForm, SetPinForm
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

LOGINS = ("login", "login_by_pin", "login_failed", "login_throttled", "pin_failed", "pin_blocked")
SHOWN = 20
page_methods = require_http_methods(["GET", "HEAD", "POST"])


def open_when_password_due(view: View) -> View:
    """Mark the view in which a new password is set, so that its account is not sent there in circles."""
    view.open_when_password_due = True  # type: ignore[attr-defined]
    return view


@asks(ProfileForm)
@page_methods
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account and let phone, language and colour be changed."""
    user: Any = request.user
    form, status = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk), user=user), 200
    if form.is_bound and form.is_valid():
        if form.seen is not None and form.seen.version == user.version:
            saved = services.edit_profile(user, **form.values())
            messages.success(request, _("Saved."))
            return _with_language(redirect("staff:profile"), saved.language)
        messages.warning(request, _("Your account was changed meanwhile. Look it over and save again."))
        form, status = ProfileForm(initial=form.values(), instance=user, user=user), 409
    history = activity.history_of(user).filter(verb__in=LOGINS)[:SHOWN]
    context = {
        "title": _("My account"),
        "form": form,
        "memberships": user.active_memberships,
        "logins": [(row, user.verbs[row.verb]) for row in history],
        "by_pin": sessions.is_by_pin(request),
    }
    return render(request, "staff/profile.html", context, status=status)


@open_when_password_due
@sensitive_post_parameters()
@page_methods
def password_change(request: HttpRequest) -> HttpResponse:
    """Set one's own password; a new account does so before anything else."""
    user: Any = request.user
    form = PasswordForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        user = services.change_password(user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        confirmation.confirm(request)
        messages.success(request, _("Your new password is in force. Everywhere else you were logged out."))
        return HttpResponseRedirect(ways.next_of(request))
    lead = ""
    if user.must_change_password:
        lead = _("The password you were given is known to somebody else. Choose one that only you know.")
    context = {"title": _("New password"), "lead": lead, "form": form, "next": ways.next_of(request), "due": bool(lead)}
    return render(request, "staff/password.html", context, status=form.status if form.is_bound else 200)


@needs_password
@sensitive_post_parameters()
@page_methods
def pin_change(request: HttpRequest) -> HttpResponse:
    """Set or give up one's own PIN."""
    user: Any = request.user
    if request.method == "POST" and "remove" in request.POST:
        services.remove_pin(user)
        messages.success(request, _("You have no PIN any more."))
        return redirect("staff:profile")
    form = SetPinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.set_pin(user, pin=form.cleaned_data["pin"])
        except DeskError as error:
            form.add_error("pin", str(error))
        else:
            messages.success(request, _("Your PIN is set."))
            return redirect("staff:profile")
    context = {"title": _("PIN"), "form": form, "has_pin": bool(user.pin)}
    return render(request, "staff/pin.html", context, status=400 if form.is_bound else 200)


@require_POST
def office_switch(request: HttpRequest) -> HttpResponse:
    """Work in another of one's offices; an office that is not one's own is not found."""
    user: Any = request.user
    number = request.POST.get("office", "")
    if number == "" and user.visible_office_ids() is None:
        office = None
    else:
        offices = Office.objects.visible_to(user)
        office = offices.filter(pk=number).first() if number.isascii() and number.isdigit() else None
        if office is None:
            raise Http404
    sessions.choose_office(request, office)
    return HttpResponseRedirect(ways.next_of(request))


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language: kept with the account, before log-in on this PC, on a locked screen until it is opened."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Http404
    user: Any = request.user
    if user.is_authenticated and sessions.is_locked(request):
        sessions.speak_while_locked(request, code)
        return HttpResponseRedirect(ways.next_of(request))
    if user.is_authenticated:
        services.edit_profile(user, phone=user.phone, language=code, colour=user.colour)
    return _with_language(HttpResponseRedirect(ways.next_of(request)), code)


def _with_language(response: HttpResponse, code: str) -> HttpResponse:
    """Let this PC's log-in page speak the language chosen last."""
    translation.activate(code)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
