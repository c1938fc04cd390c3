"""Company assets by state (R-EST-02): each act moves the people along and leaves its trace."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import PersonFactory, TenureFactory, UnitFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 7, 1)


def shop(office, state="pending"):
    return UnitFactory(office=office, kind="shop", code="S-1", state=state)


def space(office, state="idle"):
    return UnitFactory(office=office, kind="parking", code="P-12", state=state)


def test_acceptance_from_engineering_is_recorded(supervisor, office):
    unit = services.accept_unit(shop(office), accepted_on=DAY, note="水电未通", by=supervisor)
    unit.refresh_from_db()
    assert (unit.state, unit.accepted_on) == ("accepted", DAY)
    act = history_of(unit).get()
    assert (act.actor, act.note, act.after["accepted_on"]) == (supervisor, "水电未通", "2026-07-01")


def test_acceptance_tomorrow_is_refused(supervisor, office):
    with pytest.raises(DeskError) as refusal:
        services.accept_unit(shop(office), accepted_on=local_date() + dt.timedelta(days=1), by=supervisor)
    assert refusal.value.field == "accepted_on"


def test_parking_space_is_not_accepted(supervisor, office):
    with pytest.raises((PermissionDenied, Conflict)):
        services.accept_unit(space(office, "pending"), accepted_on=DAY, by=supervisor)


def test_shop_goes_through_its_states(supervisor, office):
    unit = services.accept_unit(shop(office), accepted_on=DAY, by=supervisor)
    unit = services.idle_unit(unit, by=supervisor)
    unit = services.use_unit(unit, by=supervisor, note="作仓库")
    unit = services.sell_unit(unit, by=supervisor)
    assert unit.state == "sold"
    assert [act.verb for act in history_of(unit)] == ["sell_unit", "use_unit", "idle_unit", "accept_unit"]


def test_renting_a_space_out_begins_and_ends_a_tenancy(supervisor, office):
    unit, person = space(office), PersonFactory(office=office)
    services.rent_unit(unit, person=person, on=DAY, by=supervisor)
    assert unit.tenures.get().role == "tenant"
    services.idle_unit(unit, on=DAY + dt.timedelta(days=30), by=supervisor)
    unit.refresh_from_db()
    assert (unit.state, unit.tenures.get().ends) == ("idle", dt.date(2026, 7, 31))


def test_renting_without_a_name_is_possible(supervisor, office):
    unit = services.rent_unit(space(office), by=supervisor)
    assert (unit.state, unit.tenures.count()) == ("rented", 0)


def test_sale_with_buyer_writes_the_owner_down(supervisor, office):
    unit, buyer = shop(office, "idle"), PersonFactory(office=office)
    services.sell_unit(unit, person=buyer, on=DAY, by=supervisor)
    stay = unit.tenures.get()
    assert (stay.person, stay.role, stay.starts) == (buyer, "owner", DAY)


def test_taking_back_ends_the_owner(supervisor, office):
    unit = UnitFactory(office=office)
    stay = TenureFactory(unit=unit)
    services.take_back_unit(unit, on=DAY, note="回购", by=supervisor)
    stay.refresh_from_db()
    unit.refresh_from_db()
    assert (unit.state, stay.ends) == ("idle", dt.date(2026, 6, 30))


def test_sale_of_a_sold_unit_is_a_conflict(supervisor, office):
    with pytest.raises(Conflict):
        services.sell_unit(UnitFactory(office=office), by=supervisor)


def test_sale_refused_for_its_date_leaves_the_state(supervisor, office):
    unit = shop(office, "idle")
    TenureFactory(unit=unit, starts=DAY)
    with pytest.raises(DeskError):
        services.sell_unit(unit, person=PersonFactory(office=office), on=DAY, by=supervisor)
    unit.refresh_from_db()
    assert (unit.state, unit.version) == ("idle", 1)


def test_buyer_of_another_office_is_refused(admin, office, other_office):
    with pytest.raises(DeskError):
        services.sell_unit(shop(office, "idle"), person=PersonFactory(office=other_office), on=DAY, by=admin)


@pytest.mark.parametrize("who", ["clerk", "outsider"])
def test_assets_need_the_role_in_that_office(who, office, request):
    by = request.getfixturevalue(who)
    for act in (
        lambda: services.accept_unit(shop(office), accepted_on=DAY, by=by),
        lambda: services.rent_unit(space(office), by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()
