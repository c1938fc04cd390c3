"""A vacant unit pays less, on the owner's application, once the manager agrees; it ends by itself (R-FEE-02)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from fees.models import FeeSettings, Reduction
from fees.reckoning import months_between
from fees.services.deciding import decide, tell_deciders, tell_who_asked
from frontdesk.estate.models import Tenure
from frontdesk.estate.services.writing import refusing_doubles, same_office
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Person, Unit
    from frontdesk.staff.models import User


LONGEST = 36
"""Months for which a reduction is applied for at a time."""
EARLIEST = dt.date(1990, 1, 1)


def request_reduction(
    unit: Unit,
    *,
    applicant: Person,
    vacant_since: dt.date,
    starts: dt.date,
    ends: dt.date,
    reason: str,
    by: User,
    paper: UploadedFile | None = None,
) -> Reduction:
    """Take in an owner's application; what the register knows of these months is kept with it.

    Raises:
        DeskError: it is no owner who applies; the unit has not stood vacant long enough by then; the days cross
            those of another reduction; without a reason.
        Conflict: an application for this unit waits for a decision.

    """
    require(by, "fees.request_reduction", unit)
    same_office(unit, applicant)
    reason = must_be_said(reason, _("Write down what the owner says."), field="reason")
    figures = FeeSettings.of(unit.office)
    owners = Tenure.objects.current().filter(unit=unit, person=applicant, role=Tenure.Role.OWNER)
    if not owners.exists():
        raise DeskError(_("Only an owner of the unit can apply."), field="applicant")
    _check_days(vacant_since, starts, ends, figures.vacancy_months)
    with transaction.atomic():
        request = Reduction(
            unit=unit,
            applicant=applicant,
            vacant_since=vacant_since,
            starts=starts,
            ends=ends,
            percent=figures.vacancy_share,
            reason=reason,
            requested_by=by,
            evidence=what_speaks(unit, vacant_since),
        )
        _refuse_crossing(request)
        with refusing_doubles(str(_("An application for this unit waits for a decision."))):
            request.save(force_insert=True)
        activity.record(request, "request_reduction", by=by, after=activity.snapshot(request), note=reason)
        if paper:
            attach(request, paper, by=by)
        text = _("{by} asks for less for the vacant unit {unit}")
        tell_deciders(request, format_lazy(text, by=by, unit=unit), by=by)
    return request


def approve_reduction(request: Reduction, *, by: User, note: str = "") -> Reduction:
    """Agree: bills made from now on are reduced for the days it covers; those that are out stay as they are.

    Raises:
        Conflict: it was decided meanwhile.
        DeskError: the days cross those of another reduction by now.

    """
    with apply("approve_reduction", request, by=by, note=note) as fresh:
        _refuse_crossing(fresh)
        decide(fresh, by=by, note=note)
    tell_who_asked(fresh, _("{by} approved the reduction of {request}. {note}"), by=by)
    return fresh


def refuse_reduction(request: Reduction, *, note: str, by: User) -> Reduction:
    """Refuse it, with a reason.

    Raises:
        Conflict: it was decided or withdrawn meanwhile.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why not."), field="note")
    with apply("refuse_reduction", request, by=by, note=note) as fresh:
        decide(fresh, by=by, note=note)
    tell_who_asked(fresh, _("{by} refused the reduction of {request}: {note}"), by=by)
    return fresh


def withdraw_reduction(request: Reduction, *, by: User, note: str = "") -> Reduction:
    """Take the application back.

    Raises:
        Conflict: it was decided meanwhile.

    """
    with apply("withdraw_reduction", request, by=by, note=note) as fresh:
        pass
    return fresh


def end_reduction(request: Reduction, *, note: str, by: User, last_day: dt.date | None = None) -> Reduction:
    """End a reduction before its time, because somebody lives there again; its last day is today or the day given.

    Raises:
        Conflict: it has ended by itself.
        DeskError: without a reason; a day outside its time.

    """
    note = must_be_said(note, _("Say why it ends."), field="note")
    with apply("end_reduction", request, by=by, note=note) as fresh:
        day = last_day or local_date()
        if day > fresh.ends:
            raise DeskError(_("It would end later, not earlier."), field="last_day")
        if day < fresh.starts - ONE_DAY:
            raise DeskError(_("That is before it began."), field="last_day")
        fresh.ends = max(day, fresh.starts)
    return fresh


def what_speaks(unit: Unit, since: dt.date) -> list[dict[str, Any]]:
    """Return what the register knows about a unit standing vacant: who was registered as living there since then.

    Each entry is {"kind", "text", "speaks": "against" | "for"}; key loans and inspections are shown beside it.
    """
    living = Tenure.objects.filter(unit=unit, role__in=[Tenure.Role.TENANT, Tenure.Role.FAMILY])
    found = [
        {"kind": "tenure", "text": f"{row.person} {row.starts or ''} – {row.ends or ''}", "speaks": "against"}
        for row in living.select_related("person")
        if row.ends is None or row.ends >= since
    ]
    if not found:
        found.append({"kind": "tenure", "text": "", "speaks": "for"})
    return found


def _check_days(vacant_since: dt.date, starts: dt.date, ends: dt.date, months: int) -> None:
    if ends < starts:
        raise DeskError(_("The last day lies before the first."), field="ends")
    if months_between(starts, ends) >= LONGEST:
        raise DeskError(_("At most three years are applied for at a time."), field="ends")
    if vacant_since < EARLIEST:
        raise DeskError(_("This day lies too far back."), field="vacant_since")
    if starts < vacant_since or months_between(vacant_since, starts) < months:
        message = _("By that day it has not stood vacant for %(months)s months.")
        raise DeskError(message % {"months": months}, field="starts")


def _refuse_crossing(request: Reduction) -> None:
    others = Reduction.objects.granted().filter(unit=request.unit).exclude(pk=request.pk)
    if others.filter(starts__lte=request.ends, ends__gte=request.starts).exists():
        raise DeskError(_("The unit is reduced on some of these days already."), field="starts")
