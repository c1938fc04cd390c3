"""What else can be done with a key: loss, sealing it, filing cabinets, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from frontdesk.kit.pages import ListPage, MovePage, move_pages
from frontdesk.kit.pages.move import go_to
from keys import services
from keys.forms import moves as forms
from keys.models import FilingOpening, Key, SealOpening
from keys.tables import FilingOpeningTable, LockChangeTable
from keys.views.lending import CollectKey, LendKey, ReturnKey
from keys.workflow import OpeningState

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules

ABOUT = ("office", "unit")


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
