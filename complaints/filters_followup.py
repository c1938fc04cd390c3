"""What may be asked of promises and callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, Promise, Ticket
from complaints.workflow import CallbackState, PromiseState
from frontdesk.estate.models import Office
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from complaints.querysets import CallbackQuerySet, PromiseQuerySet


class FollowUpFilter(DeskFilterSet):
    """What both have in common: whose, where it stands, which office."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = offered(User.objects.order_by("name", "pk"), self.user, self.office)
        names = [(pk, name or account) for pk, name, account in people.values_list("pk", "name", "username")]
        for name in self.Meta.people:
            self.filters[name].extra["choices"] = names
        if self.office is not None:
            del self.filters["office"]

    class Meta:
        people: tuple[str, ...] = ()

    def in_state(self, queryset: Any, _name: str, value: str) -> QuerySet:
        """Keep what a word of the rows says, or a single state."""
        return getattr(queryset, value)() if value in self.Meta.words else queryset.filter(state=value)


class PromiseFilter(FollowUpFilter):
    """Where it stands, whose it is, until when it was promised."""

    state = ChoiceFilter(label=_("State"), choices=[("late", _("Late")), *PromiseState.choices], method="in_state")
    whose = ChoiceFilter(label=_("Whose"), choices=[("mine", _("Mine"))], method="of_mine")
    due = DateRangeFilter(label=_("Promised until"), field_name="due_at")
    kind = ChoiceFilter(label=_("Kind"), field_name="ticket__kind", choices=Ticket.Kind.choices)
    first_contact = ChoiceFilter(label=_("Answers for it"), field_name="ticket__first_contact")
    made_by = ChoiceFilter(label=_("Promised by"))
    office = ModelFilter(label=_("Office"), field_name="ticket__office", queryset=Office.objects.all())

    class Meta:
        model = Promise
        search = ("text", "ticket__number", "ticket__subject", "ticket__unit__code", "ticket__caller_name")
        more = ("kind", "first_contact", "made_by")
        people = ("first_contact", "made_by")
        words = ("late",)

    def of_mine(self, queryset: PromiseQuerySet, _name: str, _value: str) -> PromiseQuerySet:
        """Keep what this person promised or answers for."""
        return queryset.of_mine(self.user)


class CallbackFilter(FollowUpFilter):
    """Where it stands, what was said, about which tickets, when it is due or was called."""

    STATES: ClassVar = [("due", _("To call now")), *CallbackState.choices]

    state = ChoiceFilter(label=_("State"), choices=STATES, method="in_state")
    satisfaction = ChoiceFilter(
        label=_("Satisfaction"),
        choices=[("low", _("1 or 2")), *((str(n), str(n)) for n in range(5, 0, -1))],
        method="of_satisfaction",
    )
    kind = ChoiceFilter(label=_("Kind"), field_name="ticket__kind", choices=Ticket.Kind.choices)
    due = DateRangeFilter(label=_("Call from"), field_name="due_on")
    called = DateRangeFilter(label=_("Called back at"), field_name="ended_at")
    outcome = ChoiceFilter(label=_("Outcome"), choices=Callback.Outcome.choices)
    first_contact = ChoiceFilter(label=_("Answers for it"), field_name="ticket__first_contact")
    ended_by = ChoiceFilter(label=_("Called by"))
    office = ModelFilter(label=_("Office"), field_name="ticket__office", queryset=Office.objects.all())

    class Meta:
        model = Callback
        search = ("ticket__number", "ticket__subject", "ticket__unit__code", "called", "remarks")
        more = ("due", "called", "outcome", "first_contact", "ended_by")
        people = ("first_contact", "ended_by")
        words = ("due",)

    def of_satisfaction(self, queryset: CallbackQuerySet, _name: str, value: str) -> CallbackQuerySet:
        """Keep one answer, or those of the dissatisfied."""
        return queryset.dissatisfied() if value == "low" else queryset.filter(satisfaction=value)
