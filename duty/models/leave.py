"""Leave and who stands in (R-DUTY-05)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from duty.models.shifts import ShiftType
from duty.querysets import LeaveQuerySet
from duty.workflow import LEAVE, LEAVE_TONES, LeaveState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import ONE_DAY, now
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser

MIDNIGHT = dt.time.min


class Leave(Scoped, Versioned):
    """请假 · one application: days, half days or hours, from one moment to another, decided by the supervisor."""

    class Kind(models.TextChoices):
        """假别."""

        PERSONAL = "personal", _("Personal leave")
        SICK = "sick", _("Sick leave")
        ANNUAL = "annual", _("Annual leave")
        TIME_OFF = "time_off", _("Time off in lieu")
        MARRIAGE = "marriage", _("Marriage leave")
        MATERNITY = "maternity", _("Maternity leave")
        BEREAVEMENT = "bereavement", _("Bereavement leave")
        INJURY = "injury", _("Work injury leave")
        OTHER = "other", _("Other leave")

    State = LeaveState
    process = LEAVE
    verbs: ClassVar = {
        "request_leave": _("asked for leave"),
        "record_leave": _("wrote down a colleague's leave"),
        "give_back_shift": _("gave the shift back"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("office"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("colleague")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LeaveState, default=LeaveState.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for at"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("what was said"), max_length=300, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="leave_dates"),)
        indexes = (models.Index(fields=["person", "starts_at"], name="leaves_of_person"),)
        ordering = ("-starts_at", "-pk")
        verbose_name = _("leave")
        verbose_name_plural = _("leave applications")

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Return the page on which it is decided."""
        return reverse("duty:leave", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return LEAVE_TONES[LeaveState(self.state)]

    @property
    def span(self) -> str:
        """From–to as people say it: whole days as dates, hours of one day with the day named once."""
        first, last = localtime(self.starts_at), localtime(self.ends_at)
        if first.time() == last.time() == MIDNIGHT:
            final = last.date() - ONE_DAY
            return f"{first:%m-%d}" if first.date() == final else f"{first:%m-%d} – {final:%m-%d}"
        return f"{first:%m-%d %H:%M} – " + (f"{last:%H:%M}" if first.date() == last.date() else f"{last:%m-%d %H:%M}")

    def may_read_files(self, user: OfficeUser) -> bool:
        """Papers of leave are for who is away and who decides."""
        return user.pk == self.person_id or user.has_perm("duty.decide_leave", self)

    may_add_files = may_read_files


class StandIn(Scoped):
    """顶班 · who was appointed for a shift somebody is on leave from; without a colleague the gap was accepted."""

    append_only = True
    office_path: ClassVar[str] = "leave__office"

    leave = models.ForeignKey(Leave, on_delete=models.PROTECT, related_name="stand_ins", verbose_name=_("leave"))
    date = models.DateField(_("date"))
    shift_type = models.ForeignKey(ShiftType, on_delete=models.PROTECT, related_name="+", verbose_name=_("shift"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="stand_ins",
        verbose_name=_("stand-in"),
    )
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("appointed by")
    )
    appointed_at = models.DateTimeField(_("appointed at"), default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["leave", "date"], name="one_stand_in_a_day"),)
        ordering = ("date", "pk")
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")

    def __str__(self) -> str:
        return f"{self.date} {self.shift_type} {self.person or ''}".strip()
