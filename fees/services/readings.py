"""What is read on meters: written down, looked at where unusual, mended where misread (R-FEE-03)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.metering import LowerError, TooHighError, Use, is_jump, used_between, usual_use
from fees.models import FeeSettings, Meter, MeterReading
from frontdesk.estate.services.writing import locked, refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Unit
    from frontdesk.staff.models import User

READ = "fees.read_meter"
LOOKED_BACK = 6
"""Readings by which one tells what is usual."""


class Used(NamedTuple):
    """What a meter counted from one reading to another."""

    meter: Meter
    since: dt.date
    until: dt.date
    before: Decimal
    value: Decimal
    used: Decimal


def read_meter(
    meter: Meter, *, value: Decimal, by: User, read_on: dt.date | None = None, photo: UploadedFile | None = None
) -> MeterReading:
    """Write down what a meter shows; one that is unusually high waits until somebody has looked. A photo stays with it.

    Raises:
        Conflict: it was taken out, or read on this day or a later one meanwhile.
        DeskError: the day lies ahead, or before it was installed; a reading lower than before that is no roll-over.

    """
    require(by, READ, meter)
    with transaction.atomic():
        reading = enter_reading(meter, value=value, by=by, read_on=read_on)
        if photo:
            attach(reading, photo, by=by, kind="photo")
    return reading


def enter_reading(meter: Meter, *, value: Decimal, by: User, read_on: dt.date | None = None) -> MeterReading:
    """Write a reading down for another verb that has asked its own permission; otherwise as `read_meter`."""
    with transaction.atomic():
        fresh = locked(meter)
        reading = reckoned(fresh, value=value, read_on=read_on or local_date(), by=by)
        with refusing_doubles(str(_("It was read on this day already.")), field="read_on"):
            reading.save(force_insert=True)
        activity.record(fresh, "read_meter", by=by, note=said(reading))
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
        activity.record(fresh.meter, "confirm_reading", by=by, note=f"{said(fresh)} · {reason}")
    return fresh


def correct_reading(reading: MeterReading, *, value: Decimal, reason: str, by: User) -> MeterReading:
    """Mend a reading that was misread, as long as nothing was billed by it; what was used up to the next one follows.

    Raises:
        Conflict: it is billed, or the reading after it is.
        DeskError: without a reason; higher than the reading after it; as `read_meter`.

    """
    require(by, READ, reading)
    reason = must_be_said(reason, _("Say what was wrong."), field="reason")
    with transaction.atomic():
        meter = locked(reading.meter)
        fresh = locked(reading)
        if fresh.is_settled:
            raise Conflict(_("It is billed: the bill is corrected instead."))
        later = meter.readings.filter(read_on__gt=fresh.read_on).order_by("read_on").first()
        if later is not None and later.is_settled:
            raise Conflict(_("The reading after it is billed: that bill is corrected instead."))
        before = said(fresh)
        fresh.value = value
        _reckon_again(meter, fresh, _use(meter, fresh.before, value))
        note = f"{before} → {said(fresh)} · {reason}"
        if later is not None:
            later.before = value
            _reckon_again(meter, later, _use_after(meter, value, later))
            note = f"{before} → {said(fresh)}, {said(later)} · {reason}"
        activity.record(meter, "correct_reading", by=by, note=note)
    return fresh


def meters_of(unit: Unit) -> list[Meter]:
    """Return the meters that hang in a unit, each with its last reading (`last_on`, `last_value`)."""
    return list(Meter.objects.filter(unit=unit).in_use().with_last_reading().order_by("kind", "number"))


def used_since(unit: Unit, day: dt.date) -> list[Used]:
    """Return what each meter of a unit counted by its readings after a day: what speaks for or against standing empty.

    The first of these readings may go back to one before that day; `since` says so.
    """
    rows = MeterReading.objects.filter(meter__unit=unit, read_on__gt=day).select_related("meter")
    found: dict[int, list[MeterReading]] = defaultdict(list)
    for row in rows.order_by("meter__kind", "meter__number", "read_on"):
        found[row.meter_id].append(row)
    return [_used_in(own) for own in found.values()]


def _used_in(readings: list[MeterReading]) -> Used:
    first, last = readings[0], readings[-1]
    used = sum((row.used for row in readings), Decimal(0))
    return Used(first.meter, first.since, last.read_on, first.before, last.value, used)


def can_be_corrected(reading: MeterReading, later: MeterReading | None) -> bool:
    """Answer whether a reading may still be mended: neither it nor the one after it is billed."""
    return not reading.is_settled and (later is None or not later.is_settled)


def reckoned(
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


def _reckon_again(meter: Meter, reading: MeterReading, use: Use) -> None:
    """Save what a reading says by other figures; whether it is unusual is asked anew."""
    reading.used, reading.rolled_over = use.used, use.rolled_over
    reading.usual = _usual(meter, reading.since, (reading.read_on - reading.since).days, but=reading.pk)
    reading.is_abnormal = is_jump(reading.used, reading.usual, factor=FeeSettings.of(meter.office).jump_factor)
    reading.confirmed_by, reading.reason = None, ""
    names = ["value", "before", "used", "rolled_over", "usual", "is_abnormal", "confirmed_by", "reason"]
    reading.save(update_fields=names)


def _use_after(meter: Meter, value: Decimal, later: MeterReading) -> Use:
    """Return what was used from a corrected reading to the next one."""
    try:
        return used_between(value, later.value, digits=meter.digits, multiplier=meter.multiplier)
    except LowerError as error:
        words = {"day": later.read_on, "value": _plain(later.value)}
        message = _("Higher than the reading after it (%(day)s: %(value)s).") % words
        raise DeskError(message, field="value") from error


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


def said(reading: MeterReading) -> str:
    """Write a reading for the history: 2026-10-31 190 (+97)."""
    return f"{reading.read_on} {_plain(reading.value)} (+{_plain(reading.used)})"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
