"""我的班 · one's own shifts, made for a phone; wishes; the calendar's secret address."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from duty.forms.mine import WishForm
from duty.models import Assignment, CalendarFeed, Leave, Swap, Wish
from duty.services import mine as services
from duty.services.feed import calendar_of
from duty.services.wording import hours
from frontdesk.kit.calendar import ONE_DAY, kinds_between, local_date, now
from frontdesk.kit.middleware import client_ip
from frontdesk.kit.models import Holiday
from frontdesk.kit.pages import FormPage, MovePage
from frontdesk.kit.periods import month_of, next_month
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest

    from frontdesk.kit.forms.base import DeskRules

DAYS_OFF = {Holiday.Kind.OFF, Holiday.Kind.STATUTORY}
READS_AN_HOUR = 60
FRESH_FOR = 15 * 60
HOUR = 60 * 60
INSTANT = dt.timedelta(microseconds=1)
SO_FAR = 3 * 366
"""Days to both sides within which a month can be looked at."""


@dataclass(frozen=True)
class Day:
    """One square of the small calendar."""

    date: dt.date
    cell: Assignment | None
    is_off: bool
    is_other: bool
    is_away: bool
    wish: Wish | None


@require_safe
def my_shifts(request: HttpRequest) -> HttpResponse:
    """Show one's own published shifts: the next, the month, what changed, what one asked for."""
    user: Any = request.user
    require(user, "duty.request_leave", request.office)
    today, month = local_date(), _month(request)
    cells = Assignment.objects.published().working().filter(person=user).select_related("shift_type", "roster__office")
    rows = cells.between(today - ONE_DAY, today + ONE_DAY * 40).order_by("date")
    coming = [cell for cell in rows if cell.ends > now()]
    of_month = list(cells.between(month, month_of(month).last).order_by("date"))
    wishes = Wish.objects.filter(person=user, date__gte=today).select_related("shift_type")
    context = {
        "title": _("My shifts"),
        "today": today,
        "now": now(),
        "next": coming[:1],
        "coming": coming[1:4],
        "month": month,
        "weeks": _weeks(user, request.office, month, of_month),
        "ahead": [cell for cell in of_month if cell.ends > now()],
        "over": [cell for cell in of_month if cell.ends <= now()],
        "number": len(of_month),
        "hours": hours(sum(cell.shift_type.minutes for cell in of_month)),
        "before": (month - ONE_DAY).replace(day=1),
        "after": next_month(month),
        "changes": services.unseen_changes(user)[:20],
        "seen_until": now().isoformat(),
        "wishes": wishes,
        "leaves": Leave.objects.filter(person=user, ends_at__gt=now() - ONE_DAY * 14)[:10],
        "swaps": Swap.objects.about(user).select_related("person", "other", "shift_type", "other_shift_type")[:6],
        "asked": Swap.objects.filter(other=user, state=Swap.State.PROPOSED).count(),
    }
    return render(request, "duty/my_shifts.html", context)


@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """Somebody has read what was changed."""
    user: Any = request.user
    require(user, "duty.request_leave", request.office)
    until = parse_datetime(request.POST.get("until", ""))
    if until is not None and until.tzinfo is not None:
        services.mark_seen(user, until=min(until, now()))
    return redirect("duty:my_shifts")


class WishAdd(FormPage):
    """What one would like on one date."""

    model = Wish
    form_class = WishForm
    permission = "duty.state_wish"
    title = _("Add a wish")
    text = _("Wishes count when the roster is made; they are no promise. Once the month is published they are closed.")
    success = _("Written down.")
    save = services.add_wish

    def back_url(self) -> str:
        return reverse("duty:my_shifts")


class WishRemove(MovePage):
    """It does not matter any more."""

    model = Wish
    permission = "duty.state_wish"
    related = ("office", "person", "shift_type")
    title = _("Take the wish back")
    button = pgettext_lazy("wish", "Take back")
    success = _("Taken back.")

    def get_queryset(self) -> Any:
        """Keep one's own."""
        return super().get_queryset().filter(person=self.user)

    def perform(self, _form: DeskRules) -> Any:
        services.remove_wish(self.object, by=self.user)
        return self.object

    def back_url(self) -> str:
        return reverse("duty:my_shifts")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Show whether one's calendar may read one's shifts."""
    user: Any = request.user
    require(user, "duty.request_leave", request.office)
    return _feed_page(request, user, "")


@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """Make a new address and show it, this once."""
    user: Any = request.user
    require(user, "duty.request_leave", request.office)
    token = services.make_feed(user)
    return _feed_page(request, user, request.build_absolute_uri(reverse("duty:calendar", args=[token])))


@require_POST
def stop_feed(request: HttpRequest) -> HttpResponse:
    """Stop the address."""
    user: Any = request.user
    require(user, "duty.request_leave", request.office)
    services.stop_feed(user)
    messages.success(request, _("The address is stopped."))
    return redirect("duty:feed")


def _feed_page(request: HttpRequest, user: Any, url: str) -> HttpResponse:
    row = CalendarFeed.objects.filter(person=user).first()
    context = {"title": _("In my calendar"), "feed": row, "url": url, "back": reverse("duty:my_shifts")}
    response = render(request, "duty/feed.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@require_GET
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """Hand one's shifts to whoever knows the secret address, which is a calendar that cannot log in.

    Whoever guesses is counted by address, whoever reads too often by feed.
    """
    found = services.feed_of(token)
    if found is None:
        if _too_often(f"duty-feed-guess:{client_ip(request)}"):
            return _wait()
        raise Http404
    if _too_often(f"duty-feed:{found.pk}"):
        return _wait()
    made = calendar_of(found.person)
    services.note_read(found)
    etag = f'"{made.etag}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(made.body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="shifts.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _too_often(key: str) -> bool:
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > READS_AN_HOUR
    except ValueError:  # forgotten between the two
        return False


def _wait() -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(FRESH_FOR), "Cache-Control": "no-store"})


def _month(request: HttpRequest) -> dt.date:
    """Return the first of the month asked for; this month where the address says nothing useful."""
    try:
        asked = dt.datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return local_date().replace(day=1)
    return asked if abs((asked - local_date()).days) < SO_FAR else local_date().replace(day=1)


def _weeks(user: Any, office: Any, month: dt.date, cells: list[Assignment]) -> list[list[Day]]:
    """Return the month in weeks from Monday on."""
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    kinds = kinds_between(office, weeks[0][0], weeks[-1][-1])
    by_date = {cell.date: cell for cell in cells}
    span = month_of(month)
    away = list(Leave.objects.approved().filter(person=user).meeting(span.since, span.until))
    wishes = {wish.date: wish for wish in Wish.objects.filter(person=user).between(span.first, span.last)}
    return [
        [
            Day(
                date,
                by_date.get(date),
                kinds[date] in DAYS_OFF,
                date.month != month.month,
                any(local_date(one.starts_at) <= date <= local_date(one.ends_at - INSTANT) for one in away),
                wishes.get(date),
            )
            for date in week
        ]
        for week in weeks
    ]
