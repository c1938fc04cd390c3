"""Who is on duty at a moment, and who comes next: published rosters only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duty.models import Assignment
from frontdesk.kit.calendar import ONE_DAY, local_date, now

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from frontdesk.estate.models import Office

WITHIN = ONE_DAY * 7
"""How far ahead the next shift is looked for."""


def on_and_next(office: Office, at: dt.datetime) -> tuple[list[Assignment], list[Assignment]]:
    """Return the shifts that are on at a moment and those that begin next, read at once for the desk page."""
    day = local_date(at)
    cells = Assignment.objects.of_office(office).published().working().between(day - ONE_DAY, day + WITHIN)
    rows = list(cells.select_related("person", "shift_type"))
    return _on(rows, at), _next(rows, at)


def on_duty(office: Office, at: dt.datetime) -> list[Assignment]:
    """Return the shifts that are on at a moment, those that began first first; the end belongs to the next shift."""
    cells = Assignment.objects.of_office(office).around(at).select_related("person", "shift_type")
    return _on(cells, at)


def people_on_duty(office: Office, at: dt.datetime) -> set[int]:
    """Return the keys of the accounts of whoever's shift is on at a moment."""
    return {cell.person_id for cell in on_duty(office, at)}


def next_on_duty(office: Office, at: dt.datetime) -> list[Assignment]:
    """Return the shifts that begin next, all at the same moment; none when nothing is published for a week."""
    day = local_date(at)
    cells = Assignment.objects.of_office(office).published().working().between(day, day + WITHIN)
    return _next(cells.select_related("person", "shift_type"), at)


def _on(cells: Iterable[Assignment], at: dt.datetime) -> list[Assignment]:
    return sorted((cell for cell in cells if cell.begins <= at < cell.ends), key=_order)


def _next(cells: Iterable[Assignment], at: dt.datetime) -> list[Assignment]:
    coming = [cell for cell in cells if cell.begins > at]
    first = min((cell.begins for cell in coming), default=None)
    return sorted((cell for cell in coming if cell.begins == first), key=_order)


def _order(cell: Assignment) -> tuple[dt.datetime, str]:
    return cell.begins, str(cell.person)


def still_to_come(office: Office) -> list[Assignment]:
    """Return the shifts that are on, and those of today and tomorrow that are still to come, in their order."""
    at = now()
    day = local_date(at)
    cells = Assignment.objects.of_office(office).published().working().between(day - ONE_DAY, day + ONE_DAY)
    return sorted((cell for cell in cells.select_related("person", "shift_type") if cell.ends > at), key=_order)
