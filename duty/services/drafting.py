"""The month's roster drafted by the optimiser, in a job that can be stopped early and keeps the best (R-DUTY-01)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy as _

from duty import roster as optimiser
from duty.models import Assignment, Roster
from duty.services import contradictions
from duty.services.cells import Change, locked, put
from duty.services.problems import MonthProblem
from duty.services.wording import hours
from duty.workflow import RosterState
from frontdesk.estate.models import Office
from frontdesk.kit import activity, jobs
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job
    from frontdesk.staff.models import User

    Tell = Callable[[optimiser.Progress], bool]

DRAFT = "duty.draft_roster"
WHOLE = 100
PATIENCE = 120.0
"""Seconds of the clock a slow or busy machine may take beyond the office's time; then the best so far is kept."""
LOOK_EVERY = 1.0
"""Seconds between two looks at whether somebody asked to stop."""


def begin_roster(*, office: Office, by: User | None, month: dt.date) -> Roster:
    """Return the roster of a month, begun if there is none yet."""
    if by is not None:
        require(by, DRAFT, office)
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)
        roster, new = Roster.objects.get_or_create(office=office, month=month.replace(day=1))
        if new:
            activity.record(roster, "add", by=by)
    return roster


def order_draft(roster: Roster, *, by: User | None) -> Job:
    """Have a month drafted in the background; what is fixed by hand and what is over stays.

    Raises:
        Conflict: it is being drafted already, or published by now.
        DeskError: there are no shifts, no headcounts or no people to draft with, or the month is over.

    """
    if by is not None:
        require(by, DRAFT, roster)
    with locked(roster) as (fresh,):
        if fresh.state != RosterState.DRAFT:
            raise Conflict(_("This roster is published: plan the rest of the month again instead."))
        return order(fresh, "duty.draft_roster", by=by)


def order(roster: Roster, kind: str, *, by: User | None, **params: Any) -> Job:
    """Order the optimiser for a locked roster; one at a time.

    Raises:
        Conflict: it is at work on this month already.
        DeskError: there is nothing to plan with.

    """
    if roster.job is not None and not roster.job.has_ended:
        raise Conflict(_("This month is being planned already."))
    check_plannable(MonthProblem.of(roster))
    with transaction.atomic():
        job = jobs.enqueue(
            kind,
            office=roster.office,
            by=by,
            key=f"{kind}-{roster.pk}-{roster.version}-{roster.job_id or 0}",
            params={"roster": roster.pk, **params},
            url=roster.get_absolute_url(),
        )
        Roster.objects.filter(pk=roster.pk).update(job=job, stop_asked=False)
        activity.record(roster, kind.removeprefix("duty."), by=by)
    return job


def check_plannable(month: MonthProblem) -> None:
    """Stop with a sentence where there is nothing to draft with.

    Raises:
        DeskError: no shifts, no headcounts, no people.

    """
    if not month.types:
        raise DeskError(_("This office has no shifts yet: set them up first."))
    if not any(row.people for row in month.headcounts.values()):
        raise DeskError(_("No shift takes anybody: write down how many each shift takes."))
    if not any(one.is_here(date) for one in month.people for date in month.dates):
        raise DeskError(_("Nobody is on the roster in this month: add the colleagues first."))


def ask_to_stop(roster: Roster, *, by: User) -> None:
    """Have the optimiser stop and keep the best it has found.

    Raises:
        Conflict: it is not at work.

    """
    require(by, DRAFT, roster)
    with locked(roster) as (fresh,):
        if fresh.job is None or fresh.job.has_ended:
            raise Conflict(_("This month is not being planned."))
        Roster.objects.filter(pk=fresh.pk).update(stop_asked=True)


def draft(roster: Roster, progress: Progress, *, by: User | None) -> str:
    """Draft a month and take the result over where nobody fixed or changed a cell meanwhile.

    The same month, drafted twice, is the same roster: the optimiser counts its effort, the clock only ends it.

    Raises:
        Conflict: the month was published meanwhile.
        DeskError: there is nothing to draft with by now.

    """
    month = MonthProblem.of(roster)
    check_plannable(month)
    problem = month.draft_problem()
    result = plan(problem, roster, month, progress)
    progress(WHOLE - 1, WHOLE, gettext("Looking at what contradicts each other"))
    found = contradictions.find(problem, result, month.settings.draft_seconds)
    left = take(roster, month, result, by=by, found=found)
    said = gettext("%(cells)s shifts are planned.") % {"cells": len(result.assignments)}
    if result.gaps:
        said += " " + gettext("%(gaps)s gaps are marked.") % {"gaps": len(result.gaps)}
    return said + (" " + gettext("%(cells)s cells changed by hand were left alone.") % {"cells": left} if left else "")


def plan(problem: optimiser.Problem, roster: Roster, month: MonthProblem, progress: Progress) -> optimiser.Roster:
    """Have the optimiser work for the office's time, counted as work: on a slower machine it may take longer."""
    effort = float(month.settings.draft_seconds)
    tell = teller(roster, month, progress)
    return lawful(problem, optimiser.solve(problem, effort=effort, seconds=effort + PATIENCE, progress=tell))


def lawful(problem: optimiser.Problem, result: optimiser.Roster) -> optimiser.Roster:
    """Leave shifts out until no hard rule is broken: a draft that was stopped early has gaps rather than that."""
    left = without_broken_rules(problem, result.assignments)
    if len(left) == len(result.assignments):
        return result
    verdict = optimiser.evaluate(problem, left)
    figures: dict[str, Any] = {"cost": verdict.cost, "cost_by_rule": verdict.cost_by_rule, "proven": False}
    return replace(result, assignments=left, violations=verdict.violations, gaps=verdict.gaps, **figures)


def without_broken_rules(problem: optimiser.Problem, assignments: optimiser.Assignments) -> dict[optimiser.Cell, str]:
    """Return a roster without the shifts that break a hard rule."""
    left = dict(assignments)
    while found := _too_much(problem, left):
        del left[found]
    return left


def _too_much(problem: optimiser.Problem, left: Mapping[optimiser.Cell, str]) -> optimiser.Cell | None:
    """Return a cell that takes part in a broken hard rule and is not fixed; the latest of the first rule."""
    for broken in optimiser.evaluate(problem, left).hard:
        for day in reversed(broken.days):
            cell: optimiser.Cell = (broken.person or 0, day)
            if cell in left and cell not in problem.frozen:
                return cell
    return None


def take(
    roster: Roster,
    month: MonthProblem,
    result: optimiser.Roster,
    *,
    by: User | None,
    found: Mapping[str, Any] | None = None,
) -> int:
    """Write what was drafted; answer how many cells were left alone because they are others by now.

    `found` is what contradicts each other, to be said beside the month.

    Raises:
        Conflict: the month was published meanwhile.

    """
    with locked(roster) as (fresh,):
        if fresh.state != RosterState.DRAFT:
            raise Conflict(_("This roster was published meanwhile: the draft is not taken over."))
        now = MonthProblem.of(fresh)
        wanted = planned(month, result.assignments)
        changes, left = [], 0
        for key in [(pk, date) for pk in month.keys for date in month.dates]:
            before, cell = month.cells.get(key), now.cells.get(key)
            if cell != before:
                left += wanted.get(key) != (cell.shift_type if cell else None)
            elif not (cell and cell.is_fixed):
                changes.append(change_of(month, key, cell.shift_type if cell else None, wanted.get(key)))
        put(fresh, [one for one in changes if one], by=by, source=Assignment.Source.DRAFT, verb="take_draft")
        figures = figures_of(month, result) | {"contradictions": dict(found or {})}
        Roster.objects.filter(pk=fresh.pk).update(figures=figures, stop_asked=False)
    return left


def planned(month: MonthProblem, assignments: Mapping[Any, str]) -> dict[tuple[int, dt.date], int]:
    """Return what the optimiser assigned, by person and date."""
    return {(int(person), month.dates[day]): int(code) for (person, day), code in assignments.items()}


def change_of(month: MonthProblem, key: tuple[int, dt.date], before: int | None, after: int | None) -> Change | None:
    """Return the change of one cell, if it is one."""
    if before == after:
        return None
    types, (person, date) = month.type_by_pk, key
    return Change(
        person=month.by_person[person].user,
        date=date,
        shift_type=None if after is None else types[after],
        expected=None if before is None else types[before],
    )


def teller(
    roster: Roster,
    month: MonthProblem,
    progress: Progress,
    *,
    say: Callable[[optimiser.Progress], str] | None = None,
    begin: float = 0.0,
) -> Tell:
    """Return what tells the job how far the optimiser is, and the optimiser whether to go on.

    `begin` is the part of the office's time that is over already.
    """
    most = max(month.settings.draft_seconds, 1)
    words = say or progress_text
    looked = -LOOK_EVERY

    def tell(state: optimiser.Progress) -> bool:
        nonlocal looked
        percent = min(round((begin + state.elapsed / most) * WHOLE), WHOLE - 1)
        progress(percent, WHOLE, words(state))
        if time.monotonic() - looked < LOOK_EVERY:
            return True
        looked = time.monotonic()
        return not Roster.objects.filter(pk=roster.pk, stop_asked=True).exists()

    return tell


def progress_text(state: optimiser.Progress) -> str:
    """Say how good the best is, and how good any could be."""
    values = {"best": f"{state.best:,.0f}", "bound": f"{state.bound:,.0f}"}
    if state.bound <= 0:
        return gettext("Best so far: %(best)s points") % values
    return gettext("Best so far: %(best)s points; none can cost less than %(bound)s") % values


def figures_of(month: MonthProblem, result: optimiser.Roster) -> dict[str, Any]:
    """Return how a roster came about, as numbers only."""
    return {
        "cost": result.cost,
        "bound": round(result.bound, 1),
        "proven": result.proven,
        "seconds": round(result.seconds, 1),
        "cost_by_rule": {str(code): cost for code, cost in result.cost_by_rule.items()},
        "gaps": len(result.gaps),
        "broken": len(result.hard),
        "target_hours": hours(sum(person.limits.get("target", 0) for person in month.problem.people)),
    }
