"""The month is published: from then on colleagues rely on it, and every change is written down (R-DUTY-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from duty import roster as optimiser
from duty.services.cells import locked
from duty.services.problems import MonthProblem
from duty.services.wording import Words
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.notifications import notify
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from duty.models import Roster
    from frontdesk.staff.models import User

SAID = 3
"""Broken rules that a refusal names; of more it says how many."""


def publish_roster(roster: Roster, *, by: User, note: str = "") -> Roster:
    """Publish a month as its first edition and tell everybody who stands in it.

    Gaps may be published, a broken hard rule may not.

    Raises:
        Conflict: it is published already, or being planned.
        DeskError: nobody stands in it, or a hard rule is broken.

    """
    with locked(roster) as (held,):
        if held.job is not None and not held.job.has_ended:
            raise Conflict(_("This month is being planned: wait for the end, or stop it."))
        with apply("publish_roster", held, by=by, note=note) as fresh:
            month = MonthProblem.of(fresh)
            check_publishable(month)
            fresh.edition, fresh.published_at, fresh.published_by = 1, now(), by
        on_it = {pk for (pk, _date), cell in month.cells.items() if cell.shift_type is not None}
        people = [month.by_person[pk].user for pk in sorted(on_it)]
        text = _("The roster of %(month)s is published.") % {"month": f"{fresh.month:%Y-%m}"}
        notify(people, text, url=reverse("duty:my_shifts"), by=by)
    return fresh


def check_publishable(month: MonthProblem) -> None:
    """Stop where a month cannot be relied on.

    Raises:
        DeskError: nobody stands in it, or a hard rule is broken.

    """
    if not month.assignments:
        raise DeskError(_("Nobody stands in this roster yet."))
    sentences = Words(month).say_all(optimiser.evaluate(month.problem, month.assignments).hard, name=True)
    if sentences:
        more = len(sentences) - SAID
        text = "; ".join(sentences[:SAID])
        text += " " + gettext("and %(more)s more") % {"more": more} if more > 0 else ""
        raise DeskError(_("Rules that must be kept are broken: %(text)s.") % {"text": text})
