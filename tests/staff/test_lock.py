"""The locked screen of a shared PC: when it locks, what opens it, and that nothing typed is lost meanwhile."""

from __future__ import annotations

import pytest

from frontdesk.kit.activity import history_of
from frontdesk.staff import sealing
from frontdesk.staff.models import User
from tests.staff.conftest import PASSWORD, PIN

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


def test_pin_unlocks_but_opens_daily_work_only(clerk, log_in, with_pin, clock):
    with_pin(clerk)
    client = log_in(clerk)
    client.post("/lock/", {"next": "/account/"})

    assert client.post("/locked/", {"password": PIN, "next": "/account/"}).url == "/account/"
    assert client.session["by_pin"] is True
    assert client.get("/account/pin/").url == "/confirm/?next=%2Faccount%2Fpin%2F"


def test_wrong_pin_counts_until_only_the_password_opens(clerk, log_in, with_pin, clock):
    with_pin(clerk)
    client = log_in(clerk)
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
