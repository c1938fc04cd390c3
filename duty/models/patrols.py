"""Patrols: the routes an office walks, and the rounds somebody walked, point by point (R-DUTY-03, R-RTN-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.querysets_findings import RoundQuerySet, RouteQuerySet
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser


class PatrolRoute(Scoped, Versioned):
    """巡查路线 · the points somebody walks to, in their order."""

    verbs: ClassVar = {
        "add_route": _("set up the route"),
        "change_route": _("changed the route"),
        "retire_route": _("gave the route up"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="patrol_routes", verbose_name=_("office"))
    name = models.CharField(_("route"), max_length=40)
    retired_at = models.DateTimeField(_("given up"), null=True, editable=False)

    objects = RouteQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "name"], condition=Q(retired_at__isnull=True), name="one_patrol_route_of_a_name"
            ),
        )
        ordering = ("name", "pk")
        verbose_name = _("patrol route")
        verbose_name_plural = _("patrol routes")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page on which a round begins."""
        return reverse("duty:patrolroute", args=[self.pk])


class PatrolPoint(Scoped):
    """巡查点 · one place on a route."""

    office_path: ClassVar[str] = "route__office"

    route = models.ForeignKey(PatrolRoute, on_delete=models.PROTECT, related_name="points", verbose_name=_("route"))
    name = models.CharField(_("point"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["route", "name"], condition=Q(retired_at__isnull=True), name="one_patrol_point_of_a_name"
            ),
        )
        ordering = ("position", "pk")
        verbose_name = _("patrol point")
        verbose_name_plural = _("patrol points")

    def __str__(self) -> str:
        return self.name


class PatrolRound(Scoped, Versioned):
    """巡查记录 · one round: who walked, when, and at its end a word on it."""

    verbs: ClassVar = {
        "start_round": _("began the round"),
        "tick_point": _("was at the point"),
        "skip_point": _("left the point out"),
        "finish_round": _("finished the round"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="patrol_rounds", verbose_name=_("office"))
    route = models.ForeignKey(PatrolRoute, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("route"))
    walker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="patrol_rounds", verbose_name=_("walked by")
    )
    begun_at = models.DateTimeField(_("began"), default=now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["route", "walker"], condition=Q(ended_at__isnull=True), name="one_open_round_of_a_walker"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("begun_at")), name="a_round_ends_later"
            ),
        )
        indexes = (models.Index(fields=["office", "-begun_at"], name="rounds_by_time"),)
        ordering = ("-begun_at", "-pk")
        verbose_name = _("patrol round")
        verbose_name_plural = _("patrol rounds")

    def __str__(self) -> str:
        return f"{self.route} {localtime(self.begun_at):%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """Return the page on which it is walked and read."""
        return reverse("duty:patrolround", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is being walked."""
        return self.ended_at is None


class PatrolCheck(Scoped):
    """巡查点记录 · one point of a round: seen, left out and why, or not reached yet."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", pgettext_lazy("patrol", "Not seen yet")
        SEEN = "seen", pgettext_lazy("patrol", "Seen")
        SKIPPED = "skipped", pgettext_lazy("patrol", "Left out")

    TONES: ClassVar[dict[str, str]] = {State.WAITING: "neutral", State.SEEN: "ok", State.SKIPPED: "warn"}
    office_path: ClassVar[str] = "round__office"
    files_stay = True

    round = models.ForeignKey(PatrolRound, on_delete=models.PROTECT, related_name="checks", verbose_name=_("round"))
    point = models.ForeignKey(PatrolPoint, on_delete=models.PROTECT, related_name="checks", verbose_name=_("point"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    at = models.DateTimeField(_("at"), null=True)
    remark = models.TextField(_("remark"), max_length=1_000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["round", "point"], name="one_check_of_a_point"),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(remark=""), name="a_point_is_left_out_with_a_reason"
            ),
        )
        ordering = ("point__position", "pk")
        verbose_name = _("point of a round")
        verbose_name_plural = _("points of rounds")

    def __str__(self) -> str:
        return f"{self.point} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """Return the page of its round."""
        return self.round.get_absolute_url()

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return self.TONES[self.State(self.state)]

    def may_read_files(self, user: OfficeUser) -> bool:
        """Photos are seen by whoever reads rounds."""
        return user.has_perm("duty.view_patrol", self)

    def may_add_files(self, user: OfficeUser) -> bool:
        """Photos are taken by whoever walks the round."""
        return self.round.walker_id == user.pk and self.round.is_open
