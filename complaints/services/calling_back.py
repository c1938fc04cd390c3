"""Calling back: reached or not, satisfied or not; who is dissatisfied begins anew (R-CB-01)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, CallbackAttempt, Ticket
from complaints.services.notices import supervisors, tell
from complaints.services.replying import reopen_ticket
from complaints.services.settings import settings_of
from frontdesk.kit import activity
from frontdesk.kit.calendar import add_working_days, local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.staff.models import User

CALL_BACK = "complaints.call_back"
BEST = 5
FURTHEST = dt.timedelta(days=60)
Outcome, Result = Callback.Outcome, CallbackAttempt.Result


def attempt_callback(
    callback: Callback, *, result: str, by: User, again_at: dt.datetime | None = None, note: str = ""
) -> Callback:
    """Write down that a call did not come through: nobody answered, or they asked to be called at another time.

    Whom nobody answers is tried again on the next working day, and given up after as many tries as the office has set.

    Raises:
        Conflict: somebody reached them meanwhile, or the callback ended.
        DeskError: how it went is not said; to be called again without a time, in the past, or too far ahead.

    """
    with transaction.atomic():
        with apply("attempt_callback", callback, by=by, note=note) as fresh:
            office = fresh.ticket.office
            if result == Result.CALL_AGAIN:
                fresh.again_at = _must_be_ahead(again_at)
                fresh.due_on = local_date(fresh.again_at)
            elif result == Result.NO_ANSWER:
                fresh.again_at, fresh.due_on = None, add_working_days(office, local_date(), 1)
            else:
                raise DeskError(_("Say how it went."), field="result")
            _tried(fresh, result, note, by=by)
        unanswered = fresh.attempts.filter(result=Result.NO_ANSWER).count()
        if result == Result.NO_ANSWER and unanswered >= settings_of(office).callback_attempts:
            words = _("Nobody answered %(count)s times.") % {"count": unanswered}
            return _end(fresh, str(words), by=by)
    return fresh


def end_callback(callback: Callback, *, by: User, note: str = "") -> Callback:
    """Write down that they want no callback; nobody calls them about this any more.

    Raises:
        Conflict: somebody reached them meanwhile, or the callback ended.

    """
    with transaction.atomic():
        fresh = _end(callback, note, by=by)
        _tried(fresh, Result.REFUSED, note, by=by)
    return fresh


def answer_callback(
    callback: Callback,
    *,
    satisfaction: int,
    outcome: str,
    by: User,
    remarks: str = "",
    answers: Sequence[str] = (),
) -> Callback:
    """Write down what the resident said: satisfaction 1–5, what came of it, remarks, answers to the form's questions.

    What is not settled is opened again to whoever answers for it, and supervisors are told of it and of everybody who
    gave 1 or 2. A misunderstanding that was explained stays closed. When somebody opened the ticket meanwhile the
    answer is kept all the same, and told to whoever answers for it.

    Raises:
        Conflict: a colleague has reached them already, or the callback ended.
        DeskError: a satisfaction that is none, one that does not go with the outcome, or no word on what is wrong.

    """
    remarks = remarks.strip()
    _check(satisfaction, outcome, remarks)
    with transaction.atomic():
        # The ticket first, then the callback: the order in which closing and drawing lock them.
        ticket = Ticket.objects.select_for_update(of=("self",)).select_related("office").get(pk=callback.ticket_id)
        words = _in_words(satisfaction, outcome, remarks)
        with apply("answer_callback", callback, by=by) as fresh:
            questions = fresh.form.lines if fresh.form else []
            fresh.satisfaction, fresh.outcome, fresh.remarks = satisfaction, outcome, remarks
            pairs = zip(questions, answers, strict=False)
            fresh.answers = [{"question": question, "answer": answer} for question, answer in pairs if answer.strip()]
            fresh.ended_at, fresh.ended_by = now(), by
            _tried(fresh, Result.REACHED, "", by=by)
        activity.record(ticket, "answer_callback", by=by, note=f"{fresh.name}: {words}")
        _follow(ticket, fresh, words, by=by)
    return fresh


def next_to_call(callback: Callback, user: User) -> Callback | None:
    """Return whom to call after this one."""
    rows = Callback.objects.visible_to(user).of_office(callback.ticket.office).due().exclude(pk=callback.pk)
    return rows.select_related("ticket", "caller__person", "caller__unit").order_by("due_on", "pk").first()


def _check(satisfaction: int, outcome: str, remarks: str) -> None:
    if satisfaction not in range(1, BEST + 1):
        raise DeskError(_("Choose from 1 to 5."), field="satisfaction")
    if outcome not in Outcome.values:
        raise DeskError(_("Say what came of it."), field="outcome")
    probe = Callback(satisfaction=satisfaction)
    if probe.is_dissatisfied and outcome == Outcome.SATISFIED:
        raise DeskError(_("With 1 or 2 it is not settled, or was a misunderstanding."), field="outcome")
    if probe.is_dissatisfied or outcome != Outcome.SATISFIED:
        must_be_said(remarks, _("Write down what they said."), field="remarks")


def _follow(ticket: Ticket, callback: Callback, words: Any, *, by: User) -> None:
    """Open the matter again where it is not settled, and tell those who must know."""
    unsettled = callback.outcome == Outcome.DISSATISFIED
    if unsettled and ticket.state == Ticket.State.ARCHIVED:
        reopen_ticket(ticket, reason=str(_("Callback: %(words)s") % {"words": words}), by=by, permission=CALL_BACK)
    elif unsettled:
        sentence = _("{by} called back on {number} {subject}: {words}")
        tell([ticket.first_contact], sentence, ticket, by=by, words=words)
    if unsettled or callback.is_dissatisfied:
        tell(supervisors(ticket), _("Dissatisfied: {number} {subject}: {words}"), ticket, by=by, words=words)


def _in_words(satisfaction: int, outcome: str, remarks: str) -> Any:
    """Return the answer in one line, in the language of whoever reads it."""
    shape = "{satisfaction}/{best} · {outcome} · {remarks}" if remarks else "{satisfaction}/{best} · {outcome}"
    label = Outcome(outcome).label
    return format_lazy(shape, satisfaction=satisfaction, best=BEST, outcome=label, remarks=remarks)


def _must_be_ahead(at: dt.datetime | None) -> Any:
    if at is None:
        raise DeskError(_("Say when to call again."), field="again_at")
    if at <= now():
        raise DeskError(_("This time is over already."), field="again_at")
    if at > now() + FURTHEST:
        raise DeskError(_("This is more than two months ahead."), field="again_at")
    return at


def _end(callback: Callback, note: str, *, by: User) -> Callback:
    with apply("end_callback", callback, by=by, note=note) as fresh:
        fresh.ended_at, fresh.ended_by = now(), by
    return fresh


def _tried(callback: Callback, result: str, note: str, *, by: User) -> None:
    CallbackAttempt.objects.create(callback=callback, result=result, note=note.strip(), by=by)
