"""Routine work: what recurs, and each time it is due (R-RTN-01…05)."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _, pgettext, pgettext_lazy

from duty.querysets_routines import RoutineQuerySet, RoutineTaskQuerySet
from duty.workflow import ROUTINE_TASK, ROUTINE_TONES, RoutineState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned
from frontdesk.staff.roles import IN_OFFICE, Role

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser

LAST_DAY = 31
"""As a day of the month it is the last one, whichever that is."""
MOST_TIMES = 7
FEBRUARY, A_COMMON_YEAR = 2, 2025
OWNERS = [(role, role.label) for role in Role if role in IN_OFFICE]
WEEKDAYS = [
    (0, pgettext_lazy("weekday", "Monday")),
    (1, pgettext_lazy("weekday", "Tuesday")),
    (2, pgettext_lazy("weekday", "Wednesday")),
    (3, pgettext_lazy("weekday", "Thursday")),
    (4, pgettext_lazy("weekday", "Friday")),
    (5, pgettext_lazy("weekday", "Saturday")),
    (6, pgettext_lazy("weekday", "Sunday")),
]


class Evidence(models.TextChoices):
    """完成凭据 · what must be handed in with it."""

    NONE = "none", pgettext_lazy("evidence", "Nothing")
    TEXT = "text", pgettext_lazy("evidence", "A text")
    PHOTO = "photo", pgettext_lazy("evidence", "A photo")
    BOTH = "both", pgettext_lazy("evidence", "A text and a photo")

    @property
    def asks_text(self) -> bool:
        """Whether something must be written."""
        return self in {self.TEXT, self.BOTH}

    @property
    def asks_photo(self) -> bool:
        """Whether a picture must be there."""
        return self in {self.PHOTO, self.BOTH}


class Cycle(models.TextChoices):
    """周期 · how it recurs."""

    WEEK = "week", _("Some times each week")
    WEEKDAY = "weekday", _("Each week on a weekday")
    MONTH = "month", _("Each month by a day")
    QUARTER = "quarter", _("At each quarter's end")
    YEAR = "year", _("Each year by a day")


class DayOff(models.TextChoices):
    """逢休息日 · what becomes of its day if that is no working day."""

    STAYS = "stays", pgettext_lazy("day off", "It stays")
    BEFORE = "before", pgettext_lazy("day off", "The working day before")
    AFTER = "after", pgettext_lazy("day off", "The next working day")


class Owned(models.Model):
    """Whom it falls to, a colleague by name or whoever holds a role, and what they hand in."""

    role = models.CharField(_("falls to the role"), max_length=12, choices=OWNERS, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("falls to"),
    )
    evidence = models.CharField(_("evidence"), max_length=5, choices=Evidence, default=Evidence.TEXT)

    class Meta:
        abstract = True

    @property
    def owner(self) -> Any:
        """Whom it falls to, in words."""
        return self.person or Role(self.role).label


class Routine(Scoped, Versioned, Owned):
    """周期工作 · something done again and again.

    `code` is that of a default, so that an office gets each of them once. `planned_until` is how far ahead its
    occurrences stand on the list.
    """

    Cycle = Cycle
    hidden_fields = frozenset({"planned_until", "code"})
    verbs: ClassVar = {
        "add_routine": _("set up the routine"),
        "edit_routine": _("changed the routine"),
        "retire_routine": _("gave the routine up"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="routines", verbose_name=_("office"))
    code = models.CharField(max_length=20, blank=True, editable=False)
    name = models.CharField(_("routine"), max_length=60)
    task = models.TextField(_("what is done"), max_length=1_000)
    cycle = models.CharField(_("how it recurs"), max_length=8, choices=Cycle, default=Cycle.MONTH)
    times = models.PositiveSmallIntegerField(
        _("times a week"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_TIMES)]
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS, default=0)
    day = models.PositiveSmallIntegerField(
        _("day of the month"), default=28, validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY)]
    )
    month = models.PositiveSmallIntegerField(
        _("month"), default=12, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    on_day_off = models.CharField(_("if it is no working day"), max_length=6, choices=DayOff, default=DayOff.STAYS)
    lead_days = models.PositiveSmallIntegerField(
        _("reminded so many days before"), default=3, validators=[MaxValueValidator(60)]
    )
    tells_quality = models.BooleanField(_("tell whoever answers for quality when it is done"), default=False)
    since = models.DateField(pgettext_lazy("routine", "counts from"), default=local_date)
    planned_until = models.DateField(null=True, editable=False)
    retired_at = models.DateTimeField(pgettext_lazy("routine", "given up at"), null=True, editable=False)

    objects = RoutineQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["office", "name"], condition=Q(retired_at__isnull=True), name="one_routine_of_a_name"
            ),
            models.UniqueConstraint(fields=["office", "code"], condition=~Q(code=""), name="one_default_routine"),
            models.CheckConstraint(condition=~Q(role="") | Q(person__isnull=False), name="a_routine_falls_to_somebody"),
            models.CheckConstraint(
                condition=Q(times__range=(1, MOST_TIMES))
                & Q(weekday__lte=6)
                & Q(day__range=(1, LAST_DAY))
                & Q(month__range=(1, 12)),
                name="a_routine_recurs",
            ),
        )
        ordering = ("name", "pk")
        verbose_name = _("routine")
        verbose_name_plural = _("routines")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page on which it is changed."""
        return reverse("duty:routine", args=[self.pk])

    @property
    def rhythm(self) -> Any:
        """How it recurs, in words, and where its day goes if nobody works on it."""
        before, after = _("{rhythm}, or the working day before"), _("{rhythm}, or the next working day")
        words = {DayOff.BEFORE: before, DayOff.AFTER: after}.get(DayOff(self.on_day_off), "{rhythm}")
        return format_lazy(words, rhythm=self._rhythm)

    @property
    def _rhythm(self) -> Any:
        if self.cycle == Cycle.WEEK:
            return format_lazy(_("{times}× each week"), times=self.times)
        if self.cycle == Cycle.WEEKDAY:
            return format_lazy(_("each {weekday}"), weekday=dict(WEEKDAYS)[self.weekday])
        if self.cycle == Cycle.QUARTER:
            return _("each quarter's end")
        if self.cycle == Cycle.MONTH:
            if self.day == LAST_DAY:
                return _("each month's end")
            return format_lazy(_("by day {day} of each month"), day=self.day)
        last = monthrange(A_COMMON_YEAR, self.month)[1]
        day = pgettext("routine", "end") if self.month == FEBRUARY and self.day > last else f"{min(self.day, last):02d}"
        return format_lazy(_("each year by {month}-{day}"), month=f"{self.month:02d}", day=day)


class RoutineTask(Scoped, Versioned, Owned):
    """周期工作任务 · one time a routine is due; of the week, month, quarter or year beginning at `period`.

    Whom it falls to and the evidence are those of the routine while it is to come, and then stay. `remind_on` is the
    day of the reminder; `reminded_at` and `late_told_at` are when it was given, and when it was told to be overdue.
    """

    State = RoutineState
    process = ROUTINE_TASK
    files_stay = True
    hidden_fields = frozenset({"remind_on", "reminded_at", "late_told_at"})
    verbs: ClassVar = {
        "plan_task": _("put it on the list"),
        "move_task": pgettext_lazy("routine", "moved it with a change of the routine"),
    }

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="routine_tasks", verbose_name=_("office"))
    routine = models.ForeignKey(Routine, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("routine"))
    cycle = models.CharField(max_length=8, choices=Cycle, editable=False)
    period = models.DateField(_("for the time from"))
    turn = models.PositiveSmallIntegerField(pgettext_lazy("routine", "turn"), default=1)
    due_on = models.DateField(pgettext_lazy("routine", "due on"))
    state = models.CharField(_("state"), max_length=8, choices=RoutineState, default=RoutineState.OPEN)
    result = models.TextField(pgettext_lazy("routine", "what was done"), max_length=2_000, blank=True)
    reason = models.CharField(_("why it was passed over"), max_length=300, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="routine_tasks_done",
        verbose_name=_("done by"),
    )
    done_at = models.DateTimeField(_("done at"), null=True)
    done_on = models.DateField(_("done on"), null=True)
    remind_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, editable=False)
    late_told_at = models.DateTimeField(null=True, editable=False)

    objects = RoutineTaskQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["routine", "cycle", "period", "turn"], name="one_task_of_a_period"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_by__isnull=False, done_at__isnull=False, done_on__isnull=False),
                name="a_done_task_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(role="") | Q(person__isnull=False), name="a_routine_task_falls_to_somebody"
            ),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(reason=""), name="a_skipped_task_says_why"),
        )
        indexes = (
            models.Index(fields=["office", "due_on"], name="routine_tasks_by_day"),
            models.Index(fields=["remind_on"], condition=Q(state="open"), name="routine_tasks_open"),
        )
        ordering = ("due_on", "pk")
        verbose_name = _("routine task")
        verbose_name_plural = _("routine work")

    def __str__(self) -> str:
        return f"{self.routine} {self.label}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("duty:routinetask", args=[self.pk])

    @property
    def label(self) -> str:
        """Of which time it is, in words: 2026-11, the second of the week, the fourth quarter."""
        if self.cycle == Cycle.WEEK:
            words = {"day": f"{self.period:%m-%d}", "turn": self.turn}
            return pgettext("routine", "%(day)s week, no. %(turn)s") % words
        if self.cycle == Cycle.MONTH:
            return f"{self.period:%Y-%m}"
        if self.cycle == Cycle.QUARTER:
            return f"{self.period:%Y}-Q{(self.period.month + 2) // 3}"
        return f"{self.period:%Y}" if self.cycle == Cycle.YEAR else date_format(self.due_on, "Y-m-d")

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return "danger" if self.is_late else ROUTINE_TONES[RoutineState(self.state)]

    @property
    def is_late(self) -> bool:
        """Whether its day is over."""
        return self.state == RoutineState.OPEN and self.due_on < local_date()

    @property
    def was_late(self) -> bool:
        """Whether it was done after its day."""
        return self.done_on is not None and self.done_on > self.due_on

    def falls_to(self, user: Any) -> bool:
        """Answer whether it is this person's: named, or holding the role where nobody is named."""
        if self.person_id is not None:
            return self.person_id == user.pk
        return self.role in user.roles_in(self.office_id)

    def may_add_files(self, user: OfficeUser) -> bool:
        """Evidence is added by whoever does it."""
        return user.has_perm("duty.do_routinetask", self) and (
            self.falls_to(user) or user.has_perm("duty.change_routine", self)
        )
