"""Shifts as they were worked, and what lies at the post they were worked at (R-DUTY-07, R-DUTY-09)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.querysets_posts import ArticleQuerySet, ShiftQuerySet
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from frontdesk.staff.models import Post

MOST_ARTICLES = 9_999


class Article(Scoped):
    """交接物品 · one thing that lies at a post, and how many of it there should be (R-DUTY-07)."""

    office_path: ClassVar[str] = "post__office"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="articles", verbose_name=_("post"))
    name = models.CharField(_("article"), max_length=40)
    number = models.PositiveSmallIntegerField(_("how many"), default=1, validators=[MaxValueValidator(MOST_ARTICLES)])
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["post", "name"], condition=Q(retired_at__isnull=True), name="one_article_of_a_name"
            ),
        )
        ordering = ("position", "pk")
        verbose_name = _("article at a post")
        verbose_name_plural = _("articles at posts")

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Shift(Scoped, Versioned):
    """班次记录 · one clerk's time at a post, from their acceptance to their successor's.

    `planned_end` is when the roster lets it end; empty where the roster says nothing of it. `tidy_told_at` and
    `late_told_at` are when its clerk was told to tidy up, and a supervisor that nobody has come.
    """

    hidden_fields = frozenset({"tidy_told_at", "late_told_at"})
    verbs: ClassVar = {
        "begin_shift": _("began the shift"),
        "follow_roster": _("changed on the roster when the shift ends"),
        "end_shift": _("ended the shift"),
        "add_helper": _("let a colleague work at the post"),
        "end_helper": _("let a colleague leave the post"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("office"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("post"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="shifts",
        verbose_name=pgettext_lazy("shift", "answers for it"),
    )
    began_at = models.DateTimeField(_("began"), default=now)
    planned_end = models.DateTimeField(_("ends by the roster"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    tidy_told_at = models.DateTimeField(null=True, editable=False)
    late_told_at = models.DateTimeField(null=True, editable=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_shift_number"),
            models.UniqueConstraint(
                fields=["post"], condition=Q(ended_at__isnull=True), name="one_open_shift_of_a_post"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="a_shift_ends_later"
            ),
        )
        indexes = (models.Index(fields=["office", "-began_at"], name="shifts_by_time"),)
        ordering = ("-began_at", "-pk")
        verbose_name = _("shift")
        verbose_name_plural = _("shift records")

    def __str__(self) -> str:
        return f"{self.number} {self.post}"

    def get_absolute_url(self) -> str:
        """Return the page on which all that was done in it stands."""
        return reverse("duty:shift", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is running."""
        return self.ended_at is None

    @property
    def span(self) -> str:
        """From–to as the desk writes it; the end is open while it runs."""
        first = localtime(self.began_at)
        if self.ended_at is None:
            return f"{first:%m-%d %H:%M} –"
        last = localtime(self.ended_at)
        return f"{first:%m-%d %H:%M} – " + (f"{last:%H:%M}" if first.date() == last.date() else f"{last:%m-%d %H:%M}")
