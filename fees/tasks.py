"""What is due by itself: on the first of the month the bills are made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy as _

from fees import services
from fees.models import BillRun, SharedCost
from frontdesk.kit.calendar import local_date
from frontdesk.kit.jobs import job
from frontdesk.kit.tasks import every_tick

if TYPE_CHECKING:
    from frontdesk.kit.jobs import Progress
    from frontdesk.kit.models import Job


@job("fees.bill_month", label=_("Bills of the month"))
def bill_month(job_row: Job, progress: Progress) -> str:
    """Make the bills of a month (R-FEE-07)."""
    run = BillRun.objects.select_related("office").get(pk=job_row.params["run"])
    return gettext("%(count)s new bills") % {"count": services.bill_month(run, progress)}


@job("fees.bill_meters", label=_("Bills by the meter"))
def bill_meters(job_row: Job, progress: Progress) -> str:
    """Bill a month's meter readings (R-FEE-03)."""
    month = dt.date.fromisoformat(job_row.params["month"])
    return gettext("%(count)s new bills") % {"count": services.bill_meters(job_row.office, month, progress)}


@job("fees.bill_cost", label=_("Bills of a shared cost"))
def bill_cost(job_row: Job, progress: Progress) -> str:
    """Bill a settled cost (R-FEE-03)."""
    cost = SharedCost.objects.select_related("office").get(pk=job_row.params["cost"])
    return gettext("%(count)s new bills") % {"count": services.bill_cost(cost, progress)}


@job("fees.bill_prepayments", label=_("Bills of the prepayment"))
def bill_prepayments(job_row: Job, progress: Progress) -> str:
    """Bill the prepayment for shared water and electricity (R-FEE-03)."""
    return gettext("%(count)s new bills") % {"count": services.bill_prepayments(job_row.office, progress)}


@every_tick
def start_due_runs(now: dt.datetime) -> None:
    """Start this month's runs (R-FEE-07)."""
    services.start_due_runs(local_date(now))


@job("fees.charge_late_fees", label=_("Late fees of the month"))
def charge_late_fees(job_row: Job, progress: Progress) -> str:
    """Charge the late fees of a month that is over (R-FEE-10)."""
    month = dt.date.fromisoformat(job_row.params["month"])
    return gettext("%(count)s new bills") % {"count": services.charge_late_fees(job_row.office, month, progress)}


@every_tick
def start_due_late_fees(now: dt.datetime) -> None:
    """Order last month's late fees where an office charges any (R-FEE-10)."""
    services.start_due_late_fees(local_date(now))


@every_tick
def remind_of_promises(now: dt.datetime) -> None:
    """Tell who was promised money that it has not come (R-FEE-10)."""
    services.remind_of_promises(now)
