"""Words to read what went up, what is paid for complaints, what experts were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from complaints.querysets.tickets import OfTicketQuerySet
from complaints.workflow import PROPOSALS, AssessmentState, CompensationState
from frontdesk.kit.calendar import local_date

if TYPE_CHECKING:
    from frontdesk.kit.scoping import OfficeUser


class EscalationQuerySet(OfTicketQuerySet):
    """What went up, and to whom."""

    def unseen_by(self, user: Any) -> Self:
        """Keep what went to this person and nobody has looked at."""
        return self.filter(told=user, seen_at__isnull=True)

    def with_told_me(self, user: Any) -> Self:
        """Say of each whether it went to this person: `told_me`."""
        told = self.model._default_manager.filter(pk=OuterRef("pk"), told=user.pk)
        return self.annotate(told_me=Exists(told))


class CompensationQuerySet(OfTicketQuerySet):
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


class AssessmentQuerySet(OfTicketQuerySet):
    """What experts were asked."""

    def unanswered(self) -> Self:
        """Keep what is not answered yet."""
        return self.filter(state=AssessmentState.ASKED)

    def late(self) -> Self:
        """Keep what should have been answered by now."""
        return self.unanswered().filter(due_on__lt=local_date())
