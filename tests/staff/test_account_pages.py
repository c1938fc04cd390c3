"""One's own account: phone and language, password, PIN, office."""

from __future__ import annotations

import pytest
from django.test import Client

from frontdesk.kit.activity import history_of
from frontdesk.kit.forms import version_token
from frontdesk.staff.models import User
from tests.factories import MembershipFactory, OfficeFactory
from tests.staff.conftest import PASSWORD, PIN

FRESH = "nanhu lake 7"


def profile(user, **fields):
    return {"phone": "13800138000", "language": "zh-hans", "colour": 0, "version": version_token(user)} | fields


def test_profile_changes_phone_language_and_colour_and_nothing_else(clerk, log_in):
    before = User.objects.filter(pk=clerk.pk).values().get()
    client = log_in(clerk)
    planted = {"name": "x", "username": "root", "is_superuser": "on", "role": "admin", "office": "1"}
    response = client.post("/account/", profile(clerk, language="en", colour=User.Colour.GREEN, **planted))

    after = User.objects.filter(pk=clerk.pk).values().get()
    assert response.url == "/account/"
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"phone", "language", "colour", "version", "last_login"}
    assert '<html lang="en">' in client.get("/account/").content.decode()
    assert history_of(clerk).first().verb == "edit_profile"


def test_stale_profile_is_not_saved_and_not_lost(clerk, log_in):
    client, seen = log_in(clerk), version_token(clerk)
    client.post("/account/", profile(clerk))
    response = client.post("/account/", {"phone": "13900139000", "language": "en", "colour": 0, "version": seen})

    clerk.refresh_from_db()
    assert (response.status_code, clerk.phone) == (409, "13800138000")
    assert "13900139000" in response.content.decode()


def test_every_page_shows_whose_session_it_is_by_name_and_colour(clerk, log_in):
    client = log_in(clerk)
    client.post("/account/", profile(clerk, colour=User.Colour.CRIMSON))
    top = client.get("/").content.decode().split("</header>")[0]

    assert f'<summary class="top-item whose hue-{User.Colour.CRIMSON:d}"' in top
    assert clerk.name in top


@pytest.mark.parametrize("colour", ["8", "-1", "red", ""])
def test_profile_takes_no_colour_there_is_not(clerk, log_in, colour):
    response = log_in(clerk).post("/account/", profile(clerk, colour=colour))

    clerk.refresh_from_db()
    assert (response.status_code, clerk.phone, clerk.colour) == (200, "", 0)
    assert list(response.context["form"].errors) == ["colour"]


def test_profile_offers_every_colour_by_name_and_as_it_looks(clerk, log_in):
    page = log_in(clerk).get("/account/").content.decode()

    for colour in User.Colour:
        assert f'name="colour" value="{colour:d}"' in page
        assert f'<span class="avatar hue-{colour:d}" aria-hidden="true">{clerk.initial}</span>' in page


def test_profile_shows_where_one_logged_in(clerk, log_in):
    log_in(clerk, "wrong")
    page = log_in(clerk).get("/account/")

    assert [row.verb for row, _label in page.context["logins"]] == ["login", "login_failed"]


def test_password_change_keeps_this_session_and_ends_the_others(clerk, log_in):
    here, there = log_in(clerk), log_in(clerk)
    key = here.session.session_key
    response = here.post("/account/password/", {"new_password1": FRESH, "new_password2": FRESH, "next": "/account/"})

    assert response.url == "/account/"
    assert here.get("/account/").status_code == 200
    assert here.session.session_key != key
    assert there.get("/account/").url == "/login/?next=%2Faccount%2F"
    assert Client().post("/login/", {"username": clerk.username, "password": PASSWORD}).status_code == 400


def test_password_change_asks_for_the_present_one_after_five_minutes(clerk, log_in, clock):
    client = log_in(clerk)
    clock.shift(5 * 60)
    fresh = {"new_password1": FRESH, "new_password2": FRESH}

    assert list(client.post("/account/password/", fresh).context["form"].errors) == ["password"]
    assert client.post("/account/password/", fresh | {"password": "wrong"}).status_code == 400
    assert client.post("/account/password/", fresh | {"password": PASSWORD}).status_code == 302


def test_present_password_is_throttled_on_an_open_session_too(clerk, log_in, clock):
    client = log_in(clerk)
    clock.shift(5 * 60)
    fields = {"new_password1": FRESH, "new_password2": FRESH, "password": "wrong"}

    assert [client.post("/account/password/", fields).status_code for _try in range(6)] == [
        400,
        400,
        400,
        400,
        429,
        429,
    ]


@pytest.mark.parametrize("fresh", ["short", "1234567890", "password", PASSWORD, "clerk-south"])
def test_bad_new_password_is_refused(clerk, log_in, fresh):
    response = log_in(clerk).post("/account/password/", {"new_password1": fresh, "new_password2": fresh})

    assert (response.status_code, list(response.context["form"].errors)) == (400, ["new_password1"])


def test_new_password_must_be_typed_twice_alike(clerk, log_in):
    response = log_in(clerk).post("/account/password/", {"new_password1": FRESH, "new_password2": FRESH + "x"})

    assert list(response.context["form"].errors) == ["new_password2"]


def test_passwords_stand_in_no_record_of_failed_tries(clerk, log_in, clock):
    from axes.models import AccessAttempt  # noqa: PLC0415 - only this test looks there

    client = log_in(clerk)
    clock.shift(5 * 60)
    client.post("/account/password/", {"new_password1": FRESH, "new_password2": FRESH, "password": "my-old-secret"})

    kept = AccessAttempt.objects.get().post_data
    assert "my-old-secret" not in kept
    assert FRESH not in kept


def test_pin_is_set_and_given_up(clerk, log_in):
    client = log_in(clerk)
    assert client.post("/account/pin/", {"pin": "123456", "pin_again": "123456"}).status_code == 400
    assert client.post("/account/pin/", {"pin": PIN, "pin_again": "907341"}).status_code == 400
    assert client.post("/account/pin/", {"pin": PIN, "pin_again": PIN}).url == "/account/"
    clerk.refresh_from_db()
    assert clerk.has_pin

    client.post("/account/pin/", {"remove": "1"})
    clerk.refresh_from_db()
    assert not clerk.has_pin


def test_office_switch_is_limited_to_ones_own(clerk, office, other_office, log_in):
    mine = MembershipFactory(user=clerk, office=OfficeFactory(code="second")).office
    client = log_in(clerk)

    assert client.post("/office/", {"office": mine.pk, "next": "/account/"}).url == "/account/"
    assert client.get("/account/").context["request"].office == mine
    for wrong in (other_office.pk, "", "0", "x", "9" * 30, "１"):
        assert client.post("/office/", {"office": wrong}).status_code == 404, wrong
    assert client.get("/account/").context["request"].office == mine
    assert history_of(clerk).first().after == {"office": mine.name}


def test_company_may_look_at_one_office_and_at_all(company, office, other_office, log_in):
    client = log_in(company)
    assert client.get("/account/").context["request"].office is None

    client.post("/office/", {"office": other_office.pk})
    assert client.get("/account/").context["request"].office == other_office
    client.post("/office/", {"office": ""})
    assert client.get("/account/").context["request"].office is None


def test_company_with_one_office_begins_there(company, office, log_in):
    assert log_in(company).get("/account/").context["request"].office == office


def test_language_is_kept_with_the_account_and_on_the_pc(clerk, log_in):
    client = Client()
    assert client.post("/language/", {"language": "zh-hans", "next": "/login/"}).url == "/login/"
    assert '<html lang="zh-hans">' in client.get("/login/").content.decode()

    log_in(clerk, client=client)
    client.post("/language/", {"language": "en"})
    clerk.refresh_from_db()
    assert clerk.language == "en"
    assert client.post("/language/", {"language": "xx"}).status_code == 404


@pytest.mark.parametrize("path", ["/language/", "/office/", "/lock/", "/ping/", "/notices/read/"])
def test_acts_ask_for_a_post(clerk, log_in, path):
    assert log_in(clerk).get(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/login/", "/logout/", "/lock/", "/locked/", "/language/", "/office/", "/confirm/", "/account/", "/account/pin/"],
)
def test_acts_refuse_other_sites(clerk, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(path, {"language": "en"}).status_code == 403
