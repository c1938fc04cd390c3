"""The way in and out: log-in, log-out, locked screen, switching by PIN, the password asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from frontdesk.kit import confirmation, demo
from frontdesk.staff import desks, sealing, sessions, ways
from frontdesk.staff.forms import ConfirmForm, LoginForm, PinForm, UnlockForm
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from frontdesk.staff.forms import SecretForm

    View = Callable[..., HttpResponse]

UNAUTHORISED = 401
page_methods = require_http_methods(["GET", "HEAD", "POST"])


def open_when_locked(view: View) -> View:
    """Mark a view that a locked screen still answers."""
    view.open_when_locked = True  # type: ignore[attr-defined]
    return view


@login_not_required
@never_cache
@sensitive_post_parameters()
@page_methods
def login(request: HttpRequest) -> HttpResponse:
    """Log in with account and password; a demonstration names its accounts here."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(ways.HOME)
        return _login_page(request, LoginForm(request, initial={"username": request.GET.get("account", "")}))
    form = LoginForm(request, request.POST)
    if not form.is_valid():
        return _login_page(request, form, status=form.status)
    sessions.open_for(request, form.user)
    return _go_on(request)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out; a desk PC then shows who works there."""
    sessions.close(request)
    return redirect("staff:switch" if desks.device_of(request) else "staff:login")


@open_when_locked
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the screen by hand; the session stays, the page one was on is kept."""
    sessions.lock(request)
    return ways.send_to(request, "staff:lock_screen", then=ways.next_of(request))


@require_POST
def ping(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the middleware has noted that somebody is there
    """Take note that somebody is still typing on a page that asks the server for nothing else."""
    return HttpResponse(status=204)


@open_when_locked
@never_cache
@sensitive_post_parameters()
@page_methods
def lock_screen(request: HttpRequest) -> HttpResponse:
    """Open the locked screen by PIN or password and go on where one was."""
    if not sessions.is_locked(request):
        return HttpResponseRedirect(ways.next_of(request))
    if request.method != "POST":
        return _lock_page(request, UnlockForm(request), then=ways.next_of(request))
    form = UnlockForm(request, request.POST)
    if not form.is_valid():
        return _lock_page(
            request, form, then=ways.next_of(request), kept=request.POST.get("kept", ""), status=form.status
        )
    sessions.unlock(request, by_pin=form.by_pin)
    return _go_on(request)


@login_not_required
@never_cache
@sensitive_post_parameters()
@page_methods
def switch(request: HttpRequest) -> HttpResponse:
    """Let another clerk of this desk PC's office take over by PIN."""
    device = desks.device_of(request)
    if device is None:
        return redirect("staff:login")
    person = _chosen(request, device)
    form = PinForm(request, person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        sessions.open_for(request, form.user, by_pin=True)
        return redirect(ways.HOME)
    status = form.status if form.is_bound else 200
    if person is None and request.method != "POST":
        people = list(desks.people_at(device).with_roles_in(device.office))
        context = {"title": _("Who is at the desk?"), "lead": str(device.office), "people": people, "wide": True}
        return render(request, "staff/switch.html", context)
    context = {"title": str(person or _("Who is at the desk?")), "person": person, "form": form}
    return render(request, "staff/switch_pin.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@page_methods
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password before an act that reveals or changes rights; it counts for five minutes."""
    if request.method != "POST":
        return _confirm_page(request, ConfirmForm(request), then=ways.next_of(request))
    form = ConfirmForm(request, request.POST)
    if not form.is_valid():
        kept = request.POST.get("kept", "")
        return _confirm_page(request, form, then=ways.next_of(request), kept=kept, status=form.status)
    confirmation.confirm(request)
    request.session["by_pin"] = False
    return _go_on(request, at_once=True)


def ask_password(request: HttpRequest, *, then: str = "") -> HttpResponse:
    """Put the password before the page that was asked for; a sent form waits behind it (settings.CONFIRM_PAGE)."""
    if request.method == "POST":
        then = then or ways.page_of(request)
        return _confirm_page(request, ConfirmForm(request), then=then, kept=sealing.seal(request), status=UNAUTHORISED)
    return ways.send_to(request, "staff:confirm", then=then or request.get_full_path())


def unlock_first(request: HttpRequest) -> HttpResponse:
    """Put the locked screen before whatever was asked for; a sent form waits behind it."""
    then = ways.page_of(request)
    if request.method == "POST":
        return _lock_page(request, UnlockForm(request), then=then, kept=sealing.seal(request), status=UNAUTHORISED)
    return ways.send_to(request, "staff:lock_screen", then=then)


def log_in_first(request: HttpRequest) -> HttpResponse:
    """Put the log-in before whatever was asked for; a form sent after the session ended waits behind it."""
    then = ways.page_of(request)
    if request.method == "POST" and (kept := sealing.seal(request)):
        return _login_page(request, LoginForm(request), status=UNAUTHORISED, then=then, kept=kept)
    return ways.send_to(request, "staff:login", then=then)


def _go_on(request: HttpRequest, *, at_once: bool = False) -> HttpResponse:
    """Go where the person was, or offer again the form that had to wait.

    `at_once`: a mere button, pressed a moment before the password was given for it, goes on by itself.
    """
    kept = sealing.unseal(request, request.POST.get("kept", ""))
    if kept is None:
        return HttpResponseRedirect(ways.next_of(request))
    context = {"title": _("Go on where you were"), "kept": kept, "only_button": kept.resend and not kept.fields}
    if context["only_button"]:
        lead = _("What you had begun has not been done yet: it goes on from here.")
    else:
        lead = _("You are back. Nothing of this was saved yet: look it over and send it.")
    return render(request, "staff/kept.html", {**context, "lead": lead, "at_once": at_once})


def _login_page(
    request: HttpRequest, form: LoginForm, *, status: int = 200, then: str | None = None, kept: str | None = None
) -> HttpResponse:
    accounts: Any = ()
    if demo.is_demonstration():
        accounts = User.objects.at_work().filter(username__startswith=demo.PREFIX).with_roles_in(None)
    context = {
        "title": _("Log in"),
        "form": form,
        "next": ways.next_of(request) if then is None else then,
        "kept": request.POST.get("kept", "") if kept is None else kept,
        "desk": desks.device_of(request),
        "accounts": accounts,
        "demo_password": demo.PASSWORD,
        "wide": bool(accounts),
    }
    return render(request, "staff/login.html", context, status=status)


def _lock_page(request: HttpRequest, form: UnlockForm, *, then: str, kept: str = "", status: int = 200) -> HttpResponse:
    here = f"{reverse('staff:lock_screen')}?{urlencode({'next': then})}"
    context = {"title": _("Screen locked"), "form": form, "next": then, "kept": kept, "here": here}
    context["desk"] = desks.device_of(request)
    return render(request, "staff/lock_screen.html", context, status=status)


def _confirm_page(
    request: HttpRequest, form: SecretForm, *, then: str, kept: str = "", status: int = 200
) -> HttpResponse:
    lead = _("What comes next shows or changes what not everybody may: give your password once more.")
    context = {"title": _("Your password, please"), "lead": lead, "form": form, "next": then, "kept": kept}
    return render(request, "staff/confirm.html", context, status=status)


def _chosen(request: HttpRequest, device: Any) -> User | None:
    """Return the person whose tile was chosen; nobody who does not work at this desk."""
    number = request.POST.get("user") or request.GET.get("user") or ""
    return desks.people_at(device).filter(pk=number).first() if number.isascii() and number.isdigit() else None
