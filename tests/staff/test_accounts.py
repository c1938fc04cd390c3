"""Making, changing, closing and opening accounts, and who may not."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.db import connection

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.staff import services
from frontdesk.staff.models import User
from tests.factories import MembershipFactory, UserFactory

TODAY = dt.date(2026, 11, 20)
WCAG_AA = 4.5


def make(by, office, role="clerk", **fields):
    values = {"username": "li.na", "name": "李娜", "starts": TODAY} | fields
    return services.create_account(role=role, office=office, by=by, **values)


def test_create_account_hands_out_a_password_to_be_changed(manager, office):
    user, password = make(manager, office)

    assert user.check_password(password)
    assert len(password.replace("-", "")) == 12
    assert user.must_change_password
    assert [(row.role, row.office, row.starts) for row in user.memberships.all()] == [("clerk", office, TODAY)]
    row = history_of(user).get()
    assert (row.verb, row.actor, row.after["username"]) == ("create_account", manager, "li.na")
    assert "password" not in row.after


def test_create_account_gives_the_colour_the_fewest_of_the_office_have(manager, office, other_office, admin):
    User.objects.filter(pk=manager.pk).update(colour=User.Colour.OCHRE)
    made = [make(manager, office, username=f"new{number}")[0] for number in range(8)]
    elsewhere, _password = make(admin, other_office, username="elsewhere")

    assert {user.colour for user in made[:7]} == set(User.Colour) - {User.Colour.OCHRE}
    assert made[0].colour == User.Colour.TEAL
    assert made[7].colour == User.Colour.TEAL
    assert elsewhere.colour == User.Colour.TEAL


def test_colour_of_who_left_is_free_again(manager, office):
    User.objects.filter(pk=manager.pk).update(colour=User.Colour.OCHRE)
    MembershipFactory(office=office, user__is_active=False)

    assert make(manager, office)[0].colour == User.Colour.TEAL


def test_every_colour_is_readable_behind_white_letters():
    style = Path(finders.find("frontdesk/frame.css")).read_text(encoding="utf-8")
    found = {int(number): code for number, code in re.findall(r"\.hue-(\d) \{ background: #([0-9a-f]{6});", style)}

    assert set(found) == set(User.Colour)
    assert {number for number, code in found.items() if contrast_to_white(code) < WCAG_AA} == set()


def contrast_to_white(code):
    """The ratio of WCAG 2.2, of a colour like 0b6477."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_create_account_refuses_a_name_that_is_taken_in_any_spelling(manager, office):
    make(manager, office)

    with pytest.raises(DeskError, match="already an account"):
        make(manager, office, username="Li.Na")
    assert User.objects.filter(username="li.na").count() == 1


@pytest.mark.parametrize("role", ["manager", "company", "admin"])
def test_manager_makes_no_manager_company_or_administrator(manager, office, role):
    with pytest.raises(PermissionDenied):
        make(manager, office, role)
    assert not User.objects.filter(username="li.na").exists()


@pytest.mark.parametrize("who", ["clerk", "supervisor", "company"])
def test_create_account_is_for_managers_and_administrators(request, office, who):
    with pytest.raises(PermissionDenied):
        make(request.getfixturevalue(who), office)


def test_manager_makes_no_account_in_another_office(manager, other_office):
    with pytest.raises(PermissionDenied):
        make(manager, other_office)


def test_edit_account_notices_a_change_in_between(manager, clerk):
    stale = User.objects.get(pk=clerk.pk)
    services.edit_account(clerk, by=manager, name="王小敏", phone="", language="en")

    with pytest.raises(Conflict):
        services.edit_account(stale, by=manager, name="别名", phone="", language="en")
    clerk.refresh_from_db()
    assert clerk.name == "王小敏"
    assert history_of(clerk).first().before == {"name": "王敏", "language": "zh-hans"}


ACTS = {
    "edit": lambda user, by: services.edit_account(user, by=by, name="x", phone="", language="en"),
    "close": lambda user, by: services.disable_account(user, by=by),
    "password": lambda user, by: services.reset_password(user, by=by),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("actor", "target"),
    [
        ("clerk", "steward"),
        ("supervisor", "clerk"),
        ("company", "clerk"),
        ("manager", "manager"),
        ("manager", "outsider"),
        ("manager", "admin"),
        ("manager", "company"),
        ("admin", "admin"),
    ],
)
def test_account_is_in_the_hands_of_who_could_give_its_roles_and_never_in_its_own(request, act, actor, target):
    by, user = request.getfixturevalue(actor), request.getfixturevalue(target)

    with pytest.raises(PermissionDenied):
        ACTS[act](user, by)
    assert list(history_of(user)) == []


def test_manager_has_no_say_over_a_colleague_who_also_works_elsewhere(manager, clerk, other_office):
    MembershipFactory(user=clerk, office=other_office)

    with pytest.raises(PermissionDenied):
        services.reset_password(User.objects.get(pk=clerk.pk), by=manager)


def test_administrator_has_no_say_over_the_superuser(admin):
    root = MembershipFactory(user=UserFactory(is_superuser=True), office=None, role="admin").user

    with pytest.raises(PermissionDenied):
        services.reset_password(root, by=admin)


def test_close_and_open_again(manager, clerk):
    services.disable_account(clerk, by=manager, note="离职")
    with pytest.raises(Conflict):
        services.disable_account(clerk, by=manager)
    services.enable_account(clerk, by=manager)
    with pytest.raises(Conflict):
        services.enable_account(clerk, by=manager)

    clerk.refresh_from_db()
    assert clerk.is_active
    assert list(history_of(clerk).values_list("verb", "note")) == [("enable_account", ""), ("disable_account", "离职")]


def test_reset_password_takes_the_pin_away_too(manager, clerk, with_pin):
    with_pin(clerk)
    password = services.reset_password(clerk, by=manager)

    clerk.refresh_from_db()
    assert (clerk.check_password(password), clerk.pin, clerk.must_change_password) == (True, "", True)


def test_first_administrator_is_made_once(db):
    username, password = services.create_first_admin()

    user = User.objects.get(username=username)
    assert user.check_password(password)
    assert (user.is_superuser, user.must_change_password) == (True, True)
    assert user.visible_office_ids() is None
    assert services.create_first_admin() is None


def test_no_administrator_is_made_where_there_is_an_account(clerk):
    assert services.create_first_admin() is None


@pytest.mark.django_db(transaction=True)
def test_two_servers_started_at_once_make_one_administrator(db):
    def start(_number):
        try:
            return services.create_first_admin()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        made = [account for account in pool.map(start, range(6)) if account]

    assert len(made) == 1
    assert User.objects.get().check_password(made[0][1])
    assert User.objects.get().memberships.count() == 1
