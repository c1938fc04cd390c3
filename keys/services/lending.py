"""A key leaves the desk: to somebody for a while, or back to its owner for good (R-KEY-02…05, R-KEY-08)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.kit.uploads import is_blank
from frontdesk.kit.workflow import apply
from frontdesk.staff.services import require_at_post
from keys.models import Key, LentKey, Loan
from keys.services.borrowers import Shown, check_borrower, index_holder, refuse_who_left
from keys.services.due import check_due, usual_due
from keys.services.openings import end_openings
from keys.services.taken import all_back
from keys.workflow import KeyState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

FACTS = frozenset(
    {
        "borrower",
        "person",
        "colleague",
        "contractor",
        "name",
        "phone",
        "in_person",
        "id_kind",
        "id_number",
        "letter_until",
        "letter_ref",
        "confirmed_with",
        "ticket",
        "purpose",
    }
)
"""What is written down of whoever takes keys; of `id_number` the last places are kept."""


def lend_key(
    key: Key,
    *,
    by: User,
    also: Iterable[Key] = (),
    due_at: dt.datetime | None = None,
    excuse: str = "",
    paper: UploadedFile | None = None,
    signature: UploadedFile | None = None,
    **facts: Any,
) -> Loan:
    """Hand out a key, with its whole ring and whatever else is taken along, until a time (R-KEY-08).

    Without a time the kind of key decides (`KeySettings`), the shortest of several. `excuse` lets somebody borrow who
    has an overdue key, for who may say so. `paper` is the letter or document shown, `signature` the drawn one.

    Raises:
        Conflict: the key left the desk meanwhile, and who has it; somebody else holds the post the keys are kept at.
        DeskError: what the borrower must show is missing (`check_borrower`); another key of the ring is not there; they
            have an overdue key; the time is over, too far off, or later than letter or entrustment reach.

    """
    with transaction.atomic():
        require_at_post(by, key.office, "keys")
        keys = _together(key, also, move="lend_key", by=by)
        loan = _slip(key.office, keys, by=by, facts=facts, paper=paper)
        refuse_who_left(loan, keys)
        loan.due_at = due_at or usual_due(loan.office, keys, loan.letter_until)
        check_due(loan, keys)
        _refuse_while_overdue(loan, by=by, excuse=excuse)
        return _hand_out(loan, keys, "lend_key", by=by, paper=paper, signature=signature)


def collect_key(
    key: Key,
    *,
    by: User,
    also: Iterable[Key] = (),
    paper: UploadedFile | None = None,
    signature: UploadedFile | None = None,
    **facts: Any,
) -> Loan:
    """Give keys back for good to the owner, or to an agent with letter and phone confirmation (R-KEY-02, R-KEY-03).

    Raises:
        Conflict: the key left the desk meanwhile; somebody else holds the post the keys are kept at.
        DeskError: what they must show is missing; it is neither owner nor agent who came.

    """
    if facts.get("borrower") not in (Loan.Borrower.OWNER, Loan.Borrower.AGENT):
        raise DeskError(_("Keys go back to the owner, or to an agent with a letter."), field="borrower")
    with transaction.atomic():
        require_at_post(by, key.office, "keys")
        keys = _together(key, also, move="collect_key", by=by)
        loan = _slip(key.office, keys, by=by, facts=facts, paper=paper)
        loan.for_good, loan.closed_at = True, loan.lent_at
        return _hand_out(loan, keys, "collect_key", by=by, paper=paper, signature=signature)


def extend_loan(loan: Loan, *, due_at: dt.datetime, reason: str, by: User) -> Loan:
    """Let the holder keep the keys until another time; reminders begin anew. What is overdue a supervisor extends.

    Raises:
        Conflict: everything is back meanwhile.
        PermissionDenied: it is overdue, and this person is no supervisor.
        DeskError: without a reason; what is missing is lost; the time is over or further off than it may be.

    """
    reason = must_be_said(reason, _("Say why they may keep it longer."), field="reason")
    with transaction.atomic():
        fresh = locked_open(loan, by=by, permission="keys.lend_key")
        if fresh.is_overdue:
            require(by, "keys.excuse_loan", fresh)
        keys = list(Key.objects.filter(lendings__in=fresh.lent_keys.out(), state=KeyState.OUT))
        if not keys:
            raise DeskError(_("What is missing is lost: it is found, or its lock changed, but not lent for longer."))
        before = activity.snapshot(fresh)
        fresh.due_at = due_at
        check_due(fresh, keys)
        fresh.version += 1
        fresh.save(update_fields=["due_at", "version"])
        activity.record(fresh, "extend_loan", by=by, before=before, after=activity.snapshot(fresh), note=reason)
    return fresh


def excuse_loan(loan: Loan, *, reason: str, by: User) -> Loan:
    """Let somebody borrow until the end of the day although this slip of theirs is overdue (R-KEY-08).

    Raises:
        Conflict: everything is back meanwhile.
        DeskError: without a reason, or it is not overdue.

    """
    reason = must_be_said(reason, _("Say why they may borrow all the same."), field="reason")
    with transaction.atomic():
        fresh = locked_open(loan, by=by, permission="keys.excuse_loan")
        if not fresh.is_overdue:
            raise DeskError(_("It is not overdue: they may borrow anyhow."))
        tomorrow = dt.datetime.combine(local_date() + dt.timedelta(days=1), dt.time())
        fresh.excused_by, fresh.excused_until = by, timezone.make_aware(tomorrow)
        fresh.excuse = reason
        fresh.version += 1
        fresh.save(update_fields=["excused_by", "excused_until", "excuse", "version"])
        activity.record(fresh, "excuse_loan", by=by, note=reason)
    return fresh


def sign_loan(loan: Loan, *, signature: UploadedFile, by: User) -> Loan:
    """Keep the signature drawn on the counter's tablet with its slip.

    Raises:
        DeskError: it is no picture, or nothing is drawn on it.

    """
    with transaction.atomic():
        fresh = Loan.objects.select_for_update().get(pk=loan.pk)
        require(by, "keys.lend_key", fresh)
        _sign(fresh, signature, by=by)
    return fresh


def locked_open(loan: Loan, *, by: User, permission: str) -> Loan:
    """Read a slip afresh and hold it, as long as a key on it is out.

    Raises:
        Conflict: everything is back meanwhile.

    """
    fresh = Loan.objects.select_for_update(of=("self",)).select_related("office").get(pk=loan.pk)
    require(by, permission, fresh)
    if not fresh.is_open:
        raise all_back(fresh)
    return fresh


def new_loan(office: Office, *, by: User, **values: Any) -> Loan:
    """Return an unsaved slip with the office's next number of this year."""
    year = local_date().year
    number = f"J{year}-{next_number(office, 'key-loan', year):05d}"
    return Loan(office=office, number=number, lent_at=now(), lent_by=by, **values)


def _slip(office: Office, keys: Sequence[Key], *, by: User, facts: dict[str, Any], paper: UploadedFile | None) -> Loan:
    """Return an unsaved slip for whoever came, once they have shown what they must."""
    if unknown := facts.keys() - FACTS:
        msg = f"A key loan has no {', '.join(sorted(unknown))}."
        raise TypeError(msg)
    shown = Shown(facts.pop("id_number", ""), has_paper=paper is not None)
    loan = Loan(office=office, lent_by=by, **facts)
    same_office(loan, loan.person, loan.contractor, loan.confirmed_with, loan.ticket)
    check_borrower(loan, keys, shown)
    return loan


def _together(key: Key, also: Iterable[Key], *, move: str, by: User) -> list[Key]:
    """Lock what goes out together, in the order of the keys: each with the whole ring it hangs on.

    Raises:
        Conflict: the key itself is not there any more.
        DeskError: another one is not.

    """
    asked = {key.pk, *(one.pk for one in also)}
    rings = {one.ring_id for one in Key.objects.filter(pk__in=asked) if one.ring_id is not None}
    rows = Key.objects.filter(office=key.office_id).select_for_update(of=("self",)).select_related("unit", "office")
    on_rings = Key.objects.kept().filter(ring__in=rings).values_list("pk", flat=True) if rings else ()
    locked = list(rows.filter(pk__in=asked.union(on_rings)).order_by("pk"))
    for one in sorted(locked, key=lambda one: one.pk != key.pk):  # who asked for it hears of that key first
        require(by, one.process[move].permission, one)
        if one.state != KeyState.IN:
            raise _not_there(one, is_asked=one.pk == key.pk)
    return locked


def _not_there(key: Key, *, is_asked: bool) -> DeskError:
    lent = LentKey.objects.out().filter(key=key).select_related("loan").first()
    if lent is None:
        message = _("%(tag)s is not in the cabinet: %(state)s.") % {"tag": key.tag, "state": key.get_state_display()}
    else:
        message = _("%(tag)s is with %(name)s (%(number)s).") % {
            "tag": key.tag,
            "name": lent.loan.name,
            "number": lent.loan.number,
        }
    return Conflict(message) if is_asked else DeskError(message, field="also")


def _refuse_while_overdue(loan: Loan, *, by: User, excuse: str) -> None:
    """Refuse who has a key that should be back, unless a supervisor lets them (R-KEY-08)."""
    others = Loan.objects.filter(office=loan.office_id).overdue().of_holder(loan)
    for other in [row for row in others if not row.is_excused]:
        if excuse.strip() and by.has_perm("keys.excuse_loan", loan):
            excuse_loan(other, reason=excuse, by=by)
            continue
        words = {"name": loan.name, "number": other.number, "due": f"{timezone.localtime(other.due_at):%m-%d %H:%M}"}
        message = _(
            "%(name)s still has what was due on %(due)s (%(number)s). "
            "A supervisor can let them borrow all the same, on that slip."
        )
        raise DeskError(message % words, field="excuse" if by.has_perm("keys.excuse_loan", loan) else None)


def _hand_out(
    loan: Loan,
    keys: Sequence[Key],
    move: str,
    *,
    by: User,
    paper: UploadedFile | None,
    signature: UploadedFile | None,
) -> Loan:
    numbered = new_loan(loan.office, by=by)
    loan.number, loan.lent_at = numbered.number, numbered.lent_at
    loan.closed_at = loan.lent_at if loan.for_good else None
    loan.save(force_insert=True)
    for key in keys:
        with apply(move, key, by=by, note=str(loan)) as fresh:
            lent = LentKey(loan=loan, key=fresh)
            if loan.for_good:
                fresh.ring = fresh.cabinet = fresh.hook = None
                end_openings(fresh, by=by, permission=fresh.process[move].permission, note=str(loan))
                lent.back_at, lent.taken_by, lent.condition = loan.lent_at, by, LentKey.Condition.GIVEN_BACK
            lent.save(force_insert=True)
    tags = "、".join(key.tag for key in keys)
    activity.record(loan, "give_back_keys" if loan.for_good else "lend_keys", by=by, note=tags)
    if not loan.for_good:
        index_holder(loan)
    if paper:
        attach(loan, paper, by=by)
    if signature:
        _sign(loan, signature, by=by)
    return loan


def _sign(loan: Loan, signature: UploadedFile, *, by: User) -> None:
    if is_blank(signature):
        raise DeskError(_("Nothing is drawn in the field: sign there, or on the printed slip."), field="signature")
    attach(loan, signature, by=by, kind="photo")
    loan.signed_at = now()
    loan.save(update_fields=["signed_at"])
