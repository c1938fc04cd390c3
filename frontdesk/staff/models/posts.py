"""Posts, and who answers for what is kept at them (R-DUTY-07, R-DUTY-09)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from frontdesk.staff.querysets import HoldingQuerySet, PostQuerySet


class Post(Scoped, Versioned):
    """岗位 · a place somebody answers for during a shift: the desk, the control room.

    Where an office says that its keys or its money are kept at a post, only who holds it moves them.
    """

    verbs: ClassVar = {
        "add_post": _("set up the post"),
        "edit_post": _("changed the post"),
        "retire_post": _("gave up the post"),
    }

    office = models.ForeignKey("estate.Office", on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    keeps_keys = models.BooleanField(_("the office's keys are kept here"), default=False)
    keeps_money = models.BooleanField(_("the office's cash is kept here"), default=False)
    retired_at = models.DateTimeField(_("given up"), null=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "name"], condition=Q(retired_at__isnull=True), name="one_post_of_a_name"
            ),
            models.UniqueConstraint(
                fields=["office"], condition=Q(retired_at__isnull=True, keeps_keys=True), name="one_post_keeps_the_keys"
            ),
            models.UniqueConstraint(
                fields=["office"],
                condition=Q(retired_at__isnull=True, keeps_money=True),
                name="one_post_keeps_the_money",
            ),
        )
        ordering = ("name", "pk")
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page on which it is set up."""
        return reverse("duty:post", args=[self.pk])


class Holding(Scoped):
    """在岗 · somebody at a post, from–to: who answers for it, who works beside them, who covers for a while.

    `signed_at` is set once the shift is signed over: until the successor accepts, nothing is moved any more.
    """

    class Kind(models.TextChoices):
        """As what."""

        HOLDER = "holder", _("answers for the post")
        BESIDE = "beside", _("works beside them")
        COVER = "cover", _("covers for a while")

    office_path: ClassVar[str] = "post__office"
    verbs: ClassVar = {"join_post": _("came to the post"), "leave_post": _("left the post")}

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("post"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("colleague")
    )
    kind = models.CharField(_("as what"), max_length=6, choices=Kind, default=Kind.HOLDER)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    since = models.DateTimeField(_("since"), default=now)
    until = models.DateTimeField(_("until"), null=True)
    signed_at = models.DateTimeField(_("signed over at"), null=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["post"], condition=Q(until__isnull=True, kind="holder"), name="one_holder_of_a_post"
            ),
            models.UniqueConstraint(
                fields=["post", "person"], condition=Q(until__isnull=True), name="at_a_post_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="a_holding_ends_later"
            ),
        )
        indexes = (models.Index(fields=["post", "since"], name="holdings_of_post"),)
        ordering = ("since", "pk")
        verbose_name = _("time at a post")
        verbose_name_plural = _("times at posts")

    def __str__(self) -> str:
        return f"{self.person} {self.post}"

    def get_absolute_url(self) -> str:
        """Return the page of the post."""
        return self.post.get_absolute_url()
