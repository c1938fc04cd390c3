"""What may be asked of the ticket list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.workflow import TicketState
from frontdesk.estate.models import Building, Office
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter, YesNoFilter
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from complaints.querysets import TicketQuerySet

GROUPS = {
    "open": _("All open"),
    "waiting": _("To dispatch"),
    "under_way": _("In somebody's hands"),
    "to_answer": _("To answer"),
    "overdue": _("Overdue"),
}
"""Words of the query set that gather several states, or look at the clock."""
PEOPLE = User.objects.only("username", "name")
WHOSE = {"mine": _("Mine"), "followed": _("I answer for it"), "in_hand": _("In my hands")}


class TicketFilter(DeskFilterSet):
    """The ledger's questions: where it stands, what it is, whose it is, when it came."""

    state = ChoiceFilter(label=_("State"), choices=[*GROUPS.items(), *TicketState.choices], method="in_state")
    whose = ChoiceFilter(label=_("Whose"), choices=list(WHOSE.items()), method="of_mine")
    kind = ChoiceFilter(label=_("Kind"), choices=Ticket.Kind.choices)
    assignee = ModelFilter(label=_("In the hands of"), queryset=PEOPLE)
    received = DateRangeFilter(label=_("Received"), field_name="received_at")
    building = ModelFilter(
        label=_("Building"), field_name="unit__building", queryset=Building.objects.only("name", "position")
    )
    channel = ChoiceFilter(label=_("Channel"), choices=Ticket.Channel.choices)
    first_contact = ModelFilter(label=_("Answers for it"), queryset=PEOPLE)
    urgent = YesNoFilter(label=_("Urgent"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Ticket
        search = ("number", "subject", "caller_name", "unit__code", "place")
        more = ("building", "channel", "assignee", "first_contact", "urgent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:  # only who looks at all offices chooses one
            del self.filters["office"]

    def in_state(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep a group of states or a single one."""
        return getattr(queryset, value)() if value in GROUPS else queryset.filter(state=value)

    def of_mine(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what this person answers for, has in hand, or either."""
        words = {"mine": queryset.mine, "followed": queryset.followed_by, "in_hand": queryset.in_the_hands_of}
        return words[value](self.user)
