"""Who else could: alternatives to an assignment, exchanges, and stand-ins, each with what it costs and breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from duty.roster.counts import week_start
from duty.roster.model import OFF, Model, Violation, model_of
from duty.roster.problem import Assignments, Cell, Code, Key, Problem
from duty.roster.verdict import Changes, Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

TAKE, EXCHANGE = "take", "exchange"


@dataclass(frozen=True)
class Alternative:
    """Somebody else in a cell: they take it on a day off, or give `shift` of `day` for it."""

    person: Key
    how: str
    difference: Difference
    day: int | None = None
    shift: str | None = None

    @property
    def cost(self) -> int:
        """The points it costs more; fewer when below 0."""
        return self.difference.cost

    @property
    def hard(self) -> tuple[Violation, ...]:
        """The hard rules that exclude it."""
        return self.difference.hard


@dataclass(frozen=True)
class StandIn:
    """Somebody who could take a shift, with what counts for and against them."""

    person: Key
    difference: Difference
    minutes: int
    week_minutes: int
    shifts: int
    called: int
    """How often this year (`Person.carried["called"]`)."""

    @property
    def cost(self) -> int:
        """The points it costs more than the hole."""
        return self.difference.cost


@dataclass(frozen=True)
class StandIns:
    """Who could take a shift, the best first; who could not, with the rules that exclude them."""

    ranked: tuple[StandIn, ...]
    excluded: dict[Key, tuple[Violation, ...]]


def alternatives(problem: Problem, assignments: Assignments, person: Key, day: int) -> list[Alternative]:
    """Why me: everybody who could have a person's shift instead, the cheapest lawful ones first.

    For each other person the cheapest way: taking it, or exchanging it for one of theirs.
    """
    model = model_of(problem)
    changes = Changes(model, model.rows(assignments))
    p = model.number[person]
    if changes.rows[p][day] == OFF:
        return []
    found = [best for q in range(len(model.people)) if q != p and (best := cheapest(changes, p, q, day))]
    return sorted(found, key=rank)


def rank(alternative: Alternative) -> tuple[bool, int, int, bool]:
    """Lawful ones first, then the cheapest, then the plainest."""
    return bool(alternative.hard), len(alternative.hard), alternative.cost, alternative.how == EXCHANGE


def cheapest(changes: Changes, p: int, q: int, day: int) -> Alternative | None:
    """The cheapest way for q to have p's shift of a day."""
    return min(ways(changes, p, q, day), key=rank, default=None)


def ways(changes: Changes, p: int, q: int, day: int) -> Iterator[Alternative]:
    """Every way for q to have p's shift of a day: on a day off, for the same day's shift, for another day's."""
    model, mine, theirs = changes.model, changes.rows[p], changes.rows[q]
    shift, other = mine[day], model.people[q].id
    if theirs[day] == shift:
        return
    if theirs[day] != OFF:
        cells = {(p, day): theirs[day], (q, day): shift}
        yield Alternative(other, EXCHANGE, changes.difference(cells), day, model.codes[theirs[day]])
        return
    take = changes.difference({(p, day): OFF, (q, day): shift})
    yield Alternative(other, TAKE, take)
    if any(violation.rule in {Code.UNAVAILABLE, Code.UNQUALIFIED} for violation in take.hard):
        return
    for d, s in enumerate(theirs):
        if s != OFF and mine[d] == OFF and d not in model.frozen[q] and model.barred(p, d, s) is None:
            cells = {(p, day): OFF, (q, day): shift, (p, d): s, (q, d): OFF}
            yield Alternative(other, EXCHANGE, changes.difference(cells), d, model.codes[s])


def swap(problem: Problem, assignments: Assignments, one: Cell, other: Cell) -> Difference:
    """What it would break, mend and cost if two people exchanged two cells.

    On one day they exchange what they work; on two days each takes the other's shift and is off on their own.
    """
    model = model_of(problem)
    rows = model.rows(assignments)
    (p, day), (q, other_day) = (model.number[one[0]], one[1]), (model.number[other[0]], other[1])
    mine, theirs = rows[p][day], rows[q][other_day]
    cells = {(p, day): OFF, (q, other_day): OFF} | {(p, other_day): theirs, (q, day): mine}
    return Changes(model, rows).difference(cells)


def stand_ins(problem: Problem, assignments: Assignments, day: int, shift: str, without: Key | None = None) -> StandIns:
    """Who could take a shift of a day, instead of a person or beside those who are there."""
    model = model_of(problem)
    rows = model.rows(assignments)
    if without is not None:
        rows[model.number[without]][day] = OFF
    changes, s = Changes(model, rows), model.index[shift]
    ranked: list[StandIn] = []
    excluded: dict[Key, tuple[Violation, ...]] = {}
    for q, person in enumerate(model.people):
        if person.id == without:
            continue
        if rows[q][day] != OFF:
            works = Violation(Code.ON_DUTY, person.id, (day,), 1, 0, hard=True, shift=model.codes[rows[q][day]])
            excluded[person.id] = (works,)
            continue
        difference = changes.difference({(q, day): s})
        if difference.hard:
            excluded[person.id] = difference.hard
        else:
            ranked.append(stand_in(model, q, rows[q], day, difference))
    return StandIns(tuple(sorted(ranked, key=lambda found: (found.cost, found.called, found.minutes))), excluded)


def stand_in(model: Model, q: int, row: list[int], day: int, difference: Difference) -> StandIn:
    """A person who could, with their hours without this shift."""
    person, lengths = model.people[q], [model.shifts[s].minutes if s != OFF else 0 for s in row]
    week = model.week[day]
    past = week_start(model, q)[0] if week == 0 else 0
    worked = past + sum(minutes for d, minutes in enumerate(lengths) if model.week[d] == week)
    shifts = sum(s != OFF for s in row)
    return StandIn(person.id, difference, sum(lengths), worked, shifts, person.carried.get("called", 0))
