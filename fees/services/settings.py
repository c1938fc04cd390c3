"""The office's own figures for fees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from fees.models import FeeSettings
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.office_settings import changing

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "fees.change_settings"


def change_settings(office: Office, *, by: User, expected: int, **values: Any) -> FeeSettings:
    """Set when bills are due, what is reduced, how visits are charged, when households are reminded.

    Late fees run from the day on which a rate is first set: the days before were free of them.

    Raises:
        Conflict: somebody else saved them meanwhile.
        DeskError: a letter would go out before the reminder.

    """
    if "late_rate" in values:
        since = FeeSettings.of(office).late_since or local_date()
        values["late_since"] = since if values["late_rate"] else None
    with changing(FeeSettings, office, values, by=by, permission=CHANGE, expected=expected) as row:
        row.clean_fields(exclude=["office"])
        if not row.notice_days < row.letter_days < row.final_days:
            raise DeskError(_("Reminder, letter and final letter follow one another."), field="letter_days")
        if row.free_minutes >= row.visit_minutes:
            raise DeskError(_("A visit lasts longer than it is free."), field="visit_minutes")
    return row
