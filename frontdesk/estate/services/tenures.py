"""Who lives in or owns what, from when to when (R-EST-03): begun and ended by acts, never deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.estate.services.writing import change, locked, same_office
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Iterable

CHANGE = "estate.change_tenure"
ONE_DAY = dt.timedelta(days=1)
Role = Tenure.Role


def move_in(
    unit: Unit,
    *,
    person: Person,
    role: str,
    by: Any,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
    relation: str = "",
    head: Tenure | None = None,
) -> Tenure:
    """Write down that a person owns, rents or lives in a unit from a date on.

    Raises:
        DeskError: the person is there as the same already at that time, or the dates are the wrong way round.

    """
    require(by, CHANGE, unit)
    same_office(unit, person, head)
    with transaction.atomic():
        locked(unit)
        tenure = Tenure(unit=unit, person=person, role=role, relation=relation, starts=starts, ends=ends, head=head)
        _check(tenure)
        tenure.save()
        _record(tenure, "move_in", by=by)
    return tenure


def edit_tenure(tenure: Tenure, *, by: Any, **fields: Any) -> Tenure:
    """Correct what was written down wrongly about a stay; the unit's page keeps the old dates in its activity."""
    require(by, CHANGE, tenure)
    with transaction.atomic():
        locked(tenure.unit)
        for name, value in fields.items():
            setattr(tenure, name, value)
        same_office(tenure.unit, tenure.person, tenure.head)
        _check(tenure)
        before = activity.snapshot(locked(tenure))
        fresh = change(tenure, "edit_tenure", fields, by=by, permission=CHANGE)
        activity.record(
            tenure.unit, "edit_tenure", by=by, before=before, after=activity.snapshot(fresh), note=_who(fresh)
        )
    return fresh


def end_tenure(tenure: Tenure, *, ends: dt.date, by: Any, reason: str = "") -> Tenure:
    """End a stay with its last day; who lives there only with this person ends with it.

    Raises:
        Conflict: it has been ended already.
        DeskError: the last day lies before the first.

    """
    require(by, CHANGE, tenure)
    with transaction.atomic():
        locked(tenure.unit)
        fresh = locked(tenure)
        if fresh.is_over:
            raise Conflict(_("This stay has ended already."))
        for row in [fresh, *_open(fresh.dependants.all(), ends)]:
            _end(row, ends=ends, by=by, reason=reason, verb="end_tenure")
    return fresh


def move_out(unit: Unit, *, ends: dt.date, by: Any, reason: str = "") -> Unit:
    """Write down that everybody who lives here has moved out; owners stay owners.

    Raises:
        DeskError: nobody but the owner is there.

    """
    require(by, CHANGE, unit)
    with transaction.atomic():
        fresh = locked(unit)
        rows = [row for row in _open(fresh.tenures.all(), ends) if row.role != Role.OWNER]
        if not rows:
            raise DeskError(_("Nobody but the owner is registered here."))
        for row in rows:
            _end(row, ends=ends, by=by, reason=reason, verb="move_out")
    return fresh


def change_owner(unit: Unit, *, to: Iterable[Person], on: dt.date, by: Any, reason: str = "") -> None:
    """Let the owners and those who live there through them leave the day before, and the new owners begin on `on`.

    Tenants stay: a sale does not break a lease. Called inside the transaction that holds the unit.

    Raises:
        DeskError: the day lies before the present owner began, or a buyer owns it already.

    """
    buyers = list(to)
    same_office(unit, *buyers)
    owners = _open(unit.tenures.all(), on)
    if {row.person_id for row in owners if row.role == Role.OWNER} & {person.pk for person in buyers}:
        raise DeskError(_("This person owns the unit already."), field="person")
    for row in owners:
        if row.role == Role.OWNER or _stays_through_owner(row):
            _end(row, ends=on - ONE_DAY, by=by, reason=reason or _("Sold"), verb="end_tenure")
    for person in buyers:
        tenure = Tenure(unit=unit, person=person, role=Role.OWNER, starts=on)
        _check(tenure)
        tenure.save()
        _record(tenure, "move_in", by=by)


def end_tenants(unit: Unit, *, ends: dt.date, by: Any, reason: str = "") -> None:
    """End every letting of a unit with those who live there through the tenant. Called with the unit held."""
    for row in _open(unit.tenures.all(), ends):
        if row.role == Role.TENANT or (row.head and row.head.role == Role.TENANT):
            _end(row, ends=ends, by=by, reason=reason, verb="end_tenure")


def _stays_through_owner(row: Tenure) -> bool:
    return row.role in (Role.FAMILY, Role.CONTACT) and (row.head is None or row.head.role == Role.OWNER)


def _open(rows: Any, day: dt.date) -> list[Tenure]:
    """Return the stays that reach beyond a day, so that ending them on it changes something."""
    reaching = rows.filter(Q(ends__isnull=True) | Q(ends__gt=day)).select_for_update(of=("self",))
    return list(reaching.select_related("head", "person", "unit").order_by("pk"))


def _end(row: Tenure, *, ends: dt.date, by: Any, reason: str, verb: str) -> None:
    if row.starts and ends < row.starts:
        raise DeskError(
            _("%(name)s has been here since %(date)s only: choose a later day.")
            % {"name": row.person, "date": row.starts.isoformat()},
            field="ends",
        )
    before = activity.snapshot(row)
    row.ends, row.reason = ends, reason
    row.version += 1
    row.save(update_fields=["ends", "reason", "version"])
    _record(row, verb, by=by, before=before, note=reason)


def _check(tenure: Tenure) -> None:
    """Refuse dates the wrong way round and the same person in the same role twice at one time."""
    if tenure.starts and tenure.ends and tenure.ends < tenure.starts:
        raise DeskError(_("The last day lies before the first."), field="ends")
    if tenure.head and (tenure.head.unit_id != tenure.unit_id or tenure.head_id == tenure.pk):
        raise DeskError(_("Choose somebody who lives in this unit."), field="head")
    if tenure.person.merged_into_id:
        raise DeskError(_("This record was merged into another; choose that one."), field="person")
    same = Tenure.objects.filter(unit=tenure.unit, person=tenure.person, role=tenure.role).exclude(pk=tenure.pk)
    if tenure.starts:
        same = same.filter(Q(ends__isnull=True) | Q(ends__gte=tenure.starts))
    if tenure.ends:
        same = same.filter(Q(starts__isnull=True) | Q(starts__lte=tenure.ends))
    if same.exists():
        raise DeskError(_("This person is registered here as the same already at that time."), field="person")


def _record(tenure: Tenure, verb: str, *, by: Any, before: dict | None = None, note: str = "") -> None:
    """Write the act down where a clerk will look for it: at the unit and at the person."""
    after = activity.snapshot(tenure)
    text = f"{_who(tenure)} · {note}" if note else _who(tenure)
    activity.record(tenure.unit, verb, by=by, before=before, after=after, note=text)
    activity.record(tenure.person, verb, by=by, before=before, after=after, note=text)


def _who(tenure: Tenure) -> str:
    return f"{tenure.unit.code} {tenure.person.name} {tenure.get_role_display()}"
