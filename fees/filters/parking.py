"""What may be asked of the cars that came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import ParkingVisit
from frontdesk.estate.models import Office
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter, YesNoFilter

if TYPE_CHECKING:
    from fees.querysets import ParkingVisitQuerySet

GROUPS = {"inside": _("Inside now"), "left": _("Gone"), "unpaid": _("Fee still open")}


class ParkingVisitFilter(DeskFilterSet):
    """Inside or gone, when, who still owes."""

    state = ChoiceFilter(label=_("State"), choices=list(GROUPS.items()), method="in_state")
    entered = DateRangeFilter(label=pgettext_lazy("parking", "In"), field_name="entered_at")
    left = DateRangeFilter(label=pgettext_lazy("parking", "Out"), field_name="left_at")
    lost = YesNoFilter(label=_("Ticket lost"), field_name="lost_ticket")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = ParkingVisit
        search = ("plate",)
        more = ("left", "lost")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:  # only who looks at all offices chooses one
            del self.filters["office"]

    def in_state(self, queryset: ParkingVisitQuerySet, _name: str, value: str) -> ParkingVisitQuerySet:
        """Keep what is inside, gone, or owes."""
        groups = {"inside": queryset.inside, "unpaid": queryset.unpaid}
        return groups[value]() if value in groups else queryset.filter(left_at__isnull=False)
