"""What may be asked of the lists of leave and swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from duty.models import Leave, Swap
from duty.workflow import LeaveState, SwapState
from frontdesk.estate.models import Office
from frontdesk.kit.calendar import now
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter

if TYPE_CHECKING:
    from duty.querysets import LeaveQuerySet, SwapQuerySet

AWAY_NOW = "away"
WAITING = "waiting"


class LeaveFilter(DeskFilterSet):
    """Who, which kind, how far, when."""

    state = ChoiceFilter(label=_("State"), choices=[(AWAY_NOW, _("Away now")), *LeaveState.choices], method="in_state")
    kind = ChoiceFilter(label=_("Kind"), choices=Leave.Kind.choices)
    starts = DateRangeFilter(label=_("Begins"), field_name="starts_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Leave
        search = ("person__name", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def in_state(self, queryset: LeaveQuerySet, _name: str, value: str) -> LeaveQuerySet:
        """Keep a state, or who is away at this moment."""
        return queryset.approved().meeting(now(), now()) if value == AWAY_NOW else queryset.filter(state=value)


class SwapFilter(DeskFilterSet):
    """How far."""

    state = ChoiceFilter(
        label=_("State"), choices=[(WAITING, _("Not decided yet")), *SwapState.choices], method="in_state"
    )
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Swap
        search = ("person__name", "other__name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def in_state(self, queryset: SwapQuerySet, _name: str, value: str) -> SwapQuerySet:
        """Keep a state, or all that may still come about."""
        return queryset.undecided() if value == WAITING else queryset.filter(state=value)
