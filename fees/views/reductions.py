"""Vacancy reductions: an owner applies, the manager looks at the evidence and decides, it ends by itself (R-FEE-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees import services
from fees.filters.billing import ReductionFilter
from fees.forms import billing as forms
from fees.forms.tariffs import first_of_next_month
from fees.models import FeeSettings, Reduction
from fees.reckoning import months_between
from fees.tables.billing import ReductionTable
from fees.workflow import REDUCTION_TONES, ReductionState
from frontdesk.estate.models import Tenure, Unit
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset, move_pages

if TYPE_CHECKING:
    from frontdesk.kit.forms.base import DeskRules

OF_REDUCTION = ("unit__office", "applicant", "requested_by", "decided_by")


class ReductionList(ListPage):
    """R-FEE-02: who pays less, and what runs out soon."""

    table = ReductionTable
    filterset = ReductionFilter
    title = _("Vacancy reductions")
    permission = "fees.view_bill"
    export_permission = "fees.export_bill"
    presets = (
        Preset(_("For the manager"), "state=requested"),
        Preset(_("In force"), "state=reducing"),
        Preset(_("Runs out soon"), "state=running_out"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits and what runs out."""
        rows: Any = self.get_queryset()
        return {"state=requested": rows.waiting().count(), "state=running_out": rows.running_out().count()}


class ReductionAdd(FormPage):
    """Take in an owner's application."""

    model = Reduction
    parent = Unit
    form_class = forms.ReductionForm
    permission = "fees.request_reduction"
    title = _("Apply for a vacancy reduction")
    button = _("Ask the manager")
    success = _("The managers are told.")
    save = services.request_reduction

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer the owners of the unit."""
        return super().make_form(unit=self.parent, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Begin with a year from the next month on."""
        first = first_of_next_month()
        return {"starts": first, "ends": first.replace(year=first.year + 1) - ONE_DAY}

    def get_context(self) -> dict[str, Any]:
        """Say what the office's figures are."""
        figures = FeeSettings.of(self.parent.office)
        words = {"months": figures.vacancy_months, "percent": figures.vacancy_share}
        text = _(
            "A unit that has stood vacant for %(months)s months in a row pays %(percent)s%% once the manager agrees."
        )
        return {"text": text % words}


class ReductionDetail(DetailPage):
    """The evidence for the manager: months counted, who is registered there, what was used, which keys went out."""

    model = Reduction
    permission = "fees.view_bill"
    related = OF_REDUCTION
    card = "fees/_reduction.html"
    state_tones = REDUCTION_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Count the months, and read who is or was registered in them."""
        reduction, today = self.object, local_date()
        months = months_between(reduction.vacant_since, reduction.starts)
        stays = Tenure.objects.filter(unit=reduction.unit_id).select_related("person").order_by("role", "starts", "pk")
        until = min(today, reduction.ends)
        here = reverse("home:unit_evidence", args=[reduction.unit_id])
        sees_people = self.user.has_perm("estate.view_person", reduction)
        return {
            "months": months,
            "months_so_far": max(months_between(reduction.vacant_since, max(until, reduction.vacant_since)), 0),
            "wanted": FeeSettings.of(reduction.unit.office).vacancy_months,
            "stays": [stay for stay in stays if _touches(stay, reduction)] if sees_people else [],
            "sees_people": sees_people,
            "meters": services.used_since(reduction.unit, reduction.vacant_since),
            "evidence_url": f"{here}?since={reduction.vacant_since}&until={until}",
            "is_in_force": reduction.state == ReductionState.APPROVED and reduction.starts <= today <= reduction.ends,
        }


def _touches(stay: Tenure, reduction: Reduction) -> bool:
    """Answer whether somebody was registered there after it is said to have stood vacant."""
    return stay.ends is None or stay.ends >= reduction.vacant_since


class ReductionMove(MovePage):
    """A decision about one application."""

    model = Reduction
    related = OF_REDUCTION


class ApproveReduction(ReductionMove):
    """The manager agrees: bills made from now on are reduced."""

    move = "approve_reduction"
    needs_password = True
    form_class = forms.DecisionForm
    service = services.approve_reduction
    success = _("Approved: bills made from now on are reduced for these days.")


class RefuseReduction(ReductionMove):
    """The manager does not."""

    move = "refuse_reduction"
    form_class = forms.RefuseForm
    service = services.refuse_reduction
    success = _("Refused.")


class WithdrawReduction(ReductionMove):
    """It is not wanted any more."""

    move = "withdraw_reduction"
    service = services.withdraw_reduction
    success = _("Withdrawn.")


class EndReduction(ReductionMove):
    """Somebody lives there again."""

    move = "end_reduction"
    form_class = forms.EndReductionForm
    service = services.end_reduction
    success = _("It ends.")


reduction_move = move_pages(ApproveReduction, RefuseReduction, WithdrawReduction, EndReduction)
