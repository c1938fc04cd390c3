"""What may be asked of the monthly reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models import MonthlyReport
from frontdesk.estate.models import Office
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter


class ReportFilter(DeskFilterSet):
    """Which report, of which months, of which office."""

    kind = ChoiceFilter(label=_("Report"), choices=MonthlyReport.Kind.choices)
    month = DateRangeFilter(label=_("Month"), field_name="month")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = MonthlyReport

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]
