"""The demonstration's money: three months of bills, receipts, tills day by day, and what waits for somebody (R-FEE-01…11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fees.models import (
    Adjustment,
    Bill,
    BillRun,
    Correction,
    Reduction,
    Reversal,
    Tariff,
    TariffException,
    TariffRate,
)
from fees.services import DEFAULT_TARIFFS, MonthOf, due_day, insert_lines
from frontdesk.estate.models import Tenure
from frontdesk.home.demo import clock
from frontdesk.home.demo.counter import Counter, record
from frontdesk.kit.periods import month_before
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from random import Random

    from frontdesk.estate.models import Office, Unit
    from frontdesk.staff.models import User

BEGINNING = dt.date(2020, 1, 1)
PAYING = (0.93, 0.84, 0.5)
"""Which share of the households pays in the month it is billed, from two months ago to this one."""
FIRST_DAYS = dt.timedelta(days=4)
"""In the first days of a month its bills are not out yet: the desk's own run makes them."""
KINDS = (Tariff.Kind.PROPERTY, Tariff.Kind.PARKING)
ZERO = Decimal("0.00")


def keep_books(
    office: Office, homes: list[Unit], team: dict[Any, list[User]], random: Random, until: dt.datetime
) -> None:
    """Bill three months, let most households pay, and leave open what a desk has to decide."""
    tariffs = _tariffs(office)
    this = (until.date() - FIRST_DAYS).replace(day=1)
    months = [month_before(month_before(this).first).first, month_before(this).first, this]
    owners = _owners(homes)
    _vacant(office, homes, owners, team, random, months[0], until)
    TariffException.objects.create(
        tariff=tariffs[0], unit=random.choice(homes), starts=BEGINNING, reason="业委会办公用房，免收物业费"
    )
    counter = Counter(office, team, random, until, owners)
    for month, share in zip(months, PAYING, strict=True):
        counter.owe(_bill(office, month, team[Role.SUPERVISOR][0]))
        if month == months[1]:
            counter.owe(_prepayments(office, homes, tariffs, random, month))
            _correct(counter, team)
        counter.pay(month, share)
    counter.pay_in_advance([unit for unit in homes if unit.pk in owners], 6 if len(homes) > 400 else 3)
    counter.write()
    _ask(counter, office, team, random, until)


def _tariffs(office: Office) -> list[Tariff]:
    rows = [
        Tariff(office=office, name=str(name), position=position, **values)
        for position, (name, values, _rate) in enumerate(DEFAULT_TARIFFS)
    ]
    Tariff.objects.bulk_create(rows)
    TariffRate.objects.bulk_create(
        TariffRate(tariff=row, starts=BEGINNING, rate=Decimal(rate), note="物价备案")
        for row, (_name, _values, rate) in zip(rows, DEFAULT_TARIFFS, strict=True)
    )
    return rows


def _owners(homes: list[Unit]) -> dict[int, Any]:
    rows = Tenure.objects.current().filter(unit__in=homes, role=Tenure.Role.OWNER).select_related("person")
    return {row.unit_id: row.person for row in rows.order_by("-pk")}


def _vacant(
    office: Office,
    homes: list[Unit],
    owners: dict[int, Any],
    team: dict[Any, list[User]],
    random: Random,
    first: dt.date,
    until: dt.datetime,
) -> None:
    """Grant two owners the reduction from the first month on; a third one has just applied (R-FEE-02)."""
    roles = (Tenure.Role.TENANT, Tenure.Role.FAMILY)
    lived_in = set(
        Tenure.objects.current().filter(unit__office=office, role__in=roles).values_list("unit_id", flat=True)
    )
    empty = [unit for unit in homes if unit.pk in owners and unit.pk not in lived_in]
    clerk, manager = team[Role.CLERK][0], team[Role.MANAGER][0]
    for place, unit in enumerate(random.sample(empty, 3)):
        granted = place < 2
        asked_at = clock.at(first, clock.MORNING) - dt.timedelta(days=9 + place)
        if not granted:
            asked_at = until - dt.timedelta(hours=17)
        starts = first if granted else until.date().replace(day=1)
        row = Reduction.objects.create(
            unit=unit,
            applicant=owners[unit.pk],
            state=Reduction.State.APPROVED if granted else Reduction.State.REQUESTED,
            vacant_since=starts - dt.timedelta(days=250 + place),
            starts=starts,
            ends=starts + dt.timedelta(days=364),
            percent=70,
            reason=("业主在外地工作，房屋长期空置", "房屋待售，已搬空", "业主出国探亲一年")[place],
            evidence=[{"kind": "tenure", "text": "", "speaks": "for"}],
            requested_by=clerk,
            requested_at=asked_at,
            decided_by=manager if granted else None,
            decided_at=asked_at + dt.timedelta(days=1) if granted else None,
            decision="已上门核实，水电无用量" if granted else "",
        )
        record(office, [row], "request_reduction", clerk, asked_at, note=row.reason)
        if granted:
            record(office, [row], "approve_reduction", manager, asked_at + dt.timedelta(days=1), note=row.decision)


def _bill(office: Office, month: dt.date, supervisor: User) -> list[Bill]:
    """Make a month's bills as the run does, early on its first day."""
    at = clock.at(month, dt.time(8, 10))
    run = BillRun.objects.create(
        office=office,
        month=month,
        started_by=supervisor,
        started_at=at,
        finished_at=at + dt.timedelta(seconds=4),
    )
    reckoned = MonthOf(office, month)
    lines = [line for _pk, lines in reckoned.lines_of_units() for line in lines]
    lines += [line for _pk, lines in reckoned.lines_of_vehicles() for line in lines]
    new = insert_lines(run, lines, due_on=due_day(office, month), billed_at=at)
    record(office, [run], "start_run", supervisor, at)
    record(office, [run], "finish_run", None, at + dt.timedelta(seconds=4), note=f"新增账单 {new} 张")
    return list(run.bills.select_related("tariff").order_by("pk"))


def _prepayments(
    office: Office, homes: list[Unit], tariffs: list[Tariff], random: Random, month: dt.date
) -> list[Bill]:
    """Bill the prepayment for shared water and electricity where it was used up (R-FEE-03)."""
    tariff = next(row for row in tariffs if row.kind == Tariff.Kind.PREPAYMENT)
    at = clock.at(month.replace(day=3), clock.MORNING)
    rows = [
        Bill(
            office=office,
            unit=unit,
            tariff=tariff,
            month=month,
            rate=Decimal(500),
            amount=Decimal("500.00"),
            outstanding=Decimal("500.00"),
            due_on=at.date() + dt.timedelta(days=14),
            billed_at=at,
        )
        for unit in random.sample(homes, len(homes) // 25)
    ]
    return Bill.objects.bulk_create(rows)


def _correct(counter: Counter, team: dict[Any, list[User]]) -> None:
    """Make one bill of last month less, before anybody pays it: asked for by a cashier, agreed to by the manager."""
    bill = next(row for row in counter.open_bills() if row.amount > 100)
    at = bill.billed_at + dt.timedelta(hours=3)
    cashier, manager = team[Role.CASHIER][0], team[Role.MANAGER][0]
    row = Correction.objects.create(
        bill=bill,
        state=Correction.State.APPROVED,
        amount=Decimal("-20.00"),
        reason="电梯停运三天，按约定减收",
        requested_by=cashier,
        requested_at=at,
        decided_by=manager,
        decided_at=at + dt.timedelta(hours=2),
        decision="同意",
    )
    Adjustment.objects.create(
        bill=bill, amount=row.amount, reason=row.reason, at=row.decided_at, by=manager, correction=row
    )
    bill.outstanding += row.amount
    counter.touched.add(bill.pk)
    record(counter.office, [bill], "adjust_bill", manager, row.decided_at, note=row.reason)


def _ask(counter: Counter, office: Office, team: dict[Any, list[User]], random: Random, until: dt.datetime) -> None:
    """Leave a correction and a void to be decided, and two households that contest an old bill."""
    cashier, clerk = team[Role.CASHIER][-1], team[Role.CLERK][0]
    bills = counter.open_bills()
    untouched = [bill for bill in bills if bill.outstanding == bill.amount and bill.tariff.kind in KINDS]
    wrong = random.choice(untouched)
    at = until - dt.timedelta(hours=16)
    correction = Correction.objects.create(
        bill=wrong,
        amount=-(wrong.amount / 10).quantize(Decimal("0.01")),
        reason="业主称建筑面积登记有误，附产权证复印件",
        requested_by=cashier,
        requested_at=at,
    )
    record(office, [correction, wrong], "request_correction", cashier, at, note=correction.reason)
    payment = counter.payments[-3]
    asked = payment.paid_at + dt.timedelta(minutes=12)
    reversal = Reversal.objects.create(
        payment=payment,
        kind=Reversal.Kind.VOID,
        amount=payment.amount,
        reason="收错房号，业主当场发现",
        requested_by=payment.taken_by,
        requested_at=asked,
    )
    record(office, [reversal, payment], "request_reversal", payment.taken_by, asked, note=reversal.reason)
    for bill in random.sample([bill for bill in untouched if bill.due_on < until.date() and bill != wrong], 2):
        said = random.choice(("称楼道灯坏了两个月，要求先整改", "称房屋渗水未修好，暂不缴费"))
        Bill.objects.filter(pk=bill.pk).update(disputed_at=at, disputed_by=clerk, dispute=said)
        record(office, [bill], "dispute_bill", clerk, at, note=said)
