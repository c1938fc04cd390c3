"""The rest of a month planned again: ordered, looked at as a difference, taken over or left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from duty.forms.rosters import ReasonForm, SinceForm
from duty.models import Roster
from duty.services import replanning
from duty.services.months import Month
from duty.views.rosters import EDIT, RosterPage
from frontdesk.kit.pages import MovePage
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class RosterReplan(RosterPage, MovePage):
    """Have the rest planned again; nothing changes until somebody takes the result over."""

    permission = EDIT
    title = gettext_lazy("Plan the rest of the month again")
    text = gettext_lazy(
        "After leave, or when somebody has left: the fewest changes come first, days that are over stay. You see the "
        "difference before anything changes."
    )
    button = gettext_lazy("Plan again")
    success = gettext_lazy("The rest of the month is being planned.")
    form_class = SinceForm
    template_name = "duty/replan.html"

    def get_initial(self) -> dict[str, Any]:
        """Begin tomorrow."""
        return {"since": replanning.first_day(self.object.month)}

    def get_context(self) -> dict[str, Any]:
        """Add the difference that waits, and the form that takes it over."""
        rows = replanning.proposed(Month.of(self.object))
        return {
            "rows": rows,
            "figures": self.object.proposal.get("figures"),
            "is_planned": bool(self.object.proposal),
            "since": self.object.proposal.get("since"),
            "take": ReasonForm(user=self.user, office=self.object.office),
        }

    def perform(self, form: Any) -> Any:
        return replanning.order_replan(self.object, by=self.user, **form.values())

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_progress", self.object.pk)


class RosterReplanTake(RosterPage, MovePage):
    """Change the cells as was proposed."""

    permission = EDIT
    title = gettext_lazy("Take it over")
    success = gettext_lazy("The rest of the month is changed as was proposed.")
    form_class = ReasonForm
    service = replanning.take_replan


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the month as it is."""
    user: Any = request.user
    roster = get_object_or_404(Roster.objects.visible_to(user).readable_by(user), pk=pk)
    require(user, EDIT, roster)
    replanning.discard_replan(roster, by=user)
    messages.success(request, _("Nothing was changed."))
    return redirect(roster)
