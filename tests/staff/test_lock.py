"""The locked screen of a shared PC: when it locks, what opens it, and that nothing typed is lost meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import override

from frontdesk.kit.activity import history_of
from frontdesk.staff import desks, sealing, services
from frontdesk.staff.models import User
from tests.factories import MembershipFactory
from tests.staff.conftest import PASSWORD, PIN, make_desk

TYPED = {"phone": "厨房水龙头漏水，住户下午三点后在家", "language": "zh-hans"}
HERE = {"referer": "http://testserver/account/"}


@pytest.fixture
def locked(clerk, log_in):
    """A clerk's browser, locked by hand."""
    client = log_in(clerk)
    client.post("/lock/", {"next": "/account/"})
    return client


def test_lock_keeps_the_page_one_was_on(clerk, log_in):
    response = log_in(clerk).post("/lock/", {"next": "/account/"})

    assert response.url == "/locked/?next=%2Faccount%2F"


@pytest.mark.parametrize("payload", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_lock_and_unlock_never_lead_to_another_site(locked, payload):
    assert locked.post("/lock/", {"next": payload}).url == "/locked/"
    assert locked.post("/locked/", {"password": PASSWORD, "next": payload}).url == "/"


def test_locked_screen_answers_pages_with_the_lock_and_lets_log_out(locked):
    assert locked.get("/colleagues/?q=x").url == "/locked/?next=%2Fcolleagues%2F%3Fq%3Dx"
    assert locked.get("/admin/").url == "/locked/?next=%2Fadmin%2F"
    assert locked.post("/ping/").status_code == 401
    assert locked.post("/office/", {"office": "1"}).status_code == 401
    assert locked.post("/logout/").url == "/login/"


def test_locked_screen_moves_the_whole_page_under_htmx(locked):
    response = locked.get(
        "/colleagues/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?a=1"}
    )

    assert response.headers["HX-Redirect"] == "/locked/?next=%2Faccount%2F%3Fa%3D1"


def test_password_unlocks_under_a_new_key_and_is_recorded(clerk, locked):
    before = locked.session.session_key
    response = locked.post("/locked/", {"password": PASSWORD, "next": "/account/"})

    assert response.url == "/account/"
    assert locked.get("/account/").status_code == 200
    assert locked.session.session_key != before
    assert history_of(clerk).first().verb == "unlock"


def test_pin_unlocks_but_opens_daily_work_only(desk, clerk, log_in, with_pin, clock):
    with_pin(clerk)
    User.objects.filter(pk=clerk.pk).update(language="en")
    client = log_in(clerk, client=desk)
    client.post("/lock/", {"next": "/account/"})

    assert client.get("/locked/").context["form"].fields["password"].label == "PIN or password"
    assert client.post("/locked/", {"password": PIN, "next": "/account/"}).url == "/account/"
    assert client.session["by_pin"] is True
    assert client.get("/account/pin/").url == "/confirm/?next=%2Faccount%2Fpin%2F"


@pytest.fixture(params=["any PC", "desk of another office", "desk taken off", "forged desk"])
def wrong_place(request, clerk, office, other_office, supervisor, admin):
    """A browser in which no PIN of the office's clerks may open anything."""
    if request.param == "any PC":
        return Client()
    elsewhere = request.param == "desk of another office"
    client = make_desk(other_office if elsewhere else office, admin if elsewhere else supervisor)
    if request.param == "desk taken off":
        services.revoke_device(client.device, by=supervisor)
    elif request.param == "forged desk":
        client.cookies[desks.COOKIE] = client.cookies[desks.COOKIE].value[:-1] + "x"
    return client


def test_pin_unlocks_at_the_desks_of_ones_office_only(wrong_place, clerk, log_in, with_pin, clock):
    with_pin(clerk)
    client = log_in(clerk, client=wrong_place)
    client.post("/lock/")
    User.objects.filter(pk=clerk.pk).update(language="en")

    assert client.get("/locked/").context["form"].fields["password"].label == "Password"
    refused = client.post("/locked/", {"password": PIN})

    sentence = "A PIN opens the screen only on a desk PC of your office. Give your password."
    assert (refused.status_code, refused.context["form"].non_field_errors()) == (400, [sentence])
    assert client.get("/account/").url == "/locked/?next=%2Faccount%2F"
    clerk.refresh_from_db()
    assert (clerk.pin_failures, history_of(clerk).first().verb) == (0, "login")
    assert client.post("/locked/", {"password": PASSWORD, "next": "/account/"}).url == "/account/"


def test_pin_of_who_works_in_no_office_unlocks_nothing(desk, company, log_in, with_pin, clock):
    with_pin(company)
    client = log_in(company, client=desk)
    client.post("/lock/")

    assert client.post("/locked/", {"password": PIN}).status_code == 400


def test_pin_unlocks_in_each_office_one_works_in(other_office, admin, clerk, log_in, with_pin, clock):
    MembershipFactory(user=with_pin(clerk), office=other_office)
    client = log_in(clerk, client=make_desk(other_office, admin))
    client.post("/lock/")

    assert client.post("/locked/", {"password": PIN}).status_code == 302


def test_wrong_pin_counts_until_only_the_password_opens(desk, clerk, log_in, with_pin, clock):
    with_pin(clerk)
    client = log_in(clerk, client=desk)
    client.post("/lock/")
    for _try in range(5):
        assert client.post("/locked/", {"password": "907341"}).status_code == 400

    User.objects.filter(pk=clerk.pk).update(language="en")
    refused = client.post("/locked/", {"password": PIN})
    sentence = "This PIN was entered wrongly five times. Log in with your password."
    assert (refused.status_code, refused.context["form"].non_field_errors()) == (400, [sentence])
    assert client.post("/locked/", {"password": PASSWORD}).status_code == 302
    clerk.refresh_from_db()
    assert clerk.pin_failures == 0


def test_wrong_passwords_at_the_lock_are_throttled_as_at_login(locked):
    answers = [locked.post("/locked/", {"password": "wrong"}).status_code for _try in range(6)]

    assert answers == [400, 400, 400, 400, 429, 429]
    assert locked.post("/locked/", {"password": PASSWORD}).status_code == 429


def test_screen_locks_itself_after_the_offices_minutes(clerk, office, log_in, clock):
    client = log_in(clerk)
    clock.shift(5 * 60 + 59)
    assert client.get("/account/").status_code == 200
    clock.shift(6 * 60)
    assert client.get("/account/").url == "/locked/?next=%2Faccount%2F"

    office.lock_after_minutes = 30
    office.save()
    client = log_in(clerk)
    clock.shift(30 * 60)
    assert client.get("/account/").status_code == 200


def test_typing_on_one_page_keeps_the_screen_open(clerk, log_in, clock):
    client = log_in(clerk)
    for _minute in range(20):
        clock.shift(60)
        assert client.post("/ping/").status_code == 204

    assert client.get("/account/").status_code == 200


def test_seen_is_written_at_most_once_a_minute(clerk, log_in, clock, django_assert_num_queries):
    client = log_in(clerk)
    clock.shift(61)
    client.post("/ping/")
    seen = client.session["seen"]
    clock.shift(59)

    with django_assert_num_queries(3):  # session, person, roles
        client.post("/ping/")

    assert client.session["seen"] == seen


def test_form_sent_to_a_locked_screen_comes_back_after_unlocking(clerk, locked):
    refused = locked.post("/account/", TYPED, headers=HERE)
    assert refused.status_code == 401
    assert TYPED["phone"] not in refused.content.decode()
    clerk.refresh_from_db()
    assert clerk.phone == ""

    wrong = locked.post(
        "/locked/", {"password": "no", "kept": refused.context["kept"], "next": refused.context["next"]}
    )
    assert wrong.context["kept"] == refused.context["kept"]
    page = locked.post("/locked/", {"password": PASSWORD, "kept": wrong.context["kept"], "next": wrong.context["next"]})

    assert page.status_code == 200
    assert TYPED["phone"] in page.content.decode()
    assert 'action="/account/"' in page.content.decode()
    assert 'name="language" value="zh-hans"' in page.content.decode()


def test_locked_screen_answers_an_htmx_form_with_a_whole_page_that_keeps_it(locked):
    refused = locked.post(
        "/account/", TYPED, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/account/"}
    )

    assert refused.status_code == 401
    assert refused.content.lstrip().lower().startswith(b"<!doctype html>")
    assert refused.context["next"] == "/account/"
    assert refused.context["kept"]


def test_sealed_form_opens_for_nobody_else_and_not_when_altered(rf, clerk, supervisor):
    request = rf.post("/account/", TYPED)
    request.user = clerk
    sealed = sealing.seal(request)

    assert sealing.unseal(request, sealed).fields[0].value == TYPED["phone"]
    assert sealing.unseal(request, sealed[:-2] + "AA") is None
    request.user = supervisor
    assert sealing.unseal(request, sealed) is None


def test_passwords_are_never_sealed(rf, clerk):
    request = rf.post("/account/password/", {"new_password1": "x", "note": "a text long enough to keep"})
    request.user = clerk

    assert sealing.seal(request) == ""


def test_health_pages_answer_while_locked(locked):
    assert locked.get("/healthz").status_code == 200


def test_locked_person_of_a_closed_account_is_out(clerk, locked):
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    assert locked.post("/locked/", {"password": PASSWORD}).url == "/login/"


def test_lock_and_password_pages_show_and_stand_in_nobodys_way(clerk, log_in):
    client = log_in(clerk)
    assert client.get("/locked/?next=/account/").url == "/account/"
    assert client.get("/confirm/?next=/account/").context["next"] == "/account/"
    assert client.get("/account/pin/").status_code == 200

    client.post("/lock/")
    page = client.get("/locked/?next=/account/")
    assert (page.status_code, page.context["next"]) == (200, "/account/")
    assert clerk.name in page.content.decode()


def test_locked_screen_shows_whose_it_is_by_name_and_colour(clerk, log_in):
    User.objects.filter(pk=clerk.pk).update(colour=User.Colour.CRIMSON)
    client = log_in(clerk)
    client.post("/lock/")

    page = client.get("/locked/").content.decode()
    assert clerk.name in page
    assert f"hue-{User.Colour.CRIMSON:d}" in page


def test_locked_screen_speaks_another_language_and_changes_nobodys_account(clerk, locked):
    before = User.objects.filter(pk=clerk.pk).values().get()
    answer = locked.post("/language/", {"language": "en", "next": "/locked/?next=/account/"})

    assert answer.url == "/locked/?next=/account/"
    assert '<html lang="en">' in locked.get(answer.url).content.decode()
    assert User.objects.filter(pk=clerk.pk).values().get() == before
    assert history_of(clerk).first().verb == "login"
    locked.post("/locked/", {"password": PASSWORD})
    assert '<html lang="zh-hans">' in locked.get("/account/").content.decode()


def test_language_of_the_locked_screen_is_not_the_next_persons(desk, clerk, supervisor, log_in, with_pin, clock):
    with_pin(clerk)
    log_in(supervisor, client=desk).post("/lock/")
    desk.post("/language/", {"language": "en"})
    desk.post("/switch/", {"user": clerk.pk, "pin": PIN})

    assert '<html lang="zh-hans">' in desk.get("/account/").content.decode()
    clerk.refresh_from_db()
    assert clerk.language == "zh-hans"


def test_screen_that_locked_itself_takes_no_language_for_the_account_either(clerk, log_in, clock):
    client = log_in(clerk)
    clock.shift(6 * 60)
    client.post("/language/", {"language": "en"})

    clerk.refresh_from_db()
    assert clerk.language == "zh-hans"


def test_language_is_offered_on_the_locked_screen_and_keeps_where_one_was(locked):
    with override("zh-hans"):
        page = locked.get("/locked/?next=/colleagues/%3Fq%3Dx").content.decode()

    assert 'action="/language/"' in page
    assert 'value="/locked/?next=%2Fcolleagues%2F%3Fq%3Dx"' in page


def test_button_pressed_on_a_locked_screen_is_offered_again_not_pressed(locked):
    refused = locked.post("/notices/read/", {"once": "3f0a"}, headers=HERE)
    page = locked.post("/locked/", {"password": PASSWORD, "kept": refused.context["kept"]}).content.decode()

    assert 'action="/notices/read/"' in page
    assert "data-go-on" not in page
