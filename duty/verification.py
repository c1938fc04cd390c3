"""What must always be true of the duty log and of handovers: for `manage.py verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from duty.models import Handover, LogEntry, Shift
from duty.services.handover import digest_of as seal_of
from duty.services.log import digest_of
from frontdesk.kit.verification import invariant
from frontdesk.staff.models import Holding

if TYPE_CHECKING:
    from collections.abc import Iterator


@invariant("D1", _("the duty log is whole: no entry altered, taken out or slipped in"))
def log_is_whole() -> Iterator[str]:
    """Find entries whose seal is not that of what they say and of the one before, and numbers that are missing."""
    last: dict[int, tuple[int, str]] = {}
    for row in LogEntry.objects.order_by("office", "number").iterator(chunk_size=2000):
        number, before = last.get(row.office_id, (0, ""))
        if row.number != number + 1:
            yield f"log {row.office_id}: {row.number} after {number}"
        elif digest_of(row, before) != row.digest:
            yield f"log {row.office_id}: {row.number}"
        last[row.office_id] = (row.number, row.digest)


@invariant("D2", _("who holds a post is who answers for its running shift"))
def holders_answer() -> Iterator[str]:
    """Find running shifts whose clerk does not hold the post, and holders without a running shift."""
    held = dict(Holding.objects.open().holders().order_by().values_list("post", "person"))
    running = dict(Shift.objects.open().order_by().values_list("post", "clerk"))
    for post in sorted({*held, *running}):
        if held.get(post) != running.get(post):
            yield f"post {post}"


@invariant("D3", _("every handover is as both have signed it, in its order"))
def handovers_are_as_signed() -> Iterator[str]:
    """Find handovers whose seal is not that of their sheet and of the one before at the post."""
    before: dict[int, str] = {}
    rows = Handover.objects.done().select_related("shift").prefetch_related("lines", "items")
    for row in rows.order_by("accepted_at", "pk").iterator(chunk_size=500):
        post = row.shift.post_id
        if seal_of(row, before.get(post, "")) != row.digest:
            yield f"handover {row.pk}"
        before[post] = row.digest
