"""What the office charges for: tariffs, rates, units that are excepted, the office's own figures (R-FEE-01…06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _, ngettext
from django.views.decorators.http import require_POST

from fees import services
from fees.filters.billing import TariffFilter
from fees.forms import tariffs as forms
from fees.models import FeeSettings, Tariff, TariffException, TariffRate
from fees.tables.billing import ADD_TARIFF, TariffTable
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, SettingsPage
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CHANGE = "fees.change_tariff"
SETTINGS = Action(_("Fee settings"), "fees:settings", "fees.change_settings", "sliders")


class TariffList(ListPage):
    """R-FEE-01, R-FEE-03…05: what is charged for; an office without any is offered the usual ones."""

    table = TariffTable
    filterset = TariffFilter
    title = _("Tariffs")
    permission = "fees.view_tariff"
    actions = (ADD_TARIFF, SETTINGS)
    template_name = "fees/tariff_list.html"

    def get_context(self) -> dict[str, Any]:
        """Offer the usual tariffs to an office without any."""
        may = self.office is not None and self.user.has_perm(CHANGE, self.office)
        return {"offers": may and not Tariff.objects.filter(office=self.office).exists()}


@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Give the office the usual tariffs with their figures."""
    user: Any = request.user
    require(user, CHANGE, request.office)
    if request.office is None:
        messages.warning(request, _("Choose one office at the top of the page first."))
        return redirect("fees:tariff_list")
    made = len(services.take_over_tariffs(request.office, by=user))
    messages.success(request, ngettext("%(n)d tariff added.", "%(n)d tariffs added.", made) % {"n": made})
    return redirect("fees:tariff_list")


class TariffDetail(DetailPage):
    """Whom a tariff applies to, what it costs since when, who is excepted."""

    model = Tariff
    permission = "fees.view_tariff"
    related = ("office",)
    card = "fees/_tariff.html"
    edit_permission = CHANGE

    def get_context(self) -> dict[str, Any]:
        """Add rates, the one of today marked, and exceptions, those that are over last."""
        tariff, today = self.object, local_date()
        may_change = self.user.has_perm(CHANGE, tariff)
        rates = list(tariff.rates.select_related("tariff").order_by("-starts"))
        exceptions = list(tariff.exceptions.select_related("unit").order_by("-starts", "-pk"))
        exceptions.sort(key=lambda row: row.ends is not None and row.ends < today)
        return {
            "badge": (_("In use"), "ok") if tariff.is_active else (_("Set aside"), "muted"),
            "rates": [(rate, may_change and not services.is_billed_by(rate)) for rate in rates],
            "rate_today": next((rate for rate in rates if rate.starts <= today), None),
            "exceptions": exceptions,
            "today": today,
            "may_change": may_change,
        }


class TariffPage(FormPage):
    """Adds or changes a tariff."""

    model = Tariff
    form_class = forms.TariffForm
    permission = CHANGE


class TariffAdd(TariffPage):
    """Something more to charge for."""

    title = _("New tariff")
    success = _("Added: %(object)s. Now set its rate.")
    save = services.add_tariff


class TariffEdit(TariffPage):
    """Another name, others who pay it, or set aside."""

    title = _("Edit the tariff")
    save = services.change_tariff


class OfTariff(FormPage):
    """Adds something to a tariff and leads back to it."""

    permission = CHANGE
    parent = Tariff

    def get_success_url(self, _obj: Any) -> str:
        return self.parent.get_absolute_url()

    def frame(self) -> dict[str, Any]:
        frame = super().frame()
        return {**frame, "crumbs": [(_("Tariffs"), self._list_url()), *frame["crumbs"]]}

    def _list_url(self) -> str:
        return TariffList().url("_list")


class RateAdd(OfTariff):
    """R-FEE-06: a price from a day on; months before go by the old one."""

    model = TariffRate
    parent = Tariff
    form_class = forms.RateForm
    title = _("Set a rate")
    text = _("Months before this day go by the rate of then. A change within a month is billed by days.")
    success = _("The rate is set.")
    save = services.set_rate


class RateWithdraw(MovePage):
    """R-FEE-06: a rate by which nothing was billed is taken back."""

    model = TariffRate
    permission = CHANGE
    related = ("tariff__office",)
    title = _("Take the rate back")
    button = _("Take it back")
    style = "danger"
    form_class = forms.WithdrawForm
    service = services.withdraw_rate
    success = _("Taken back.")

    @property
    def text(self) -> str:
        """Say which one, and what goes on instead."""
        rate = self.object
        before = rate.tariff.rates.filter(starts__lt=rate.starts).last()
        words = {"day": f"{rate.starts:%Y-%m-%d}", "rate": rate.price, "before": before.price if before else ""}
        if before is None:
            return str(_("The rate of ¥%(rate)s from %(day)s on. Without another one nothing is billed.") % words)
        return str(_("The rate of ¥%(rate)s from %(day)s on. ¥%(before)s goes on instead.") % words)

    @property
    def is_too_late(self) -> bool:
        """Answer whether something is billed by it."""
        return services.is_billed_by(self.object)

    def _too_late(self) -> Conflict:
        return Conflict(_("Something is billed by this rate: it stays. Set another one from a later day."))


class ExceptionAdd(OfTariff):
    """A unit that pays another rate, or nothing."""

    model = TariffException
    parent = Tariff
    form_class = forms.ExceptionForm
    title = _("Except a unit")
    success = _("The unit is excepted.")

    def perform(self, form: Any) -> TariffException:
        return services.except_unit(self.parent, by=self.user, **form.values())


class ExceptionEnd(MovePage):
    """An exception ends on a day."""

    model = TariffException
    permission = CHANGE
    related = ("tariff__office", "unit")
    title = _("End the exception")
    button = _("End it")
    form_class = forms.EndForm
    service = services.end_exception
    success = _("The exception ends.")


class FeeSettingsPage(SettingsPage):
    """When bills are due, what is reduced, how visits are charged, when households are reminded."""

    model = FeeSettings
    form_class = forms.FeeSettingsForm
    permission = "fees.change_settings"
    title = _("Fee settings")
    save = services.change_settings
