"""Shared water and electricity: written down, looked at, shared (R-FEE-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees import services
from fees.filters.metering import SharedCostFilter
from fees.forms.metering import PrepayForm, SharedCostForm
from fees.models import FeeSettings, SharedCost
from fees.tables.metering import ADD_COST, PREPAY, SharedCostTable
from fees.workflow import SHARING_TONES, SharingState
from frontdesk.kit.errors import DeskError
from frontdesk.kit.money import format_yuan
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset, move_pages

if TYPE_CHECKING:
    from frontdesk.kit.models import Job

SHOWN = 100


class SharedCostList(ListPage):
    """R-FEE-03: what was shared, when, among whom."""

    table = SharedCostTable
    filterset = SharedCostFilter
    title = _("Shared costs")
    permission = "fees.view_sharedcost"
    export_permission = "fees.export_bill"
    actions = (ADD_COST, PREPAY)
    presets = (
        Preset(_("Drafts"), "state=draft"),
        Preset(pgettext_lazy("shared cost", "Settled"), "state=settled"),
        Preset(_("All"), ""),
    )


class SharedCostAdd(FormPage):
    """Write a cost down; nothing is billed yet."""

    model = SharedCost
    form_class = SharedCostForm
    permission = "fees.settle_cost"
    title = _("Enter a shared cost")
    button = _("Look at the shares")
    success = _("Written down. Look at the shares, then bill them.")
    save = services.add_cost


class SharedCostEdit(FormPage):
    """Change a draft."""

    model = SharedCost
    form_class = SharedCostForm
    permission = "fees.settle_cost"
    related = ("office", "building")
    title = _("Edit the shared cost")
    save = services.edit_cost


class SharedCostDetail(DetailPage):
    """One cost: how it is shared, who has no floor area, how far the bills are."""

    model = SharedCost
    permission = "fees.view_sharedcost"
    related = ("office", "building", "created_by", "settled_by", "job")
    card = "fees/_sharedcost.html"
    state_tones = SHARING_TONES

    @property
    def edit_permission(self) -> str:  # type: ignore[override]
        """Only a draft is changed."""
        return "fees.settle_cost" if self.object.state == SharingState.DRAFT else ""

    def get_context(self) -> dict[str, Any]:
        """Add the shares: as they would be, or as they were fixed."""
        cost = self.object
        if cost.state == SharingState.SETTLED:
            rows = cost.shares.select_related("unit")
            count = rows.count()
            parts = [(row.unit_id, row.unit.code, row.area, row.amount) for row in rows[:SHOWN]]
            return self._shown(parts, count, cost.total_area)
        if cost.state == SharingState.DROPPED:
            return {}
        try:
            sharing = services.sharing_of(cost)
        except DeskError as error:
            return {"problem": str(error)}
        unmeasured = {"unmeasured": sharing.unmeasured[:SHOWN], "unmeasured_count": len(sharing.unmeasured)}
        return self._shown(sharing.parts[:SHOWN], len(sharing.parts), sharing.area) | unmeasured

    def _shown(self, parts: list[tuple], count: int, area: Any) -> dict[str, Any]:
        cost = self.object
        lines = [(name, used, measure, rate, f"{fen / 100:.2f}") for name, used, measure, rate, fen in cost.metered]
        return {
            "parts": parts,
            "count": count,
            "area": area,
            "each": f"{cost.amount / area:.4f}" if area else "",
            "lines": lines,
            "sees_unit": self.user.has_perm("estate.view_unit", cost),
            "sees_job": cost.job_id is not None and self.user.has_perm("kit.view_job", cost),
        }


class SettleCost(MovePage):
    """Share it for good."""

    model = SharedCost
    move = "settle_cost"
    related = ("office", "building")
    service = services.settle_cost
    success = _("Shared. The bills are being made.")
    text = _(
        "Every unit's share is fixed and billed, and paid at once from what it prepaid. It cannot be taken back as a "
        "whole: a wrong bill is corrected one by one."
    )


class DropCost(MovePage):
    """It was written down by mistake."""

    model = SharedCost
    move = "drop_cost"
    related = ("office", "building")
    service = services.drop_cost
    success = _("Dropped.")


sharedcost_move = move_pages(SettleCost, DropCost)


class Prepay(FormPage):
    """The prepayment of every unit that was never billed for it."""

    model = SharedCost
    form_class = PrepayForm
    permission = "fees.settle_cost"
    title = _("Bill the prepayment")
    button = _("Make the bills")
    success = _("The bills are being made.")
    needs_office = True
    template_name = "fees/prepay.html"

    def get_context(self) -> dict[str, Any]:
        """Say how many units it is about, and how much each."""
        if self.office is None:
            return {}
        waiting = services.unprepaid(self.office).count()
        if not waiting:
            return {"text": _("Every unit was billed for the prepayment already.")}
        words = {"count": waiting, "amount": format_yuan(FeeSettings.of(self.office).prepayment)}
        return {"waiting": waiting, "text": _("%(count)s units were never billed for it: %(amount)s each.") % words}

    def perform(self, _form: Any) -> Job:
        return services.start_prepayments(self.office, by=self.user)
