"""The steps of a handover, each on its own page: counted, called, read, noted, signed by two (R-DUTY-07…11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.forms import handover as forms
from duty.forms.signing import AcceptForm, RefuseShiftForm, SignForm
from duty.models import Handover
from duty.services import handover as services
from duty.services.handover.counting import log_to_read
from duty.views.handover import PARTS, said_of
from frontdesk.kit.pages import MovePage, move_pages
from frontdesk.staff import sessions
from frontdesk.staff.signing import takes_pin

if TYPE_CHECKING:
    from frontdesk.kit.forms.base import DeskRules
    from frontdesk.staff.models import User


class HandoverMove(MovePage):
    """One step of a handover."""

    model = Handover
    related = PARTS
    form_class = forms.StepForm
    apart = True
    success = _("Written down.")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form look at the handover."""
        more = {**self.more(), **kwargs}
        form = self.form_class(user=self.user, office=self.object.office, handover=self.object, **more)
        form.target = self.object
        return form

    def more(self) -> dict[str, Any]:
        """Return what else the form needs."""
        return {}

    def get_success_url(self, _obj: Any) -> str:
        return self.object.get_absolute_url()


class CountArticles(HandoverMove):
    """How many of each; what should be there is shown afterwards."""

    move = "count_articles"
    form_class = forms.ArticlesForm
    service = services.count_articles
    text = _("The successor counts, the outgoing clerk stands by. How many there should be is shown afterwards.")
    button = _("Counted")
    template_name = "duty/count_articles.html"


class CallKeys(HandoverMove):
    """Key by key along the cabinet."""

    move = "call_keys"
    form_class = forms.KeysForm
    service = services.call_keys
    text = _("One calls, the other ticks what hangs there. What is not ticked is missing.")
    button = pgettext_lazy("handover", "Called")
    template_name = "duty/call_keys.html"


class CountCash(HandoverMove):
    """Note by note; nothing says what it should come to."""

    move = "count_cash"
    form_class = forms.CashForm
    service = services.count_cash
    text = _("Count without looking at the books. What it should come to is shown afterwards.")
    button = _("Counted")
    template_name = "duty/count_cash.html"


class CheckArea(HandoverMove):
    """The area around the post."""

    move = "check_area"
    form_class = forms.AreaForm
    service = services.check_area

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was found before."""
        return {"finding": self.object.finding, "explained": self.object.finding_explained}


class ReadLog(HandoverMove):
    """What was written in the shift, and what is written for the successor."""

    move = "read_log"
    form_class = forms.ReadForm
    service = services.read_log
    button = _("Read to the end")
    template_name = "duty/read_log.html"

    @cached_property
    def to_read(self) -> list[Any]:
        """Return the entries."""
        return list(log_to_read(self.object))

    def get_initial(self) -> dict[str, Any]:
        """Note up to which entry it was shown."""
        return {"seen": max((entry.number for entry in self.to_read), default=0)}

    def get_context(self) -> dict[str, Any]:
        """Show the entries."""
        return {"to_read": self.to_read}


class NoteWork(HandoverMove):
    """How each piece of open work stands."""

    move = "note_work"
    form_class = forms.WorkForm
    service = services.note_work
    text = _("Listed by itself. Finish it, or write down how it stands: it is handed over by name.")
    template_name = "duty/note_work.html"


class ExplainDifferences(HandoverMove):
    """What the outgoing clerk says of each difference."""

    move = "explain_differences"
    form_class = forms.ExplainForm
    service = services.explain_differences
    text = _("The outgoing clerk says how each difference came.")
    template_name = "duty/explain.html"


class ReleaseWork(HandoverMove):
    """Important work may stay open, says the supervisor."""

    move = "release_work"
    form_class = forms.ReleaseForm
    service = services.release_work


class SignedMove(HandoverMove):
    """Done by whoever gives their PIN or password, whoever is logged in."""

    form_class = SignForm

    @property
    def signer(self) -> User:
        """Return whose word it is."""
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        """Name who signs."""
        return {"request": self.request, "signer": self.signer}

    def perform(self, form: Any) -> Any:
        """Do it in the name of who signed."""
        return type(self).act(self.object, by=form.signer, **form.values())  # type: ignore[attr-defined]


class SignOver(SignedMove):
    """The outgoing clerk signs."""

    move = "sign_over"
    act = staticmethod(services.sign_over)
    text = _("From now on neither keys nor money are moved here until the successor accepts.")
    success = _("Signed over. Now the successor signs.")

    @property
    def signer(self) -> User:
        """Return the outgoing clerk."""
        return self.object.outgoing

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_move", self.object.pk, "accept_shift")


class AcceptShift(SignedMove):
    """The successor signs: the new shift begins, and the desk's PC is theirs."""

    move = "accept_shift"
    form_class = AcceptForm
    act = staticmethod(services.accept_shift)
    text = _("You accept the shift as it stands on the sheet, and answer for the post from now on.")
    success = _("The shift has begun: %(object)s")
    template_name = "duty/accept.html"

    @property
    def signer(self) -> User:
        """Return the successor."""
        return self.object.incoming

    def perform(self, form: Any) -> Any:
        """Let the successor's name stand on top of a desk PC: what is done from now on is done by them."""
        shift = super().perform(form)
        if self.user != form.signer and takes_pin(self.request, form.signer):
            sessions.open_for(self.request, form.signer, by_pin=True)
        return shift

    def get_context(self) -> dict[str, Any]:
        """Show the sheet once more."""
        return {**said_of(self.object, services.open_work(self.object)), "handover": self.object}

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()


class RefuseShift(SignedMove):
    """The successor does not sign, and says why."""

    move = "refuse_shift"
    act = staticmethod(services.refuse_shift)
    form_class = RefuseShiftForm
    text = _("The supervisors are called. Until it is settled, the outgoing clerk answers for the post.")
    success = _("The supervisors are called.")

    @property
    def signer(self) -> User:
        """Return the successor."""
        return self.object.incoming


class SignFor(HandoverMove):
    """The supervisor signs for who is absent."""

    move = "sign_for"
    form_class = forms.WhyForm
    service = services.sign_for


class CountAgain(HandoverMove):
    """The signature is taken back."""

    move = "count_again"
    form_class = forms.WhyForm
    service = services.count_again


class SettleRefusal(HandoverMove):
    """The supervisor says how it was settled."""

    move = "settle_refusal"
    form_class = forms.WhyForm
    service = services.settle_refusal


class ChangeSuccessor(HandoverMove):
    """Somebody else comes."""

    move = "change_successor"
    form_class = forms.OtherSuccessorForm
    service = services.change_successor

    def make_form(self, **kwargs: Any) -> DeskRules:
        form = forms.OtherSuccessorForm(user=self.user, office=self.object.office, shift=self.object.shift, **kwargs)
        form.target = self.object
        return form


class CallOff(HandoverMove):
    """The outgoing clerk stays."""

    move = "call_off"
    form_class = forms.WhyForm
    service = services.call_off


handover_move = move_pages(
    CountArticles,
    CallKeys,
    CountCash,
    CheckArea,
    ReadLog,
    NoteWork,
    ExplainDifferences,
    ReleaseWork,
    SignOver,
    SignFor,
    AcceptShift,
    CountAgain,
    RefuseShift,
    SettleRefusal,
    ChangeSuccessor,
    CallOff,
)
