"""What becomes of a company asset (R-EST-02): sales and lettings move the people too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.estate.services.tenures import change_owner, end_tenants, move_in as begin
from frontdesk.estate.services.writing import same_office
from frontdesk.estate.workflow import AssetState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt


def accept_unit(unit: Unit, *, by: Any, accepted_on: dt.date, note: str = "") -> Unit:
    """Take a unit over from the engineering department; who did it stands in the unit's activity."""
    if accepted_on > local_date():
        raise DeskError(_("The acceptance cannot lie in the future."), field="accepted_on")
    with apply("accept_unit", unit, by=by, note=note) as fresh:
        fresh.accepted_on = accepted_on
    return fresh


def idle_unit(unit: Unit, *, by: Any, note: str = "", on: dt.date | None = None) -> Unit:
    """Set a unit idle; a parking space that was rented out ends its letting with that day."""
    with apply("idle_unit", unit, by=by, note=note) as fresh:
        if fresh.state == AssetState.RENTED:
            end_tenants(fresh, ends=on or local_date(), by=by, reason=note or _("Letting ended"))
    return fresh


def use_unit(unit: Unit, *, by: Any, note: str = "") -> Unit:
    """Take a unit into the company's own use."""
    with apply("use_unit", unit, by=by, note=note) as fresh:
        pass
    return fresh


def rent_unit(
    unit: Unit,
    *,
    by: Any,
    person: Person | None = None,
    on: dt.date | None = None,
    ends: dt.date | None = None,
    note: str = "",
) -> Unit:
    """Rent a parking space out, to a registered person if one is named."""
    same_office(unit, person)
    with apply("rent_unit", unit, by=by, note=note) as fresh:
        if person:
            begin(fresh, person=person, role=Tenure.Role.TENANT, starts=on or local_date(), ends=ends, by=by)
    return fresh


def sell_unit(unit: Unit, *, by: Any, person: Person | None = None, on: dt.date | None = None, note: str = "") -> Unit:
    """Mark a company unit as sold, and write its owner down when the buyer is known."""
    same_office(unit, person)
    with apply("sell_unit", unit, by=by, note=note) as fresh:
        if person:
            change_owner(fresh, to=[person], on=on or local_date(), by=by, reason=note)
    return fresh


def transfer_unit(unit: Unit, *, by: Any, person: Person, on: dt.date, note: str = "") -> Unit:
    """Change of owner (过户): the old owner's household ends the day before, the new owner begins, nothing is lost."""
    same_office(unit, person)
    with apply("transfer_unit", unit, by=by, note=note) as fresh:
        change_owner(fresh, to=[person], on=on, by=by, reason=note)
    return fresh


def take_back_unit(unit: Unit, *, by: Any, on: dt.date, note: str) -> Unit:
    """Take a sold unit back into the company's hands: its owner's household ends the day before."""
    with apply("take_back_unit", unit, by=by, note=note) as fresh:
        change_owner(fresh, to=[], on=on, by=by, reason=note)
    return fresh
