"""The office's own figures for keys (R-KEY-08, R-KEY-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import DeskError
from frontdesk.kit.office_settings import changing
from keys.models import KeySettings

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "keys.change_settings"
LENT_FOR = tuple(f"{kind}_minutes" for kind in ("entrusted", "vacant", "rework", "sealed", "equipment", "other"))
"""The columns that say for how long a kind is lent."""


def change_settings(office: Office, *, by: User, expected: int, **values: Any) -> KeySettings:
    """Set for how long keys are lent, when holders are reminded, when the cabinet is counted.

    Raises:
        Conflict: somebody else saved them meanwhile.
        DeskError: a kind is lent for longer than anything may be; a loan with extensions is shorter than one without.

    """
    with changing(KeySettings, office, values, by=by, permission=CHANGE, expected=expected) as row:
        row.clean_fields(exclude=["office"])
        for name in LENT_FOR:
            if getattr(row, name) > row.longest_minutes:
                raise DeskError(_("That is longer than keys are lent at most."), field=name)
        if row.whole_minutes < row.longest_minutes:
            raise DeskError(_("That is shorter than keys are lent at once."), field="whole_minutes")
    return row
