"""Speaking with households about what they owe: written down, promises kept in sight, numbers on record (R-FEE-10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, DunningCall
from frontdesk.estate.models import Office, Person, Tenure
from frontdesk.estate.services import watch_reveals
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Heartbeat
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from frontdesk.estate.models import Unit

CHASE = "fees.chase_arrears"
Result = DunningCall.Result
PROMISED_AT_MOST = dt.timedelta(days=366)
ASKED_FROM = dt.time(8)
"""Nobody is rung up about promises before the desk opens."""


@dataclass(frozen=True)
class Called:
    """Somebody of a household that owes: whose number is looked at, and the page one comes back to."""

    unit: Unit
    person: Person

    def get_absolute_url(self) -> str:
        """Return the page of what the household owes."""
        return reverse("fees:arrears", args=[self.unit.pk])


def log_call(
    unit: Unit,
    *,
    result: str,
    by: User,
    way: str = DunningCall.Way.PHONE,
    person: Person | None = None,
    promised_on: dt.date | None = None,
    note: str = "",
) -> DunningCall:
    """Write down that somebody spoke, or tried to speak, with a household about what it owes.

    Raises:
        DeskError: a promise without its day, a day that has passed or lies more than a year ahead; refusal or dispute
            without a word of what they said; nothing is overdue.

    """
    require(by, CHASE, unit)
    if result == Result.PROMISED and promised_on is None:
        raise DeskError(_("Write down for which day they promised it."), field="promised_on")
    if promised_on is not None and not local_date() <= promised_on <= local_date() + PROMISED_AT_MOST:
        raise DeskError(_("The day lies from today to a year ahead."), field="promised_on")
    if result in (Result.DISPUTES, Result.REFUSES) and not note.strip():
        raise DeskError(_("Write down what they said."), field="note")
    owed = Bill.objects.filter(unit=unit).overdue().owed()
    if not owed:
        raise DeskError(_("Nothing is overdue: they have paid meanwhile."))
    call = DunningCall.objects.create(
        unit=unit,
        person=person,
        way=way,
        result=result,
        promised_on=promised_on if result == Result.PROMISED else None,
        owed=owed,
        note=note.strip(),
        by=by,
    )
    activity.record(call, "log_call", by=by, note=call.note)
    return call


def people_of(unit: Unit) -> list[Tenure]:
    """Return who can be spoken to about a unit: those of today with a number, owners first."""
    rows = Tenure.objects.current().filter(unit=unit).select_related("person").prefetch_related("person__phones")
    order = list(Tenure.Role.values)
    return sorted(rows, key=lambda row: (order.index(row.role), row.pk))


def reveal_debtor(called: Called, *, by: User) -> str:
    """Return the number of somebody of a household that owes, on record with that person (R-EST-04).

    Raises:
        PermissionDenied: this person does not chase arrears here.

    """
    require(by, CHASE, called.unit)
    phone = called.person.phones.first()
    if phone is None or not Bill.objects.filter(unit=called.unit).overdue().exists():
        return ""
    with transaction.atomic():
        note = str(_("Arrears of %(unit)s") % {"unit": called.unit})
        activity.record(called.person, "reveal_person", by=by, note=note)
        watch_reveals(called.person, by=by)
    number: str = phone.number
    return number


def remind_of_promises(at: dt.datetime) -> int:
    """Tell once a day whoever was promised money by a day that has passed, while something is still owed."""
    local = timezone.localtime(at)
    if local.time() < ASKED_FROM:
        return 0
    since = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return sum(_remind_office(office, since, at) for office in Office.objects.order_by("pk"))


def _remind_office(office: Office, since: dt.datetime, at: dt.datetime) -> int:
    broken = DunningCall.objects.filter(unit__office=office).broken(local_date(at))
    owing = Bill.objects.filter(office=office).overdue(local_date(at)).values("unit")
    rows = broken.filter(unit__in=owing).order_by().values_list("by", "unit")
    told: dict[int, int] = {}
    for person, _unit in rows:
        told[person] = told.get(person, 0) + 1
    if not told:
        return 0
    with transaction.atomic():
        if not Heartbeat.claim(f"promises-{office.pk}", since=since, at=at):
            return 0
        for person in User.objects.working_in(office).filter(pk__in=told):
            sentence = format_lazy(
                _("{count} households promised to pay and have not: call again."), count=told[person.pk]
            )
            notify([person], sentence, url=f"{reverse('fees:arrears_list')}?promise=broken")
    return sum(told.values())
