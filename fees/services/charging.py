"""What is charged once: renovation, late fees, refills, and whatever another part of the house calls for (R-FEE-04)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, Tariff
from fees.reckoning import rate_on, reckon_once
from frontdesk.estate.services.writing import same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.money import yuan
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Unit, Vehicle
    from frontdesk.staff.models import User


class Said(TypedDict, total=False):
    """What else a bill may say; the `reference` is what makes it the same bill when it is charged again."""

    vehicle: Vehicle | None
    subject: str
    reference: str
    due_on: dt.date
    source: str


ONCE = (Tariff.Basis.AREA_ONCE, Tariff.Basis.ONCE, Tariff.Basis.VISIT, Tariff.Basis.COST, Tariff.Basis.METER)
BY_HAND = (Tariff.Basis.AREA_ONCE, Tariff.Basis.ONCE)
"""What the counter charges by itself; visits, shared cost and meters have pages of their own."""


FAR = 3660
"""Days: what is charged today was not due ten years ago, nor will it be in ten years."""


def charge_unit(
    tariff: Tariff,
    *,
    by: User | None,
    unit: Unit | None = None,
    quantity: Decimal | None = None,
    amount: Decimal | None = None,
    on: dt.date | None = None,
    **said: Unpack[Said],
) -> Bill:
    """Charge something once and return its bill; the same `reference` again is the same bill.

    Without an amount it is quantity × the rate of the day; without a quantity that is the floor area where the
    tariff goes by it, else 1. `by` None is the software itself. Due on that day unless it says otherwise.

    Raises:
        DeskError: no rate on that day, no floor area, nothing to be paid, or a tariff that is billed month by month.

    """
    if by is not None:
        require(by, "fees.charge_unit", tariff)
    return enter_charge(tariff, by=by, unit=unit, quantity=quantity, amount=amount, on=on, **said)


def enter_charge(tariff: Tariff, *, by: User | None, **facts: Any) -> Bill:
    """Charge something once for another verb that has asked its own permission; otherwise as `charge_unit`."""
    bill = charge_to_be(tariff, **facts)
    with transaction.atomic():
        same = Bill.objects.filter(office=tariff.office, reference=bill.reference)
        there = same.first() if bill.reference else None
        if there is not None:
            return there
        bill.save(force_insert=True)
        activity.record(bill, "charge_unit", by=by, after={"amount": str(bill.amount)}, note=bill.subject)
    return bill


def charge_to_be(
    tariff: Tariff,
    *,
    unit: Unit | None = None,
    quantity: Decimal | None = None,
    amount: Decimal | None = None,
    on: dt.date | None = None,
    **said: Unpack[Said],
) -> Bill:
    """Return the bill `charge_unit` would make, unsaved: what is shown before somebody is charged.

    Raises:
        DeskError: as `charge_unit`.

    """
    same_office(tariff, unit, said.get("vehicle"))
    if abs((said.get("due_on") or local_date()) - local_date()).days > FAR and said.get("source") != Bill.Source.IMPORT:
        raise DeskError(_("This day lies too far off."), field="due_on")
    if tariff.basis not in ONCE:
        raise DeskError(_("This tariff is billed month by month."), field="tariff")
    day = on or local_date()
    rates = list(tariff.rates.order_by("starts").values_list("starts", "rate"))
    rate = rate_on(rates, day) or Decimal(0)
    if amount is not None:  # an amount somebody named is no quantity of anything
        rate = Decimal(0) if quantity is None else rate
        quantity = quantity or Decimal(1)
    elif quantity is None:
        quantity = _area(unit) if tariff.basis == Tariff.Basis.AREA_ONCE else Decimal(1)
    amount = reckon_once(quantity, rate) if amount is None else yuan(amount)
    if amount <= 0:
        raise DeskError(_("There is nothing to be paid: the tariff has no rate on that day."), field="amount")
    return Bill(
        office=tariff.office,
        unit=unit,
        tariff=tariff,
        month=day.replace(day=1),
        rate=rate,
        quantity=quantity,
        amount=amount,
        outstanding=amount,
        **{"due_on": day, **said},
    )


def _area(unit: Unit | None) -> Decimal:
    if unit is None or not unit.floor_area:
        raise DeskError(_("The register does not know the floor area of this unit."), field="unit")
    return unit.floor_area
