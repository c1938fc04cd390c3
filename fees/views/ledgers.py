"""The ledgers: collection by month, building and tariff; a day's journal; both as workbooks (R-FEE-10, R-FEE-11)."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from fees.filters.arrears import LedgerBillFilter
from fees.forms.arrears import DayForm, LedgerForm
from fees.models import Bill, Payment, Till
from fees.services import Collection, Journal, books, methods
from fees.tables.arrears import JOURNAL, LEDGER, LedgerBillTable
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.exports import CONTENT_TYPE
from frontdesk.kit.pages import ListPage, Page
from frontdesk.kit.periods import month_before
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

LOOK, EXPORT = "fees.view_bill", "fees.export_bill"
FILE = "xlsx"
QUESTIONS: tuple[tuple[str, Any, Any], ...] = (
    ("month", gettext_lazy("By month"), gettext_lazy("Month")),
    ("building", gettext_lazy("By building"), gettext_lazy("Building")),
    ("tariff", gettext_lazy("By tariff"), gettext_lazy("Tariff")),
)


FIRST_DAY = dt.date(2000, 1, 1)
"""Before any office wrote a receipt here."""


class Ledger(Page):
    """收缴台账 · charged, paid, open and the share collected; behind each number its bills."""

    model = Bill
    permission = LOOK
    title = gettext_lazy("Collection")
    template_name = "fees/ledger.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        self.require(self.office)
        form, first, last = self._asked(request)
        building = form.cleaned_data.get("building") if form.is_bound and form.is_valid() else None
        bills: Any = self.of_the_office(self.get_queryset())
        bills = bills.filter(unit__building=building) if building else bills
        found = Collection(bills, first, last)
        if request.GET.get("export") == FILE:
            require(self.user, EXPORT, self.office)
            title = f"{self.get_title()} {first:%Y-%m} – {last:%Y-%m}"
            write = books.write_collection
            return hand_out(request, title, lambda stream: write(stream, found, title, QUESTIONS))
        self.base = {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}
        if building:
            self.base["building"] = str(building.pk)
        context = {
            "form": form,
            "first": first,
            "last": last,
            "tabs": self._tabs(first, last),
            "total": found.total,
            "total_urls": self._urls(),
            "sections": [self._section(found, *question) for question in QUESTIONS] if found.total.bills else [],
            "export_url": f"?{urlencode({**self.base, 'export': FILE})}",
            "may_export": self.user.has_perm(EXPORT, self.office),
            "may_see_journal": self.user.has_perm(JOURNAL.permission, self.office),
            "crumbs": [],
        }
        return self.respond(context)

    def _asked(self, request: HttpRequest) -> tuple[LedgerForm, dt.date, dt.date]:
        """Read the months from the address; what cannot be read is said at its field. By default this year so far."""
        today = local_date()
        usual = today.replace(month=1, day=1), today.replace(day=1)
        if "first" not in request.GET and "last" not in request.GET:
            initial = {"first": f"{usual[0]:%Y-%m}", "last": f"{usual[1]:%Y-%m}"}
            return self._form(initial=initial), *usual
        form = self._form(request.GET)
        return (form, form.cleaned_data["first"], form.cleaned_data["last"]) if form.is_valid() else (form, *usual)

    def _form(self, *args: Any, **kwargs: Any) -> LedgerForm:
        return LedgerForm(*args, user=self.user, office=self.office, auto_id="ledger_%s", **kwargs)

    def _tabs(self, first: dt.date, last: dt.date) -> list[tuple[Any, str, bool]]:
        this, before = local_date().replace(day=1), month_before(local_date()).first
        year = this.replace(month=1)
        last_year = dt.date(this.year - 1, 1, 1), dt.date(this.year - 1, 12, 1)
        spans = (
            (_("This month"), this, this),
            (_("Last month"), before, before),
            (_("This year"), year, this),
            (_("Last year"), *last_year),
        )
        return [
            (label, f"?{urlencode({'first': f'{one:%Y-%m}', 'last': f'{two:%Y-%m}'})}", (one, two) == (first, last))
            for label, one, two in spans
        ]

    def _section(self, found: Collection, name: str, title: Any, head: Any) -> dict[str, Any]:
        rows = []
        for line in found.lines(name):
            if name == "month":
                asked = {"first": line.label, "last": line.label}
            else:
                asked = {name: "null" if line.key is None else line.key}
            rows.append({"line": line, "label": line.label or _("no building"), **self._urls(**asked)})
        return {"title": title, "head": head, "rows": rows, "total": found.total, "urls": self._urls()}

    def _urls(self, **asked: Any) -> dict[str, str]:
        """Return the lists behind a line: all its bills, those of which something was paid, or is open."""
        page = reverse("fees:ledgerbill_list")
        states = (("all_url", {}), ("paid_url", {"state": "part"}), ("open_url", {"state": "open"}))
        return {name: f"{page}?{urlencode({**self.base, **asked, **state})}" for name, state in states}


class LedgerBillList(ListPage):
    """The bills behind a number of the collection."""

    table = LedgerBillTable
    filterset = LedgerBillFilter
    words = ("with_what_was_paid",)
    noun = "ledgerbill"
    title = gettext_lazy("Bills behind the ledger")
    permission = LOOK
    export_permission = EXPORT
    actions = (LEDGER,)


class JournalPage(Page):
    """收费日报 · what was taken and given back on a day, by cashier and means, receipt by receipt."""

    model = Payment
    permission = "fees.view_payment"
    title = gettext_lazy("Daily journal")
    template_name = "fees/journal.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        self.require(self.office)
        form, day = self._asked(request)
        payments: Any = self.of_the_office(self.get_queryset())
        mine = Till.objects.open().of_cashier(self.user)
        found = Journal(payments.exclude(till__in=mine), day)  # nobody reads here what they are still to count
        if request.GET.get("export") == FILE:
            require(self.user, EXPORT, self.office)
            title = f"{self.get_title()} {day}"
            return hand_out(request, title, lambda stream: books.write_journal(stream, found, title))
        columns = methods()
        context = {
            "form": form,
            "day": day,
            "is_without_mine": mine.exists(),
            "before": day - ONE_DAY,
            "after": day + ONE_DAY if day < local_date() else None,
            "journal": found,
            "methods": [label for _name, label in columns],
            "lines": [(line, [(label, line.by_method[name]) for name, label in columns]) for line in found.cashiers],
            "sums": [(label, found.total.by_method[name]) for name, label in columns],
            "export_url": f"?{urlencode({'day': day.isoformat(), 'export': FILE})}",
            "may_export": self.user.has_perm(EXPORT, self.office),
            "crumbs": [(_("Collection"), reverse("fees:ledger"))],
        }
        return self.respond(context)

    def _asked(self, request: HttpRequest) -> tuple[DayForm, dt.date]:
        if "day" not in request.GET:
            return DayForm(user=self.user, office=self.office, initial={"day": local_date()}), local_date()
        form = DayForm(request.GET, user=self.user, office=self.office)
        day = form.cleaned_data["day"] if form.is_valid() else local_date()
        return form, min(max(day, FIRST_DAY), local_date())


def hand_out(request: HttpRequest, title: str, write: Callable[[IO[bytes]], object]) -> HttpResponseBase:
    """Hand out a workbook; a whole ledger leaves only behind the password."""
    if not confirmed_recently(request):
        return ask_for_password(request)
    stream = BytesIO()
    write(stream)
    stream.seek(0)
    response: HttpResponse | FileResponse = FileResponse(
        stream, as_attachment=True, filename=f"{title}.xlsx", content_type=CONTENT_TYPE
    )
    response["Cache-Control"] = "private, no-store"
    return response
