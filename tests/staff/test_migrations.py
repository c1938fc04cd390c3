"""What the migrations do with accounts and records that were there before."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from frontdesk.kit import activity
from frontdesk.kit.activity import history_of
from frontdesk.kit.models import Activity
from frontdesk.staff.models import User
from tests.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def migration(name):
    return import_module(f"frontdesk.staff.migrations.{name}")


def test_everybody_gets_a_colour_and_who_has_one_keeps_it():
    people = [UserFactory() for _number in range(8)]
    chosen = UserFactory(colour=User.Colour.GREY)

    migration("0002_everybody_has_a_colour").give_colours(apps, None)

    fresh = User.objects.in_bulk([user.pk for user in people])
    assert {user.colour for user in fresh.values()} == set(User.Colour)
    assert User.objects.get(pk=chosen.pk).colour == User.Colour.GREY


def test_phones_of_colleagues_already_on_record_are_masked(office):
    user, person = UserFactory(), PersonFactory(office=office)
    full = {"phone": "13800138000", "name": "王敏"}
    activity.record(user, "create_account", by=None, after=full)
    activity.record(user, "edit_account", by=None, before=full, after={"phone": "62", "name": "王小敏"})
    activity.record(user, "edit_account", by=None, before={"phone": "62"}, after={"phone": ""})
    activity.record(user, "login", by=None)
    other = activity.record(person, "edit", by=None, after=full)

    migration("0003_phones_on_record_are_masked").mask_phones(apps, None)
    migration("0003_phones_on_record_are_masked").mask_phones(apps, None)

    rows = [(row.before, row.after) for row in history_of(user).order_by("pk")]
    assert rows == [
        ({"phone": None, "name": None}, {"phone": "138****8000", "name": "王敏"}),
        ({"phone": "138****8000", "name": "王敏"}, {"phone": "62", "name": "王小敏"}),
        ({"phone": "62"}, {"phone": ""}),
        ({}, {}),
    ]
    assert Activity.objects.get(pk=other.pk).after == full
