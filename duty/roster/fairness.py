"""Who carries how much: hours, late, weekend and holiday shifts and wishes, beside the fair share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from duty.roster.counts import gains_of
from duty.roster.model import model_of
from duty.roster.problem import SPREAD, Assignments, Code, Key, Problem
from duty.roster.rows import refused
from duty.roster.targets import fair

if TYPE_CHECKING:
    from duty.roster.model import Model


@dataclass(frozen=True)
class Tally:
    """A person's count in this horizon, this year's before it, and what would be fair in it."""

    count: int
    carried: int
    fair: float


@dataclass(frozen=True)
class Share:
    """What one person carries."""

    person: Key
    minutes: int
    target: int | None
    shifts: int
    late: Tally
    weekend: Tally
    holiday: Tally
    granted: int
    refused: int


@dataclass(frozen=True)
class Fairness:
    """Everybody's share and the means."""

    shares: tuple[Share, ...]

    def mean(self, what: str) -> float:
        """The mean of minutes, shifts, granted, refused, or of the counts late, weekend, holiday."""
        values = [getattr(share, what) for share in self.shares]
        numbers = [value.count if isinstance(value, Tally) else value for value in values]
        return sum(numbers) / len(numbers) if numbers else 0.0


def fairness(problem: Problem, assignments: Assignments) -> Fairness:
    """Everybody's share, in the order of the people; fair shares are reckoned whether or not a rule asks for them."""
    model = model_of(problem)
    aims = {code: fair(model, code) for code in SPREAD}
    return Fairness(tuple(share(model, p, row, aims) for p, row in enumerate(model.rows(assignments))))


def share(model: Model, p: int, row: list[int], aims: dict[Code, list[float]]) -> Share:
    """One person's."""
    person = model.people[p]
    worked = [(d, s) for d, s in enumerate(row) if s >= 0]
    tallies = {
        str(code): Tally(sum(gains[d][s] for d, s in worked), person.carried.get(code, 0), aims[code][p])
        for code in SPREAD
        if (gains := gains_of(model, code))
    }
    target, missed = model.band(p, Code.TARGET), len(list(refused(model, p, row)))
    return Share(
        person.id,
        minutes=sum(model.shifts[s].minutes for _, s in worked),
        target=None if target is None else (target.low + target.high) // 2,
        shifts=len(worked),
        granted=len(person.wishes) - missed,
        refused=missed,
        late=tallies[Code.LATE],
        weekend=tallies[Code.WEEKEND],
        holiday=tallies[Code.HOLIDAY],
    )
