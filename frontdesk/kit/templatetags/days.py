"""Moments as people at the desk say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from frontdesk.kit.calendar import local_date

if TYPE_CHECKING:
    import datetime as dt

register = template.Library()


@register.filter
def weekday_unless_today(at: dt.datetime | None) -> str:
    """Return the weekday of a moment, and nothing when it is today: 周三 is what people keep in mind."""
    return "" if at is None or local_date(at) == local_date() else date_format(timezone.localtime(at), "D")


@register.filter
def day_and_time(at: dt.datetime | None) -> str:
    """Return 18:00 for today, 12-02 周三 18:00 for any other day."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local_date(at) == local_date() else "m-d D H:i")
