"""Keys that should be back: the bell before and after, a call to the holder, each written down (R-KEY-08)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Office
from frontdesk.estate.services import watch_reveals
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import must_be_said
from frontdesk.kit.models import Heartbeat
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.staff.models import User
from keys.models import Key, KeySettings, LentKey, Loan, Reminder, StockTake
from keys.services.lending import locked_open

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    OnDuty = Callable[[Office, dt.datetime], Collection[int]]
    """Whose published shift is on at a moment: the keys of their accounts, none where no roster says so."""

Kind = Reminder.Kind
MOST_STEPS = 1000
SHIFT = dt.timedelta(hours=4)
"""Where no roster says who is on duty, who did something here within this time is at the desk."""
SOON = _("Due at {due}: {tags}, {name} ({number})")
LATE = _("Overdue since {due}: {tags}, {name} ({number})")
CALL = _("Please call {name}: {tags} should have been back at {due} ({number})")


def remind_holders(at: dt.datetime, *, on_duty: OnDuty = lambda _office, _at: ()) -> int:
    """Remind of every slip that is due soon or overdue, office by office; return how many reminders were given.

    What is lost is not asked for again: it stays on the desk until it is found or the lock is changed.

    A colleague who has the key finds it in the bell. Others have none: whoever lent the key and who is at the desk are
    told to call them. From the second reminder on the supervisors hear of it. However often this is asked, each
    reminder is given once, in one row that says who was told. `on_duty` is what the duty roster says, which lies above
    this app; who is on it and lends keys is at the desk.
    """
    return sum(_remind_office(office, at, on_duty) for office in Office.objects.order_by("pk"))


def call_holder(loan: Loan, *, note: str, by: User) -> Reminder:
    """Write down that somebody called the holder of keys, and what was said.

    Raises:
        Conflict: everything is back meanwhile.
        DeskError: nothing was written.

    """
    note = must_be_said(note, _("Write down what the holder said."), field="note")
    with transaction.atomic():
        fresh = locked_open(loan, by=by, permission="keys.lend_key")
        reminder = Reminder.objects.create(
            loan=fresh, kind=Kind.CALL, due_at=fresh.due, by=by, told=fresh.name, note=note
        )
        activity.record(fresh, "call_holder", by=by, note=note)
    return reminder


def may_reveal_holder(loan: Loan, user: User) -> bool:
    """Answer whether this person may see the holder's number: to call them, while keys are out."""
    return bool(loan.phone_number) and loan.is_open and user.has_perm("keys.lend_key", loan)


def reveal_holder(loan: Loan, *, by: User) -> str:
    """Return the number of whoever has the keys in full, on record; empty where none is known (R-EST-04).

    Raises:
        PermissionDenied: this person does not lend keys here.

    """
    require(by, "keys.lend_key", loan)
    if not may_reveal_holder(loan, by):
        return ""
    with transaction.atomic():
        activity.record(loan, "reveal_holder", by=by)
        if loan.person is not None and loan.is_of_register:
            activity.record(loan.person, "call_person", by=by, note=str(loan))
        watch_reveals(loan, by=by)
    return loan.phone_number


def remind_of_stocktake(at: dt.datetime) -> int:
    """Remind the supervisors once a month to count the cabinet, from the office's day on (R-KEY-09)."""
    return sum(_remind_to_count(office, at) for office in Office.objects.order_by("pk"))


def _remind_office(office: Office, at: dt.datetime, on_duty: OnDuty) -> int:
    own = KeySettings.of(office)
    open_loans = Loan.objects.filter(office=office).with_key_out().select_related("office", "colleague", "lent_by")
    asked: list[tuple[Loan, str, int]] = [
        (loan, Kind.BEFORE, 0) for loan in open_loans.due_soon(at + dt.timedelta(minutes=own.remind_before), at)
    ]
    for loan in open_loans.overdue(at):
        late = (at - loan.due).total_seconds() / 60
        asked.append((loan, Kind.AFTER, min(int(late // max(own.remind_every, 1)), MOST_STEPS)))
    if not asked:
        return 0
    rows = Reminder.objects.filter(loan__in=[loan for loan, _kind, _step in asked], by__isnull=True)
    given = set(rows.values_list("loan", "kind", "step", "due_at"))
    new = [(loan, kind, step) for loan, kind, step in asked if (loan.pk, kind, step, loan.due) not in given]
    desk = _at_the_desk(office, at, on_duty) if new else []
    return sum(_remind(loan, kind, step, at, desk) for loan, kind, step in new)


def _at_the_desk(office: Office, at: dt.datetime, on_duty: OnDuty) -> list[User]:
    """Return who lends keys and is on duty by the roster; without one, who did something here lately."""
    people = User.objects.who_may("keys.lend_key", office)
    return list(people.filter(pk__in=on_duty(office, at))) or list(people.acting_since(at - SHIFT, office))


def _remind(loan: Loan, kind: str, step: int, at: dt.datetime, desk: list[User]) -> bool:
    """Give one reminder; of two sweeps at once one gives it."""
    people = _readers(loan, step if kind == Kind.AFTER else 0, desk)
    told = "、".join(str(person) for person in people)[:300]
    try:
        with transaction.atomic():
            row = Reminder.objects.create(loan=loan, kind=kind, step=step, due_at=loan.due, at=at, told=told)
            activity.record(loan, "remind_holder", by=None, note=f"{row.get_kind_display()} · {told}")
            for person in people:
                notify([person], _sentence(loan, kind, person), url=loan.get_absolute_url())
    except IntegrityError:
        return False
    return True


def _readers(loan: Loan, step: int, desk: list[User]) -> list[User]:
    """Return who is told: the colleague who has it, whoever lent it, who is at the desk, and later the supervisors.

    Everybody who lends keys is told only where none of these is left.
    """
    named = {loan.lent_by_id, loan.colleague_id} - {None}
    at_work = User.objects.working_in(loan.office).filter(pk__in=named)
    found = {person.pk: person for person in at_work}
    found |= {person.pk: person for person in desk}
    if loan.lent_by_id not in found or step > 0:
        found |= {person.pk: person for person in User.objects.who_may("keys.excuse_loan", loan.office)}
    return list(found.values()) or list(User.objects.who_may("keys.lend_key", loan.office))


def _sentence(loan: Loan, kind: str, person: User) -> Any:
    text = SOON if kind == Kind.BEFORE else LATE if person.pk == loan.colleague_id else CALL
    if loan.colleague_id and kind == Kind.AFTER:
        text = LATE
    due = timezone.localtime(loan.due)
    return format_lazy(text, due=f"{due:%m-%d %H:%M}", tags=tags_out(loan), name=loan.name, number=loan.number)


def tags_out(loan: Loan) -> str:
    """Return the tags of the keys on a slip that can still be brought back."""
    out = LentKey.objects.out().filter(loan=loan, key__state=Key.State.OUT)
    rows: Iterable[str] = out.order_by("key__tag").values_list("key__tag", flat=True)
    return "、".join(rows)


def _remind_to_count(office: Office, at: dt.datetime) -> bool:
    today = local_date(at)
    if today.day < KeySettings.of(office).stocktake_day:
        return False
    begin = timezone.make_aware(dt.datetime.combine(today.replace(day=1), dt.time()))
    if StockTake.objects.filter(office=office).closed_since(begin).exists():
        return False
    if not Key.objects.of_office(office).kept().exists():
        return False
    with transaction.atomic():
        if not Heartbeat.claim(f"stocktake-{office.pk}", since=begin, at=at):
            return False
        people = User.objects.who_may("keys.excuse_loan", office)
        notify(people, _("The key cabinet has not been counted this month."), url=reverse("keys:stocktake_list"))
    return True
