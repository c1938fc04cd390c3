"""What cannot be kept together: which rules and people leave a shift without anybody, and the least that would help."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from duty import roster as optimiser
from duty.roster import Code, Violation
from duty.services.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from duty.services.problems import MonthProblem

PART, MOST_EFFORT, MOST_SECONDS = 0.1, 2.0, 10.0
"""What looking for them may take: a part of the office's time, at most so much work, at most so long."""
AROUND = 4
"""Days before and after an empty shift that are planned anew."""
BROKEN, PRICE = 10, {Code.UNAVAILABLE: 31}
"""What a broken rule and a recalled day of leave weigh beside each other when the least is looked for."""
FIRM = frozenset({Code.ON_DUTY, Code.UNQUALIFIED, Code.FROZEN, Code.COMPANY})
"""What cannot give: who works another shift that day, what is fixed, a trainee alone."""
SHOWN = 10
"""Shifts of which is said why nobody can work them; of more there is the list of gaps."""


@dataclass(frozen=True)
class Contradictions:
    """In sentences: each empty shift with what keeps everybody from it, what would help, what even then lacks."""

    gaps: list[tuple[str, list[str]]]
    relax: list[str]
    left: list[str]

    def __bool__(self) -> bool:
        return bool(self.gaps or self.relax or self.left)


def find(problem: optimiser.Problem, result: optimiser.Roster, seconds: int) -> dict[str, Any]:
    """Return what contradicts each other where some shift has nobody, as plain data; `seconds` is the office's time.

    Who is kept from an empty shift by what is asked of the draft itself, so that each sentence is true of what stands
    there. What would have to give is looked for with the rest of the draft as it is, and once more with some days
    around each empty shift planned anew; the smaller set is said.
    """
    empty = [gap for gap in result.gaps if gap.rule == Code.SHORT]
    if not result.hard and not empty:
        return {}
    near = _near(problem, result, empty or result.hard)
    found = optimiser.collisions(near, effort=min(seconds * PART, MOST_EFFORT), seconds=MOST_SECONDS)
    sets = [_as_it_is(problem, result, empty), (list(found.relax), list(found.left))]
    relax, left = min(sets, key=lambda one: (len(one[1]), len(one[0])))
    return {
        "gaps": [[asdict(gap), [asdict(one) for one in _kept_from(problem, result, gap)]] for gap in empty[:SHOWN]],
        "relax": [asdict(one) for one in relax],
        "left": [asdict(one) for one in left],
    }


def _near(problem: optimiser.Problem, result: optimiser.Roster, around: Iterable[Violation]) -> optimiser.Problem:
    """Return the month with everything fixed as drafted but some days around what is looked at."""
    free = {day for one in around for at in one.days for day in range(at - AROUND, at + AROUND + 1)}
    kept = {
        (person.id, day): result.assignments.get((person.id, day))
        for person in problem.people
        for day in range(problem.days)
        if day not in free
    }
    return replace(problem, frozen={**kept, **problem.frozen})


def _as_it_is(
    problem: optimiser.Problem, result: optimiser.Roster, empty: Iterable[Violation]
) -> tuple[list[Violation], list[Violation]]:
    """Return the least that would have to give to fill each empty shift, and the shifts nothing fills."""
    standing, relax, left = dict(result.assignments), [], []
    for gap in empty:
        shift = gap.shift or ""
        asked = optimiser.stand_ins(problem, standing, gap.days[0], shift)
        could = {one.person: () for one in asked.ranked} | asked.excluded
        could = {pk: why for pk, why in could.items() if not any(one.rule in FIRM for one in why)}
        if not could:
            left.append(gap)
            continue
        person, why = min(could.items(), key=lambda one: sum(PRICE.get(rule.rule, BROKEN) for rule in one[1]))
        standing[person, gap.days[0]] = shift
        relax += [one for one in why if one not in relax]
    return relax, left


def _kept_from(problem: optimiser.Problem, result: optimiser.Roster, gap: Violation) -> Iterable[Violation]:
    """Return for each colleague what keeps them from an empty shift: being away before any rule."""
    asked = optimiser.stand_ins(problem, result.assignments, gap.days[0], gap.shift or "")
    return (min(why, key=lambda one: one.rule != Code.UNAVAILABLE) for why in asked.excluded.values())


def said(month: MonthProblem, figures: Mapping[str, Any]) -> Contradictions:
    """Say what a draft found, by what the month knows of its people and shifts today.

    Of a shift that somebody was put on since nothing is said, and nothing at all once none of them is empty.
    """
    words, found = Words(month), figures.get("contradictions", {})
    staffed = {(day, code) for (_person, day), code in month.assignments.items()}
    gaps = [(_read(gap), why) for gap, why in found.get("gaps", ())]
    still = [(gap, why) for gap, why in gaps if (gap.days[0], gap.shift) not in staffed]
    if gaps and not still and not _has_empty(month):
        return Contradictions([], [], [])
    left = (one for one in _all(found.get("left", ())) if not one.days or (one.days[0], one.shift) not in staffed)
    return Contradictions(
        [(words.say(gap), words.say_together(_all(why))) for gap, why in still],
        words.say_all(_all(found.get("relax", ())), name=True),
        words.say_all(left),
    )


def _has_empty(month: MonthProblem) -> bool:
    """Answer whether some shift still has nobody; of many a draft has written only the first ones down."""
    return any(gap.rule == Code.SHORT for gap in optimiser.evaluate(month.problem, month.assignments).gaps)


def _all(rows: Iterable[Mapping[str, Any]]) -> Iterable[Violation]:
    return (_read(row) for row in rows)


def _read(row: Mapping[str, Any]) -> Violation:
    return Violation(**{**row, "rule": Code(row["rule"]), "days": tuple(row["days"])})
