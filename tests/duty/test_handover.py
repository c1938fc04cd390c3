"""A handover: counted blind, explained, nothing important dropped, signed by two (R-DUTY-07…11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection

from duty.models import Assignment, Handover, HandoverItem, Shift
from duty.services import findings, handover as services, log, records
from duty.services.cells import Change, put
from duty.services.handover.counting import expected_cash
from duty.services.handover.work import carried_to, still_open
from duty.services.reminding import remind
from fees.services import cash_since
from frontdesk.kit import verification
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from frontdesk.staff.models import Holding
from frontdesk.staff.services import require_at_post
from tests.duty.conftest import MONDAY
from tests.factories import (
    SHANGHAI,
    FindingFactory,
    GoodsPassFactory,
    KeyFactory,
    LoanFactory,
    PaymentFactory,
    PromiseFactory,
    TenderFactory,
    TicketFactory,
    TillFactory,
)
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 12, 7, 12, 50, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(office, supervisor):
    """The desk: two radios, the keys, the cash."""
    return records.set_up_post(
        office=office, by=supervisor, name="前台", keeps_keys=True, keeps_money=True, articles="对讲机 2"
    )


@pytest.fixture
def shift(post, clerk, clock):
    """The clerk's shift, begun in the morning."""
    clock.move_to(NOON - dt.timedelta(hours=6))
    made = records.begin_shift(post, by=clerk)
    clock.move_to(NOON)
    return made


@pytest.fixture
def handover(shift, steward, clerk):
    """Handed over to the steward."""
    return services.begin_handover(shift, incoming=steward, by=clerk)


def count(handover, by, *, radios=2, there=None, extra="", cash="100", book=""):
    """Do every step: nothing is abnormal, all open work goes on as it is."""
    article = handover.shift.post.articles.get()
    services.count_articles(handover, counts={article.pk: radios}, by=by)
    keys = services.expected_keys(handover.shift) if there is None else there
    services.call_keys(handover, there=keys, extra=extra, by=by)
    services.count_cash(handover, counts={cash: 1}, receipt_book=book, by=by)
    services.check_area(handover, by=by)
    services.read_log(handover, seen=10_000, by=by)
    fresh = Handover.objects.get(pk=handover.pk)
    notes = {one.key: "照常跟进" for one in services.open_work(fresh)}
    services.note_work(fresh, notes=notes, by=by)
    return Handover.objects.get(pk=handover.pk)


def test_a_shift_is_handed_over_and_the_next_one_begins(handover, shift, post, clerk, steward):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    assert (signed.state, signed.signed_by) == ("signed", clerk)
    following = services.accept_shift(signed, by=steward)
    shift.refresh_from_db()
    assert (shift.ended_at, following.began_at, following.clerk) == (NOON, NOON, steward)
    assert [(row.person, row.until) for row in Holding.objects.order_by("pk")] == [(clerk, NOON), (steward, None)]
    handover.refresh_from_db()
    assert (handover.state, handover.next_shift) == ("done", following)
    assert [row.verb for row in history_of(handover)][:2] == ["accept_shift", "sign_over"]
    assert verification.findings() == []


def test_nobody_signs_before_everything_is_done(handover, clerk):
    assert services.missing(handover) == [
        "请先清点物品。",
        "请先点钥匙。",
        "请先清点现金。",
        "请先巡查区域。",
        "请接班人先阅读日志。",
    ]
    with pytest.raises(DeskError, match="清点物品"):
        services.sign_over(handover, by=clerk)
    assert not Holding.objects.filter(signed_at__isnull=False).exists()


def test_a_post_that_keeps_nothing_is_handed_over_without_counting(office, supervisor, clerk, steward):
    bare = records.set_up_post(office=office, by=supervisor, name="监控室", articles="")
    made = services.begin_handover(records.begin_shift(bare, by=clerk), incoming=steward, by=steward)
    assert services.missing(made) == ["请先巡查区域。", "请接班人先阅读日志。"]


def test_neither_cash_nor_keys_are_counted_where_none_are_kept(office, supervisor, clerk, steward):
    post = records.set_up_post(office=office, by=supervisor, name="监控室", articles="")
    handover = services.begin_handover(records.begin_shift(post, by=clerk), incoming=steward, by=clerk)
    with pytest.raises(DeskError, match="不保管现金"):
        services.count_cash(handover, counts={"100": 1}, by=clerk)
    with pytest.raises(DeskError, match="不保管钥匙"):
        services.call_keys(handover, there=[], by=clerk)
    handover.refresh_from_db()
    assert (handover.lines.count(), handover.steps) == (0, {})


def test_a_difference_is_explained_before_it_is_signed(handover, clerk):
    key = KeyFactory(office=handover.office, tag="K-0007")
    ready = count(handover, clerk, radios=1, there=[], extra="K-9999")
    lines = {line.label: line for line in ready.lines.differing()}
    assert {label: (line.expected, line.counted) for label, line in lines.items()} == {
        "对讲机": (2, 1),
        "K-0007": (1, 0),
        "K-9999": (0, 1),
    }
    assert lines["K-0007"].key == key
    assert services.missing(ready) == ["还有 3 项差异未说明。"]
    with pytest.raises(DeskError) as caught:
        services.explain_differences(ready, explanations={lines["对讲机"].pk: " "}, by=clerk)
    assert caught.value.field == f"line_{lines['对讲机'].pk}"
    services.explain_differences(ready, explanations={line.pk: "在工程部充电" for line in lines.values()}, by=clerk)
    assert services.missing(ready) == []
    services.sign_over(ready, by=clerk)


def test_an_explanation_stays_when_the_same_is_counted_again(handover, clerk):
    ready = count(handover, clerk, radios=1)
    services.explain_differences(ready, explanations={ready.lines.differing().get().pk: "送修"}, by=clerk)
    article = ready.shift.post.articles.get()
    services.count_articles(ready, counts={article.pk: 1}, by=clerk)
    assert ready.lines.differing().get().explanation == "送修"
    services.count_articles(ready, counts={article.pk: 0}, by=clerk)
    assert ready.lines.differing().get().explanation == ""


@pytest.mark.parametrize("number", [None, -1, 10_000])
def test_counts_that_cannot_be_are_refused(handover, clerk, number):
    article = handover.shift.post.articles.get()
    with pytest.raises(DeskError):
        services.count_articles(handover, counts={article.pk: number}, by=clerk)
    with pytest.raises(DeskError):
        services.count_cash(handover, counts={"100": -1}, by=clerk)
    with pytest.raises(DeskError):
        services.count_cash(handover, counts={"100": 100_001}, by=clerk)
    assert not handover.lines.exists()


def test_what_differs_is_found_abnormal_only_with_a_word_of_the_outgoing_clerk(handover, clerk):
    with pytest.raises(DeskError):
        services.check_area(handover, finding="门禁坏", by=clerk)
    made = services.check_area(handover, finding="门禁坏", explained="已报修", by=clerk)
    assert (made.finding, made.finding_explained) == ("门禁坏", "已报修")


def take_cash(office, amount, at):
    till = TillFactory(office=office)
    payment = PaymentFactory(office=office, till=till, amount=Decimal(amount), paid_at=at)
    TenderFactory(payment=payment, method="cash", amount=Decimal(amount))
    return till


def test_cash_should_be_what_was_counted_last_and_came_in_since(handover, shift, office, clerk, steward, clock):
    assert expected_cash(shift) is None
    following = services.accept_shift(services.sign_over(count(handover, clerk), by=clerk), by=steward)
    clock.move_to(NOON + dt.timedelta(hours=2))
    till = take_cash(office, "30", NOON + dt.timedelta(hours=1))
    assert expected_cash(following) == 130
    type(till).objects.filter(pk=till.pk).update(deposited=20, deposited_at=NOON + dt.timedelta(hours=1))
    assert expected_cash(following) == 110
    assert cash_since(office, NOON) == 10
    second = services.begin_handover(following, incoming=clerk, by=steward)
    line = count(second, clerk).lines.get(kind="cash")
    assert (line.expected, line.counted, line.difference) == (110, 100, -10)


def test_what_is_moved_after_it_was_counted_is_counted_again(handover, office, clerk, clock):
    ready = count(handover, clerk)
    key = KeyFactory(office=office)
    assert services.missing(ready) == ["点过钥匙后又有钥匙进出，请重新点钥匙。"]
    with pytest.raises(DeskError):
        services.sign_over(ready, by=clerk)
    services.call_keys(ready, there=[key], by=clerk)
    clock.shift(dt.timedelta(minutes=1))
    take_cash(office, "30", NOON + dt.timedelta(minutes=1))
    ready.refresh_from_db()
    assert "清点现金后又有收支，请重新清点现金。" in services.missing(ready)


def test_open_work_is_listed_by_itself_and_needs_a_word(handover, office, clerk, steward):
    mine = TicketFactory(office=office, first_contact=clerk, received_at=NOON - dt.timedelta(hours=1), subject="漏水")
    TicketFactory(office=office, first_contact=steward, received_at=NOON - dt.timedelta(hours=1))
    TicketFactory(office=office, first_contact=clerk, received_at=NOON - dt.timedelta(days=1))
    promise = PromiseFactory(ticket=mine, made_by=clerk, due_at=NOON + dt.timedelta(hours=1), text="今晚回电")
    LoanFactory(office=office, lent_at=NOON - dt.timedelta(days=2), due_at=NOON - dt.timedelta(days=1))
    log.write_entry(office=office, by=clerk, text="车库灯坏", kind="nonconf")
    GoodsPassFactory(office=office, state="waiting", issued_by=None)
    GoodsPassFactory(office=office)
    work = services.open_work(handover)
    assert [one.kind for one in work] == ["ticket", "promise", "pass", "nonconf", "loan"]
    with pytest.raises(DeskError) as caught:
        services.note_work(handover, notes={f"ticket-{mine.pk}": "等配件"}, by=clerk)
    assert caught.value.field == f"note_promise-{promise.pk}"
    services.note_work(handover, notes={one.key: "等配件" for one in work}, by=clerk)
    type(promise).objects.filter(pk=promise.pk).update(state="kept")
    handover.refresh_from_db()
    assert [one.note for one in services.open_work(handover)] == ["等配件"] * 4


def test_however_much_is_open_nothing_is_dropped(handover, office, clerk, supervisor, django_assert_max_num_queries):
    tickets = [
        TicketFactory(office=office, first_contact=clerk, received_at=NOON, urgent=number == 0) for number in range(70)
    ]
    work = services.open_work(handover)
    assert {one.object_id for one in work} == {ticket.pk for ticket in tickets}
    services.release_work(handover, items=[work[0].key], reason="维修继续处理", by=supervisor)
    ready = count(handover, clerk)
    with django_assert_max_num_queries(60):
        signed = services.sign_over(ready, by=clerk)
    assert signed.items.count() == 70
    first = signed.items.get(is_important=True)
    assert (first.note, first.released_by, first.release_reason) == ("照常跟进", supervisor, "维修继续处理")


def test_important_work_blocks_until_it_is_done_or_released(handover, office, clerk, supervisor):
    urgent = TicketFactory(
        office=office, first_contact=clerk, received_at=NOON - dt.timedelta(hours=1), urgent=True, subject="水管爆裂"
    )
    ready = count(handover, clerk)
    assert services.missing(ready)[0].startswith("重要工作未完成（1项）")
    with pytest.raises(DeskError, match="水管爆裂"):
        services.sign_over(ready, by=clerk)
    key = f"ticket-{urgent.pk}"
    with pytest.raises(PermissionDenied):
        services.release_work(ready, items=[key], reason="等", by=clerk)
    with pytest.raises(DeskError):
        services.release_work(ready, items=[key], reason=" ", by=supervisor)
    services.release_work(ready, items=[key], reason="维修已到场", by=supervisor)
    services.sign_over(ready, by=clerk)
    item = HandoverItem.objects.get()
    assert (item.is_important, item.released_by, item.note) == (True, supervisor, "照常跟进")


def test_important_work_that_is_finished_blocks_no_more(handover, office, clerk, supervisor):
    urgent = TicketFactory(office=office, first_contact=clerk, received_at=NOON, urgent=True)
    ready = count(handover, clerk)
    type(urgent).objects.filter(pk=urgent.pk).update(state="replied")
    with pytest.raises(Conflict):
        services.release_work(ready, items=[f"ticket-{urgent.pk}"], reason="等", by=supervisor)
    services.sign_over(ready, by=clerk)
    assert not ready.items.exists()


def test_what_was_handed_over_stays_visible_until_it_is_done(handover, office, clerk, steward):
    ticket = TicketFactory(office=office, first_contact=clerk, received_at=NOON, subject="漏水")
    following = services.accept_shift(services.sign_over(count(handover, clerk), by=clerk), by=steward)
    assert [item.note for item in carried_to(following)] == ["照常跟进"]
    assert [is_open for _item, is_open in still_open(following)] == [True]
    again = services.begin_handover(following, incoming=clerk, by=steward)
    assert [(one.object_id, one.note) for one in services.open_work(again)] == [(ticket.pk, "照常跟进")]
    type(ticket).objects.filter(pk=ticket.pk).update(state="replied")
    assert [is_open for _item, is_open in still_open(following)] == [False]
    assert services.open_work(again) == []


def test_what_was_found_is_handed_over_until_it_is_solved(handover, office, clerk, steward):
    today = NOON.date()
    planned = {"office": office, "state": "planned", "plan": "叫保洁"}
    waits = FindingFactory(office=office, plan_by=today + dt.timedelta(days=2))
    endless = FindingFactory(**planned, plan_by=today, solve_by=None)
    FindingFactory(**planned, solve_by=today + dt.timedelta(days=2))
    FindingFactory(**planned, ticket=TicketFactory(office=office))
    FindingFactory(office=office, state="solved")
    FindingFactory()
    assert [(one.kind, one.object_id) for one in services.open_work(handover)] == [
        ("finding", endless.pk),
        ("finding", waits.pk),
    ]
    following = services.accept_shift(services.sign_over(count(handover, clerk), by=clerk), by=steward)
    findings.plan_solution(waits, plan="叫维修", solve_by=today + dt.timedelta(days=30), by=steward)
    assert [is_open for _item, is_open in still_open(following)] == [True, True]
    findings.solve_finding(waits, solution="已修", by=steward)
    assert [item.object_id for item, is_open in still_open(following) if is_open] == [endless.pk]


def test_a_finding_whose_day_is_over_blocks_who_answers_for_it(handover, office, clerk, steward):
    yesterday = NOON.date() - dt.timedelta(days=1)
    mine = FindingFactory(office=office, found_by=clerk, plan_by=yesterday)
    FindingFactory(office=office, found_by=clerk, planned_by=steward, state="planned", solve_by=yesterday)
    first, other = services.open_work(handover)
    assert (first.object_id, first.blocks, other.blocks) == (mine.pk, True, False)


def test_a_finding_that_is_in_the_log_is_handed_over_once(handover, office, clerk):
    finding = findings.report_finding(office=office, by=clerk, text="灯不亮", place="1栋", becomes="entry")
    assert [one.kind for one in services.open_work(handover)] == ["nonconf"]
    log.put_right(finding.log_entry, text="已报修", by=clerk)
    assert [one.kind for one in services.open_work(handover)] == ["finding"]


def test_each_signs_for_themselves(handover, clerk, steward, supervisor):
    ready = count(handover, clerk)
    with pytest.raises(PermissionDenied):
        services.sign_over(ready, by=steward)
    with pytest.raises(PermissionDenied):
        services.sign_over(ready, by=supervisor)
    signed = services.sign_over(ready, by=clerk)
    with pytest.raises(PermissionDenied):
        services.accept_shift(signed, by=clerk)
    assert Shift.objects.count() == 1


def test_between_the_signatures_nothing_is_moved(handover, office, clerk, steward):
    require_at_post(clerk, office, "keys")
    signed = services.sign_over(count(handover, clerk), by=clerk)
    for person in (clerk, steward):
        with pytest.raises(Conflict):
            require_at_post(person, office, "keys")
    services.accept_shift(signed, by=steward)
    require_at_post(steward, office, "money")
    with pytest.raises(Conflict):
        require_at_post(clerk, office, "money")


def test_the_supervisor_signs_for_who_is_absent(handover, clerk, steward, supervisor):
    ready = count(handover, steward)
    with pytest.raises(PermissionDenied):
        services.sign_for(ready, note="已离岗", by=steward)
    with pytest.raises(DeskError):
        services.sign_for(ready, note="", by=supervisor)
    signed = services.sign_for(ready, note="突发急病已送医", by=supervisor)
    assert (signed.signed_by, signed.signed_reason) == (supervisor, "突发急病已送医")
    assert Notification.objects.filter(user=clerk).exists()
    services.accept_shift(signed, by=steward)


def test_an_account_that_was_closed_signs_nothing(handover, clerk):
    ready = count(handover, clerk)
    clerk.is_active = False
    with pytest.raises(PermissionDenied):
        services.sign_over(ready, by=clerk)


def test_the_outgoing_account_is_closed_while_they_count_and_the_supervisor_signs(handover, clerk, steward, supervisor):
    ready = count(handover, clerk)
    type(clerk).objects.filter(pk=clerk.pk).update(is_active=False)
    clerk = type(clerk).objects.get(pk=clerk.pk)
    for act in (services.sign_over, services.call_off):
        with pytest.raises(PermissionDenied):
            act(ready, by=clerk, **({"note": "x"} if act == services.call_off else {}))
    services.accept_shift(services.sign_for(ready, note="账号已停用", by=supervisor), by=steward)
    handover.refresh_from_db()
    assert (handover.state, handover.signed_by, handover.next_shift.clerk) == ("done", supervisor, steward)


def test_the_roster_changes_while_they_count_and_nothing_of_the_handover_is_lost(
    handover, shift, clerk, steward, cashier, supervisor, put_on, early, late
):
    cell = put_on(steward, MONDAY, late)
    ready = count(handover, clerk)
    swapped = [Change(steward, MONDAY, None, late), Change(cashier, MONDAY, late, None)]
    put(cell.roster, swapped, by=supervisor, source=Assignment.Source.HAND, reason="临时调整")
    assert records.who_comes(shift) == cashier.pk
    changed = services.change_successor(ready, incoming=cashier, by=clerk)
    assert (changed.lines.count(), changed.incoming) == (ready.lines.count(), cashier)
    services.read_log(changed, seen=10_000, by=cashier)
    done = services.accept_shift(services.sign_over(Handover.objects.get(), by=clerk), by=cashier)
    assert Shift.objects.open().get().planned_end == dt.datetime(2026, 12, 7, 22, tzinfo=SHANGHAI)
    assert done is not None


def test_a_refusal_calls_the_supervisor_and_the_outgoing_clerk_stays(handover, office, clerk, steward, supervisor):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    with pytest.raises(PermissionDenied):
        services.refuse_shift(signed, note="少钥匙", by=clerk)
    services.refuse_shift(signed, note="少了一把钥匙", by=steward)
    assert Notification.objects.filter(user=supervisor, text__contains="少了一把钥匙").exists()
    require_at_post(clerk, office, "keys")
    with pytest.raises(Conflict):
        services.accept_shift(signed, by=steward)
    with pytest.raises(PermissionDenied):
        services.settle_refusal(signed, note="找到了", by=steward)
    settled = services.settle_refusal(signed, note="钥匙在抽屉里找到", by=supervisor)
    services.accept_shift(services.sign_over(settled, by=clerk), by=steward)
    handover.refresh_from_db()
    assert (handover.refusal, handover.settled_by) == ("少了一把钥匙", supervisor)


def test_it_is_counted_again_in_the_morning(handover, clerk, steward):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    again = services.count_again(signed, note="早上重新清点", by=steward)
    assert (again.state, again.signed_at) == ("counting", None)
    assert not Holding.objects.filter(signed_at__isnull=False).exists()


def test_somebody_else_comes(handover, clerk, steward, cashier, engineer):
    ready = count(handover, clerk)
    with pytest.raises(DeskError):
        services.change_successor(ready, incoming=engineer, by=clerk)
    with pytest.raises(DeskError):
        services.change_successor(ready, incoming=clerk, by=clerk)
    signed = services.sign_over(ready, by=clerk)
    other = services.change_successor(signed, incoming=cashier, by=cashier, note="排班调整")
    with pytest.raises(PermissionDenied):
        services.accept_shift(other, by=steward)
    with pytest.raises(DeskError, match="阅读日志"):
        services.accept_shift(other, by=cashier)
    services.read_log(other, seen=0, by=cashier)
    assert services.accept_shift(other, by=cashier).clerk == cashier


def test_what_is_written_after_it_was_read_is_read_before_accepting(handover, office, clerk, steward, manager):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    Handover.objects.filter(pk=signed.pk).update(steps={**signed.steps, "log": {**signed.steps["log"], "seen": 0}})
    entry = log.annotate(office=office, text="注意防冻", by=manager)
    signed.refresh_from_db()
    with pytest.raises(DeskError):
        services.accept_shift(signed, by=steward)
    with pytest.raises(DeskError):
        services.read_log(signed, seen=0, by=steward)
    services.read_log(signed, seen=entry.number, by=steward)
    services.accept_shift(signed, by=steward)
    assert entry.readers.get(person=steward).read_at == NOON


def test_a_shift_is_handed_over_once_at_a_time(handover, shift, clerk, steward, cashier):
    with pytest.raises(Conflict, match="赵洁"):
        services.begin_handover(shift, incoming=cashier, by=clerk)
    services.call_off(handover, note="继续值班", by=clerk)
    second = services.begin_handover(shift, incoming=steward, by=steward)
    services.accept_shift(services.sign_over(count(second, clerk), by=clerk), by=steward)
    with pytest.raises(Conflict):
        services.begin_handover(shift, incoming=cashier, by=clerk)


def test_strangers_hand_nothing_over(shift, clerk, steward, cashier, outsider):
    with pytest.raises(PermissionDenied):
        services.begin_handover(shift, incoming=steward, by=cashier)
    with pytest.raises(PermissionDenied):
        services.begin_handover(shift, incoming=steward, by=outsider)
    made = services.begin_handover(shift, incoming=steward, by=clerk)
    with pytest.raises(PermissionDenied):
        services.check_area(made, by=cashier)


def test_once_accepted_nothing_of_it_changes(handover, clerk, steward):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    services.accept_shift(signed, by=steward)
    for act in (
        lambda: services.check_area(handover, by=clerk),
        lambda: services.count_articles(handover, counts={}, by=clerk),
        lambda: services.sign_over(handover, by=clerk),
        lambda: services.accept_shift(handover, by=steward),
        lambda: services.call_off(handover, note="算了", by=clerk),
    ):
        with pytest.raises(Conflict):
            act()
    assert Shift.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE duty_handoverline SET counted = 9 WHERE kind = 'cash'",
        "UPDATE duty_handover SET finding = 'x'",
        "DELETE FROM duty_handoverline WHERE kind = 'article'",
    ],
)
def test_verify_finds_a_sheet_that_is_not_as_it_was_signed(handover, clerk, steward, statement):
    services.accept_shift(services.sign_over(count(handover, clerk), by=clerk), by=steward)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1
    assert verification.findings() == [("D3", f"handover {handover.pk}")]


@pytest.mark.django_db(transaction=True)
def test_two_accept_at_the_same_moment_and_one_shift_begins(handover, clerk, steward):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    outcomes = together(*[lambda: services.accept_shift(signed, by=steward)] * 3)
    assert kinds(outcomes) == ["Conflict", "Conflict", "Shift"]
    assert Shift.objects.open().count() == 1
    assert verification.findings() == []


@pytest.mark.django_db(transaction=True)
def test_accepting_and_refusing_at_the_same_moment_leaves_one_of_them(handover, clerk, steward):
    signed = services.sign_over(count(handover, clerk), by=clerk)
    outcomes = together(
        lambda: services.accept_shift(signed, by=steward),
        lambda: services.refuse_shift(signed, note="不接", by=steward),
    )
    handover.refresh_from_db()
    assert kinds(outcomes) in (["Conflict", "Handover"], ["Conflict", "Shift"])
    assert Shift.objects.open().get().clerk == (steward if handover.state == "done" else clerk)


def test_reminders_come_once(post, clerk, steward, supervisor, put_on, early, late, clock):
    put_on(clerk, MONDAY, early)
    put_on(steward, MONDAY, late)
    clock.move_to(dt.datetime(2026, 12, 7, 6, 0, tzinfo=SHANGHAI))
    records.begin_shift(post, by=clerk)

    def told(person):
        return [row.text[:12] for row in Notification.objects.filter(user=person).order_by("pk")]

    for minute in (46, 47, 56, 57):
        at = dt.datetime(2026, 12, 7, 12, minute, tzinfo=SHANGHAI)
        clock.move_to(at)
        remind(at)
    assert told(clerk) == ["还有15分钟下班：请整理"]
    assert told(steward) == ["您的班次13:00开始，"]
    late_at = dt.datetime(2026, 12, 7, 13, 11, tzinfo=SHANGHAI)
    clock.move_to(late_at)
    remind(late_at)
    remind(late_at)
    assert len(told(supervisor)) == 1
