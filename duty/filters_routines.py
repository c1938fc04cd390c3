"""What may be asked of routine work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Routine, RoutineTask
from duty.models.routines import OWNERS
from duty.workflow import RoutineState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter

if TYPE_CHECKING:
    from duty.querysets_routines import RoutineQuerySet, RoutineTaskQuerySet

OVERDUE, TODAY, LATE, MINE, IN_USE, RETIRED = "overdue", "today", "late", "mine", "in_use", "retired"


class RoutineTaskFilter(DeskFilterSet):
    """How far, whose, which, when."""

    state = ChoiceFilter(
        label=_("State"),
        choices=[
            (OVERDUE, pgettext_lazy("routine", "Overdue")),
            (TODAY, _("Due today or overdue")),
            *RoutineState.choices,
            (LATE, _("Done late")),
        ],
        method="in_state",
    )
    whose = ChoiceFilter(label=_("Whose"), choices=[(MINE, _("Mine"))], method="of_whom")
    role = ChoiceFilter(label=_("Role"), choices=OWNERS)
    routine = ModelFilter(label=_("Routine"), queryset=Routine.objects.all())
    due = DateRangeFilter(label=pgettext_lazy("routine", "Due on"), field_name="due_on")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = RoutineTask
        search = ("routine__name", "result", "done_by__name", "person__name")
        more = ("role", "routine", "office")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def in_state(self, queryset: RoutineTaskQuerySet, _name: str, value: str) -> RoutineTaskQuerySet:
        """Keep a state, or what presses."""
        if value == TODAY:
            return queryset.due_by(local_date())
        words = {OVERDUE: queryset.overdue, LATE: queryset.done_late}
        return words[value]() if value in words else queryset.filter(state=value)

    def of_whom(self, queryset: RoutineTaskQuerySet, _name: str, _value: str) -> RoutineTaskQuerySet:
        """Keep what falls to who asks."""
        return queryset.of_mine(self.user, self.office)


class RoutineFilter(DeskFilterSet):
    """In use or given up."""

    which = ChoiceFilter(
        label=_("Which"),
        choices=[(IN_USE, _("In use")), (RETIRED, pgettext_lazy("routine", "Given up"))],
        method="by_which",
    )
    role = ChoiceFilter(label=_("Role"), choices=OWNERS)
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Routine
        search = ("name", "task")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def by_which(self, queryset: RoutineQuerySet, _name: str, value: str) -> RoutineQuerySet:
        """Keep what counts, or what does not any more."""
        return queryset.in_use() if value == IN_USE else queryset.filter(retired_at__isnull=False)
