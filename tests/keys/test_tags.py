"""No tag tells whoever finds the key which door it opens (R-KEY-01)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from frontdesk.kit.errors import DeskError
from keys import services
from keys.models import Key, Ring
from tests.factories import BuildingFactory, KeyFactory, RingFactory, UnitFactory

pytestmark = pytest.mark.django_db

TELLING = ("3-2-1502", "K-1502", "321502", "3栋-01", "３ 栋 a", "K-会所", "9号楼")


@pytest.fixture
def buildings(office, home):
    """3栋 and 会所."""
    for name in ("3栋", "会所"):
        BuildingFactory(office=office, name=name, position=1)


@pytest.mark.parametrize("tag", TELLING)
def test_a_key_bears_no_tag_that_names_its_unit_or_a_building(office, home, owner, clerk, buildings, tag):
    with pytest.raises(DeskError) as refusal:
        services.register_key(office=office, by=clerk, unit=home, deposited_by=owner, tag=tag)
    assert (refusal.value.field, Key.objects.exists()) == ("tag", False)


@pytest.mark.parametrize("tag", ["3-2-1502", "321502", "会所 1"])
def test_a_key_of_no_unit_names_no_address_of_the_office_either(office, home, clerk, buildings, tag):
    with pytest.raises(DeskError) as refusal:
        services.register_key(office=office, by=clerk, kind="equipment", name="泵房", tag=tag)
    assert refusal.value.field == "tag"
    assert services.register_key(office=office, by=clerk, kind="equipment", name="泵房", tag="P-12").tag == "P-12"


@pytest.mark.parametrize("tag", TELLING)
def test_a_ring_bears_no_such_tag(office, home, clerk, vacant, buildings, client_of, tag):
    with pytest.raises(DeskError) as refusal:
        services.add_ring(office=office, by=clerk, name="串", tag=tag, keys=[vacant])
    assert (refusal.value.field, Ring.objects.exists()) == ("tag", False)


def test_the_page_of_a_new_ring_says_so_at_the_tag(home, clerk, client_of):
    data = {"once": "4a9b0a1e-6f2c-4b7e-9d2a-0c3b5a7d9e11", "name": "串", "tag": "3-2-1502", "tags": ""}
    answer = client_of(clerk).post(reverse("keys:ring_add"), data)
    assert list(answer.context["form"].errors) == ["tag"]


def test_a_key_does_not_move_to_the_unit_its_tag_names(office, clerk, home, owner):
    key = KeyFactory(office=office, tag="K-1502")
    with pytest.raises(DeskError) as refusal:
        services.change_key(key, by=clerk, unit=home, deposited_by=owner)
    assert (refusal.value.field, Key.objects.get().unit) == ("unit", key.unit)


def test_a_key_does_not_hang_on_a_ring_whose_tag_names_its_unit(office, clerk, vacant):
    ring = RingFactory(office=office, tag="R-1502")
    with pytest.raises(DeskError) as refusal:
        services.change_ring(ring, by=clerk, keys=[vacant])
    vacant.refresh_from_db()
    assert (refusal.value.field, vacant.ring) == ("keys", None)


def test_a_given_tag_is_no_part_of_the_address_either(office, clerk):
    first = UnitFactory(office=office, code="1-1-0001")
    key = services.register_key(office=office, by=clerk, unit=first, kind="vacant")
    assert key.tag == "K-0002"
