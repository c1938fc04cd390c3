"""Letters to households that owe: one print job in walking order, nobody written to twice about the same (R-FEE-10)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, DunnedBill, DunningBatch, DunningNotice, FeeSettings
from fees.querysets import NOTHING
from frontdesk.estate.models import Office, Tenure, Unit
from frontdesk.kit import activity
from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.numbering import next_numbers
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    from frontdesk.estate.models import Building
    from frontdesk.staff.models import User

WRITE = "fees.write_dunning"
Level = DunningBatch.Level
DAYS = {Level.NOTICE: "notice_days", Level.LETTER: "letter_days", Level.FINAL: "final_days"}
CHUNK = 2000


def days_of(office: Any) -> dict[int, int]:
    """Return after how many days overdue each level of letter is due in an office."""
    own = FeeSettings() if office is None else FeeSettings.of(office)
    return {level: getattr(own, name) for level, name in DAYS.items()}


def to_be_written(bills: Any, level: int, days: int) -> Any:
    """Keep of bills those because of which a letter of a level is due today: late enough, undisputed, not yet written.

    A bill about which a letter of this or a higher level was written does not begin at the bottom again. Bills that
    belong to no unit have no household to write to.
    """
    before = DunnedBill.objects.filter(bill=OuterRef("pk"), level__gte=level)
    late = bills.to_be_dunned().filter(due_on__lte=local_date() - ONE_DAY * max(days, 1), unit__isnull=False)
    return late.filter(~Exists(before))


def letters_due(office: Office) -> dict[int, dict[str, Any]]:
    """Return for each level how many households a batch would write to today, and about how much."""
    days, found = days_of(office), {}
    for level in Level.values:
        rows = to_be_written(Bill.objects.filter(office=office), level, days[level])
        counted = rows.aggregate(households=Count("unit", distinct=True), amount=Sum("outstanding"))
        found[level] = {"days": days[level], **counted, "amount": counted["amount"] or NOTHING}
    return found


def write_letters(
    office: Office,
    *,
    level: int,
    pay_by: dt.date,
    by: User,
    building: Building | None = None,
    steward: User | None = None,
    at_least: Decimal | None = None,
) -> DunningBatch:
    """Write to every household for which a letter of this level is due, in the order one walks the estate.

    A letter names all that is overdue and not disputed. `building`, `steward` (of the building) and `at_least` (yuan)
    narrow it down.

    Raises:
        DeskError: the day to pay by is not ahead, or there is nobody to write to.

    """
    require(by, WRITE, office)
    if pay_by <= local_date():
        raise DeskError(_("Give them a day that lies ahead."), field="pay_by")
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)  # of two batches at once the second finds them written to
        mine: Any = Bill.objects.filter(office=office)
        mine = mine.filter(unit__building=building) if building else mine
        mine = mine.filter(unit__building__steward=steward) if steward else mine
        new = set(to_be_written(mine, level, days_of(office)[level]).values_list("pk", flat=True))
        bills = _by_unit(mine.to_be_dunned().filter(unit__isnull=False), new, at_least or NOTHING)
        if not bills:
            raise DeskError(_("There is nobody to write to: no letter of this level is due, or all were written."))
        chosen = " · ".join(str(one) for one in (building, steward, f"≥ {at_least}" if at_least else "") if one)
        batch = DunningBatch.objects.create(
            office=office,
            level=level,
            pay_by=pay_by,
            chosen=chosen[:200],
            households=len(bills),
            amount=sum((_owed(rows) for rows in bills.values()), NOTHING),
            made_by=by,
        )
        _enter_letters(batch, bills, new)
        activity.record(batch, "write_letters", by=by, after={"households": len(bills)}, note=chosen)
    return batch


def letters_of(batch: DunningBatch, *, number: str = "") -> list[tuple[DunningNotice, list[DunnedBill]]]:
    """Return the letters of a batch, or the one of a number, each with its bills, in the order they are printed."""
    rows = DunnedBill.objects.filter(notice__batch=batch).select_related("bill", "notice__unit")
    if number:
        rows = rows.filter(notice__number=number)
    found: dict[DunningNotice, list[DunnedBill]] = defaultdict(list)
    for line in rows.order_by("notice__position", "pk"):
        found[line.notice].append(line)
    return list(found.items())


def print_letters(batch: DunningBatch, *, by: User, number: str = "") -> DunningBatch:
    """Write down that the letters of a batch, or the one of a number, are printed: who sent them out, and when."""
    require(by, "fees.view_bill", batch)
    with transaction.atomic():
        activity.record(batch, "print_letters", by=by, note=number)
    return batch


def came_of(batch: DunningBatch) -> dict[str, Any]:
    """Return what became of a batch: what was asked for, what of those bills is still open, how many paid it all."""
    rows = DunnedBill.objects.filter(notice__batch=batch)
    left = rows.aggregate(left=Sum("bill__outstanding"))["left"] or NOTHING
    owing = rows.filter(bill__outstanding__gt=0).values("notice").distinct().count()
    return {"left": left, "settled": batch.households - owing}


def owners_of(units: Iterable[int]) -> dict[int, str]:
    """Return who owns each of these units today, their names in one line."""
    rows = Tenure.objects.current().filter(unit__in=list(units), role=Tenure.Role.OWNER).order_by("pk")
    names: dict[int, list[str]] = defaultdict(list)
    for unit, name in rows.values_list("unit_id", "person__name"):
        names[unit].append(name)
    return {unit: "、".join(dict.fromkeys(found)) for unit, found in names.items()}


def _by_unit(rows: Any, new: set[int], at_least: Decimal) -> dict[int, list[Bill]]:
    """Gather all that the households owe of which one bill at least is new to this level."""
    found: dict[int, list[Bill]] = defaultdict(list)
    for bill in rows.select_related("tariff", "vehicle").oldest_first():
        found[bill.unit_id].append(bill)
    return {unit: own for unit, own in found.items() if any(bill.pk in new for bill in own) and _owed(own) >= at_least}


def _owed(bills: Iterable[Bill]) -> Decimal:
    return sum((bill.outstanding for bill in bills), NOTHING)


def _enter_letters(batch: DunningBatch, bills: dict[int, list[Bill]], new: set[int]) -> None:
    wanted = Unit.objects.filter(office=batch.office).in_walking_order().values_list("pk", flat=True)
    units = [unit for unit in wanted if unit in bills]
    year, names = now().year, owners_of(units)
    first = next_numbers(batch.office, "dunning", year, len(units))
    notices = DunningNotice.objects.bulk_create(
        (
            DunningNotice(
                batch=batch,
                number=f"C{year}-{first + place:06d}",
                position=place + 1,
                unit_id=unit,
                addressee=names.get(unit, "")[:200],
                amount=_owed(bills[unit]),
            )
            for place, unit in enumerate(units)
        ),
        batch_size=CHUNK,
    )
    DunnedBill.objects.bulk_create(
        (
            DunnedBill(
                notice=notice,
                bill=bill,
                level=batch.level,
                label=str(bill)[:200],
                amount=bill.outstanding,
                is_new=bill.pk in new,
            )
            for notice in notices
            for bill in bills[notice.unit_id]
        ),
        batch_size=CHUNK,
    )
