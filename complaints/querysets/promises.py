"""Words to read promises by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, F, Q

from complaints.querysets.tickets import OfTicketQuerySet
from complaints.workflow import PromiseState
from frontdesk.kit.calendar import now

if TYPE_CHECKING:
    import datetime as dt


REMIND_BEFORE = timedelta(hours=1)
"""How long before it is due a promise comes back to mind."""


class PromiseQuerySet(OfTicketQuerySet):
    """What residents were promised."""

    def open(self) -> Self:
        """Keep what is neither kept nor broken yet."""
        return self.filter(state=PromiseState.OPEN)

    def late(self, at: dt.datetime | None = None) -> Self:
        """Keep what should have been kept by now."""
        return self.open().filter(due_at__lt=at or now())

    def to_remind(self, at: dt.datetime) -> Self:
        """Keep what is due within the hour, was promised before that, and nobody was reminded of yet."""
        soon = self.open().filter(due_at__gt=at, due_at__lte=at + REMIND_BEFORE, reminded_at__isnull=True)
        return soon.filter(made_at__lte=F("due_at") - REMIND_BEFORE)

    def to_report_late(self, at: dt.datetime) -> Self:
        """Keep what is late and nobody was told so yet."""
        return self.late(at).filter(late_told_at__isnull=True)

    def of_mine(self, user: Any) -> Self:
        """Keep what is promised on tickets this person answers for, or was promised by them."""
        return self.filter(Q(ticket__first_contact=user) | Q(made_by=user))

    def counts(self, user: Any) -> dict[str, int]:
        """Count what is open, what of it is this person's, what is late."""
        mine = Q(ticket__first_contact=user) | Q(made_by=user)
        return self.open().aggregate(
            open=Count("pk"), mine=Count("pk", filter=mine), late=Count("pk", filter=Q(due_at__lt=now()))
        )
