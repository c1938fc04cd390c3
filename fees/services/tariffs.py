"""What the office charges, at which price, since when, and who is excepted (R-FEE-01…06)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy as _

from fees.models import BillRun, Tariff, TariffException, TariffRate
from frontdesk.estate.models import Unit
from frontdesk.estate.services.writing import add, change, locked, same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.periods import Period, month_of
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "fees.change_tariff"
BEGINNING = dt.date(2000, 1, 1)
Kind, Basis, Space = Tariff.Kind, Tariff.Basis, Unit.SpaceKind
HOMES, SHOPS = [Unit.Kind.RESIDENCE], [Unit.Kind.SHOP, Unit.Kind.OFFICE_ROOM]
DEFAULTS: tuple[tuple[Any, dict[str, Any], str], ...] = (
    (
        _("Property fee, residences"),
        {"kind": Kind.PROPERTY, "basis": Basis.AREA_MONTH, "unit_kinds": HOMES, "reduced_when_vacant": True},
        "1.90",
    ),
    (
        _("Property fee, commercial"),
        {"kind": Kind.PROPERTY, "basis": Basis.AREA_MONTH, "unit_kinds": SHOPS, "reduced_when_vacant": True},
        "2.50",
    ),
    (
        _("Parking, shared space"),
        {"kind": Kind.PARKING, "basis": Basis.VEHICLE_MONTH, "space_kinds": [Space.SHARED]},
        "260",
    ),
    (
        _("Parking, private space"),
        {"kind": Kind.PARKING, "basis": Basis.VEHICLE_MONTH, "space_kinds": [Space.PRIVATE]},
        "80",
    ),
    (
        _("Parking, open air"),
        {"kind": Kind.PARKING, "basis": Basis.VEHICLE_MONTH, "space_kinds": [Space.OPEN_AIR]},
        "150",
    ),
    (_("Parking, visitors"), {"kind": Kind.PARKING, "basis": Basis.VISIT}, "5"),
    (
        _("Shared water and electricity"),
        {"kind": Kind.SHARED, "basis": Basis.COST, "unit_kinds": [*HOMES, *SHOPS]},
        "0",
    ),
    (
        _("Prepayment for shared water and electricity"),
        {"kind": Kind.PREPAYMENT, "basis": Basis.ONCE, "unit_kinds": [*HOMES, *SHOPS]},
        "500",
    ),
    (_("Renovation management fee"), {"kind": Kind.RENOVATION, "basis": Basis.AREA_ONCE}, "3.50"),
    (_("Late fee"), {"kind": Kind.LATE, "basis": Basis.ONCE}, "0"),
)
"""The customer's figures (R-FEE-01, R-FEE-03…05)."""


def take_over_tariffs(office: Office, *, by: User) -> list[Tariff]:
    """Give an office the usual tariffs with the customer's figures; what it has already stays as it is."""
    require(by, CHANGE, office)
    with transaction.atomic():
        locked(office)  # two who take them over at once meet here
        there = set(Tariff.objects.filter(office=office).values_list("name", flat=True))
        made = []
        for position, (name, values, rate) in enumerate(DEFAULTS):
            if str(name) in there:
                continue
            tariff = add_tariff(office=office, by=by, name=str(name), position=position, **values)
            set_rate(tariff, starts=BEGINNING, rate=Decimal(rate), note=gettext("usual figure"), by=by)
            made.append(tariff)
    return made


def add_tariff(*, office: Office, by: User, **fields: Any) -> Tariff:
    """Add something to charge for; it bills nothing until it has a rate.

    Raises:
        DeskError: the office has one of this name, or nobody would ever pay it.

    """
    tariff = Tariff(office=office, **fields)
    _check(tariff)
    double = str(_("There is one of this name already."))
    added: Tariff = add(tariff, "add", by=by, permission=CHANGE, double=double, field="name")
    return added


def change_tariff(tariff: Tariff, *, by: User, **fields: Any) -> Tariff:
    """Change whom a tariff applies to or what it is called; how it is measured stays once something was billed by it.

    Raises:
        DeskError: the basis would change under bills that exist; as `add_tariff`.

    """
    with transaction.atomic():
        fresh = locked(tariff)
        is_remeasured = fields.get("basis", fresh.basis) != fresh.basis
        if is_remeasured and fresh.bills.exists():
            raise DeskError(_("There are bills by this basis. Add another tariff instead."), field="basis")
        for name, value in fields.items():
            setattr(fresh, name, value)
        _check(fresh)
        double = str(_("There is one of this name already."))
        saved: Tariff = change(tariff, "edit", fields, by=by, permission=CHANGE, double=double, field="name")
    return saved


def set_rate(tariff: Tariff, *, starts: dt.date, rate: Decimal, by: User, note: str = "") -> TariffRate:
    """Let a tariff have a price from a day on; months before go by the old one (R-FEE-06).

    A rate by which nothing was billed yet is put right by setting it again from the same day.

    Raises:
        DeskError: bills of that day are out, or it is the same as it was.

    """
    require(by, CHANGE, tariff)
    row = TariffRate(tariff=tariff, starts=starts, rate=rate, note=note)
    row.clean_fields(exclude=["tariff"])
    with transaction.atomic():
        fresh = locked(tariff)
        billed = _last_month_billed(fresh)
        if billed and starts <= month_of(billed).last:
            words = {"month": f"{billed:%Y-%m}"}
            message = _(
                "Bills up to %(month)s are out: the rate begins after that, older bills are corrected one by one."
            )
            raise DeskError(message % words, field="starts")
        there = TariffRate.objects.filter(tariff=fresh, starts=starts).first()
        if there is not None and there.rate == rate:
            raise DeskError(_("There is a rate from this day already."), field="starts")
        before = {} if there is None else {"rate": str(there.rate)}
        row.pk = None if there is None else there.pk
        row.save(force_insert=there is None)
        after = {"starts": str(starts), "rate": str(rate)}
        activity.record(tariff, "set_rate", by=by, before=before, after=after, note=note)
    return row


def withdraw_rate(rate: TariffRate, *, reason: str, by: User) -> Tariff:
    """Take back a rate by which nothing was billed: the one before it goes on; what it was stays in the history.

    Raises:
        Conflict: bills were made by it, or of a month it holds for, or are being made now; it is gone already.
        DeskError: without a reason.

    """
    require(by, CHANGE, rate)
    reason = must_be_said(reason, _("Say why it is taken back."), field="reason")
    with transaction.atomic():
        tariff: Tariff = locked(rate.tariff)
        fresh = TariffRate.objects.filter(pk=rate.pk, tariff=tariff).first()
        if fresh is None:
            raise Conflict(_("This rate was taken back already."))
        if is_billed_by(fresh):
            raise Conflict(_("Something is billed by this rate: it stays. Set another one from a later day."))
        before = {"starts": str(fresh.starts), "rate": str(fresh.rate)}
        fresh.delete()
        activity.record(tariff, "withdraw_rate", by=by, before=before, after=dict.fromkeys(before), note=reason)
    return tariff


def is_billed_by(rate: TariffRate) -> bool:
    """Answer whether bills are out, or being made, of days on which a rate holds."""
    billed = _last_month_billed(rate.tariff)
    if billed and rate.starts <= month_of(billed).last:
        return True
    since, month = Period(rate.starts, rate.starts).since, rate.starts.replace(day=1)
    others = rate.tariff.bills.exclude(source="run").filter(Q(billed_at__gte=since) | Q(month__gte=month))
    runs = BillRun.objects.filter(office=rate.tariff.office_id, month__gte=month).unfinished()
    return others.exists() or runs.exists()


def _last_month_billed(tariff: Tariff) -> dt.date | None:
    return tariff.bills.filter(source="run").order_by("-month").values_list("month", flat=True).first()


def except_unit(
    tariff: Tariff,
    unit: Unit,
    *,
    starts: dt.date,
    reason: str,
    by: User,
    ends: dt.date | None = None,
    rate: Decimal | None = None,
) -> TariffException:
    """Let a unit pay another rate, or nothing, from–to.

    Raises:
        DeskError: without a reason; the days cross those of another exception of the unit.

    """
    require(by, CHANGE, tariff)
    same_office(tariff, unit)
    reason = must_be_said(reason, _("Say why this unit is excepted."), field="reason")
    row = TariffException(tariff=tariff, unit=unit, starts=starts, ends=ends, rate=rate, reason=reason)
    row.clean_fields(exclude=["tariff", "unit"])
    if ends is not None and ends < starts:
        raise DeskError(_("The last day lies before the first."), field="ends")
    with transaction.atomic():
        locked(tariff)
        others = TariffException.objects.filter(tariff=tariff, unit=unit)
        if any(_cross(row, other) for other in others):
            raise DeskError(_("The unit is excepted on some of these days already."), field="starts")
        row.save(force_insert=True)
        after = {"unit": unit.code, "starts": str(starts), "ends": str(ends or ""), "rate": str(rate or 0)}
        activity.record(tariff, "except_unit", by=by, after=after, note=reason)
    return row


def end_exception(exception: TariffException, *, ends: dt.date, by: User) -> TariffException:
    """Let an exception end on a day.

    Raises:
        Conflict: it has ended already.
        DeskError: the day lies before it began.

    """
    require(by, CHANGE, exception)
    with transaction.atomic():
        fresh = locked(exception)
        if fresh.ends is not None and fresh.ends < local_date():
            raise Conflict(_("It has ended already."))
        if ends < fresh.starts:
            raise DeskError(_("The last day lies before the first."), field="ends")
        before = {"ends": str(fresh.ends or "")}
        fresh.ends = ends
        fresh.version += 1
        fresh.save(update_fields=["ends", "version"])
        after = {"ends": str(ends)}
        activity.record(fresh.tariff, "end_exception", by=by, before=before, after=after, note=fresh.unit.code)
    return fresh


def tariff_of(office: Office, kind: str) -> Tariff:
    """Return the tariff of a kind the office charges by.

    Raises:
        DeskError: it has none in use.

    """
    tariff = Tariff.objects.filter(office=office, kind=kind, is_active=True).first()
    if tariff is None:
        raise DeskError(_("The office has no tariff for this: %(kind)s.") % {"kind": Kind(kind).label})
    return tariff


def tariff_by(office: Office, basis: str, *kinds: str) -> Tariff:
    """Return the tariff of a basis (and of one of these kinds) the office charges by.

    Raises:
        DeskError: it has none in use.

    """
    rows = Tariff.objects.filter(office=office, basis=basis, is_active=True)
    tariff = (rows.filter(kind__in=kinds) if kinds else rows).first()
    if tariff is None:
        label = ", ".join(str(Kind(kind).label) for kind in kinds) or Basis(basis).label
        raise DeskError(_("The office has no tariff for this: %(kind)s.") % {"kind": label})
    return tariff


def _cross(one: TariffException, other: TariffException) -> bool:
    far = dt.date.max
    return one.starts <= (other.ends or far) and other.starts <= (one.ends or far)


def _check(tariff: Tariff) -> None:
    tariff.clean_fields(exclude=["office"])
    if tariff.basis == Basis.VEHICLE_MONTH and not tariff.space_kinds:
        raise DeskError(_("Choose the spaces whose vehicles pay it."), field="space_kinds")
    if tariff.basis in (Basis.AREA_MONTH, Basis.UNIT_MONTH) and not tariff.unit_kinds:
        raise DeskError(_("Choose the units that pay it."), field="unit_kinds")
