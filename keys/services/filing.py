"""Filing cabinets: opened under the clerk's eye, and closed again (R-KEY-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.services import require_at_post
from keys.models import FilingOpening, Key

if TYPE_CHECKING:
    from frontdesk.staff.models import User


def open_cabinet(key: Key, *, visitor: str, purpose: str, by: User) -> FilingOpening:
    """Open a filing cabinet for somebody; whoever writes it down looks on. The key does not leave the desk.

    Raises:
        Conflict: it stands open already.
        DeskError: nothing says for whom or for what.

    """
    visitor = must_be_said(visitor, _("Write down for whom."), field="visitor")
    purpose = must_be_said(purpose, _("Write down which papers, and what for."), field="purpose")
    with apply("open_cabinet", key, by=by, note=f"{visitor} · {purpose}") as fresh:
        require_at_post(by, fresh.office, "keys")
        if FilingOpening.objects.filter(key=fresh, closed_at__isnull=True).exists():
            raise Conflict(_("This cabinet is open already: close it first."))
        opening = FilingOpening(key=fresh, visitor=visitor, purpose=purpose, watched_by=by)
        with refusing_doubles(str(_("This cabinet is open already: close it first."))):
            opening.save(force_insert=True)
    return opening


def close_cabinet(opening: FilingOpening, *, by: User, taken: str = "") -> FilingOpening:
    """Write down that the cabinet is locked again, and what was taken out of it.

    Raises:
        Conflict: somebody closed it already.

    """
    with transaction.atomic():
        fresh = FilingOpening.objects.select_for_update(of=("self",)).select_related("key__office").get(pk=opening.pk)
        require(by, "keys.open_cabinet", fresh)
        if fresh.closed_at is not None:
            raise Conflict(_("Somebody has closed it already."))
        fresh.closed_at, fresh.closed_by, fresh.taken = now(), by, taken.strip()
        fresh.save(update_fields=["closed_at", "closed_by", "taken"])
        activity.record(fresh.key, "close_cabinet", by=by, note=taken.strip())
    return fresh
