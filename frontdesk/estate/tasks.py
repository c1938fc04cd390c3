"""Entry points of background jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy as _

from frontdesk.estate.services.generator import KIND, UnitPlan, make_units
from frontdesk.kit.jobs import job

if TYPE_CHECKING:
    from frontdesk.kit.models import Job


@job(KIND, label=_("Make units"))
def generate_units(job: Job, progress: Any) -> str:
    """Make the units of a large plan; codes that exist are left, so a repetition adds nothing."""
    plan = UnitPlan(**{name: tuple(v) if isinstance(v, list) else v for name, v in job.params["plan"].items()})
    count = make_units(
        job.office,
        plan=plan,
        by=job.created_by,
        progress=lambda done, total: progress(done, total, gettext("Units")),
    )
    return gettext("%(n)d units made") % {"n": count}
