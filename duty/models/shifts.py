"""Which shifts an office works in, and how many are wanted in each (R-DUTY-02)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.querysets import ShiftTypeQuerySet
from frontdesk.estate.models import Office
from frontdesk.kit.models import Holiday
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.kit.versions import Versioned

DAY_MINUTES = 24 * 60
ANCHOR = dt.date(2000, 1, 1)


class ShiftType(Scoped, Versioned):
    """班次 · one shift of an office's pattern, by the office's wall clock; past midnight where it lasts that long.

    Once a roster names it, code, times and length stay as they are: other times are a new shift, the old one retired.
    """

    class Colour(models.IntegerChoices):
        """The colour of its cells in the grid: `shift-0` to `shift-7` of the style."""

        SUN = 0, pgettext_lazy("colour", "Sun")  # not the weekday, whose short word it is, too
        DUSK = 1, _("Dusk")
        NIGHT = 2, _("Night")
        LEAF = 3, _("Leaf")
        SEA = 4, _("Sea")
        ROSE = 5, _("Rose")
        SAND = 6, _("Sand")
        STONE = 7, _("Stone")

    verbs: ClassVar = {
        "add_shift_type": _("added the shift"),
        "edit_shift_type": _("changed the shift"),
        "retire_shift_type": _("retired the shift"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shift_types", verbose_name=_("office"))
    code = models.CharField(_("short word"), max_length=4)
    name = models.CharField(_("name"), max_length=20)
    starts = models.TimeField(_("begins at"))
    minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), validators=[MinValueValidator(30), MaxValueValidator(DAY_MINUTES)]
    )
    is_late = models.BooleanField(_("counts as a late shift"), default=False)
    colour = models.PositiveSmallIntegerField(_("colour"), choices=Colour, default=Colour.SUN)
    retired_at = models.DateTimeField(_("retired at"), null=True)

    objects = ShiftTypeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "code"], condition=Q(retired_at__isnull=True), name="one_shift_of_a_code"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=30, minutes__lte=DAY_MINUTES), name="shift_length"),
        )
        ordering = ("starts", "minutes", "pk")
        verbose_name = _("kind of shift")
        verbose_name_plural = _("kinds of shifts")

    def __str__(self) -> str:
        return f"{self.name} {self.hours}"

    def get_absolute_url(self) -> str:
        """Return the page of the office's shifts."""
        return reverse("duty:shifttype", args=[self.pk])

    @property
    def start_minute(self) -> int:
        """Minutes from midnight to its beginning."""
        return self.starts.hour * 60 + self.starts.minute

    @property
    def ends(self) -> dt.time:
        """The wall clock's time at its end, perhaps of the next day."""
        return (dt.datetime.combine(ANCHOR, self.starts) + dt.timedelta(minutes=self.minutes)).time()

    @property
    def hours(self) -> str:
        """From–to as the desk writes it."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    def begins_on(self, date: dt.date) -> dt.datetime:
        """Return the moment the shift of a date begins."""
        return timezone.make_aware(dt.datetime.combine(date, self.starts))

    def ends_after(self, date: dt.date) -> dt.datetime:
        """Return the moment the shift of a date ends, perhaps on the next day."""
        return timezone.make_aware(dt.datetime.combine(date, self.starts) + dt.timedelta(minutes=self.minutes))


class Headcount(Scoped):
    """人数要求 · how many a shift takes on one kind of day, and how many of them must be experienced."""

    office_path: ClassVar[str] = "shift_type__office"

    shift_type = models.ForeignKey(ShiftType, on_delete=models.PROTECT, related_name="headcounts")
    day_kind = models.CharField(_("kind of day"), max_length=20, choices=Holiday.Kind)
    people = models.PositiveSmallIntegerField(_("people"), default=1, validators=[MaxValueValidator(200)])
    experienced = models.PositiveSmallIntegerField(
        _("of them experienced"), default=0, validators=[MaxValueValidator(200)]
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["shift_type", "day_kind"], name="one_headcount_a_day_kind"),
            models.CheckConstraint(
                condition=Q(experienced__lte=models.F("people")), name="experienced_are_among_the_people"
            ),
        )
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")

    def __str__(self) -> str:
        return f"{self.shift_type} {self.get_day_kind_display()}: {self.people}"
