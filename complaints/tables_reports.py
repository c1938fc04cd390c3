"""The monthly reports as the screen, print and Excel show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy as _

from complaints.models import MonthlyReport
from frontdesk.kit.listing import ChoiceColumn, Column, DateTimeColumn, NumberColumn, Table

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.listing.columns import Row


def month_said(month: dt.date, _row: Row) -> str:
    """Write a month."""
    return f"{month:%Y-%m}"


def maker(name: str | None, row: Row) -> str:
    """Say who made it; one that is being made, or failed, has no maker yet."""
    if row["made_at"] is None:
        return gettext("not made yet")
    return name or gettext("by itself")


class ReportTable(Table):
    """R-TKT-11: one line a month and report."""

    month = Column(_("Month"), render=month_said, link="complaints:report", sort=True, css="date")
    kind = ChoiceColumn(_("Report"), choices=MonthlyReport.Kind.choices, sort=True, link="complaints:report")
    office = Column(_("Office"), "office__name", only_all=True, sort=True)
    tickets = NumberColumn(_("Tickets"), sort=True)
    made = DateTimeColumn(_("Made at"), "made_at", sort=True)
    by = Column(_("Made by"), "made_by__name", render=maker, needs=("made_at",))

    class Meta:
        model = MonthlyReport
        default_sort = ("-month", "kind", "office__code")
        empty = _("No monthly reports yet")
        empty_text = _(
            "Each month is counted by itself on the 1st of the next; earlier months are made when asked for."
        )
        empty_icon = "file-earmark-spreadsheet"
