"""What the first page counts: each number with the list's question that gives the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, Compensation, Escalation, Promise, Ticket
from duty.models import Leave, RoutineTask, Swap
from fees.models import Reversal, Till
from frontdesk.kit.calendar import local_date
from keys.models import Key, Loan, SealOpening
from movein.models import GoodsPass

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.staff.models import User


@dataclass(frozen=True)
class Measure:
    """One number of the desk: how it is counted, and the list's question that gives the same rows.

    With `only_some` it is left out while there are none: it is no part of everybody's day.
    """

    label: Any
    icon: str
    tone: str
    query: str
    rows: Callable[[Any, User], Any]
    model: Any = Ticket
    page: str = "complaints:ticket_list"
    only_some: bool = False


MEASURES = {
    "escalated": Measure(
        _("Went up to me"),
        "arrow-up-circle",
        "danger",
        "whose=unseen",
        lambda rows, user: rows.unseen_by(user),
        model=Escalation,
        page="complaints:escalation_list",
        only_some=True,
    ),
    "followed": Measure(
        _("I follow up"), "person-check", "info", "state=open&whose=followed", lambda rows, user: rows.followed_by(user)
    ),
    "in_hand": Measure(
        _("In my hands"), "tools", "info", "whose=in_hand", lambda rows, user: rows.in_the_hands_of(user)
    ),
    "free": Measure(
        _("Free to take on"),
        "hand-index-thumb",
        "warn",
        "whose=free",
        lambda rows, user: rows.free_for(user),
        only_some=True,
    ),
    "my_routines": Measure(
        _("My routine work due"),
        "arrow-clockwise",
        "warn",
        "state=today&whose=mine",
        lambda rows, user: rows.due_by(local_date()).of_mine(user, None),
        model=RoutineTask,
        page="duty:routinetask_list",
        only_some=True,
    ),
    "routines": Measure(
        _("Routine work due"),
        "arrow-clockwise",
        "warn",
        "state=today",
        lambda rows, _user: rows.due_by(local_date()),
        model=RoutineTask,
        page="duty:routinetask_list",
        only_some=True,
    ),
    "leave": Measure(
        _("Leave to decide"),
        "calendar-x",
        "warn",
        "state=requested",
        lambda rows, _user: rows.to_decide(),
        model=Leave,
        page="duty:leave_list",
        only_some=True,
    ),
    "swaps": Measure(
        _("Swaps to approve"),
        "arrow-left-right",
        "warn",
        "state=agreed",
        lambda rows, _user: rows.to_decide(),
        model=Swap,
        page="duty:swap_list",
        only_some=True,
    ),
    "waiting": Measure(_("To dispatch"), "send", "warn", "state=waiting", lambda rows, _user: rows.waiting()),
    "overdue": Measure(_("Overdue"), "alarm", "danger", "state=overdue", lambda rows, _user: rows.overdue()),
    "done": Measure(
        _("Done, not replied"),
        "telephone-outbound",
        "warn",
        "state=done",
        lambda rows, _user: rows.filter(state=Ticket.State.DONE),
    ),
    "promised": Measure(
        _("Promises still open"),
        "hand-thumbs-up",
        "warn",
        "state=open&whose=mine",
        lambda rows, user: rows.open().of_mine(user),
        model=Promise,
        page="complaints:promise_list",
        only_some=True,
    ),
    "late_promises": Measure(
        _("Promises late"),
        "hand-thumbs-up",
        "danger",
        "state=late",
        lambda rows, _user: rows.late(),
        model=Promise,
        page="complaints:promise_list",
        only_some=True,
    ),
    "to_call": Measure(
        _("To call back"),
        "telephone-forward",
        "warn",
        "state=due",
        lambda rows, _user: rows.due(),
        model=Callback,
        page="complaints:callback_list",
        only_some=True,
    ),
    "to_approve": Measure(
        _("Compensation to approve"),
        "cash-coin",
        "warn",
        "state=mine",
        lambda rows, user: rows.to_decide_by(user),
        model=Compensation,
        page="complaints:compensation_list",
        only_some=True,
    ),
    "to_pay": Measure(
        _("Compensation to pay"),
        "cash-coin",
        "warn",
        "state=approved",
        lambda rows, _user: rows.filter(state=Compensation.State.APPROVED),
        model=Compensation,
        page="complaints:compensation_list",
        only_some=True,
    ),
    "keys_overdue": Measure(
        _("Keys overdue"),
        "key",
        "danger",
        "state=overdue",
        lambda rows, _user: rows.overdue(),
        model=Loan,
        page="keys:loan_list",
        only_some=True,
    ),
    "keys_out": Measure(
        _("Keys out"),
        "key",
        "info",
        "state=open",
        lambda rows, _user: rows.open(),
        model=Loan,
        page="keys:loan_list",
        only_some=True,
    ),
    "keys_lost": Measure(
        _("Keys lost"),
        "question-octagon",
        "danger",
        "state=lost",
        lambda rows, _user: rows.lost(),
        model=Key,
        page="keys:key_list",
        only_some=True,
    ),
    "keys_to_give_back": Measure(
        _("Keys of former owners"),
        "person-x",
        "warn",
        "state=to_give_back",
        lambda rows, _user: rows.to_give_back(),
        model=Key,
        page="keys:key_list",
        only_some=True,
    ),
    "unsealed": Measure(
        _("Opened, not sealed again"),
        "envelope-open",
        "danger",
        "state=opened",
        lambda rows, _user: rows.unsealed(),
        model=SealOpening,
        page="keys:sealopening_list",
        only_some=True,
    ),
    "seals": Measure(
        _("Sealed keys to decide"),
        "envelope",
        "warn",
        "state=to_decide",
        lambda rows, _user: rows.to_decide(),
        model=SealOpening,
        page="keys:sealopening_list",
        only_some=True,
    ),
    "passes_waiting": Measure(
        _("Owners to ask about a move"),
        "box-seam",
        "warn",
        "state=waiting",
        lambda rows, _user: rows.waiting(),
        model=GoodsPass,
        page="movein:goodspass_list",
        only_some=True,
    ),
    "till_open": Measure(
        _("My till is open"),
        "cash-stack",
        "info",
        "state=open&whose=mine",
        lambda rows, user: rows.open().of_cashier(user),
        model=Till,
        page="fees:till_list",
        only_some=True,
    ),
    "tills": Measure(
        _("Tills to confirm"),
        "cash-stack",
        "warn",
        "state=to_confirm",
        lambda rows, user: rows.to_confirm_by(user),
        model=Till,
        page="fees:till_list",
        only_some=True,
    ),
    "reversals": Measure(
        _("Voids and refunds to decide"),
        "arrow-counterclockwise",
        "warn",
        "state=mine",
        lambda rows, user: rows.to_decide_by(user),
        model=Reversal,
        page="fees:reversal_list",
        only_some=True,
    ),
    "open": Measure(_("All open"), "inbox", "neutral", "state=open", lambda rows, _user: rows.open()),
    "today": Measure(
        _("Received today"),
        "calendar-day",
        "neutral",
        "received_after={today}&received_before={today}",
        lambda rows, _user: rows.filter(received_at__date=local_date()),
    ),
}
