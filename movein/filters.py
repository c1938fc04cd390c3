"""What may be asked of the lists of goods passes and gate checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.estate.models import Building, Office, Unit
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter
from frontdesk.staff.models import User
from movein.models import GateCheck, GoodsPass
from movein.models.goods import EXPIRED
from movein.workflow import PassState

if TYPE_CHECKING:
    from movein.querysets import GateCheckQuerySet, GoodsPassQuerySet

BEYOND = 18
"""Digits of a key at most: more is beyond what the database counts."""


class GoodsPassFilter(DeskFilterSet):
    """How it stands, for which day, who asked."""

    state = ChoiceFilter(
        label=_("State"),
        choices=[
            ("running", _("Under way")),
            ("today", pgettext_lazy("goods pass", "Today")),
            *PassState.choices,
            ("expired", EXPIRED),
        ],
        method="in_state",
    )
    day = DateRangeFilter(label=_("Day"), field_name="starts_at")
    kind = ChoiceFilter(label=_("What for"), choices=GoodsPass.Kind.choices)
    applicant = ChoiceFilter(label=_("Applicant"), choices=GoodsPass.Applicant.choices)
    building = ChoiceFilter(label=_("Building"), field_name="unit__building")
    issued_by = ChoiceFilter(label=_("Issued by"))
    unit = ChoiceFilter(label=_("Unit"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = GoodsPass
        search = ("number", "name", "company", "unit__code", "plate", "carrier")
        more = ("building", "issued_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buildings = offered(Building.objects.all(), self.user, self.office)
        self.filters["building"].extra["choices"] = list(buildings.values_list("pk", "name"))
        people = offered(User.objects.order_by("name", "pk"), self.user, self.office)
        names = [(pk, name or account) for pk, name, account in people.values_list("pk", "name", "username")]
        self.filters["issued_by"].extra["choices"] = names
        if self.office is not None:
            del self.filters["office"]
        self._keep_linked_unit()

    def _keep_linked_unit(self) -> None:
        """Offer the one unit a link names, if this person may see it; else not the question at all."""
        asked = self.data.get("unit", "")
        rows = offered(Unit.objects.all(), self.user, self.office)
        found = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) <= BEYOND else None
        if found is None:
            del self.filters["unit"]
        else:
            self.filters["unit"].extra["choices"] = [(found.pk, str(found))]

    def in_state(self, queryset: GoodsPassQuerySet, _name: str, value: str) -> GoodsPassQuerySet:
        """Keep a group of states or a single one; what is issued and over counts as expired."""
        groups = {
            "running": queryset.running,
            "today": queryset.of_day,
            "expired": queryset.expired,
            PassState.ISSUED: queryset.valid,
        }
        return groups[value]() if value in groups else queryset.filter(state=value)


class GateCheckFilter(DeskFilterSet):
    """What came of it, when, before whom."""

    outcome = ChoiceFilter(
        label=pgettext_lazy("goods pass", "Outcome"),
        choices=[("refused", pgettext_lazy("goods pass", "Not let out")), *GateCheck.Outcome.choices],
        method="of_outcome",
    )
    day = DateRangeFilter(label=_("Day"), field_name="at")
    by = ChoiceFilter(label=pgettext_lazy("goods pass", "Guard"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = GateCheck
        search = ("goods_pass__number", "goods_pass__name", "goods_pass__unit__code", "code", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = offered(User.objects.order_by("name", "pk"), self.user, self.office)
        names = [(pk, name or account) for pk, name, account in people.values_list("pk", "name", "username")]
        self.filters["by"].extra["choices"] = names
        if self.office is not None:
            del self.filters["office"]

    def of_outcome(self, queryset: GateCheckQuerySet, _name: str, value: str) -> GateCheckQuerySet:
        """Keep all that was refused, or one outcome."""
        return queryset.refused() if value == "refused" else queryset.filter(outcome=value)
