"""The office's own figures for duty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from duty.models import DutySettings
from frontdesk.kit.office_settings import changing

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "duty.change_settings"


def change_settings(office: Office, *, by: User, expected: int, **values: Any) -> DutySettings:
    """Set when next month's roster is drafted by itself, the hours of a week, and how soon findings are planned.

    Raises:
        Conflict: somebody else saved them meanwhile.

    """
    with changing(DutySettings, office, values, by=by, permission=CHANGE, expected=expected) as row:
        row.clean_fields(exclude=["office"])
    return row
