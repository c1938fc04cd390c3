"""Pages of promises: all of them, one more on a ticket, and what came of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.filters_followup import PromiseFilter
from complaints.forms.promises import BreakForm, PromiseForm, RenegotiateForm
from complaints.models import Promise, Ticket
from complaints.tables_followup import PromiseTable
from frontdesk.kit.calendar import now
from frontdesk.kit.pages import Figure, FormPage, ListPage, MovePage, Preset, move_pages

S = Promise.State


class PromiseList(ListPage):
    """R-TKT-08: what is promised, late, kept or broken, with the counts of the period asked for."""

    table = PromiseTable
    filterset = PromiseFilter
    title = _("Promises")
    permission = "complaints.view_promise"
    export_permission = "complaints.export_ticket"
    presets = (
        Preset(_("Mine"), "state=open&whose=mine"),
        Preset(_("Late"), "state=late"),
        Preset(_("All open"), "state=open"),
        Preset(_("Kept"), "state=kept"),
        Preset(_("Broken"), "state=broken"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what calls for work."""
        rows: Any = self.get_queryset()
        counts = rows.counts(self.user)
        return {"state=open&whose=mine": counts["mine"], "state=late": counts["late"], "state=open": counts["open"]}

    def get_figures(self, filters: Any) -> list[Figure]:
        """Count how the promises of the filters ended, whatever state is asked for."""
        late = Q(settled_at__gt=F("due_at"))
        counts = filters.without("state").aggregate(
            open=Count("pk", filter=Q(state=S.OPEN)),
            late=Count("pk", filter=Q(state=S.OPEN, due_at__lt=now())),
            kept=Count("pk", filter=Q(state=S.KEPT)),
            kept_late=Count("pk", filter=Q(state=S.KEPT) & late),
            renegotiated=Count("pk", filter=Q(state=S.RENEGOTIATED)),
            broken=Count("pk", filter=Q(state=S.BROKEN)),
        )
        over = _("%(n)s of them late")
        return [
            Figure(_("Open"), counts["open"], *_late(counts["late"], over)),
            Figure(_("Kept"), counts["kept"], "", over % {"n": counts["kept_late"]} if counts["kept_late"] else ""),
            Figure(_("Renegotiated"), counts["renegotiated"]),
            Figure(_("Broken"), counts["broken"], "danger" if counts["broken"] else ""),
        ]


class PromiseAdd(FormPage):
    """One more promise on a ticket."""

    model = Promise
    parent = Ticket
    form_class = PromiseForm
    permission = "complaints.make_promise"
    title = _("Promise something")
    button = _("Write down")
    success = _("Promised: %(object)s")
    save = services.make_promise


class PromiseMove(MovePage):
    """What came of a promise."""

    model = Promise
    related = ("ticket__office",)

    def frame(self) -> dict[str, Any]:
        """Lead back to the ticket."""
        frame = super().frame()
        frame["crumbs"] = [(str(self.object.ticket), self.object.get_absolute_url())]
        return frame

    def form_context(self, form: Any) -> dict[str, Any]:
        """Say which of the ticket's promises it is about."""
        return {**super().form_context(form), "text": f"“{self.object.text}”"}


class Keep(PromiseMove):
    """The office stood by its word."""

    move = "keep_promise"
    service = services.keep_promise
    success = _("Kept: %(object)s")


class Renegotiate(PromiseMove):
    """Another time, or something else."""

    move = "renegotiate_promise"
    form_class = RenegotiateForm
    service = services.renegotiate_promise
    success = _("Promised anew: %(object)s")

    def get_initial(self) -> dict[str, Any]:
        """Keep the words: mostly only the time changes."""
        return {"text": self.object.text}


class Break(PromiseMove):
    """It was not kept."""

    move = "break_promise"
    form_class = BreakForm
    service = services.break_promise
    success = _("Written down as not kept: %(object)s")


promise_move = move_pages(Keep, Renegotiate, Break)


def _late(count: int, words: Any) -> tuple[str, Any]:
    return ("danger", words % {"n": count}) if count else ("", "")
