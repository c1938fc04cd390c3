"""The handover on its pages: two people at one PC, each with their own PIN, nothing typed lost (R-DUTY-09)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.core import signing
from django.urls import reverse

from duty.models import Handover, Shift
from duty.services import handover as services, records
from frontdesk.staff import desks
from frontdesk.staff.services import enrol_device, set_pin
from tests.factories import SHANGHAI, FindingFactory, KeyFactory, TicketFactory, UnitFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 12, 7, 12, 50, tzinfo=SHANGHAI)
PINS = {"clerk": "402917", "steward": "583160"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def post(office, supervisor):
    """The desk: two radios, the keys."""
    return records.set_up_post(office=office, by=supervisor, name="前台", keeps_keys=True, articles="对讲机 2")


@pytest.fixture
def shift(post, clerk):
    """The clerk's shift."""
    return records.begin_shift(post, by=clerk)


@pytest.fixture
def desk(office, supervisor, clerk, steward, client_of):
    """The browser of the shared PC, the clerk logged in; both have a PIN."""
    set_pin(clerk, pin=PINS["clerk"])
    set_pin(steward, pin=PINS["steward"])
    for person in (clerk, steward):
        person.refresh_from_db()
    client = client_of(clerk)
    _device, secret = enrol_device(office=office, name="前台", by=supervisor)

    class Cookies:
        """Takes the cookie as an answer does."""

        def set_signed_cookie(self, name, value, salt, **_options):
            """Keep it in the browser."""
            client.cookies[name] = signing.get_cookie_signer(salt=name + salt).sign(value)

    desks.remember(Cookies(), secret)
    return client


def send(client, url, data=None, **more):
    """Open a form, fill it in and send it."""
    form = client.get(url).context["form"]
    filled = {field.html_name: field.value() for field in form if field.value() is not None}
    return client.post(url, {**filled, **(data or {}), **more})


def step(handover, name):
    return reverse("duty:handover_move", args=[handover.pk, name])


def do_the_steps(client, handover, *, radios="2", there=()):
    article = handover.shift.post.articles.get()
    assert send(client, step(handover, "count_articles"), {f"article_{article.pk}": radios}).status_code == 302
    assert send(client, step(handover, "call_keys"), {"there": list(there)}).status_code == 302
    assert send(client, step(handover, "check_area")).status_code == 302
    assert send(client, step(handover, "read_log")).status_code == 302


def test_two_people_hand_a_shift_over_at_one_pc(desk, shift, office, clerk, steward, supervisor, client_of):
    key = KeyFactory(office=office, tag="K-0007")
    urgent = TicketFactory(office=office, first_contact=clerk, received_at=NOON, urgent=True, subject="水管爆裂")
    page = desk.get(shift.get_absolute_url())
    assert reverse("duty:shift_hand_over", args=[shift.pk]) in page.content.decode()
    answer = send(desk, reverse("duty:shift_hand_over", args=[shift.pk]), {"incoming": steward.pk})
    handover = Handover.objects.get()
    assert answer.url == handover.get_absolute_url()

    counting = desk.get(step(handover, "count_articles")).content.decode()
    assert "对讲机" in counting
    assert 'value="2"' not in counting
    do_the_steps(desk, handover)

    page = desk.get(handover.get_absolute_url())
    assert [one["done"] is not None for one in page.context["steps"]] == [True, True, True, True, False]
    assert len(page.context["missing"]) == 3
    assert step(handover, "sign_over") not in page.content.decode()
    line = handover.lines.differing().get()
    assert line.key == key
    send(desk, step(handover, "explain_differences"), {f"line_{line.pk}": "工程部借用未登记"})
    send(desk, step(handover, "note_work"), {f"note_ticket-{urgent.pk}": "维修已到场"})
    boss = client_of(supervisor)
    send(boss, step(handover, "release_work"), {"items": [f"ticket-{urgent.pk}"], "reason": "维修继续处理"})
    assert step(handover, "sign_over") in desk.get(handover.get_absolute_url()).content.decode()

    wrong = send(desk, step(handover, "sign_over"), {"secret": "111222"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["secret"])
    answer = send(desk, step(handover, "sign_over"), {"secret": PINS["clerk"]})
    assert answer.url == step(handover, "accept_shift")
    assert step(handover, "refuse_shift") in desk.get(answer.url).content.decode()
    not_theirs = send(desk, step(handover, "accept_shift"), {"secret": PINS["clerk"]})
    assert list(not_theirs.context["form"].errors) == ["secret"]
    assert (
        send(desk, step(handover, "refuse_shift"), {"note": "钥匙没找到", "secret": PINS["steward"]}).status_code == 302
    )
    assert "钥匙没找到" in boss.get(handover.get_absolute_url()).content.decode()
    send(boss, step(handover, "settle_refusal"), {"note": "钥匙已送回"})
    send(desk, step(handover, "sign_over"), {"secret": PINS["clerk"]})
    assert send(desk, step(handover, "accept_shift"), {"secret": PINS["steward"]}).status_code == 302

    assert desk.get("/").context["user"] == steward  # the PC is theirs now
    assert Shift.objects.open().get().clerk == steward
    sheet = desk.get(reverse("duty:handover_sheet", args=[handover.pk])).content.decode()
    for words in ("K-0007", "工程部借用未登记", "水管爆裂", "维修已到场", "维修继续处理", "钥匙已送回", "王敏", "赵洁"):
        assert words in sheet


def test_a_wrong_pin_stays_counted(desk, shift, clerk, steward):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    do_the_steps(desk, handover)
    send(desk, step(handover, "sign_over"), {"secret": "111222"})
    clerk.refresh_from_db()
    assert clerk.pin_failures == 1


def test_on_another_pc_a_pin_signs_nothing(desk, shift, clerk, steward, client_of):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    do_the_steps(desk, handover)
    answer = send(client_of(clerk), step(handover, "sign_over"), {"secret": PINS["clerk"]})
    assert list(answer.context["form"].errors) == ["secret"]
    handover.refresh_from_db()
    assert handover.state == "counting"


def test_back_and_send_again_after_signing_changes_nothing(desk, shift, clerk, steward):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    do_the_steps(desk, handover)
    form = desk.get(step(handover, "sign_over")).context["form"]
    data = {"once": form["once"].value(), "secret": PINS["clerk"]}
    first = desk.post(step(handover, "sign_over"), data)
    assert desk.post(step(handover, "sign_over"), data).url == first.url
    assert desk.get(step(handover, "sign_over")).status_code == 409
    article = handover.shift.post.articles.get()
    once = {"once": "c0ffee00-0000-4000-8000-000000000000", f"article_{article.pk}": "1"}
    late = desk.post(step(handover, "count_articles"), once)
    assert late.status_code == 409
    assert ">1<" in late.content.decode()


def test_a_signature_that_comes_too_early_changes_nothing_and_shows_no_pin(desk, shift, clerk, steward):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    answer = desk.post(step(handover, "accept_shift"), {"secret": PINS["steward"], "once": str(uuid4())})
    page = answer.content.decode()
    assert (answer.status_code, PINS["steward"] in page) == (409, False)
    assert "当前状态为“交接中”，不能办理“接班签字”。" in page
    handover.refresh_from_db()
    assert (handover.state, Shift.objects.open().get().clerk) == ("counting", clerk)


def test_a_browser_left_open_overnight_signs_nothing_of_what_went_on_without_it(
    desk, shift, clerk, steward, supervisor
):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    do_the_steps(desk, handover)
    evening = desk.get(step(handover, "sign_over")).context["form"]
    stale = {"once": evening["once"].value(), "secret": PINS["clerk"]}
    ready = Handover.objects.get(pk=handover.pk)
    services.accept_shift(services.sign_for(ready, note="送医", by=supervisor), by=steward)
    with time_machine.travel(NOON + dt.timedelta(hours=19), tick=False):
        assert desk.post(step(handover, "sign_over"), stale).url == reverse("staff:login")
        desk.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        assert desk.post(step(handover, "sign_over"), stale).status_code == 409
    handover.refresh_from_db()
    assert (handover.state, handover.signed_by, Shift.objects.open().get().clerk) == ("done", supervisor, steward)


@pytest.mark.parametrize("number", ["-1", "99999", "两个", ""])
def test_a_count_that_makes_no_sense_is_shown_again(desk, shift, clerk, steward, number):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    article = handover.shift.post.articles.get()
    answer = send(desk, step(handover, "count_articles"), {f"article_{article.pk}": number})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [f"article_{article.pk}"]
    assert not handover.lines.exists()


def test_a_sheet_says_nothing_of_an_area_nobody_has_looked_at(desk, shift, clerk, steward):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    address = reverse("duty:handover_sheet", args=[handover.pk])
    assert "无异常" not in desk.get(address).content.decode()
    services.check_area(handover, by=clerk)
    assert "无异常" in desk.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_little_as_for_much(
    count, desk, shift, office, clerk, steward, django_assert_num_queries
):
    handover = services.begin_handover(shift, incoming=steward, by=clerk)
    for _ in range(count):
        KeyFactory(office=office)
        TicketFactory(office=office, first_contact=clerk, received_at=NOON)
        FindingFactory(office=office, unit=UnitFactory(office=office))
    do_the_steps(desk, handover)
    desk.get(handover.get_absolute_url())
    with django_assert_num_queries(PAGE):
        assert desk.get(handover.get_absolute_url()).status_code == 200


PAGE = 25
