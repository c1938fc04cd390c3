"""What a patrol or a routine finds, and the clock by which it gets a solution (R-RTN-01, R-DUTY-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models import Ticket
from duty.models.log import LogEntry
from duty.models.patrols import PatrolPoint, PatrolRound
from duty.models.routines import RoutineTask
from duty.querysets_findings import FindingQuerySet
from duty.workflow import FINDING, FINDING_TONES, UNSOLVED, FindingState
from frontdesk.estate.models import Building, Office, Unit
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.scoping import OfficeUser

SHORT = 30


class Finding(Scoped, Versioned):
    """巡查问题 · something found: solved on the spot, or planned by `plan_by` and then solved.

    `plan_by` is the last day for the plan by the office's figure at the time; `solve_by` what the plan says. What
    became a ticket runs by the ticket's clocks. `due_told_at` and `late_told_at` are when the day that counts now was
    reminded of.
    """

    State = FindingState
    process = FINDING
    files_stay = True
    hidden_fields = frozenset({"due_told_at", "late_told_at"})
    verbs: ClassVar = {"report_finding": _("found it")}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="findings", verbose_name=_("office"))
    number = models.CharField(_("No."), max_length=16, editable=False)
    text = models.TextField(_("what was found"), max_length=1_000)
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, null=True, related_name="findings", verbose_name=_("building")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="findings", verbose_name=_("unit"))
    place = models.CharField(_("where exactly"), max_length=100, blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="findings", verbose_name=_("found by")
    )
    found_at = models.DateTimeField(_("found at"), default=now)
    state = models.CharField(_("state"), max_length=8, choices=FindingState, default=FindingState.OPEN)
    plan_by = models.DateField(_("to be planned by"), null=True)
    plan = models.TextField(_("plan"), max_length=1_000, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned at"), null=True)
    solve_by = models.DateField(_("to be solved by"), null=True)
    solution = models.TextField(_("how it was solved"), max_length=1_000, blank=True)
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("solved by")
    )
    solved_at = models.DateTimeField(_("solved at"), null=True)
    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, null=True, related_name="finding", verbose_name=_("ticket")
    )
    log_entry = models.OneToOneField(
        LogEntry, on_delete=models.PROTECT, null=True, related_name="finding", verbose_name=_("log entry")
    )
    routine_task = models.ForeignKey(
        RoutineTask, on_delete=models.PROTECT, null=True, related_name="findings", verbose_name=_("found at")
    )
    patrol_round = models.ForeignKey(
        PatrolRound, on_delete=models.PROTECT, null=True, related_name="findings", verbose_name=_("patrol round")
    )
    patrol_point = models.ForeignKey(
        PatrolPoint, on_delete=models.PROTECT, null=True, related_name="findings", verbose_name=_("patrol point")
    )
    due_told_at = models.DateTimeField(null=True, editable=False)
    late_told_at = models.DateTimeField(null=True, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "number"], name="one_finding_number"),
            models.CheckConstraint(
                condition=~Q(state=FindingState.OPEN) | Q(plan_by__isnull=False), name="an_open_finding_has_its_day"
            ),
        )
        indexes = (
            models.Index(fields=["office", "-found_at"], name="findings_by_time"),
            models.Index(fields=["plan_by"], condition=Q(state="open"), name="findings_to_plan"),
        )
        ordering = ("-found_at", "-pk")
        verbose_name = pgettext_lazy("patrol", "finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return f"{self.number} {Truncator(self.text).chars(SHORT)}"

    def get_absolute_url(self) -> str:
        """Return the page on which it is planned and solved."""
        return reverse("duty:finding", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return FINDING_TONES[FindingState(self.state)]

    @property
    def where(self) -> str:
        """Where it is, in words."""
        return " · ".join(str(part) for part in (self.unit or self.building, self.place) if part)

    @property
    def due(self) -> dt.date | None:
        """The day that counts now: of the plan, then of the solution; none where a ticket's clocks run."""
        if self.state == FindingState.OPEN:
            return self.plan_by
        return self.solve_by if self.state == FindingState.PLANNED and self.ticket_id is None else None

    @property
    def is_late(self) -> bool:
        """Whether that day is over."""
        return self.due is not None and self.due < local_date()

    @property
    def answers_id(self) -> int:
        """Who answers for it: who planned it, before that who found it."""
        return self.found_by_id if self.planned_by_id is None else self.planned_by_id

    @property
    def is_unsolved(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in UNSOLVED

    def may_add_files(self, user: OfficeUser) -> bool:
        """Photos are added by whoever reports findings."""
        return user.has_perm("duty.report_finding", self)
