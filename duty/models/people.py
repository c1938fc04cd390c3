"""Who is on the roster, when they cannot, and what they would like."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.models.shifts import ShiftType
from duty.querysets import RosteredQuerySet, WishQuerySet
from frontdesk.estate.models import Office
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.kit.versions import Versioned


class Rostered(Scoped, Versioned):
    """排班人员 · one colleague as an office's roster sees them, from–to.

    `weekly_minutes` is what their contract asks; without it the office's figure holds.
    """

    verbs: ClassVar = {
        "add_rostered": _("put them on the roster"),
        "edit_rostered": _("changed how they are rostered"),
        "end_rostered": _("took them off the roster"),
        "add_unavailability": _("wrote down when they can never work"),
        "remove_unavailability": _("took back when they can never work"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="rostered", verbose_name=_("office"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rostered", verbose_name=_("colleague")
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)
    is_experienced = models.BooleanField(_("experienced"), default=True)
    is_trainee = models.BooleanField(_("trainee, never alone"), default=False)
    weekly_minutes = models.PositiveSmallIntegerField(
        _("minutes a week by contract"), null=True, blank=True, validators=[MaxValueValidator(7 * 24 * 60)]
    )

    objects = RosteredQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "person"], condition=Q(ends__isnull=True), name="rostered_once_in_an_office"
            ),
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="rostered_dates"),
            models.CheckConstraint(
                condition=~Q(is_experienced=True, is_trainee=True), name="a_trainee_is_not_experienced"
            ),
        )
        ordering = ("starts", "pk")
        verbose_name = _("rostered colleague")
        verbose_name_plural = _("rostered colleagues")

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        """Return the page of how this colleague is rostered."""
        return reverse("duty:rostered", args=[self.pk])


class Unavailability(Scoped):
    """固定不可排班 · when a colleague can never work: a weekday, or a shift, or both, from–to."""

    office_path: ClassVar[str] = "rostered__office"

    class Weekday(models.IntegerChoices):
        """Monday is 0, as everywhere in Python."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    rostered = models.ForeignKey(Rostered, on_delete=models.PROTECT, related_name="unavailabilities")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, null=True, blank=True)
    shift_type = models.ForeignKey(
        ShiftType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift")
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(weekday__isnull=False) | Q(shift_type__isnull=False), name="unavailable_for_something"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="unavailability_dates"
            ),
        )
        ordering = ("starts", "pk")
        verbose_name = _("fixed unavailability")
        verbose_name_plural = _("fixed unavailabilities")

    def __str__(self) -> str:
        return f"{self.get_weekday_display() or ''} {self.shift_type or ''}".strip()


class Wish(Scoped):
    """排班意愿 · what a colleague would like on one date: a shift or none, to work or to be off."""

    class Kind(models.TextChoices):
        """Whether it is wanted or not."""

        WANT = "want", _("would like")
        AVOID = "avoid", _("rather not")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_wishes", verbose_name=_("colleague")
    )
    date = models.DateField(_("date"))
    shift_type = models.ForeignKey(
        ShiftType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift")
    )
    kind = models.CharField(_("wish"), max_length=5, choices=Kind, default=Kind.AVOID)
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "person", "date", "shift_type"],
                name="one_wish_about_a_shift",
            ),
            models.UniqueConstraint(
                fields=["office", "person", "date"],
                condition=Q(shift_type__isnull=True),
                name="one_wish_about_a_day",
            ),
        )
        ordering = ("date", "pk")
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")

    def __str__(self) -> str:
        return f"{self.person} {self.date} {self.get_kind_display()} {self.shift_type or ''}".strip()

    def get_absolute_url(self) -> str:
        """Return the page of one's own shifts, where wishes are written."""
        return reverse("duty:my_shifts")
