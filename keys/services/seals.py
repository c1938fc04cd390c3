"""Sealed keys: opened with the manager's word and a second pair of eyes, sealed anew (R-KEY-06)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User
from frontdesk.staff.services import require_at_post
from keys.models import Key, KeySettings, LentKey, Loan, SealOpening
from keys.services.borrowers import index_holder
from keys.services.lending import new_loan
from keys.services.openings import named_seal, named_witness
from keys.services.returning import close_if_all_back, close_lent
from keys.workflow import OpeningState

RUNNING = _("An opening of this key is under way already.")


def request_opening(key: Key, *, reason: str, by: User) -> SealOpening:
    """Ask the manager to let a sealed key be opened, with the reason.

    Raises:
        DeskError: without a reason, or the key is not sealed.
        Conflict: an opening of it is under way.

    """
    reason = must_be_said(reason, _("Say what the key is needed for."), field="reason")
    with transaction.atomic():
        fresh = _locked_sealed(key)
        require(by, "keys.request_opening", fresh)
        _must_not_run(fresh)
        opening = SealOpening(key=fresh, reason=reason, requested_by=by)
        with refusing_doubles(str(RUNNING)):
            opening.save(force_insert=True)
        _record(opening, "request_opening", by=by, note=reason)
        text = _("{by} asks to open the sealed key {tag}: {reason}")
        _tell_managers(opening, format_lazy(text, by=by, tag=fresh.tag, reason=reason), by=by)
    return opening


def approve_opening(opening: SealOpening, *, by: User, note: str = "") -> SealOpening:
    """Let the key be opened, for as long as the office's figure says (`KeySettings.approval_minutes`).

    Raises:
        Conflict: it was decided or withdrawn meanwhile.

    """
    until = now() + dt.timedelta(minutes=KeySettings.of(opening.key.office).approval_minutes)
    words = {"until": f"{timezone.localtime(until):%m-%d %H:%M}"}
    text = format_lazy(_("{{by}} approved opening {{tag}}, until {until}. {{note}}"), **words)
    return _decide("approve_opening", opening, by=by, note=note, text=text, approved_until=until)


def ask_again(opening: SealOpening, *, by: User, note: str = "") -> SealOpening:
    """Put a request before the manager again whose approval lapsed before anybody opened the key.

    Raises:
        Conflict: the approval still holds, or it was opened or withdrawn meanwhile.

    """
    with apply("ask_again", opening, by=by, note=note) as fresh:
        fresh.decided_by = fresh.decided_at = fresh.approved_until = None
        fresh.decision = ""
        activity.record(fresh.key, "ask_again", by=by, note=note)
        text = _("{by} asks again to open the sealed key {tag}: {reason}")
        _tell_managers(fresh, format_lazy(text, by=by, tag=fresh.key.tag, reason=fresh.reason), by=by)
    return fresh


def refuse_opening(opening: SealOpening, *, note: str, by: User) -> SealOpening:
    """Refuse it, with a reason.

    Raises:
        Conflict: it was decided or withdrawn meanwhile.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why not."), field="note")
    return _decide("refuse_opening", opening, by=by, note=note, text=_("{by} refused to open {tag}: {note}"))


def withdraw_opening(opening: SealOpening, *, by: User, note: str = "") -> SealOpening:
    """Take a request back, or let an approval lapse that is no longer needed.

    Raises:
        Conflict: it was refused or opened meanwhile.

    """
    with apply("withdraw_opening", opening, by=by, note=note) as fresh:
        activity.record(fresh.key, "withdraw_opening", by=by, note=note)
    return fresh


def open_seal(opening: SealOpening, *, witness: str, old_seal: str, by: User, remark: str = "") -> SealOpening:
    """Open an approved key before a second person; the seal number found is compared with the register's.

    Raises:
        Conflict: it was opened or withdrawn meanwhile.
        DeskError: without a witness other than who asked and who opens; the seal differs and nothing says how.

    """
    with apply("open_seal", opening, by=by, note=remark) as fresh:
        _open(fresh, witness=witness, old_seal=old_seal, by=by, remark=remark)
    return fresh


def unseal_key(key: Key, *, reason: str, witness: str, old_seal: str, by: User, remark: str = "") -> SealOpening:
    """Open a sealed key in an emergency, such as fire or water, without asking first; the managers hear of it at once.

    A request that is under way for this key becomes the emergency.

    Raises:
        Conflict: it is open already.
        DeskError: without a reason or a witness; the seal differs and nothing says how that came.

    """
    reason = must_be_said(reason, _("Say what the emergency is."), field="reason")
    with transaction.atomic():
        fresh = _locked_sealed(key)
        require(by, "keys.open_seal", fresh)
        for running in SealOpening.objects.select_for_update().running().filter(key=fresh):
            if running.state == OpeningState.OPENED:
                raise Conflict(_("This key is open already."))
            with apply("withdraw_opening", running, by=by, permission="keys.open_seal", note=reason):
                pass
        opening = SealOpening(key=fresh, reason=reason, requested_by=by, is_emergency=True, state=OpeningState.OPENED)
        with refusing_doubles(str(RUNNING)):
            opening.save(force_insert=True)
        _open(opening, witness=witness, old_seal=old_seal, by=by, remark=remark)
        opening.save()
        activity.record(opening, "unseal_key", by=by, note=reason)
        text = _("Emergency: {by} opened the sealed key {tag} without approval: {reason}. The owner is to be told.")
        _tell_managers(opening, format_lazy(text, by=by, tag=fresh.tag, reason=reason), by=by)
    return opening


def close_seal(opening: SealOpening, *, witness: str, new_seal: str, by: User, remark: str = "") -> SealOpening:
    """Seal the key anew before a second person; its new number goes onto the register.

    Raises:
        Conflict: it was sealed meanwhile.
        DeskError: without a witness other than oneself, or with the number that was just broken.

    """
    witness = named_witness(witness, by)
    with apply("close_seal", opening, by=by, note=remark) as fresh:
        require_at_post(by, fresh.key.office, "keys")
        new_seal = named_seal(new_seal, fresh.old_seal)
        fresh.new_seal, fresh.sealed_by, fresh.sealed_at, fresh.sealed_before = new_seal, by, now(), witness
        lent = LentKey.objects.select_for_update().out().get(key=fresh.key_id)
        with apply("reseal_key", fresh.key, by=by, note=f"{new_seal} · {witness}", verb="close_seal") as key:
            key.seal_number = new_seal
            close_lent(lent, LentKey.Condition.GOOD, by=by, remark=remark)
        close_if_all_back(Loan.objects.select_for_update().get(pk=lent.loan_id))
    return fresh


def seal_key(key: Key, *, new_seal: str, witness: str, by: User, remark: str = "") -> Key:
    """Put an entrusted key under seal before a second person: from now on it is opened, not lent.

    Raises:
        Conflict: it is not in the cabinet any more.
        DeskError: without a witness other than oneself, or without the number of the seal.

    """
    witness = named_witness(witness, by)
    new_seal = named_seal(new_seal, "")
    note = " · ".join(filter(None, (new_seal, witness, remark.strip())))
    with apply("seal_key", key, by=by, note=note) as fresh:
        fresh.kind, fresh.seal_number, fresh.ring = Key.Kind.SEALED, new_seal, None
    return fresh


def review_opening(opening: SealOpening, *, by: User, note: str = "") -> SealOpening:
    """Take note, as the manager, of an emergency opening.

    Raises:
        Conflict: another manager did.

    """
    with apply("review_opening", opening, by=by, note=note) as fresh:
        fresh.decided_by, fresh.decided_at, fresh.decision = by, now(), note.strip()
        activity.record(fresh.key, "review_opening", by=by, note=note)
    return fresh


def tell_owner(opening: SealOpening, *, note: str, by: User) -> SealOpening:
    """Write down that the owner was told of an emergency opening, and what they said.

    Raises:
        Conflict: somebody told them already.
        DeskError: nothing says whom, and what they said.

    """
    note = must_be_said(note, _("Write down with whom you spoke, and what they said."), field="note")
    with apply("tell_owner", opening, by=by, note=note) as fresh:
        fresh.owner_told_by, fresh.owner_told_at, fresh.owner_said = by, now(), note
        activity.record(fresh.key, "tell_owner", by=by, note=note)
    return fresh


def _decide(
    move: str, opening: SealOpening, *, by: User, note: str, text: Any, approved_until: dt.datetime | None = None
) -> SealOpening:
    with apply(move, opening, by=by, note=note) as fresh:
        fresh.approved_until = approved_until
        fresh.decided_by, fresh.decided_at, fresh.decision = by, now(), note.strip()
        activity.record(fresh.key, move, by=by, note=note)
        sentence = format_lazy(text, by=by, tag=fresh.key.tag, note=note.strip())
        notify([fresh.requested_by], sentence, url=fresh.get_absolute_url(), by=by)
    return fresh


def _open(opening: SealOpening, *, witness: str, old_seal: str, by: User, remark: str) -> None:
    """Break the seal: the key is out, with whoever opened it, until it is sealed again."""
    key = opening.key
    require_at_post(by, key.office, "keys")
    opening.witness = named_witness(witness, by, opening.requested_by)
    opening.old_seal = must_be_said(old_seal, _("Read the number off the seal."), field="old_seal")
    opening.registered_seal = key.seal_number
    if opening.seal_differs:
        message = _(
            "The register says %(number)s. Look again; if it is another seal, write down how that may have come."
        )
        must_be_said(remark, message % {"number": key.seal_number}, field="remark")
    opening.opened_by, opening.opened_at = by, now()
    minutes = KeySettings.of(key.office).sealed_minutes
    loan = new_loan(
        key.office,
        by=by,
        borrower=Loan.Borrower.COLLEAGUE,
        colleague=by,
        name=str(by),
        phone=by.phone,
        purpose=opening.reason[:200],
        due_at=now() + dt.timedelta(minutes=minutes),
    )
    loan.save(force_insert=True)
    index_holder(loan)
    note = " · ".join(filter(None, (opening.old_seal, opening.witness, remark.strip())))
    with apply("unseal_key", key, by=by, note=note, verb="open_seal") as fresh:
        LentKey.objects.create(loan=loan, key=fresh)
    activity.record(loan, "lend_keys", by=by, note=key.tag)
    opening.loan = loan
    if opening.seal_differs:
        text = _("The seal of {tag} is not the one on the register: {found} instead of {known}")
        words = {"tag": key.tag, "found": opening.old_seal, "known": opening.registered_seal}
        _tell_managers(opening, format_lazy(text, **words), by=by)


def _locked_sealed(key: Key) -> Key:
    fresh = Key.objects.select_for_update(of=("self",)).select_related("office", "unit").get(pk=key.pk)
    if fresh.kind != Key.Kind.SEALED:
        raise DeskError(_("This key is not sealed."))
    return fresh


def _must_not_run(key: Key) -> None:
    if SealOpening.objects.running().filter(key=key).exists():
        raise Conflict(RUNNING)


def _record(opening: SealOpening, verb: str, *, by: User, note: str) -> None:
    activity.record(opening, verb, by=by, note=note)
    activity.record(opening.key, verb, by=by, note=note)


def _tell_managers(opening: SealOpening, sentence: Any, *, by: User) -> None:
    people = User.objects.who_may("keys.approve_opening", opening.key.office)
    notify(people, sentence, url=opening.get_absolute_url(), by=by)
