"""What is paid for a complaint: proposed, approved at its level by somebody else, paid (R-TKT-09, R-TKT-10)."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from complaints.models import Assessment, Compensation, Responsibility
from complaints.services.compensation_notices import ask, level_approvers, payers, tell_of
from complaints.services.responsible_parties import lock_liable
from complaints.services.settings import settings_of
from complaints.workflow import PROPOSALS
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.money import FEN
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.models import Ticket, TicketSettings
    from frontdesk.staff.models import User

Level = Compensation.Level
TERMS = ("amount", "payee", "proposal", "other_departments", "level")
MOST = Decimal(10) ** 8
"""Yuan that no compensation reaches: the column holds eight digits before the point."""


def level_of(amount: Decimal, other_departments: bool, settings: TicketSettings) -> Compensation.Level:  # noqa: FBT001
    """Return at which level a compensation is approved (R-TKT-09): by its amount, or by who else is involved."""
    if amount > settings.level_two_up_to:
        return Level.THREE
    return Level.TWO if other_departments or amount > settings.level_one_up_to else Level.ONE


def propose_compensation(
    ticket: Ticket, *, amount: Decimal, payee: str, proposal: str, by: User, other_departments: bool = False
) -> Compensation:
    """Propose what is paid, once it is said who answers for the damage; whoever approves at its level hears of it.

    Raises:
        Conflict: one is running for this ticket already, or the ticket is archived.
        DeskError: no analysis of the responsibility yet; no proper amount; nobody else could approve it.

    """
    words = _checked(amount, payee, proposal)
    with transaction.atomic():
        fresh = lock_liable(ticket, "complaints.propose_compensation", by=by)
        _must_be_analysed(fresh)
        _must_be_alone(fresh)
        level = level_of(words["amount"], other_departments, settings_of(fresh.office))
        made = Compensation(ticket=fresh, level=level, other_departments=other_departments, proposed_by=by, **words)
        people = _must_have_approvers(made)
        made.save(force_insert=True)
        said = activity.snapshot(made)
        activity.record(made, "propose_compensation", by=by, after={name: said[name] for name in TERMS})
        # Whoever sees the ticket reads its history, an engineer too: the amount stands with the compensation alone.
        activity.record(fresh, "propose_compensation", by=by)
        ask(people, made, by=by)
    return made


def propose_again_compensation(
    compensation: Compensation,
    *,
    amount: Decimal,
    payee: str,
    proposal: str,
    by: User,
    as_seen: int | None,
    other_departments: bool = False,
) -> Compensation:
    """Change a proposal that was sent back, or that nobody has decided on yet; its level is found anew.

    `as_seen` is the version of it the person had before them.

    Raises:
        Conflict: decided or changed meanwhile, another one is running, the ticket is archived.
        DeskError: as for a first proposal.

    """
    words = _checked(amount, payee, proposal)
    with transaction.atomic():
        ticket = lock_liable(compensation.ticket, "complaints.propose_compensation", by=by)
        _must_be_alone(ticket, but=compensation)
        with _moved("propose_again_compensation", compensation, by=by) as fresh:
            _must_be_as_seen(fresh, as_seen)
            for name, value in words.items():
                setattr(fresh, name, value)
            fresh.other_departments = other_departments
            fresh.level = level_of(words["amount"], other_departments, settings_of(ticket.office))
            fresh.proposed_by, fresh.proposed_at = by, now()
            ask(_must_have_approvers(fresh), fresh, by=by)
    return fresh


def approve_compensation(
    compensation: Compensation, *, as_seen: int | None, by: User, remarks: str = ""
) -> Compensation:
    """Approve exactly what was seen, at its level, by somebody who did not propose it (R-TKT-09).

    Raises:
        Conflict: changed since it was seen, decided already, or withdrawn.
        PermissionDenied: of another level, or one's own proposal.

    """
    with _decided("approve_compensation", compensation, as_seen=as_seen, remarks=remarks, by=by) as fresh:
        text = gettext_lazy("{by} approved {amount} for {payee}: {number} {subject}")
        tell_of([fresh.proposed_by], text, fresh, by=by)
        text = gettext_lazy("To be paid: {amount} to {payee}, {number} {subject}")
        tell_of([one for one in payers(fresh) if one != fresh.proposed_by], text, fresh, by=by)
    return fresh


def send_back_compensation(compensation: Compensation, *, as_seen: int | None, remarks: str, by: User) -> Compensation:
    """Send a proposal back to be changed, saying what is wrong with it.

    Raises:
        Conflict: changed since it was seen, decided already, or withdrawn.
        DeskError: without a word on what is wrong.

    """
    remarks = must_be_said(remarks, _("Say what is to be changed."), field="remarks")
    with _decided("send_back_compensation", compensation, as_seen=as_seen, remarks=remarks, by=by) as fresh:
        text = gettext_lazy("{by} sent back {amount} for {payee}: {remarks} ({number} {subject})")
        tell_of([fresh.proposed_by], text, fresh, by=by, remarks=remarks)
    return fresh


def pay_compensation(compensation: Compensation, *, voucher: str, paid_on: dt.date, by: User) -> Compensation:
    """Write down that it was paid, on which day and by which voucher.

    Raises:
        Conflict: it is paid already, or not approved.
        DeskError: without a voucher, on a day to come or before it was approved.

    """
    voucher = must_be_said(voucher, _("Enter the number of the voucher."), field="voucher")
    with _moved("pay_compensation", compensation, by=by) as fresh:
        if paid_on > local_date():
            raise DeskError(_("This day is still to come."), field="paid_on")
        if fresh.decided_at is not None and paid_on < local_date(fresh.decided_at):
            raise DeskError(_("It was approved only after this day."), field="paid_on")
        at = now()
        fresh.paid_at = at if paid_on == at.date() else timezone.make_aware(dt.datetime.combine(paid_on, dt.time()))
        fresh.voucher = voucher
        text = gettext_lazy("Paid: {amount} to {payee}, voucher {voucher}: {number} {subject}")
        tell_of([fresh.proposed_by, fresh.decided_by, fresh.ticket.first_contact], text, fresh, by=by, voucher=voucher)
    return fresh


def withdraw_compensation(compensation: Compensation, *, reason: str, by: User) -> Compensation:
    """Take a proposal back, even an approved one, as long as nothing was paid.

    Raises:
        Conflict: paid already, or withdrawn.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it is withdrawn."), field="reason")
    with _moved("withdraw_compensation", compensation, by=by, note=reason) as fresh:
        waiting = {"proposed": level_approvers, "approved": payers}.get(fresh.state, lambda _compensation: [])(fresh)
        text = gettext_lazy("{by} withdrew {amount} for {payee}: {reason} ({number} {subject})")
        tell_of([fresh.proposed_by, *waiting], text, fresh, by=by, reason=reason)
    return fresh


def approvers_of(compensation: Compensation) -> list[User]:
    """Return who may decide on a proposal: of its office, for level 3 of the company, never who proposed it."""
    stood_for_it = {compensation.proposed_by_id}
    if compensation.pk:
        acts = activity.history_of(compensation).filter(verb__in=PROPOSALS)
        stood_for_it.update(acts.values_list("actor", flat=True))
    return [person for person in level_approvers(compensation) if person.pk not in stood_for_it]


def running_of(ticket: Ticket) -> Compensation | None:
    """Return the compensation of a ticket that waits to be approved or paid."""
    return Compensation.objects.running().filter(ticket=ticket).first()


def must_be_settled(ticket: Ticket) -> None:
    """Refuse to put a ticket away while money is still to be decided on or paid, or an expert still to answer.

    Raises:
        DeskError: it names what is open.

    """
    sums = Compensation.objects.unsettled().filter(ticket=ticket)
    if named := ", ".join(f"{one.money} {one.payee} ({one.get_state_display()})" for one in sums):
        sentence = _("Compensation not settled: %(named)s. Enter it as paid or withdraw it, then archive the ticket.")
        raise DeskError(sentence % {"named": named})
    experts = Assessment.objects.unanswered().filter(ticket=ticket).values_list("expert", flat=True)
    if named := ", ".join(experts):
        sentence = _("Assessment not answered: %(named)s. Enter the finding or withdraw it, then archive the ticket.")
        raise DeskError(sentence % {"named": named})


def _checked(amount: Decimal, payee: str, proposal: str) -> dict[str, Any]:
    """Return the three without blanks around them; refuse what is no amount of yuan and fen."""
    if not amount.is_finite() or not 0 < amount < MOST or amount != amount.quantize(FEN):
        raise DeskError(_("Write an amount in yuan such as 300 or 300.50."), field="amount")
    return {
        "amount": amount.quantize(FEN),
        "payee": must_be_said(payee, _("Say who is paid."), field="payee"),
        "proposal": must_be_said(proposal, _("Say what is paid for."), field="proposal"),
    }


def _must_be_analysed(ticket: Ticket) -> None:
    if not Responsibility.objects.filter(ticket=ticket).exists():
        raise DeskError(_("Analyse the responsibility first: who has to answer for it, by what share."))


def _must_be_alone(ticket: Ticket, but: Compensation | None = None) -> None:
    """Refuse a second compensation beside one that is running; the ticket is locked, so nobody slips in between."""
    running = running_of(ticket)
    if running is not None and running != but:
        words = {"amount": running.money, "payee": running.payee, "person": running.proposed_by}
        raise Conflict(_("%(amount)s for %(payee)s is running for this ticket, proposed by %(person)s.") % words)


def _must_have_approvers(compensation: Compensation) -> list[User]:
    """Return who can approve it; refuse what would wait for ever, as when the only manager proposes it."""
    people = approvers_of(compensation)
    if not people:
        words = {"level": Level(compensation.level).label}
        raise DeskError(_("Nobody else could approve %(level)s here: let a colleague propose it.") % words)
    return people


def _must_be_as_seen(compensation: Compensation, as_seen: int | None) -> None:
    if compensation.version != as_seen:
        raise Conflict(_("The proposal was changed meanwhile. Look at it again before you decide."))


@contextmanager
def _moved(move: str, compensation: Compensation, *, by: User, note: str = "") -> Iterator[Compensation]:
    """Make a move and write down on the ticket that it was made."""
    with apply(move, compensation, by=by, note=note) as fresh:
        yield fresh
        activity.record(fresh.ticket, move, by=by)


@contextmanager
def _decided(
    move: str, compensation: Compensation, *, as_seen: int | None, remarks: str, by: User
) -> Iterator[Compensation]:
    """Decide on what was seen; the level was asked for again under the lock."""
    with _moved(move, compensation, by=by) as fresh:
        _must_be_as_seen(fresh, as_seen)
        fresh.decided_by, fresh.decided_at, fresh.remarks = by, now(), remarks.strip()
        yield fresh
