"""The demonstration's key cabinet: what hangs in it, who has what, one key overdue, one sealed, one lost (R-KEY-01…09)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType

from complaints.models import Contractor, Ticket
from frontdesk.estate.models import Person, Tenure
from frontdesk.kit.models import Activity
from frontdesk.kit.numbering import next_numbers
from frontdesk.staff.roles import Role
from keys.models import Cabinet, Key, LentKey, Loan
from keys.services import index_holder, index_keys

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

K, B, S = Key.Kind, Loan.Borrower, Key.State
ROOMS = (
    (K.EQUIPMENT, "生活水泵房"),
    (K.EQUIPMENT, "高压配电房"),
    (K.EQUIPMENT, "发电机房"),
    (K.EQUIPMENT, "消防控制室"),
    (K.EQUIPMENT, "1 栋电梯机房"),
    (K.FILING, "业主档案柜 A"),
    (K.FILING, "工程图纸柜"),
    (K.OTHER, "会所活动室"),
)
ALLOWS = ("允许维修人员入户", "代收快递、浇花", "出租看房", "")
PURPOSES = ("空房巡查", "查看漏水", "抄表", "陪同看房")
BACK = 40
"""Loans that came back, for a history to read."""


def fill_cabinet(
    office: Office, units: list[Unit], team: dict[Any, list[User]], random: Random, until: dt.datetime, *, share: int
) -> None:
    """Hang an office's keys; `share` in a hundred of the homes have one here."""
    cabinet = Cabinet.objects.create(office=office, name="A 柜", hooks=160, columns=16, position=10)
    owners = _owners(units)
    chosen = random.sample([unit for unit in units if unit.pk in owners], len(units) * share // 100)
    keys = [
        Key(
            office=office,
            kind=kind,
            unit=unit,
            name="入户门",
            copies=random.choice((1, 2, 2, 3)),
            deposited_by_id=owners[unit.pk] if kind in Key.DEPOSITED else None,
            deposited_on=until.date() - dt.timedelta(days=random.randrange(20, 200)) if kind in Key.DEPOSITED else None,
            allows=random.choice(ALLOWS) if kind == K.ENTRUSTED else "",
            seal_number=f"F{random.randrange(10_000, 99_999)}" if kind == K.SEALED else "",
        )
        for place, unit in enumerate(chosen)
        for kind in [(K.ENTRUSTED, K.ENTRUSTED, K.VACANT, K.REWORK, K.ENTRUSTED, K.SEALED)[place % 6]]
    ]
    keys += [Key(office=office, kind=kind, name=name) for kind, name in ROOMS]
    first = next_numbers(office, "tag-K", 0, len(keys))
    for place, key in enumerate(keys):
        key.tag, key.cabinet, key.hook = f"K-{first + place:04d}", cabinet, place + 1
    Key.objects.bulk_create(keys)
    index_keys(keys)
    _record(keys, "register_key", team[Role.CLERK][0], until - dt.timedelta(days=15))
    _lend(office, keys, team, random, until)


def _owners(units: list[Unit]) -> dict[int, int]:
    rows = Tenure.objects.current().filter(unit__in=units, role=Tenure.Role.OWNER).order_by("-pk")
    return dict(rows.values_list("unit", "person"))


def _lend(office: Office, keys: list[Key], team: dict[Any, list[User]], random: Random, until: dt.datetime) -> None:
    """Write a history of loans that came back, and four that did not yet, the first of them overdue."""
    lendable = [key for key in keys if key.kind not in (K.SEALED, K.FILING)]
    out = random.sample(lendable, 4)
    back = [random.choice([key for key in lendable if key not in out]) for _n in range(BACK)]
    number = next_numbers(office, "key-loan", until.year, len(out) + len(back))
    loans: list[tuple[Loan, Key]] = []
    for place, key in enumerate([*back, *out]):
        is_out = place >= BACK
        hours = (26, 3, 2, 1)[place - BACK] if is_out else 24 * (BACK - place) + random.randrange(8)
        lent_at = until - dt.timedelta(hours=hours)
        loan = _loan(office, key, team, random, lent_at=lent_at)
        loan.number = f"J{until.year}-{number + place:05d}"
        loan.closed_at = None if is_out else lent_at + dt.timedelta(minutes=random.randrange(20, 200))
        loans.append((loan, key))
    Loan.objects.bulk_create([loan for loan, _key in loans])
    LentKey.objects.bulk_create(
        LentKey(
            loan=loan,
            key=key,
            back_at=loan.closed_at,
            taken_by=loan.lent_by if loan.closed_at else None,
            condition=LentKey.Condition.GOOD if loan.closed_at else "",
        )
        for loan, key in loans
    )
    Key.objects.filter(pk__in=[key.pk for key in out]).update(state=S.OUT)
    for loan, _key in loans[BACK:]:
        index_holder(loan)
    for loan, key in loans:
        _record([key], "lend_key", loan.lent_by, loan.lent_at, note=str(loan))
        if loan.closed_at:
            _record([key], "return_key", loan.lent_by, loan.closed_at, note=str(loan))


def _loan(office: Office, key: Key, team: dict[Any, list[User]], random: Random, *, lent_at: dt.datetime) -> Loan:
    clerk = random.choice(team[Role.CLERK])
    loan = Loan(
        office=office,
        lent_by=clerk,
        lent_at=lent_at,
        due_at=lent_at + dt.timedelta(hours=4),
        purpose=random.choice(PURPOSES),
    )
    ticket = Ticket.objects.filter(office=office, unit=key.unit, contractor__isnull=False).first() if key.unit else None
    if key.kind == K.REWORK and ticket is not None:
        contractor: Contractor = ticket.contractor  # type: ignore[assignment]
        loan.borrower, loan.contractor, loan.ticket = B.CONTRACTOR, contractor, ticket
        loan.name, loan.phone = contractor.contact, contractor.phone
        loan.id_kind, loan.id_tail = Person.IdKind.ID_CARD, f"{random.randrange(10_000):04d}"
        loan.purpose = ticket.subject
    elif key.deposited_by is not None:
        first = key.deposited_by.phones.first()
        loan.borrower, loan.person = B.OWNER, key.deposited_by
        loan.name, loan.phone = key.deposited_by.name, first.number if first else ""
        loan.id_kind, loan.id_tail, loan.purpose = Person.IdKind.ID_CARD, f"{random.randrange(10_000):04d}", ""
    else:
        colleague = random.choice(team[Role.ENGINEER] + team[Role.STEWARD])
        loan.borrower, loan.colleague = B.COLLEAGUE, colleague
        loan.name, loan.phone = colleague.name, colleague.phone
    return loan


def _record(keys: list[Key], verb: str, by: User, at: dt.datetime, *, note: str = "") -> None:
    kind = ContentType.objects.get_for_model(Key)
    Activity.objects.bulk_create(
        Activity(
            office_id=key.office_id,
            content_type=kind,
            object_id=key.pk,
            verb=verb,
            actor=by,
            actor_name=by.name,
            at=at,
            note=note,
        )
        for key in keys
    )
