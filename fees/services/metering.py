"""Meters and what is read on them: registered, swapped, read, looked at, billed (R-FEE-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.metering import LowerError, TooHighError, Use, is_jump, used_between, usual_use
from fees.models import FeeSettings, Meter, MeterReading
from frontdesk.estate.services.writing import add, change, locked, refusing_doubles, same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE, READ = "fees.change_meter", "fees.read_meter"
LOOKED_BACK = 6
"""Readings by which one tells what is usual."""
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


def read_meter(meter: Meter, *, value: Decimal, by: User, read_on: dt.date | None = None) -> MeterReading:
    """Write down what a meter shows; one that is unusually high waits until somebody has looked.

    Raises:
        Conflict: it was taken out, or read on this day or a later one meanwhile.
        DeskError: the day lies ahead, or before it was installed; a reading lower than before that is no roll-over.

    """
    require(by, READ, meter)
    return enter_reading(meter, value=value, by=by, read_on=read_on)


def enter_reading(meter: Meter, *, value: Decimal, by: User, read_on: dt.date | None = None) -> MeterReading:
    """Write a reading down for another verb that has asked its own permission; otherwise as `read_meter`."""
    with transaction.atomic():
        fresh = locked(meter)
        reading = _reckoned(fresh, value=value, read_on=read_on or local_date(), by=by)
        with refusing_doubles(str(_("It was read on this day already.")), field="read_on"):
            reading.save(force_insert=True)
        activity.record(fresh, "read_meter", by=by, note=_said(reading))
    return reading


def confirm_reading(reading: MeterReading, *, reason: str, by: User) -> MeterReading:
    """Say why an unusually high reading is right: only then it is billed.

    Raises:
        Conflict: somebody confirmed it, or it needs none.
        DeskError: without a reason.

    """
    require(by, "fees.confirm_reading", reading)
    reason = must_be_said(reason, _("Say why it is right."), field="reason")
    with transaction.atomic():
        fresh = locked(reading)
        if not fresh.must_be_confirmed:
            raise Conflict(_("Nobody needs to look at this reading any more."))
        fresh.confirmed_by, fresh.reason = by, reason
        fresh.save(update_fields=["confirmed_by", "reason"])
        activity.record(fresh.meter, "confirm_reading", by=by, note=f"{_said(fresh)} · {reason}")
    return fresh


def correct_reading(reading: MeterReading, *, value: Decimal, reason: str, by: User) -> MeterReading:
    """Mend the last reading of a meter that was misread, as long as nothing was billed by it.

    Raises:
        Conflict: it is billed, or no longer the last one.
        DeskError: without a reason; as `read_meter`.

    """
    require(by, READ, reading)
    reason = must_be_said(reason, _("Say what was wrong."), field="reason")
    with transaction.atomic():
        meter = locked(reading.meter)
        fresh = locked(reading)
        if fresh.is_settled:
            raise Conflict(_("It is billed: the bill is corrected instead."))
        if meter.readings.filter(read_on__gt=fresh.read_on).exists() or (meter.removed_on and not fresh.is_final):
            raise Conflict(_("The meter was read again since: only its last reading is corrected."))
        before = _said(fresh)
        use = _use(meter, fresh.before, value)
        fresh.value, fresh.used, fresh.rolled_over = value, use.used, use.rolled_over
        fresh.usual = _usual(meter, fresh.since, (fresh.read_on - fresh.since).days, but=fresh.pk)
        fresh.is_abnormal = is_jump(fresh.used, fresh.usual, factor=FeeSettings.of(meter.office).jump_factor)
        fresh.confirmed_by, fresh.reason = None, ""
        fresh.save(update_fields=["value", "used", "rolled_over", "usual", "is_abnormal", "confirmed_by", "reason"])
        activity.record(meter, "correct_reading", by=by, note=f"{before} → {_said(fresh)} · {reason}")
    return fresh


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
        reading = _reckoned(fresh, value=last_reading, read_on=on, by=by, field="last_reading", day="on")
        reading.is_final = True
        reading.save(force_insert=True)
        fresh.removed_on = on
        fresh.version += 1
        fresh.save(update_fields=["removed_on", "version"])
        if not number:
            activity.record(fresh, "remove_meter", by=by, note=_said(reading))
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
        activity.record(fresh, "swap_meter", by=by, note=f"{_said(reading)} → {number}")
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


def _reckoned(
    meter: Meter, *, value: Decimal, read_on: dt.date, by: User, field: str = "value", day: str = "read_on"
) -> MeterReading:
    """Return an unsaved reading of a locked meter with what was used since the one before."""
    if meter.removed_on is not None:
        raise Conflict(_("This meter is out already."))
    if read_on > local_date():
        raise DeskError(_("This day lies ahead."), field=day)
    last = meter.readings.order_by("-read_on").first()
    since, before = (meter.installed_on, meter.first_reading) if last is None else (last.read_on, last.value)
    if read_on < since or (last is not None and read_on == since):
        raise DeskError(
            _("It was read on %(day)s already: %(value)s.") % {"day": since, "value": _plain(before)}, field=day
        )
    use = _use(meter, before, value, field=field)
    usual = _usual(meter, since, (read_on - since).days)
    return MeterReading(
        meter=meter,
        read_on=read_on,
        value=value,
        since=since,
        before=before,
        used=use.used,
        rolled_over=use.rolled_over,
        usual=usual,
        is_abnormal=is_jump(use.used, usual, factor=FeeSettings.of(meter.office).jump_factor),
        by=by,
    )


def _use(meter: Meter, before: Decimal, value: Decimal, *, field: str = "value") -> Use:
    try:
        return used_between(before, value, digits=meter.digits, multiplier=meter.multiplier)
    except TooHighError as error:
        raise DeskError(_("The meter has fewer digits than this reading."), field=field) from error
    except LowerError as error:
        words = {"before": _plain(before)}
        message = _("Lower than before (%(before)s): read it again. If the meter was changed, swap it.")
        raise DeskError(message % words, field=field) from error


def _usual(meter: Meter, since: dt.date, days: int, *, but: int | None = None) -> Decimal | None:
    """Return what is usual for a meter, what hung there before it counted in."""
    chain: Sequence[Any] = [meter.pk, meter.replaces_id] if meter.replaces_id else [meter.pk]
    rows = MeterReading.objects.filter(meter__in=chain, read_on__lte=since).exclude(pk=but or 0)
    history = rows.order_by("-read_on", "-pk").values_list("since", "read_on", "used")[:LOOKED_BACK]
    return usual_use([((read_on - first).days, used) for first, read_on, used in history], days)


def _said(reading: MeterReading) -> str:
    """Write a reading for the history: 2026-10-31 190 (+97)."""
    return f"{reading.read_on} {_plain(reading.value)} (+{_plain(reading.used)})"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
