"""Where two months meet: the last day's late shift and the next month's first early one are a rule's matter too."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from duty.models import Assignment, Swap
from duty.services import editing, swaps
from duty.services.holes import who_could
from duty.services.offers import offers_for
from frontdesk.kit.errors import DeskError
from tests.factories import SHANGHAI, AssignmentFactory, LeaveFactory, RosteredFactory, RosterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("team")]

LAST, FIRST = dt.date(2026, 12, 31), dt.date(2027, 1, 1)
RESTED = "赵洁：01-01上班前只休息了8小时，至少要10小时"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(dt.datetime(2026, 12, 28, 9, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def team(office, clerk, steward):
    """Two who are on the roster."""
    return [RosteredFactory(office=office, person=person) for person in (clerk, steward)]


@pytest.fixture
def january(office):
    """The next month, published."""
    return RosterFactory(office=office, month=FIRST, state="published", edition=1)


@pytest.fixture
def new_year(january, steward, early):
    """The steward's early shift of the 1st of January."""
    return AssignmentFactory(roster=january, person=steward, date=FIRST, shift_type=early)


@pytest.fixture
def eve(put_on, clerk, late):
    """The clerk's late shift of the 31st of December."""
    return put_on(clerk, LAST, late)


def test_a_cell_of_the_last_day_is_refused_for_what_the_next_month_begins_with(
    published, new_year, steward, late, supervisor
):
    with pytest.raises(editing.Refused) as refusal:
        editing.set_cell(
            published,
            by=supervisor,
            person=steward,
            date=LAST,
            shift_type=late,
            expected=None,
            knowingly=True,
            reason="顶班",
        )
    assert refusal.value.sentences == [RESTED]
    assert not Assignment.objects.filter(date=LAST).exists()


def test_a_draft_of_the_next_month_binds_nobody(published, january, new_year, steward, late, supervisor):
    january.state = "draft"
    january.save()
    cell = {"by": supervisor, "person": steward, "date": LAST, "shift_type": late, "expected": None}
    editing.set_cell(published, **cell, knowingly=True, reason="顶班")
    assert Assignment.objects.get(date=LAST).shift_type == late


def test_who_begins_the_next_month_early_does_not_stand_in(office, eve, new_year, clerk, steward):
    leave = LeaveFactory(office=office, person=clerk, starts_at=eve.begins, ends_at=eve.ends)
    [hole] = who_could(leave)
    assert hole.ranked == []
    assert [(one.user, one.why) for one in hole.excluded] == [(steward, [RESTED.removeprefix("赵洁：")])]


def test_a_swap_that_breaks_the_next_month_is_neither_offered_nor_taken(eve, new_year, put_on, steward, clerk, early):
    put_on(steward, LAST, early)
    assert [(offer.date, offer.shift_type) for offer in offers_for(eve, other=steward) if offer.date == LAST] == []
    with pytest.raises(DeskError, match="01-01"):
        swaps.propose_swap(eve, by=clerk, other=steward, other_date=LAST)


def test_shifts_of_the_next_month_are_offered_on_the_page_and_swapped(
    eve, new_year, clerk, steward, supervisor, client_of
):
    """Each gives what would stand in the way of the other's: looked at alone, either month would refuse."""
    url = reverse("duty:swap_add", args=[eve.pk]) + f"?other={steward.pk}"
    page = client_of(clerk).get(url)
    assert f"{steward.pk}:{FIRST}" in page.content.decode()
    answer = client_of(clerk).post(url, {"offer": f"{steward.pk}:{FIRST}", "reason": "跨年回家"})
    assert answer.status_code == 302
    swap = swaps.agree_swap(Swap.objects.get(), by=steward)
    assert swaps.outlook(swap)[0] == []
    swaps.approve_swap(swap, by=supervisor)
    standing = Assignment.objects.working().order_by("date").values_list("person__name", "date__day")
    assert list(standing) == [("赵洁", 31), ("王敏", 1)]


def test_a_busy_day_of_the_next_month_is_not_offered(eve, new_year, january, clerk, steward, late):
    AssignmentFactory(roster=january, person=clerk, date=FIRST, shift_type=late)
    assert FIRST not in {offer.date for offer in offers_for(eve, other=steward)}


@pytest.mark.parametrize("more", [0, 6])
def test_offers_over_two_months_take_as_many_queries_for_many_shifts(
    eve, new_year, january, clerk, steward, early, more, django_assert_num_queries
):
    for number in range(more):
        AssignmentFactory(roster=january, person=steward, date=dt.date(2027, 1, 4 + number), shift_type=early)
    mine = Assignment.objects.select_related("roster__office", "shift_type", "person").get(pk=eve.pk)
    with django_assert_num_queries(33):
        offers_for(mine, other=steward)
