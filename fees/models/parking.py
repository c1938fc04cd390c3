"""Cars that come and go: entry, exit, what the stay came to (R-FEE-05)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models.bills import Bill
from fees.querysets import ParkingVisitQuerySet
from frontdesk.estate.models import Office, Vehicle
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import Scoped


class ParkingVisit(Scoped):
    """临停记录 · one car from the gate in to the gate out; who comes back within minutes goes on with the visit.

    `began_at` is when the first of the visits it goes on with began: free time and visits count from there, `visits`
    are those charged for this row alone. `vehicle` is the car of the register whose monthly card covered it.
    """

    verbs: ClassVar = {
        "enter_visit": _("let it in"),
        "leave_visit": _("let it out"),
        "lose_ticket": _("let it out without a ticket"),
        "pay_visit": _("took the parking fee"),
    }

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="parking_visits", verbose_name=_("office")
    )
    plate = models.CharField(_("plate"), max_length=12)
    entered_at = models.DateTimeField(_("in at"), default=now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("let in by")
    )
    began_at = models.DateTimeField(_("counts from"), default=now, editable=False)
    left_at = models.DateTimeField(_("out at"), null=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("let out by")
    )
    lost_ticket = models.BooleanField(_("ticket lost"), default=False)
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, related_name="visits", verbose_name=_("monthly card")
    )
    visits = models.PositiveSmallIntegerField(_("visits charged"), default=0)
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, null=True, related_name="visit", verbose_name=_("bill"))

    objects = ParkingVisitQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "plate"], condition=Q(left_at__isnull=True), name="one_open_visit_of_a_plate"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")), name="out_after_in"
            ),
        )
        indexes = (
            models.Index(fields=["office", "-entered_at"], name="visits_by_time"),
            models.Index(fields=["office", "plate"], name="visits_by_plate"),
        )
        ordering = ("-entered_at", "-pk")
        verbose_name = _("parking visit")
        verbose_name_plural = _("parking visits")

    def __str__(self) -> str:
        return self.plate

    def get_absolute_url(self) -> str:
        """Return the page of the visit."""
        return reverse("fees:parkingvisit", args=[self.pk])

    @property
    def is_inside(self) -> bool:
        """Whether the car is still there."""
        return self.left_at is None

    @property
    def goes_on(self) -> bool:
        """Whether it goes on with an earlier visit."""
        return self.began_at < self.entered_at
