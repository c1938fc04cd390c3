"""The contractors beside each other, as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from complaints.models import Contractor
from frontdesk.kit.listing import BooleanColumn, Column, NumberColumn, Table

if TYPE_CHECKING:
    from frontdesk.kit.listing.columns import Row


class TicketsColumn(NumberColumn):
    """A number that leads to the contractor's tickets it counts; `query` is what else the list is asked.

    Of a period it is all he worked on, what came back from him as well.
    """

    def __init__(self, label: Any, path: str = "", *, query: str = "", in_period: bool = False, **options: Any) -> None:
        super().__init__(label, path, needs=("pk", "asked"), **options)
        self.query, self.in_period = query, in_period

    def shown(self, value: Any, row: Row) -> str:
        whose = ("work_of", row["asked"]) if self.in_period else ("contractor", "")
        asked = "&".join(filter(None, (f"{whose[0]}={row['pk']}", whose[1], self.query)))
        return format_html('<a href="{}?{}">{}</a>', reverse("complaints:ticket_list"), asked, self.text(value))


class PercentColumn(NumberColumn):
    """A share in whole percent."""

    def text(self, value: Any) -> str:
        return f"{value:.0f} %"


class RankingTable(Table):
    """R-TKT-12: who has most overdue comes first."""

    name = Column(_("Contractor"), link="complaints:contractor", sort=True)
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    trade = Column(_("Trade"), sort=True, optional=True)
    contact = Column(_("Responsible person"), optional=True)
    phone = Column(_("Phone"), css="date", optional=True, default_shown=False)
    waiting = TicketsColumn(_("With the contractor"), query="state=under_way", sort=True, total=True)
    overdue = TicketsColumn(_("Overdue"), query="state=overdue", sort=True, total=True)
    received = TicketsColumn(_("Number received"), in_period=True, sort=True, total=True)
    in_time = TicketsColumn(_("In time"), query="in_time=finish", in_period=True, sort=True, total=True)
    late = TicketsColumn(_("Too late"), query="in_time=finish_late", in_period=True, sort=True, total=True)
    came_back = TicketsColumn(_("Reopened"), query="reopened=true", in_period=True, sort=True, total=True)
    share = PercentColumn(_("On-time share"), sort=True)
    late_hours = NumberColumn(_("Late by (h)"), digits=1, sort=True)
    in_use = BooleanColumn(_("In use"), "is_active", yes="", no=_("Set aside"), optional=True, default_shown=False)

    class Meta:
        model = Contractor
        default_sort = ("-overdue", "share", "name")
        empty = _("No contractors yet")
        empty_text = _("Contractors are entered on the ticket lists; what is dispatched to them is counted here.")
        empty_icon = "truck"
