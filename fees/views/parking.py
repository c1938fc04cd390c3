"""The gate: cars in and out on a phone, who is inside, what is still to be paid (R-FEE-05)."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from fees import services
from fees.filters.parking import ParkingVisitFilter
from fees.forms.parking import LeaveForm, NoEntryForm, PayForm, PlateForm
from fees.models import ParkingVisit
from fees.tables.parking import GATE, ParkingVisitTable, length
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.forms.cleaning import clean_line
from frontdesk.kit.listing.links import Link
from frontdesk.kit.money import format_yuan
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fees.services import Fee
    from frontdesk.kit.forms.base import DeskRules

TAKE_MONEY = "fees.take_payment"
SHOWN = 40
LONGEST = 20


class ParkingVisitList(ListPage):
    """R-FEE-05: every car that came, who is inside now."""

    table = ParkingVisitTable
    filterset = ParkingVisitFilter
    title = _("Visitors' parking")
    permission = "fees.view_parkingvisit"
    export_permission = "fees.export_bill"
    actions = (GATE,)
    presets = (
        Preset(_("Inside now"), "state=inside"),
        Preset(_("Fee still open"), "state=unpaid"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count who is inside, and who still owes."""
        rows: Any = self.get_queryset()
        return {"state=inside": rows.inside().count(), "state=unpaid": rows.unpaid().count()}


class Gate(FormPage):
    """In: type the plate. Out: choose it from those inside."""

    model = ParkingVisit
    form_class = PlateForm
    permission = "fees.log_visit"
    title = _("Gate")
    button = _("Let in")
    success = _("%(object)s is in.")
    save = services.enter_visit
    template_name = "fees/gate.html"

    def get_context(self) -> dict[str, Any]:
        """Add who is inside, those whose plate holds what was asked for."""
        text = clean_line(self.request.GET.get("q", "").replace("\0", ""))[:LONGEST].upper()
        rows = self.of_the_office(ParkingVisit.objects.visible_to(self.user)).inside()
        found = rows.filter(plate__contains=text) if text else rows
        at = now()
        return {
            "q": text,
            "count": rows.count(),
            "inside": [(visit, length(visit.entered_at, at)) for visit in found.order_by("-entered_at")[:SHOWN]],
        }

    def get_success_url(self, _obj: Any) -> str:
        """Be ready for the next car."""
        return reverse("fees:gate")


class NoEntry(FormPage):
    """A car leaves that nobody wrote down coming in."""

    model = ParkingVisit
    form_class = NoEntryForm
    permission = "fees.log_visit"
    title = _("Out without a ticket")
    text = _("The car was not written down when it came in: it pays as for a lost ticket.")
    button = _("Let out")
    save = services.leave_without_entry

    def perform(self, form: Any) -> ParkingVisit:
        visit: ParkingVisit = super().perform(form)
        self.success = _said(visit)  # type: ignore[misc]
        return visit

    def get_success_url(self, obj: Any) -> str:
        """Be ready for the next car, or show what is still to be paid."""
        return _next_page(obj)


class ParkingVisitDetail(DetailPage):
    """One stay: in, out, what it came to and why."""

    model = ParkingVisit
    permission = "fees.view_parkingvisit"
    related = ("office", "entered_by", "left_by", "vehicle__person", "bill")
    card = "fees/_visit.html"

    def get_context(self) -> dict[str, Any]:
        """Add how long it is, what it comes to by now, and what can be done."""
        visit = self.object
        bill = visit.bill
        if visit.is_inside:
            badge = (_("Inside"), "info")
        elif bill is not None and bill.is_open:
            badge = (_("Fee still open"), "warn")
        else:
            badge = (_("Gone"), "muted")
        return {
            "badge": badge,
            "stayed": length(visit.entered_at, visit.left_at or now()),
            "sees_bill": self.user.has_perm("fees.view_bill", visit),
            "moves": self._acts(),
            "minor": [],
        }

    def _acts(self) -> list[Link]:
        visit, may = self.object, self.user.has_perm
        acts = []
        if visit.is_inside and may("fees.log_visit", visit):
            leave, lost = (reverse(f"fees:parkingvisit_{name}", args=[visit.pk]) for name in ("leave", "lost"))
            acts += [
                Link(_("Let out"), leave, "box-arrow-right", "primary"),
                Link(_("Ticket lost"), lost, "ticket-perforated"),
            ]
        if visit.bill is not None and visit.bill.is_open and may(TAKE_MONEY, visit):
            pay = reverse("fees:parkingvisit_pay", args=[visit.pk])
            acts.append(Link(_("Take the fee"), pay, "cash-coin", "primary"))
        return acts


class LeaveVisit(MovePage):
    """Out: what it costs, and on."""

    model = ParkingVisit
    permission = "fees.log_visit"
    related = ("office",)
    title = _("Let out")
    button = _("Let out")
    form_class = LeaveForm
    service = services.leave_visit
    apart = True
    lost = False
    problem = ""
    template_name = "fees/leave.html"

    @cached_property
    def fee(self) -> Fee:
        """Return what the car owes at this moment; of an office without a tariff that is not known."""
        try:
            return services.fee_of(self.object, lost=self.lost)
        except DeskError as error:
            self.problem = str(error)
            return services.Fee(0, Decimal(0))

    @property
    def is_too_late(self) -> bool:
        """Answer whether it is out by now."""
        return not self.object.is_inside

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Ask how it is paid only of who takes money, and only where something is to be paid."""
        asks = self.object.is_inside and self.fee.amount > 0 and self.user.has_perm(TAKE_MONEY, self.object)
        return super().make_form(asks_for_means=asks, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Remember what the driver is told."""
        fee = self.fee if self.object.is_inside else None
        return {"told": fee.amount} if fee and not self.problem else {}

    def show(self, form: DeskRules, *, status: int = 200) -> HttpResponse:
        """Tell the fee of this moment, also where that of a minute ago was refused."""
        if form.is_bound and self.object.is_inside:
            form.data = form.data.copy()
            form.data["told"] = str(self.fee.amount) if not self.problem else ""
        return super().show(form, status=status)

    def perform(self, form: Any) -> ParkingVisit:
        visit: ParkingVisit = super().perform(form)
        self.success = _said(visit)  # type: ignore[misc]
        return visit

    def get_context(self) -> dict[str, Any]:
        """Say since when it is there and whether a card covers it."""
        visit = self.object
        if not visit.is_inside:
            return {}
        asks = self.fee.amount > 0 and not self.user.has_perm(TAKE_MONEY, visit)
        return {
            "visit": visit,
            "fee": self.fee,
            "amount": format_yuan(self.fee.amount),
            "problem": self.problem,
            "stayed": length(visit.began_at, now()),
            "at_counter": asks,
            "lost": self.lost,
        }

    def get_success_url(self, obj: Any) -> str:
        """Be ready for the next car, or show what is still to be paid."""
        return _next_page(obj)

    def _too_late(self) -> Conflict:
        return Conflict(_("%(plate)s is out already.") % {"plate": self.object.plate})


class LoseTicket(LeaveVisit):
    """Out, the ticket lost."""

    title = _("Ticket lost")
    service = services.lose_ticket
    lost = True


class PayVisit(MovePage):
    """The fee, at the counter."""

    model = ParkingVisit
    permission = TAKE_MONEY
    related = ("office", "bill")
    title = _("Take the fee")
    button = _("Money taken")
    form_class = PayForm
    service = services.pay_visit
    success = _("Paid. Receipt %(object)s")

    @property
    def text(self) -> str:
        """Say how much."""
        bill = self.object.bill
        is_open = bill is not None and bill.is_open  # of one that is paid there is no amount to be asked for
        return f"{self.object.plate} · {format_yuan(bill.outstanding)}" if is_open else ""

    @property
    def is_too_late(self) -> bool:
        """Answer whether it is paid by now."""
        return self.object.bill is None or not self.object.bill.is_open

    def get_success_url(self, _obj: Any) -> str:
        """Lead back to the visit."""
        url: str = self.object.get_absolute_url()
        return url

    def _too_late(self) -> Conflict:
        return Conflict(_("There is nothing to be paid for %(plate)s any more.") % {"plate": self.object.plate})


def _next_page(visit: ParkingVisit) -> str:
    is_open = visit.bill_id is not None and visit.bill.is_open  # type: ignore[union-attr]
    return visit.get_absolute_url() if is_open else reverse("fees:gate")


def _said(visit: ParkingVisit) -> str:
    """Say what came of it, with the per cent sign kept from the page's own formatting."""
    if visit.bill is None:
        text = gettext("%(plate)s is out, nothing to pay.") % {"plate": visit.plate}
    else:
        visit.bill.refresh_from_db()
        words = {"plate": visit.plate, "amount": format_yuan(visit.bill.amount)}
        said = gettext("%(plate)s is out: %(amount)s to be paid at the counter.")
        text = (said if visit.bill.is_open else gettext("%(plate)s is out: %(amount)s paid.")) % words
    return text.replace("%", "%%")
