"""What an office decides about goods that leave (R-GDS-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import DeskError
from frontdesk.kit.office_settings import changing
from movein.models import GoodsSettings

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "movein.change_settings"


def change_settings(office: Office, *, by: User, expected: int, **values: Any) -> GoodsSettings:
    """Set whether the owner is asked when a tenant moves out, and the hours in which things are moved.

    Passes taken in before keep what was asked of them then.

    Raises:
        Conflict: somebody else saved them meanwhile.
        DeskError: the hours end before they begin.

    """
    with changing(GoodsSettings, office, values, by=by, permission=CHANGE, expected=expected) as row:
        if row.last_time <= row.first_time:
            raise DeskError(_("The hours end before they begin."), field="last_time")
    return row
