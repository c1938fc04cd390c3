"""A key comes back: counted only once the unit was looked at; rework goes on to be inspected (R-KEY-05, R-KEY-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.services import comment_ticket, finish_ticket
from frontdesk.kit import activity, search
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User
from frontdesk.staff.services import require_at_post
from keys.models import Key, LentKey, Loan
from keys.services.borrowers import HOLDER
from keys.services.lending import locked_open
from keys.services.taken import key_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys.querysets import LentKeyQuerySet

Condition = LentKey.Condition
CHECKED = (Key.Kind.REWORK, Key.Kind.VACANT)
"""Kinds of key that count as back once somebody has seen to doors, water and power of the unit."""
CHECKS = ("doors_ok", "water_ok", "power_ok")


def take_back_keys(  # noqa: PLR0913 - what is looked at on return, each by its own name
    loan: Loan,
    *,
    back: Mapping[Key, str],
    by: User,
    doors_ok: bool | None = None,
    water_ok: bool | None = None,
    power_ok: bool | None = None,
    remark: str = "",
    rework_done: bool | None = None,
    result: str = "",
) -> Loan:
    """Take keys of one slip back, each in its condition (`Condition.GOOD` or `DAMAGED`); others stay out.

    Of a vacant unit, or one that was worked in, doors, water and power are looked at first. With the last of the keys
    that were taken for rework it is said whether the work is done: then the ticket goes on, and whoever answers for it
    is told to inspect it (R-KEY-05).

    Raises:
        Conflict: somebody took one of the keys back already; who, and when; it is not on the slip; somebody else holds
            the post the keys are kept at.
        DeskError: no key, the unit was not looked at, or something was not in order and nothing says what.

    """
    if not back:
        raise DeskError(_("Tick the keys that are back."), field="back")
    checks = {"doors_ok": doors_ok, "water_ok": water_ok, "power_ok": power_ok}
    _check_unit(back, checks, remark)
    with transaction.atomic():
        require_at_post(by, loan.office, "keys")
        fresh = locked_open(loan, by=by, permission="keys.lend_key")
        for key in sorted(back, key=lambda one: one.pk):
            _take_back(fresh, key, back[key], checks, by=by, remark=remark.strip())
        tags = "、".join(key.tag for key in back)
        activity.record(fresh, "take_back_keys", by=by, note="\n".join(filter(None, (tags, remark.strip()))))
        close_if_all_back(fresh)
        if fresh.ticket is not None and asks_for_rework(fresh) and not keys_still_needed(fresh).exists():
            _move_ticket_on(fresh.ticket, fresh, rework_done, result, by=by)
    return fresh


def asks_for_rework(loan: Loan) -> bool:
    """Answer whether it is to be said on return if the work is done: its ticket is still under way.

    It is a contractor's ticket, or rework for which the owner's agent let the workers in.
    """
    if loan.ticket_id is None or loan.borrower not in (Loan.Borrower.CONTRACTOR, Loan.Borrower.AGENT):
        return False
    tickets = Ticket.objects.under_way().filter(pk=loan.ticket_id)
    if loan.borrower == Loan.Borrower.AGENT:
        tickets = tickets.filter(kind=Ticket.Kind.REWORK)
    return tickets.exists()


def keys_still_needed(loan: Loan) -> LentKeyQuerySet:
    """Return what must come back before the unit can be inspected: its keys with a unit check, else all that are out.

    A key that is lost is not waited for.
    """
    lent = LentKey.objects.filter(loan=loan)
    out = lent.out().filter(key__state=Key.State.OUT)
    return out.filter(key__kind__in=CHECKED) if lent.filter(key__kind__in=CHECKED).exists() else out


def needs_unit_check(keys: Mapping[Key, Any] | list[Key]) -> bool:
    """Answer whether doors, water and power must be looked at before these keys count as back."""
    return any(key.kind in CHECKED for key in keys)


def close_lent(lent: LentKey, condition: str, *, by: User, **more: Any) -> None:
    """Write down how a key on a slip ended."""
    lent.back_at, lent.taken_by, lent.condition = now(), by, condition
    for name, value in more.items():
        setattr(lent, name, value)
    lent.save()


def close_if_all_back(loan: Loan) -> None:
    """Close a slip on which no key is out any more."""
    if not LentKey.objects.out().filter(loan=loan).exists():
        loan.closed_at = now()
        loan.version += 1
        loan.save(update_fields=["closed_at", "version"])
        search.unindex(HOLDER, [loan.pk])


def _take_back(
    loan: Loan, key: Key, condition: str, checks: Mapping[str, bool | None], *, by: User, remark: str
) -> None:
    lent = LentKey.objects.select_for_update(of=("self",)).filter(loan=loan, key=key).first()
    if lent is None:
        raise Conflict(_("%(tag)s is not on this slip.") % {"tag": key.tag})
    if not lent.is_out:
        raise key_back(lent)
    if condition not in (Condition.GOOD, Condition.DAMAGED):
        raise DeskError(_("Say in what condition it came back."), field="back")
    with apply("return_key", key, by=by, note="\n".join(filter(None, (str(loan), remark)))):
        close_lent(lent, condition, by=by, remark=remark, **checks)
    if condition == Condition.DAMAGED:
        with apply("report_damaged", key, by=by, note=remark, permission="keys.lend_key"):
            pass


def _check_unit(back: Mapping[Key, str], checks: Mapping[str, bool | None], remark: str) -> None:
    if needs_unit_check(back):
        for name in CHECKS:
            if checks[name] is None:
                message = _("Look at the unit first: doors, water and power. Only then the key counts as back.")
                raise DeskError(message, field=name)
    wrong = any(value is False for value in checks.values()) or Condition.DAMAGED in back.values()
    if wrong:
        must_be_said(remark, _("Write down what was not in order."), field="remark")


def _move_ticket_on(ticket: Ticket, loan: Loan, rework_done: bool | None, result: str, *, by: User) -> None:  # noqa: FBT001 - yes, no, or not said
    """R-KEY-05: whoever answers for the rework inspects it now that the key is back."""
    if rework_done is None:
        raise DeskError(_("Ask whether the work is done."), field="rework_done")
    if rework_done:
        text = must_be_said(result, _("Write down what was done."), field="result")
        finish_ticket(ticket, result=text, by=by, permission="keys.lend_key")
        sentence = _("Key back, please inspect the rework: {number} {subject}")
    else:
        note = "\n".join(filter(None, (str(loan), result.strip())))
        comment_ticket(ticket, note=note, by=by, permission="keys.lend_key")
        sentence = _("Key back, work not done yet: {number} {subject}")
    people = {person.pk: person for person in (ticket.first_contact, ticket.assignee) if person is not None}
    here = User.objects.who_may("complaints.view_ticket", ticket.office).filter(pk__in=people)
    words = format_lazy(sentence, number=ticket.number, subject=ticket.subject)
    notify(here, words, url=ticket.get_absolute_url())
