"""Until when a key may be away: the office's figures, the last day of letter and entrustment (R-KEY-03, R-KEY-08)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from keys.models import KeySettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.estate.models import Office
    from keys.models import Key, Loan

DAY = 24 * 60


def usual_due(office: Office, keys: Sequence[Key], letter_until: dt.date | None = None) -> dt.datetime:
    """Return until when keys like these are lent: the office's figure for their kind, the shortest of several.

    It reaches no further than the last day of the letter and of what the owner entrusted, as long as that is to come.
    """
    own = KeySettings.of(office)
    usual = now() + dt.timedelta(minutes=min(own.minutes_for(key.kind) for key in keys))
    last = min(filter(None, [letter_until, *(key.entrusted_until for key in keys)]), default=None)
    return usual if last is None or _end_of(last) <= now() else min(usual, _end_of(last))


def check_due(loan: Loan, keys: Sequence[Key]) -> None:
    """Refuse a due time that is over, too far off, or later than the letter or the entrustment reaches.

    Raises:
        DeskError: which of them, with the day.

    """
    if loan.due_at is None:  # never for a loan; a slip of what is given back for good has none
        return
    if loan.due_at <= now():
        raise DeskError(_("This time is over already."), field="due_at")
    own = KeySettings.of(loan.office)
    if loan.due_at > now() + dt.timedelta(minutes=own.longest_minutes + 1):
        days = round(own.longest_minutes / DAY, 1)
        raise DeskError(_("Keys are lent for %(days)g days at most.") % {"days": days}, field="due_at")
    if loan.due_at > loan.lent_at + dt.timedelta(minutes=own.whole_minutes + 1):
        days = round(own.whole_minutes / DAY, 1)
        message = _("With all extensions a key is away for %(days)g days at most: take it back and lend it anew.")
        raise DeskError(message % {"days": days}, field="due_at")
    _check_last_days(loan, keys, local_date(loan.due_at))


def _check_last_days(loan: Loan, keys: Sequence[Key], day: dt.date) -> None:
    if loan.letter_until is not None and day > loan.letter_until:
        words = {"date": loan.letter_until.isoformat()}
        message = _("The letter of authority is valid until %(date)s only: the key must be back by then.")
        raise DeskError(message % words, field="due_at")
    for key in keys:
        if key.entrusted_until is not None and day > key.entrusted_until:
            words = {"tag": key.tag, "date": key.entrusted_until.isoformat()}
            message = _("%(tag)s is entrusted until %(date)s only: it must be back by then.")
            raise DeskError(message % words, field="due_at")


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))
