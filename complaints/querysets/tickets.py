"""Words to read tickets by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from complaints.workflow import OPEN, UNANSWERED, UNDER_WAY, UNFINISHED, TicketState
from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.kit.scoping import OfficeUser


CLOCKS = {
    "dispatch": ({TicketState.RECORDED}, "dispatch_due_at"),
    "accept": ({TicketState.DISPATCHED}, "accept_due_at"),
    "finish": (UNFINISHED, "finish_due_at"),
    "close": (OPEN, "close_due_at"),
}
"""In which states each clock runs, and the field that says by when it is to end."""

NONE = (0, 0)


class TicketQuerySet(ScopedQuerySet):
    """Everything the desk has heard."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep the offices' tickets; who may look at no others sees those dispatched to them, as an engineer."""
        rows = super().visible_to(user)
        narrow = self.offices_of_own_only(user)
        if not narrow:
            return rows
        departments = apps.get_model("complaints", "Department").objects.filter(members=user.pk).values("pk")
        mine = Q(assignee=user.pk) | Q(assignee__isnull=True, department__in=departments, state__in=UNDER_WAY)
        return rows.filter(mine | ~Q(office__in=narrow))

    def offices_of_own_only(self, user: OfficeUser) -> list[int]:
        """Return the offices in which this person sees no tickets but those dispatched to them."""
        return [pk for pk in user.visible_office_ids() or () if self._sees_only_own(user, pk)]

    def _sees_only_own(self, user: OfficeUser, office_id: int) -> bool:
        probe = self.model(office_id=office_id)
        return user.has_perm("complaints.view_ticket", probe) and not user.has_perm(
            "complaints.view_every_ticket", probe
        )

    def open(self) -> Self:
        """Keep what is not archived yet."""
        return self.filter(state__in=OPEN)

    def by_themselves(self) -> Self:
        """Leave out what its incident takes along: that one is dispatched and goes up, not each caller (R-TKT-07)."""
        return self.exclude(carried_along())

    def waiting(self) -> Self:
        """Keep what nobody has been sent to."""
        return self.by_themselves().filter(state=TicketState.RECORDED)

    def under_way(self) -> Self:
        """Keep what an engineer or specialist has in hand."""
        return self.filter(state__in=UNDER_WAY)

    def to_answer(self) -> Self:
        """Keep what the resident has not been answered on."""
        return self.filter(state__in=UNANSWERED)

    def overdue(self, at: dt.datetime | None = None) -> Self:
        """Keep what should have been finished by now; a ticket without a deadline is never overdue."""
        return self.by_themselves().filter(state__in=UNFINISHED, finish_due_at__lt=at or now())

    def late_at(self, clock: str, at: dt.datetime | None = None) -> Self:
        """Keep tickets one of whose four clocks runs and should have ended by now (R-TKT-06)."""
        states, field = CLOCKS[clock]
        return self.by_themselves().filter(**{"state__in": states, f"{field}__lt": at or now()})

    def paused(self, at: dt.datetime | None = None) -> Self:
        """Keep tickets whose clocks stand still."""
        return self.filter(paused_until__gt=at or now())

    def running(self, at: dt.datetime | None = None) -> Self:
        """Keep tickets whose clocks do not stand still."""
        return self.filter(Q(paused_until__isnull=True) | Q(paused_until__lte=at or now()))

    def followed_by(self, user: Any) -> Self:
        """Keep open tickets this person answers for: first-contact responsibility (R-TKT-05)."""
        return self.filter(first_contact=user, state__in=OPEN)

    def in_the_hands_of(self, user: Any) -> Self:
        """Keep what was dispatched to this person and is not done."""
        return self.filter(assignee=user, state__in=UNDER_WAY)

    def free_for(self, user: Any) -> Self:
        """Keep what was dispatched to one of this person's departments and nobody has taken on."""
        departments = apps.get_model("complaints", "Department").objects.filter(members=user.pk).values("pk")
        return self.filter(state=TicketState.DISPATCHED, assignee__isnull=True, department__in=departments)

    def incidents(self) -> Self:
        """Keep incidents that are still running: what many call about at once."""
        return self.filter(is_incident=True, state__in=UNANSWERED)

    def mine(self, user: Any) -> Self:
        """Keep open tickets this person answers for or has in hand."""
        return self.filter(Q(first_contact=user, state__in=OPEN) | Q(assignee=user, state__in=UNDER_WAY))

    def counts(self) -> dict[str, int]:
        """Count what waits to be dispatched, what is overdue and what is open; the archive is not walked through."""
        open_ones = self.open().order_by()
        found = _by_state(open_ones)
        figures = {
            "waiting": found.get(TicketState.RECORDED, NONE)[0],
            "overdue": sum(found.get(state, NONE)[1] for state in UNFINISHED),
            "open": sum(number for number, _late in found.values()),
        }
        tickets: Any = self.model._default_manager
        running = list(tickets.incidents().order_by().values_list("pk", flat=True))
        if running:  # asked of each open ticket, it would take longer than all the rest
            taken_along = _by_state(open_ones.filter(incident__in=running))
            figures["waiting"] -= taken_along.get(TicketState.RECORDED, NONE)[0]
            figures["overdue"] -= sum(taken_along.get(state, NONE)[1] for state in UNFINISHED)
        return figures

    def with_caller(self) -> Self:
        """Say of each who called and at which number, as said or as the register knows it: `caller`, `phone`."""
        person = apps.get_model("estate", "Person").objects.filter(pk=OuterRef("person"))
        return self.annotate(
            caller=Coalesce(NullIf("caller_name", Value("")), Subquery(person.order_by().values("name"))),
            phone=Coalesce(NullIf("caller_phone", Value("")), first_phone("person")),
        )

    def by_urgency(self) -> Self:
        """Order by what presses most: urgent first, then the nearest deadline, those without one last."""
        return self.order_by("-major", "-urgent", F("finish_due_at").asc(nulls_last=True), "received_at", "pk")


def first_phone(person: str) -> Subquery:
    """Take the number to call of a person on record."""
    phones = apps.get_model("estate", "Phone").objects.filter(person=OuterRef(person))
    return Subquery(phones.order_by("position", "pk").values("number")[:1])


def _by_state(rows: TicketQuerySet) -> dict[str, tuple[int, int]]:
    """Count by state, and how many are past their deadline: all that is read stands in one index."""
    late = Count("pk", filter=Q(finish_due_at__lt=now()))
    found = rows.values_list("state").annotate(number=Count("pk"), late=late)
    return {state: (number, overdue) for state, number, overdue in found}


def carried_along() -> Q:
    """Keep tickets that the next step of their incident takes along: until it is answered, and once both are, closed.

    Asked for by their keys, a few: a join would read the incident of every ticket.
    """
    tickets = apps.get_model("complaints", "Ticket").objects.order_by()
    incidents = tickets.filter(is_incident=True)
    unanswered = incidents.filter(state__in=UNANSWERED).values("pk")
    answered = incidents.filter(state=TicketState.REPLIED).values("pk")
    either = Q(incident__in=unanswered) | Q(state=TicketState.REPLIED, incident__in=answered)
    return Q(pk__in=tickets.filter(either).values("pk"))


class OfTicketQuerySet(ScopedQuerySet):
    """What hangs on tickets is seen by whoever sees the ticket."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep what belongs to tickets this person may look at; for most that is said by the office alone."""
        rows, tickets = super().visible_to(user), apps.get_model("complaints", "Ticket").objects
        return rows.filter(ticket__in=tickets.visible_to(user)) if tickets.offices_of_own_only(user) else rows
