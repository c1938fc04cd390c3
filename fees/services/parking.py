"""The gate: cars in and out, what a stay costs, the monthly card that covers it (R-FEE-05)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, FeeSettings, ParkingVisit, Tariff
from fees.querysets import NOTHING
from fees.reckoning import rate_on, reckon_once
from fees.services.charging import enter_charge
from fees.services.paying import Money, take_payment
from fees.services.tariffs import tariff_by
from fees.visiting import Figures, Stay, goes_on, month_stay, months_touched, visits_of
from frontdesk.estate.identity import clean_plate
from frontdesk.estate.models import Vehicle
from frontdesk.estate.services.writing import locked, refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.forms.cleaning import clean_line
from frontdesk.kit.money import format_yuan
from frontdesk.kit.periods import Period
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt

    from fees.models import Payment
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

LOG = "fees.log_visit"
LONGEST_PLATE = 12


@dataclass(frozen=True)
class Fee:
    """What a stay comes to: visits to be charged now, their price, and the card of the register that covers it."""

    visits: int
    amount: Decimal
    vehicle: Vehicle | None = None


def figures_of(office: Office) -> Figures:
    """Return the office's own figures for visits."""
    row = FeeSettings.of(office)
    return Figures(row.free_minutes, row.visit_minutes, row.reentry_minutes, row.lost_ticket_visits)


def enter_visit(*, office: Office, plate: str, by: User, is_other: bool = False) -> ParkingVisit:
    """Let a car in; one that left within the last minutes goes on with its visit, without a second free hour.

    `is_other`: a plate unlike those of the mainland, or none yet.

    Raises:
        Conflict: it is inside already, perhaps let in at this very moment by the other gate.
        DeskError: no such plate.

    """
    require(by, LOG, office)
    plate = _plate(plate, is_other=is_other)
    with transaction.atomic():
        inside = ParkingVisit.objects.filter(office=office, plate=plate).inside().first()
        if inside is not None:
            raise _inside(inside)
        at = now()
        last = ParkingVisit.objects.filter(office=office, plate=plate).order_by("-left_at").first()
        is_back = last is not None and last.left_at is not None and goes_on(last.left_at, at, figures_of(office))
        visit = ParkingVisit(
            office=office,
            plate=plate,
            entered_at=at,
            entered_by=by,
            began_at=last.began_at if is_back and last is not None else at,
        )
        try:
            with refusing_doubles(""):
                visit.save(force_insert=True)
        except DeskError as error:
            raise _inside(visit) from error
        activity.record(visit, "enter_visit", by=by)
    return visit


def fee_of(visit: ParkingVisit, *, at: dt.datetime | None = None, lost: bool = False) -> Fee:
    """Return what a car owes when it leaves at a moment, now by default.

    A lost ticket counts as the office's number of visits, or more where the stay is known to be longer. What was
    charged for the visit this one goes on with is not charged again; what a lost ticket cost pays for no time, neither
    before nor after.

    Raises:
        DeskError: something is to be paid, and the office has no tariff for visits.

    """
    moment = at or now()
    figures, cards = figures_of(visit.office), cards_of(visit.office, visit.plate, visit.began_at, moment)
    covers = [stay for stay, _vehicle in cards]
    visits = max(0, visits_of(visit.began_at, moment, covers, figures) - _charged_before(visit, covers, figures))
    is_covered = any(stay.until is None or moment <= stay.until for stay, _vehicle in cards)
    if lost and not is_covered:
        visits = max(visits, figures.lost)
    vehicle = next((vehicle for _stay, vehicle in cards), None)
    return Fee(visits, _price(visit.office, visits, local_date(moment)), vehicle)


def _charged_before(visit: ParkingVisit, covers: list[Stay], figures: Figures) -> int:
    """Return the visits charged for the time of the stay this one goes on with; of a lost ticket no more than that."""
    same = ParkingVisit.objects.filter(office=visit.office, plate=visit.plate, began_at=visit.began_at)
    charged = 0
    for left_at, visits, lost in (
        same.exclude(pk=visit.pk).order_by("pk").values_list("left_at", "visits", "lost_ticket")
    ):
        until = left_at or visit.entered_at  # only one visit of a car is open, and that is this one
        by_time = visits_of(visit.began_at, until, covers, figures) - charged if lost else visits
        charged += max(0, min(visits, by_time))
    return charged


def cards_of(office: Office, plate: str, began: dt.datetime, left: dt.datetime) -> list[tuple[Stay, Vehicle]]:
    """Return what covers a car between two moments: a space it stands on, or a month's parking that is paid.

    A car with a space pays by the month: that it owes a month is asked for at the counter, not again at the gate.
    """
    first, last = months_touched(began, left)
    gone = Q(removed_on__isnull=True) | Q(removed_on__gte=local_date(began))
    vehicles = list(Vehicle.objects.filter(gone, office=office, plate=plate))
    found = []
    for vehicle in vehicles:
        if vehicle.space_id is not None:
            since = Period(vehicle.added_on, vehicle.added_on).since if vehicle.added_on else began
            until = Period(vehicle.removed_on, vehicle.removed_on).until if vehicle.removed_on else None
            if since < left and (until is None or until > began):
                found.append((Stay(since, until), vehicle))
    if vehicles:
        tariff = {"tariff__kind": Tariff.Kind.PARKING, "tariff__basis": Tariff.Basis.VEHICLE_MONTH}
        paid = Bill.objects.filter(vehicle__in=vehicles, month__range=(first, last), outstanding=0, **tariff)
        by_pk = {vehicle.pk: vehicle for vehicle in vehicles}
        found += [(month_stay(month), by_pk[pk]) for pk, month in paid.values_list("vehicle", "month")]
    return found


def leave_visit(
    visit: ParkingVisit,
    *,
    by: User,
    lost_ticket: bool = False,
    told: Decimal | None = None,
    method: str = "",
) -> ParkingVisit:
    """Let a car out. Its fee becomes a bill, paid at once by `method` where whoever lets it out takes money.

    `told` is the amount the driver was told: while the guard was reading it out another visit may have begun.

    Raises:
        Conflict: it is out already.
        DeskError: the fee is another one by now; see `fee_of`.

    """
    require(by, LOG, visit)
    with transaction.atomic():
        fresh = locked(visit)
        if not fresh.is_inside:
            words = {"plate": fresh.plate, "time": f"{localtime(fresh.left_at):%H:%M}", "name": fresh.left_by}
            raise Conflict(_("%(plate)s is out already: %(name)s let it out at %(time)s.") % words)
        at = now()
        fee = fee_of(fresh, at=at, lost=lost_ticket)
        if told is not None and told != fee.amount:
            raise DeskError(_("The time has gone on: it is %(amount)s yuan now.") % {"amount": fee.amount})
        _close(fresh, fee, at=at, by=by, lost=lost_ticket)
        if fee.amount and method:
            pay_visit(fresh, method=method, by=by)
    return fresh


def lose_ticket(visit: ParkingVisit, *, by: User, told: Decimal | None = None, method: str = "") -> ParkingVisit:
    """Let a car out whose ticket is lost; otherwise as `leave_visit`."""
    return leave_visit(visit, by=by, lost_ticket=True, told=told, method=method)


def leave_without_entry(
    *, office: Office, plate: str, by: User, is_other: bool = False, method: str = ""
) -> ParkingVisit:
    """Let a car out that nobody wrote down when it came in: it pays as for a lost ticket.

    Raises:
        Conflict: it is written down as inside: let it out there.
        DeskError: no such plate; see `fee_of`.

    """
    with transaction.atomic():
        visit = enter_visit(office=office, plate=plate, by=by, is_other=is_other)
        return leave_visit(visit, by=by, lost_ticket=True, method=method)


def pay_visit(visit: ParkingVisit, *, method: str, by: User) -> Payment:
    """Take the parking fee of a car, by one means, in full.

    Raises:
        Conflict: it is paid, or there is nothing to be paid.

    """
    require(by, "fees.take_payment", visit)
    with transaction.atomic():
        fresh = locked(visit)
        bill = fresh.bill
        if bill is None or not bill.is_open:
            raise Conflict(_("There is nothing to be paid for %(plate)s any more.") % {"plate": fresh.plate})
        money = [Money(method, bill.outstanding)]
        payment = take_payment(fresh.office, bills=[bill], money=money, by=by, payer=fresh.plate)
        activity.record(fresh, "pay_visit", by=by, note=payment.number)
    return payment


def _close(visit: ParkingVisit, fee: Fee, *, at: dt.datetime, by: User, lost: bool) -> None:
    visit.left_at, visit.left_by, visit.lost_ticket = at, by, lost
    visit.visits, visit.vehicle = fee.visits, fee.vehicle
    if fee.amount:
        tariff = tariff_by(visit.office, Tariff.Basis.VISIT)
        subject = f"{visit.plate} {localtime(visit.began_at):%m-%d %H:%M}–{at:%m-%d %H:%M}"
        visit.bill = enter_charge(
            tariff, by=by, quantity=Decimal(fee.visits), subject=subject, reference=f"visit:{visit.pk}"
        )
    visit.save(update_fields=["left_at", "left_by", "lost_ticket", "visits", "vehicle", "bill"])
    note = format_yuan(fee.amount) if fee.amount else ""
    activity.record(visit, "lose_ticket" if lost else "leave_visit", by=by, after={"visits": fee.visits}, note=note)


def _price(office: Office, visits: int, day: dt.date) -> Decimal:
    if not visits:
        return NOTHING
    rates = tariff_by(office, Tariff.Basis.VISIT).rates.order_by("starts").values_list("starts", "rate")
    return reckon_once(Decimal(visits), rate_on(list(rates), day) or NOTHING)


def _plate(text: str, *, is_other: bool) -> str:
    plate = clean_line(text).upper().replace(" ", "") if is_other else clean_plate(text)
    if not plate:
        raise DeskError(_("Write down the plate."), field="plate")
    if len(plate) > LONGEST_PLATE:
        raise DeskError(_("A plate has no more than 12 characters."), field="plate")
    return plate


def _inside(visit: ParkingVisit) -> Conflict:
    words = {"plate": visit.plate, "time": f"{localtime(visit.entered_at):%m-%d %H:%M}", "name": visit.entered_by}
    return Conflict(_("%(plate)s is inside already: %(name)s let it in at %(time)s.") % words, field="plate")
