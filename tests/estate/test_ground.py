"""Offices, areas, buildings, entrances, units: added and changed by those who may, recorded, findable, unique."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from frontdesk.estate import services
from frontdesk.estate.models import Building, Office, Unit
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from tests.estate.finding import found
from tests.factories import BuildingFactory, EntranceFactory, UnitFactory
from tests.racing import together

pytestmark = pytest.mark.django_db


def unit_of(office, by, **fields):
    return services.add_unit(office=office, by=by, **({"code": "3-2-1502", "floor": 15} | fields))


def test_add_office_is_the_administrators(admin, manager):
    office = services.add_office(by=admin, code="east", name="东岸管理处")
    assert Office.objects.get(code="east") == office
    assert history_of(office).get().verb == "add_office"
    with pytest.raises(PermissionDenied):
        services.add_office(by=manager, code="west", name="西岸管理处")


def test_add_office_twice_is_refused(admin, office):
    with pytest.raises(DeskError):
        services.add_office(by=admin, code=office.code, name="另一个")


def test_edit_office_records_before_and_after(supervisor, office):
    services.edit_office(office, by=supervisor, lock_after_minutes=10)
    office.refresh_from_db()
    assert (office.lock_after_minutes, office.version) == (10, 2)
    act = history_of(office).get()
    assert (act.before, act.after) == ({"lock_after_minutes": 5}, {"lock_after_minutes": 10})


def test_edit_without_a_difference_writes_nothing(supervisor, office):
    services.edit_office(office, by=supervisor, name=office.name)
    office.refresh_from_db()
    assert office.version == 1
    assert not history_of(office).exists()


@pytest.mark.parametrize("who", ["clerk", "outsider"])
def test_edit_office_needs_the_role_in_that_office(who, office, request):
    with pytest.raises(PermissionDenied):
        services.edit_office(office, by=request.getfixturevalue(who), name="我的")


def test_ground_is_added_and_renamed(supervisor, office):
    area = services.add_area(office=office, by=supervisor, name="一期")
    building = services.add_building(office=office, by=supervisor, name="3", area=area)
    entrance = services.add_entrance(building=building, by=supervisor, name="2")
    services.edit_area(area, by=supervisor, name="二期")
    services.edit_building(building, by=supervisor, name="5", position=5)
    services.edit_entrance(entrance, by=supervisor, name="1")
    building.refresh_from_db()
    assert (building.name, building.position, building.area.name) == ("5", 5, "二期")
    assert building.entrances.get().name == "1"


def test_ground_twice_is_refused(supervisor, office):
    building = BuildingFactory(office=office, name="3")
    EntranceFactory(building=building, name="1")
    services.add_area(office=office, by=supervisor, name="一期")
    for act in (
        lambda: services.add_area(office=office, by=supervisor, name="一期"),
        lambda: services.add_building(office=office, by=supervisor, name="3"),
        lambda: services.add_entrance(building=building, by=supervisor, name="1"),
    ):
        with pytest.raises(DeskError):
            act()


def test_building_in_another_offices_area_is_refused(admin, office, other_office):
    area = services.add_area(office=other_office, by=admin, name="一期")
    with pytest.raises(DeskError):
        services.add_building(office=office, by=admin, name="3", area=area)


def test_add_unit_makes_it_findable(supervisor, office):
    unit = unit_of(office, supervisor, floor_area=Decimal("89.50"))
    for typed in ("3-2-1502", "3栋2单元1502室", "1502", "321502"):
        assert found(office, typed) == [("unit", unit.pk)]


def test_edit_unit_moves_the_index(supervisor, office):
    unit = unit_of(office, supervisor)
    services.edit_unit(unit, by=supervisor, code="3-2-1602", floor=16)
    assert found(office, "1502") == []
    assert found(office, "1602") == [("unit", unit.pk)]


def test_edit_unit_does_not_change_the_state(supervisor, office):
    unit = unit_of(office, supervisor)
    services.edit_unit(unit, by=supervisor, state="idle")
    unit.refresh_from_db()
    assert unit.state == "sold"


def test_unit_code_twice_is_refused_in_one_office_only(supervisor, office, other_office, admin):
    unit_of(office, supervisor)
    with pytest.raises(DeskError) as refusal:
        unit_of(office, supervisor)
    assert refusal.value.field == "code"
    unit_of(other_office, admin)
    assert Unit.objects.filter(code="3-2-1502").count() == 2


def test_unit_in_an_entrance_of_another_building_is_refused(supervisor, office):
    entrance = EntranceFactory(building__office=office)
    with pytest.raises(DeskError) as refusal:
        unit_of(office, supervisor, building=BuildingFactory(office=office), entrance=entrance)
    assert refusal.value.field == "entrance"


@pytest.mark.parametrize(("kind", "state"), [("parking", "in_use"), ("parking", "pending"), ("shop", "rented")])
def test_unit_in_a_state_its_kind_does_not_know_is_refused(kind, state, supervisor, office):
    with pytest.raises(DeskError):
        unit_of(office, supervisor, kind=kind, state=state)


@pytest.mark.parametrize("who", ["clerk", "engineer", "outsider"])
def test_unit_needs_the_role_in_that_office(who, office, request):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        unit_of(office, by)
    with pytest.raises(PermissionDenied):
        services.edit_unit(UnitFactory(office=office), by=by, code="9")


@pytest.mark.django_db(transaction=True)
def test_two_desks_add_the_same_code_at_once(supervisor, manager, office):
    outcomes = together(lambda: unit_of(office, supervisor), lambda: unit_of(office, manager))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeskError", "Unit"]
    assert Unit.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "said"), [("3", "Building 3"), ("12A", "Building 12A"), ("会所", "会所"), ("Club", "Club")]
)
def test_a_building_called_by_a_number_says_what_it_is(name, said):
    with translation.override("en"):
        assert str(Building(name=name)) == said
