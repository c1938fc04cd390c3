"""What is due by itself and needs more than one app to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duty.services.now import people_on_duty
from frontdesk.kit.tasks import every_tick
from keys import services as keys

if TYPE_CHECKING:
    import datetime as dt


@every_tick
def remind_holders(now: dt.datetime) -> None:
    """Remind of keys before and after they are due; whoever the roster has at the desk hears of it (R-KEY-08)."""
    keys.remind_holders(now, on_duty=people_on_duty)
