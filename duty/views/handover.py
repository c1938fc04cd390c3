"""A handover on its pages: step by step, signed by two (R-DUTY-07…11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from duty.filters_posts import HandoverFilter
from duty.forms import handover as forms
from duty.models import Handover, HandoverItem, HandoverLine, Shift
from duty.services import handover as services, records
from duty.services.handover.signing import steps_of
from duty.services.handover.work import still_open
from duty.tables_posts import HandoverTable
from duty.workflow import HANDOVER, HANDOVER_TONES, STEPS, HandoverState
from fees.models import DENOMINATIONS
from frontdesk.kit.listing.links import Action
from frontdesk.kit.pages import DetailPage, ListPage, MovePage, Page, Preset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules

VIEW = "duty.view_handover"
PARTS = ("office", "shift__post", "shift__clerk", "outgoing", "incoming", "signed_by", "settled_by", "next_shift")
SMALL = {"explain_differences", "release_work", *(move.name for move in STEPS)}
"""Moves that stand in the list of steps, not among the buttons."""
STEP_OF = {
    "articles": "count_articles",
    "keys": "call_keys",
    "cash": "count_cash",
    "area": "check_area",
    "log": "read_log",
    "work": "note_work",
}


class HandoverBegin(MovePage):
    """Begin to hand a shift over."""

    model = Shift
    permission = records.HOLD
    related = ("office", "post", "clerk")
    noun = "shift"
    title = _("Hand over")
    text = _("Both stand at the post. Until the successor has signed, the outgoing clerk answers for it.")
    form_class = forms.SuccessorForm
    service = services.begin_handover
    success = ""

    def make_form(self, **kwargs: Any) -> DeskRules:
        form = forms.SuccessorForm(user=self.user, office=self.object.office, shift=self.object, **kwargs)
        form.target = self.object
        return form

    def get_initial(self) -> dict[str, Any]:
        """Begin with who asks, if that is not the outgoing clerk, else with who comes next by the roster."""
        if self.user.pk != self.object.clerk_id:
            return {"incoming": self.user.pk}
        return {"incoming": records.who_comes(self.object)}


class HandoverList(ListPage):
    """交接班 · who handed over to whom, what differed, what was refused."""

    table = HandoverTable
    filterset = HandoverFilter
    title = _("Handovers")
    permission = VIEW
    presets = (
        Preset(_("All"), ""),
        Preset(_("Running"), "state=running"),
        Preset(_("Refused"), "state=refused"),
        Preset(_("With differences"), "which=differing"),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits for a supervisor."""
        rows: Any = self.get_queryset()
        return {"state=refused": rows.refused().count()}


class HandoverDetail(DetailPage):
    """One handover: its steps, what is still to do, what was counted, what is open, who signed."""

    model = Handover
    permission = VIEW
    related = PARTS
    card = "duty/_handover.html"
    state_tones = HANDOVER_TONES
    attachments = True
    actions = (Action(_("Print the sheet"), "duty:handover_sheet", VIEW, "printer"),)

    def get_title(self) -> str:
        return str(_("Handover of %(shift)s") % {"shift": self.object.shift})

    def get_context(self) -> dict[str, Any]:
        """Add the steps with what may be done of them, and everything the sheet says."""
        handover = self.object
        may = {move.name for move in HANDOVER if handover.state in move.sources and move.open_to(handover, self.user)}
        return {
            **said_of(handover, self.work),
            "steps": [
                {
                    "label": HANDOVER[STEP_OF[step]].label,
                    "icon": HANDOVER[STEP_OF[step]].icon,
                    "done": handover.steps.get(step),
                    "url": self._move_url(STEP_OF[step]) if STEP_OF[step] in may else "",
                }
                for step in steps_of(handover)
            ],
            "missing": self.missing,
            "explain_url": self._move_url("explain_differences") if "explain_differences" in may else "",
            "release_url": self._move_url("release_work") if "release_work" in may else "",
        }

    def _moves(self) -> list[Any]:
        """Leave out what stands in the list of steps, and the signature as long as something is missing."""
        hidden = {self._move_url(name) for name in SMALL}
        if self.missing:
            hidden |= {self._move_url("sign_over"), self._move_url("sign_for")}
        return [link for link in super()._moves() if link.href not in hidden]

    @cached_property
    def missing(self) -> list[str]:
        """Return what stands between it and the signature; nothing once it is signed."""
        return services.missing(self.object, self.work) if self.object.state == HandoverState.COUNTING else []

    @cached_property
    def work(self) -> list[Any]:
        """Return its open work, asked for once."""
        return services.open_work(self.object)

    def _move_url(self, name: str) -> str:
        return self.url("_move", self.object.pk, name)


def said_of(handover: Handover, work: Sequence[Any]) -> dict[str, Any]:
    """Return what the sheet says: the counts, the cash note by note, the open work."""
    lines = list(handover.lines.select_related("explained_by"))
    counts = handover.cash_counts
    return {
        "lines": lines,
        "differing": [line for line in lines if line.differs],
        "cash_kind": HandoverLine.Kind.CASH,
        "pieces": [
            (value, counts[str(value)], value * counts[str(value)]) for value in DENOMINATIONS if str(value) in counts
        ],
        "work": work,
    }


class HandoverSheet(Page):
    """交接班记录表 · the handover on one page, with room for two signatures in ink."""

    model = Handover
    permission = VIEW
    related = PARTS
    title = _("Handover sheet")
    template_name = "duty/handover_sheet.html"

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        handover = self.object = self.get_object()
        self.require(handover)
        crumbs = [*self.frame()["crumbs"], (str(handover), handover.get_absolute_url())]
        return self.respond({**said_of(handover, services.open_work(handover)), "handover": handover, "crumbs": crumbs})


def handover_of(shift: Shift) -> Handover | None:
    """Return the running handover of a shift, or the one by which it ended."""
    rows = Handover.objects.filter(shift=shift).exclude(state=HandoverState.WITHDRAWN)
    found: Handover | None = rows.select_related("incoming", "shift").order_by("-pk").first()
    return found


def begin_url(shift: Shift) -> str:
    """Return the address at which a shift is handed over."""
    return reverse("duty:shift_hand_over", args=[shift.pk])


def carried_over(shift: Shift) -> list[tuple[HandoverItem, bool]]:
    """Return what was handed over to a shift, what is still open first."""
    return sorted(still_open(shift), key=lambda pair: not pair[1])
