"""Words for questions about findings, patrol routes and rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from complaints.models import Ticket
from duty.workflow import UNSOLVED, FindingState
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt


class FindingQuerySet(ScopedQuerySet):
    """What patrols and routines found."""

    def unsolved(self) -> Self:
        """Leave out what is solved, and what is a ticket that is done with."""
        return self.filter(state__in=UNSOLVED).exclude(ticket__state=Ticket.State.ARCHIVED)

    def to_plan(self) -> Self:
        """Keep what has no plan yet."""
        return self.filter(state=FindingState.OPEN)

    def due_by(self, day: dt.date) -> Self:
        """Keep what is to be planned, or by its plan to be solved, by the end of a day; a ticket has its own clocks."""
        to_solve = Q(state=FindingState.PLANNED, ticket__isnull=True, solve_by__lte=day)
        return self.filter(Q(state=FindingState.OPEN, plan_by__lte=day) | to_solve)

    def waiting(self, day: dt.date) -> Self:
        """Keep what has no plan yet, no day for its solution, or is to be solved by a day; a ticket has its clocks."""
        no_day = Q(state=FindingState.PLANNED, ticket__isnull=True, solve_by__isnull=True)
        to_solve = Q(state=FindingState.PLANNED, ticket__isnull=True, solve_by__lte=day)
        return self.filter(Q(state=FindingState.OPEN) | no_day | to_solve)

    def overdue(self, today: dt.date) -> Self:
        """Keep what should have been planned, or by its plan solved, before today (R-RTN-01)."""
        to_solve = Q(state=FindingState.PLANNED, ticket__isnull=True, solve_by__lt=today)
        return self.filter(Q(state=FindingState.OPEN, plan_by__lt=today) | to_solve)


class RouteQuerySet(ScopedQuerySet):
    """Routes, and their points."""

    def in_use(self) -> Self:
        """Leave out those given up."""
        return self.filter(retired_at__isnull=True)


class RoundQuerySet(ScopedQuerySet):
    """Rounds that were walked."""

    def running(self) -> Self:
        """Keep those that are being walked."""
        return self.filter(ended_at__isnull=True)

    def missed(self) -> Self:
        """Keep those in which a point was left out, or was not reached when they ended."""
        return self.filter(pk__in=_checks().filter(state="skipped").values("round"))

    def with_counts(self) -> Self:
        """Say of each how many points it has, how many were seen and left out, and how much was found."""
        mine = _checks().filter(round=OuterRef("pk")).values("round")
        found = apps.get_model("duty.Finding").objects.filter(patrol_round=OuterRef("pk")).order_by()
        return self.annotate(
            points=_count(mine),
            seen=_count(mine.filter(state="seen")),
            left_out=_count(mine.filter(state="skipped")),
            found=_count(found.values("patrol_round")),
        )


def _checks() -> Any:
    return apps.get_model("duty.PatrolCheck").objects.order_by()  # the model stands on this module


def _count(rows: Any) -> Any:
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0)
