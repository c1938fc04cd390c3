"""What somebody with an account, an address bar and bad intentions sends: an answer in words, and nothing moves."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from duty.models import Assignment, Leave, Swap, Wish
from duty.services import leave as services, swaps
from frontdesk.kit.errors import DeskError
from tests.duty.conftest import MONDAY
from tests.factories import SHANGHAI, LeaveFactory, RosteredFactory, RosterFactory, UnavailabilityFactory, WishFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("team")]

TUESDAY = MONDAY + dt.timedelta(days=1)
HUGE = "9" * 30


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(dt.datetime(2026, 12, 4, 9, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def team(office, clerk, steward, cashier):
    """Three who are on the roster."""
    return [RosteredFactory(office=office, person=person) for person in (clerk, steward, cashier)]


@pytest.fixture
def mine(put_on, clerk, early):
    """The clerk's early shift of Monday."""
    return put_on(clerk, MONDAY, early)


def cells():
    return set(Assignment.objects.values_list("person", "date", "shift_type"))


@pytest.mark.parametrize("first", ["9999-12-31", "0001-01-01", "2026-02-30", "", "今天", "2026-12-07; DROP"])
def test_leave_from_dates_that_make_no_sense_is_refused_in_words(office, clerk, client_of, first):
    sent = {"kind": "personal", "part": "days", "first": first, "last": ""}
    answer = client_of(clerk).post(reverse("duty:leave_add"), sent)
    assert answer.status_code == 400 or answer.context["form"].errors
    assert Leave.objects.count() == 0


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
def test_a_wish_for_the_end_of_time_breaks_nothing(office, clerk, client_of, date):
    answer = client_of(clerk).post(reverse("duty:wish_add"), {"date": date, "kind": "avoid"})
    assert answer.status_code in {200, 302, 400}
    assert Wish.objects.filter(date__lt=MONDAY).count() == 0


@pytest.mark.parametrize("key", [HUGE, "-1", "0", "x", "１２", "", "keep"])
def test_a_stand_in_who_is_nobody_is_refused(office, clerk, supervisor, mine, client_of, key):
    leave = LeaveFactory(office=office, person=clerk)
    before = cells()
    url = reverse("duty:leave_move", args=[leave.pk, "approve_leave"])
    form = client_of(supervisor).get(url).context["form"]
    sent = {field.html_name: field.value() or "" for field in form} | {f"instead_{MONDAY}": key}
    assert client_of(supervisor).post(url, sent).status_code in {200, 400, 422}
    assert (cells(), Leave.objects.get().state) == (before, "requested")


@pytest.mark.parametrize("seen", ["", "2026-12-07", "2026-12-07:x", f"2026-12-07:{HUGE}", "a:b:c", "2026-12-08:1"])
def test_a_forged_list_of_what_was_seen_is_a_conflict(office, clerk, steward, supervisor, mine, client_of, seen):
    leave = LeaveFactory(office=office, person=clerk)
    before = cells()
    url = reverse("duty:leave_move", args=[leave.pk, "approve_leave"])
    form = client_of(supervisor).get(url).context["form"]
    sent = {field.html_name: field.value() or "" for field in form}
    sent |= {f"instead_{MONDAY}": str(steward.pk), "seen": seen}
    assert client_of(supervisor).post(url, sent).status_code == 409
    assert cells() == before


def test_a_swap_form_sent_twice_is_one_swap(mine, clerk, steward, client_of):
    url = reverse("duty:swap_add", args=[mine.pk])
    form = client_of(clerk).get(url).context["form"]
    sent = {field.html_name: field.value() or "" for field in form} | {"offer": f"{steward.pk}:{MONDAY}"}
    answers = [client_of(clerk).post(url, sent) for _press in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Swap.objects.count() == 1


@pytest.mark.parametrize("offer", ["", "x", f"{HUGE}:2026-12-07", "1:2026-13-45", "1"])
def test_an_offer_that_was_never_made_is_refused(mine, clerk, client_of, offer):
    answer = client_of(clerk).post(reverse("duty:swap_add", args=[mine.pk]), {"offer": offer})
    assert answer.status_code in {200, 400}
    assert Swap.objects.count() == 0


def test_somebody_elses_shift_is_not_offered_by_its_address(mine, steward, outsider, client_of):
    for user in (steward, outsider):
        assert client_of(user).get(reverse("duty:swap_add", args=[mine.pk])).status_code == 404
        assert client_of(user).post(reverse("duty:swap_add", args=[mine.pk]), {}).status_code == 404


@pytest.mark.parametrize("other", [HUGE, "0", "x", "-1"])
def test_a_colleague_of_the_address_who_is_nobody_is_not_found(mine, clerk, client_of, other):
    assert client_of(clerk).get(reverse("duty:swap_add", args=[mine.pk]), {"other": other}).status_code == 404


def test_a_replayed_approval_changes_nothing_more(mine, clerk, steward, supervisor, client_of):
    swap = swaps.agree_swap(swaps.propose_swap(mine, by=clerk, other=steward, other_date=MONDAY), by=steward)
    url = reverse("duty:swap_move", args=[swap.pk, "approve_swap"])
    form = client_of(supervisor).get(url).context["form"]
    sent = {field.html_name: field.value() or "" for field in form}
    assert client_of(supervisor).post(url, sent).status_code == 302
    after = cells()
    assert client_of(supervisor).post(url, sent).status_code == 302  # led where it led
    fresh = {name: value for name, value in sent.items() if name != "once"}
    assert client_of(supervisor).post(url, fresh).status_code == 409
    assert cells() == after


@pytest.mark.parametrize("shift", [HUGE, "x", "-1"])
def test_a_cell_set_to_a_shift_of_nobody_is_refused(draft, clerk, supervisor, early, client_of, shift):
    url = reverse("duty:cell", args=[draft.pk, clerk.pk, str(MONDAY)])
    answer = client_of(supervisor).post(url, {"shift": shift, "expected": ""}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "refused")
    assert not cells()


def test_a_cell_of_another_offices_colleague_or_roster_is_not_found(
    draft, outsider, supervisor, other_office, client_of
):
    theirs = RosterFactory(office=other_office)
    for roster, person in ((draft, outsider), (theirs, supervisor)):
        url = reverse("duty:cell", args=[roster.pk, person.pk, str(MONDAY)])
        assert client_of(supervisor).post(url, {"shift": "", "expected": ""}).status_code == 404


def test_colleagues_do_not_read_each_others_wishes_and_limits(mine, put_on, clerk, steward, cashier, late, client_of):
    """They are for whoever makes the roster: neither why-me nor the offers of a swap tell them."""
    WishFactory(office=mine.roster.office, person=steward, date=MONDAY)
    UnavailabilityFactory(rostered=cashier.rostered.get(), weekday=MONDAY.weekday(), reason="接孩子")
    why = client_of(clerk).get(reverse("duty:cell", args=[mine.roster_id, clerk.pk, str(MONDAY)]))
    offers = client_of(clerk).get(reverse("duty:swap_add", args=[mine.pk]))
    for page in (why, offers):
        text = page.content.decode()
        assert steward.name in text
        assert "意愿" not in text
        assert "固定不可排班" not in text
    assert cashier.name in why.content.decode()


def test_leave_that_has_begun_is_taken_back_by_the_supervisor_only(office, clerk, supervisor):
    leave = LeaveFactory(office=office, person=clerk, state="approved")
    with time_machine.travel(leave.starts_at + dt.timedelta(hours=1), tick=False):
        with pytest.raises(DeskError):
            services.withdraw_leave(leave, by=clerk)
        assert services.withdraw_leave(leave, by=supervisor).state == "withdrawn"
