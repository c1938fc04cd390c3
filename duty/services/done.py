"""What was done at a post during a shift, by time: it is that shift's (R-DUTY-03)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from fees.models import Payment
from frontdesk.kit.calendar import now
from frontdesk.kit.money import format_yuan
from keys.models import LentKey, Loan
from movein.models import GateCheck, GoodsPass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from duty.models import Shift
    from frontdesk.staff.models import Holding, User

    Pair = tuple[int | None, "Deed"]

MOST = 200
"""Of each kind so many are listed; of a desk that does more in a shift the page says that there is more."""


@dataclass(frozen=True)
class Deed:
    """One thing that was done: when, by whom, what, about what; `kind` is "ticket", "key", "goods" or "money"."""

    at: dt.datetime
    by: str
    kind: str
    what: Any
    about: str
    url: str
    icon: str


@dataclass(frozen=True)
class Presence:
    """Who was at the post in a shift, from–to."""

    person: int
    since: dt.datetime
    until: dt.datetime

    def covers(self, person: int | None, at: dt.datetime) -> bool:
        """Answer whether somebody was here at a moment."""
        return self.person == person and self.since <= at < self.until


def who_was_there(shift: Shift) -> list[Holding]:
    """Return who was at the post during a shift, in the order they came."""
    rows = shift.post.holdings.between(shift.began_at, shift.ended_at)
    return list(rows.select_related("person").order_by("since", "pk"))


def done_in(shift: Shift, user: User, holdings: Iterable[Holding]) -> list[Deed]:
    """Return tickets, keys, goods passes and money that went through the hands of who was there, the latest first.

    What somebody may not look at is left out.
    """
    end = shift.ended_at or now()
    there = [Presence(row.person_id, max(row.since, shift.began_at), row.until or end) for row in holdings]
    people = {one.person for one in there}
    span = (shift.began_at, end)
    found: list[Pair] = []
    for permission, read in READERS:
        if user.has_perm(permission, shift):
            found += read(shift, span, people)
    kept = [deed for person, deed in found if any(one.covers(person, deed.at) for one in there)]
    return sorted(kept, key=lambda deed: deed.at, reverse=True)


def _tickets(shift: Shift, span: tuple[dt.datetime, dt.datetime], people: set[int]) -> Iterator[Pair]:
    rows = Ticket.objects.of_office(shift.office_id).filter(received_at__range=span, first_contact__in=people)
    for row in rows.select_related("first_contact", "unit").order_by("-received_at")[:MOST]:
        about = " ".join(filter(None, (row.number, row.unit.code if row.unit else "", row.subject)))
        by = str(row.first_contact)
        yield (
            row.first_contact_id,
            Deed(row.received_at, by, "ticket", _("Ticket taken"), about, row.get_absolute_url(), "tools"),
        )


def _lent(shift: Shift, span: tuple[dt.datetime, dt.datetime], people: set[int]) -> Iterator[Pair]:
    rows = Loan.objects.of_office(shift.office_id).filter(lent_at__range=span, lent_by__in=people)
    for row in rows.select_related("lent_by").prefetch_related("lent_keys__key").order_by("-lent_at")[:MOST]:
        tags = "、".join(lent.key.tag for lent in row.lent_keys.all())
        what = _("Key given back for good") if row.for_good else _("Key lent")
        about = f"{tags} → {row.name}"
        yield (
            row.lent_by_id,
            Deed(row.lent_at, str(row.lent_by), "key", what, about, row.get_absolute_url(), "box-arrow-up-right"),
        )


def _back(shift: Shift, span: tuple[dt.datetime, dt.datetime], people: set[int]) -> Iterator[Pair]:
    rows = LentKey.objects.of_office(shift.office_id).filter(back_at__range=span, taken_by__in=people)
    given = LentKey.Condition.GIVEN_BACK
    for row in rows.exclude(condition=given).select_related("taken_by", "key", "loan").order_by("-back_at")[:MOST]:
        about = f"{row.key.tag} ← {row.loan.name}"
        url = row.loan.get_absolute_url()
        assert row.back_at is not None  # noqa: S101 - asked for above
        yield (
            row.taken_by_id,
            Deed(row.back_at, str(row.taken_by), "key", _("Key taken back"), about, url, "box-arrow-in-down-left"),
        )


def _passes(shift: Shift, span: tuple[dt.datetime, dt.datetime], people: set[int]) -> Iterator[Pair]:
    rows = GoodsPass.objects.of_office(shift.office_id).filter(issued_at__range=span, issued_by__in=people)
    for row in rows.select_related("issued_by", "unit").order_by("-issued_at")[:MOST]:
        about = f"{row.number} {row.whose} {row.name}"
        assert row.issued_at is not None  # noqa: S101 - asked for above
        yield (
            row.issued_by_id,
            Deed(
                row.issued_at,
                str(row.issued_by),
                "goods",
                _("Goods pass issued"),
                about,
                row.get_absolute_url(),
                "box-seam",
            ),
        )


def _gate_checks(shift: Shift, span: tuple[dt.datetime, dt.datetime], people: set[int]) -> Iterator[Pair]:
    rows = GateCheck.objects.of_office(shift.office_id).filter(at__range=span, by__in=people)
    for row in rows.select_related("by", "goods_pass__unit").order_by("-at", "-pk")[:MOST]:
        shown = row.goods_pass
        about = f"{shown.number} {shown.whose} {shown.name}" if shown else row.code
        url = shown.get_absolute_url() if shown else reverse("movein:gatecheck_list")
        what = _("Goods at the gate: %(outcome)s") % {"outcome": row.get_outcome_display()}
        yield row.by_id, Deed(row.at, str(row.by), "goods", what, about, url, "shield-check")


def _payments(shift: Shift, span: tuple[dt.datetime, dt.datetime], people: set[int]) -> Iterator[Pair]:
    rows = Payment.objects.of_office(shift.office_id).filter(paid_at__range=span, taken_by__in=people)
    for row in rows.select_related("taken_by", "unit").order_by("-pk")[:MOST]:
        about = " ".join(filter(None, (row.number, row.unit.code if row.unit else "", format_yuan(row.amount))))
        by = str(row.taken_by)
        yield (
            row.taken_by_id,
            Deed(row.paid_at, by, "money", row.get_kind_display(), about, row.get_absolute_url(), "receipt"),
        )


READERS = (
    ("complaints.view_every_ticket", _tickets),
    ("keys.view_loan", _lent),
    ("keys.view_loan", _back),
    ("movein.view_goodspass", _passes),
    ("movein.view_goodspass", _gate_checks),
    ("fees.view_payment", _payments),
)
