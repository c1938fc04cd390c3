"""What happens by itself: next month is drafted on its day, and somebody is told when nothing is published (R-DUTY-01).

A tick only asks what is due and missing, so a dead, doubled or late one changes nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from duty.models import DutySettings, Roster, Rostered
from duty.services.drafting import DRAFT, begin_roster, order_draft
from duty.workflow import RosterState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Heartbeat
from frontdesk.kit.notifications import notify
from frontdesk.kit.periods import month_of, next_month
from frontdesk.staff.models import User

if TYPE_CHECKING:
    import datetime as dt

logger = logging.getLogger(__name__)


def draft_due_months(now: dt.datetime) -> None:
    """Begin and order the draft of next month for each office whose day has come and that has none."""
    today = local_date(now)
    month = next_month(today.replace(day=1))
    for office in _offices(month):
        if today.day < DutySettings.of(office).draft_day:
            continue
        if Roster.objects.filter(office=office, month=month).exists():
            continue
        _draft(office, month)


def _draft(office: Office, month: dt.date) -> None:
    """Begin a month and order its draft together or not at all; what cannot be drafted is said to the supervisor."""
    try:
        with transaction.atomic():
            roster = begin_roster(office=office, by=None, month=month)
            if roster.job_id is None and roster.state == RosterState.DRAFT:
                order_draft(roster, by=None)
    except DeskError as error:
        begin_roster(office=office, by=None, month=month)  # empty, so that this is said once
        text = _("The roster of %(month)s could not be drafted: %(reason)s")
        tell(
            office, text % {"month": f"{month:%Y-%m}", "reason": error}, Roster.objects.get(office=office, month=month)
        )


def remind_of_publishing(now: dt.datetime) -> None:
    """Tell the supervisors, once a day from the month's last day on, that the month is not published."""
    today = local_date(now)
    is_last = today == month_of(today).last
    month = next_month(today.replace(day=1)) if is_last else today.replace(day=1)
    midnight = month_of(today).since + ONE_DAY * (today.day - 1)
    for office in _offices(month):
        roster = Roster.objects.filter(office=office, month=month).first()
        if (roster is None and not is_last) or (roster is not None and roster.state == RosterState.PUBLISHED):
            continue
        if Heartbeat.claim(f"duty-unpublished-{office.pk}", since=midnight, at=now):
            text = _("The roster of %(month)s is not published yet.") % {"month": f"{month:%Y-%m}"}
            tell(office, text, roster)


def tell(office: Office, text: object, roster: Roster | None = None) -> None:
    """Tell everybody who makes an office's rosters."""
    url = "" if roster is None else roster.get_absolute_url()
    notify(User.objects.who_may(DRAFT, office), text, url=url)


def _offices(month: dt.date) -> list[Office]:
    """Return the offices with somebody on the roster in a month."""
    rows = Rostered.objects.all().between(month, month_of(month).last)
    return list(Office.objects.filter(pk__in=rows.values("office")).order_by("pk"))
