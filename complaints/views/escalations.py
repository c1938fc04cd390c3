"""What went up, and to whom; whoever it went to says that they have seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints import services
from complaints.filters import EscalationFilter
from complaints.models import Escalation
from complaints.tables import EscalationTable
from frontdesk.kit.pages import ListPage, Preset, safe_next

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


class EscalationList(ListPage):
    """R-TKT-06: every step up; what went to oneself and was not looked at comes first."""

    table = EscalationTable
    filterset = EscalationFilter
    title = _("Escalations")
    permission = "complaints.view_escalation"
    export_permission = "complaints.export_ticket"
    template_name = "complaints/escalation_list.html"
    presets = (
        Preset(_("Went up to me, unseen"), "whose=unseen"),
        Preset(_("Went up to me"), "whose=mine"),
        Preset(_("Nobody has looked"), "whose=unlooked"),
        Preset(_("All"), ""),
    )

    def get_queryset(self) -> QuerySet:
        """Say of each row whether it went to this person, who then says on the spot that they have seen it."""
        return super().get_queryset().with_told_me(self.user)

    def preset_counts(self) -> dict[str, int]:
        """Count what waits for this person."""
        return {"whose=unseen": super().get_queryset().unseen_by(self.user).count()}


@require_POST
def escalation_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that it was looked at, and lead back to where it stood."""
    row = get_object_or_404(Escalation.objects.visible_to(request.user).select_related("ticket"), pk=pk)
    seen = services.see_escalation(row, by=request.user)
    if seen.seen_by != request.user:
        messages.info(request, gettext("%(person)s had looked at it already.") % {"person": seen.seen_by})
    return redirect(safe_next(request, row.ticket.get_absolute_url()))
