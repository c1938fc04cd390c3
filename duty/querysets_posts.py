"""Words for questions about posts, shift records, the duty log and handovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef

from duty.workflow import RUNNING_HANDOVER, HandoverState
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt


class ArticleQuerySet(ScopedQuerySet):
    """What lies at posts."""

    def in_use(self) -> Self:
        """Leave out what is not counted any more."""
        return self.filter(retired_at__isnull=True)


class ShiftQuerySet(ScopedQuerySet):
    """Shifts as they were worked."""

    def open(self) -> Self:
        """Keep those that are running."""
        return self.filter(ended_at__isnull=True)

    def of_clerk(self, user: Any) -> Self:
        """Keep those somebody answered for."""
        return self.filter(clerk=user)

    def on_at(self, at: dt.datetime) -> Self:
        """Keep those that were running at a moment."""
        return self.filter(began_at__lte=at).exclude(ended_at__lte=at)


class LogQuerySet(ScopedQuerySet):
    """Entries of the duty log."""

    def heading(self) -> Self:
        """Keep what stands by itself, not what was said of an entry later."""
        return self.filter(follows__isnull=True)

    def high(self) -> Self:
        """Keep what is of high priority."""
        return self.filter(is_high=True)

    def annotations(self) -> Self:
        """Keep what managers wrote for those on duty."""
        return self.filter(kind="annotate")

    def not_put_right(self) -> Self:
        """Keep non-conformities nobody has written down a measure for."""
        measures = self.model._default_manager.filter(follows=OuterRef("pk"), kind="measure")
        return self.filter(kind="nonconf").exclude(Exists(measures.order_by()))

    def to_read_by(self, user: Any) -> Self:
        """Keep what this person is named for and has not read yet."""
        return self.filter(pk__in=_readings().filter(person=user, read_at__isnull=True).values("entry"))

    def unread_annotations(self, user: Any, since: dt.datetime) -> Self:
        """Keep annotations since a moment that this person has not read (R-DUTY-12), their own apart."""
        read = _readings().filter(person=user, read_at__isnull=False, entry=OuterRef("pk"))
        return self.annotations().filter(at__gte=since).exclude(by=user).exclude(Exists(read.order_by()))

    def unread(self) -> Self:
        """Keep what somebody who was named has not read yet."""
        return self.filter(pk__in=_readings().filter(is_named=True, read_at__isnull=True).values("entry"))

    def with_its_tags(self) -> Self:
        """Read along what a line about an entry needs."""
        return self.select_related("by", "unit", "ticket", "person", "post", "follows")

    def about(self, record: Any) -> Self:
        """Keep what is tagged with a unit, person or ticket."""
        return self.filter(**{record._meta.model_name: record})


class HandoverQuerySet(ScopedQuerySet):
    """Handovers."""

    def running(self) -> Self:
        """Keep those that are neither done nor called off."""
        return self.filter(state__in=RUNNING_HANDOVER)

    def done(self) -> Self:
        """Keep those both have signed."""
        return self.filter(state=HandoverState.DONE)

    def refused(self) -> Self:
        """Keep those that wait for a supervisor."""
        return self.filter(state=HandoverState.REFUSED)


class HandoverLineQuerySet(ScopedQuerySet):
    """What was counted."""

    def differing(self) -> Self:
        """Keep what is not as it should be; that keys are missing is said by the line of each key."""
        return self.exclude(kind="keys").exclude(counted=F("expected"))

    def unexplained(self) -> Self:
        """Keep differences nobody has explained yet."""
        return self.differing().filter(explanation="")


def _readings() -> Any:
    return apps.get_model("duty.LogReader").objects.order_by()  # the model stands on this module
