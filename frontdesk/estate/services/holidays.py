"""An office's own corrections of the calendar: the State Council's late notice, a day the office itself decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict
from frontdesk.kit.models import Holiday
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office

CHANGE = "estate.change_holiday"


def add_holiday(*, office: Office, by: Any, date: dt.date, kind: str, name: str = "") -> Holiday:
    """Say what a date is for this office, whatever the calendar says."""
    require(by, CHANGE, office)
    with transaction.atomic():
        with refusing_doubles(_("This date has a correction already; remove that one first."), field="date"):
            holiday = Holiday.objects.create(office=office, date=date, kind=kind, name=name)
        activity.record(office, "add_holiday", by=by, after={"kind": str(kind)}, note=str(holiday).strip())
    return holiday


def remove_holiday(holiday: Holiday, *, by: Any) -> Office:
    """Take a correction back: the date is again what the calendar says."""
    require(by, CHANGE, holiday)
    office: Any = holiday.office
    with transaction.atomic():
        if not Holiday.objects.filter(pk=holiday.pk).delete()[0]:
            raise Conflict(_("This correction has been removed already."))
        before, after = {"kind": holiday.kind}, {"kind": None}
        activity.record(office, "remove_holiday", by=by, before=before, after=after, note=str(holiday).strip())
    return office
