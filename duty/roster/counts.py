"""What is counted over a person's month: minutes, late shifts, weekends, holidays, shifts of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from duty.roster.model import OFF, WEEK, Band, Model
from duty.roster.problem import SPREAD, Code
from duty.roster.targets import counts_for

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUTES = (Code.MINUTES_MAX, Code.MINUTES_MIN, Code.TARGET)


@dataclass(frozen=True)
class Count:
    """One thing counted for one person: `gains[day][shift]`, and what the sum may be."""

    band: Band
    gains: list[list[int]]
    shift: str | None = None

    @property
    def code(self) -> Code:
        """The rule that counts."""
        return self.band.rule.code

    def total(self, row: Sequence[int]) -> int:
        """The count of a row."""
        return sum(gain[s] for gain, s in zip(self.gains, row, strict=True) if s >= 0)


def gains_of(model: Model, code: Code, shift: str | None = None) -> list[list[int]]:
    """What each shift of each day adds to a count."""
    if code in SPREAD:
        cells = range(len(model.codes))
        return model.keep(
            ("gains", code),
            lambda: [[int(counts_for(model, code, d, s)) for s in cells] for d in range(model.days)],
        )
    if shift is None:
        return model.keep("minutes", lambda: [[shift.minutes for shift in model.shifts]] * model.days)
    return model.keep(("gains", shift), lambda: [[int(other == shift) for other in model.codes]] * model.days)


def counts_of(model: Model, p: int) -> list[Count]:
    """Everything that is counted over the horizon for a person, but for whole weekends."""
    return model.keep(("counts", p), lambda: _counts(model, p))


def _counts(model: Model, p: int) -> list[Count]:
    bands = ((code, model.band(p, code)) for code in (*MINUTES, *SPREAD))
    found = [Count(band, gains_of(model, code)) for code, band in bands if band is not None]
    if Code.SHIFT_MAX in model.rules:
        rule = model.rules[Code.SHIFT_MAX]
        for shift, most in model.people[p].shift_max.items():
            if shift in model.index and most < model.days:
                found.append(Count(Band(rule, 0, most), gains_of(model, Code.SHIFT_MAX, shift), shift))
    return found


def weekends_of(model: Model) -> list[tuple[int, ...]]:
    """The weekends by calendar week, each with its days."""
    return model.keep("weekends", lambda: _weekends(model))


def _weekends(model: Model) -> list[tuple[int, ...]]:
    weeks: dict[int, list[int]] = {}
    for day in sorted(model.weekends):
        weeks.setdefault(model.week[day], []).append(day)
    return [tuple(days) for days in weeks.values()]


def weeks_of(model: Model) -> list[range]:
    """The calendar weeks; the first may begin before day 0, the last end after the horizon."""
    first = model.problem.start.weekday()
    return [range(at, at + WEEK) for at in range(-first, model.days, WEEK)]


def before(model: Model, p: int, day: int) -> int | None:
    """What a person worked on a day before day 0; None when that is not known."""
    history = model.history[p]
    return history[day] if -len(history) <= day < 0 else None


def week_start(model: Model, p: int) -> tuple[int, int | None]:
    """Minutes and days off of the first week that lie before day 0; None days off when they are not all known."""
    known = [before(model, p, day) for day in range(-model.problem.start.weekday(), 0)]
    minutes = sum(model.shifts[s].minutes for s in known if s is not None and s >= 0)
    return minutes, None if None in known else known.count(OFF)
