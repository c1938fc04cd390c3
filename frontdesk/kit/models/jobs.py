"""Work in the background: the row is the truth, the queue only a hint."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.scoping import Scoped, ScopedQuerySet

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser


BEGINNING = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Before anything was ever done here."""


class JobQuerySet(ScopedQuerySet):
    """Which jobs a person sees, and which a worker may take."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep a person's own jobs, and all jobs of the offices in which they may see others' work."""
        ids = user.offices_where("kit.view_job")
        return self if ids is None else self.filter(Q(created_by=user.pk) | Q(office__in=ids))

    def claimable(self, now: dt.datetime) -> Self:
        """Keep what a worker may take: waiting and due, or left behind by a worker that died."""
        due = Q(status=Job.Status.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
        return self.filter(due | Q(status=Job.Status.RUNNING, lease_until__lt=now))


class Job(Scoped):
    """后台任务 · one piece of work for the worker, with its progress and its end.

    `params` holds ids only, never personal data. `lease` names the worker that holds the job; it must renew it before
    `lease_until`, or another one takes over.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    TONES: ClassVar[dict[str, str]] = {
        Status.WAITING: "neutral",
        Status.RUNNING: "info",
        Status.DONE: "ok",
        Status.FAILED: "danger",
        Status.CANCELLED: "muted",
    }
    ENDED = (Status.DONE, Status.FAILED, Status.CANCELLED)

    verbs: ClassVar[dict[str, Any]] = {"cancel_job": _("cancelled the job"), "retry_job": _("started the job again")}

    office = models.ForeignKey(
        settings.OFFICE_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("office")
    )
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=200, unique=True)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    text = models.CharField(_("progress"), max_length=300, blank=True)
    error = models.CharField(_("error"), max_length=1000, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    result = models.ForeignKey(
        "kit.Attachment", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("result")
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["status", "lease_until"], name="jobs_to_be_done", condition=Q(status__in=["waiting", "running"])
            ),
            models.Index(fields=["created_by", "-created_at"], name="jobs_of_person"),
        )
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("kit:job", args=[self.pk])

    def may_be_seen_by(self, user: OfficeUser) -> bool:
        """Whether it is this person's own job, or one in an office they answer for."""
        return self._is_own_or_where(user, "kit.view_job")

    may_read_files = may_be_seen_by
    files_are_lists = True

    def may_be_changed_by(self, user: OfficeUser) -> bool:
        """Whether this person may stop it or start it again."""
        return self._is_own_or_where(user, "kit.change_job")

    def _is_own_or_where(self, user: OfficeUser, perm: str) -> bool:
        """Not `has_perm`: a job of no office is the business of who may do this in every office, not in any."""
        ids = user.offices_where(perm)
        return self.created_by_id == user.pk or ids is None or self.office_id in ids

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return self.TONES[self.Status(self.status)]

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.status in self.ENDED

    @property
    def percent(self) -> int:
        """How far it is, 0–100."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def speed(self) -> float | None:
        """Items per second since the start of this attempt; None while nothing can be said."""
        if self.started_at is None or not self.done:
            return None
        seconds = ((self.finished_at or timezone.now()) - self.started_at).total_seconds()
        return self.done / seconds if seconds > 0 else None

    @property
    def seconds_left(self) -> int | None:
        """How long it will still take at this speed; None while nothing can be said."""
        speed = self.speed
        if self.status != self.Status.RUNNING or not speed or not self.total:
            return None
        return round(max(self.total - self.done, 0) / speed)


class Heartbeat(models.Model):
    """The last time a part of the installation was seen alive, e.g. "tick": the sweeper, or a thing was last done."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def claim(cls, name: str, *, since: dt.datetime, at: dt.datetime) -> bool:
        """Answer whether nobody has done this thing since a moment, and take it by compare-and-set.

        A doubled or late tick finds it taken.
        """
        if not cls.objects.filter(name=name).exists():
            cls.objects.bulk_create([cls(name=name, at=BEGINNING)], ignore_conflicts=True)
        return bool(cls.objects.filter(name=name, at__lt=since).update(at=at))
