"""Whole buildings at once: previewed, made in one go, existing codes left alone."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.estate.models import Building, Unit
from frontdesk.estate.services import UnitPlan
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.jobs import run_job
from frontdesk.kit.models import Job, SearchTerm
from tests.estate.finding import found
from tests.factories import AreaFactory, UnitFactory
from tests.racing import together

pytestmark = pytest.mark.django_db
PLAN = UnitPlan(
    buildings=("1", "2", "3"),
    entrances=2,
    first_floor=1,
    last_floor=18,
    per_floor=4,
    skip_floors=(4, 14),
    areas=("89.50", "120.00", "120.00", "89.50"),
)


def plan(**changes):
    return dataclasses.replace(PLAN, **changes)


def test_the_issues_example(supervisor, office):
    assert services.preview_units(office, PLAN).new == 3 * 2 * 16 * 4
    assert services.generate_units(office, plan=PLAN, by=supervisor) == 384
    assert Unit.objects.of_office(office).count() == PLAN.count == 384
    assert not Unit.objects.filter(floor__in=(4, 14)).exists()
    unit = Unit.objects.get(code="3-2-1502")
    assert (unit.building.name, unit.entrance.name, unit.floor, unit.floor_area) == ("3", "2", 15, Decimal("120.00"))
    assert found(office, "3-2-1502") == [("unit", unit.pk)]


def test_preview_writes_nothing(supervisor, office):
    services.preview_units(office, PLAN)
    assert not Unit.objects.exists()
    assert not Building.objects.exists()


def test_existing_codes_are_told_and_left_alone(supervisor, office):
    UnitFactory(office=office, code="1-1-101", floor_area=Decimal("55.00"))
    assert services.preview_units(office, PLAN).existing == ["1-1-101"]
    assert services.generate_units(office, plan=PLAN, by=supervisor) == 383
    assert Unit.objects.get(code="1-1-101").floor_area == Decimal("55.00")


def test_making_again_adds_nothing(supervisor, office):
    services.generate_units(office, plan=PLAN, by=supervisor)
    terms = SearchTerm.objects.count()
    assert services.generate_units(office, plan=PLAN, by=supervisor) == 0
    assert (Unit.objects.count(), Building.objects.count(), SearchTerm.objects.count()) == (384, 3, terms)


def test_other_offices_codes_do_not_count(admin, office, other_office):
    UnitFactory(office=other_office, code="1-1-101")
    assert services.preview_units(office, PLAN).existing == []


def test_building_tells_how_many_were_made(supervisor, office):
    area = AreaFactory(office=office)
    services.generate_units(office, plan=plan(area=area.pk), by=supervisor)
    building = Building.objects.get(name="2")
    assert (building.area, building.position) == (area, 2)
    assert "128" in history_of(building).get().note


def test_without_entrances_the_code_has_no_hole(supervisor, office):
    services.generate_units(office, plan=plan(buildings=("A",), entrances=0, last_floor=1), by=supervisor)
    assert list(Unit.objects.values_list("code", flat=True)) == ["A-101", "A-102", "A-103", "A-104"]
    assert Unit.objects.first().entrance is None


def test_basement_floors_have_no_ground_floor_between():
    floors = {draft.floor for draft in plan(first_floor=-2, last_floor=2, skip_floors=()).drafts()}
    assert floors == {-2, -1, 1, 2}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pattern": "{building}-{floor}"}, "pattern"),
        ({"pattern": "{building.__class__}{entrance}{floor}{nn}"}, "pattern"),
        ({"pattern": "x" * 40}, "pattern"),
        ({"pattern": ""}, "pattern"),
        ({"first_floor": 5, "last_floor": 2}, "last_floor"),
        ({"buildings": ()}, None),
        ({"last_floor": 9_999}, None),
        ({"skip_floors": tuple(range(1, 19))}, None),
        ({"kind": "parking", "state": "in_use"}, "state"),
    ],
)
def test_plan_that_cannot_be_made_is_refused(changes, field, supervisor, office):
    with pytest.raises(DeskError) as refusal:
        services.generate_units(office, plan=plan(**changes), by=supervisor)
    assert refusal.value.field == field
    assert not Unit.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "outsider"])
def test_generator_needs_the_role_in_that_office(who, office, request):
    with pytest.raises(PermissionDenied):
        services.generate_units(office, plan=PLAN, by=request.getfixturevalue(who))


def test_many_units_become_a_job_that_may_run_again(supervisor, office):
    big = plan(buildings=tuple(str(n) for n in range(1, 13)), last_floor=30)
    job = services.generate_units(office, plan=big, by=supervisor, key="form-1")
    assert isinstance(job, Job)
    assert services.generate_units(office, plan=big, by=supervisor, key="form-1") == job
    assert not Unit.objects.exists()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, Unit.objects.count()) == ("done", big.count)
    assert services.make_units(office, plan=big, by=supervisor) == 0


@pytest.mark.django_db(transaction=True)
def test_two_generators_at_once_make_each_unit_once(supervisor, manager, office):
    small = plan(buildings=("1",))
    outcomes = together(
        lambda: services.generate_units(office, plan=small, by=supervisor),
        lambda: services.generate_units(office, plan=small, by=manager),
    )
    assert sorted(outcomes) == [0, 128]
    assert Unit.objects.count() == 128
