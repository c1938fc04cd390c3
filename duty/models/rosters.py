"""The month's roster, its cells, and what was changed after colleagues could rely on it (R-DUTY-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.models.shifts import ShiftType
from duty.querysets import AssignmentQuerySet, RosterQuerySet
from duty.workflow import ROSTER, ROSTER_TONES, RosterState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.models import Job
from frontdesk.kit.scoping import Scoped, ScopedQuerySet
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    import datetime as dt


class Roster(Scoped, Versioned):
    """排班表 · one office's roster of one month; `month` is its first day.

    `version` counts every change, so two who edit meet. `edition` is what colleagues read: 0 as a draft, 1 when
    published, one more with each later change. `figures` is how the draft came about: cost, bound, cost by rule,
    gaps, seconds; of the people only their numbers. `proposal` is a re-plan nobody has taken over yet: since which day,
    and the cells as [person, date, shift before, shift after] by their keys. `stop_asked` tells the optimiser to end.
    """

    State = RosterState
    process = ROSTER
    hidden_fields = frozenset({"figures", "proposal", "stop_asked"})
    verbs: ClassVar = {
        "draft_roster": _("had it drafted"),
        "take_draft": _("took over the draft"),
        "edit_cell": _("changed a cell"),
        "replan_roster": _("had the rest planned again"),
        "take_replan": _("took over what was planned again"),
        "discard_replan": _("left the month as it was"),
        "clear_roster": _("cleared it"),
        "appoint_stand_in": _("appointed a stand-in"),
        "swap_shifts": _("swapped two shifts"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="rosters", verbose_name=_("office"))
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=10, choices=RosterState, default=RosterState.DRAFT)
    edition = models.PositiveIntegerField(_("edition"), default=0)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    figures = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("begun at"), default=now)
    proposal = models.JSONField(default=dict, blank=True)
    stop_asked = models.BooleanField(default=False)
    published_at = models.DateTimeField(_("published at"), null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "month"], name="one_roster_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_roster_begins_on_the_first"),
        )
        ordering = ("-month",)
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        """Return the grid of this month."""
        return reverse("duty:roster", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return ROSTER_TONES[RosterState(self.state)]


class Assignment(Scoped):
    """排班 · one cell of a roster: a colleague, a date, and the shift; without a shift a day off somebody has fixed."""

    class Source(models.TextChoices):
        """How the cell came about."""

        DRAFT = "draft", _("Drafted")
        HAND = "hand", _("By hand")
        STAND_IN = "stand_in", _("Stand-in")
        SWAP = "swap", _("Swapped")
        REPLAN = "replan", _("Planned again")

    office_path: ClassVar[str] = "roster__office"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("roster"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("colleague")
    )
    date = models.DateField(_("date"))
    shift_type = models.ForeignKey(
        ShiftType, on_delete=models.PROTECT, null=True, related_name="assignments", verbose_name=_("shift")
    )
    is_fixed = models.BooleanField(_("fixed"), default=False)
    source = models.CharField(_("came about"), max_length=10, choices=Source, default=Source.DRAFT)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "date"], name="one_shift_per_person_and_day"),
            models.CheckConstraint(
                condition=Q(shift_type__isnull=False) | Q(is_fixed=True), name="a_cell_says_something"
            ),
        )
        indexes = (models.Index(fields=["roster", "date"], name="assignments_of_day"),)
        ordering = ("date", "pk")
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.date} {self.person} {self.shift_type or '–'}"

    @property
    def begins(self) -> dt.datetime:
        """The moment the shift begins; only where there is one."""
        return self.shift_type.begins_on(self.date)

    @property
    def ends(self) -> dt.datetime:
        """The moment the shift ends, perhaps on the next day; only where there is one."""
        return self.shift_type.ends_after(self.date)


class RosterChange(Scoped):
    """排班变更 · one cell that changed after publishing, with who, why, and in which edition."""

    append_only = True
    office_path: ClassVar[str] = "roster__office"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="changes", verbose_name=_("roster"))
    edition = models.PositiveIntegerField(_("edition"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_changes", verbose_name=_("colleague")
    )
    date = models.DateField(_("date"))
    before = models.ForeignKey(
        ShiftType, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("before")
    )
    after = models.ForeignKey(ShiftType, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("after"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    made_at = models.DateTimeField(_("changed at"), default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["person", "-made_at"], name="roster_changes_of_person"),)
        ordering = ("-made_at", "-pk")
        verbose_name = _("change of a roster")
        verbose_name_plural = _("changes of rosters")

    def __str__(self) -> str:
        return f"{self.date} {self.person}"
