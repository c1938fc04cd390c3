"""The ticket list and its everyday questions."""

from __future__ import annotations

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

    def preset_counts(self) -> dict[str, int]:
        """Count what calls for work."""
        rows = self.get_queryset()
        by_state = {f"state={word}": number for word, number in rows.counts().items()}
        return {"whose=mine": rows.mine(self.user).count(), **by_state}
