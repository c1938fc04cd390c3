"""The ticket list and its everyday questions."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from complaints.filters import TicketFilter
from complaints.tables import TAKE, TicketTable
from frontdesk.kit.pages import Action, ListPage, Preset


class TicketList(ListPage):
    """R-TKT-11: the ledger; the questions above it are what one opens it for."""

    table = TicketTable
    filterset = TicketFilter
    title = _("Tickets")
    permission = "complaints.view_ticket"
    export_permission = "complaints.export_ticket"
    presets = (
        Preset(_("Mine"), "whose=mine"),
        Preset(_("To dispatch"), "state=waiting"),
        Preset(_("Overdue"), "state=overdue"),
        Preset(_("All open"), "state=open"),
        Preset(_("Archived"), "state=archived"),
        Preset(_("All"), ""),
    )
    actions = (
        TAKE,
        Action(_("My work"), "complaints:my_work", "complaints.accept_ticket", "person-workspace"),
    )

    def get_context(self) -> dict[str, Any]:
        """Write beside each question that calls for work how many there are."""
        rows = self.get_queryset()
        numbers = {"whose=mine": rows.mine(self.user).count()}
        numbers |= {f"state={word}": number for word, number in rows.counts().items()}
        presets = [
            (_counted(preset.label, numbers.get(preset.query)), f"?{preset.query}", self._is_in_force(preset))
            for preset in self.presets
        ]
        return {"presets": presets}


def _counted(label: Any, number: int | None) -> Any:
    return format_html('{} <span class="count">{}</span>', label, number) if number else label
