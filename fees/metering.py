"""What was used between two readings of a meter, without the database: roll-over, unusual use (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = Decimal(0)
END_OF_DIAL = Decimal("0.9")
"""A meter that has begun at 0 again stood in the last tenth of its dial before, and stands in the first tenth now."""


class Use(NamedTuple):
    """How much was used, times the multiplier, and whether the meter began at 0 again meanwhile."""

    used: Decimal
    rolled_over: bool


class TooHighError(ValueError):
    """The meter has fewer digits than the reading."""


class LowerError(ValueError):
    """The reading lies below the one before, and the meter cannot have begun at 0 again."""


def used_between(before: Decimal, value: Decimal, *, digits: int, multiplier: Decimal = Decimal(1)) -> Use:
    """Return what was used from one reading to the next.

    Raises:
        TooHighError: the meter cannot show this.
        LowerError: less than before, without a roll-over: misread, or another meter.

    """
    dial = Decimal(10) ** digits
    if value >= dial or value < 0:
        raise TooHighError
    if value >= before:
        return Use((value - before) * multiplier, rolled_over=False)
    if before < dial * END_OF_DIAL or value > dial * (1 - END_OF_DIAL):
        raise LowerError
    return Use((dial - before + value) * multiplier, rolled_over=True)


def usual_use(history: Iterable[tuple[int, Decimal]], days: int) -> Decimal | None:
    """Return what would be usual for some days, going by earlier (days, used); None where there is nothing to go by."""
    rows = [(length, used) for length, used in history if length > 0]
    known = sum(length for length, _used in rows)
    if not known:
        return None
    used = sum((used for _length, used in rows), NOTHING)
    return (used * days / known).quantize(Decimal("0.001"))


def is_jump(used: Decimal, usual: Decimal | None, *, factor: int) -> bool:
    """Answer whether a use is to be looked at before it is billed: more than so many times the usual."""
    return usual is not None and used > usual * factor
