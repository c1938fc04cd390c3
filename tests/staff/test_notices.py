"""The bell."""

from __future__ import annotations

import pytest

from frontdesk.kit.notifications import unread
from tests.factories import NotificationFactory


@pytest.mark.parametrize("count", [1, 3])
def test_notices_cost_the_same_for_one_and_three(clerk, log_in, count, django_assert_num_queries):
    for _number in range(count):
        NotificationFactory(user=clerk)
    client = log_in(clerk)

    with django_assert_num_queries(6):  # session, person, roles, count, rows, bell
        assert len(client.get("/notices/").context["page"].object_list) == count
    assert unread(clerk) == count


def test_notices_show_only_ones_own(clerk, steward, log_in):
    NotificationFactory(user=steward)

    assert list(log_in(clerk).get("/notices/").context["page"]) == []


def test_opening_a_notice_marks_it_read_and_leads_to_what_it_is_about(clerk, log_in):
    notice = NotificationFactory(user=clerk, url="/account/")

    assert log_in(clerk).post(f"/notices/{notice.pk}/").url == "/account/"
    assert unread(clerk) == 0


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/"])
def test_notice_leads_to_no_other_site(clerk, log_in, url):
    notice = NotificationFactory(user=clerk, url=url)

    assert log_in(clerk).post(f"/notices/{notice.pk}/").url == "/notices/"


def test_somebody_elses_notice_is_not_found(clerk, steward, log_in):
    notice = NotificationFactory(user=steward)

    assert log_in(clerk).post(f"/notices/{notice.pk}/").status_code == 404
    assert unread(steward) == 1


def test_all_notices_are_marked_read_at_once(clerk, steward, log_in):
    for user in (clerk, clerk, steward):
        NotificationFactory(user=user)

    log_in(clerk).post("/notices/read/")

    assert (unread(clerk), unread(steward)) == (0, 1)
