"""A home with its owner and a tenant, and what somebody asks for."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from frontdesk.kit.models import Notification
from movein import services
from tests.factories import PersonFactory, PhoneFactory, TenureFactory, UnitFactory

TODAY = dt.date(2026, 11, 23)
MORNING = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(9)))
HOURS = {"day": TODAY, "first": dt.time(9), "last": dt.time(18)}
GOODS = {"items": "冰箱 1台\n餐椅 4把", "kind": "goods", **HOURS}


@pytest.fixture
def clock():
    """A Monday, nine in the morning; it moves on when told to."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def home(office):
    """3-2-1502."""
    return UnitFactory(office=office, code="3-2-1502")


@pytest.fixture
def owner(home):
    """欧阳娜, who owns it."""
    person = PersonFactory(office=home.office, name="欧阳娜")
    PhoneFactory(person=person, number="13800138000")
    TenureFactory(unit=home, person=person)
    return person


@pytest.fixture
def tenant(home, owner):
    """何租户, who rents it."""
    person = PersonFactory(office=home.office, name="何租户")
    PhoneFactory(person=person, number="13900139000")
    TenureFactory(unit=home, person=person, role="tenant")
    return person


@pytest.fixture
def issued(clock, home, owner, clerk):
    """The owner's pass, valid now."""
    return services.apply_for_pass(unit=home, by=clerk, person=owner, plate="粤B12345", **GOODS)


@pytest.fixture
def waiting(clock, home, tenant, clerk):
    """The tenant moves out; the owner is to be asked."""
    return services.apply_for_pass(unit=home, by=clerk, person=tenant, **GOODS | {"kind": "move_out"})


@pytest.fixture
def told():
    """Return what stands in a person's bell, and empty it."""

    def read(user):
        rows = Notification.objects.filter(user=user).order_by("pk")
        texts = list(rows.values_list("text", flat=True))
        rows.delete()
        return texts

    return read


def all_of(goods_pass):
    """Return the keys of everything on a pass, as a guard who ticks it all."""
    return {item.pk for item in goods_pass.items.all()}
