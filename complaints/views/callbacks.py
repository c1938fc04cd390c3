"""Pages of callbacks: the queue, one call with all one needs for it, and what came of it (R-CB-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints import services
from complaints.filters_followup import CallbackFilter
from complaints.forms.callbacks import AnswerForm, AttemptForm, EndForm
from complaints.models import Callback
from complaints.querysets import DISSATISFIED
from complaints.tables_followup import CallbackTable
from complaints.views.numbers import show_number
from complaints.workflow import CALLBACK_TONES
from frontdesk.kit.activity import history_of
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.pages import Action, DetailPage, Figure, ListPage, MovePage, Preset, move_pages, safe_next

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

S = Callback.State
TICKET = ("ticket__office", "ticket__unit", "ticket__person", "ticket__assignee", "ticket__first_contact")
WHOM = ("caller__unit", "caller__person", "form", "ended_by")


class CallbackList(ListPage):
    """The queue, and what the calls brought."""

    table = CallbackTable
    filterset = CallbackFilter
    words = ("with_call",)
    title = _("Callbacks")
    permission = "complaints.view_callback"
    export_permission = "complaints.export_ticket"
    presets = (
        Preset(_("To call now"), "state=due"),
        Preset(_("All waiting"), "state=waiting"),
        Preset(_("Called"), "state=done"),
        Preset(_("Dissatisfied"), "satisfaction=low"),
        Preset(_("Not reached"), "state=ended"),
        Preset(_("All"), ""),
    )
    actions = (Action(_("Callback rules"), "complaints:callbackrule_list", "complaints.change_settings", "sliders"),)

    def preset_counts(self) -> dict[str, int]:
        """Count whom to call now, and who waits."""
        rows: Any = self.get_queryset()
        return {"state=due": rows.due().count(), "state=waiting": rows.waiting().count()}

    def get_figures(self, filters: Any) -> list[Figure]:
        """Say what share was called and what they said, whatever state or answer is asked for."""
        counts = filters.without("state", "satisfaction").aggregate(
            drawn=Count("pk"),
            called=Count("pk", filter=Q(state=S.DONE)),
            ended=Count("pk", filter=Q(state=S.ENDED)),
            low=Count("pk", filter=Q(satisfaction__lte=DISSATISFIED)),
            average=Avg("satisfaction"),
        )
        average = "—" if counts["average"] is None else f"{counts['average']:.1f}"
        return [
            Figure(_("Drawn"), counts["drawn"]),
            Figure(_("Called"), counts["called"], "", _share(counts["called"], counts["drawn"])),
            Figure(_("Average satisfaction"), average),
            Figure(
                _("Dissatisfied"),
                counts["low"],
                "danger" if counts["low"] else "",
                _share(counts["low"], counts["called"]),
            ),
            Figure(_("Not reached"), counts["ended"]),
        ]


class CallbackDetail(DetailPage):
    """What was reported, done and replied, who was tried when: all one needs on the phone."""

    model = Callback
    permission = "complaints.view_callback"
    related = (*TICKET, *WHOM)
    card = "complaints/_callback.html"
    state_tones = CALLBACK_TONES
    template_name = "complaints/callback.html"

    def get_context(self) -> dict[str, Any]:
        """Open the form for the answer at once: it is what one came for."""
        answer = Callback.process["answer_callback"]
        may_answer = self.object.state in answer.sources and answer.open_to(self.object, self.user)
        form_url = self.url("_move", self.object.pk, answer.name) if may_answer else ""
        return {**call_facts(self.object, self.user), "form_url": form_url}


class CallbackMove(MovePage):
    """What came of a call; afterwards the next one is there."""

    model = Callback
    related = (*TICKET, *WHOM)
    button = _("Write down")
    template_name = "complaints/callback_move.html"

    def get_context(self) -> dict[str, Any]:
        """Show, on a page of its own, what one wants to see while talking."""
        return {} if self.in_place else call_facts(self.object, self.user)

    def get_success_url(self, obj: Callback) -> str:
        """Lead to whom to call next."""
        follower = None if safe_next(self.request) else services.next_to_call(obj, self.user)
        if follower is None:
            return safe_next(self.request) or f"{self.url('_list')}?state=due"
        self.success = _("Written down: %(object)s. This is the next call.")
        return follower.get_absolute_url()


class Answer(CallbackMove):
    """They were reached."""

    move = "answer_callback"
    form_class = AnswerForm
    service = services.answer_callback
    success = _("Written down: %(object)s.")

    def make_form(self, **kwargs: Any) -> Any:
        """Ask what the office's form asks."""
        return super().make_form(questions=self.object.form.lines if self.object.form else (), **kwargs)


class Attempt(CallbackMove):
    """They were not."""

    move = "attempt_callback"
    form_class = AttemptForm
    service = services.attempt_callback
    success = _("Written down: %(object)s.")


class End(CallbackMove):
    """They want no callback."""

    move = "end_callback"
    form_class = EndForm
    service = services.end_callback
    success = _("Written down: %(object)s.")


callback_move = move_pages(Answer, Attempt, End)


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number of whom to call."""
    rows = Callback.objects.visible_to(request.user).select_related(*TICKET, *WHOM)
    callback = get_object_or_404(rows, pk=pk)
    return show_number(
        request,
        callback,
        may=services.may_reveal_called,
        reveal=services.reveal_called,
        templates=("complaints/_called.html", "complaints/callback_number.html"),
        callback=callback,
    )


def call_facts(callback: Callback, user: Any) -> dict[str, Any]:
    """Return what whoever calls wants to see at one look."""
    ticket = callback.ticket
    replied = history_of(ticket).filter(verb="reply_ticket").first()
    number = callback.phone_number
    return {
        "callback": callback,
        "ticket": ticket,
        "unit": callback.caller.unit if callback.caller else ticket.unit,
        "phone": mask_phone(number),
        "may_reveal": bool(number) and services.may_reveal_called(callback, user),
        "replied_by": replied.actor_name if replied else "",
        "attempts": list(callback.attempts.select_related("by")),
        "promises": list(ticket.promises.all()),
        "is_open_again": ticket.archived_at != callback.closed_at and callback.state == S.WAITING,
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""
