"""Who approves and pays compensations, and who is told of them: only who may see amounts (R-TKT-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Compensation
from frontdesk.kit.notifications import notify
from frontdesk.staff.models import User
from frontdesk.staff.roles import EVERYWHERE, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable


def ask(people: Iterable[User], compensation: Compensation, *, by: User) -> None:
    """Ask people to approve it."""
    text = _("{by} asks you to approve {amount} for {payee} ({level}): {number} {subject}")
    tell_of(people, text, compensation, by=by)


def tell_of(people: Iterable[Any], text: Any, compensation: Compensation, *, by: User, **more: Any) -> None:
    """Put one sentence about a compensation into people's bells, unless they may not see amounts (any more).

    When that leaves nobody to read it, whoever may propose does.
    """
    may = {person.pk for person in _who_may("complaints.view_compensation", compensation)}
    asked = {person.pk: person for person in people if person is not None}
    readers = [person for pk, person in asked.items() if pk in may]
    if len(readers) < len(asked) and all(person == by for person in readers):
        readers = _who_may("complaints.propose_compensation", compensation)
    ticket = compensation.ticket
    facts = {
        "amount": compensation.money,
        "payee": compensation.payee,
        "level": Compensation.Level(compensation.level).label,
        "number": ticket.number,
        "subject": ticket.subject,
    }
    sentence = format_lazy(text, by=by, **facts, **more)
    notify(readers, sentence, url=compensation.get_absolute_url(), by=by)


def level_approvers(compensation: Compensation) -> list[User]:
    """Return who approves at its level, whoever proposed it."""
    return _who_may(f"complaints.approve_level_{compensation.level}", compensation)


def payers(compensation: Compensation) -> list[User]:
    """Return who pays it out."""
    return _who_may("complaints.pay_compensation", compensation)


def _who_may(permission: str, compensation: Compensation) -> list[User]:
    """Return who may do something about a compensation: people of its office, and those held in the whole company."""
    roles = ROLES.roles_with(permission)
    office = compensation.ticket.office
    here = User.objects.working_in(office, *(roles - EVERYWHERE)) if roles - EVERYWHERE else User.objects.none()
    above = User.objects.at_work(None, *(roles & EVERYWHERE)) if roles & EVERYWHERE else User.objects.none()
    return list((here | above).order_by("name", "pk"))
