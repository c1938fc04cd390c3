"""What may be asked of findings and of rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Finding, PatrolRound, PatrolRoute
from duty.workflow import FindingState
from frontdesk.estate.models import Building, Office
from frontdesk.kit.calendar import local_date
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter

if TYPE_CHECKING:
    from duty.querysets_findings import FindingQuerySet, RoundQuerySet

UNSOLVED, OVERDUE, MINE = "unsolved", "overdue", "mine"
RUNNING, MISSED = "running", "missed"


class FindingFilter(DeskFilterSet):
    """How far, what presses, where, when."""

    which = ChoiceFilter(
        label=_("Which"),
        choices=[(UNSOLVED, _("Not solved")), (OVERDUE, pgettext_lazy("finding", "Overdue")), (MINE, _("Found by me"))],
        method="by_which",
    )
    state = ChoiceFilter(label=_("State"), choices=FindingState.choices)
    building = ModelFilter(label=_("Building"), queryset=Building.objects.all())
    found = DateRangeFilter(label=_("Found"), field_name="found_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Finding
        search = ("number", "text", "place", "unit__code", "found_by__name")
        more = ("building", "found", "office")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def by_which(self, queryset: FindingQuerySet, _name: str, value: str) -> FindingQuerySet:
        """Keep what is not done, what is late, or one's own."""
        if value == MINE:
            return queryset.filter(found_by=self.user)
        return queryset.overdue(local_date()) if value == OVERDUE else queryset.unsolved()


class RoundFilter(DeskFilterSet):
    """Which route, what is running or was missed, when."""

    which = ChoiceFilter(
        label=_("Which"),
        choices=[(RUNNING, _("Running")), (MISSED, _("With points left out")), (MINE, _("Mine"))],
        method="by_which",
    )
    route = ModelFilter(label=_("Route"), queryset=PatrolRoute.objects.all())
    begun = DateRangeFilter(label=pgettext_lazy("patrol", "Began"), field_name="begun_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = PatrolRound
        search = ("route__name", "walker__name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def by_which(self, queryset: RoundQuerySet, _name: str, value: str) -> RoundQuerySet:
        """Keep what is being walked, what was missed, or one's own."""
        if value == MINE:
            return queryset.filter(walker=self.user)
        return queryset.running() if value == RUNNING else queryset.missed()
