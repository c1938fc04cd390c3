"""Give and end roles. Nobody changes their own, and nobody gives what is not theirs to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.staff.models import Membership, User
from frontdesk.staff.roles import EVERYWHERE

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office
    from frontdesk.staff.querysets import MembershipQuerySet


@transaction.atomic
def give_role(
    user: User, *, role: str, office: Office | None, starts: dt.date, by: User, ends: dt.date | None = None
) -> Membership:
    """Make somebody something in an office, from–to; company-wide roles take no office.

    Raises:
        PermissionDenied: not the actor's to give, or to give to themselves.
        DeskError: role and office do not go together, the dates are turned round, or the role is held already.

    """
    office = None if role in EVERYWHERE else office
    _require_say(by, user, role, None if office is None else office.pk)
    if role not in EVERYWHERE and office is None:
        raise DeskError(_("Choose the office of this role."), field="office")
    if ends is not None and ends < starts:
        raise DeskError(_("The last day lies before the first."), field="ends")
    User.objects.select_for_update().get(pk=user.pk)
    if _overlapping(user, role, office, starts, ends).exists():
        raise DeskError(_("%(name)s already holds this role at that time.") % {"name": user}, field="role")
    membership = Membership.objects.create(user=user, office=office, role=role, starts=starts, ends=ends)
    activity.record(membership, "give_role", by=by, after=activity.snapshot(membership))
    _end_sessions(user)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, on: dt.date, by: User, note: str = "") -> Membership | None:
    """Let a role end; `on` is its last day, so yesterday ends it at once. A role that never began is taken back (None).

    Raises:
        PermissionDenied: not the actor's to end, or the actor's own.
        DeskError: it ended before that day already.

    """
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    user = membership.user
    _require_say(by, user, membership.role, membership.office_id)
    if membership.ends is not None and membership.ends < on:
        raise DeskError(_("This role already ends on %(day)s.") % {"day": membership.ends}, field="on")
    before = activity.snapshot(membership)
    if on < membership.starts:
        activity.record(membership, "take_back_role", by=by, before=before, note=note)
        membership.delete()
        _end_sessions(user)
        return None
    membership.ends = on
    membership.save(update_fields=["ends"])
    activity.record(membership, "end_role", by=by, before=before, after=activity.snapshot(membership), note=note)
    _end_sessions(user)
    return membership


@transaction.atomic
def end_all_roles(user: User, *, on: dt.date, by: User, note: str = "") -> list[Membership]:
    """Let a leaver's roles end on the last day, as far as the actor may end them; return those that stay open."""
    rows = list(user.memberships.filter(Q(ends__isnull=True) | Q(ends__gt=on)).select_related("office"))
    mine = [row for row in rows if by.pk != user.pk and by.may_give(row.role, row.office_id)]
    if rows and not mine:
        raise PermissionDenied("staff.change_member")
    for row in mine:
        end_role(row, on=on, by=by, note=note)
    return [row for row in rows if row not in mine]


def _require_say(by: User, user: User, role: str, office_id: int | None) -> None:
    if by.pk == user.pk or not by.may_give(role, office_id):
        raise PermissionDenied("staff.change_member")


def _overlapping(
    user: User, role: str, office: Office | None, starts: dt.date, ends: dt.date | None
) -> MembershipQuerySet:
    rows = Membership.objects.filter(user=user, role=role, office=office)
    rows = rows.filter(Q(ends__isnull=True) | Q(ends__gte=starts))
    return rows if ends is None else rows.filter(starts__lte=ends)


def _end_sessions(user: User) -> None:
    """Whoever becomes or ceases to be something logs in again."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.__dict__.pop("active_memberships", None)
