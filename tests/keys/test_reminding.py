"""Reminders before and after the time, each once, and calls to the holder (R-KEY-08); the monthly count (R-KEY-09)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Activity
from frontdesk.kit.tasks import tick
from keys import services
from keys.models import Key, Loan, Reminder
from tests.factories import (
    AssignmentFactory,
    KeySettingsFactory,
    LentKeyFactory,
    MembershipFactory,
    RosterFactory,
    ShiftTypeFactory,
    StockTakeFactory,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def kinds():
    return list(Reminder.objects.order_by("pk").values_list("kind", "step"))


def test_nobody_is_reminded_long_before(lent):
    assert services.remind_holders(lent.due_at - 31 * MINUTE) == 0


def test_whoever_lent_it_is_told_to_call_before_and_after(lent, clerk, supervisor, told):
    assert services.remind_holders(lent.due_at - 30 * MINUTE) == 1
    assert services.remind_holders(lent.due_at + MINUTE) == 1
    texts = told(clerk)
    assert [lent.number in text for text in texts] == [True, True]
    assert all("欧阳娜" in text for text in texts)
    assert (kinds(), told(supervisor)) == ([("before", 0), ("after", 0)], [])
    assert Reminder.objects.first().told == "王敏"
    assert history_of(lent).filter(verb="remind_holder").count() == 2


def test_who_is_at_the_desk_hears_of_it_and_nobody_who_is_not(lent, vacant, clerk, steward, guard, told):
    colleague = MembershipFactory(office=lent.office, role="clerk").user
    with time_machine.travel(lent.due_at - 60 * MINUTE, tick=False):
        services.report_damaged(vacant, note="齿口磨损", by=steward)
    with time_machine.travel(lent.due_at + MINUTE, tick=False):
        for _sweep in range(2):
            services.remind_holders(now())
    assert [len(told(person)) for person in (clerk, steward, guard, colleague)] == [1, 1, 0, 0]
    assert sorted(Reminder.objects.get().told.split("、")) == sorted([str(clerk), str(steward)])
    with time_machine.travel(lent.due_at + 300 * MINUTE, tick=False):
        services.remind_holders(now())
    assert (len(told(clerk)), told(steward)) == (1, [])  # went home


def test_each_reminder_is_given_once_however_often_it_is_asked(lent):
    for minutes in (1, 2, 119):
        services.remind_holders(lent.due_at + minutes * MINUTE)
    assert kinds() == [("after", 0)]


def test_overdue_is_said_again_and_from_the_second_time_to_the_supervisors(lent, clerk, supervisor, told):
    services.remind_holders(lent.due_at + MINUTE)
    told(clerk)
    services.remind_holders(lent.due_at + 121 * MINUTE)
    assert kinds() == [("after", 0), ("after", 1)]
    assert (len(told(clerk)), len(told(supervisor))) == (1, 1)


def test_a_colleague_is_reminded_in_person(vacant, clerk, steward, told):
    loan = services.lend_key(vacant, by=clerk, borrower="colleague", colleague=steward, purpose="巡查")
    services.remind_holders(loan.due_at + MINUTE)
    assert (len(told(steward)), len(told(clerk))) == (1, 1)


def test_when_whoever_lent_it_has_left_the_supervisors_hear_at_once(lent, clerk, supervisor, told):
    clerk.memberships.update(ends=dt.date(2026, 1, 2))
    services.remind_holders(lent.due_at + MINUTE)
    assert len(told(supervisor)) == 1


def test_another_time_begins_the_reminders_anew(lent, supervisor):
    services.remind_holders(lent.due_at + MINUTE)
    with time_machine.travel(lent.due_at + 2 * MINUTE, tick=False):
        loan = services.extend_loan(lent, due_at=lent.due_at + 60 * MINUTE, reason="还在施工", by=supervisor)
    services.remind_holders(loan.due_at + MINUTE)
    assert kinds() == [("after", 0), ("after", 0)]


def test_what_is_back_is_not_reminded_of(lent, key, clerk):
    services.take_back_keys(lent, back={key: "good"}, by=clerk)
    assert services.remind_holders(lent.due_at + 60 * MINUTE) == 0


def test_the_offices_own_figures_count(lent, office):
    KeySettingsFactory(office=office, remind_before=60, remind_every=10)
    services.remind_holders(lent.due_at - 59 * MINUTE)
    services.remind_holders(lent.due_at + MINUTE)
    services.remind_holders(lent.due_at + 11 * MINUTE)
    assert kinds() == [("before", 0), ("after", 0), ("after", 1)]


def test_the_tick_reminds(lent):
    with time_machine.travel(lent.due_at + MINUTE, tick=False):
        tick()
        tick()
    assert kinds() == [("after", 0)]


def test_who_is_on_duty_by_the_roster_is_at_the_desk(lent, office, vacant, clerk, steward, guard, told):
    """Whoever merely did something lately is not: with a published roster, that says who sits there."""
    at = timezone.localtime(lent.due_at)
    roster = RosterFactory(office=office, month=at.date().replace(day=1), state="published", edition=1)
    shift = ShiftTypeFactory(office=office, starts=at.time(), minutes=60)
    coming = MembershipFactory(office=office, role="clerk").user
    for person in (coming, guard):
        AssignmentFactory(roster=roster, person=person, date=at.date(), shift_type=shift)
    with time_machine.travel(at - 30 * MINUTE, tick=False):
        services.report_damaged(vacant, note="齿口磨损", by=steward)
    told(coming)
    with time_machine.travel(at + MINUTE, tick=False):
        tick()
    assert sorted(Reminder.objects.get(kind="after").told.split("、")) == sorted([str(clerk), str(coming)])
    assert len(told(coming)) == 1
    assert (told(guard), told(steward)) == ([], [])


@pytest.mark.parametrize("more", [0, 2])
def test_reminding_costs_the_same_queries_for_what_was_reminded(lent, office, more, django_assert_num_queries):
    for _n in range(more):
        LentKeyFactory(key__office=office, loan__due_at=lent.due_at)
    at = lent.due_at + MINUTE
    services.remind_holders(at)
    with django_assert_num_queries(5):
        assert services.remind_holders(at) == 0


def test_a_call_is_written_down(lent, steward):
    with pytest.raises(DeskError):
        services.call_holder(lent, note=" ", by=steward)
    services.call_holder(lent, note="今晚八点前送回", by=steward)
    row = Reminder.objects.get()
    assert (row.kind, row.by, row.told, row.note) == ("call", steward, "欧阳娜", "今晚八点前送回")


def test_a_call_about_what_is_back_is_a_conflict(lent, key, clerk):
    services.take_back_keys(lent, back={key: "good"}, by=clerk)
    with pytest.raises(Conflict):
        services.call_holder(Loan.objects.get(), note="x", by=clerk)


def test_the_number_is_shown_on_record_while_keys_are_out(lent, key, clerk, cashier):
    assert services.reveal_holder(lent, by=clerk) == "13800138000"
    assert Activity.objects.filter(verb="reveal_holder", actor=clerk).count() == 1
    with pytest.raises(PermissionDenied):
        services.reveal_holder(lent, by=cashier)
    services.take_back_keys(lent, back={key: "good"}, by=clerk)
    assert services.reveal_holder(Loan.objects.get(), by=clerk) == ""


def month(day):
    return now().replace(month=11, day=day, hour=9)


def test_supervisors_are_reminded_once_a_month_to_count(key, supervisor, clerk, told):
    assert services.remind_of_stocktake(month(24)) == 0
    assert services.remind_of_stocktake(month(25)) == 1
    assert services.remind_of_stocktake(month(26)) == 0
    assert (len(told(supervisor)), told(clerk)) == (1, [])
    assert services.remind_of_stocktake(month(25).replace(month=12)) == 1


def test_nobody_is_reminded_where_it_was_counted_this_month(key, office):
    StockTakeFactory(office=office, state="closed", closed_at=month(3))
    assert services.remind_of_stocktake(month(25)) == 0


def test_nobody_is_reminded_where_there_are_no_keys(office, supervisor):
    assert services.remind_of_stocktake(month(25)) == 0


def test_a_lost_key_is_not_reminded_of_but_stays_on_the_desk(lent, key, clerk, supervisor, client_of):
    services.report_lost(key, note="丢在地铁", by=clerk)
    assert services.remind_holders(lent.due_at + 60 * MINUTE) == 0
    url = f"{reverse('keys:key_list')}?state=lost"
    for user in (clerk, supervisor):
        assert {str(tile.url): tile.value for tile in client_of(user).get("/").context["tiles"]}.get(url) == 1
    services.change_lock(key, cost=180, payer="holder", by=supervisor)
    assert url not in {str(tile.url) for tile in client_of(clerk).get("/").context["tiles"]}


def test_of_a_slip_with_a_lost_key_only_the_other_is_reminded(lent, key, vacant, clerk, told):
    LentKeyFactory(loan=lent, key=vacant)
    Key.objects.filter(pk=vacant.pk).update(state="out")
    services.report_lost(key, note="丢在地铁", by=clerk)
    told(clerk)
    assert services.remind_holders(lent.due_at + MINUTE) == 1
    assert [("K-0013" in text, "K-0012" in text) for text in told(clerk)] == [(True, False)]


def test_a_key_opened_and_not_sealed_again_stands_on_the_desk(sealed, clerk, manager, supervisor, client_of, told):
    opening = services.unseal_key(sealed, reason="冒烟", witness="周勇", old_seal="F10001", by=clerk)
    url = f"{reverse('keys:sealopening_list')}?state=opened"
    for user in (clerk, supervisor, manager):
        assert {str(tile.url): tile.value for tile in client_of(user).get("/").context["tiles"]}.get(url) == 1
    told(supervisor)
    services.remind_holders(opening.loan.due_at + 121 * MINUTE)
    assert ["K-0015" in text for text in told(supervisor)] == [True]
