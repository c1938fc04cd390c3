"""Who is called back: drawn each morning by rule, and at once when an incident is closed (R-CB-01)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, Ticket
from complaints.services.settings import rules_of
from frontdesk.kit import activity
from frontdesk.kit.calendar import ONE_DAY, Kind, add_working_days, is_working_day, kinds_between, local_date
from frontdesk.kit.models import Heartbeat
from frontdesk.kit.notifications import notify
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from complaints.models import CallbackRule, Caller
    from frontdesk.estate.models import Office

DRAWN_FROM = 8
"""The hour of the day from which they are drawn."""
CATCH_UP = 30
"""Days for which a draw that did not take place is made up; what was due before that is nobody's to call any more."""
AT_A_TIME = 500
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Pick(NamedTuple):
    """A ticket that is called back about one closing of it, from a day on."""

    ticket: Ticket
    due_on: dt.date
    is_waiting: bool = False

    @property
    def closed_at(self) -> Any:
        """Which closing."""
        return self.ticket.archived_at


def draw_callbacks(office: Office, day: dt.date) -> list[Callback]:
    """Draw the callers of an office who are to be called by `day`, and return those not drawn before.

    A ticket is in the share of its kind or not by what it is, so that drawing again changes nothing. Of an incident,
    and of the tickets that belong to one, everybody is called. Imported tickets are left out: their callers never
    called here.
    """
    rules = rules_of(office)
    picks = [pick for pick in _closed(office, rules, day) if _is_in(pick, rules[pick.ticket.kind])]
    made: list[Callback] = []
    for start in range(0, len(picks), AT_A_TIME):
        part = _undrawn(picks[start : start + AT_A_TIME])
        if not part:
            continue
        with transaction.atomic():
            rows = _with_callers(part).select_for_update(of=("self",))
            # What was opened again between the question and the lock is drawn after it was closed once more.
            still = [Pick(row, part[row.pk].due_on) for row in rows if row.archived_at == part[row.pk].closed_at]
            made += _call(still, rules)
    return made


def queue_callbacks(ticket: Ticket) -> list[Callback]:
    """Queue a call to everybody who called about a ticket just closed, or about one that was closed with it (R-TKT-07).

    For incidents, whatever the share; `ticket` is the locked row with its `archived_at`. Asked twice it queues once.
    """
    rules = rules_of(ticket.office)
    children = _with_callers(ticket.children.filter(archived_at__isnull=False).values("pk"))
    picks = []
    for row in (ticket, *children.select_for_update(of=("self",))):
        days = rules[row.kind].after_days
        picks.append(Pick(row, add_working_days(row.office, local_date(row.archived_at), days)))
    return _call(picks, rules)


def call_the_day(office: Office, at: dt.datetime) -> bool:
    """Draw once a day, from eight, and tell the desk's clerks how many are to be called.

    Answers whether it was done now. Two workers at once do it once; when it fails nothing is kept, and the next minute
    tries again.
    """
    began = timezone.localtime(at).replace(hour=DRAWN_FROM, minute=0, second=0, microsecond=0)
    beats = Heartbeat.objects.filter(name=f"callbacks-{office.pk}")
    if at < began or beats.filter(at__gte=began).exists():
        return False
    if not beats.exists():
        Heartbeat.objects.bulk_create([Heartbeat(name=f"callbacks-{office.pk}", at=LONG_AGO)], ignore_conflicts=True)
    with transaction.atomic():
        if not beats.filter(at__lt=began).update(at=at):
            return False
        draw_callbacks(office, local_date(at))
        _remind(office, at)
    return True


def is_drawn(ticket: Ticket, closed_at: dt.datetime, share: int) -> bool:
    """Answer whether a closing falls into so many percent; the same closing always or never does."""
    mark = f"{ticket.pk} {closed_at.astimezone(dt.UTC).isoformat()}"
    return int(sha256(mark.encode()).hexdigest()[:8], 16) % 100 < share


def _closed(office: Office, rules: Mapping[str, CallbackRule], day: dt.date) -> Iterable[Pick]:
    """Find what was closed long enough ago, and not too long: one walk through the latest part of the archive."""
    days = _WorkingDays(office, day, most=max(rule.after_days for rule in rules.values()))
    closed = Ticket.objects.of_office(office).filter(state=Ticket.State.ARCHIVED, source_id="")
    needed = ("office", "kind", "archived_at", "is_incident", "incident")
    waiting = set(Callback.objects.of_office(office).waiting().values_list("ticket_id", flat=True))
    for ticket in closed.filter(archived_at__gte=days.begin).only(*needed).order_by("pk").iterator():
        due_on = days.after(local_date(ticket.archived_at), rules[ticket.kind].after_days)
        if due_on and day - ONE_DAY * CATCH_UP <= due_on <= day:
            yield Pick(ticket, due_on, is_waiting=ticket.pk in waiting)


def _is_in(pick: Pick, rule: CallbackRule) -> bool:
    """Answer whether a closing is called back: by its share, by belonging to an incident, or because a call waits."""
    if pick.ticket.is_incident or pick.ticket.incident_id or pick.is_waiting:
        return True
    is_in_force = rule.since is None or pick.due_on >= rule.since
    return is_in_force and is_drawn(pick.ticket, pick.closed_at, rule.share)


def _undrawn(picks: list[Pick]) -> dict[int, Pick]:
    """Leave out the closings of which somebody is or was called already."""
    found = Callback.objects.filter(ticket__in=[pick.ticket.pk for pick in picks])
    drawn = set(found.values_list("ticket_id", "closed_at"))
    return {pick.ticket.pk: pick for pick in picks if (pick.ticket.pk, pick.closed_at) not in drawn}


class _WorkingDays:
    """An office's working days up to today, read with one query."""

    def __init__(self, office: Office, today: dt.date, *, most: int) -> None:
        first = today - ONE_DAY * (CATCH_UP + most * 2 + 20)
        kinds = kinds_between(office, first, today)
        self.days = [day for day, kind in kinds.items() if kind in (Kind.WORKING, Kind.MAKE_UP)]
        self.begin = dt.datetime.combine(first, dt.time(), tzinfo=timezone.get_current_timezone())

    def after(self, day: dt.date, count: int) -> dt.date | None:
        """Return the working day `count` after a day; None when that has not come yet."""
        place = bisect_right(self.days, day) + count - 1
        if count == 0:
            return day
        return self.days[place] if place < len(self.days) else None


def _with_callers(tickets: Any) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk__in=tickets).select_related("office").prefetch_related("callers").order_by("pk")


def _call(picks: list[Pick], rules: Mapping[str, CallbackRule]) -> list[Callback]:
    """Write a callback for each caller of locked tickets; one that waits since an earlier closing moves on to this."""
    known = Callback.objects.filter(ticket__in=[pick.ticket.pk for pick in picks]).select_for_update(of=("self",))
    drawn, waiting = set(), {}
    for row in known:
        drawn.add((row.ticket_id, row.caller_id, row.closed_at))
        if row.state == Callback.State.WAITING:
            waiting[row.ticket_id, row.caller_id] = row
    new, moved = [], []
    for pick in picks:
        ticket, closed_at, due_on = pick.ticket, pick.closed_at, pick.due_on
        form = rules[ticket.kind].form
        for caller in _callers_of(ticket):
            key = (ticket.pk, caller and caller.pk)
            if (*key, closed_at) in drawn:
                continue
            if key in waiting:
                row = waiting[key]
                row.closed_at, row.due_on, row.again_at = closed_at, due_on, None
                moved.append(row)
            else:
                new.append(Callback(ticket=ticket, caller=caller, closed_at=closed_at, due_on=due_on, form=form))
    Callback.objects.bulk_create(new)
    Callback.objects.bulk_update(moved, ["closed_at", "due_on", "again_at"], batch_size=AT_A_TIME)
    activity.record_many([*new, *moved], "draw_callback", by=None)
    return new + moved


def _callers_of(ticket: Ticket) -> list[Caller | None]:
    """Return whom to ask: the ticket's own caller, as None, and everybody added to it.

    What a colleague found on patrol has a caller only where somebody can be called.
    """
    named = ticket.caller_name and ticket.channel != Ticket.Channel.PATROL
    called_here = not ticket.source_id and (named or ticket.caller_phone or ticket.person_id)
    own: list[Caller | None] = [None] if called_here else []
    return [*own, *ticket.callers.all()]


def _remind(office: Office, at: dt.datetime) -> None:
    """Tell the desk's clerks how many wait, on days on which they are at work."""
    count = Callback.objects.of_office(office).due(at).count()
    if count and is_working_day(office, local_date(at)):
        text = format_lazy(_("To be called back today: {count}"), count=count)
        clerks = User.objects.working_in(office, Role.CLERK, Role.STEWARD)
        notify(clerks, text, url=f"{reverse('complaints:callback_list')}?state=due")
