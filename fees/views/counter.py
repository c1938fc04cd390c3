"""The fee counter: find a household, take its money, give the receipt (R-FEE-08)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fees import services
from fees.finding import LONGEST, advances, open_bills, other_units, owing, units_found
from fees.forms.counter import NothingForm, TakeForm, keys_in, mark
from fees.querysets import NOTHING
from frontdesk.estate.models import Unit
from frontdesk.kit.money import format_yuan
from frontdesk.kit.pages import MovePage
from frontdesk.kit.pages.conflict import said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

    from fees.models import Bill, Payment
    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules

TAKE = "fees.take_payment"
COUNTER = _("Fee counter")


@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Find a unit by whatever is at hand; a whole code leads straight to its bills."""
    user: Any = request.user
    office = request.office
    require(user, TAKE, office)
    text = request.GET.get("q", "")[:LONGEST].strip()
    found, meant = units_found(text, user, office) if text and office is not None else ([], False)
    if meant and not request.htmx:
        return redirect(reverse("fees:take", args=[found[0].unit.pk]))
    context = {"title": COUNTER, "q": text, "found": found, "needs_office": office is None, "in_place": request.htmx}
    return render(request, f"fees/{'_counter' if request.htmx else 'counter'}.html", context)


class TakePayment(MovePage):
    """Tick, type, Enter: the household's open bills, oldest first, and the money for them."""

    model = Unit
    permission = TAKE
    title = COUNTER
    related = ("office", "building")
    form_class = TakeForm
    button = _("Take the money")
    success = _("Taken: %(object)s")
    template_name = "fees/take.html"

    def perform(self, form: DeskRules) -> Payment:
        """Take the money; what is left over stays with the unit that was looked for."""
        return services.take_payment(self.object.office, by=self.user, unit=self.object, **form.values())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Without JavaScript, “work it out again” shows what the ticked bills come to."""
        if "again" not in request.POST:
            return super().post(request, **kwargs)
        return self.show(self._anew(self.make_form(data=request.POST)))

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is overdue, or all where nothing is, and with who lives there."""
        names = self.owing.names
        bills = self.ticked_at_first()
        return {"bills": [mark(bill) for bill in bills], "amount": _sum(bills) or None, "payer": "、".join(names[:1])}

    def ticked_at_first(self) -> list[Bill]:
        """Return what is ticked by itself: overdue and not disputed, else all that is not disputed."""
        bills = [bill for bill in self.bills if not bill.is_disputed]
        return [bill for bill in bills if bill.days_overdue] or bills

    @cached_property
    def owing(self) -> Any:
        """Return the unit with who lives there."""
        return owing([self.object], names=self.user.has_perm("estate.view_person", self.object))[0]

    @cached_property
    def others(self) -> list[Any]:
        """Return the other units of the same people."""
        return other_units(self.object, self.user)

    @cached_property
    def units(self) -> list[Unit]:
        """Return the unit and those that were added to it."""
        asked = set(self.request.GET.getlist("also"))
        return [self.object, *(row.unit for row in self.others if str(row.unit.pk) in asked)]

    @cached_property
    def bills(self) -> list[Bill]:
        """Return the open bills of all of them."""
        return open_bills(self.units)

    def form_context(self, form: DeskRules) -> dict[str, Any]:
        """Show each bill with what this payment would pay of it."""
        ticked = set(keys_in(form["bills"].value() or []))
        chosen = [bill for bill in self.bills if bill.pk in ticked]
        parts = {bill.pk: part for bill, part in services.oldest_first(chosen, _amount_of(form, chosen))}
        return {
            **super().form_context(form),
            "unit": self.object,
            "owing": self.owing,
            "several": len(self.units) > 1,
            "others": [(row, row.unit in self.units, self._with(row.unit)) for row in self.others],
            "rows": [(bill, mark(bill), bill.pk in ticked, parts.get(bill.pk)) for bill in self.bills],
            "owed": _sum(self.bills),
            "due": _sum(chosen),
            "advances": advances(self.units),
        }

    def show(self, form: DeskRules, *, status: int = 200) -> HttpResponse:
        """Answer with the whole page, always."""
        return self.respond(self.form_context(form), status=status)

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Say who was quicker; ticks, name and note stay, the amount is what is still open of what was ticked."""
        kept = [(str(field.label), said(field.field, field.value())) for field in form.visible_fields()]
        typed = [(label, text) for label, text in kept if text]
        again = self._anew(form)
        return self.respond({**self.form_context(again), "error": error, "kept": typed}, status=409)

    def frame(self) -> dict[str, Any]:
        """Lead back to the field in which one finds the next household."""
        frame = super().frame()
        return {**frame, "crumbs": [(COUNTER, reverse("fees:counter"))], "office": self.object.office}

    def back_url(self) -> str:
        return reverse("fees:counter")

    def get_success_url(self, obj: Payment) -> str:
        """Lead to the receipt, ready to be printed."""
        return reverse("fees:payment_receipt", args=[obj.pk])

    def _anew(self, form: Any) -> DeskRules:
        """Return the form as it was typed, on top of what is open now."""
        ticked = set(keys_in(form["bills"].value() or []))
        still = [bill for bill in self.bills if bill.pk in ticked]
        typed = {name: form[name].value() for name in form.fields if name != "once"}
        return self.make_form(initial=typed | {"bills": [mark(bill) for bill in still], "amount": _sum(still) or None})

    def _with(self, unit: Unit) -> str:
        """Return this page with one of the other units added, or taken away again."""
        chosen = [other.pk for other in self.units[1:]]
        wanted = [pk for pk in chosen if pk != unit.pk] if unit in self.units else [*chosen, unit.pk]
        return "?" + "&".join(f"also={pk}" for pk in wanted)


class UseAdvance(MovePage):
    """Open bills are paid from what the unit has in advance."""

    model = Unit
    permission = TAKE
    title = _("Pay from the advance")
    related = ("office",)
    form_class = NothingForm
    success = _("%(object)s paid from the advance.")

    def perform(self, form: DeskRules) -> str:  # noqa: ARG002 - nothing is asked
        """Draw it, and return how much that was."""
        return format_yuan(services.use_advance(self.object.office, self.object, by=self.user))

    def get_context(self) -> dict[str, Any]:
        """Say what there is, what is open, and that the oldest is paid first."""
        owed, has = _sum(open_bills([self.object])), services.balance_of(self.object)
        words = {"has": format_yuan(has), "owed": format_yuan(owed)}
        return {"text": _("%(has)s in advance, %(owed)s open. The oldest bills are paid first.") % words}

    def back_url(self) -> str:
        return reverse("fees:take", args=[self.object.pk])

    def get_success_url(self, _obj: str) -> str:
        return self.back_url()


def _sum(bills: Any) -> Decimal:
    return sum((bill.outstanding for bill in bills), NOTHING)


def _amount_of(form: Any, chosen: list[Bill]) -> Decimal:
    """Return how much the form would take, as far as one can tell before it is sent."""
    try:
        amount = form.fields["amount"].clean(form["amount"].value())
    except ValidationError:
        amount = None
    return _sum(chosen) if amount is None else amount
