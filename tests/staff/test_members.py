"""The pages of colleagues: who finds whom, what the forms take and what they ignore."""

from __future__ import annotations

import datetime as dt

import pytest

from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import version_token
from frontdesk.staff.models import Membership, User
from frontdesk.staff.roles import Role
from tests.factories import MembershipFactory

NEW = {"username": "li.na", "name": "李娜", "phone": "", "role": "clerk", "starts": "2026-11-20", "ends": ""}


def names(response):
    screen = response.context["screen"]
    return [row[screen.table.at["username"]] for row in screen.rows]


@pytest.mark.parametrize("count", [1, 3])
def test_member_list_costs_the_same_for_one_and_three(office, manager, log_in, count, django_assert_num_queries):
    for _number in range(count):
        MembershipFactory(office=office, role="engineer")
    client = log_in(manager)

    with django_assert_num_queries(7):  # session, person, roles, count, rows, their roles, bell
        assert client.get("/colleagues/?role=engineer").context["screen"].count == count


def test_member_list_shows_ones_own_office_past_members_too(manager, clerk, outsider, company, office, log_in):
    MembershipFactory(user__username="gone", office=office, ends=dt.date(2026, 2, 1))

    assert names(log_in(manager).get("/colleagues/?sort=username")) == ["clerk-south", "gone", "manager-south"]


def test_member_list_answers_by_role_state_and_name(manager, clerk, steward, office, log_in):
    MembershipFactory(user__username="gone", user__name="老周", office=office, ends=dt.date(2026, 2, 1))
    MembershipFactory(user__username="shut", user__is_active=False, office=office)
    client = log_in(manager)

    assert names(client.get("/colleagues/?role=steward")) == ["steward-south"]
    assert names(client.get("/colleagues/?standing=left")) == ["gone"]
    assert names(client.get("/colleagues/?standing=closed")) == ["shut"]
    assert names(client.get("/colleagues/?q=王敏")) == ["clerk-south"]
    assert names(client.get("/colleagues/?standing=at_work&sort=username")) == [
        "clerk-south",
        "manager-south",
        "steward-south",
    ]


def test_member_list_tells_no_office_of_the_roles_in_another(manager, clerk, other_office, log_in):
    MembershipFactory(user=clerk, office=other_office, role="guard")
    client = log_in(manager)
    screen = client.get("/colleagues/?q=clerk").context["screen"]

    assert [row[screen.table.at["roles"]] for row in screen.rows] == [[Role.CLERK.label]]
    assert other_office.name not in client.get(f"/colleagues/{clerk.pk}/").content.decode()


@pytest.mark.parametrize("who", ["clerk", "engineer", "guard", "cashier", "steward", "company"])
def test_colleagues_are_not_for_every_role(request, log_in, who, office):
    client = log_in(request.getfixturevalue(who))

    assert client.get("/colleagues/").status_code == 403
    assert client.get("/colleagues/add/").status_code == 403


PAGES = ("", "edit/", "password/", "leave/", "close/", "open/", "roles/add/")


@pytest.mark.parametrize("page", PAGES)
def test_another_offices_colleague_is_not_found(manager, outsider, log_in, page):
    client = log_in(manager)

    assert client.get(f"/colleagues/{outsider.pk}/{page}").status_code == 404
    assert client.post(f"/colleagues/{outsider.pk}/{page}", {"note": "x"}).status_code in {404, 405}


def test_another_offices_role_is_not_found(manager, outsider, log_in):
    row = outsider.memberships.get()

    assert log_in(manager).post(f"/roles/{row.pk}/end/", {"on": "2026-01-02"}).status_code == 404


@pytest.mark.parametrize("page", PAGES[1:])
def test_supervisor_sees_colleagues_but_changes_none(supervisor, clerk, log_in, page):
    client = log_in(supervisor)

    assert client.get(f"/colleagues/{clerk.pk}/").status_code == 200
    assert client.get(f"/colleagues/{clerk.pk}/{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES[1:])
def test_nobody_changes_their_own_account_there(manager, log_in, page):
    client = log_in(manager)

    assert client.get(f"/colleagues/{manager.pk}/").status_code == 200
    assert client.get(f"/colleagues/{manager.pk}/{page}").status_code == 403


def test_add_a_colleague_shows_the_password_once(manager, office, log_in):
    client = log_in(manager)
    page = client.post("/colleagues/add/", NEW | {"office": office.pk})

    user = User.objects.get(username="li.na")
    password = page.context["password"]
    assert user.check_password(password)
    assert password in page.content.decode()
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert password not in client.get(f"/colleagues/{user.pk}/").content.decode()
    again = client.post("/colleagues/add/", NEW | {"office": office.pk})
    assert list(again.context["form"].errors) == ["username"]


@pytest.mark.parametrize("asked", ["admin", "company", "manager", "root"])
def test_add_a_colleague_offers_no_more_than_one_may_give(manager, office, log_in, asked):
    page = log_in(manager).post("/colleagues/add/", NEW | {"office": office.pk, "role": asked})

    assert list(page.context["form"].errors) == ["role"]
    assert not User.objects.filter(username="li.na").exists()


def test_add_a_colleague_takes_no_office_of_others(manager, office, other_office, log_in):
    page = log_in(manager).post("/colleagues/add/", NEW | {"office": other_office.pk})

    assert list(page.context["form"].errors) == ["office"]
    assert not User.objects.filter(username="li.na").exists()


PLANTED = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "must_change_password": "",
    "password": "planted",
    "pin": "258046",
    "username": "root",
    "session_epoch": "99",
    "user_permissions": "1",
    "groups": "1",
    "version": "1",
}


def test_planted_fields_of_a_new_colleague_are_ignored(manager, office, log_in):
    log_in(manager).post("/colleagues/add/", PLANTED | NEW | {"office": office.pk})

    user = User.objects.get(username="li.na")
    assert (user.is_superuser, user.is_staff, user.is_active, user.must_change_password) == (False, False, True, True)
    assert (user.pin, user.check_password("planted")) == ("", False)


def test_planted_fields_of_an_edited_colleague_are_ignored(manager, clerk, log_in):
    before = User.objects.filter(pk=clerk.pk).values().get()
    fields = PLANTED | {"name": "王小敏", "phone": "13800138000", "language": "en", "role": "admin", "office": "1"}
    response = log_in(manager).post(f"/colleagues/{clerk.pk}/edit/", fields | {"version": version_token(clerk)})

    after = User.objects.filter(pk=clerk.pk).values().get()
    assert response.url == f"/colleagues/{clerk.pk}/"
    assert {name for name in after if after[name] != before[name]} == {"name", "phone", "language", "version"}
    assert [row.role for row in clerk.memberships.all()] == ["clerk"]


def test_stale_edit_is_shown_beside_what_is_there_now(manager, clerk, log_in):
    client, seen = log_in(manager), version_token(clerk)
    fields = {"name": "先到", "phone": "", "language": "zh-hans", "version": seen}
    client.post(f"/colleagues/{clerk.pk}/edit/", fields)
    response = client.post(f"/colleagues/{clerk.pk}/edit/", fields | {"name": "后到"})

    clerk.refresh_from_db()
    assert (response.status_code, clerk.name) == (409, "先到")
    assert "后到" in response.content.decode()


def test_give_and_end_a_role(manager, clerk, office, log_in):
    client = log_in(manager)
    fields = {"role": "cashier", "office": office.pk, "starts": "2026-01-01", "ends": ""}
    assert client.post(f"/colleagues/{clerk.pk}/roles/add/", fields).url == f"/colleagues/{clerk.pk}/"
    row = clerk.memberships.get(role="cashier")
    assert client.get(f"/roles/{row.pk}/end/").status_code == 200
    assert client.post(f"/roles/{row.pk}/end/", {"on": "2026-02-01", "note": ""}).url == f"/colleagues/{clerk.pk}/"

    row.refresh_from_db()
    assert row.ends == dt.date(2026, 2, 1)
    verbs = [entry.verb for entry in client.get(f"/colleagues/{clerk.pk}/").context["entries"]]
    assert len(verbs) == 2


def test_role_beyond_ones_own_cannot_be_given_by_hand(manager, clerk, office, log_in):
    fields = {"role": "admin", "office": office.pk, "starts": "2026-01-01"}

    assert log_in(manager).post(f"/colleagues/{clerk.pk}/roles/add/", fields).status_code == 200
    assert clerk.memberships.count() == 1


def test_leaver_loses_all_roles_and_the_open_work_is_shown_next(manager, clerk, log_in, clock):
    response = log_in(manager).post(f"/colleagues/{clerk.pk}/leave/", {"on": "2026-11-20", "note": "离职"})

    assert response.url == f"/colleagues/{clerk.pk}/open-work/"
    assert clerk.memberships.get().ends == local_date()


def test_close_and_open_an_account(manager, clerk, log_in):
    client = log_in(manager)
    assert client.post(f"/colleagues/{clerk.pk}/close/", {"note": "离职"}).url == f"/colleagues/{clerk.pk}/"
    assert client.post(f"/colleagues/{clerk.pk}/close/", {"note": "再来"}).status_code == 409
    assert client.post(f"/colleagues/{clerk.pk}/open/", {"note": ""}).url == f"/colleagues/{clerk.pk}/"

    assert history_of(clerk).first().verb == "enable_account"


def test_reset_password_shows_the_new_one_once(manager, clerk, log_in):
    client = log_in(manager)
    assert client.get(f"/colleagues/{clerk.pk}/password/").status_code == 200
    page = client.post(f"/colleagues/{clerk.pk}/password/")

    clerk.refresh_from_db()
    assert clerk.check_password(page.context["password"])


def test_activity_of_a_colleague_shows_no_full_phone_number(manager, clerk, log_in):
    client = log_in(manager)
    fields = {"name": clerk.name, "language": "zh-hans", "version": version_token(clerk)}
    client.post(f"/colleagues/{clerk.pk}/edit/", fields | {"phone": "13800138000"})
    clerk.refresh_from_db()
    fields["version"] = version_token(clerk)
    client.post(f"/colleagues/{clerk.pk}/edit/", fields | {"phone": "13900139111"})

    entries = client.get(f"/colleagues/{clerk.pk}/").context["entries"]
    assert [(change.old, change.new) for entry in entries for change in entry.changes] == [
        ("138****8000", "139****9111"),
        ("", "138****8000"),
    ]
    assert "13800138000" not in client.get(f"/colleagues/{clerk.pk}/").content.decode()


def test_member_page_tells_of_refused_logins(manager, clerk, log_in):
    log_in(clerk, "wrong")
    page = log_in(manager).get(f"/colleagues/{clerk.pk}/")

    assert [row.verb for row, _label in page.context["logins"]] == ["login_failed"]
    assert page.context["entries"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_member_page_costs_the_same_for_one_role_and_three(
    manager, clerk, office, log_in, count, django_assert_num_queries
):
    for role in ("cashier", "steward")[: count - 1]:
        MembershipFactory(user=clerk, office=office, role=role)
    client = log_in(manager)
    client.get(f"/colleagues/{clerk.pk}/")

    with django_assert_num_queries(11):
        assert len(client.get(f"/colleagues/{clerk.pk}/").context["memberships"]) == count


def test_company_wide_colleague_shows_only_to_who_sees_all(admin, company, manager, log_in):
    assert log_in(admin).get(f"/colleagues/{company.pk}/").status_code == 200
    assert log_in(manager).get(f"/colleagues/{company.pk}/").status_code == 404


def test_administrator_gives_a_company_wide_role(admin, clerk, office, log_in):
    log_in(admin).post(f"/colleagues/{clerk.pk}/roles/add/", {"role": "company", "office": "", "starts": "2026-01-01"})

    assert Membership.objects.get(user=clerk, role="company").office is None


def test_only_who_may_end_every_role_lets_a_colleague_leave(manager, admin, clerk, log_in, clock):
    MembershipFactory(user=clerk, office=None, role="company")
    client = log_in(manager)

    assert client.post(f"/colleagues/{clerk.pk}/leave/", {"on": "2026-11-20"}).status_code == 403
    assert log_in(admin).post(f"/colleagues/{clerk.pk}/leave/", {"on": "2026-11-20"}).status_code == 302
    assert {row.ends for row in clerk.memberships.all()} == {local_date()}
