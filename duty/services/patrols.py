"""Patrols: routes kept by the supervisors, rounds walked point by point on the phone (R-DUTY-03, R-RTN-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from duty.models import PatrolCheck, PatrolPoint, PatrolRound, PatrolRoute
from duty.services.findings import Becomes, report_finding
from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

VIEW, WALK, CHANGE = "duty.view_patrol", "duty.walk_patrol", "duty.change_route"
State = PatrolCheck.State
MOST_POINTS = 80
DOUBLE = _("There is a route of this name.")


def read_points(text: str) -> list[str]:
    """Return the points of a route, from one line each.

    Raises:
        DeskError: none, too many, one twice or too long.

    """
    names = [line.strip() for line in text.splitlines() if line.strip()]
    longest = PatrolPoint._meta.get_field("name").max_length or 0
    if not names or len(names) > MOST_POINTS:
        raise DeskError(_("One line for each point, at most %(count)s.") % {"count": MOST_POINTS}, field="points")
    for name in names:
        if len(name) > longest:
            raise DeskError(_("“%(name)s” is too long.") % {"name": name[:longest]}, field="points")
        if names.count(name) > 1:
            raise DeskError(_("“%(name)s” stands there twice.") % {"name": name}, field="points")
    return names


def points_of(route: PatrolRoute) -> str:
    """Return the points of a route as they are typed."""
    return "\n".join(point.name for point in route.points.in_use())


def add_route(*, office: Office, name: str, points: str, by: User) -> PatrolRoute:
    """Set up a route with its points in their order.

    Raises:
        DeskError: no name or one that is taken; as `read_points`.

    """
    require(by, CHANGE, office)
    names = read_points(points)
    route = PatrolRoute(office=office, name=must_be_said(name, _("Give the route a name."), field="name"))
    with transaction.atomic():
        with refusing_doubles(str(DOUBLE), field="name"):
            route.save(force_insert=True)
        _put_points(route, names)
        activity.record(route, "add_route", by=by, note=points_of(route))
    return route


def change_route(route: PatrolRoute, *, name: str, points: str, by: User) -> PatrolRoute:
    """Change a route; rounds that are being walked keep the points they began with.

    Raises:
        Conflict: it was given up.
        DeskError: as `add_route`.

    """
    names = read_points(points)
    with transaction.atomic():
        fresh = _locked_route(route, by)
        before = {"name": fresh.name}, points_of(fresh)
        fresh.name = must_be_said(name, _("Give the route a name."), field="name")
        fresh.version += 1
        with refusing_doubles(str(DOUBLE), field="name"):
            fresh.save(update_fields=["name", "version"])
        _put_points(fresh, names)
        after = {"name": fresh.name}, points_of(fresh)
        if before != after:
            note = "" if before[1] == after[1] else f"{before[1]}\n→\n{after[1]}"
            activity.record(fresh, "change_route", by=by, before=before[0], after=after[0], note=note)
    return fresh


def retire_route(route: PatrolRoute, *, by: User) -> PatrolRoute:
    """Give a route up; no round of it begins any more.

    Raises:
        Conflict: it was given up.

    """
    with transaction.atomic():
        fresh = _locked_route(route, by)
        fresh.retired_at = now()
        fresh.version += 1
        fresh.save(update_fields=["retired_at", "version"])
        activity.record(fresh, "retire_route", by=by)
    return fresh


def start_round(route: PatrolRoute, *, by: User) -> PatrolRound:
    """Begin a round with the route's points of today; who is on one already goes on with it.

    Raises:
        Conflict: the route was given up.

    """
    require(by, WALK, route)
    with transaction.atomic():
        fresh = PatrolRoute.objects.select_for_update().select_related("office").get(pk=route.pk)
        running = PatrolRound.objects.running().filter(route=fresh, walker=by).first()
        if running is not None:
            return running
        if fresh.retired_at is not None:
            raise Conflict(_("This route was given up."))
        made = PatrolRound.objects.create(office=fresh.office, route=fresh, walker=by)
        PatrolCheck.objects.bulk_create(PatrolCheck(round=made, point=point) for point in fresh.points.in_use())
        activity.record(made, "start_round", by=by)
    return made


def tick_point(
    check: PatrolCheck,
    *,
    by: User,
    remark: str = "",
    found: str = "",
    solution: str = "",
    becomes: str = Becomes.NOTHING,
    photos: Iterable[UploadedFile] = (),
    at: dt.datetime | None = None,
) -> PatrolCheck:
    """Write down that somebody was at a point; what they found there is a finding, and its photos are the finding's.

    `at` is when the phone was there, where the network came back later. Said again of a point that is seen already,
    it adds what is new.

    Raises:
        Conflict: the round is over.
        PermissionDenied: somebody else walks it.

    """
    with transaction.atomic():
        fresh = _walked(check, by)
        moment = _moment(fresh.round, at)
        fresh.remark = "\n".join(filter(None, ("" if fresh.state == State.SKIPPED else fresh.remark, remark.strip())))
        if fresh.state != State.SEEN:
            fresh.state, fresh.at = State.SEEN, moment
            activity.record(fresh.round, "tick_point", by=by, note=str(fresh.point))
        fresh.save(update_fields=["state", "at", "remark"])
        if found.strip():
            _report(fresh, found, by, at=moment, solution=solution, becomes=becomes, photos=photos)
        else:
            for photo in photos:
                attach(fresh, photo, by=by, kind="photo")
    return fresh


def skip_point(check: PatrolCheck, *, reason: str, by: User, at: dt.datetime | None = None) -> PatrolCheck:
    """Leave a point out, and say why.

    Raises:
        Conflict: the round is over, or the point was seen.
        DeskError: no reason is given.

    """
    reason = must_be_said(reason, _("Say why this point is left out."), field="remark")
    with transaction.atomic():
        fresh = _walked(check, by)
        if fresh.state == State.SEEN:
            raise Conflict(_("This point was seen already."))
        fresh.state, fresh.at, fresh.remark = State.SKIPPED, _moment(fresh.round, at), reason
        fresh.save(update_fields=["state", "at", "remark"])
        activity.record(fresh.round, "skip_point", by=by, note=f"{fresh.point} · {reason}")
    return fresh


def finish_round(patrol: PatrolRound, *, by: User, left: str = "", note: str = "") -> PatrolRound:
    """End a round; points nobody was at are left out, and `left` says why.

    Raises:
        Conflict: it is over.
        DeskError: points are left and nothing says why.
        PermissionDenied: somebody else walks it.

    """
    with transaction.atomic():
        fresh = _running(patrol.pk, by)
        waiting = fresh.checks.filter(state=State.WAITING)
        if waiting.exists():
            left = must_be_said(left, _("Say why the points that are left were not seen."), field="left")
            names = "、".join(waiting.values_list("point__name", flat=True))
            waiting.update(state=State.SKIPPED, remark=left, at=now())
            activity.record(fresh, "skip_point", by=by, note=f"{names} · {left}")
        fresh.ended_at, fresh.note = now(), note.strip()[:300]
        fresh.version += 1
        fresh.save(update_fields=["ended_at", "note", "version"])
        activity.record(fresh, "finish_round", by=by, note=fresh.note)
    return fresh


def _report(check: PatrolCheck, found: str, by: User, **more: Any) -> None:
    route, point = check.round.route, check.point
    where = f"{route} {point}"[:100]
    report_finding(
        office=check.round.office, text=found, place=where, by=by, patrol_round=check.round, patrol_point=point, **more
    )


def _walked(check: PatrolCheck, by: User) -> PatrolCheck:
    """Return a point of a running round, the round held."""
    patrol = _running(check.round_id, by)
    fresh = PatrolCheck.objects.select_for_update(of=("self",)).select_related("point").get(pk=check.pk)
    fresh.round = patrol
    return fresh


def _running(key: int, by: User) -> PatrolRound:
    fresh = PatrolRound.objects.select_for_update(of=("self",)).select_related("office", "route").get(pk=key)
    require(by, WALK, fresh)
    if fresh.walker_id != by.pk:
        raise PermissionDenied(WALK)
    if not fresh.is_open:
        raise Conflict(_("This round is over."))
    return fresh


def _moment(patrol: PatrolRound, at: dt.datetime | None) -> dt.datetime:
    """Return when the phone was there; a clock that goes wrong is not believed."""
    return at if at is not None and patrol.begun_at <= at <= now() else now()


def _locked_route(route: PatrolRoute, by: User) -> PatrolRoute:
    fresh = PatrolRoute.objects.select_for_update().get(pk=route.pk)
    require(by, CHANGE, fresh)
    if fresh.retired_at is not None:
        raise Conflict(_("This route was given up."))
    return fresh


def _put_points(route: PatrolRoute, names: list[str]) -> None:
    route.points.in_use().exclude(name__in=names).update(retired_at=now())
    known = {point.name: point for point in route.points.in_use()}
    for position, name in enumerate(names):
        row = known.get(name) or PatrolPoint(route=route, name=name)
        row.position = position
        row.save()
