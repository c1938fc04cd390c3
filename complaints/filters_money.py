"""What may be asked of compensations and technical assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from complaints.filters_followup import FollowUpFilter
from complaints.models import Assessment, Compensation, Ticket
from complaints.workflow import AssessmentState, CompensationState
from frontdesk.estate.models import Office
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, ModelFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet


class CompensationFilter(FollowUpFilter):
    """Where it stands, at which level, when it was proposed and paid, by whom."""

    STATES: ClassVar = [
        ("mine", _("To be approved by me")),
        ("running", _("Running")),
        *CompensationState.choices,
    ]

    state = ChoiceFilter(label=_("State"), choices=STATES, method="in_state")
    level = ChoiceFilter(label=_("Level"), choices=Compensation.Level.choices)
    proposed = DateRangeFilter(label=_("Proposed at"), field_name="proposed_at")
    paid = DateRangeFilter(label=_("Paid on"), field_name="paid_at")
    kind = ChoiceFilter(label=_("Kind"), field_name="ticket__kind", choices=Ticket.Kind.choices)
    proposed_by = ChoiceFilter(label=_("Proposed by"))
    office = ModelFilter(label=_("Office"), field_name="ticket__office", queryset=Office.objects.all())

    class Meta:
        model = Compensation
        search = ("ticket__number", "ticket__subject", "ticket__unit__code", "payee", "voucher")
        more = ("paid", "kind", "proposed_by")
        people = ("proposed_by",)
        words = ("running",)

    def in_state(self, queryset: Any, name: str, value: str) -> QuerySet:
        """Keep what waits for this person, what is running, or a single state."""
        return queryset.to_decide_by(self.user) if value == "mine" else super().in_state(queryset, name, value)


class AssessmentFilter(FollowUpFilter):
    """Where it stands, until when it is to be answered, who asked."""

    state = ChoiceFilter(label=_("State"), choices=[("late", _("Late")), *AssessmentState.choices], method="in_state")
    due = DateRangeFilter(label=_("Answer by"), field_name="due_on")
    kind = ChoiceFilter(label=_("Kind"), field_name="ticket__kind", choices=Ticket.Kind.choices)
    asked_by = ChoiceFilter(label=_("Asked by"))
    office = ModelFilter(label=_("Office"), field_name="ticket__office", queryset=Office.objects.all())

    class Meta:
        model = Assessment
        search = ("ticket__number", "ticket__subject", "ticket__unit__code", "expert", "question")
        more = ("kind", "asked_by")
        people = ("asked_by",)
        words = ("late",)
