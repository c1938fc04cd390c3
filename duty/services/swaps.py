"""Two colleagues swap shifts: proposed, agreed, approved; before that nothing changes anywhere (R-DUTY-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import Assignment, Roster, Swap
from duty.services.cells import Change, locked, put
from duty.services.checking import Check, refuse_what_breaks
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

if TYPE_CHECKING:
    import datetime as dt

DECIDE = "duty.decide_swap"


def propose_swap(mine: Assignment, *, by: User, other: User, other_date: dt.date, reason: str = "") -> Swap:
    """Ask a colleague to take one's shift; on another date than one's own they give theirs of that date for it.

    On the same date they give the shift they have then, or take over on a day off.

    Raises:
        DeskError: the shift is not one's own, not published, has begun, or is part of another swap; the colleague has
            no shift to give; a rule that must be kept would be broken.

    """
    require(by, "duty.request_swap", mine)
    with transaction.atomic(), locked(mine.roster) as (roster,):
        cell = Assignment.objects.filter(pk=mine.pk).select_related("shift_type").first()
        if cell is None or cell.shift_type is None or cell.person_id != by.pk or roster.state != Roster.State.PUBLISHED:
            raise DeskError(_("Only your own published shifts can be swapped."))
        theirs = _shift_of(roster, other, other_date)
        if theirs is None and other_date != cell.date:
            raise DeskError(_("%(person)s has no shift on that day.") % {"person": other}, field="other")
        swap = Swap(
            office=roster.office,
            person=by,
            date=cell.date,
            shift_type=cell.shift_type,
            other=other,
            other_date=other_date,
            other_shift_type=theirs.shift_type if theirs else None,
            reason=reason,
        )
        _check(swap)
        _check_free(swap)
        refuse_what_breaks(changes_of(swap), reader=by.pk)
        swap.save()
        activity.record(swap, "propose_swap", by=by, after=activity.snapshot(swap))
        notify([other], format_lazy(PROPOSED, person=by, swap=said(swap)), url=swap.get_absolute_url(), by=by)
    return swap


def agree_swap(swap: Swap, *, by: User, note: str = "") -> Swap:
    """Say yes as the colleague who was asked; the supervisors are told.

    Raises:
        Conflict: it was answered or withdrawn already.
        DeskError: one of the shifts has begun.

    """
    with apply("agree_swap", swap, by=by, note=note) as fresh:
        _check_ahead(fresh)
        fresh.answered_at = now()
        told = User.objects.who_may(DECIDE, fresh.office).exclude(pk=fresh.person_id)
        text = format_lazy(AGREED, other=by, swap=said(fresh))
        notify([*told, fresh.person], text, url=fresh.get_absolute_url(), by=by)
    return fresh


def decline_swap(swap: Swap, *, by: User, note: str = "") -> Swap:
    """Say no as the colleague who was asked.

    Raises:
        Conflict: it was answered or withdrawn already.

    """
    with apply("decline_swap", swap, by=by, note=note) as fresh:
        fresh.answered_at = now()
        notify([fresh.person], format_lazy(DECLINED, other=by, swap=said(fresh)), url=fresh.get_absolute_url(), by=by)
    return fresh


def approve_swap(swap: Swap, *, by: User, note: str = "") -> Swap:
    """Let two colleagues swap: only now the cells change, if they are still as they were and no rule forbids it.

    Raises:
        Conflict: it was decided already, or one of the shifts is no longer what was agreed on.
        DeskError: a shift has begun, or a rule that must be kept would be broken.

    """
    with apply("approve_swap", swap, by=by, note=note) as fresh:
        plan = changes_of(fresh)
        with locked(*plan) as rosters:
            _check(fresh)
            refuse_what_breaks(plan)
            for roster in rosters:
                put(roster, plan[roster], by=by, source=Assignment.Source.SWAP, verb="swap_shifts")
        fresh.decided_by, fresh.decided_at, fresh.decision = by, now(), note[:200]
        people = (fresh.person, fresh.other)
        notify(people, format_lazy(APPROVED, swap=said(fresh)), url=fresh.get_absolute_url(), by=by)
    return fresh


def refuse_swap(swap: Swap, *, by: User, note: str) -> Swap:
    """Do not let them, and say why; nothing changes.

    Raises:
        Conflict: it was decided already.
        DeskError: no reason is given.

    """
    note = must_be_said(note, _("Say why, so that it can be understood."), field="note")
    with apply("refuse_swap", swap, by=by, note=note) as fresh:
        fresh.decided_by, fresh.decided_at, fresh.decision = by, now(), note[:200]
        people = (fresh.person, fresh.other)
        text = format_lazy(REFUSED, swap=said(fresh), reason=note)
        notify(people, text, url=fresh.get_absolute_url(), by=by)
    return fresh


def withdraw_swap(swap: Swap, *, by: User, note: str = "") -> Swap:
    """Take it back, as one of the two, as long as nobody has decided it.

    Raises:
        Conflict: it was decided already.

    """
    with apply("withdraw_swap", swap, by=by, note=note) as fresh:
        people = (fresh.person, fresh.other)
        notify(people, format_lazy(WITHDRAWN, person=by, swap=said(fresh)), url=fresh.get_absolute_url(), by=by)
    return fresh


def outlook(swap: Swap) -> tuple[list[str], list[str], bool]:
    """Return which must and should rules a swap would break now, and whether its shifts are still as agreed."""
    broken = Check().broken_by(changes_of(swap))
    return broken.hard, broken.soft, _as_agreed(swap)


def changes_of(swap: Swap) -> dict[Roster, list[Change]]:
    """Return the cells a swap changes, by roster, each with what was agreed on as expected.

    Raises:
        Conflict: one of the months has no roster any more.

    """
    mine, theirs = swap.shift_type, swap.other_shift_type
    if swap.date == swap.other_date:
        wanted = [Change(swap.person, swap.date, theirs, mine), Change(swap.other, swap.date, mine, theirs)]
    else:
        wanted = [
            Change(swap.person, swap.date, None, mine),
            Change(swap.other, swap.date, mine, None),
            Change(swap.other, swap.other_date, None, theirs),
            Change(swap.person, swap.other_date, theirs, None),
        ]
    rosters = {roster.month: roster for roster in Roster.objects.filter(office=swap.office_id).select_related("office")}
    plan: dict[Roster, list[Change]] = {}
    for change in wanted:
        roster = rosters.get(change.date.replace(day=1))
        if roster is None:
            raise Conflict(CHANGED)
        plan.setdefault(roster, []).append(change)
    return plan


def said(swap: Swap) -> str:
    """Return a swap in the marks of the grid: 12-07 早 ⇄ 12-08 晚."""
    theirs = swap.other_shift_type.code if swap.other_shift_type else "–"
    return f"{swap.date:%m-%d} {swap.shift_type.code} ⇄ {swap.other_date:%m-%d} {theirs}"


def _shift_of(roster: Roster, person: User, date: dt.date) -> Assignment | None:
    """Return what a colleague works on a date in this office, if that month is published."""
    rows = Assignment.objects.filter(roster__office=roster.office_id).published().working()
    return rows.filter(person=person, date=date).select_related("shift_type").first()


def _check(swap: Swap) -> None:
    """Stop a swap that cannot be any more: begun, changed meanwhile, or of a month that is not published."""
    _check_ahead(swap)
    if any(roster.state != Roster.State.PUBLISHED for roster in changes_of(swap)):
        raise DeskError(_("Only published shifts can be swapped."))
    if not _as_agreed(swap):
        raise Conflict(CHANGED)


def _check_ahead(swap: Swap) -> None:
    begins = [swap.shift_type.begins_on(swap.date)]
    if swap.other_shift_type is not None:
        begins.append(swap.other_shift_type.begins_on(swap.other_date))
    if min(begins) <= now():
        raise DeskError(_("One of the shifts has begun already."))


def _as_agreed(swap: Swap) -> bool:
    wanted = [change for changes in changes_of(swap).values() for change in changes]
    rows = Assignment.objects.filter(
        person__in=(swap.person_id, swap.other_id), date__in=(swap.date, swap.other_date)
    ).values_list("person", "date", "shift_type")
    there = {(person, date): shift for person, date, shift in rows}
    return all(
        there.get((change.person.pk, change.date)) == (change.expected.pk if change.expected else None)
        for change in wanted
    )


def _check_free(swap: Swap) -> None:
    """Stop who offers a shift twice."""
    cells = ((swap.person, swap.date), (swap.other, swap.other_date))
    about = Q()
    for person, date in cells:
        about |= Q(person=person, date=date) | Q(other=person, other_date=date)
    if Swap.objects.undecided().filter(about, office=swap.office).exists():
        raise DeskError(_("One of these shifts is part of another swap that is not decided yet."))


CHANGED = _("The shifts are no longer those of this swap. Nothing was swapped.")
PROPOSED = _("{person} would like to swap: {swap}. Do you agree?")
AGREED = _("{other} agrees to the swap {swap}; it waits for the supervisor.")
DECLINED = _("{other} declines the swap {swap}.")
APPROVED = _("The swap is approved: {swap}.")
REFUSED = _("The swap {swap} was refused: {reason}")
WITHDRAWN = _("{person} has withdrawn the swap {swap}.")
