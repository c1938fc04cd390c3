"""Switching between clerks by PIN on a desk PC, and what a PIN does not open."""

from __future__ import annotations

import pytest
from django.test import Client

from frontdesk.kit.activity import history_of
from frontdesk.staff import desks, services
from frontdesk.staff.models import User
from tests.factories import MembershipFactory, UserFactory
from tests.staff.conftest import PASSWORD, PIN


@pytest.fixture(autouse=True)
def _noon(clock):
    """Work by day."""


def test_desk_shows_who_works_there_and_has_a_pin(desk, clerk, cashier, outsider, company, with_pin):
    for person in (clerk, outsider, company):
        with_pin(person)

    page = desk.get("/switch/")

    assert [person.pk for person in page.context["people"]] == [clerk.pk]
    assert [row.role for row in page.context["people"][0].present] == ["clerk"]


@pytest.mark.parametrize("count", [1, 3])
def test_desk_asks_few_questions_however_many_work_there(desk, office, with_pin, django_assert_num_queries, count):
    for _number in range(count):
        with_pin(MembershipFactory(office=office).user)

    with django_assert_num_queries(3):  # the PC, the people, their roles
        assert len(desk.get("/switch/").context["people"]) == count


def test_any_other_pc_shows_nobody(clerk, with_pin):
    with_pin(clerk)

    assert Client().get("/switch/").url == "/login/"
    assert Client().post("/switch/", {"user": clerk.pk, "pin": PIN}).url == "/login/"


def test_pin_takes_over_from_a_colleague_under_a_new_key(desk, clerk, supervisor, log_in, with_pin):
    with_pin(clerk)
    log_in(supervisor, client=desk)
    before = desk.session.session_key

    assert desk.post("/switch/", {"user": clerk.pk, "pin": PIN}).url == "/"

    assert desk.get("/account/").context["user"] == clerk
    assert desk.session.session_key != before
    assert (desk.session["by_pin"], desk.session["device"]) == (True, "前台1号")
    assert history_of(clerk).first().verb == "login_by_pin"
    assert history_of(supervisor).first().verb == "logout"


def test_what_is_done_at_a_desk_names_the_desk(desk, clerk, with_pin):
    with_pin(clerk)
    desk.post("/switch/", {"user": clerk.pk, "pin": PIN})
    desk.post("/language/", {"language": "en"})

    assert list(history_of(clerk).values_list("verb", "device")[:2]) == [
        ("edit_profile", "前台1号"),
        ("login_by_pin", "前台1号"),
    ]


def test_pin_takes_over_a_locked_screen(desk, clerk, supervisor, log_in, with_pin):
    with_pin(clerk)
    log_in(supervisor, client=desk)
    desk.post("/lock/")

    desk.post("/switch/", {"user": clerk.pk, "pin": PIN})

    assert desk.get("/account/").context["user"] == clerk


@pytest.mark.parametrize("who", ["nobody", "outsider", "without pin", "closed", "words"])
def test_pin_of_who_does_not_work_there_is_refused_alike(desk, clerk, outsider, with_pin, who):
    with_pin(outsider)
    if who == "closed":
        with_pin(clerk)
        User.objects.filter(pk=clerk.pk).update(is_active=False)
    number = {"nobody": "9" * 30, "outsider": outsider.pk, "words": "x' OR 1"}.get(who, clerk.pk)

    response = desk.post("/switch/", {"user": number, "pin": PIN})

    assert (response.status_code, response.context["form"].non_field_errors()) == (400, ["That PIN is not right."])
    assert "_auth_user_id" not in desk.session


def test_five_wrong_pins_leave_only_the_password(desk, clerk, log_in, with_pin):
    with_pin(clerk)
    guesses = ["907341", "907342", "907343", "907344", "907345", PIN, PIN]
    answers = [desk.post("/switch/", {"user": clerk.pk, "pin": guess}).status_code for guess in guesses]

    assert answers == [400] * 7
    assert list(history_of(clerk).values_list("verb", flat=True)) == ["pin_blocked", *["pin_failed"] * 4, "set_pin"]
    log_in(clerk)
    assert desk.post("/switch/", {"user": clerk.pk, "pin": PIN}).status_code == 302


def test_right_pin_starts_the_count_anew(desk, clerk, with_pin):
    with_pin(clerk)
    for _round in range(3):
        for _try in range(4):
            desk.post("/switch/", {"user": clerk.pk, "pin": "907341"})
        assert desk.post("/switch/", {"user": clerk.pk, "pin": PIN}).status_code == 302


def test_pin_opens_nothing_at_night(desk, clerk, with_pin, clock):
    with_pin(clerk)
    clock.move_to("2026-11-21 00:30:00+08:00")

    assert desk.post("/switch/", {"user": clerk.pk, "pin": PIN}).status_code == 400
    clock.move_to("2026-11-21 05:00:00+08:00")
    assert desk.post("/switch/", {"user": clerk.pk, "pin": PIN}).status_code == 302


def test_pin_session_is_asked_for_the_password_before_sensitive_acts(desk, supervisor, admin, office, with_pin):
    user = with_pin(
        MembershipFactory(user=UserFactory(is_superuser=True, is_staff=True), office=office, role="manager").user
    )
    desk.post("/switch/", {"user": user.pk, "pin": PIN})
    colleague = MembershipFactory(office=office).user

    for path in ("/colleagues/add/", f"/colleagues/{colleague.pk}/password/", f"/colleagues/{colleague.pk}/roles/add/",
                 f"/colleagues/{colleague.pk}/close/", "/desk-pcs/enrol/", "/account/pin/", "/admin/"):  # fmt: skip
        assert desk.get(path).url.startswith("/confirm/?next="), path
    assert desk.post(f"/colleagues/{colleague.pk}/close/", {"note": "x"}).status_code == 401
    colleague.refresh_from_db()
    assert colleague.is_active
    assert desk.get("/colleagues/").status_code == 200


def test_pin_session_takes_no_list_away_before_the_password(desk, manager, office, with_pin):
    with_pin(manager)
    desk.post("/switch/", {"user": manager.pk, "pin": PIN})

    for path in ("/people/", "/vehicles/", "/units/", "/tickets/", "/documents/", "/colleagues/"):
        assert desk.get(path).status_code == 200, path
        assert desk.get(path, {"export": "xlsx"}).url.startswith("/confirm/?next="), path
        assert desk.post(path).status_code == 401, path
    desk.post("/confirm/", {"password": PASSWORD})
    assert desk.get("/people/", {"export": "xlsx"}).headers["Content-Disposition"].startswith("attachment")


def test_password_counts_for_five_minutes(desk, manager, office, with_pin, clock):
    with_pin(manager)
    desk.post("/switch/", {"user": manager.pk, "pin": PIN})

    assert desk.post("/confirm/", {"password": "wrong"}).status_code == 400
    assert desk.post("/confirm/", {"password": PIN}).status_code == 400
    assert desk.post("/confirm/", {"password": PASSWORD, "next": "/colleagues/add/"}).url == "/colleagues/add/"
    clock.shift(4 * 60 + 59)
    assert desk.get("/colleagues/add/").status_code == 200
    clock.shift(1)
    assert desk.get("/colleagues/add/").status_code == 302


def test_form_sent_without_password_waits_behind_it(desk, manager, office, with_pin):
    with_pin(manager)
    desk.post("/switch/", {"user": manager.pk, "pin": PIN})
    colleague = MembershipFactory(office=office).user
    asked = desk.post(f"/colleagues/{colleague.pk}/close/", {"note": "离职，工牌已交回，柜子钥匙已还"})

    page = desk.post("/confirm/", {"password": PASSWORD, "kept": asked.context["kept"]})

    assert "离职，工牌已交回，柜子钥匙已还" in page.content.decode()
    assert f'action="/colleagues/{colleague.pk}/close/"' in page.content.decode()


def test_desk_that_was_taken_off_shows_nobody(desk, clerk, supervisor, with_pin):
    with_pin(clerk)
    services.revoke_device(desk.device, by=supervisor)

    assert desk.get("/switch/").url == "/login/"
    assert desk.post("/switch/", {"user": clerk.pk, "pin": PIN}).url == "/login/"


def test_forged_desk_cookie_is_no_desk(desk, db):
    desk.cookies[desks.COOKIE] = desk.cookies[desks.COOKIE].value[:-1] + "x"

    assert desk.get("/switch/").url == "/login/"


def test_logging_out_at_a_desk_shows_who_works_there(desk, clerk, log_in):
    log_in(clerk, client=desk)

    assert desk.post("/logout/").url == "/switch/"
