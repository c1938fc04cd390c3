"""Asking for leave, writing down who called in sick, deciding it together with who stands in (R-DUTY-05)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import Assignment, Leave, StandIn
from duty.services.cells import Change, locked, put
from duty.services.checking import refuse_what_breaks
from duty.services.holes import covers, holes_of
from frontdesk.kit import activity, attachments
from frontdesk.kit.calendar import ONE_DAY, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Office

DECIDE = "duty.decide_leave"
LONGEST, LONG_AGO = dt.timedelta(days=366), dt.timedelta(days=60)


class Instead(StrEnum):
    """What becomes of a shift nobody stands in for."""

    GAP = "gap"  # nobody works it, knowingly
    KEEP = "keep"  # whoever is away for a part of it works the rest


def request_leave(
    *,
    office: Office,
    by: User,
    kind: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str = "",
    person: User | None = None,
    paper: UploadedFile | None = None,
) -> Leave:
    """Ask for leave, or write down that somebody else called; whoever decides is told.

    Raises:
        DeskError: the times make no sense, somebody is nobody of this office, or they are away then already.

    """
    who = person or by
    require(by, "duty.request_leave" if who == by else "duty.record_leave", office)
    _check_times(starts_at, ends_at)
    with transaction.atomic():
        who = User.objects.select_for_update(of=("self",)).get(pk=who.pk)  # two applications of one person meet here
        if not User.objects.working_in(office).filter(pk=who.pk).exists():
            raise DeskError(_("%(person)s does not work in this office.") % {"person": who}, field="person")
        there = Leave.objects.filter(person=who).undecided_or_approved().meeting(starts_at, ends_at).first()
        if there is not None:
            raise DeskError(
                _("%(person)s has asked for leave then already: %(span)s.") % {"person": who, "span": there.span},
                field="starts_at",
            )
        fields = {"kind": kind, "starts_at": starts_at, "ends_at": ends_at, "reason": reason}
        leave = Leave.objects.create(office=office, person=who, requested_by=by, **fields)
        verb = "request_leave" if who == by else "record_leave"
        activity.record(leave, verb, by=by, after=activity.snapshot(leave))
        if paper is not None:
            attachments.attach(leave, paper, by=by)
        told = User.objects.who_may(DECIDE, office).exclude(pk=who.pk)
        text = format_lazy(ASKED, person=who, kind=leave.get_kind_display(), span=leave.span)
        notify(told, text, url=leave.get_absolute_url(), by=by)
    return leave


def record_sick_call(cell: Assignment, *, by: User) -> Leave:
    """Write down that whoever has a shift called in sick: away from its beginning to the end of the day, or its own.

    Raises:
        DeskError: they are away then already, or the shift is over.

    """
    begins, ends = cell.begins, cell.ends
    if ends <= now():
        raise DeskError(_("This shift is over."))
    day_ends = (begins + ONE_DAY).replace(hour=0, minute=0)
    return request_leave(
        office=cell.roster.office,
        by=by,
        person=cell.person,
        kind=Leave.Kind.SICK,
        starts_at=begins,
        ends_at=max(ends, day_ends),
    )


def approve_leave(
    leave: Leave,
    *,
    by: User,
    instead: Mapping[dt.date, User | Instead],
    seen: Mapping[dt.date, int],
    gap_reason: str = "",
    note: str = "",
) -> Leave:
    """Let somebody go, and appoint in the same act who stands in on each date they have a shift.

    `seen` is which kind of shift stood on each date when this was decided.

    Raises:
        Conflict: it was decided already, or the shifts, or a stand-in's, are no longer those that were seen.
        DeskError: a stand-in would break a rule that must be kept, or a gap is accepted without a reason.

    """
    with apply("approve_leave", leave, by=by, note=note) as fresh:
        with locked(*(cell.roster for cell in holes_of(fresh))):
            holes = holes_of(fresh)  # again: now nobody else writes
            if {hole.date: hole.shift_type_id for hole in holes} != dict(seen) or set(instead) != set(seen):
                raise Conflict(_("The roster was changed meanwhile. Look at the shifts again."))
            _check_gaps(fresh, holes, instead, gap_reason)
            _appoint(fresh, holes, instead, by=by, note=gap_reason)
        fresh.decided_by, fresh.decided_at, fresh.decision = by, now(), note[:300]
        notify([fresh.person], format_lazy(GRANTED, span=fresh.span), url=fresh.get_absolute_url(), by=by)
    return fresh


def refuse_leave(leave: Leave, *, by: User, note: str) -> Leave:
    """Say no, and why; nothing moves.

    Raises:
        Conflict: it was decided already.
        DeskError: no reason is given.

    """
    note = must_be_said(note, _("Say why, so that it can be understood."), field="note")
    with apply("refuse_leave", leave, by=by, note=note) as fresh:
        fresh.decided_by, fresh.decided_at, fresh.decision = by, now(), note[:300]
        notify([fresh.person], format_lazy(REFUSED, span=fresh.span, reason=note), url=fresh.get_absolute_url(), by=by)
    return fresh


def withdraw_leave(leave: Leave, *, by: User, note: str = "") -> Leave:
    """Take it back. Whoever stands in stays appointed until the supervisor gives the shift back.

    Raises:
        Conflict: it was refused or withdrawn already.
        DeskError: somebody is away by it already; then only whoever decides takes it back, so that the record holds.

    """
    with apply("withdraw_leave", leave, by=by, note=note) as fresh:
        was_away = leave.state == Leave.State.APPROVED and fresh.starts_at <= now()
        if was_away and not by.has_perm(DECIDE, fresh):
            raise DeskError(_("This leave has begun: ask the supervisor to take it back."))
        told = {*User.objects.who_may(DECIDE, fresh.office), fresh.person}
        notify(told, format_lazy(WITHDRAWN, person=fresh.person, span=fresh.span), url=fresh.get_absolute_url(), by=by)
    return fresh


def give_back_shift(stand_in: StandIn, *, by: User) -> StandIn:
    """Give a shift back to who was to be on leave, after that was withdrawn; the stand-in has the day off again.

    Raises:
        Conflict: the leave still holds, or one of the two cells is no longer what it was made.
        DeskError: the shift has begun, or a rule that must be kept would be broken.

    """
    leave, date, shift = stand_in.leave, stand_in.date, stand_in.shift_type
    require(by, DECIDE, leave)
    with transaction.atomic():
        fresh = Leave.objects.select_for_update(of=("self",)).get(pk=leave.pk)
        if fresh.state != Leave.State.WITHDRAWN:
            raise Conflict(_("The leave was not withdrawn."))
        if shift.begins_on(date) <= now():
            raise DeskError(_("This shift has begun already."))
        roster = leave.office.rosters.for_month(date).get()
        changes = [Change(leave.person, date, shift, None)]
        if stand_in.person is not None:
            changes.insert(0, Change(stand_in.person, date, None, shift))
        with locked(roster):
            refuse_what_breaks({roster: changes})
            put(roster, changes, by=by, source=Assignment.Source.HAND, verb="give_back_shift")
        activity.record(fresh, "give_back_shift", by=by, note=str(stand_in))
    return stand_in


def may_be_given_back(stand_in: StandIn) -> bool:
    """Answer whether a shift of withdrawn leave can still go back: it lies ahead, and the stand-in still has it."""
    if stand_in.leave.state != Leave.State.WITHDRAWN or stand_in.shift_type.begins_on(stand_in.date) <= now():
        return False
    cells = Assignment.objects.working().filter(date=stand_in.date)
    there = stand_in.person is None or cells.filter(person=stand_in.person, shift_type=stand_in.shift_type).exists()
    return there and not cells.filter(person=stand_in.leave.person).exists()


def _check_times(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise DeskError(_("The end comes after the beginning."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise DeskError(_("At most a year at once."), field="ends_at")
    if starts_at < now() - LONG_AGO:
        raise DeskError(_("This is too long ago."), field="starts_at")


def _check_gaps(
    leave: Leave, holes: Sequence[Assignment], instead: Mapping[dt.date, User | Instead], reason: str
) -> None:
    if Instead.GAP in instead.values():
        must_be_said(reason, _("Say why a shift can be left empty."), field="gap_reason")
    if any(instead[hole.date] == Instead.KEEP and covers(leave, hole) for hole in holes):
        raise DeskError(_("They are away for the whole shift."))


def _appoint(
    leave: Leave, holes: Sequence[Any], instead: Mapping[dt.date, User | Instead], *, by: User, note: str
) -> None:
    """Write the cells of each month and who was appointed."""
    plan: dict[Any, list[Change]] = {}
    for hole in holes:
        choice = instead[hole.date]
        changes = plan.setdefault(hole.roster, [])
        if choice == Instead.KEEP:  # fixed: no plan takes the rest of the shift away again
            changes.append(Change(leave.person, hole.date, hole.shift_type, hole.shift_type, is_fixed=True))
            continue
        changes.append(Change(leave.person, hole.date, None, hole.shift_type))
        person = choice if isinstance(choice, User) else None
        if person is not None:
            changes.append(Change(person, hole.date, hole.shift_type, None))
        StandIn.objects.create(leave=leave, date=hole.date, shift_type=hole.shift_type, person=person, appointed_by=by)
    refuse_what_breaks(plan, away=leave.person)
    for roster, changes in plan.items():
        put(roster, changes, by=by, source=Assignment.Source.STAND_IN, reason=note, verb="appoint_stand_in")


ASKED = _("{person} asks for leave: {kind}, {span}.")
GRANTED = _("Your leave is approved: {span}.")
REFUSED = _("Your leave {span} was refused: {reason}")
WITHDRAWN = _("The leave of {person} is withdrawn: {span}.")
