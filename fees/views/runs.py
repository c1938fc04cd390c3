"""The month's run: looked at before it starts, watched while it goes, corrected afterwards (R-FEE-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from fees import services
from fees.forms import billing as forms
from fees.models import Adjustment, Bill, BillRun
from fees.querysets import NOTHING
from fees.services.correcting import AT_ONCE
from fees.tables.billing import RUN, BillRunTable
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage
from frontdesk.kit.periods import next_month

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules

OFFERED = 13
"""Months to choose from: the next one, this one, and those of the last year."""


class BillRunList(ListPage):
    """R-FEE-07: which months are billed, what they came to, what is paid."""

    table = BillRunTable
    words = ("with_figures",)
    title = _("Month's runs")
    permission = "fees.view_bill"
    export_permission = "fees.export_bill"
    actions = (RUN, Action(_("Tariffs"), "fees:tariff_list", "fees.view_tariff", "tags"))


class BillRunAdd(FormPage):
    """The preview of a month, and the button that starts it; looking writes nothing."""

    model = BillRun
    form_class = forms.RunForm
    permission = "fees.run_bills"
    title = _("Bill a month")
    success = _("The bills of %(object)s are being made.")
    save = services.start_run
    template_name = "fees/billrun_add.html"

    def get_initial(self) -> dict[str, Any]:
        """Fill in the month that is looked at."""
        return {"month": self.month}

    def get_context(self) -> dict[str, Any]:
        """Add the months to choose from and what the chosen one would come to."""
        office = self.office
        run = BillRun.objects.filter(office=office, month=self.month).first() if office else None
        return {
            "months": _months(),
            "month": self.month,
            "run": run,
            "preview": services.preview_month(office, self.month) if office else None,
        }

    @property
    def month(self) -> dt.date:
        """The month of the address or of the form that was sent; one that is not offered is this month."""
        months = _months()
        asked = self.request.POST.get("month") or self.request.GET.get("month") or ""
        chosen = next((month for month in months if month.isoformat() == asked), None)
        return chosen or local_date().replace(day=1)


class BillRunDetail(DetailPage):
    """What a run billed by which tariff, what of it is paid, and how far it is while it goes."""

    model = BillRun
    permission = "fees.view_bill"
    related = ("office", "job", "started_by")
    card = "fees/_billrun.html"

    def get_context(self) -> dict[str, Any]:
        """Add the sums by tariff, the job and what can be done."""
        run, user = self.object, self.user
        rows = _by_tariff(run)
        job = run.job
        sees_job = job is not None and (job.created_by_id == user.pk or user.has_perm("kit.view_job", run))
        return {
            "badge": (job.get_status_display(), job.tone) if job else None,
            "rows": rows,
            "sums": {
                name: sum((row[name] for row in rows), NOTHING) for name in ("count", "amount", "adjusted", "open")
            },
            "sees_job": sees_job,
            "may_run": user.has_perm("fees.run_bills", run),
            "is_over": run.finished_at is not None,
        }


class BillRunCorrect(MovePage):
    """What would be billed today and was billed otherwise; chosen bills get a line beside them."""

    model = BillRun
    permission = "fees.approve_correction"
    related = ("office",)
    title = _("Correct to what it would be today")
    button = _("Correct the ticked bills")
    form_class = forms.DifferencesForm
    service = services.correct_differences
    success = _("The chosen bills are corrected.")
    template_name = "fees/billrun_correct.html"
    apart = True

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Let the form know what differs."""
        self.differences = services.differences_of(self.object)
        return super().make_form(differences=self.differences[:AT_ONCE], **kwargs)

    def perform(self, form: Any) -> BillRun:
        services.correct_differences(self.object, by=self.user, **form.values())
        return self.object

    def get_success_url(self, obj: Any) -> str:
        """Lead to the run."""
        return obj.get_absolute_url()

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Show the list as it is now, with what was typed."""
        form.refuse(error)
        self.differences = services.differences_of(self.object)
        return self.show(form, status=409)

    def get_context(self) -> dict[str, Any]:
        """Name the bills, those that were corrected by hand unticked."""
        shown = self.differences[:AT_ONCE]
        bills = Bill.objects.with_names().in_bulk([one.bill for one in shown])
        ticked = set(self.request.POST.getlist("chosen")) if self.request.method == "POST" else None
        rows = [(bills[one.bill], one, f"{one.bill}:{one.change}") for one in shown]
        return {
            "rows": [
                (bill, one, mark, not one.by_hand if ticked is None else mark in ticked) for bill, one, mark in rows
            ],
            "count": len(self.differences),
            "total": sum((one.change for one in self.differences), NOTHING),
            "is_over": self.object.finished_at is not None,
        }


def _months() -> list[dt.date]:
    """Return the months that are offered, the next one first."""
    months = [next_month(local_date().replace(day=1))]
    while len(months) < OFFERED:
        months.append((months[-1] - ONE_DAY).replace(day=1))
    return months


def _by_tariff(run: BillRun) -> list[dict[str, Any]]:
    """Return what a run billed by each tariff, with two queries."""
    bills: Any = Bill.objects.filter(office=run.office_id, month=run.month, source=Bill.Source.RUN).order_by()
    lines: Any = Adjustment.objects.filter(bill__office=run.office_id, bill__month=run.month, bill__source="run")
    adjusted = dict(lines.order_by().values_list("bill__tariff").annotate(Sum("amount")))
    names = ("tariff", "tariff__name", "tariff__position")
    found = bills.values(*names).annotate(count=Count("pk"), sum=Sum("amount"), open=Sum("outstanding"))
    return [
        {
            "pk": row["tariff"],
            "name": row["tariff__name"],
            "count": row["count"],
            "amount": row["sum"],
            "adjusted": adjusted.get(row["tariff"], NOTHING),
            "open": row["open"],
        }
        for row in found.order_by("tariff__position", "tariff")
    ]
