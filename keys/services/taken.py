"""What somebody is told who comes second to take keys back: who was first, and when (R-KEY-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import Conflict

if TYPE_CHECKING:
    from keys.models import LentKey, Loan


def all_back(loan: Loan) -> Conflict:
    """Return the refusal to do anything more about a slip: who took the last key of it back, and when."""
    last = loan.lent_keys.filter(taken_by__isnull=False).select_related("taken_by").order_by("-back_at").first()
    if last is None:
        return Conflict(_("Everything on %(number)s is back by now.") % {"number": loan.number})
    message = _("Everything on %(number)s is back by now: %(who)s took it back at %(at)s.")
    return Conflict(message % {"number": loan.number, **_taken(last)})


def key_back(lent: LentKey) -> Conflict:
    """Return the refusal to take a key back a second time: who did, and when."""
    return Conflict(_("%(who)s took %(tag)s back at %(at)s already.") % {"tag": lent.key.tag, **_taken(lent)})


def _taken(lent: LentKey) -> dict[str, str]:
    return {"who": str(lent.taken_by), "at": f"{timezone.localtime(lent.back_at):%m-%d %H:%M}"}
