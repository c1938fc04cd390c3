"""Open work, listed by itself: handed over with a note, finished, or released by a supervisor (R-DUTY-11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.models import Callback, Promise, Ticket
from duty.models import Finding, Handover, HandoverItem, LogEntry, RoutineTask
from fees.services import uncounted
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.workflow import apply
from keys.models import Loan, SealOpening
from movein.models import GoodsPass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from duty.models import Shift
    from frontdesk.staff.models import User

Kind = HandoverItem.Kind
AHEAD = dt.timedelta(hours=12)
"""Promises that fall due within the next shift are handed over, whoever made them."""
LABEL = 200
WHAT = ("kind", "object_id")
SAID = ("label", "url", "is_important", "note", "released_by", "release_reason")


@dataclass
class Open:
    """One piece of open work: what it is, whether it is important, and what is noted of it so far."""

    kind: str
    object_id: int
    label: str
    url: str
    is_important: bool = False
    note: str = ""
    released_by: Any = None
    release_reason: str = ""

    @property
    def key(self) -> str:
        """What forms call it by."""
        return f"{self.kind}-{self.object_id}"

    @property
    def kind_label(self) -> str:
        """What it is, in the words of the page."""
        return str(Kind(self.kind).label)

    @property
    def blocks(self) -> bool:
        """Whether the shift cannot be handed over before it is finished or released."""
        return self.is_important and self.released_by is None


def open_work(handover: Handover) -> list[Open]:
    """Return what is still open at the end of a shift, what is important first; once signed, as it was signed.

    It is the shift's own work, and what was handed over to it and is still not done.
    """
    rows = {row.key: row for row in handover.items.select_related("released_by")}
    if handover.state not in {Handover.State.COUNTING, Handover.State.REFUSED}:
        return [
            Open(
                row.kind,
                row.object_id,
                row.label,
                row.url,
                row.is_important,
                row.note,
                row.released_by,
                row.release_reason,
            )
            for row in rows.values()
        ]
    shift = handover.shift
    carried = carried_to(shift)
    before = {row.key: row.note for row in carried}
    found = []
    for one in _found(shift, carried):
        row = rows.get(one.key)
        if row is None:
            found.append(Open(one.kind, one.object_id, one.label, one.url, one.is_important, before.get(one.key, "")))
        else:
            said = (row.note, row.released_by, row.release_reason)
            found.append(Open(one.kind, one.object_id, one.label, one.url, one.is_important, *said))
    return sorted(found, key=lambda one: not one.is_important)


def carried_to(shift: Shift) -> list[HandoverItem]:
    """Return what was handed over to a shift as still open."""
    before: Handover | None = Handover.objects.done().filter(next_shift=shift).first()
    return [] if before is None else list(before.items.select_related("released_by"))


def still_open(shift: Shift) -> list[tuple[HandoverItem, bool]]:
    """Return what was handed over to a shift, each with whether it is still to be done."""
    items = carried_to(shift)
    left = {one.key for one in _found(shift, items)} if items else set()
    return [(item, item.key in left) for item in items]


def note_work(handover: Handover, *, notes: Mapping[str, str], by: User) -> Handover:
    """Write down of each piece of open work how it stands (key of the piece → note).

    Raises:
        Conflict: it is signed or over by now.
        DeskError: a piece of work without a note.

    """
    with apply("note_work", handover, by=by) as fresh:
        work = open_work(fresh)
        for one in work:
            unsaid = _("Write down how it stands, or finish it.")
            one.note = must_be_said(notes.get(one.key, one.note), unsaid, field=f"note_{one.key}")[:LABEL]
        _write(fresh, work)
        fresh.steps = {
            **fresh.steps,
            "work": {"at": now().astimezone(dt.UTC).isoformat(), "by": by.pk, "name": str(by)},
        }
    return fresh


def release_work(handover: Handover, *, items: Iterable[str], reason: str, by: User) -> Handover:
    """Let important work stay open, as the supervisor, and say why.

    Raises:
        Conflict: it is signed or over by now; a piece of work was finished meanwhile.
        DeskError: nothing was chosen, or nothing says why.

    """
    reason = must_be_said(reason, _("Say why it may stay open."), field="reason")
    chosen = list(items)
    if not chosen:
        raise DeskError(_("Choose what may stay open."), field="items")
    with apply("release_work", handover, by=by, note=reason) as fresh:
        blocking = {one.key: one for one in open_work(fresh) if one.is_important}
        if not blocking.keys() >= set(chosen):
            raise Conflict(_("This was finished meanwhile."))
        for key in chosen:
            blocking[key].released_by, blocking[key].release_reason = by, reason
        _write(fresh, [blocking[key] for key in chosen])
    return fresh


def freeze(handover: Handover, work: Sequence[Open]) -> None:
    """Keep the open work as it stands at the signature: what was finished meanwhile is no longer on it."""
    keys = {one.key for one in work}
    handover.items.filter(pk__in=[row.pk for row in handover.items.all() if row.key not in keys]).delete()
    _write(handover, work)


def _write(handover: Handover, work: Iterable[Open]) -> None:
    """Keep pieces of open work with all that is said of them, the same ones anew."""
    rows = [HandoverItem(handover=handover, **{name: getattr(one, name) for name in (*WHAT, *SAID)}) for one in work]
    HandoverItem.objects.bulk_create(rows, update_conflicts=True, unique_fields=["handover", *WHAT], update_fields=SAID)


def _found(shift: Shift, carried: Iterable[HandoverItem]) -> Iterator[Open]:
    ids: dict[str, list[int]] = {}
    for item in carried:
        ids.setdefault(item.kind, []).append(item.object_id)
    people = set(
        shift.post.holdings.between(shift.began_at, shift.ended_at).order_by().values_list("person", flat=True)
    ) | {shift.clerk_id}
    yield from _tickets(shift, people, ids.get(Kind.TICKET, []))
    yield from _promises(shift, people, ids.get(Kind.PROMISE, []))
    yield from _callbacks(shift)
    yield from _passes(shift)
    entries = list(_entries(shift, ids.get(Kind.NONCONFORMITY, [])))
    yield from entries
    yield from _routines(shift, people)
    yield from _findings(shift, people, ids.get(Kind.FINDING, []), {one.object_id for one in entries})
    if shift.post.keeps_keys:
        yield from _keys(shift)
    if shift.post.keeps_money:
        for till in uncounted(shift.office):
            yield _open(Kind.TILL, till, f"{till.number} {till.cashier} · {till.get_state_display()}")


def _tickets(shift: Shift, people: set[int], carried: list[int]) -> Iterator[Open]:
    """Tickets taken in the shift or handed over to it, until the resident is answered; urgent and major ones matter."""
    own = Q(first_contact__in=people, received_at__gte=shift.began_at) | Q(pk__in=carried)
    rows = Ticket.objects.of_office(shift.office_id).to_answer().filter(own)
    for row in rows.select_related("unit").by_urgency():
        label = " ".join(filter(None, (row.number, row.unit.code if row.unit else "", row.subject)))
        yield _open(Kind.TICKET, row, label, is_important=row.urgent or row.major)


def _promises(shift: Shift, people: set[int], carried: list[int]) -> Iterator[Open]:
    """Promises made in the shift, handed over to it or due within the next one; a late one matters."""
    own = Q(made_by__in=people, made_at__gte=shift.began_at) | Q(due_at__lt=now() + AHEAD) | Q(pk__in=carried)
    rows = Promise.objects.of_office(shift.office_id).open().filter(own)
    for row in rows.select_related("ticket__unit").order_by("due_at", "pk"):
        where = row.ticket.unit.code if row.ticket.unit else row.ticket.number
        label = f"{where} {row.text} · {localtime(row.due_at):%m-%d %H:%M}"
        yield _open(Kind.PROMISE, row, label, is_important=row.is_late and row.made_by_id in people)


def _callbacks(shift: Shift) -> Iterator[Open]:
    rows = Callback.objects.of_office(shift.office_id).due()
    for row in rows.select_related("ticket__unit").order_by("due_on", "pk"):
        where = row.ticket.unit.code if row.ticket.unit else ""
        yield _open(Kind.CALLBACK, row, " ".join(filter(None, (where, row.ticket.number, row.ticket.subject))))


def _passes(shift: Shift) -> Iterator[Open]:
    """Goods passes for which the owner is still to be asked (R-GDS-01)."""
    waiting = GoodsPass.objects.of_office(shift.office_id).waiting().running()
    for row in waiting.select_related("unit").order_by("starts_at", "pk"):
        where = row.unit.code if row.unit else ""
        label = " ".join(filter(None, (where, str(row), f"· {localtime(row.starts_at):%m-%d %H:%M}")))
        yield _open(Kind.PASS, row, label)


def _entries(shift: Shift, carried: list[int]) -> Iterator[Open]:
    rows = LogEntry.objects.of_office(shift.office_id).not_put_right()
    for row in rows.filter(Q(at__gte=shift.began_at) | Q(pk__in=carried)).order_by("number"):
        yield _open(Kind.NONCONFORMITY, row, str(row))


def _routines(shift: Shift, people: set[int]) -> Iterator[Open]:
    """Yield routine work that is overdue or falls due within the next shift; it matters when it is theirs and late."""
    rows = RoutineTask.objects.of_office(shift.office_id).due_by(local_date(now() + AHEAD)).with_its_people()
    for row in rows.order_by("due_on", "pk"):
        label = f"{row} · {row.owner} · {row.due_on:%m-%d}"
        yield _open(Kind.ROUTINE, row, label, is_important=row.is_late and row.person_id in people)


def _findings(shift: Shift, people: set[int], carried: list[int], entered: set[int]) -> Iterator[Open]:
    """Yield findings that wait for a plan or a solution, unless their entry stands here; theirs matter once late."""
    office = Finding.objects.of_office(shift.office_id)
    waiting = office.waiting(local_date(now() + AHEAD)).order_by().values("pk")
    rows = office.unsolved().filter(Q(pk__in=waiting) | Q(pk__in=carried)).select_related("unit", "building")
    by_day = Coalesce("solve_by", "plan_by")
    for row in rows.order_by(by_day, "pk"):
        if row.log_entry_id in entered:
            continue
        day = f"{row.due:%m-%d}" if row.due else ""
        label = " · ".join(filter(None, (str(row), day, row.get_state_display(), row.where)))
        yield _open(Kind.FINDING, row, label, is_important=row.is_late and row.answers_id in people)


def _keys(shift: Shift) -> Iterator[Open]:
    """Slips that are overdue, and sealed keys that were opened and not sealed again: those matter."""
    openings = SealOpening.objects.of_office(shift.office_id).unsealed().select_related("key")
    for row in openings.order_by("pk"):
        yield _open(Kind.SEAL, row, row.key.tag, is_important=True)
    for loan in Loan.objects.of_office(shift.office_id).overdue().order_by("due_at", "pk"):
        yield _open(Kind.LOAN, loan, f"{loan} · {localtime(loan.due):%m-%d %H:%M}")


def _open(kind: str, row: Any, label: str, *, is_important: bool = False) -> Open:
    return Open(kind, row.pk, Truncator(label).chars(LABEL), row.get_absolute_url(), is_important)
