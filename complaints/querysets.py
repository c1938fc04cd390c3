"""Words to read tickets by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, F, Q

from complaints.workflow import OPEN, UNANSWERED, UNDER_WAY, UNFINISHED, TicketState
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.scoping import OfficeUser


class TicketQuerySet(ScopedQuerySet):
    """Everything the desk has heard."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep the offices' tickets; who may look at no others sees those dispatched to them, as an engineer."""
        rows = super().visible_to(user)
        narrow = [pk for pk in user.visible_office_ids() or () if self._sees_only_own(user, pk)]
        return rows.filter(Q(assignee=user.pk) | ~Q(office__in=narrow)) if narrow else rows

    def _sees_only_own(self, user: OfficeUser, office_id: int) -> bool:
        probe = self.model(office_id=office_id)
        return user.has_perm("complaints.view_ticket", probe) and not user.has_perm(
            "complaints.view_every_ticket", probe
        )

    def open(self) -> Self:
        """Keep what is not archived yet."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> Self:
        """Keep what nobody has been sent to."""
        return self.filter(state=TicketState.RECORDED)

    def under_way(self) -> Self:
        """Keep what an engineer or specialist has in hand."""
        return self.filter(state__in=UNDER_WAY)

    def to_answer(self) -> Self:
        """Keep what the resident has not been answered on."""
        return self.filter(state__in=UNANSWERED)

    def overdue(self, at: dt.datetime | None = None) -> Self:
        """Keep what should have been finished by now; a ticket without a deadline is never overdue."""
        return self.filter(state__in=UNFINISHED, due_at__lt=at or now())

    def followed_by(self, user: Any) -> Self:
        """Keep open tickets this person answers for: first-contact responsibility (R-TKT-05)."""
        return self.filter(first_contact=user, state__in=OPEN)

    def in_the_hands_of(self, user: Any) -> Self:
        """Keep what was dispatched to this person and is not done."""
        return self.filter(assignee=user, state__in=UNDER_WAY)

    def mine(self, user: Any) -> Self:
        """Keep open tickets this person answers for or has in hand."""
        return self.filter(Q(first_contact=user, state__in=OPEN) | Q(assignee=user, state__in=UNDER_WAY))

    def counts(self) -> dict[str, int]:
        """Count what waits to be dispatched, what is overdue and what is open; the archive is not walked through."""
        late = Q(state__in=UNFINISHED, due_at__lt=now())
        # Only what the index of the open ones holds: whose they are would have to be read from each ticket.
        return self.open().aggregate(
            waiting=Count("pk", filter=Q(state=TicketState.RECORDED)),
            overdue=Count("pk", filter=late),
            open=Count("pk"),
        )

    def by_urgency(self) -> Self:
        """Order by what presses most: urgent first, then the nearest deadline, those without one last."""
        return self.order_by("-urgent", F("due_at").asc(nulls_last=True), "received_at", "pk")
