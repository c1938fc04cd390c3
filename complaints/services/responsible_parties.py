"""Who has to answer for a damage: developer, contractor, property company, owner, third party (R-TKT-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _, gettext_lazy

from complaints.models import Compensation, Party, Responsibility, Ticket
from complaints.services.notices import tell
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.staff.models import User

    Shares = Mapping[str, tuple[int, str]]

WHOLE = 100
LONGEST = 200
LIABLE = frozenset({Ticket.Kind.COMPLAINT, Ticket.Kind.REPAIR, Ticket.Kind.REWORK})
"""The kinds of tickets behind which there can be a damage somebody has to answer for."""


def analyse_responsibility(ticket: Ticket, *, shares: Shares, by: User, seen: int | None = None) -> Ticket:
    """Say what share each party has in what happened: party → (percent, why), in place of what was said before.

    `seen` is the analysis the analyst had before them, as `standing_of` numbers it. A compensation that waits for its
    approver counts as changed: the approver looks again.

    Raises:
        Conflict: somebody else analysed it meanwhile, or the ticket is archived.
        DeskError: the shares make more or less than a hundred, or the ticket is of a kind without any damage.

    """
    wanted = _checked(shares)
    with transaction.atomic():
        fresh = lock_liable(ticket, "complaints.analyse_responsibility", by=by)
        before = list(Responsibility.objects.filter(ticket=fresh))
        if seen is not None and seen != _standing(before):
            raise Conflict(_("Somebody else analysed the responsibility while you were writing."))
        if _as_said(before) == wanted:
            return fresh
        Responsibility.objects.filter(ticket=fresh).delete()
        after = Responsibility.objects.bulk_create(
            Responsibility(ticket=fresh, party=party, share=share, reason=reason, by=by)
            for party, (share, reason) in wanted.items()
        )
        Compensation.objects.to_decide().filter(ticket=fresh).update(version=F("version") + 1)
        old, new = {"party": _in_words(before)}, {"party": _in_words(after)}
        activity.record(fresh, "analyse_responsibility", by=by, before=old, after=new)
        text = gettext_lazy("{by} analysed the responsibility for {number} {subject}: {shares}")
        tell([fresh.first_contact], text, fresh, by=by, stand_in=False, shares=new["party"])
    return fresh


def standing_of(ticket: Ticket) -> int:
    """Return the number of the analysis as it stands; every other one has another number, none has 0."""
    return _standing(Responsibility.objects.filter(ticket=ticket))


def lock_liable(ticket: Ticket, permission: str, *, by: User) -> Ticket:
    """Lock an open ticket behind which there can be a damage, for an act that takes `permission`.

    Raises:
        Conflict: it was archived meanwhile.
        DeskError: it is of another kind.

    """
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("office", "first_contact")
    fresh = rows.get(pk=ticket.pk)
    require(by, permission, fresh)
    if not fresh.is_open:
        raise Conflict(_("This ticket is archived. Reopen it first."))
    if fresh.kind not in LIABLE:
        words = {"kind": fresh.get_kind_display()}
        raise DeskError(_("Only of a complaint, a repair or a warranty rework, not of “%(kind)s”.") % words)
    return fresh


def _standing(rows: Any) -> int:
    # Rows are replaced as a whole and their keys never used again, so the latest key names the analysis.
    return max((row.pk for row in rows), default=0)


def _as_said(rows: Any) -> dict[str, tuple[int, str]]:
    return {row.party: (row.share, row.reason) for row in rows}


def _checked(shares: Shares) -> dict[str, tuple[int, str]]:
    """Return the shares without empty ones; refuse what is no party, no percentage, too long, or no hundred in all."""
    found = {}
    for party, (share, reason) in shares.items():
        if party not in Party.values or not 0 <= share <= WHOLE or len(reason.strip()) > LONGEST:
            raise DeskError(_("A share is a whole number from 1 to 100, its reason 200 characters at most."))
        if share:
            found[party] = (share, reason.strip())
    total = sum(share for share, _reason in found.values())
    if total != WHOLE:
        raise DeskError(_("The shares add up to %(total)s %%, they have to make 100 %%.") % {"total": total})
    return found


def _in_words(rows: Any) -> str:
    """Return an analysis as people write it, the largest share first: Contractor 60 % (leak), Owner 40 %."""
    ordered = sorted(rows, key=lambda row: (-row.share, Party.values.index(row.party)))
    return "; ".join(f"{row} ({row.reason})" if row.reason else str(row) for row in ordered)
