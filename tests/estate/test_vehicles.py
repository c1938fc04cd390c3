"""Vehicles: a plate stands on the register once; taken off it may come again."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.estate.models import Vehicle
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from tests.estate.finding import found
from tests.factories import PersonFactory, UnitFactory, VehicleFactory
from tests.racing import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(office):
    return PersonFactory(office=office)


def test_add_vehicle_is_found_by_parts_of_its_plate(clerk, office, person):
    vehicle = services.add_vehicle(person, plate="粤b·d12345", model="蓝色 比亚迪", by=clerk)
    for typed in ("粤BD12345", "bd12345", "345"):
        assert found(office, typed) == [("vehicle", vehicle.pk)]
    assert history_of(person).get().note == "粤BD12345"


def test_plate_twice_is_refused_until_it_is_taken_off(clerk, office, person):
    vehicle = services.add_vehicle(person, plate="粤B12345", by=clerk)
    other = PersonFactory(office=office)
    with pytest.raises(DeskError) as refusal:
        services.add_vehicle(other, plate="粤B12345", by=clerk)
    assert refusal.value.field == "plate"
    services.remove_vehicle(vehicle, by=clerk)
    assert found(office, "12345") == []
    again = services.add_vehicle(other, plate="粤B12345", by=clerk)
    assert list(Vehicle.objects.current()) == [again]
    assert Vehicle.objects.count() == 2


def test_edit_vehicle_moves_the_index_and_the_space(clerk, office, person):
    vehicle = services.add_vehicle(person, plate="粤B12345", by=clerk)
    space = UnitFactory(office=office, kind="parking", code="P-1")
    services.edit_vehicle(vehicle, plate="粤B99999", space=space, by=clerk)
    vehicle.refresh_from_db()
    assert (vehicle.plate, vehicle.space, vehicle.version) == ("粤B99999", space, 2)
    assert found(office, "12345") == []


def test_space_must_be_a_parking_space_of_the_office(clerk, office, other_office, person):
    for space in (UnitFactory(office=office), UnitFactory(office=other_office, kind="parking")):
        with pytest.raises(DeskError):
            services.add_vehicle(person, plate="粤B12345", space=space, by=clerk)


def test_removed_vehicle_is_not_changed_again(clerk, office, person):
    vehicle = services.remove_vehicle(VehicleFactory(person=person), by=clerk)
    for act in (services.remove_vehicle, services.edit_vehicle):
        with pytest.raises(Conflict):
            act(vehicle, by=clerk)


def test_vehicle_of_a_merged_record_is_a_conflict(clerk, office, person):
    gone = PersonFactory(office=office, merged_into=person)
    with pytest.raises(Conflict):
        services.add_vehicle(gone, plate="粤B12345", by=clerk)


@pytest.mark.parametrize("who", ["cashier", "guard", "outsider"])
def test_vehicles_need_the_role_in_that_office(who, office, person, request):
    by = request.getfixturevalue(who)
    vehicle = VehicleFactory(person=person)
    for act in (
        lambda: services.add_vehicle(person, plate="粤B12345", by=by),
        lambda: services.edit_vehicle(vehicle, model="x", by=by),
        lambda: services.remove_vehicle(vehicle, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.django_db(transaction=True)
def test_two_desks_register_one_plate_at_once(clerk, steward, office, person):
    other = PersonFactory(office=office)
    outcomes = together(
        lambda: services.add_vehicle(person, plate="粤B12345", by=clerk),
        lambda: services.add_vehicle(other, plate="粤B12345", by=steward),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeskError", "Vehicle"]
    assert Vehicle.objects.count() == 1
