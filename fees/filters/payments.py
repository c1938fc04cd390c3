"""What may be asked of receipts, voids and tills: when, who, by which means, whose unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from fees.models import Payment, Reversal, Tender, Till
from fees.workflow import ReversalState, TillState
from frontdesk.estate.models import Office, Unit
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from fees.querysets import PaymentQuerySet, RequestQuerySet, TillQuerySet

VALID, VOIDED = "valid", "voided"
MINE = [("mine", _("Mine"))]
LONGEST_KEY = 18


class ByPeople(DeskFilterSet):
    """Filters among which are colleagues of the office, and of all offices the office."""

    people: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = offered(User.objects.order_by("name", "pk"), self.user, self.office)
        names = [(pk, name or account) for pk, name, account in rows.values_list("pk", "name", "username")]
        for name in self.people:
            self.filters[name].extra["choices"] = names
        if self.office is not None:  # only who looks at all offices chooses one
            del self.filters["office"]


class PaymentFilter(ByPeople):
    """When, who took it, by which means, for which unit, whether it still counts."""

    people = ("taken_by",)

    paid = DateRangeFilter(label=_("Paid on"), field_name="paid_at")
    taken_by = ChoiceFilter(label=_("Cashier"))
    method = ChoiceFilter(label=_("Means"), choices=Tender.Method.choices, method="by_means")
    kind = ChoiceFilter(
        label=_("Kind"),
        choices=[(VALID, _("Not voided")), (VOIDED, _("Voided payments")), *Payment.Kind.choices],
        method="of_kind",
    )
    unit = ChoiceFilter(label=_("Unit"), method="of_unit")
    till = ChoiceFilter(label=_("Till"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Payment
        search = ("number", "payer", "unit__code", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("unit", Unit), ("till", Till)):  # only by a link from its page
            self._keep_linked(name, model)

    def _keep_linked(self, name: str, model: Any) -> None:
        """Offer the one record a link names, if this person may see it; else not the question at all."""
        asked = self.data.get(name, "")
        fits = asked.isdecimal() and len(asked) <= LONGEST_KEY
        found = offered(model.objects.all(), self.user, self.office).filter(pk=asked).first() if fits else None
        if found is None:
            del self.filters[name]
        else:
            self.filters[name].extra["choices"] = [(found.pk, str(found))]

    def by_means(self, queryset: PaymentQuerySet, _name: str, value: str) -> PaymentQuerySet:
        """Keep what came by a means, wholly or in part."""
        return queryset.by_means(value)

    def of_kind(self, queryset: PaymentQuerySet, _name: str, value: str) -> PaymentQuerySet:
        """Keep a kind of entry; payments that still count, or those undone."""
        if value in {VALID, VOIDED}:
            return queryset.with_void().filter(kind=Payment.Kind.PAYMENT, voided=value == VOIDED)
        return queryset.filter(kind=value)

    def of_unit(self, queryset: PaymentQuerySet, _name: str, value: str) -> PaymentQuerySet:
        """Keep what was paid for a unit."""
        return queryset.about_unit(value)


class ReversalFilter(ByPeople):
    """What waits for whom."""

    people = ("requested_by",)

    state = ChoiceFilter(
        label=_("State"), choices=[("mine", _("For me to decide")), *ReversalState.choices], method="in_state"
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Reversal.Kind.choices)
    requested = DateRangeFilter(label=_("Asked for"), field_name="requested_at")
    requested_by = ChoiceFilter(label=_("Asked for by"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all(), field_name="payment__office")

    class Meta:
        model = Reversal
        search = ("payment__number", "payment__payer", "payment__unit__code", "reason")

    def in_state(self, queryset: RequestQuerySet, _name: str, value: str) -> RequestQuerySet:
        """Keep what waits for this person, or what is in a state."""
        return queryset.to_decide_by(self.user) if value == "mine" else queryset.filter(state=value)


class TillFilter(ByPeople):
    """Whose, when, how far the close is."""

    people = ("cashier",)

    state = ChoiceFilter(
        label=_("State"), choices=[("to_confirm", _("For me to confirm")), *TillState.choices], method="in_state"
    )
    cashier = ChoiceFilter(label=_("Cashier"))
    whose = ChoiceFilter(label=_("Whose"), choices=MINE, method="of_mine")
    opened = DateRangeFilter(label=_("Opened at"), field_name="opened_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Till
        search = ("number", "cashier__name", "deposit_slip")
        more = ("whose",)

    def in_state(self, queryset: TillQuerySet, _name: str, value: str) -> TillQuerySet:
        """Keep what this person has to confirm, or what is in a state."""
        return queryset.to_confirm_by(self.user) if value == "to_confirm" else queryset.filter(state=value)

    def of_mine(self, queryset: TillQuerySet, _name: str, _value: str) -> TillQuerySet:
        """Keep this person's own."""
        return queryset.of_cashier(self.user)
