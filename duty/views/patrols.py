"""Patrols on their pages: routes, and rounds walked on the phone, also through a minute without network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _

from duty.filters_findings import RoundFilter
from duty.forms.findings import BECOMES
from duty.forms.patrols import FinishForm, RouteForm, TickForm
from duty.forms.rosters import NothingForm
from duty.models import PatrolCheck, PatrolRound, PatrolRoute
from duty.services import patrols
from duty.tables_findings import ADD_ROUTE, ROUTES, RoundTable, RouteTable
from frontdesk.kit.attachments import OF_PEOPLE
from frontdesk.kit.models import Attachment
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset

if TYPE_CHECKING:
    from django.http import HttpResponse

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules

KEPT = "X-Kept-Entry"
"""The header by which a phone sends what it kept: it is answered in two words instead of a page (`outbox.js`)."""


class RouteList(ListPage):
    """巡查路线 · where the office walks; a round begins on a route's page."""

    table = RouteTable
    title = _("Patrol routes")
    permission = patrols.VIEW
    export_permission = "duty.export_finding"
    actions = (ADD_ROUTE,)


class RouteAdd(FormPage):
    """A route, a line for each point."""

    model = PatrolRoute
    form_class = RouteForm
    permission = patrols.CHANGE
    title = _("Add a route")
    save = patrols.add_route


class RouteDetail(DetailPage):
    """A route with its points, and who is walking it now."""

    model = PatrolRoute
    permission = patrols.VIEW
    related = ("office",)
    card = "duty/_route.html"

    def get_context(self) -> dict[str, Any]:
        """Add the points, today's rounds under way, and what this person may do."""
        route, user = self.object, self.user
        in_use = route.retired_at is None
        return {
            "points": list(route.points.in_use()),
            "running": list(route.rounds.running().select_related("walker", "route")),
            "may_start": in_use and user.has_perm(patrols.WALK, route),
            "may_change": in_use and user.has_perm(patrols.CHANGE, route),
        }


class RouteEdit(MovePage):
    """Other points, another order."""

    model = PatrolRoute
    related = ("office",)
    permission = patrols.CHANGE
    form_class = RouteForm
    title = _("Edit the route")
    text = _("Rounds that are being walked keep the points they began with.")
    service = patrols.change_route
    success = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        """Begin with the points as they are."""
        return {"name": self.object.name, "points": patrols.points_of(self.object)}


class RouteRetire(MovePage):
    """It is walked no more."""

    model = PatrolRoute
    related = ("office",)
    permission = patrols.CHANGE
    form_class = NothingForm
    title = _("Give the route up")
    text = _("No round of it begins any more. Rounds that were walked stay.")
    style = "danger"
    service = patrols.retire_route


class RoundStart(MovePage):
    """Now."""

    model = PatrolRoute
    related = ("office",)
    permission = patrols.WALK
    form_class = NothingForm
    title = _("Start the round")
    service = patrols.start_round
    success = ""

    def get_success_url(self, obj: PatrolRound) -> str:
        return obj.get_absolute_url()


class RoundList(ListPage):
    """巡查记录 · who walked when, what was left out, what was found."""

    table = RoundTable
    filterset = RoundFilter
    title = _("Patrols")
    permission = patrols.VIEW
    export_permission = "duty.export_finding"
    words = ("with_counts",)
    actions = (ROUTES,)
    presets = (
        Preset(_("All"), ""),
        Preset(_("Running"), "which=running"),
        Preset(_("With points left out"), "which=missed"),
        Preset(_("Mine"), "which=mine"),
    )


class RoundDetail(DetailPage):
    """A round: walked point by point by whoever began it, read by everybody else."""

    model = PatrolRound
    permission = patrols.VIEW
    related = ("office", "route", "walker")
    card = "duty/_round.html"
    template_name = "duty/round.html"

    def get_context(self) -> dict[str, Any]:
        """Add the points with their photos, each with a mark under which its form acts once."""
        patrol = self.object
        checks = list(patrol.checks.select_related("point"))
        photos = _photos_of(checks)
        rows = [{"check": check, "once": uuid4(), "photos": photos.get(check.pk, ())} for check in checks]
        walks = patrol.is_open and patrol.walker_id == self.user.pk and self.user.has_perm(patrols.WALK, patrol)
        return {
            "rows": rows,
            "walks": walks,
            "waiting": sum(check.state == PatrolCheck.State.WAITING for check in checks),
            "found": list(patrol.findings.select_related("building", "unit", "ticket", "patrol_point")),
            "becomes": BECOMES,
            "finish_once": uuid4(),
        }


def _photos_of(checks: list[PatrolCheck]) -> dict[int, list[Attachment]]:
    """Return the photos of each point, by one query."""
    kind, found = ContentType.objects.get_for_model(PatrolCheck), {}
    keys = [check.pk for check in checks]
    rows = Attachment.objects.present().filter(content_type=kind, object_id__in=keys, kind__in=OF_PEOPLE)
    for row in rows.order_by("pk"):
        found.setdefault(row.object_id, []).append(row)
    return found


class WalkerPage(MovePage):
    """Something that only whoever walks the round does; also sent by a phone that kept it for a while."""

    def require(self, target: Any) -> None:
        """Stop whoever does not walk this round."""
        super().require(target)
        if getattr(target, "round", target).walker_id != self.user.pk:
            raise PermissionDenied(self.permission)

    def lead_on(self, url: str) -> HttpResponse:
        return JsonResponse({"done": url}) if self.is_kept else super().lead_on(url)

    def show(self, form: DeskRules, *, status: int = 200) -> HttpResponse:
        return _refused(form, 422) if self.is_kept else super().show(form, status=status)

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        if not self.is_kept:
            return super().conflict(form, error)
        form.refuse(error)
        return _refused(form, 409)

    @property
    def is_kept(self) -> bool:
        """Answer whether a phone sends what it kept."""
        return self.request.method == "POST" and KEPT in self.request.headers


def _refused(form: DeskRules, status: int) -> HttpResponse:
    """Say why, for the phone to show beside what it keeps."""
    said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    return JsonResponse({"refused": said}, status=status)


class PointTick(WalkerPage):
    """Seen, or left out and why."""

    model = PatrolCheck
    related = ("round__office", "round__route", "point")
    permission = patrols.WALK
    form_class = TickForm
    success = ""

    def get_title(self) -> str:
        return str(self.object.point)

    def perform(self, form: DeskRules) -> Any:
        """Tick the point or leave it out."""
        values = form.values()
        if not values.pop("skip"):
            return patrols.tick_point(self.object, by=self.user, **values)
        return patrols.skip_point(self.object, reason=values["remark"], at=values["at"], by=self.user)

    def get_success_url(self, _obj: Any) -> str:
        return self.object.get_absolute_url()


class RoundFinish(WalkerPage):
    """The round is over."""

    model = PatrolRound
    related = ("office", "route", "walker")
    permission = patrols.WALK
    form_class = FinishForm
    title = _("Finish the round")
    service = patrols.finish_round
    success = _("The round is finished.")
