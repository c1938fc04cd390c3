"""The way in: right and wrong passwords, throttling, sessions that cannot be fixed, stolen or outlived."""

from __future__ import annotations

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from frontdesk.kit import demo
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.staff import sealing, services
from frontdesk.staff.models import Membership, User
from tests.factories import MembershipFactory, OfficeFactory, UserFactory
from tests.staff.conftest import PASSWORD

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "\\\\evil.example",
    "/\\evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    " //evil.example",
    "https:evil.example",
    "%0d%0aLocation:https://evil.example",
)


def verbs_of(user):
    return list(history_of(user).values_list("verb", flat=True))


def test_login_with_the_right_password_opens_the_desk_and_is_recorded(clerk, log_in):
    client = log_in(clerk)

    assert (client.response.status_code, client.response.url) == (302, "/")
    assert client.get("/account/").status_code == 200
    assert verbs_of(clerk) == ["login"]


@pytest.mark.parametrize("written", ["CLERK-SOUTH", " clerk-south ", "ｃｌｅｒｋ-south"])
def test_login_does_not_mind_how_the_account_is_written(clerk, written):
    response = Client().post("/login/", {"username": written, "password": PASSWORD})

    assert response.status_code == 302


def test_login_goes_on_to_the_page_that_was_asked_for(clerk, log_in):
    refused = Client().get("/colleagues/?q=x")

    assert refused.url == "/login/?next=%2Fcolleagues%2F%3Fq%3Dx"
    assert log_in(clerk, next="/colleagues/?q=x").response.url == "/colleagues/?q=x"


@pytest.mark.parametrize("payload", ELSEWHERE)
def test_login_never_leads_to_another_site(clerk, log_in, payload):
    assert log_in(clerk, next=payload).response.url == "/"
    assert payload not in Client().get("/login/", {"next": payload}).content.decode()


def test_login_while_logged_in_leads_to_the_desk(clerk, client_of):
    assert client_of(clerk).get("/login/").url == "/"


@pytest.mark.parametrize("case", ["wrong", "unknown", "closed"])
def test_login_is_refused_with_one_sentence_whatever_is_wrong(clerk, case):
    if case == "closed":
        User.objects.filter(pk=clerk.pk).update(is_active=False)
    username = "nobody" if case == "unknown" else clerk.username
    password = "not-this-one" if case == "wrong" else PASSWORD

    response = Client().post("/login/", {"username": username, "password": password})

    assert response.status_code == 400
    assert response.context["form"].non_field_errors() == ["Account and password do not match."]
    assert "_auth_user_id" not in response.client.session


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_login_takes_as_long_for_an_unknown_account_as_for_a_wrong_password(clerk):
    clerk.set_password(PASSWORD)
    clerk.save()

    def seconds(username):
        spent = []
        for number in range(4):
            started = time.perf_counter()
            Client(REMOTE_ADDR=f"10.0.0.{number}").post("/login/", {"username": username, "password": "wrong"})
            spent.append(time.perf_counter() - started)
        return min(spent)

    known, unknown = seconds(clerk.username), seconds("nobody-here")

    assert 0.5 < known / unknown < 2


def test_login_without_any_role_is_refused(db, log_in):
    client = log_in(UserFactory())

    assert client.response.status_code == 400
    assert client.response.context["form"].non_field_errors() == [
        "Your account has no role at present. Ask your supervisor."
    ]


def test_login_is_throttled_after_five_wrong_passwords_and_says_for_how_long(clerk, log_in, clock):
    answers = [log_in(clerk, "wrong").response.status_code for _try in range(6)]
    clock.shift(60 * 3)
    response = log_in(clerk).response

    assert answers == [400, 400, 400, 400, 429, 429]
    assert (response.status_code, response.context["form"].non_field_errors()) == (
        429,
        ["Too many wrong passwords. Try again in 12 minutes."],
    )
    assert verbs_of(clerk) == ["login_throttled"] + ["login_failed"] * 4


def test_login_opens_again_when_the_wait_is_over(clerk, log_in, clock):
    for _try in range(5):
        log_in(clerk, "wrong")
    clock.shift(15 * 60 + 1)

    assert log_in(clerk).response.status_code == 302


def test_login_throttles_one_person_not_the_whole_office(clerk, supervisor, log_in):
    for _try in range(6):
        log_in(clerk, "wrong")

    assert log_in(supervisor).response.status_code == 302


def test_thousand_guesses_log_nobody_in(clerk):
    guesses = [f"guess-{number}" for number in range(200)]
    guesses[100] = PASSWORD
    client = Client()
    statuses = {
        client.post("/login/", {"username": clerk.username, "password": guess}).status_code for guess in guesses
    }

    assert statuses == {400, 429}
    assert len(verbs_of(clerk)) == 5


def test_throttling_also_holds_the_admin_site(clerk, db):
    client = Client()
    answers = [client.post("/admin/login/", {"username": clerk.username, "password": "wrong"}) for _try in range(6)]

    assert answers[-1].status_code == 429
    assert "15 minutes" in answers[-1].content.decode()


def test_login_changes_the_session_key(clerk, log_in):
    client = Client()
    client.get("/login/")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    client.cookies["frontdesk_session"] = session.session_key

    log_in(clerk, client=client)

    assert client.cookies["frontdesk_session"].value != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_stolen_cookie_opens_nothing_after_logout(clerk, log_in):
    client = log_in(clerk)
    stolen = Client()
    stolen.cookies["frontdesk_session"] = client.cookies["frontdesk_session"].value
    assert stolen.get("/account/").status_code == 200

    assert client.post("/logout/").url == "/login/"

    assert stolen.get("/account/").url == "/login/?next=%2Faccount%2F"
    assert verbs_of(clerk) == ["logout", "login"]


def test_logout_asks_for_a_post(clerk, client_of):
    client = client_of(clerk)

    assert client.get("/logout/").status_code == 405
    assert client.get("/account/").status_code == 200


def test_session_ends_after_twelve_hours_however_busy(clerk, log_in, clock):
    client = log_in(clerk)
    for minute in range(12 * 60 - 1):
        clock.shift(60)
        if minute % 4 == 0:
            assert client.post("/ping/").status_code == 204
    clock.shift(120)

    assert client.get("/account/").url == "/login/?next=%2Faccount%2F"


@pytest.mark.parametrize("act", ["close", "password", "role given", "role ended"])
def test_session_ends_when_what_a_person_may_do_changes(clerk, admin, office, log_in, clock, act):
    client = log_in(clerk)
    if act == "close":
        services.disable_account(clerk, by=admin)
    elif act == "password":
        services.reset_password(clerk, by=admin)
    elif act == "role given":
        services.give_role(clerk, role="cashier", office=office, starts=local_date(), by=admin)
    else:
        services.end_role(clerk.memberships.get(), on=local_date(), by=admin)

    assert client.get("/account/").url == "/login/?next=%2Faccount%2F"


def test_role_that_ran_out_overnight_logs_out(clerk, log_in, clock):
    client = log_in(clerk)
    Membership.objects.filter(user=clerk).update(ends="2026-11-19")

    assert client.get("/account/").url == "/login/?next=%2Faccount%2F"
    assert "您的账号目前没有任何角色" in client.get("/login/").content.decode()


@pytest.fixture
def ended(clerk, log_in):
    """The clerk's browser after the session ended, however it did: no session any more, the rest is still there."""
    client = log_in(clerk)
    client.get("/account/")
    Session.objects.all().delete()
    del client.cookies["frontdesk_session"]
    return client


TYPED = {"phone": "13800138000", "language": "zh-hans"}
HERE = {"referer": "http://testserver/account/"}


def test_form_sent_after_the_session_ended_is_offered_again_after_login(clerk, ended, log_in):
    refused = ended.post("/account/", TYPED, headers=HERE)

    assert refused.status_code == 401
    assert "13800138000" not in refused.content.decode()
    again = log_in(clerk, client=ended, kept=refused.context["kept"], next=refused.context["next"])
    page = again.response.content.decode()
    assert again.response.status_code == 200
    assert '<form method="post" action="/account/"' in page
    assert "13800138000" in page


def test_form_sent_after_the_session_ended_is_offered_to_nobody_else(clerk, supervisor, ended, log_in):
    refused = ended.post("/account/", TYPED, headers=HERE)
    kept = refused.context["kept"]
    other = log_in(supervisor, client=ended, kept=kept, next=refused.context["next"])

    assert kept
    assert (other.response.status_code, other.response.url) == (302, "/account/")
    assert "13800138000" not in ended.get("/account/").content.decode()
    late = log_in(clerk, client=ended, next="/account/")
    assert (late.response.status_code, late.response.url) == (302, "/account/")


def test_form_of_a_stale_page_belongs_to_who_was_there_last(clerk, supervisor, ended, log_in):
    log_in(supervisor, client=ended).post("/logout/")
    refused = ended.post("/account/", TYPED, headers=HERE)

    assert log_in(clerk, client=ended, kept=refused.context["kept"]).response.status_code == 302
    assert log_in(supervisor, client=ended, kept=refused.context["kept"]).response.status_code == 200


@pytest.mark.parametrize("case", ["nobody was ever here", "forged"])
def test_form_of_nobody_known_is_kept_for_nobody(clerk, case):
    client = Client()
    if case == "forged":
        client.cookies[sealing.COOKIE] = f"{clerk.pk}:1abcde:forged"

    assert client.post("/account/", TYPED, headers=HERE).url == "/login/?next=%2Faccount%2F"


def test_browser_knows_only_the_number_of_who_was_there_last(clerk, log_in):
    client = log_in(clerk)
    cookie = client.cookies[sealing.COOKIE]

    assert cookie.value.split(":")[0] == str(clerk.pk)
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    client.get("/account/")
    assert sealing.COOKIE not in client.get("/account/").cookies


def test_htmx_request_without_login_moves_the_whole_page(db):
    response = Client().get(
        "/colleagues/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/account/"}
    )

    assert response.headers["HX-Redirect"] == "/login/?next=%2Faccount%2F"


def test_new_account_must_choose_a_password_before_anything_else(admin, office, log_in, clock):
    user, password = services.create_account(
        username="new", name="新人", role="clerk", office=office, starts=local_date(), by=admin
    )
    client = log_in(user, password)

    assert client.get("/colleagues/").url == "/account/password/?next=%2Fcolleagues%2F"
    fields = {"new_password1": "nanhu lake 7", "new_password2": "nanhu lake 7", "next": "/account/"}
    assert client.post("/account/password/", fields).url == "/account/"
    assert client.get("/account/").status_code == 200


def test_demonstration_names_its_accounts_and_their_password(db):
    office = OfficeFactory(code=f"{demo.PREFIX}nanhu")
    MembershipFactory(user__username="demo-clerk1", user__name="王敏", office=office)
    page = Client().get("/login/").content.decode()

    assert "demo-clerk1" in page
    assert demo.PASSWORD in page
    OfficeFactory(code="real")
    page = Client().get("/login/").content.decode()
    assert "demo-clerk1" not in page
    assert demo.PASSWORD not in page


def test_pages_of_a_person_are_not_kept_by_the_browser(clerk, client_of):
    assert client_of(clerk).get("/account/").headers["Cache-Control"] == "private, no-store"
