"""Lost and damaged keys: out until the lock is changed, and who paid (R-KEY-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import same_office
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User
from keys.models import Key, LentKey, Loan, LockChange
from keys.services.depositing import check_depositor
from keys.services.openings import end_openings, named_seal, named_witness
from keys.services.returning import close_if_all_back, close_lent
from keys.workflow import OpeningState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.models import Person


def report_lost(key: Key, *, note: str, by: User, permission: str = "") -> Key:
    """Write down that a key is lost; it stays with whoever had it until the lock is changed. Supervisors hear of it.

    Raises:
        Conflict: it is back, or somebody reported it already.
        DeskError: without a word on how.

    """
    note = must_be_said(note, _("Write down how it was lost, or since when it is missing."), field="note")
    with apply("report_lost", key, by=by, note=note, permission=permission) as fresh:
        text = format_lazy(_("{by} reported {tag} as lost: {note}"), by=by, tag=fresh.tag, note=note)
        notify(_supervisors(fresh), text, url=fresh.get_absolute_url(), by=by)
    return fresh


def report_damaged(key: Key, *, note: str, by: User) -> Key:
    """Write down that a key in the cabinet is damaged.

    Raises:
        Conflict: it is not in the cabinet any more.
        DeskError: without a word on what.

    """
    note = must_be_said(note, _("Write down what is wrong with it."), field="note")
    with apply("report_damaged", key, by=by, note=note) as fresh:
        pass
    return fresh


def find_key(key: Key, *, note: str, by: User) -> Key:
    """Write down that a lost key was found; whoever had it has it no longer.

    One whose seal was opened goes back to whoever opened it, until they seal it again.

    Raises:
        Conflict: it was found already, or the lock was changed.
        DeskError: without a word on where.

    """
    note = must_be_said(note, _("Write down where it was found."), field="note")
    if key.kind == Key.Kind.SEALED and key.openings.filter(state=OpeningState.OPENED).exists():
        with apply("recover_key", key, by=by, note=note) as fresh:
            return fresh
    with apply("find_key", key, by=by, note=note) as fresh:
        _end_loan(fresh, LentKey.Condition.FOUND, by=by)
    return fresh


def repair_key(key: Key, *, by: User, note: str = "") -> Key:
    """Write down that a damaged key can be used again."""
    with apply("repair_key", key, by=by, note=note) as fresh:
        pass
    return fresh


def change_lock(key: Key, *, by: User, **facts: Any) -> LockChange:
    """Write down that the lock was changed, what it cost (yuan) and who pays; the key is of no more use.

    New keys come onto the register under tags of their own.

    Raises:
        Conflict: the key was found, or the lock is changed already.
        DeskError: a day to come, a negative cost, or a ticket of another office.

    """
    change = LockChange(key=key, by=by, **facts)
    if change.changed_on > local_date():
        raise DeskError(_("This day is still to come."), field="changed_on")
    if change.cost < 0:
        raise DeskError(_("The cost cannot be negative."), field="cost")
    same_office(key, change.ticket)
    note = f"{change.get_payer_display()} ¥{change.cost}"
    with apply("change_lock", key, by=by, note=note) as fresh:
        change.key = fresh
        change.save(force_insert=True)
        end_openings(fresh, by=by, permission=fresh.process["change_lock"].permission, note=note)
        _leave_cabinet(fresh)
        _end_loan(fresh, LentKey.Condition.LOST, by=by)
    return change


def retire_key(key: Key, *, note: str, by: User) -> Key:
    """Take a key off the register that opens nothing any more, with the reason; its history stays.

    Raises:
        Conflict: it is out, or off already.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why it is taken off."), field="note")
    with apply("retire_key", key, by=by, note=note) as fresh:
        end_openings(fresh, by=by, permission=fresh.process["retire_key"].permission, note=note)
        _leave_cabinet(fresh)
    return fresh


def entrust_key(
    key: Key, *, deposited_by: Person, by: User, kind: str = "", new_seal: str = "", witness: str = "", note: str = ""
) -> Key:
    """Take a key back into trust that its owner had collected, under its old tag.

    A sealed key comes back under a new seal, closed before a second person, or as an entrusted one without; an
    entrusted one may come back sealed (`kind`).

    Raises:
        Conflict: it is here already.
        DeskError: somebody who neither owns the unit nor lives there today; a kind that is not deposited; a seal
            without a new number or a witness.

    """
    same_office(key, deposited_by)
    kind = kind or key.kind
    if kind != key.kind and not {kind, key.kind} <= set(Key.DEPOSITED):
        raise DeskError(_("It comes back as what it was: entrusted or sealed by the owner."), field="kind")
    seal = ""
    if kind == Key.Kind.SEALED:
        seal = named_seal(new_seal, key.seal_number)
        note = " · ".join(filter(None, (seal, named_witness(witness, by), note.strip())))
    with apply("entrust_key", key, by=by, note=note) as fresh:
        fresh.kind, fresh.seal_number = kind, seal
        fresh.brought_by = fresh.letter_ref = ""
        fresh.deposited_by, fresh.deposited_on, fresh.entrusted_until = deposited_by, local_date(), None
        check_depositor(fresh)
    return fresh


def _leave_cabinet(key: Any) -> None:
    key.ring = key.cabinet = key.hook = None


def _end_loan(key: Key, condition: str, *, by: User) -> None:
    for lent in LentKey.objects.select_for_update().out().filter(key=key):
        close_lent(lent, condition, by=by)
        close_if_all_back(Loan.objects.select_for_update().get(pk=lent.loan_id))


def _supervisors(key: Key) -> Iterable[User]:
    return User.objects.who_may("keys.excuse_loan", key.office)
