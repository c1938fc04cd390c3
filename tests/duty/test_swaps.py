"""Swaps: before the supervisor approves nothing changes anywhere, and then the rules are asked again (R-DUTY-05)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from duty.models import Assignment, Roster, RosterChange, Swap
from duty.services import swaps as services
from duty.services.offers import offers_for
from duty.workflow import SwapState
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from tests.duty.conftest import MONDAY
from tests.factories import SHANGHAI, AssignmentFactory, LeaveFactory, RosteredFactory, RosterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("team")]

DAY = dt.timedelta(days=1)
TUESDAY = MONDAY + DAY
BEFORE = dt.datetime(2026, 12, 4, 9, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def team(office, clerk, steward, cashier):
    """Three who are on the roster."""
    return [RosteredFactory(office=office, person=person) for person in (clerk, steward, cashier)]


@pytest.fixture
def mine(put_on, clerk, early):
    """The clerk's early shift of Monday."""
    return put_on(clerk, MONDAY, early)


@pytest.fixture
def theirs(put_on, steward, late):
    """The steward's late shift of Tuesday."""
    return put_on(steward, TUESDAY, late)


@pytest.fixture
def swap(mine, theirs, clerk, steward):
    """Monday's early shift for Tuesday's late one, proposed."""
    return services.propose_swap(mine, by=clerk, other=steward, other_date=TUESDAY, reason="孩子家长会")


def standing():
    rows = Assignment.objects.working().order_by("date", "person__name").select_related("person", "shift_type")
    return [(row.person.name, row.date.day, row.shift_type.code) for row in rows]


AS_IT_WAS = [("王敏", 7, "早"), ("赵洁", 8, "晚")]
SWAPPED = [("赵洁", 7, "早"), ("王敏", 8, "晚")]


def test_a_swap_changes_the_cells_only_when_it_is_approved(swap, clerk, steward, supervisor):
    assert (swap.state, standing()) == (SwapState.PROPOSED, AS_IT_WAS)
    assert Notification.objects.get(user=steward).text == "王敏想与您换班：12-07 早 ⇄ 12-08 晚，您同意吗？"
    services.agree_swap(swap, by=steward)
    assert standing() == AS_IT_WAS
    assert RosterChange.objects.count() == 0
    services.approve_swap(swap, by=supervisor)
    assert standing() == SWAPPED
    assert RosterChange.objects.count() == 4
    assert Roster.objects.get().edition == 2
    assert {cell.source for cell in Assignment.objects.all()} == {"swap"}
    assert Notification.objects.filter(user=clerk, text__startswith="换班已批准").count() == 1


def test_two_swap_their_shifts_of_one_day(mine, put_on, clerk, steward, late, supervisor):
    put_on(steward, MONDAY, late)
    swap = services.propose_swap(mine, by=clerk, other=steward, other_date=MONDAY)
    services.approve_swap(services.agree_swap(swap, by=steward), by=supervisor)
    assert standing() == [("王敏", 7, "晚"), ("赵洁", 7, "早")]


def test_one_takes_a_shift_over_on_a_day_off(mine, clerk, steward, supervisor):
    swap = services.propose_swap(mine, by=clerk, other=steward, other_date=MONDAY)
    services.approve_swap(services.agree_swap(swap, by=steward), by=supervisor)
    assert standing() == [("赵洁", 7, "早")]


def test_a_swap_over_two_months_writes_both_rosters(office, clerk, steward, early, late, put_on, supervisor):
    january = RosterFactory(office=office, month=dt.date(2027, 1, 1), state="published", edition=1)
    mine = put_on(clerk, dt.date(2026, 12, 31), early)
    AssignmentFactory(roster=january, person=steward, date=dt.date(2027, 1, 4), shift_type=late)
    swap = services.propose_swap(mine, by=clerk, other=steward, other_date=dt.date(2027, 1, 4))
    services.approve_swap(services.agree_swap(swap, by=steward), by=supervisor)
    assert standing() == [("赵洁", 31, "早"), ("王敏", 4, "晚")]
    assert set(Roster.objects.values_list("edition", flat=True)) == {2}


# ---- what cannot be proposed


def test_only_ones_own_shift_can_be_given(theirs, clerk, steward):
    with pytest.raises(DeskError):
        services.propose_swap(theirs, by=clerk, other=steward, other_date=TUESDAY)


def test_a_draft_is_not_swapped(office, clerk, steward, early, draft):
    cell = AssignmentFactory(roster=draft, person=clerk, date=MONDAY, shift_type=early)
    with pytest.raises(DeskError):
        services.propose_swap(cell, by=clerk, other=steward, other_date=MONDAY)


def test_a_shift_that_has_begun_is_not_swapped(mine, clerk, steward):
    begun = dt.datetime(2026, 12, 7, 6, 1, tzinfo=SHANGHAI)
    with time_machine.travel(begun, tick=False), pytest.raises(DeskError):
        services.propose_swap(mine, by=clerk, other=steward, other_date=MONDAY)


def test_a_colleague_without_a_shift_that_day_has_nothing_to_give(mine, clerk, steward):
    with pytest.raises(DeskError):
        services.propose_swap(mine, by=clerk, other=steward, other_date=TUESDAY)


def test_one_shift_is_not_offered_twice(swap, mine, clerk, cashier):
    with pytest.raises(DeskError):
        services.propose_swap(mine, by=clerk, other=cashier, other_date=MONDAY)


def test_a_swap_the_rules_forbid_is_refused_with_the_sentence(mine, put_on, clerk, steward, late):
    put_on(steward, MONDAY - DAY, late)
    with pytest.raises(DeskError, match="休息"):
        services.propose_swap(mine, by=clerk, other=steward, other_date=MONDAY)
    assert Swap.objects.count() == 0


# ---- who may


def test_only_who_was_asked_agrees_and_nobody_approves_their_own(swap, clerk, cashier, steward, supervisor, engineer):
    for user in (clerk, cashier, supervisor):
        with pytest.raises(PermissionDenied):
            services.agree_swap(swap, by=user)
    services.agree_swap(swap, by=steward)
    for user in (clerk, steward, engineer):
        with pytest.raises(PermissionDenied):
            services.approve_swap(swap, by=user)
    assert standing() == AS_IT_WAS


def test_what_nobody_agreed_to_cannot_be_approved(swap, supervisor):
    with pytest.raises(Conflict):
        services.approve_swap(swap, by=supervisor)
    assert standing() == AS_IT_WAS


@pytest.mark.parametrize("act", ["decline_swap", "withdraw_swap"])
def test_declined_or_withdrawn_nothing_changes(swap, steward, supervisor, act):
    getattr(services, act)(swap, by=steward)
    with pytest.raises(Conflict):
        services.approve_swap(swap, by=supervisor)
    assert standing() == AS_IT_WAS


def test_refused_with_a_reason_nothing_changes(swap, clerk, steward, supervisor):
    services.agree_swap(swap, by=steward)
    with pytest.raises(DeskError):
        services.refuse_swap(swap, by=supervisor, note="")
    services.refuse_swap(swap, by=supervisor, note="当天要盘点")
    assert standing() == AS_IT_WAS
    assert Notification.objects.filter(text="换班未批准（12-07 早 ⇄ 12-08 晚）：当天要盘点").count() == 2


def test_by_address_nobody_swaps_before_approval(swap, clerk, steward, engineer, outsider, client_of):
    """Every post of everybody but the supervisor, at every step: not one cell moves."""
    moves = ("approve_swap", "agree_swap", "approve_swap")
    for user, status in ((clerk, 403), (engineer, 404), (outsider, 404)):
        for move in moves:
            assert client_of(user).post(reverse("duty:swap_move", args=[swap.pk, move])).status_code == status
    assert client_of(steward).post(reverse("duty:swap_move", args=[swap.pk, "agree_swap"])).status_code == 302
    assert client_of(steward).post(reverse("duty:swap_move", args=[swap.pk, "approve_swap"])).status_code == 403
    assert standing() == AS_IT_WAS


# ---- approval asks again


def test_approval_refuses_when_a_shift_is_no_longer_what_was_agreed_on(swap, theirs, steward, early, supervisor):
    services.agree_swap(swap, by=steward)
    Assignment.objects.filter(pk=theirs.pk).update(shift_type=early)
    with pytest.raises(Conflict):
        services.approve_swap(swap, by=supervisor)
    assert (standing(), Swap.objects.get().state) == ([("王敏", 7, "早"), ("赵洁", 8, "早")], SwapState.AGREED)


def test_approval_refuses_what_the_rules_forbid_by_now(swap, steward, clerk, office, supervisor):
    services.agree_swap(swap, by=steward)
    LeaveFactory(office=office, person=steward, state="approved")
    assert services.outlook(swap)[0] == ["赵洁：12-07请假"]
    with pytest.raises(DeskError, match="请假"):
        services.approve_swap(swap, by=supervisor)
    assert standing() == AS_IT_WAS


def test_approval_refuses_once_a_shift_has_begun(swap, steward, supervisor):
    services.agree_swap(swap, by=steward)
    begun = dt.datetime(2026, 12, 7, 6, 1, tzinfo=SHANGHAI)
    with time_machine.travel(begun, tick=False), pytest.raises(DeskError):
        services.approve_swap(swap, by=supervisor)


# ---- what is offered


def test_offers_are_lawful_and_lie_ahead(office, mine, theirs, put_on, steward, cashier, late):
    put_on(steward, dt.date(2026, 12, 2), late)  # over: nothing to give any more
    LeaveFactory(office=office, person=cashier, state="approved")
    offers = {(offer.other, offer.date, offer.shift_type) for offer in offers_for(mine, other=steward)}
    assert offers == {(steward, MONDAY, None), (steward, TUESDAY, late)}
    assert cashier not in {offer.other for offer in offers_for(mine)}


def test_every_offer_can_be_proposed(mine, theirs, clerk, steward, client_of):
    page = client_of(clerk).get(reverse("duty:swap_add", args=[mine.pk]), {"other": steward.pk})
    assert page.status_code == 200
    sent = {"offer": f"{steward.pk}:{TUESDAY}", "reason": "家里有事"}
    assert (
        client_of(clerk).post(reverse("duty:swap_add", args=[mine.pk]) + f"?other={steward.pk}", sent).status_code
        == 302
    )
    assert Swap.objects.get().other_date == TUESDAY
