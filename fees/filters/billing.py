"""What may be asked of the lists of tariffs, bills, corrections and reductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import Bill, Correction, Reduction, Tariff
from fees.workflow import CorrectionState, ReductionState
from frontdesk.estate.models import Building, Office, Unit
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter, YesNoFilter
from frontdesk.kit.listing.filters import LocalDateRangeField, PlainRange

if TYPE_CHECKING:
    from fees.querysets import BillQuerySet, ReductionQuerySet

BILL_GROUPS = {
    "open": pgettext_lazy("bills", "Unpaid"),
    "overdue": _("Past due"),
    "disputed": _("Disputed"),
    "paid": _("Paid up"),
}
BEYOND = 19
"""Digits that no record's key has: beyond 64 bits."""


class MonthRangeField(LocalDateRangeField):
    """Two months, written 2026-11 as the browser's own calendar sends them, or as their first days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields:
            field.input_formats = ["%Y-%m", "%Y-%m-%d"]


class MonthRangeFilter(DateRangeFilter):
    """From one month to another, both included (`?month_after=2026-10&month_before=2026-11`)."""

    field_class = MonthRangeField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=PlainRange(attrs={"type": "month", "placeholder": "2026-11"}), **kwargs)


class OfficeFilterSet(DeskFilterSet):
    """Filters of one office's rows; only who looks at all offices chooses one."""

    class Meta:
        search: tuple[str, ...] = ()
        more: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def _offer(self, name: str, rows: Any, label: str = "name") -> None:
        found = offered(rows, self.user, self.office)
        self.filters[name].extra["choices"] = list(found.values_list("pk", label))

    def _keep_linked(self) -> None:
        """Offer the one unit a link names, if this person may see it; else not the question at all."""
        asked = self.data.get("unit", "")
        rows = offered(Unit.objects.all(), self.user, self.office)
        found = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < BEYOND else None
        if found is None:
            del self.filters["unit"]
        else:
            self.filters["unit"].extra["choices"] = [(found.pk, str(found))]


class TariffFilter(OfficeFilterSet):
    """What for, in use or not."""

    kind = ChoiceFilter(label=_("Kind"), choices=Tariff.Kind.choices)
    basis = ChoiceFilter(label=_("Basis"), choices=Tariff.Basis.choices)
    is_active = YesNoFilter(label=_("In use"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Tariff
        search = ("name",)


class BillFilter(OfficeFilterSet):
    """Whose, for what, of which month, paid or not."""

    state = ChoiceFilter(label=_("State"), choices=list(BILL_GROUPS.items()), method="in_state")
    month = MonthRangeFilter(label=_("Month"), field_name="month")
    building = ChoiceFilter(label=_("Building"), field_name="unit__building")
    tariff = ChoiceFilter(label=_("Tariff"))
    source = ChoiceFilter(label=_("How it came about"), choices=Bill.Source.choices)
    unit = ChoiceFilter(label=_("Unit"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Bill
        search = ("unit__code", "vehicle__plate", "subject")
        more = ("building", "tariff", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("building", Building.objects.all())
        self._offer("tariff", Tariff.objects.all())
        self._keep_linked()

    def in_state(self, queryset: BillQuerySet, _name: str, value: str) -> BillQuerySet:
        """Keep what is open, overdue, disputed or paid."""
        found: BillQuerySet = getattr(queryset, value)()
        return found


class CorrectionFilter(OfficeFilterSet):
    """What waits, what was decided when."""

    state = ChoiceFilter(label=_("State"), choices=CorrectionState.choices)
    requested = DateRangeFilter(label=_("Asked for"), field_name="requested_at")
    tariff = ChoiceFilter(label=_("Tariff"), field_name="bill__tariff")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all(), field_name="bill__office")

    class Meta:
        model = Correction
        search = ("bill__unit__code", "reason", "requested_by__name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("tariff", Tariff.objects.all())


class ReductionFilter(OfficeFilterSet):
    """What waits, what is in force, what runs out."""

    GROUPS = {"reducing": _("In force"), "running_out": _("Runs out within two months")}

    state = ChoiceFilter(label=_("State"), choices=[*GROUPS.items(), *ReductionState.choices], method="in_state")
    building = ChoiceFilter(label=_("Building"), field_name="unit__building")
    unit = ChoiceFilter(label=_("Unit"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all(), field_name="unit__office")

    class Meta:
        model = Reduction
        search = ("unit__code", "applicant__name", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("building", Building.objects.all())
        self._keep_linked()

    def in_state(self, queryset: ReductionQuerySet, _name: str, value: str) -> ReductionQuerySet:
        """Keep a group or a single state."""
        found: ReductionQuerySet = getattr(queryset, value)() if value in self.GROUPS else queryset.filter(state=value)
        return found
