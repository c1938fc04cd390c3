"""Meters: registered, changed, swapped, taken out (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.models import Meter
from fees.services.readings import reckoned, said
from frontdesk.estate.services.writing import add, change, locked, same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "fees.change_meter"
DOUBLE = _("There is a meter of this kind with this number already.")


def add_meter(*, office: Office, by: User, **fields: Any) -> Meter:
    """Register a meter of a unit, or a shared one.

    Raises:
        DeskError: the office has one of this kind and number; its first reading has more digits than it.

    """
    meter = Meter(office=office, **fields)
    _check(meter)
    added: Meter = add(meter, "add_meter", by=by, permission=CHANGE, double=str(DOUBLE), field="number")
    return added


def edit_meter(meter: Meter, *, by: User, **fields: Any) -> Meter:
    """Change a meter; what its readings were reckoned by stays once it was read.

    Raises:
        DeskError: multiplier, digits or first reading would change under readings; as `add_meter`.

    """
    with transaction.atomic():
        fresh = locked(meter)
        reckoned_by = ("unit", "kind", "multiplier", "digits", "first_reading", "installed_on")
        moved = [name for name in reckoned_by if name in fields and fields[name] != getattr(fresh, name)]
        if moved and fresh.readings.exists():
            raise DeskError(_("It was read already: what its readings are reckoned by stays. Swap it."), field=moved[0])
        for name, value in fields.items():
            setattr(fresh, name, value)
        _check(fresh)
        saved: Meter = change(meter, "edit_meter", fields, by=by, permission=CHANGE, double=str(DOUBLE), field="number")
    return saved


def swap_meter(
    meter: Meter,
    *,
    on: dt.date,
    last_reading: Decimal,
    by: User,
    number: str = "",
    first_reading: Decimal = Decimal(0),
    digits: int | None = None,
) -> Meter:
    """Take a meter out on a day, read for the last time, and hang the new one in its place; without a number none.

    What was used up to that day is billed by the last reading, what is used from then on by the new meter.

    Raises:
        Conflict: it is out already.
        DeskError: as `read_meter` and `add_meter`.

    """
    require(by, CHANGE, meter)
    with transaction.atomic():
        fresh = locked(meter)
        if fresh.removed_on is not None:
            raise Conflict(_("This meter is out already."))
        reading = reckoned(fresh, value=last_reading, read_on=on, by=by, field="last_reading", day="on")
        reading.is_final = True
        reading.save(force_insert=True)
        fresh.removed_on = on
        fresh.version += 1
        fresh.save(update_fields=["removed_on", "version"])
        if not number:
            activity.record(fresh, "remove_meter", by=by, note=said(reading))
            return fresh
        new = Meter(
            office=fresh.office,
            unit=fresh.unit,
            building=fresh.building,
            kind=fresh.kind,
            place=fresh.place,
            multiplier=fresh.multiplier,
            digits=digits or fresh.digits,
            number=number,
            installed_on=on,
            first_reading=first_reading,
            replaces=fresh,
        )
        _check(new)
        activity.record(fresh, "swap_meter", by=by, note=f"{said(reading)} → {number}")
        added: Meter = add(new, "add_meter", by=by, permission=CHANGE, double=str(DOUBLE), field="number")
    return added


def _check(meter: Meter) -> None:
    meter.clean_fields(exclude=["office", "replaces"])
    same_office(meter, meter.unit, meter.building)
    if meter.unit is not None and meter.building is not None:
        raise DeskError(_("A meter of a unit is not shared: leave the building empty."), field="building")
    if meter.installed_on > local_date():
        raise DeskError(_("This day lies ahead."), field="installed_on")
    if meter.first_reading >= Decimal(10) ** meter.digits:
        raise DeskError(_("The meter has fewer digits than this reading."), field="first_reading")
