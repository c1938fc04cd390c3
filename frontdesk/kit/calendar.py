"""Office-local dates and Chinese working days: statutory holidays, make-up workdays, an office's own corrections."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import chinese_calendar
import holidays
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.models import Holiday

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5
Kind = Holiday.Kind
NAMES = {
    "chinese new year": _("Spring Festival"),
    "spring festival": _("Spring Festival"),
    "new year": _("New Year's Day"),
    "tomb-sweeping": _("Tomb-sweeping Day"),
    "labo": _("Labour Day"),
    "dragon boat": _("Dragon Boat Festival"),
    "mid-autumn": _("Mid-autumn Festival"),
    "national day": _("National Day"),
}
"""What the calendars' own names hold, and how we call the day."""


def now() -> dt.datetime:
    """Return this moment in the office's time zone."""
    return timezone.localtime()


def local_date(at: dt.datetime | None = None) -> dt.date:
    """Return the date the office's wall calendar shows, now or at a given moment."""
    return timezone.localdate(at)


def day_kind(office: Any, date: dt.date) -> Kind:
    """Tell whether a date is a working day, a day off, a statutory holiday or a make-up workday for an office."""
    return kinds_between(office, date, date)[date]


def is_working_day(office: Any, date: dt.date) -> bool:
    """Answer whether the office works on this date."""
    return day_kind(office, date) in (Kind.WORKING, Kind.MAKE_UP)


def add_working_days(office: Any, date: dt.date, days: int) -> dt.date:
    """Return the date `days` working days after `date`; the day itself does not count."""
    horizon = days * 2 + 20
    while True:
        kinds = kinds_between(office, date + ONE_DAY, date + ONE_DAY * horizon)
        working = [day for day, kind in kinds.items() if kind in (Kind.WORKING, Kind.MAKE_UP)]
        if days == 0:
            return date
        if len(working) >= days:
            return working[days - 1]
        horizon *= 2


def kinds_between(office: Any, first: dt.date, last: dt.date) -> dict[dt.date, Kind]:
    """Return the kind of every date from `first` to `last` with one query; an office's own word counts most."""
    rows = Holiday.objects.filter(Q(office=office) | Q(office__isnull=True), date__range=(first, last))
    own = {row.date: Kind(row.kind) for row in sorted(rows, key=lambda row: row.office_id is not None)}
    days = [first + ONE_DAY * i for i in range((last - first).days + 1)]
    return {day: own.get(day) or _public_kind(day) for day in days}


def is_provisional(year: int) -> bool:
    """Answer whether the State Council's days for a year are still to be announced or entered."""
    return year > _last_announced_year()


def public_name(day: dt.date) -> str:
    """Return the festival a public holiday or make-up workday belongs to; empty for any other day."""
    announced = not is_provisional(day.year)
    name = chinese_calendar.get_holiday_detail(day)[1] if announced else _statutory(day.year).get(day)
    return next((str(word) for part, word in NAMES.items() if part in (name or "").lower()), "")


@lru_cache(maxsize=4096)
def _public_kind(day: dt.date) -> Kind:
    if day.year > _last_announced_year():
        return _provisional_kind(day)
    off, holiday = chinese_calendar.get_holiday_detail(day)
    weekend = day.weekday() >= SATURDAY
    if off:
        return Kind.STATUTORY if holiday else Kind.OFF
    return Kind.MAKE_UP if weekend else Kind.WORKING


def _provisional_kind(day: dt.date) -> Kind:
    """Before the State Council's notice only the statutory days themselves are known."""
    if day in _statutory(day.year):
        return Kind.STATUTORY
    return Kind.OFF if day.weekday() >= SATURDAY else Kind.WORKING


@lru_cache(maxsize=8)
def _statutory(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year, language="en_US")


@lru_cache(maxsize=1)
def _last_announced_year() -> int:
    return max(day.year for day in chinese_calendar.constants.holidays)
