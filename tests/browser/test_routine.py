"""Routine work from its rule to its finding: set up, due on the desk, done with its photo (R-RTN-05)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from duty.models import Finding, Routine, RoutineTask
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import ONE_DAY, local_date
from tests.browser.looking import too_wide, violations
from tests.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def _set_up(page):
    """Write the rule down: each day of the week today is, with a photo, whoever is steward."""
    page.goto(reverse("duty:routine_add"))
    page.locator("#id_name").fill("消防通道检查")
    page.locator("#id_task").fill("检查楼道有无堆放杂物")
    page.locator("#id_cycle").select_option("weekday")
    expect(page.locator("#id_day")).to_be_hidden()
    page.locator("#id_weekday").select_option(str(local_date().weekday()))
    page.locator("#id_role").select_option("steward")
    page.locator("#id_evidence").select_option("photo")
    page.locator("main form .btn-primary").last.click()
    expect(page.locator("main")).to_contain_text("消防通道检查")


def test_a_routine_is_set_up_found_due_and_done(sit_down, supervisor, steward, photo):
    chief = sit_down(supervisor)
    _set_up(chief)
    task = RoutineTask.objects.get(due_on=local_date())
    assert Routine.objects.get().tasks.filter(due_on=local_date() + 7 * ONE_DAY).exists()

    phone = sit_down(steward, viewport=PHONE)
    phone.get_by_role("link", name=_("My routine work due")).click()
    phone.get_by_role("link", name="消防通道检查").click()
    phone.wait_for_url(f"**{task.get_absolute_url()}")
    assert (too_wide(phone), violations(phone)) == ([], [])

    phone.goto(reverse("duty:routinetask_finding", args=[task.pk]))
    phone.locator("#id_text").fill("3栋二楼楼道堆放纸箱")
    phone.locator("#id_place").fill("3栋二楼楼道")
    phone.locator("input[name=becomes][value=ticket]").check()
    phone.locator("main form .btn-primary").last.click()
    phone.wait_for_url(f"**{task.get_absolute_url()}")
    expect(phone.locator("main")).to_contain_text("3栋二楼楼道堆放纸箱")

    phone.goto(reverse("duty:routinetask_move", args=[task.pk, "do_task"]))
    phone.locator("#move form .btn-primary").click()
    expect(phone.locator("#move .invalid-feedback")).to_be_visible()  # without its photo it is not done
    phone.locator("input[name=photos]").set_input_files(photo)
    phone.locator("#move form .btn-primary").click()
    phone.wait_for_url(f"**{task.get_absolute_url()}")
    expect(phone.locator("main")).to_contain_text(str(RoutineTask.State.DONE.label))

    task.refresh_from_db()
    assert (task.state, task.done_by, attachments_of(task).count()) == ("done", steward, 1)
    assert Finding.objects.get().ticket is not None
    chief.goto(reverse("duty:routine_share"))
    expect(chief.get_by_role("row").filter(has_text=steward.name)).to_contain_text("100 %")
    chief.goto(reverse("duty:routine_calendar"))
    expect(chief.get_by_role("link", name="消防通道检查").first).to_be_visible()
