"""Contractors: what each has in hand, and how they stand beside each other (R-TKT-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Contractor, Ticket
from complaints.services.ranking import ranked
from complaints.tables_contractors import RankingTable
from complaints.workflow import TicketState
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.pages import DetailPage, ListPage, Preset
from frontdesk.kit.periods import Period, quarter_of, year_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

RANKING = _("Contractors' ranking")
LISTED = 300


def period_asked(word: str) -> Period:
    """Return the stretch of days an address names; this quarter where it names none."""
    today = local_date()
    if word == "year":
        return year_of(today)
    this = quarter_of(today)
    return quarter_of(this.first - ONE_DAY) if word == "last_quarter" else this


class ContractorRanking(ListPage):
    """Who has most overdue, who comes late."""

    table = RankingTable
    title = RANKING
    permission = "complaints.view_report"
    export_permission = "complaints.export_ticket"
    template_name = "complaints/contractor_ranking.html"
    presets = (
        Preset(_("This quarter"), ""),
        Preset(_("Last quarter"), "period=last_quarter"),
        Preset(_("This year"), "period=year"),
    )

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        return ranked(rows, period_asked(self.params.get("period", "")), at=now())

    def get_context(self) -> dict[str, Any]:
        return {"period": period_asked(self.params.get("period", ""))}


class ContractorDetail(DetailPage):
    """One contractor with what he has in hand, oldest first; printed it is the list he is given."""

    model = Contractor
    permission = "complaints.view_every_ticket"
    related = ("office",)
    template_name = "complaints/contractor.html"
    card = "complaints/_contractor.html"
    edit_permission = "complaints.change_catalogue"

    def frame(self) -> dict[str, Any]:
        may = self.user.has_perm("complaints.view_report", self.object)
        crumbs = [(RANKING, reverse("complaints:contractor_ranking"))] if may else []
        return {**super().frame(), "crumbs": crumbs}

    def get_context(self) -> dict[str, Any]:
        """Add his tickets, those done and not confirmed yet, and how he stands this quarter."""
        tickets = Ticket.objects.visible_to(self.user).filter(contractor=self.object.pk)
        tickets = tickets.select_related("unit", "part", "cause", "incident").order_by("received_at", "pk")
        in_hand = list(tickets.under_way()[: LISTED + 1])
        return {
            "tickets": in_hand[:LISTED],
            "cut": len(in_hand) > LISTED,
            "unconfirmed": tickets.filter(state=TicketState.DONE, kind=Ticket.Kind.REWORK, confirmed_at=None)[:LISTED],
            "standing": ranked(Contractor.objects.filter(pk=self.object.pk), period_asked(""), at=now()).first(),
            "period": period_asked(""),
        }
