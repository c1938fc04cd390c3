"""What is due by itself: once a month somebody is told to count the cabinet. Reminders of loans: see home/tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.kit.tasks import every_tick
from keys import services

if TYPE_CHECKING:
    import datetime as dt


@every_tick
def remind_of_stocktake(now: dt.datetime) -> None:
    """Remind of the monthly count (R-KEY-09)."""
    services.remind_of_stocktake(now)
