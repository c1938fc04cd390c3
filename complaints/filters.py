"""What may be asked of the ticket list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Cause, Contractor, Department, Escalation, Part, Ticket
from complaints.querysets import CLOCKS
from complaints.services import measures
from complaints.workflow import CompensationState, TicketState
from frontdesk.estate.models import Building, Office
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter, YesNoFilter
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from complaints.querysets import EscalationQuerySet, TicketQuerySet

GROUPS = {
    "open": _("All open"),
    "waiting": _("To dispatch"),
    "under_way": _("In somebody's hands"),
    "to_answer": _("To answer"),
    "overdue": _("Overdue"),
}
"""Words of the query set that gather several states, or look at the clock."""
CLOCK_WORDS = dict(Escalation.Clock.choices)
LATE_TO = [(clock, CLOCK_WORDS[clock]) for clock in CLOCKS]
INCIDENT = {"is": _("Incidents"), "belongs": _("Belongs to an incident"), "neither": _("Neither")}
LISTS: dict[str, Any] = {
    "category": Category,
    "department": Department,
    "contractor": Contractor,
    "part": Part,
    "cause": Cause,
    "building": Building,
    "assignee": User,
}
"""Filters that offer one of the office's own lists: of what it uses, of its buildings, of its people."""
NOT_SAID = _("Not said")
"""The answer that finds what says nothing on a question."""
IN_TIME = {
    "finish": _("Finished in time"),
    "finish_late": _("Finished too late, or overdue"),
    "finish_open": _("To be finished, not overdue"),
    "close": _("Closed in time"),
    "close_late": _("Closed too late, or overdue"),
    "close_open": _("To be closed, not overdue"),
}
STANDINGS = {"": measures.IN_TIME, "late": measures.LATE, "open": measures.UNDECIDED}
ONLY_FOR = {
    "satisfaction": "complaints.view_callback",
    "escalated": "complaints.view_escalation",
    "compensation": "complaints.view_compensation",
}
"""Filters that tell something of records not everybody sees who sees tickets."""
SATISFACTION = [(mark, f"{mark} / 5") for mark in range(5, 0, -1)]
WHOSE = {
    "mine": _("Mine"),
    "followed": _("I answer for it"),
    "in_hand": _("In my hands"),
    "free": _("Free to take on"),
}


class TicketFilter(DeskFilterSet):
    """The ledger's questions: where it stands, what it is, whose it is, when it came."""

    state = ChoiceFilter(label=_("State"), choices=[*GROUPS.items(), *TicketState.choices], method="in_state")
    whose = ChoiceFilter(label=_("Whose"), choices=list(WHOSE.items()), method="of_mine")
    kind = ChoiceFilter(label=_("Kind"), choices=Ticket.Kind.choices)
    category = ChoiceFilter(label=_("Category"), method="in_category", null_label=NOT_SAID)
    late = ChoiceFilter(label=_("Late to"), choices=LATE_TO, method="late_to")
    paused = YesNoFilter(label=_("Paused"), method="is_paused")
    major = YesNoFilter(label=_("Major"))
    incident = ChoiceFilter(label=_("Incident"), choices=list(INCIDENT.items()), method="of_incident")
    department = ChoiceFilter(label=_("Department"))
    contractor = ChoiceFilter(label=_("Contractor"), null_label=NOT_SAID)
    part = ChoiceFilter(label=_("Part"), null_label=NOT_SAID)
    cause = ChoiceFilter(label=_("Cause"), null_label=NOT_SAID)
    in_time = ChoiceFilter(label=_("On time"), choices=list(IN_TIME.items()), method="is_in_time")
    work_of = ChoiceFilter(label=_("Work of"), null_label=NOT_SAID, method="is_work_of")
    reopened = YesNoFilter(label=_("Reopened"), method="is_reopened")
    repeated = YesNoFilter(label=_("Repeat repair"), method="is_repeated")
    satisfaction = ChoiceFilter(label=_("Satisfaction"), choices=SATISFACTION, method="answered_with")
    escalated = ChoiceFilter(label=_("Went up to"), choices=Escalation.Level.choices, method="gone_up_to")
    compensation = ChoiceFilter(label=_("Compensation"), choices=CompensationState.choices, method="compensated")
    assignee = ChoiceFilter(label=_("In the hands of"))
    received = DateRangeFilter(label=_("Received"), field_name="received_at")
    building = ChoiceFilter(label=_("Building"), field_name="unit__building", null_label=NOT_SAID)
    channel = ChoiceFilter(label=_("Channel"), choices=Ticket.Channel.choices)
    first_contact = ChoiceFilter(label=_("Answers for it"))
    urgent = YesNoFilter(label=_("Urgent"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Ticket
        search = ("number", "subject", "caller_name", "unit__code", "place", "body")
        more = (
            "building",
            "channel",
            "assignee",
            "first_contact",
            "urgent",
            "category",
            "late",
            "paused",
            "major",
            "incident",
            "department",
            "contractor",
            "part",
            "cause",
            "in_time",
            "work_of",
            "reopened",
            "repeated",
            "satisfaction",
            "escalated",
            "compensation",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self._own_lists() if self.unfolded else {name: [] for name in LISTS}  # all of them are folded away
        for name, entries in own.items():
            self.filters[name].extra["choices"] = entries
        self.filters["first_contact"].extra["choices"] = self.filters["assignee"].extra["choices"]
        self.filters["work_of"].extra["choices"] = self.filters["contractor"].extra["choices"]
        if self.office is not None:  # only who looks at all offices chooses one
            del self.filters["office"]
        for name, permission in ONLY_FOR.items():
            if not self.user.has_perm(permission, self.office):
                del self.filters[name]

    def in_state(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep a group of states or a single one."""
        return getattr(queryset, value)() if value in GROUPS else queryset.filter(state=value)

    def of_mine(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what this person answers for, has in hand, or either; or what they may take on."""
        words = {
            "mine": queryset.mine,
            "followed": queryset.followed_by,
            "in_hand": queryset.in_the_hands_of,
            "free": queryset.free_for,
        }
        return words[value](self.user)

    def _own_lists(self) -> dict[str, list[tuple[int, str]]]:
        """Read what the office's own lists offer, all with one query; each branch before what hangs on it.

        Plain pairs: as records they would cost more than the list's own rows.
        """
        nothing, plain = Value("", output_field=CharField()), F("name")
        parts = []
        for name, model in LISTS.items():
            above, place, position, label = nothing, F("position"), F("position"), plain
            if model is Category:
                above, place = Coalesce("parent__name", nothing), Coalesce("parent__position", "position")
            elif model is User:
                place = position = Value(0)
                label = Coalesce(NullIf("name", nothing), "username")
            rows = offered(model.objects.order_by(), self.user, self.office)
            parts.append(rows.values_list(Value(name, output_field=CharField()), place, above, position, label, "pk"))
        found: dict[str, list[tuple[int, str]]] = {name: [] for name in LISTS}
        for name, _place, above, _position, label, pk in sorted(parts[0].union(*parts[1:], all=True), key=_as_tree):
            found[name].append((pk, f"{above} / {label}" if above else label))
        return found

    def in_category(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep a category with all that hangs below it, or what has none."""
        if value == self.filters["category"].null_value:
            return queryset.filter(category__isnull=True)
        return queryset.filter(Q(category=value) | Q(category__parent=value))

    def late_to(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what should have made a step by now."""
        return queryset.late_at(value)

    def is_paused(self, queryset: TicketQuerySet, _name: str, value: bool) -> TicketQuerySet:  # noqa: FBT001
        """Keep what stands still now, or all else."""
        return queryset.paused() if value else queryset.running()

    def is_in_time(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what made one of its two ends in time, what did not, or what may still; of a contractor, his part."""
        clock, _, how = value.partition("_")
        return queryset.alias(standing=measures.standing(clock, of=self._work_of())).filter(standing=STANDINGS[how])

    def is_work_of(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what is, or was before it came back, a contractor's work; or what never was anybody's."""
        if value == self.filters["work_of"].null_value:
            return queryset.filter(measures.worked_on_by_none())
        return queryset.filter(measures.worked_on_by(value))

    def is_reopened(self, queryset: TicketQuerySet, _name: str, value: bool) -> TicketQuerySet:  # noqa: FBT001
        """Keep what was opened again, or never was; of a contractor, what came back from him."""
        whose = self._work_of()
        back = measures.came_back(**({"contractor": whose} if whose else {}))
        return queryset.filter(back) if value else queryset.exclude(back)

    def _work_of(self) -> str | None:
        """Return the contractor about whose part is asked."""
        whose = self.form.cleaned_data.get("work_of")
        return None if whose == self.filters["work_of"].null_value else whose or None

    def is_repeated(self, queryset: TicketQuerySet, _name: str, value: bool) -> TicketQuerySet:  # noqa: FBT001
        """Keep repeat repairs, or all else."""
        return queryset.filter(measures.repeated()) if value else queryset.exclude(measures.repeated())

    def answered_with(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what somebody called back gave so many of 5."""
        return queryset.filter(measures.answered_with(int(value)))

    def gone_up_to(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what went up as far as a level."""
        return queryset.filter(measures.gone_up_to(int(value)))

    def compensated(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what has a compensation in a state."""
        return queryset.filter(measures.compensated(value))

    def of_incident(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep incidents, the tickets that belong to one, or those that have to do with none."""
        belongs = Q(incident__isnull=False)
        wanted = {"is": Q(is_incident=True), "belongs": belongs, "neither": Q(is_incident=False) & ~belongs}
        return queryset.filter(wanted[value])


def _as_tree(row: tuple[Any, ...]) -> tuple[Any, ...]:
    name, place, above, position, label, pk = row
    return name, place, above or label, bool(above), position, label, pk


class EscalationFilter(DeskFilterSet):
    """To whom it went, because of what, and whether anybody has looked."""

    WHOSE = {
        "unseen": _("Went up to me, unseen"),
        "mine": _("Went up to me"),
        "unlooked": _("Nobody has looked"),
    }

    whose = ChoiceFilter(label=_("Whose"), choices=list(WHOSE.items()), method="of_mine")
    level = ChoiceFilter(label=_("Went to"), choices=Escalation.Level.choices)
    clock = ChoiceFilter(label=_("Because of"), choices=Escalation.Clock.choices)
    at = DateRangeFilter(label=_("Went up"), field_name="at")
    office = ModelFilter(label=_("Office"), field_name="ticket__office", queryset=Office.objects.all())

    class Meta:
        model = Escalation
        search = ("ticket__number", "ticket__subject")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def of_mine(self, queryset: EscalationQuerySet, _name: str, value: str) -> EscalationQuerySet:
        """Keep what went to this person, or what nobody has looked at."""
        if value == "unseen":
            return queryset.unseen_by(self.user)
        return queryset.filter(told=self.user) if value == "mine" else queryset.filter(seen_at__isnull=True)
