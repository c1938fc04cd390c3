"""Swaps: proposed on one's own shifts, agreed to, approved (R-DUTY-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.filters_leave import SwapFilter
from duty.forms.leave import RefuseForm
from duty.forms.swaps import SwapForm
from duty.models import Assignment, Swap
from duty.services import swaps as services
from duty.tables_leave import SwapTable
from duty.workflow import SWAP_TONES, SwapState
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.forms.fields import KEY
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset, move_pages
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from frontdesk.kit.forms.base import DeskRules

PEOPLE = ("office", "person", "other", "shift_type", "other_shift_type", "decided_by")


class SwapList(ListPage):
    """Who swaps what with whom; whoever decides nothing sees their own."""

    table = SwapTable
    filterset = SwapFilter
    title = _("Swaps")
    permission = "duty.view_roster"
    export_permission = "duty.export_roster"
    presets = (
        Preset(_("To approve"), "state=agreed"),
        Preset(_("Not decided yet"), "state=waiting"),
        Preset(_("Approved"), "state=approved"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits for the supervisor."""
        rows: Any = self.of_the_office(self.get_queryset())
        return {"state=agreed": rows.to_decide().count()}


class SwapAdd(FormPage):
    """Propose to give one's own published shift, for what a colleague can give or on their day off."""

    model = Swap
    form_class = SwapForm
    permission = "duty.request_swap"
    title = _("Propose a swap")
    button = pgettext_lazy("swap", "Propose")
    success = _("Proposed. Your colleague is asked; nothing changes before the supervisor approves.")
    needs_office = False
    template_name = "duty/swap_form.html"

    mine: Assignment
    other: User | None = None

    def _find(self) -> None:
        """Look up the shift, which is one's own and published, and the colleague of the address."""
        rows = Assignment.objects.published().working().filter(person=self.user)
        self.mine = get_object_or_404(
            rows.select_related("roster__office", "shift_type", "person"), pk=self.kwargs["assignment_pk"]
        )
        self.require(self.mine)
        key = self.request.GET.get("other", "")
        if key:
            users = User.objects.working_in(self.mine.roster.office)
            self.other = users.filter(pk=key).first() if KEY.fullmatch(key) else None
            if self.other is None:
                raise Http404

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form look for what is lawful."""
        return SwapForm(user=self.user, office=self.mine.roster.office, mine=self.mine, other=self.other, **kwargs)

    def get_context(self) -> dict[str, Any]:
        """Offer to look at one colleague alone."""
        colleagues = Assignment.objects.filter(roster=self.mine.roster).values("person")
        people = User.objects.filter(pk__in=colleagues).exclude(pk=self.user.pk).order_by("name", "pk")
        return {"mine": self.mine, "other": self.other, "people": people}

    def perform(self, form: DeskRules) -> Swap:
        """Propose it."""
        return services.propose_swap(self.mine, by=self.user, **form.values())


class SwapDetail(DetailPage):
    """Both shifts, how far it is, and for who decides what it would break."""

    model = Swap
    related = PEOPLE
    card = "duty/_swap.html"
    state_tones = SWAP_TONES

    def get_context(self) -> dict[str, Any]:
        """Add what the rules say as things stand."""
        swap = self.object
        waits = swap.state in {SwapState.PROPOSED, SwapState.AGREED}
        if not (waits and self.user.has_perm(services.DECIDE, swap)):
            return {"outlook": None}
        try:
            hard, soft, as_agreed = services.outlook(swap)
        except Conflict:
            hard, soft, as_agreed = [], [], False
        except DeskError as error:
            hard, soft, as_agreed = [str(error)], [], True
        return {"outlook": {"hard": hard, "soft": soft, "as_agreed": as_agreed}}


class SwapMove(MovePage):
    """One step of a swap."""

    model = Swap
    related = PEOPLE


class AgreeSwap(SwapMove):
    """Yes, says the colleague."""

    move = "agree_swap"
    service = services.agree_swap


class DeclineSwap(SwapMove):
    """No, says the colleague."""

    move = "decline_swap"
    service = services.decline_swap


class ApproveSwap(SwapMove):
    """Yes, says the supervisor; now the shifts change."""

    move = "approve_swap"
    service = services.approve_swap
    text = _("The rules are checked once more; then both shifts change and both are told.")
    success = _("Swapped.")


class RefuseSwap(SwapMove):
    """No, says the supervisor, and why."""

    move = "refuse_swap"
    form_class = RefuseForm
    service = services.refuse_swap


class WithdrawSwap(SwapMove):
    """One of the two thinks better of it."""

    move = "withdraw_swap"
    service = services.withdraw_swap


swap_move = move_pages(AgreeSwap, DeclineSwap, ApproveSwap, RefuseSwap, WithdrawSwap)
