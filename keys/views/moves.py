"""What else can be done with a key: loss, seals, filing cabinets, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, Preset, move_pages
from frontdesk.kit.pages.move import go_to
from keys import services
from keys.filters import SealOpeningFilter
from keys.forms import moves as forms
from keys.models import FilingOpening, Key, SealOpening
from keys.tables import FilingOpeningTable, LockChangeTable, SealOpeningTable
from keys.views.lending import CollectKey, LendKey, ReturnKey
from keys.workflow import OPENING_TONES, OpeningState

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules

ABOUT = ("office", "unit")
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


class KeyMove(MovePage):
    """An act on one key."""

    model = Key
    related = ABOUT

    def get_success_url(self, _obj: Any) -> str:
        return self.object.get_absolute_url()


class ReportLost(KeyMove):
    """R-KEY-08."""

    move = "report_lost"
    form_class = forms.LossForm
    service = services.report_lost
    text = _("It counts as out until it is found or the lock is changed. The supervisors are told.")


class ReportDamaged(KeyMove):
    """R-KEY-08."""

    move = "report_damaged"
    form_class = forms.LossForm
    service = services.report_damaged


class FindKey(KeyMove):
    """It turned up."""

    move = "find_key"
    form_class = forms.LossForm
    service = services.find_key


class RecoverKey(KeyMove):
    """It turned up while its seal is open: back to whoever opened it."""

    move = "recover_key"
    form_class = forms.LossForm
    service = services.find_key
    text = _("It is with whoever opened it, until they seal it again.")


class RepairKey(KeyMove):
    """It can be used again."""

    move = "repair_key"
    service = services.repair_key


class ChangeLock(KeyMove):
    """R-KEY-08: another lock, what it cost, who pays."""

    move = "change_lock"
    form_class = forms.LockForm
    service = services.change_lock
    text = _("The key is of no more use; new copies come onto the register under new tags.")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer the tickets of the key's unit."""
        return super().make_form(key=self.object, **kwargs)


class RetireKey(KeyMove):
    """It opens nothing any more."""

    move = "retire_key"
    form_class = forms.RetireForm
    service = services.retire_key


class EntrustKey(KeyMove):
    """Its owner brings it back."""

    move = "entrust_key"
    form_class = forms.EntrustForm
    service = services.entrust_key

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Ask of a sealed key for its new seal."""
        return super().make_form(key=self.object, **kwargs)


class UnsealKey(KeyMove):
    """R-KEY-06: fire or water do not wait for approval."""

    move = "unseal_key"
    form_class = forms.EmergencyForm
    service = services.unseal_key
    text = _("Only where somebody or something is in danger. Otherwise ask for the opening first.")
    success = _("Opened. Call the owner now, and write down what was said.")

    def get_success_url(self, obj: SealOpening) -> str:
        return obj.get_absolute_url()


class SealKey(KeyMove):
    """R-KEY-06: an entrusted key goes under seal, before a second person."""

    move = "seal_key"
    form_class = forms.CloseSealForm
    service = services.seal_key
    text = _("From now on it is opened with the manager's approval, not lent. It hangs by itself.")


class ResealKey(KeyMove):
    """On the key's page: lead to the opening that is to be closed."""

    move = "reseal_key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = self.get_object()
        opening = key.openings.filter(state=OpeningState.OPENED).first()
        if opening is None or not request.user.has_perm("keys.open_seal", key):
            return super().dispatch(request, *args, **kwargs)
        url = opening.get_absolute_url()
        return go_to(url) if self.in_place else redirect(url)


class OpenCabinet(KeyMove):
    """R-KEY-07: under the clerk's eye."""

    move = "open_cabinet"
    form_class = forms.OpenCabinetForm
    service = services.open_cabinet
    text = _("The key stays with the desk. Whoever writes this down looks on.")


key_move = move_pages(
    LendKey,
    ReturnKey,
    CollectKey,
    EntrustKey,
    ReportLost,
    ReportDamaged,
    FindKey,
    RecoverKey,
    RepairKey,
    ChangeLock,
    RetireKey,
    UnsealKey,
    SealKey,
    ResealKey,
    OpenCabinet,
)


class LockChangeList(ListPage):
    """What lost keys cost."""

    table = LockChangeTable
    title = _("Changed locks")
    permission = "keys.view_key"
    export_permission = "keys.export_key"


class FilingOpeningList(ListPage):
    """R-KEY-07: the log."""

    table = FilingOpeningTable
    title = _("Filing cabinets")
    permission = "keys.view_key"
    export_permission = "keys.export_key"


class FilingClose(MovePage):
    """The cabinet is locked again."""

    model = FilingOpening
    permission = "keys.open_cabinet"
    related = ("key__office", "key__unit")
    title = _("Close the filing cabinet")
    button = pgettext_lazy("filing cabinet", "Closed")
    form_class = forms.CloseCabinetForm
    service = services.close_cabinet
    success = pgettext_lazy("filing cabinet", "Closed.")

    def get_success_url(self, _obj: Any) -> str:
        return self.object.key.get_absolute_url()


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
