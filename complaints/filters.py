"""What may be asked of the ticket list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.workflow import TicketState
from frontdesk.estate.models import Building, Office
from frontdesk.kit.forms.scope import offered
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
WHOSE = {"mine": _("Mine"), "followed": _("I answer for it"), "in_hand": _("In my hands")}


class TicketFilter(DeskFilterSet):
    """The ledger's questions: where it stands, what it is, whose it is, when it came."""

    state = ChoiceFilter(label=_("State"), choices=[*GROUPS.items(), *TicketState.choices], method="in_state")
    whose = ChoiceFilter(label=_("Whose"), choices=list(WHOSE.items()), method="of_mine")
    kind = ChoiceFilter(label=_("Kind"), choices=Ticket.Kind.choices)
    assignee = ChoiceFilter(label=_("In the hands of"))
    received = DateRangeFilter(label=_("Received"), field_name="received_at")
    building = ChoiceFilter(label=_("Building"), field_name="unit__building")
    channel = ChoiceFilter(label=_("Channel"), choices=Ticket.Channel.choices)
    first_contact = ChoiceFilter(label=_("Answers for it"))
    urgent = YesNoFilter(label=_("Urgent"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Ticket
        search = ("number", "subject", "caller_name", "unit__code", "place", "body")
        more = ("building", "channel", "assignee", "first_contact", "urgent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = offered(User.objects.order_by("name", "pk"), self.user, self.office)
        # Plain pairs, and the people read once for both: as records they would cost more than the list's own rows.
        names = [(pk, name or account) for pk, name, account in people.values_list("pk", "name", "username")]
        self.filters["assignee"].extra["choices"] = self.filters["first_contact"].extra["choices"] = names
        buildings = offered(Building.objects.all(), self.user, self.office)
        self.filters["building"].extra["choices"] = list(buildings.values_list("pk", "name"))
        if self.office is not None:  # only who looks at all offices chooses one
            del self.filters["office"]

    def in_state(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep a group of states or a single one."""
        return getattr(queryset, value)() if value in GROUPS else queryset.filter(state=value)

    def of_mine(self, queryset: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        """Keep what this person answers for, has in hand, or either."""
        words = {"mine": queryset.mine, "followed": queryset.followed_by, "in_hand": queryset.in_the_hands_of}
        return words[value](self.user)
