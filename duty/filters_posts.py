"""What may be asked of shift records, the duty log and handovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from duty.models import Handover, HandoverLine, LogEntry, Shift
from duty.workflow import HandoverState
from frontdesk.estate.models import Office
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter
from frontdesk.staff.models import Post

if TYPE_CHECKING:
    from duty.querysets_posts import HandoverQuerySet, LogQuerySet, ShiftQuerySet

MINE, OPEN = "mine", "open"
RUNNING, DIFFERING = "running", "differing"
TO_READ, HIGH, UNREAD = "to_read", "high", "unread"


class ShiftFilter(DeskFilterSet):
    """Where, whose, when."""

    post = ModelFilter(label=_("Post"), queryset=Post.objects.all())
    which = ChoiceFilter(label=_("Which"), choices=[(OPEN, _("Running")), (MINE, _("Mine"))], method="by_which")
    began = DateRangeFilter(label=_("Began"), field_name="began_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Shift
        search = ("number", "clerk__name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def by_which(self, queryset: ShiftQuerySet, _name: str, value: str) -> ShiftQuerySet:
        """Keep what is running, or one's own."""
        return queryset.open() if value == OPEN else queryset.of_clerk(self.user)


class LogFilter(DeskFilterSet):
    """What it says, what kind, where, about which unit, when."""

    which = ChoiceFilter(
        label=_("Which"),
        choices=[
            (TO_READ, _("For me to read")),
            (OPEN, _("Not put right")),
            (HIGH, _("High priority")),
            (UNREAD, _("Somebody has not read it")),
        ],
        method="by_which",
    )
    kind = ChoiceFilter(label=_("Kind"), choices=LogEntry.Kind.choices)
    post = ModelFilter(label=_("Post"), queryset=Post.objects.all())
    at = DateRangeFilter(label=_("Written"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = LogEntry
        search = ("text", "unit__code", "ticket__number", "by__name")
        more = ("post", "at", "office")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def by_which(self, queryset: LogQuerySet, _name: str, value: str) -> LogQuerySet:
        """Keep what waits for this person or for others, or what presses."""
        if value == TO_READ:
            return queryset.to_read_by(self.user)
        return {OPEN: queryset.not_put_right, HIGH: queryset.high, UNREAD: queryset.unread}[value]()


class HandoverFilter(DeskFilterSet):
    """How far, where, when, whether something differed."""

    state = ChoiceFilter(label=_("State"), choices=[(RUNNING, _("Running")), *HandoverState.choices], method="in_state")
    which = ChoiceFilter(label=_("Which"), choices=[(DIFFERING, _("With differences"))], method="by_which")
    post = ModelFilter(label=_("Post"), field_name="shift__post", queryset=Post.objects.all())
    begun = DateRangeFilter(label=_("Begun at"), field_name="begun_at")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Handover
        search = ("shift__number", "outgoing__name", "incoming__name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]

    def in_state(self, queryset: HandoverQuerySet, _name: str, value: str) -> HandoverQuerySet:
        """Keep a state, or what is not over."""
        return queryset.running() if value == RUNNING else queryset.filter(state=value)

    def by_which(self, queryset: HandoverQuerySet, _name: str, _value: str) -> HandoverQuerySet:
        """Keep those in which something was not as it should be."""
        return queryset.filter(pk__in=HandoverLine.objects.differing().order_by().values("handover"))
