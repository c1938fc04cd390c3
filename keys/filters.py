"""What may be asked of the lists of keys and loans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models import Contractor
from frontdesk.estate.models import Building, Office
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter
from frontdesk.staff.models import User
from keys.models import Cabinet, Key, LentKey, Loan, Ring, SealOpening, StockLine
from keys.workflow import KeyState, OpeningState

if TYPE_CHECKING:
    from keys.querysets import KeyQuerySet, LoanQuerySet, SealOpeningQuerySet, StockLineQuerySet

KEY_GROUPS = {
    "kept": _("All we keep"),
    "overdue": _("Not back in time"),
    "away": _("Not in the cabinet"),
    "to_give_back": _("To give back"),
}
LOAN_GROUPS = {
    "open": _("Out now"),
    "overdue": _("Not back in time"),
    "back": _("All back"),
    "for_good": _("Given back for good"),
}


class KeyFilter(DeskFilterSet):
    """Where a key is, what it is, what it opens."""

    state = ChoiceFilter(label=_("State"), choices=[*KEY_GROUPS.items(), *KeyState.choices], method="in_state")
    kind = ChoiceFilter(label=_("Kind"), choices=Key.Kind.choices)
    cabinet = ChoiceFilter(label=_("Cabinet"), method="in_cabinet")
    building = ChoiceFilter(label=_("Building"), method="in_building")
    ring = ChoiceFilter(label=_("Key ring"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Key
        search = ("tag", "name", "unit__code", "deposited_by__name", "note")
        more = ("building", "ring")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("cabinet", Cabinet), ("building", Building), ("ring", Ring)):
            rows = offered(model.objects.all(), self.user, self.office)
            label = "tag" if model is Ring else "name"
            self.filters[name].extra["choices"] = list(rows.values_list("pk", label))
        if self.office is not None:  # only who looks at all offices chooses one
            del self.filters["office"]

    def in_state(self, queryset: KeyQuerySet, _name: str, value: str) -> KeyQuerySet:
        """Keep a group of states or a single one."""
        return getattr(queryset, value)() if value in KEY_GROUPS else queryset.filter(state=value)

    def in_building(self, queryset: KeyQuerySet, _name: str, value: str) -> KeyQuerySet:
        """Keep keys of a building's units, and of what serves it."""
        return queryset.filter(Q(unit__building=value) | Q(building=value))

    def in_cabinet(self, queryset: KeyQuerySet, _name: str, value: str) -> KeyQuerySet:
        """Keep what hangs in a cabinet, by itself or on a ring."""
        return queryset.in_cabinet_of(value)


class LoanFilter(DeskFilterSet):
    """Who, since when, whether it is back."""

    state = ChoiceFilter(label=_("State"), choices=list(LOAN_GROUPS.items()), method="in_state")
    borrower = ChoiceFilter(label=_("Borrower"), choices=Loan.Borrower.choices)
    kind = ChoiceFilter(label=_("Kind of key"), choices=Key.Kind.choices, method="of_kind")
    lent = DateRangeFilter(label=_("Lent"), field_name="lent_at")
    contractor = ChoiceFilter(label=_("Contractor"))
    colleague = ChoiceFilter(label=_("Colleague"))
    lent_by = ChoiceFilter(label=_("Lent by"))
    unit = ChoiceFilter(label=_("Unit"), method="of_unit")
    person = ChoiceFilter(label=_("Person"), method="of_person")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Loan
        search = ("number", "name", "purpose", "ticket__number")
        more = ("kind", "contractor", "colleague", "lent_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = offered(User.objects.order_by("name", "pk"), self.user, self.office)
        names = [(pk, name or account) for pk, name, account in people.values_list("pk", "name", "username")]
        self.filters["colleague"].extra["choices"] = self.filters["lent_by"].extra["choices"] = names
        contractors = offered(Contractor.objects.all(), self.user, self.office)
        self.filters["contractor"].extra["choices"] = list(contractors.values_list("pk", "name"))
        if self.office is not None:
            del self.filters["office"]
        for name in ("unit", "person"):  # only by a link from its page
            self._keep_linked(name)

    def _keep_linked(self, name: str) -> None:
        """Offer the one record a link names, with its name, if this person may see it; else not the question at all."""
        asked = self.data.get(name, "")
        rows: Any = Key._meta.get_field("unit" if name == "unit" else "deposited_by").related_model._default_manager
        found = offered(rows.all(), self.user, self.office).filter(pk=asked).first() if asked.isdecimal() else None
        if found is None or len(asked) > 18:  # noqa: PLR2004 - beyond 64 bits
            del self.filters[name]
        else:
            self.filters[name].extra["choices"] = [(found.pk, str(found))]

    def in_state(self, queryset: LoanQuerySet, _name: str, value: str) -> LoanQuerySet:
        """Keep what is out, late, back, or given back for good."""
        if value == "back":
            return queryset.filter(closed_at__isnull=False, for_good=False)
        if value == "for_good":
            return queryset.filter(for_good=True)
        return queryset.open() if value == "open" else queryset.overdue()

    def of_kind(self, queryset: LoanQuerySet, _name: str, value: str) -> LoanQuerySet:
        """Keep slips with a key of this kind on them."""
        return queryset.filter(pk__in=LentKey.objects.filter(key__kind=value).values("loan"))

    def of_unit(self, queryset: LoanQuerySet, _name: str, value: str) -> LoanQuerySet:
        """Keep slips with a key of this unit on them."""
        return queryset.filter(pk__in=LentKey.objects.filter(key__unit=value).values("loan"))

    def of_person(self, queryset: LoanQuerySet, _name: str, value: str) -> LoanQuerySet:
        """Keep slips on which somebody took keys, or said yes to an agent."""
        return queryset.filter(Q(person=value) | Q(confirmed_with=value))


class SealOpeningFilter(DeskFilterSet):
    """What waits for whom."""

    state = ChoiceFilter(
        label=_("State"),
        choices=[
            ("to_decide", _("For the manager")),
            ("running", _("Under way")),
            ("owner_waits", _("Owner to be told")),
            *OpeningState.choices,
        ],
        method="in_state",
    )
    requested = DateRangeFilter(label=_("Asked for"), field_name="requested_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all(), field_name="key__office")

    class Meta:
        model = SealOpening
        search = ("key__tag", "key__unit__code", "reason", "old_seal", "new_seal")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def in_state(self, queryset: SealOpeningQuerySet, _name: str, value: str) -> SealOpeningQuerySet:
        """Keep a group of states or a single one."""
        groups = {"to_decide": queryset.to_decide, "running": queryset.running, "owner_waits": queryset.owner_waits}
        return groups[value]() if value in groups else queryset.filter(state=value)


class StockLineFilter(DeskFilterSet):
    """As the register says, or not."""

    result = ChoiceFilter(
        label=pgettext_lazy("stock-take", "Result"),
        choices=[
            ("differing", _("All differences")),
            ("unexplained", _("To explain")),
            *StockLine.Result.choices,
        ],
        method="of_result",
    )

    class Meta:
        model = StockLine
        search = ("tag", "key__unit__code", "explanation")

    def of_result(self, queryset: StockLineQuerySet, _name: str, value: str) -> StockLineQuerySet:
        """Keep a group of results or a single one."""
        groups = {"differing": queryset.differing, "unexplained": queryset.unexplained}
        return groups[value]() if value in groups else queryset.filter(result=value)
