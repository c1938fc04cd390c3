"""Leave: asked for, decided with who stands in; only the shifts it meets; nothing silently given back (R-DUTY-05)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from duty.models import Assignment, Leave, Roster, RosterChange, StandIn
from duty.services import leave as services
from duty.services.holes import holes_of, who_could
from duty.services.leave import Instead
from duty.workflow import LeaveState
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from tests.duty.conftest import MONDAY
from tests.factories import SHANGHAI, LeaveFactory, RosteredFactory

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
def leave(office, clerk, early, put_on):
    """The clerk wants Monday off, on which they have the early shift."""
    put_on(clerk, MONDAY, early)
    return LeaveFactory(office=office, person=clerk)


def at(date, hour=0, minute=0):
    return dt.datetime.combine(date, dt.time(hour, minute), tzinfo=SHANGHAI)


def standing():
    rows = Assignment.objects.working().order_by("date", "person__name").select_related("person", "shift_type")
    return [(row.person.name, row.date.day, row.shift_type.code) for row in rows]


def approve(leave, by, person, *, seen=None, date=MONDAY, **more):
    cells = holes_of(leave) if seen is None else []
    seen = {cell.date: cell.shift_type_id for cell in cells} if seen is None else seen
    return services.approve_leave(leave, by=by, instead={date: person}, seen=seen, **more)


# ---- asking


def test_request_leave_tells_who_decides(office, clerk, supervisor, manager):
    services.request_leave(
        office=office, by=clerk, kind="personal", starts_at=at(MONDAY), ends_at=at(TUESDAY), reason="搬家"
    )
    assert [(bell.user, bell.text) for bell in Notification.objects.order_by("user__name")] == [
        (manager, "王敏请假：事假，12-07。"),
        (supervisor, "王敏请假：事假，12-07。"),
    ]


def test_request_leave_twice_for_one_time_is_refused(office, clerk):
    services.request_leave(office=office, by=clerk, kind="personal", starts_at=at(MONDAY), ends_at=at(TUESDAY))
    with pytest.raises(DeskError, match="12-07"):
        services.request_leave(office=office, by=clerk, kind="sick", starts_at=at(MONDAY, 12), ends_at=at(MONDAY, 18))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (at(TUESDAY), at(MONDAY)),
        (at(MONDAY), at(MONDAY)),
        (at(MONDAY), at(MONDAY) + 400 * DAY),
        (BEFORE - 90 * DAY, BEFORE),
    ],
)  # fmt: skip
def test_request_leave_with_times_that_make_no_sense_is_refused(office, clerk, starts, ends):
    with pytest.raises(DeskError):
        services.request_leave(office=office, by=clerk, kind="personal", starts_at=starts, ends_at=ends)


def test_record_leave_for_a_colleague_is_the_desks(office, clerk, steward, engineer):
    how = {"office": office, "kind": "sick", "starts_at": at(MONDAY), "ends_at": at(TUESDAY)}
    made = services.request_leave(by=steward, person=clerk, **how)
    assert (made.person, made.requested_by, made.state) == (clerk, steward, LeaveState.REQUESTED)
    with pytest.raises(PermissionDenied):
        services.request_leave(by=engineer, person=steward, **how)


def test_request_leave_for_somebody_of_another_office_is_refused(office, supervisor, outsider):
    with pytest.raises(DeskError):
        services.request_leave(
            office=office, by=supervisor, person=outsider, kind="sick", starts_at=at(MONDAY), ends_at=at(TUESDAY)
        )


def test_record_sick_call_lasts_to_the_end_of_the_day_and_of_a_shift_past_midnight(
    put_on, clerk, steward, early, night, supervisor
):
    one = services.record_sick_call(put_on(clerk, MONDAY, early), by=supervisor)
    other = services.record_sick_call(put_on(steward, MONDAY, night), by=supervisor)
    assert (one.starts_at, one.ends_at, one.kind) == (at(MONDAY, 6), at(TUESDAY), "sick")
    assert (other.starts_at, other.ends_at) == (at(MONDAY, 22), at(TUESDAY, 6))


# ---- the shifts it meets


@pytest.mark.parametrize(
    ("starts", "ends", "codes"),
    [
        (at(MONDAY), at(TUESDAY), ["早"]),
        (at(MONDAY, 12), at(MONDAY, 18), ["早"]),
        (at(MONDAY, 13), at(MONDAY, 18), []),
        (at(MONDAY), at(MONDAY, 6), []),
        (at(MONDAY), at(TUESDAY + DAY), ["早", "夜"]),
        (at(TUESDAY + DAY, 5), at(TUESDAY + DAY, 12), ["夜"]),
        (at(TUESDAY + DAY, 6), at(TUESDAY + DAY, 12), []),
    ],
)
def test_leave_touches_only_the_shifts_it_meets(office, clerk, put_on, early, night, starts, ends, codes):
    put_on(clerk, MONDAY, early)
    put_on(clerk, TUESDAY, night)
    leave = LeaveFactory(office=office, person=clerk, starts_at=starts, ends_at=ends)
    assert [cell.shift_type.code for cell in holes_of(leave)] == codes


def test_who_could_ranks_who_may_and_says_why_others_may_not(leave, put_on, steward, cashier, late):
    put_on(cashier, MONDAY, late)
    [hole] = who_could(leave)
    assert [one.user for one in hole.ranked] == [steward]
    assert [(one.user, one.why) for one in hole.excluded] == [(cashier, ["当天上晚班"])]


def test_who_could_leaves_out_who_is_on_leave(leave, office, steward, cashier):
    LeaveFactory(office=office, person=steward, state="approved")
    [hole] = who_could(leave)
    assert ([one.user for one in hole.ranked], [one.user for one in hole.excluded]) == ([cashier], [steward])


def test_who_could_counts_that_the_best_took_the_shift_before(leave, office, clerk, put_on, early, steward, cashier):
    """Rest of ten hours: who takes the night of Monday cannot take the early shift of Tuesday."""
    put_on(clerk, TUESDAY, early)
    leave.ends_at = at(TUESDAY + DAY)
    first, second = who_could(leave)
    assert first.ranked[0].user in {steward, cashier}
    assert {one.user for one in second.ranked} == {steward, cashier}


# ---- deciding


def test_approve_leave_appoints_the_stand_in_in_the_same_act(leave, clerk, steward, early, supervisor):
    done = approve(leave, supervisor, steward)
    assert (done.state, done.decided_by) == (LeaveState.APPROVED, supervisor)
    assert standing() == [("赵洁", 7, "早")]
    stand_in = StandIn.objects.get()
    assert (stand_in.person, stand_in.date, stand_in.shift_type) == (steward, MONDAY, early)
    changes = RosterChange.objects.order_by("person__name").values_list("person__name", "before__code", "after__code")
    assert list(changes) == [("王敏", "早", None), ("赵洁", None, "早")]
    assert Roster.objects.get().edition == 2
    told = set(Notification.objects.values_list("user__name", flat=True))
    assert told == {"王敏", "赵洁"}


def test_approve_leave_in_a_draft_changes_cells_and_tells_no_stand_in(office, clerk, draft, early, steward, supervisor):
    Assignment.objects.create(roster=draft, person=clerk, date=MONDAY, shift_type=early)
    approve(LeaveFactory(office=office, person=clerk), supervisor, steward)
    assert standing() == [("赵洁", 7, "早")]
    assert RosterChange.objects.count() == 0
    assert not Notification.objects.filter(user=steward).exists()


def test_approve_leave_without_shifts_changes_no_roster(office, clerk, published, supervisor):
    leave = LeaveFactory(office=office, person=clerk)
    done = services.approve_leave(leave, by=supervisor, instead={}, seen={})
    assert (done.state, Roster.objects.get().version) == (LeaveState.APPROVED, 1)


def test_approve_leave_accepts_a_gap_only_with_a_reason(leave, supervisor):
    with pytest.raises(DeskError):
        approve(leave, supervisor, Instead.GAP)
    assert standing() == [("王敏", 7, "早")]
    approve(leave, supervisor, Instead.GAP, gap_reason="上午人少")
    assert (standing(), StandIn.objects.get().person) == ([], None)
    assert RosterChange.objects.get().reason == "上午人少"


def test_approve_leave_of_hours_may_leave_the_rest_of_the_shift(office, clerk, put_on, early, supervisor):
    put_on(clerk, MONDAY, early)
    leave = LeaveFactory(office=office, person=clerk, starts_at=at(MONDAY, 8), ends_at=at(MONDAY, 9))
    approve(leave, supervisor, Instead.KEEP)
    assert (standing(), StandIn.objects.count()) == ([("王敏", 7, "早")], 0)


def test_approve_leave_of_a_whole_shift_cannot_keep_it(leave, supervisor):
    with pytest.raises(DeskError):
        approve(leave, supervisor, Instead.KEEP)


def test_approve_leave_refuses_a_stand_in_the_rules_forbid(leave, put_on, steward, late, supervisor):
    """The late shift of Sunday ends at 22:00, eight hours before."""
    put_on(steward, MONDAY - DAY, late)
    with pytest.raises(DeskError, match="休息"):
        approve(leave, supervisor, steward)
    assert (standing()[-1], Leave.objects.get().state) == (("王敏", 7, "早"), LeaveState.REQUESTED)


def test_approve_leave_refuses_a_stand_in_who_got_a_shift_meanwhile(leave, put_on, steward, late, supervisor):
    seen = {cell.date: cell.shift_type_id for cell in holes_of(leave)}
    put_on(steward, MONDAY, late)
    with pytest.raises((Conflict, DeskError)):
        approve(leave, supervisor, steward, seen=seen)
    assert standing() == [("王敏", 7, "早"), ("赵洁", 7, "晚")]


def test_approve_leave_refuses_a_stand_in_who_has_left(leave, steward, supervisor):
    steward.memberships.update(ends=MONDAY - DAY)
    with pytest.raises(DeskError):
        approve(leave, supervisor, steward)


def test_approve_leave_refuses_somebody_who_is_not_on_the_roster(leave, engineer, supervisor):
    with pytest.raises(DeskError, match="李强"):
        approve(leave, supervisor, engineer)


def test_approve_leave_after_the_roster_changed_is_a_conflict(leave, steward, clerk, put_on, late, supervisor):
    seen = {cell.date: cell.shift_type_id for cell in holes_of(leave)}
    Assignment.objects.filter(person=clerk).update(shift_type=late)
    with pytest.raises(Conflict):
        approve(leave, supervisor, steward, seen=seen)


def test_nobody_decides_their_own_leave_but_the_manager(office, supervisor, manager):
    for who, by in ((supervisor, supervisor), (manager, supervisor)):
        leave = LeaveFactory(office=office, person=who)
        if who == by:
            with pytest.raises(PermissionDenied):
                services.approve_leave(leave, by=by, instead={}, seen={})
    own = Leave.objects.get(person=manager)
    assert services.approve_leave(own, by=manager, instead={}, seen={}).state == LeaveState.APPROVED


def test_refuse_leave_needs_a_reason_and_moves_nothing(leave, supervisor, clerk):
    with pytest.raises(DeskError):
        services.refuse_leave(leave, by=supervisor, note=" ")
    services.refuse_leave(leave, by=supervisor, note="当天迎检")
    assert standing() == [("王敏", 7, "早")]
    assert Notification.objects.get(user=clerk).text == "您的请假（12-07）未批准：当天迎检"


# ---- taking it back


def test_withdrawn_leave_changes_no_cell_and_the_supervisor_may_give_the_shift_back(leave, clerk, steward, supervisor):
    approve(leave, supervisor, steward)
    services.withdraw_leave(leave, by=clerk)
    assert standing() == [("赵洁", 7, "早")]
    stand_in = StandIn.objects.get()
    assert services.may_be_given_back(stand_in)
    with pytest.raises(PermissionDenied):
        services.give_back_shift(stand_in, by=clerk)
    services.give_back_shift(stand_in, by=supervisor)
    assert standing() == [("王敏", 7, "早")]
    assert not services.may_be_given_back(stand_in)
    with pytest.raises(Conflict):
        services.give_back_shift(stand_in, by=supervisor)


def test_a_shift_is_not_given_back_while_the_leave_holds_or_once_it_has_begun(leave, clerk, steward, supervisor):
    approve(leave, supervisor, steward)
    stand_in = StandIn.objects.get()
    with pytest.raises(Conflict):
        services.give_back_shift(stand_in, by=supervisor)
    services.withdraw_leave(leave, by=clerk)
    with time_machine.travel(at(MONDAY, 6, 1), tick=False), pytest.raises(DeskError):
        services.give_back_shift(stand_in, by=supervisor)


# ---- who sees it


def test_leave_is_seen_by_who_is_away_and_by_who_decides(
    leave, clerk, steward, engineer, supervisor, company, outsider
):
    seen = {
        user.name: Leave.objects.visible_to(user).exists()
        for user in (clerk, steward, engineer, supervisor, company, outsider)
    }
    assert seen == {"王敏": True, "赵洁": False, "李强": False, "陈静": True, "吴总": True, "郑红": False}


def test_papers_of_leave_are_for_who_is_away_and_who_decides(leave, clerk, steward, supervisor, company):
    assert [leave.may_read_files(user) for user in (clerk, steward, supervisor, company)] == [True, False, True, False]


def test_span_says_days_and_hours_as_people_do(office, clerk):
    def span(starts, ends):
        return Leave(starts_at=starts, ends_at=ends).span

    assert span(at(MONDAY), at(TUESDAY)) == "12-07"
    assert span(at(MONDAY), at(TUESDAY + DAY)) == "12-07 – 12-08"
    assert span(at(MONDAY, 8), at(MONDAY, 9)) == "12-07 08:00 – 09:00"
    assert span(at(MONDAY, 22), at(TUESDAY, 6)) == "12-07 22:00 – 12-08 06:00"
