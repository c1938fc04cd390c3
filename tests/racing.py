"""Several people at the same moment, each with a connection of their own."""

from __future__ import annotations

import threading

from django.db import connection


def together(*acts):
    """Run the acts at the same moment; return what each gave or raised."""
    gate = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(place, act):
        try:
            gate.wait(10)
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 - the outcome is what is looked at
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def kinds(outcomes):
    """Return the names of what came out, in the order of the alphabet."""
    return sorted(type(outcome).__name__ for outcome in outcomes)
