"""Words to read tickets by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from complaints.workflow import (
    OPEN,
    PROPOSALS,
    UNANSWERED,
    UNDER_WAY,
    UNFINISHED,
    AssessmentState,
    CallbackState,
    CompensationState,
    PromiseState,
    TicketState,
)
from frontdesk.kit.calendar import local_date, now
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
DISSATISFIED = 2
"""Up to here, of 5, a resident is dissatisfied."""
REMIND_BEFORE = timedelta(hours=1)
"""How long before it is due a promise comes back to mind."""

NONE = (0, 0)

TREE = ("branch_position", "branch_name", "branch_pk", "depth", "position", "name")
"""The order of `CategoryQuerySet.as_tree` within one office."""


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
            phone=Coalesce(NullIf("caller_phone", Value("")), _first_phone("person")),
        )

    def by_urgency(self) -> Self:
        """Order by what presses most: urgent first, then the nearest deadline, those without one last."""
        return self.order_by("-major", "-urgent", F("finish_due_at").asc(nulls_last=True), "received_at", "pk")


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


class CatalogueQuerySet(ScopedQuerySet):
    """An office's own lists."""

    def in_use(self, also: int | None = None) -> Self:
        """Keep what can be chosen today, and what a record names already."""
        return self.filter(Q(is_active=True) | Q(pk=also))


class CategoryQuerySet(CatalogueQuerySet):
    """What calls are about: branches and what hangs on them."""

    def in_use(self, also: int | None = None) -> Self:
        """Keep what can be chosen today, each branch before its own; what hangs on a branch set aside is so, too."""
        off = Q(parent__isnull=False, parent__is_active=False)
        return super().in_use(also).exclude(off & ~Q(pk=also)).as_tree()

    def as_tree(self) -> Self:
        """Order as the tree reads: each branch, then what hangs on it; the offices one after the other."""
        rows = self.select_related("parent").annotate(
            branch_position=Coalesce("parent__position", "position"),
            branch_name=Coalesce("parent__name", "name"),
            branch_pk=Coalesce("parent_id", "pk"),
            depth=Case(When(parent__isnull=True, then=Value(0)), default=Value(1)),
        )
        return rows.order_by("office__code", *TREE)


class DepartmentQuerySet(CatalogueQuerySet):
    """The office's teams."""

    def of_member(self, user: Any) -> Self:
        """Keep the teams this person belongs to."""
        return self.filter(members=user)


class _OfTicketQuerySet(ScopedQuerySet):
    """What hangs on tickets is seen by whoever sees the ticket."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep what belongs to tickets this person may look at; for most that is said by the office alone."""
        rows, tickets = super().visible_to(user), apps.get_model("complaints", "Ticket").objects
        return rows.filter(ticket__in=tickets.visible_to(user)) if tickets.offices_of_own_only(user) else rows


class PromiseQuerySet(_OfTicketQuerySet):
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


class CallbackQuerySet(_OfTicketQuerySet):
    """Whom to ask whether all is well."""

    def waiting(self) -> Self:
        """Keep whom nobody has reached yet."""
        return self.filter(state=CallbackState.WAITING)

    def due(self, at: dt.datetime | None = None) -> Self:
        """Keep whom to call now: the day has come, and the hour at which they asked to be called again.

        A matter opened again since is left in peace; it is asked about after it was closed once more.
        """
        at = at or now()
        still_closed = self.waiting().filter(closed_at=F("ticket__archived_at"))
        return still_closed.filter(Q(again_at__isnull=True) | Q(again_at__lte=at), due_on__lte=local_date(at))

    def dissatisfied(self) -> Self:
        """Keep whoever gave 1 or 2 of 5."""
        return self.filter(satisfaction__lte=DISSATISFIED)

    def with_call(self) -> Self:
        """Say of each whom to ask for, at which number, in which unit, how often it was tried: `called` … `tries`.

        `is_over` puts those who still wait before the others.
        """
        attempts = apps.get_model("complaints", "CallbackAttempt").objects.filter(callback=OuterRef("pk"))
        return self.annotate(
            called=_of_caller(
                ("caller__name", F("caller__person__name")),
                ("ticket__caller_name", F("ticket__person__name")),
            ),
            phone=_of_caller(
                ("caller__phone", _first_phone("caller__person")),
                ("ticket__caller_phone", _first_phone("ticket__person")),
            ),
            home=Case(When(caller__isnull=False, then="caller__unit__code"), default="ticket__unit__code"),
            is_over=Case(When(state=CallbackState.WAITING, then=Value(0)), default=Value(1)),
            tries=Subquery(attempts.order_by().values("callback").annotate(n=Count("pk")).values("n")),
        )


def _of_caller(added: tuple[str, Any], own: tuple[str, Any]) -> Case:
    """Take a word of the caller added to a ticket, else of the ticket; where nothing was written, the register's."""
    (word, record), (own_word, own_record) = added, own
    return Case(
        When(caller__isnull=False, then=Coalesce(NullIf(word, Value("")), record)),
        default=Coalesce(NullIf(own_word, Value("")), own_record),
    )


def _first_phone(person: str) -> Subquery:
    """Take the number to call of a person on record."""
    phones = apps.get_model("estate", "Phone").objects.filter(person=OuterRef(person))
    return Subquery(phones.order_by("position", "pk").values("number")[:1])


class EscalationQuerySet(_OfTicketQuerySet):
    """What went up, and to whom."""

    def unseen_by(self, user: Any) -> Self:
        """Keep what went to this person and nobody has looked at."""
        return self.filter(told=user, seen_at__isnull=True)

    def with_told_me(self, user: Any) -> Self:
        """Say of each whether it went to this person: `told_me`."""
        told = self.model._default_manager.filter(pk=OuterRef("pk"), told=user.pk)
        return self.annotate(told_me=Exists(told))


class CompensationQuerySet(_OfTicketQuerySet):
    """What is paid for complaints."""

    def running(self) -> Self:
        """Keep what waits to be approved or to be paid: of these a ticket has one at most."""
        return self.filter(state__in=(CompensationState.PROPOSED, CompensationState.APPROVED))

    def unsettled(self) -> Self:
        """Keep what is neither paid nor withdrawn."""
        return self.exclude(state__in=(CompensationState.PAID, CompensationState.WITHDRAWN))

    def to_decide(self) -> Self:
        """Keep what waits for its approver."""
        return self.filter(state=CompensationState.PROPOSED)

    def to_decide_by(self, user: OfficeUser) -> Self:
        """Keep what waits for this person: of their levels in their offices, and never proposed by themselves."""
        mine = Q(pk__in=())
        model: Any = self.model
        for level in model.Level.values:
            ids = user.offices_where(f"complaints.approve_level_{level}")
            mine |= Q(level=level) if ids is None else Q(level=level, ticket__office__in=ids)
        kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(model)
        acts = apps.get_model("kit", "Activity").objects.filter(content_type=kind, object_id=OuterRef("pk"))
        own = acts.filter(actor=user.pk, verb__in=PROPOSALS)
        return self.to_decide().filter(mine).exclude(proposed_by=user.pk).exclude(Exists(own))


class AssessmentQuerySet(_OfTicketQuerySet):
    """What experts were asked."""

    def unanswered(self) -> Self:
        """Keep what is not answered yet."""
        return self.filter(state=AssessmentState.ASKED)

    def late(self) -> Self:
        """Keep what should have been answered by now."""
        return self.unanswered().filter(due_on__lt=local_date())
