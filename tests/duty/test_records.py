"""Shifts at posts: who answers for what, who helps, and what was done there (R-DUTY-03, R-DUTY-07, R-DUTY-09)."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from duty.models import Assignment, Shift
from duty.services import records
from duty.services.cells import Change, put
from duty.services.done import MOST, done_in, who_was_there
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from frontdesk.staff.models import Holding
from frontdesk.staff.services import require_at_post, retire_post
from tests.duty.conftest import MONDAY
from tests.factories import (
    SHANGHAI,
    GateCheckFactory,
    GoodsPassFactory,
    KeyFactory,
    LentKeyFactory,
    LoanFactory,
    LogEntryFactory,
    MembershipFactory,
    PaymentFactory,
    PostFactory,
    ShiftFactory,
    ShiftTypeFactory,
    TicketFactory,
    UserFactory,
)
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 12, 7, 12, 50, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def post(office):
    """The desk."""
    return PostFactory(office=office, name="前台", keeps_keys=True)


def test_a_post_is_set_up_with_what_lies_there(office, supervisor):
    post = records.set_up_post(office=office, by=supervisor, name="前台", articles="对讲机 2\n手电筒×3\n印章\n\n")
    assert records.articles_of(post) == "对讲机 2\n手电筒 3\n印章 1"
    records.change_post(post, by=supervisor, name="前台", articles="手电筒 4\n雨伞 10")
    assert records.articles_of(post) == "手电筒 4\n雨伞 10"
    assert post.articles.count() == 4
    assert [row.verb for row in history_of(post)] == ["edit_post", "add_post"]


@pytest.mark.parametrize("text", ["对讲机 2\n对讲机 3", "x" * 41, "伞 99999", "\n".join(f"物{n}" for n in range(81))])
def test_articles_that_make_no_sense_are_refused(office, supervisor, text):
    with pytest.raises(DeskError):
        records.set_up_post(office=office, by=supervisor, name="前台", articles=text)
    assert office.posts.count() == 0


def test_one_post_of_an_office_keeps_the_keys(post, office, other_office, supervisor):
    with pytest.raises(DeskError) as caught:
        records.set_up_post(office=office, by=supervisor, name="监控室", keeps_keys=True, articles="")
    assert caught.value.field == "keeps_keys"
    second = records.set_up_post(office=office, by=supervisor, name="监控室", articles="")
    with pytest.raises(DeskError):
        records.change_post(second, by=supervisor, keeps_keys=True, articles="")
    PostFactory(office=other_office, keeps_keys=True)
    retire_post(post, by=supervisor)
    assert records.change_post(second, by=supervisor, keeps_keys=True, articles="").keeps_keys


def test_what_is_kept_at_a_post_does_not_change_under_whoever_holds_it(post, clerk, supervisor):
    records.begin_shift(post, by=clerk)
    with pytest.raises(DeskError):
        records.change_post(post, by=supervisor, keeps_keys=False, articles="")
    with pytest.raises(DeskError):
        retire_post(post, by=supervisor)


def test_only_a_supervisor_sets_up_posts(office, clerk, post):
    with pytest.raises(PermissionDenied):
        records.set_up_post(office=office, by=clerk, name="前台2", articles="")
    with pytest.raises(PermissionDenied):
        records.change_post(post, by=clerk, articles="")


def change(roster, changes, by):
    """Change cells of a published month."""
    return put(roster, changes, by=by, source=Assignment.Source.HAND, reason="临时调整")


def test_a_shift_begins_with_the_end_the_roster_says(post, clerk, put_on, late):
    put_on(clerk, MONDAY, late)
    shift = records.begin_shift(post, by=clerk)
    assert (shift.number, shift.clerk, shift.began_at) == ("B2026-0001", clerk, NOON)
    assert shift.planned_end == dt.datetime(2026, 12, 7, 22, tzinfo=SHANGHAI)
    assert Holding.objects.get().kind == Holding.Kind.HOLDER
    assert history_of(shift).get().verb == "begin_shift"


def test_the_end_follows_a_roster_that_is_changed_and_is_reminded_of_anew(post, clerk, put_on, early, late, supervisor):
    night = ShiftTypeFactory(office=post.office, code="长", name="长班", starts=dt.time(13), minutes=600, is_late=True)
    cell = put_on(clerk, MONDAY, late)
    shift = records.begin_shift(post, by=clerk)
    type(shift).objects.filter(pk=shift.pk).update(tidy_told_at=NOON)
    change(cell.roster, [Change(clerk, MONDAY, night, late)], by=supervisor)
    shift.refresh_from_db()
    assert (shift.planned_end, shift.tidy_told_at) == (dt.datetime(2026, 12, 7, 23, tzinfo=SHANGHAI), None)
    change(cell.roster, [Change(clerk, MONDAY, None, night)], by=supervisor)  # off the roster, but still at the post
    shift.refresh_from_db()
    assert shift.planned_end == dt.datetime(2026, 12, 7, 23, tzinfo=SHANGHAI)
    assert [row.verb for row in history_of(shift)] == ["follow_roster", "begin_shift"]


def test_without_a_roster_a_shift_has_no_planned_end(post, clerk):
    assert records.begin_shift(post, by=clerk).planned_end is None


def test_nobody_begins_a_shift_at_a_post_that_is_held(post, clerk, steward):
    records.begin_shift(post, by=clerk)
    with pytest.raises(Conflict, match="王敏"):
        records.begin_shift(post, by=steward)
    assert Shift.objects.count() == 1


def test_an_outsider_begins_no_shift_here(post, outsider):
    with pytest.raises(PermissionDenied):
        records.begin_shift(post, by=outsider)


@pytest.mark.django_db(transaction=True)
def test_two_begin_at_the_same_moment_and_one_holds_the_post(post, clerk, steward):
    outcomes = together(lambda: records.begin_shift(post, by=clerk), lambda: records.begin_shift(post, by=steward))
    assert kinds(outcomes) == ["Conflict", "Shift"]
    assert Holding.objects.open().count() == 1


def test_keys_kept_at_a_post_are_moved_by_who_is_there(post, office, clerk, steward, supervisor):
    with pytest.raises(Conflict, match="没有人在岗"):
        require_at_post(clerk, office, "keys")
    shift = records.begin_shift(post, by=clerk)
    require_at_post(clerk, office, "keys")
    with pytest.raises(Conflict, match="王敏"):
        require_at_post(steward, office, "keys")
    require_at_post(steward, office, "money")
    helper = records.add_helper(shift, person=steward, kind="cover", reason="吃饭", by=clerk)
    require_at_post(steward, office, "keys")
    records.end_helper(helper, by=steward)
    with pytest.raises(Conflict):
        require_at_post(steward, office, "keys")


def test_once_signed_over_nobody_moves_anything(post, office, clerk):
    records.begin_shift(post, by=clerk)
    Holding.objects.update(signed_at=NOON)
    with pytest.raises(Conflict, match="已签字交班"):
        require_at_post(clerk, office, "keys")


def test_whoever_covers_is_told_and_it_is_written_down(post, clerk, steward):
    shift = records.begin_shift(post, by=clerk)
    records.add_helper(shift, person=steward, kind="cover", reason="午餐", by=clerk)
    assert history_of(shift).first().note == "赵洁 · 临时顶岗 · 午餐"
    assert Notification.objects.get().user == steward
    with pytest.raises(Conflict):
        records.add_helper(shift, person=steward, kind="beside", by=clerk)


def test_covering_needs_a_reason_and_the_holders_word(post, clerk, steward, cashier, engineer):
    shift = records.begin_shift(post, by=clerk)
    with pytest.raises(DeskError):
        records.add_helper(shift, person=steward, kind="cover", by=clerk)
    with pytest.raises(DeskError):
        records.add_helper(shift, person=engineer, kind="beside", by=clerk)
    with pytest.raises(PermissionDenied):
        records.add_helper(shift, person=cashier, kind="beside", by=steward)
    helper = records.add_helper(shift, person=steward, kind="beside", by=clerk)
    with pytest.raises(PermissionDenied):
        records.end_helper(helper, by=cashier)
    records.end_helper(helper, by=clerk)
    with pytest.raises(Conflict):
        records.end_helper(helper, by=clerk)


def test_the_holder_does_not_walk_away_by_ending_their_time(post, clerk):
    records.begin_shift(post, by=clerk)
    with pytest.raises(Conflict):
        records.end_helper(Holding.objects.get(), by=clerk)


def test_a_shift_shows_what_was_done_at_its_post_by_who_was_there(office, post, clerk, steward):
    at = NOON - dt.timedelta(hours=4)
    shift = ShiftFactory(office=office, post=post, clerk=clerk, began_at=at)
    hour = dt.timedelta(hours=1)
    TicketFactory(office=office, first_contact=clerk, received_at=at + hour, subject="漏水")
    TicketFactory(office=office, first_contact=clerk, received_at=at - hour, subject="以前的")
    TicketFactory(office=office, first_contact=steward, received_at=at + hour, subject="别人的")
    key = KeyFactory(office=office, tag="K-0007", state="out")
    loan = LoanFactory(office=office, lent_by=clerk, lent_at=at + 2 * hour, name="张师傅")
    LentKeyFactory(loan=loan, key=key, back_at=at + 3 * hour, taken_by=clerk, condition="good")
    PaymentFactory(till__office=office, office=office, taken_by=clerk, paid_at=at + 3.5 * hour)
    deeds = done_in(shift, clerk, who_was_there(shift))
    assert [deed.kind for deed in deeds] == ["money", "key", "key", "ticket"]
    assert [deed.about for deed in deeds][1:3] == ["K-0007 ← 张师傅", "K-0007 → 张师傅"]
    assert "漏水" in deeds[-1].about


def test_work_of_a_cover_counts_while_they_covered(office, post, clerk, steward):
    shift = records.begin_shift(post, by=clerk)
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        helper = records.add_helper(shift, person=steward, kind="cover", reason="午餐", by=clerk)
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        records.end_helper(helper, by=clerk)
    for minutes, subject in ((30, "太早"), (90, "顶岗时"), (150, "太晚")):
        TicketFactory(
            office=office, first_contact=steward, received_at=NOON + dt.timedelta(minutes=minutes), subject=subject
        )
    with time_machine.travel(NOON + dt.timedelta(hours=4), tick=False):
        found = done_in(shift, clerk, who_was_there(shift))
    assert len(found) == 1
    assert found[0].about.endswith("顶岗时")


def test_who_may_not_look_at_money_sees_none_of_it(office, post, guard):
    shift = ShiftFactory(office=office, post=post, clerk=guard, began_at=NOON - dt.timedelta(hours=1))
    PaymentFactory(till__office=office, office=office, taken_by=guard, paid_at=NOON - dt.timedelta(minutes=5))
    assert done_in(shift, guard, who_was_there(shift)) == []


def test_of_a_shift_in_which_very_much_was_done_the_page_says_that_there_is_more(office, post, clerk, client_of):
    shift = ShiftFactory(office=office, post=post, clerk=clerk, began_at=NOON - dt.timedelta(hours=1))
    LogEntryFactory.create_batch(MOST + 3, office=office, post=post, shift=shift, by=clerk, at=NOON)
    at = NOON - dt.timedelta(minutes=5)
    TicketFactory.create_batch(MOST + 1, office=office, first_contact=clerk, received_at=at)
    client = client_of(clerk)
    page = client.get(shift.get_absolute_url()).content.decode()
    assert "每类只列最近200条" in page
    link = f"{reverse('duty:logentry_list')}?post={post.pk}&amp;at_after=2026-12-07"
    assert f'href="{link}">另有3项<' in page
    assert client.get(unescape(link)).context["screen"].count == MOST + 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_shift_page_asks_as_often_for_few_deeds_as_for_many(
    count, office, post, clerk, client_of, django_assert_num_queries
):
    shift = ShiftFactory(office=office, post=post, clerk=clerk, began_at=NOON - dt.timedelta(hours=1))
    for _ in range(count):
        at = NOON - dt.timedelta(minutes=5)
        TicketFactory(office=office, first_contact=clerk, received_at=at)
        LentKeyFactory(loan__office=office, loan__lent_by=clerk, loan__lent_at=at, key__office=office)
        PaymentFactory(till__office=office, office=office, taken_by=clerk, paid_at=at)
        made = GoodsPassFactory(office=office, asked_by=clerk, issued_at=at)
        GateCheckFactory(goods_pass=made, by=clerk, at=at)
    client = client_of(clerk)
    client.get(reverse("duty:shift", args=[shift.pk]))
    with django_assert_num_queries(SHIFT_PAGE):
        assert client.get(reverse("duty:shift", args=[shift.pk])).status_code == 200


SHIFT_PAGE = 18


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_shifts_asks_as_often_for_one_post_as_for_three(
    count, office, client_of, clerk, django_assert_num_queries
):
    for _ in range(count):
        shift = ShiftFactory(office=office)
        Holding.objects.create(post=shift.post, person=UserFactory(), kind="beside")
    PostFactory(office=office)
    client = client_of(clerk)
    client.get(reverse("duty:shift_list"))
    with django_assert_num_queries(SHIFT_LIST):
        assert client.get(reverse("duty:shift_list")).status_code == 200


SHIFT_LIST = 10


def test_a_shift_is_begun_and_a_cover_added_on_the_pages(post, office, clerk, steward, client_of):
    client = client_of(clerk)
    page = client.get(reverse("duty:shift_list")).content.decode()
    assert reverse("duty:shift_begin", args=[post.pk]) in page
    answer = client.post(reverse("duty:shift_begin", args=[post.pk]))
    shift = Shift.objects.get()
    assert answer.url == shift.get_absolute_url()
    form = client.get(reverse("duty:shift_helper", args=[shift.pk])).context["form"]
    data = {"person": steward.pk, "kind": "cover", "reason": "午餐", "once": form["once"].value()}
    assert client.post(reverse("duty:shift_helper", args=[shift.pk]), data).url == shift.get_absolute_url()
    helper = Holding.objects.helpers().get()
    assert "临时顶岗" in client.get(shift.get_absolute_url()).content.decode()
    assert client.post(reverse("duty:holding_end", args=[helper.pk])).url == shift.get_absolute_url()
    second = UserFactory()
    MembershipFactory(user=second, office=office, role="clerk")
    assert client_of(second).post(reverse("duty:shift_begin", args=[post.pk])).status_code == 409


def test_a_post_is_set_up_and_given_up_on_the_pages(office, supervisor, client_of):
    client = client_of(supervisor)
    data = {"name": "监控室", "articles": "对讲机 2", "once": "c0ffee00-0000-4000-8000-000000000000"}
    client.post(reverse("duty:post_add"), data)
    post = office.posts.get()
    page = client.get(post.get_absolute_url())
    assert page.context["form"]["articles"].value() == "对讲机 2"
    data = {"name": "监控室", "articles": "对讲机 3", "version": page.context["form"]["version"].value()}
    client.post(post.get_absolute_url(), data)
    assert records.articles_of(post) == "对讲机 3"
    client.post(reverse("duty:post_retire", args=[post.pk]))
    post.refresh_from_db()
    assert post.retired_at == NOON
