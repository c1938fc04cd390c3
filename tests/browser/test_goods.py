"""A goods pass from the desk to the gate: issued, printed, let out once on the guard's phone (R-GDS-01)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext
from playwright.sync_api import expect

from frontdesk.kit.calendar import local_date
from movein.models import GateCheck, GoodsPass
from tests.browser.looking import too_wide, violations
from tests.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_desk_issues_and_the_guard_lets_out_once(sit_down, home, clerk, guard):
    """The clerk finds the household, types what goes out, prints; the guard scans, ticks, lets out; never again."""
    goods_pass = _issue(sit_down(clerk), home)
    phone = sit_down(guard, viewport=PHONE, has_touch=True)
    phone.goto(f"/p/{goods_pass.token}/")  # what the phone's own camera opens
    expect(phone.locator("#main")).to_contain_text("3-2-1502")
    expect(phone.locator(".gate-plate")).to_have_text("粤B12345")
    assert not too_wide(phone)
    assert violations(phone) == []
    let_out = phone.get_by_role("button", name=pgettext("goods pass", "Let out"))
    phone.get_by_label("冰箱").check()
    let_out.click()
    expect(phone.locator(".invalid-feedback")).to_be_visible()  # the chairs are not ticked and nothing says why
    expect(phone.get_by_label("冰箱")).to_be_checked()
    phone.get_by_label("餐椅").check()
    let_out.click()
    phone.wait_for_url(f"**{reverse('movein:gate')}")
    expect(phone.locator("#messages")).to_contain_text(goods_pass.number)
    assert not too_wide(phone)
    goods_pass.refresh_from_db()
    assert goods_pass.state == "released"
    phone.get_by_label(_("Number of the pass")).fill(str(int(goods_pass.number[-5:])))
    phone.get_by_role("button", name=pgettext("goods pass", "Look up")).click()
    expect(phone.locator(".gate-refused")).to_be_visible()
    expect(let_out).to_have_count(0)
    assert not too_wide(phone)
    assert violations(phone) == []
    assert list(GateCheck.objects.order_by("pk").values_list("outcome", flat=True)) == ["released", "used"]


def _issue(page, home):
    """Take the owner's application in, by search and keyboard, and look at the paper."""
    page.goto(reverse("movein:goodspass_add", args=[home.pk]))
    expect(page.get_by_label("欧阳娜")).to_be_checked()  # the only one who lives there
    page.locator("[name=items]").fill("冰箱 1台\n餐椅 4把")
    page.get_by_label(_("Plate")).fill("粤b·12345")
    page.locator("[name=first]").fill("00:00")
    page.locator("[name=last]").fill("23:59")
    page.locator("[name=day]").fill(local_date().isoformat())
    page.locator("[name=remark]").fill("测试时段")
    page.get_by_role("button", name=pgettext("goods pass", "Issue")).click()
    expect(page.locator("svg.qr")).to_be_visible()
    goods_pass = GoodsPass.objects.get()
    expect(page.locator("table.order")).to_contain_text(goods_pass.number)
    return goods_pass
