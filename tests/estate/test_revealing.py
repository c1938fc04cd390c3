"""Full numbers are shown on request only, with a reason, and it is written down (R-EST-04)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.estate import services
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Notification
from tests.factories import PersonFactory, PhoneFactory

pytestmark = pytest.mark.django_db
ID = "110101199003074514"


@pytest.fixture
def person(office):
    person = PersonFactory(office=office, id_number=ID, emergency_phone="13700137000")
    PhoneFactory(person=person, number="13800138000")
    return person


def test_reveal_gives_all_and_writes_down_who_and_why(clerk, person):
    shown = services.reveal_person(person, reason="核对身份证", by=clerk)
    assert shown == (ID, ("13800138000",), "13700137000")
    act = history_of(person).get()
    assert (act.verb, act.actor, act.note, act.before, act.after) == ("reveal_person", clerk, "核对身份证", {}, {})


def test_reveal_without_a_reason_is_refused(clerk, person):
    with pytest.raises(DeskError) as refusal:
        services.reveal_person(person, reason=" \n", by=clerk)
    assert refusal.value.field == "reason"
    assert not history_of(person).exists()


@pytest.mark.parametrize("who", ["cashier", "engineer", "guard", "company", "outsider"])
def test_reveal_needs_the_role_in_that_office(who, person, request):
    with pytest.raises(PermissionDenied):
        services.reveal_person(person, reason="x", by=request.getfixturevalue(who))
    assert not history_of(person).exists()


def test_more_than_thirty_in_an_hour_warns_the_manager_once(clerk, manager, person):
    for _ in range(30):
        services.reveal_person(person, reason="催缴", by=clerk)
    assert not Notification.objects.exists()
    for _ in range(3):
        services.reveal_person(person, reason="催缴", by=clerk)
    row = Notification.objects.get()
    assert row.user == manager
    assert clerk.name in row.text
