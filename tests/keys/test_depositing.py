"""Who may leave a key here, and what becomes of it when they go (R-KEY-01)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Attachment
from keys import services
from keys.models import Key
from tests.complaints.conftest import photo
from tests.factories import KeyFactory, PersonFactory, TenureFactory
from tests.keys.conftest import OWNER

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(home, owner, office):
    """The home belongs to somebody else since today."""
    owner.tenures.update(starts=dt.date(2020, 1, 1), ends=local_date() - dt.timedelta(days=1))
    return TenureFactory(unit=home, person=PersonFactory(office=office, name="新业主"), starts=local_date()).person


def deposit(office, clerk, home, person, **more):
    return services.register_key(office=office, by=clerk, unit=home, deposited_by=person, **more)


@pytest.mark.parametrize("kind", [{}, {"kind": "sealed", "seal_number": "F1"}])
def test_nobody_leaves_a_key_of_a_unit_that_is_not_theirs(office, clerk, home, owner, sold, kind):
    stranger = PersonFactory(office=office)
    contact = TenureFactory(unit=home, person=PersonFactory(office=office), role="contact").person
    for person in (stranger, contact, owner):
        with pytest.raises(DeskError) as refusal:
            deposit(office, clerk, home, person, **kind)
        assert refusal.value.field == "deposited_by"
    assert deposit(office, clerk, home, sold, **kind).deposited_by == sold


@pytest.mark.parametrize("role", ["tenant", "family"])
def test_who_lives_there_may_leave_a_key(office, clerk, home, role):
    person = TenureFactory(unit=home, person=PersonFactory(office=office), role=role).person
    assert deposit(office, clerk, home, person).deposited_by == person


def test_an_agent_brings_a_key_with_a_letter(office, clerk, home, owner):
    with pytest.raises(DeskError) as refusal:
        deposit(office, clerk, home, owner, brought_by="钱代理")
    assert refusal.value.field == "letter_ref"
    assert deposit(office, clerk, home, owner, brought_by="钱代理", letter_ref="委托盒 3").brought_by == "钱代理"
    key = deposit(office, clerk, home, owner, brought_by="钱代理", photo=photo())
    assert Attachment.objects.get().target == key


def test_a_key_is_not_rewritten_to_a_stranger_nor_entrusted_again_by_one(office, clerk, key, owner, sold):
    with pytest.raises(DeskError):
        services.change_key(key, by=clerk, deposited_by=PersonFactory(office=office))
    services.change_key(key, by=clerk, note="旧业主的，待退")
    services.collect_key(key, by=clerk, person=owner, **OWNER)
    with pytest.raises(DeskError) as refusal:
        services.entrust_key(key, deposited_by=owner, by=clerk)
    assert refusal.value.field == "deposited_by"
    assert services.entrust_key(key, deposited_by=sold, by=clerk).state == "in"


def test_a_former_owners_key_is_flagged_until_it_is_given_back(office, clerk, key, vacant, owner, client_of, home):
    KeyFactory(office=office, unit=home, deposited_by=owner, kind="other")
    assert not Key.objects.to_give_back().exists()
    owner.tenures.update(starts=dt.date(2020, 1, 1), ends=local_date() - dt.timedelta(days=1))
    assert list(Key.objects.to_give_back()) == [key]
    client, url = client_of(clerk), f"{reverse('keys:key_list')}?state=to_give_back"
    assert "bi-person-x" in client.get(key.get_absolute_url()).content.decode()
    assert {str(tile.url): tile.value for tile in client.get("/").context["tiles"]}.get(url) == 1
    assert client.get(url).context["screen"].count == 1
    services.collect_key(key, by=clerk, person=owner, **OWNER)
    assert not Key.objects.to_give_back().exists()
