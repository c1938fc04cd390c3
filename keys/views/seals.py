"""Sealed keys: an opening asked for, approved, done before a witness, sealed again (R-KEY-06)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, Preset, move_pages
from keys import services
from keys.filters import SealOpeningFilter
from keys.forms import moves as forms
from keys.models import Key, SealOpening
from keys.tables import SealOpeningTable
from keys.workflow import OPENING_TONES, OpeningState

OF_KEY = (
    "key__office",
    "key__unit",
    "key__deposited_by",
    "owner_told_by",
    "requested_by",
    "decided_by",
    "opened_by",
    "sealed_by",
    "loan",
)


class SealOpeningList(ListPage):
    """R-KEY-06: every opening of a sealed key."""

    table = SealOpeningTable
    filterset = SealOpeningFilter
    title = _("Sealed keys")
    permission = "keys.view_sealopening"
    export_permission = "keys.export_key"
    presets = (
        Preset(_("For the manager"), "state=to_decide"),
        Preset(_("Under way"), "state=running"),
        Preset(_("All"), ""),
    )
    actions = (Action(_("All keys"), "keys:key_list", "keys.view_key", "list-ul"),)

    def preset_counts(self) -> dict[str, int]:
        """Count what waits."""
        rows: Any = self.get_queryset()
        counts = rows.aggregate(running=Count("pk", filter=Q(pk__in=rows.running().values("pk"))))
        return {"state=to_decide": rows.to_decide().count(), "state=running": counts["running"]}


class SealOpeningDetail(DetailPage):
    """From the request to the new seal."""

    model = SealOpening
    permission = "keys.view_sealopening"
    related = OF_KEY
    card = "keys/_opening.html"
    state_tones = OPENING_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add its way as steps."""
        opening = self.object
        at = {
            OpeningState.REQUESTED: opening.requested_at,
            OpeningState.APPROVED: None if opening.is_emergency else opening.decided_at,
            OpeningState.OPENED: opening.opened_at,
            OpeningState.SEALED: opening.sealed_at,
        }
        order = list(at)
        is_over = opening.state not in order
        reached = -1 if is_over else order.index(OpeningState(opening.state))
        steps = [
            {
                "label": _("Opening asked for") if step == OpeningState.REQUESTED else step.label,
                "at": at[step],
                "current": step == opening.state,
                "done": place < reached,
            }
            for place, step in enumerate(order)
            if not (opening.is_emergency and step == OpeningState.APPROVED)
        ]
        sees_person = self.user.has_perm("estate.view_person", opening.key)
        return {"steps": [] if is_over else steps, "sees_person": sees_person}


class SealOpeningAdd(FormPage):
    """Ask for it."""

    model = SealOpening
    parent = Key
    form_class = forms.RequestForm
    permission = "keys.request_opening"
    title = _("Ask to open a sealed key")
    button = _("Ask the manager")
    success = _("The managers are told.")
    save = services.request_opening

    def perform(self, form: Any) -> SealOpening:
        return services.request_opening(self.parent, by=self.user, **form.values())


class OpeningMove(MovePage):
    """An act on one opening."""

    model = SealOpening
    related = OF_KEY


class Approve(OpeningMove):
    """The manager lets it be opened."""

    move = "approve_opening"
    needs_password = True
    form_class = forms.DecisionForm
    service = services.approve_opening
    success = _("Approved.")


class Refuse(OpeningMove):
    """The manager does not."""

    move = "refuse_opening"
    form_class = forms.RefuseForm
    service = services.refuse_opening
    success = _("Refused.")


class Withdraw(OpeningMove):
    """It is not needed any more."""

    move = "withdraw_opening"
    service = services.withdraw_opening
    success = _("Withdrawn.")


class AskAgain(OpeningMove):
    """The approval lapsed."""

    move = "ask_again"
    service = services.ask_again
    success = _("The managers are told.")


class TellOwner(OpeningMove):
    """R-KEY-06: the owner hears of an emergency."""

    move = "tell_owner"
    form_class = forms.TellOwnerForm
    service = services.tell_owner
    success = _("Written down.")


class OpenSeal(OpeningMove):
    """Before a second person."""

    move = "open_seal"
    form_class = forms.OpenSealForm
    service = services.open_seal
    success = _("Opened. Seal it again when it is back.")


class CloseSeal(OpeningMove):
    """With a new number."""

    move = "close_seal"
    form_class = forms.CloseSealForm
    service = services.close_seal
    success = _("Sealed again.")


class EndOpening(OpeningMove):
    """Nothing is left to be sealed."""

    move = "end_opening"
    service = services.end_opening


class Review(OpeningMove):
    """The manager takes note of an emergency."""

    move = "review_opening"
    form_class = forms.DecisionForm
    service = services.review_opening
    success = _("Noted.")


opening_move = move_pages(Approve, Refuse, Withdraw, AskAgain, OpenSeal, CloseSeal, EndOpening, TellOwner, Review)
