"""How much work the optimiser may still do: counted in steps of its own, so that the same input ends the same way."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Budget:
    """Units of about a second's work; the clock only caps them, and `stop` lets the caller end early."""

    units: float
    seconds: float
    clock: Callable[[], float] = time.monotonic
    stop: Callable[[], bool] = field(default=lambda: False)
    spent: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.clock()
        self.stopped = False

    def spend(self, units: float) -> None:
        """Count work that was done."""
        self.spent += units

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.began

    @property
    def left(self) -> float:
        """Units that may still be spent; no more than the clock leaves where it is what ends the work."""
        return max(min(self.units - self.spent, self.seconds - self.elapsed), 0.0)

    def over(self) -> bool:
        """Whether to come to an end."""
        if not self.stopped:
            self.stopped = self.spent >= self.units or self.elapsed >= self.seconds or self.stop()
        return self.stopped


def whole(bound: float) -> float:
    """The least whole number that a bound leaves."""
    return math.ceil(bound - 1e-6) if math.isfinite(bound) else bound
