"""Whom the desk calls about a pass: the applicant, and the owner who is to be asked (R-EST-04, R-GDS-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from frontdesk.estate.services import watch_reveals
from frontdesk.kit import activity
from frontdesk.kit.roles import require
from movein.services.goods import ISSUE, owners_of
from movein.workflow import PassState

if TYPE_CHECKING:
    from frontdesk.estate.models import Person, Phone
    from frontdesk.staff.models import User
    from movein.models import GoodsPass


@dataclass(frozen=True)
class Called:
    """Somebody called about a pass, and the page one comes back to; without a person who left a number themselves."""

    goods_pass: GoodsPass
    person: Person | None

    def get_absolute_url(self) -> str:
        """Return the page of the pass."""
        return self.goods_pass.get_absolute_url()


def call_list(goods_pass: GoodsPass) -> list[tuple[Person, Phone | None]]:
    """Return the owners to be asked about a pass, with the number to call; none once they were."""
    if goods_pass.state != PassState.WAITING:
        return []
    return [(owner, owner.phones.first()) for owner in owners_of(goods_pass)]


def may_reveal_applicant(goods_pass: GoodsPass, user: User) -> bool:
    """Answer whether this person may see numbers of a pass: to call about it, while it is open."""
    return goods_pass.is_open and user.has_perm(ISSUE, goods_pass)


def reveal_applicant(called: Called, *, by: User) -> str:
    """Return the number of the applicant or an owner in full, on record; empty where none is known (R-EST-04).

    Raises:
        PermissionDenied: this person issues no passes here.

    """
    goods_pass, person = called.goods_pass, called.person
    require(by, ISSUE, goods_pass)
    phone = goods_pass.phone if person is None else _first_of(person)
    if not phone or not may_reveal_applicant(goods_pass, by):
        return ""
    with transaction.atomic():
        activity.record(goods_pass, "reveal_applicant", by=by, note="" if person is None else str(person))
        if person is not None:
            activity.record(person, "call_person", by=by, note=str(goods_pass))
        watch_reveals(goods_pass, by=by)
    return phone


def _first_of(person: Person) -> str:
    first = person.phones.first()
    return first.number if first else ""
