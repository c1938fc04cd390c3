"""Who owes what since when; one household's debts, letters and calls (R-FEE-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fees import services
from fees.filters.arrears import ArrearsFilter
from fees.forms.arrears import CallForm
from fees.models import Bill, DunningCall, DunningNotice
from fees.querysets import NOTHING
from fees.tables.arrears import LEDGER, LETTERS, WRITE, ArrearsTable
from frontdesk.estate.models import Person, Unit
from frontdesk.estate.services import SECONDS_SHOWN
from frontdesk.kit.listing.links import Link
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, Preset, show_number

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fees.services import Called
    from frontdesk.kit.forms.base import DeskRules

CALLS_SHOWN = 50
LOOK, CHASE = "fees.view_bill", "fees.chase_arrears"


class ArrearsList(ListPage):
    """欠费 · every household that is overdue, by age; disputed bills are shown and not dunned."""

    table = ArrearsTable
    filterset = ArrearsFilter
    words = ("by_household",)
    title = _("Arrears")
    noun = "arrears"
    permission = LOOK
    export_permission = "fees.export_bill"
    actions = (WRITE, LETTERS, LEDGER)
    presets = (
        Preset(_("All"), ""),
        Preset(_("Promised day has passed"), "promise=broken"),
        Preset(_("Reminder due"), "due=1"),
        Preset(_("Letter due"), "due=2"),
        Preset(_("Final letter due"), "due=3"),
        Preset(_("Over a year"), "age=365"),
    )


class Household(DetailPage):
    """One household: what is overdue and how old, who was spoken to, which letters went out."""

    model = Unit
    noun = "arrears"
    namespace = "fees"
    permission = LOOK
    related = ("office", "building__steward")
    card = "fees/_arrears.html"
    activity = False

    def get_context(self) -> dict[str, Any]:
        """Add the bills, the people with their numbers masked, the calls and the letters."""
        unit = self.object
        bills = list(Bill.objects.filter(unit=unit).overdue().with_names().oldest_first())
        disputed = [bill for bill in bills if bill.is_disputed]
        may_chase = self.user.has_perm(CHASE, unit)
        calls = unit.dunning_calls.select_related("person", "by")[:CALLS_SHOWN]
        return {
            "badge": (_("In arrears"), "danger") if bills else (_("Nothing overdue"), "ok"),
            "bills": bills,
            "owed": sum((bill.outstanding for bill in bills), NOTHING),
            "disputed": sum((bill.outstanding for bill in disputed), NOTHING),
            "people": [(row, row.person.phones.first()) for row in services.people_of(unit)],
            "may_reveal": may_chase and bool(bills),
            "sees_person": self.user.has_perm("estate.view_person", unit),
            "promise": unit.dunning_calls.last_promises().first() if bills else None,
            "calls": list(calls),
            "notices": list(DunningNotice.objects.filter(unit=unit).select_related("batch").order_by("-pk")),
            "moves": self._acts(may_chase=may_chase and bool(bills)),
            "minor": [],
        }

    def frame(self) -> dict[str, Any]:
        return {**super().frame(), "crumbs": [(_("Arrears"), reverse("fees:arrears_list"))]}

    def get_title(self) -> str:
        return str(_("Arrears of %(unit)s") % {"unit": self.object})

    def _acts(self, *, may_chase: bool) -> list[Link]:
        unit = self.object
        call = Link(_("Write down a call"), reverse("fees:dunningcall_add", args=[unit.pk]), "telephone", "primary")
        page = Link(_("The unit's page"), unit.get_absolute_url(), "door-open")
        return [call, page] if may_chase else [page]


class CallAdd(FormPage):
    """Somebody spoke with a household, or tried to."""

    model = DunningCall
    noun = "dunningcall"
    parent = Unit
    form_class = CallForm
    permission = CHASE
    title = _("Write down a call")
    button = _("Write down")
    success = _("Written down.")
    template_name = "fees/call.html"

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer the people of the unit."""
        form: Any = super().make_form(**kwargs)
        form.for_unit(self.parent)
        return form

    def perform(self, form: DeskRules) -> DunningCall:
        return services.log_call(self.parent, by=self.user, **form.values())

    def get_context(self) -> dict[str, Any]:
        """Say what is owed, and offer the numbers to call."""
        people = [(row, row.person.phones.first()) for row in services.people_of(self.parent)]
        owed = Bill.objects.filter(unit=self.parent).overdue().owed()
        return {"unit": self.parent, "owed": owed, "people": people, "may_reveal": bool(owed)}

    def frame(self) -> dict[str, Any]:
        frame = super().frame()
        page = reverse("fees:arrears", args=[self.parent.pk])
        return {**frame, "crumbs": [(_("Arrears"), reverse("fees:arrears_list")), (str(self.parent), page)]}

    def back_url(self) -> str:
        return reverse("fees:arrears", args=[self.parent.pk])

    def get_success_url(self, _obj: Any) -> str:
        """Lead back to the household."""
        return self.back_url()


@require_POST
def reveal(request: HttpRequest, unit_pk: int, pk: int) -> HttpResponse:
    """Show a number of the household in full for half a minute, on record (R-EST-04)."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("office"), pk=unit_pk)
    people = Person.objects.filter(pk__in=[row.person_id for row in services.people_of(unit)])
    called: Called = services.Called(unit, get_object_or_404(people, pk=pk))
    return show_number(
        request,
        called,
        reveal=services.reveal_debtor,
        behind_password=request.user.has_perm(CHASE, unit),  # type: ignore[union-attr]
        templates=("parts/_number.html", "fees/number.html"),
        seconds=SECONDS_SHOWN,
        household=called,
        url=request.path,
        title=_("Call the household"),
    )
