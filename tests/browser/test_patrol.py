"""A patrol on the phone: ticked in seconds, nothing lost in a minute without network, nothing twice (R-DUTY-03)."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _, pgettext
from playwright.sync_api import Error, expect

from duty.models import Finding, PatrolCheck, PatrolRound
from duty.services import patrols
from frontdesk.kit.attachments import attachments_of
from tests.browser.looking import too_wide, violations
from tests.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def route(office, supervisor):
    """Three points."""
    return patrols.add_route(office=office, name="夜巡", points="水泵房\n配电房\n地下车库", by=supervisor)


@pytest.fixture
def phone(sit_down, guard, route):
    """The guard's phone, the round begun."""
    page = sit_down(guard, viewport=PHONE)
    page.goto(route.get_absolute_url())
    page.get_by_role("button", name=_("Start the round")).click()
    page.wait_for_url(f"**{PatrolRound.objects.get().get_absolute_url()}")
    return page


def _point(page, name):
    return page.locator(".patrol-point").filter(has_text=name)


def _tick(page, name):
    _point(page, name).get_by_role("button", name=pgettext("patrol", "Seen")).click()


def _open(page, name):
    point = _point(page, name)
    point.locator("summary").click()
    return point


def _seen():
    return set(PatrolCheck.objects.filter(state="seen").values_list("point__name", flat=True))


def _arrived(page, *points):
    for name in points:
        expect(_point(page, name).locator("[data-state]")).to_have_text(pgettext("patrol", "Seen"), timeout=15_000)
    expect(page.locator("#outbox [data-said]")).to_have_text(_("Everything you entered has arrived."), timeout=15_000)


def _without_network(problems):
    """Forget what the browser says of a network that is not there."""
    problems[:] = [one for one in problems if "ERR_INTERNET_DISCONNECTED" not in one and "ERR_FAILED" not in one]


def test_a_round_through_a_minute_without_network_and_a_reload(phone, photo, problems):
    _tick(phone, "水泵房")
    _arrived(phone, "水泵房")
    assert _seen() == {"水泵房"}
    assert not too_wide(phone)
    assert violations(phone) == []

    phone.context.set_offline(offline=True)
    _tick(phone, "配电房")
    garage = _open(phone, "地下车库")
    garage.get_by_label(_("What was found")).fill("车库顶板渗水")
    garage.get_by_label(_("Photos")).set_input_files(photo)
    garage.get_by_label(_("What it becomes")).select_option("ticket")
    garage.get_by_role("button", name=pgettext("patrol", "Seen")).click()
    expect(phone.locator("#outbox [data-said]")).to_contain_text("2")
    expect(_point(phone, "地下车库").locator("[data-state]")).to_have_text(_("Not sent yet"))
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        phone.reload()
    assert _seen() == {"水泵房"}

    phone.context.set_offline(offline=False)
    phone.goto(PatrolRound.objects.get().get_absolute_url())
    _arrived(phone, "配电房", "地下车库")
    finding = Finding.objects.get()
    assert _seen() == {"水泵房", "配电房", "地下车库"}
    assert (finding.text, finding.patrol_point.name, finding.ticket is None) == ("车库顶板渗水", "地下车库", False)
    assert attachments_of(finding).get().name.startswith("IMG_0815")
    phone.get_by_role("button", name=_("Finish the round")).click()
    expect(phone.locator("#finish")).to_have_count(0, timeout=15_000)
    assert not PatrolRound.objects.get().is_open
    _without_network(problems)


def test_what_is_typed_and_the_photo_chosen_but_not_sent_are_there_after_a_reload(phone, photo):
    garage = _open(phone, "地下车库")
    garage.get_by_label(_("Photos")).set_input_files(photo)
    garage.get_by_label(_("Remark"), exact=True).fill("顶板有水迹")
    phone.wait_for_timeout(300)
    phone.reload()
    garage = _point(phone, "地下车库")
    expect(garage.get_by_label(_("Remark"), exact=True)).to_have_value("顶板有水迹")
    expect(garage.locator("[data-held]")).to_contain_text("IMG_0815")
    garage.get_by_role("button", name=pgettext("patrol", "Seen")).click()
    _arrived(phone, "地下车库")
    check = PatrolCheck.objects.get(point__name="地下车库")
    assert (check.remark, attachments_of(check).count()) == ("顶板有水迹", 1)


def test_an_answer_that_is_lost_on_its_way_back_makes_nothing_twice(phone, problems):
    lost = []

    def lose(route):
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    phone.route("**/patrols/points/*/", lose, times=1)
    garage = _open(phone, "地下车库")
    garage.get_by_label(_("What was found")).fill("车库顶板渗水")
    garage.get_by_role("button", name=pgettext("patrol", "Seen")).click()
    _arrived(phone, "地下车库")
    assert (len(lost), Finding.objects.count()) == (1, 1)
    _without_network(problems)


def test_a_refusal_is_said_and_what_was_entered_stays(phone, problems):
    pump = _open(phone, "水泵房")
    pump.get_by_role("button", name=_("Leave this point out (the remark says why)")).click()
    expect(phone.locator("#outbox [data-list]")).to_contain_text(_("Say why this point is left out."))
    phone.locator("#outbox").get_by_role("button", name=_("Discard it")).click()
    _arrived(phone)
    problems[:] = [one for one in problems if "422" not in one]
    assert PatrolCheck.objects.get(point__name="水泵房").state == "waiting"


def test_a_logged_out_phone_keeps_what_was_entered_until_one_is_back(phone, guard, problems):
    """Back in another tab: the round's own page goes on by itself once it is looked at again."""
    phone.context.clear_cookies()
    _tick(phone, "水泵房")
    said = _("You are logged out or the screen is locked. Log in again: what you entered is kept on this phone.")
    expect(phone.locator("#outbox [data-said]")).to_have_text(said)
    assert _seen() == set()
    tab = phone.context.new_page()
    tab.goto("/login/")
    tab.get_by_label(_("Account")).fill(guard.username)
    tab.get_by_label(_("Password")).fill("desk-password-1")
    tab.get_by_role("button", name=_("Log in"), exact=True).click()
    tab.wait_for_url("**/")
    tab.close()
    problems.clear()
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    _arrived(phone, "水泵房")
    assert _seen() == {"水泵房"}


def test_nobody_elses_log_in_sends_what_somebody_entered(phone, steward, problems):
    phone.context.clear_cookies()
    _tick(phone, "水泵房")
    expect(phone.locator("#outbox")).to_have_class("notice tone-danger outbox")
    tab = phone.context.new_page()
    tab.goto("/login/")
    tab.get_by_label(_("Account")).fill(steward.username)
    tab.get_by_label(_("Password")).fill("desk-password-1")
    tab.get_by_role("button", name=_("Log in"), exact=True).click()
    tab.wait_for_url("**/")
    problems.clear()
    with phone.expect_response("**/patrols/*/"):
        phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.wait_for_timeout(500)
    expect(phone.locator("#outbox")).to_have_class("notice tone-danger outbox")
    assert _seen() == set()
