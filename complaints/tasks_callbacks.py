"""What is due for promises and callbacks; `complaints.tasks` brings it in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from complaints import services
from frontdesk.estate.models import Office
from frontdesk.kit.tasks import every_tick

if TYPE_CHECKING:
    import datetime as dt

logger = logging.getLogger(__name__)


@every_tick
def remind_of_promises(now: dt.datetime) -> None:
    """Say an hour before what was promised, and once more when it is late (R-TKT-08)."""
    services.remind_of_promises(now)


@every_tick
def draw_callbacks(now: dt.datetime) -> None:
    """Draw each office's callbacks of the day; one office's trouble is not the others' (R-CB-01)."""
    for office in Office.objects.all():
        try:
            services.call_the_day(office, now)
        except Exception:
            logger.exception("callbacks of %s failed in this tick", office.code)
