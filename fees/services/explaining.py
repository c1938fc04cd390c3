"""Every amount opens to how it came about: formula, inputs, days, rate and rounding, in words (R-FEE-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fees.models import Bill, CostShare, TariffException, TariffRate
from frontdesk.kit.calendar import local_date

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = 100


@dataclass(frozen=True)
class Step:
    """One line of an explanation: what, the formula with its figures, what it comes to, and on what ground."""

    what: str
    formula: str
    amount: Decimal
    ground: str = ""


def explain(bill: Bill) -> list[Step]:
    """Return the lines that add up to what a bill is: its stretches of days, then its adjustments."""
    steps = list(_of_parts(bill) if bill.parts else _of_whole(bill))
    steps += [Step(_("Adjustment"), row.reason, row.amount, _by(row)) for row in bill.adjustments.select_related("by")]
    return steps


def rounding(bill: Bill) -> str:
    """Return how the amount of a bill was rounded, in words."""
    if bill.parts:
        return _("The sum is rounded once, half up to the fen; the lines are rounded so that they add up to it.")
    if bill.source == Bill.Source.COST:
        return _("The cost is shared by floor area; the fen left over go to the largest remainders.")
    return _("Rounded half up to the fen.")


def formula_of(bill: Bill) -> str:
    """Return how the amount of a bill charged once comes about; nothing where somebody named the amount."""
    return _formula(bill, bill.rate, bill.days, bill.percent) if bill.rate else ""


def _of_parts(bill: Bill) -> Iterator[Step]:
    for first, last, rate, percent, fen in bill.parts:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        days = (end - start).days + 1
        amount = Decimal(fen).scaleb(-2)
        what = _("%(first)s to %(last)s") % {"first": f"{start:%m-%d}", "last": f"{end:%m-%d}"}
        yield Step(
            what, _formula(bill, Decimal(rate), days, percent), amount, _ground(bill, start, Decimal(rate), percent)
        )


def _of_whole(bill: Bill) -> Iterator[Step]:
    share = _share_of(bill) if bill.source == Bill.Source.COST else None
    if share is not None:
        cost = share.cost
        formula = f"{cost.amount} × {_plain(share.area)} m² ÷ {_plain(cost.total_area or share.area)} m²"
        place = str(cost.building or cost.office)
        words = {"place": place, "amount": cost.amount, "area": _plain(cost.total_area or share.area)}
        ground = _("%(place)s: %(amount)s yuan in all, shared by %(area)s m² of floor area") % words
        yield Step(str(cost), formula, bill.amount, ground)
        return
    if bill.source == Bill.Source.IMPORT or not bill.rate:
        yield Step(bill.subject or str(bill.tariff), "", bill.amount, bill.get_source_display())
        return
    start = bill.month if bill.source == Bill.Source.RUN else local_date(bill.billed_at)
    ground = _ground(bill, start, bill.rate, bill.percent)
    yield Step(
        bill.subject or str(bill.tariff), _formula(bill, bill.rate, bill.days, bill.percent), bill.amount, ground
    )


def _share_of(bill: Bill) -> CostShare | None:
    """Return the share a bill was made from, found by its reference "shared:<cost>:<unit>"."""
    kind, _colon, rest = bill.reference.partition(":")
    cost = rest.partition(":")[0]
    rows = CostShare.objects.select_related("cost__building", "cost__office")
    return rows.filter(cost=int(cost), unit=bill.unit_id).first() if kind == "shared" and cost.isdecimal() else None


def _formula(bill: Bill, rate: Decimal, days: int, percent: int) -> str:
    """Write quantity × rate × share × days as the desk reads it: 89.5 m² × 1.9 × 70% × 15/30."""
    factors = [f"{_plain(bill.quantity)} {bill.tariff.measure}", _plain(rate)]
    if percent != WHOLE:
        factors.append(f"{percent}%")
    if bill.month_days and days != bill.month_days:
        factors.append(f"{days}/{bill.month_days}")
    return " × ".join(factors)


def _ground(bill: Bill, day: dt.date, rate: Decimal, percent: int) -> str:
    """Say by which rate: the unit's own, or the tariff's from a day on."""
    said = []
    own = TariffException.objects.filter(tariff=bill.tariff_id, unit=bill.unit_id).in_force(day).first()
    if own is not None and own.rate == rate:
        said.append(_("own rate of the unit: %(reason)s") % {"reason": own.reason})
    else:
        row = TariffRate.objects.filter(tariff=bill.tariff_id, starts__lte=day).order_by("-starts").first()
        if row is not None:
            said.append(_("rate from %(day)s on") % {"day": f"{row.starts:%Y-%m-%d}"})
    if percent != WHOLE:
        said.append(_("vacant: %(percent)s%%") % {"percent": percent})
    return ", ".join(said)


def _by(row: object) -> str:
    return str(getattr(row, "by", None) or _("by itself"))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
