"""Let two desks act at the same moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at once, each on a connection of its own; return what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 - the refusal is the outcome
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
