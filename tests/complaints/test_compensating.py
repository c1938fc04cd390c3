"""R-TKT-09, R-TKT-10: what is paid for a complaint is proposed, approved at its level by somebody else, and paid."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import services
from complaints.models import Compensation
from complaints.services import compensating
from complaints.services.compensating import level_of
from complaints.workflow import COMPENSATION
from frontdesk.kit import activity
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from frontdesk.staff.models import User
from tests.complaints.conftest import said
from tests.factories import (
    AssessmentFactory,
    CompensationFactory,
    MembershipFactory,
    ResponsibilityFactory,
    TicketFactory,
    TicketSettingsFactory,
    UserFactory,
)
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db

LIST = "/compensations/"
WORDS = {"payee": "张伟", "proposal": "吊顶修复材料费"}
ASKED = "{by} asks you to approve {amount} for {payee} ({level}): {number} {subject}"


@pytest.fixture
def complaint(office, clerk):
    """A complaint the clerk answers for, with its responsibility analysed."""
    ticket = TicketFactory(office=office, kind="complaint", first_contact=clerk, subject="楼上漏水泡坏吊顶")
    ResponsibilityFactory(ticket=ticket, by=clerk)
    return ticket


@pytest.fixture
def proposed(complaint, supervisor, manager):
    """300 yuan, proposed by the supervisor."""
    return services.propose_compensation(complaint, amount=Decimal(300), by=supervisor, **WORDS)


@pytest.fixture
def approved(proposed, manager):
    """Approved by the manager."""
    return services.approve_compensation(proposed, as_seen=proposed.version, by=manager)


@pytest.fixture
def colleague(office):
    """A second supervisor."""
    user = UserFactory(username="supervisor-2", name="何芳")
    MembershipFactory(user=user, office=office, role="supervisor")
    return user


def approve(compensation, by, **words):
    words = {"as_seen": Compensation.objects.get(pk=compensation.pk).version, **words}
    return services.approve_compensation(compensation, by=by, **words)


def send_back(compensation, by, remarks="金额偏高"):
    return services.send_back_compensation(compensation, as_seen=compensation.version, remarks=remarks, by=by)


def again(compensation, by, amount=300, **words):
    words = {"as_seen": Compensation.objects.get(pk=compensation.pk).version, **WORDS, **words}
    return services.propose_again_compensation(compensation, amount=Decimal(amount), by=by, **words)


def move_url(compensation, move):
    return reverse("complaints:compensation_move", args=[compensation.pk, move])


def facts(compensation, **more):
    level = Compensation.Level(compensation.level).label
    return {"amount": compensation.money, "payee": compensation.payee, "level": level, **more}


# ---- the level ----


@pytest.mark.parametrize(
    ("amount", "others", "level"),
    [
        ("0.01", False, 1), ("500.00", False, 1), ("500.01", False, 2), ("5000.00", False, 2), ("5000.01", False, 3),
        ("0.01", True, 2), ("500.00", True, 2), ("5000.00", True, 2), ("5000.01", True, 3), ("99999999.99", False, 3),
    ],
)  # fmt: skip
def test_level_is_by_amount_or_by_other_departments(office, amount, others, level):
    assert level_of(Decimal(amount), others, services.settings.settings_of(office)) == level


def test_level_goes_by_the_offices_own_amounts(office):
    own = TicketSettingsFactory(office=office, level_one_up_to=100, level_two_up_to=100)
    assert [level_of(Decimal(amount), False, own) for amount in (100, 101)] == [1, 3]


# ---- proposing ----


def test_propose_waits_for_its_approvers_who_hear_of_it(
    complaint, supervisor, manager, colleague, clerk, cashier, told
):
    made = services.propose_compensation(complaint, amount=Decimal("300.5"), by=supervisor, **WORDS)
    made.refresh_from_db()
    assert (made.state, made.level, made.amount, made.proposed_by) == ("proposed", 1, Decimal("300.50"), supervisor)
    sentence = said(ASKED, complaint, by=supervisor, **facts(made))
    assert [told(person) for person in (manager, colleague)] == [[sentence], [sentence]]
    assert [told(person) for person in (supervisor, clerk, cashier)] == [[], [], []]
    row = history_of(made).get()
    assert (row.verb, row.actor, row.after["amount"], row.after["payee"]) == (
        "propose_compensation", supervisor, "300.50", "张伟",
    )  # fmt: skip


def test_level_two_goes_to_the_manager_and_level_three_to_the_company(
    complaint, supervisor, colleague, manager, company, told
):
    second = services.propose_compensation(
        complaint, amount=Decimal(10), other_departments=True, by=supervisor, **WORDS
    )
    assert (second.level, [len(told(person)) for person in (colleague, manager, company)]) == (2, [0, 1, 0])
    third = again(second, supervisor, "5000.01")
    assert (third.level, [len(told(person)) for person in (colleague, manager, company)]) == (3, [0, 0, 1])
    assert services.approvers_of(third) == [company]


def test_the_bell_leads_to_the_compensation(proposed, manager):
    assert Notification.objects.get(user=manager).url == proposed.get_absolute_url()


def test_the_ticket_says_that_and_not_how_much(complaint, supervisor, manager, cashier, engineer, client_of):
    made = services.propose_compensation(complaint, amount=Decimal("317.46"), by=supervisor, **WORDS)
    type(complaint).objects.filter(pk=complaint.pk).update(assignee=engineer, state="dispatched")
    approve(made, manager, remarks="同意 317.46 元")
    rows = history_of(complaint)
    assert [row.verb for row in rows] == ["approve_compensation", "propose_compensation"]
    assert not [row for row in rows if row.before or row.after or row.note]
    pages = [client_of(user).get(complaint.get_absolute_url()).content.decode() for user in (engineer, cashier)]
    assert ["317.46" in page for page in pages] == [False, True]


def test_propose_is_refused_before_the_responsibility_is_analysed(office, supervisor, manager):
    bare = TicketFactory(office=office, kind="complaint")
    with pytest.raises(DeskError):
        services.propose_compensation(bare, amount=Decimal(300), by=supervisor, **WORDS)


def test_propose_is_refused_beside_one_that_is_running(complaint, proposed, supervisor, manager):
    for _state in ("proposed", "approved"):
        with pytest.raises(Conflict) as refusal:
            services.propose_compensation(complaint, amount=Decimal(1), by=supervisor, **WORDS)
        assert [word in str(refusal.value) for word in ("¥300.00", "张伟", "陈静")] == [True] * 3
        if proposed.state == "proposed":
            proposed = approve(proposed, manager)
    services.withdraw_compensation(proposed, reason="已私下和解", by=supervisor)
    assert services.propose_compensation(complaint, amount=Decimal(1), by=supervisor, **WORDS).state == "proposed"


def test_the_database_itself_holds_one_running(proposed):
    with pytest.raises(IntegrityError):
        CompensationFactory(ticket=proposed.ticket, state="approved")


def test_propose_is_refused_on_an_archived_ticket(complaint, supervisor, manager):
    type(complaint).objects.filter(pk=complaint.pk).update(state="archived")
    with pytest.raises(Conflict):
        services.propose_compensation(complaint, amount=Decimal(1), by=supervisor, **WORDS)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "300.005", "100000000", "1e400", "NaN", "Infinity"])
def test_propose_is_refused_for_what_is_no_amount(complaint, supervisor, manager, amount):
    with pytest.raises(DeskError) as refusal:
        services.propose_compensation(complaint, amount=Decimal(amount), by=supervisor, **WORDS)
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("field", ["payee", "proposal"])
def test_propose_is_refused_without_words(complaint, supervisor, manager, field):
    with pytest.raises(DeskError) as refusal:
        services.propose_compensation(complaint, amount=Decimal(1), by=supervisor, **{**WORDS, field: " "})
    assert refusal.value.field == field


def test_propose_is_refused_where_nobody_else_could_approve_it(complaint, supervisor, manager):
    """A manager alone would wait for themselves, level 3 without anybody in the company for ever."""
    for by, amount in ((manager, 5000), (supervisor, 5001)):
        with pytest.raises(DeskError):
            services.propose_compensation(complaint, amount=Decimal(amount), by=by, **WORDS)
    assert services.propose_compensation(complaint, amount=Decimal(5000), by=supervisor, **WORDS).level == 2


def test_propose_is_refused_without_the_role_or_in_another_office(
    complaint, clerk, steward, cashier, engineer, company, admin, outsider, other_office
):
    MembershipFactory(user=outsider, office=other_office, role="manager")
    for person in (clerk, steward, cashier, engineer, company, admin, User.objects.get(pk=outsider.pk)):
        with pytest.raises(PermissionDenied):
            services.propose_compensation(complaint, amount=Decimal(1), by=person, **WORDS)


# ---- who approves what ----

ROLES = ("clerk", "steward", "cashier", "engineer", "guard", "supervisor", "manager", "company", "admin", "outsider")
MAY = {1: {"supervisor", "manager"}, 2: {"manager"}, 3: {"company"}}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("verb", [approve, send_back])
def test_each_level_has_its_own_approvers(complaint, colleague, level, role, verb, request, client_of):
    person = request.getfixturevalue(role)
    waiting = CompensationFactory(ticket=complaint, proposed_by=colleague, level=level)
    move = "approve_compensation" if verb is approve else "send_back_compensation"
    may = role in MAY[level]
    answer = client_of(person).get(move_url(waiting, move))
    assert answer.status_code == (200 if may else 404 if role in {"engineer", "outsider"} else 403)
    assert (waiting in Compensation.objects.visible_to(person).to_decide_by(person)) == may
    assert (person in services.approvers_of(waiting)) == may
    if may:
        assert verb(waiting, person).decided_by == person
    else:
        with pytest.raises(PermissionDenied):
            verb(waiting, person)


def test_a_manager_of_another_office_does_not_approve(complaint, colleague, other_office, outsider):
    MembershipFactory(user=outsider, office=other_office, role="manager")
    other = User.objects.get(pk=outsider.pk)
    waiting = CompensationFactory(ticket=complaint, proposed_by=colleague)
    assert waiting not in Compensation.objects.to_decide_by(other)
    with pytest.raises(PermissionDenied):
        approve(waiting, other)


def test_nobody_approves_their_own_proposal(complaint, manager, supervisor, client_of):
    own = services.propose_compensation(complaint, amount=Decimal(300), by=manager, **WORDS)
    for verb in (approve, send_back):
        with pytest.raises(PermissionDenied):
            verb(own, manager)
    assert client_of(manager).get(move_url(own, "approve_compensation")).status_code == 403
    assert approve(own, supervisor).state == "approved"


def test_nobody_approves_what_they_proposed_before_a_colleague_changed_it(complaint, supervisor, colleague, manager):
    own = services.propose_compensation(complaint, amount=Decimal(300), by=supervisor, **WORDS)
    changed = again(own, colleague, 301)
    assert changed.proposed_by == colleague
    for person in (supervisor, colleague):
        assert changed not in Compensation.objects.to_decide_by(person)
        with pytest.raises(PermissionDenied):
            approve(changed, person)
    assert (services.approvers_of(changed), approve(changed, manager).state) == ([manager], "approved")


def test_without_the_second_pair_of_eyes_one_would_approve_their_own(proposed, supervisor, monkeypatch):
    """Negative control: what keeps proposer and approver apart is the condition of the move."""
    move = COMPENSATION.moves["approve_compensation"]
    monkeypatch.setitem(COMPENSATION.moves, move.name, replace(move, only=None))
    assert approve(proposed, supervisor).state == "approved"


# ---- deciding ----


def test_approve_says_who_when_and_tells_proposer_and_cashier(proposed, supervisor, manager, cashier, told):
    done = approve(proposed, manager, remarks=" 按协议支付 ")
    assert (done.state, done.decided_by, bool(done.decided_at), done.remarks) == (
        "approved", manager, True, "按协议支付",
    )  # fmt: skip
    ticket = done.ticket
    sentence = said("{by} approved {amount} for {payee}: {number} {subject}", ticket, by=manager, **facts(done))
    assert told(supervisor) == [sentence]
    assert told(cashier) == [said("To be paid: {amount} to {payee}, {number} {subject}", ticket, **facts(done))]
    assert [history_of(one).first().verb for one in (done, ticket)] == ["approve_compensation"] * 2


def test_send_back_says_why_and_lets_it_be_proposed_anew(proposed, supervisor, manager, told):
    told(manager)
    back = send_back(proposed, manager)
    assert (back.state, back.remarks, back.decided_by) == ("sent_back", "金额偏高", manager)
    text = "{by} sent back {amount} for {payee}: {remarks} ({number} {subject})"
    assert told(supervisor) == [said(text, back.ticket, by=manager, remarks="金额偏高", **facts(back))]
    anew = again(back, supervisor, 200)
    assert (anew.state, anew.amount, anew.level) == ("proposed", Decimal(200), 1)
    assert told(manager) == [said(ASKED, back.ticket, by=supervisor, **facts(anew))]
    row = history_of(anew).first()
    assert (row.before["amount"], row.after["amount"], row.after["state"]) == ("300.00", "200.00", "proposed")


def test_send_back_is_refused_without_a_word(proposed, manager):
    with pytest.raises(DeskError) as refusal:
        send_back(proposed, manager, " ")
    assert (refusal.value.field, Compensation.objects.get().state) == ("remarks", "proposed")


def test_proposing_anew_finds_the_level_anew(proposed, supervisor, manager, company, told):
    for amount, others, level in ((300, True, 2), (6000, False, 3), (300, False, 1)):
        assert again(proposed, supervisor, amount, other_departments=others).level == level


def test_proposing_anew_is_for_what_waits_or_was_sent_back(proposed, supervisor, manager, cashier):
    approve(proposed, manager)
    with pytest.raises(Conflict):
        again(proposed, supervisor)
    services.pay_compensation(proposed, voucher="V1", paid_on=local_date(), by=cashier)
    with pytest.raises(Conflict):
        again(proposed, supervisor)


def test_proposing_anew_is_refused_beside_another_one(proposed, supervisor, manager):
    back = send_back(proposed, manager)
    services.propose_compensation(proposed.ticket, amount=Decimal(1), by=supervisor, **WORDS)
    with pytest.raises(Conflict, match=r"¥1\.00"):
        again(back, supervisor)


def test_proposing_anew_on_a_stale_proposal_is_a_conflict(proposed, supervisor, colleague, manager):
    again(proposed, colleague, 400)
    for as_seen in (proposed.version, None):
        with pytest.raises(Conflict):
            again(proposed, supervisor, 500, as_seen=as_seen)
    assert Compensation.objects.get().amount == Decimal(400)


@pytest.mark.parametrize("verb", [services.approve_compensation, services.send_back_compensation])
def test_a_changed_amount_is_not_decided_on_unseen(proposed, supervisor, manager, verb):
    seen = proposed.version
    again(proposed, supervisor, 499)
    for as_seen in (seen, None):
        with pytest.raises(Conflict):
            verb(proposed, as_seen=as_seen, remarks="同意", by=manager)
    assert Compensation.objects.get().state == "proposed"
    assert verb(proposed, as_seen=seen + 1, remarks="同意", by=manager).amount == Decimal(499)


def test_the_level_is_asked_for_again_when_it_rose(proposed, supervisor, colleague, manager):
    again(proposed, supervisor, 501)
    with pytest.raises(PermissionDenied):
        services.approve_compensation(proposed, as_seen=proposed.version + 1, by=colleague)


# ---- paying and withdrawing ----


def test_pay_keeps_voucher_and_day_and_tells_all_three(approved, supervisor, manager, clerk, cashier, told):
    for person in (supervisor, manager):
        told(person)
    paid = services.pay_compensation(approved, voucher=" 记-118 ", paid_on=local_date(), by=cashier)
    assert (paid.state, paid.voucher, paid.paid_on) == ("paid", "记-118", local_date())
    text = "Paid: {amount} to {payee}, voucher {voucher}: {number} {subject}"
    sentence = said(text, paid.ticket, voucher="记-118", **facts(paid))
    assert [told(person) for person in (supervisor, manager, clerk, cashier)] == [[sentence]] * 3 + [[]]


def test_pay_may_be_entered_days_later(proposed, manager, cashier, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC), tick=False)
    approve(proposed, manager)
    time_machine.move_to(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC), tick=False)
    for day, right in (((2026, 11, 1), False), ((2026, 11, 21), False), ((2026, 11, 3), True)):
        if right:
            paid = services.pay_compensation(proposed, voucher="V1", paid_on=dt.date(*day), by=cashier)
            assert paid.paid_on == dt.date(*day)
        else:
            with pytest.raises(DeskError) as refusal:
                services.pay_compensation(proposed, voucher="V1", paid_on=dt.date(*day), by=cashier)
            assert refusal.value.field == "paid_on"


def test_pay_is_refused_without_a_voucher(approved, cashier):
    with pytest.raises(DeskError) as refusal:
        services.pay_compensation(approved, voucher=" ", paid_on=local_date(), by=cashier)
    assert refusal.value.field == "voucher"


def test_pay_is_refused_before_it_is_approved_and_twice(proposed, manager, cashier):
    with pytest.raises(Conflict):
        services.pay_compensation(proposed, voucher="V1", paid_on=local_date(), by=cashier)
    approve(proposed, manager)
    services.pay_compensation(proposed, voucher="V1", paid_on=local_date(), by=cashier)
    with pytest.raises(Conflict):
        services.pay_compensation(proposed, voucher="V2", paid_on=local_date(), by=manager)


def test_pay_is_for_cashier_and_manager(approved, clerk, supervisor, company, outsider):
    for person in (clerk, supervisor, company, outsider):
        with pytest.raises(PermissionDenied):
            services.pay_compensation(approved, voucher="V1", paid_on=local_date(), by=person)


def test_withdraw_tells_who_was_waiting(complaint, supervisor, colleague, manager, cashier, told):
    text = "{by} withdrew {amount} for {payee}: {reason} ({number} {subject})"
    first = services.propose_compensation(complaint, amount=Decimal(1), by=colleague, **WORDS)
    told(manager)
    services.withdraw_compensation(first, reason="业主放弃", by=supervisor)
    sentence = said(text, complaint, by=supervisor, reason="业主放弃", **facts(first))
    assert [told(person)[-1:] for person in (colleague, manager, cashier)] == [[sentence], [sentence], []]
    second = approve(services.propose_compensation(complaint, amount=Decimal(2), by=colleague, **WORDS), manager)
    told(cashier)
    services.withdraw_compensation(second, reason="重算", by=supervisor)
    assert len(told(cashier)) == 1
    assert [row.note for row in history_of(second)[:1]] == ["重算"]


def test_withdraw_is_refused_without_a_reason_and_once_paid(approved, supervisor, cashier, clerk):
    with pytest.raises(DeskError) as refusal:
        services.withdraw_compensation(approved, reason="", by=supervisor)
    assert refusal.value.field == "reason"
    with pytest.raises(PermissionDenied):
        services.withdraw_compensation(approved, reason="r", by=clerk)
    services.pay_compensation(approved, voucher="V1", paid_on=local_date(), by=cashier)
    with pytest.raises(Conflict):
        services.withdraw_compensation(approved, reason="r", by=supervisor)


def test_who_left_is_told_nothing_and_whoever_proposes_reads_it(proposed, supervisor, colleague, manager, told):
    supervisor.memberships.update(ends=local_date() - dt.timedelta(days=1))
    told(colleague)
    send_back(proposed, manager)
    assert (told(supervisor), len(told(colleague))) == ([], 1)


# ---- putting the ticket away ----


@pytest.mark.parametrize(
    ("state", "open_"),
    [("proposed", True), ("sent_back", True), ("approved", True), ("paid", False), ("withdrawn", False)],
)
def test_money_that_is_not_settled_keeps_a_ticket_from_being_put_away(complaint, state, open_):
    CompensationFactory(ticket=complaint, state=state)
    if open_:
        with pytest.raises(DeskError, match=r"¥300\.00 张伟"):
            services.must_be_settled(complaint)
    else:
        services.must_be_settled(complaint)


def test_an_expert_who_has_not_answered_keeps_a_ticket_from_being_put_away(complaint):
    AssessmentFactory(ticket=complaint, state="answered")
    services.must_be_settled(complaint)
    AssessmentFactory(ticket=complaint)
    with pytest.raises(DeskError, match="市房屋安全鉴定站"):
        services.must_be_settled(complaint)


def test_archiving_is_refused_with_money_or_an_expert_open(complaint, supervisor, clerk):
    type(complaint).objects.filter(pk=complaint.pk).update(state="replied", replied_at=now())
    waiting = AssessmentFactory(ticket=complaint)
    with pytest.raises(DeskError):
        services.archive_ticket(complaint, by=clerk)
    services.withdraw_assessment(waiting, reason="r", by=supervisor)
    assert services.archive_ticket(complaint, by=clerk).state == "archived"


# ---- pages ----


def propose_on_page(client, ticket, **typed):
    url = reverse("complaints:compensation_add", args=[ticket.pk])
    return client.post(url, {**WORDS, "amount": "300", **typed})


def test_page_proposes_and_shows_who_may_approve_it(complaint, supervisor, manager, client_of):
    client = client_of(supervisor)
    answer = propose_on_page(client, complaint, other_departments="on", amount=" 1234.5 ")
    made = Compensation.objects.get()
    assert (answer.url, made.amount, made.level) == (made.get_absolute_url(), Decimal("1234.50"), 2)
    page = client.get(answer.url).content.decode()
    assert ("¥1,234.50" in page, "刘建国" in page) == (True, True)


@pytest.mark.parametrize(
    "amount", ["", "0", "0.00", "-1", "1.234", "1e3", "1e400", "３００", "300元", "1,000", "NaN", "100000000", "一百"]
)
def test_page_refuses_what_is_no_amount_at_the_field(complaint, supervisor, manager, client_of, amount):
    answer = propose_on_page(client_of(supervisor), complaint, amount=amount)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors), form["payee"].value()) == (200, ["amount"], "张伟")
    assert not Compensation.objects.exists()


def test_page_beside_a_running_one_answers_409_and_keeps_the_words(complaint, proposed, supervisor, client_of):
    answer = propose_on_page(client_of(supervisor), complaint, amount="88.00", proposal="再赔一次")
    assert answer.status_code == 409
    assert ('value="88.00"' in answer.content.decode(), "再赔一次" in answer.content.decode()) == (True, True)


def test_page_leads_to_the_analysis_first(office, supervisor, manager, client_of):
    client, ticket = client_of(supervisor), TicketFactory(office=office, kind="complaint")
    answer = client.get(reverse("complaints:compensation_add", args=[ticket.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("complaints:responsibility_edit", args=[ticket.pk]))
    answer = propose_on_page(client, ticket)
    assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (200, 1)


def test_page_sent_twice_proposes_once(complaint, supervisor, manager, client_of):
    client, url = client_of(supervisor), reverse("complaints:compensation_add", args=[complaint.pk])
    key = str(client.get(url).context["form"]["once"].value())
    answers = [propose_on_page(client, complaint, once=key) for _click in range(2)]
    assert ([answer.status_code for answer in answers], Compensation.objects.count()) == ([302, 302], 1)


def test_approving_on_the_page_takes_what_it_showed(proposed, manager, client_of):
    client, url = client_of(manager), move_url(proposed, "approve_compensation")
    shown = client.get(url)
    assert "¥300.00" in shown.content.decode()
    answer = client.post(url, {"as_seen": shown.context["form"]["as_seen"].value(), "remarks": "同意"})
    assert (answer.status_code, Compensation.objects.get().state) == (302, "approved")


def test_approving_a_stale_amount_shows_the_new_one_and_loses_no_text(proposed, supervisor, manager, client_of):
    client, url = client_of(manager), move_url(proposed, "approve_compensation")
    typed = {"as_seen": str(proposed.version), "remarks": "同意赔付"}
    again(proposed, supervisor, "480.00")
    answer = client.post(url, typed)
    page = answer.content.decode()
    assert (answer.status_code, "¥480.00" in page, "同意赔付" in page) == (409, True, True)
    assert Compensation.objects.get().state == "proposed"
    form = answer.context["form"]
    assert client.post(url, {name: form[name].value() for name in ("as_seen", "remarks")}).status_code == 302
    assert Compensation.objects.get().state == "approved"


def test_approving_a_stale_amount_in_place_exchanges_the_card_as_well(proposed, supervisor, manager, client_of):
    client, url = client_of(manager), move_url(proposed, "approve_compensation")
    again(proposed, supervisor, "480.00")
    answer = client.post(url, {"as_seen": str(proposed.version)}, headers={"HX-Request": "true"})
    card = answer.content.decode().partition('id="compensation" hx-swap-oob="true"')[2]
    assert (answer.status_code, "¥480.00" in card, "¥300.00" in card) == (409, True, False)


def test_who_was_shown_a_lower_level_is_told_that_it_rose(proposed, supervisor, colleague, client_of):
    client, url = client_of(colleague), move_url(proposed, "approve_compensation")
    again(proposed, supervisor, 4000)
    answer = client.post(url, {"as_seen": str(proposed.version), "remarks": "同意"})
    assert (answer.status_code, answer.context["form"], "同意" in answer.content.decode()) == (409, None, True)
    assert client.post(url, {"as_seen": str(proposed.version + 1)}).status_code == 403


def test_deciding_after_another_shows_who_was_quicker(proposed, manager, colleague, client_of):
    client, url = client_of(manager), move_url(proposed, "send_back_compensation")
    seen = str(proposed.version)
    approve(proposed, colleague)
    answer = client.post(url, {"as_seen": seen, "remarks": "先等等"})
    page = answer.content.decode()
    assert (answer.status_code, "何芳" in page, "先等等" in page) == (409, True, True)


def test_changing_on_the_page_shows_both_texts_when_stale(proposed, supervisor, colleague, manager, client_of):
    client, url = client_of(supervisor), move_url(proposed, "propose_again_compensation")
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in ("version", "amount", "payee", "proposal")}
    again(proposed, colleague, 400, proposal="含误工费")
    answer = client.post(url, {**typed, "amount": "350.00"})
    assert answer.status_code == 409
    rows = {(row.now, row.yours, row.mine) for row in answer.context["differences"]}
    assert rows == {("400.00", "350.00", True), ("含误工费", "吊顶修复材料费", False)}
    form = answer.context["form"]
    retry = {name: form[name].value() for name in ("version", "amount", "payee", "proposal")}
    assert (retry["amount"], retry["proposal"]) == ("350.00", "含误工费")
    assert client.post(url, retry).status_code == 302
    assert (Compensation.objects.get().amount, Compensation.objects.get().proposed_by) == (Decimal(350), supervisor)


def test_changing_in_place_keeps_the_typed_words_when_stale(proposed, supervisor, colleague, manager, client_of):
    client, url = client_of(supervisor), move_url(proposed, "propose_again_compensation")
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in ("version", "amount", "payee", "proposal")}
    again(proposed, colleague, 400)
    answer = client.post(url, {**typed, "amount": "350.00"}, headers={"HX-Request": "true"})
    assert (answer.status_code, 'value="350.00"' in answer.content.decode()) == (409, True)


def test_changing_what_is_decided_is_too_late_and_keeps_the_words(proposed, supervisor, manager, client_of):
    client, url = client_of(supervisor), move_url(proposed, "propose_again_compensation")
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in ("version", "amount", "payee", "proposal")}
    approve(proposed, manager)
    answer = client.post(url, {**typed, "proposal": "改写的理由"})
    assert (answer.status_code, answer.context["form"], "改写的理由" in answer.content.decode()) == (409, None, True)


def test_pay_on_the_page_refuses_a_day_to_come_at_its_field(approved, cashier, client_of):
    client, url = client_of(cashier), move_url(approved, "pay_compensation")
    tomorrow = local_date() + dt.timedelta(days=1)
    answer = client.post(url, {"voucher": "V1", "paid_on": tomorrow.isoformat()})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["paid_on"])
    assert client.post(url, {"voucher": "V1", "paid_on": local_date().isoformat()}).status_code == 302


def test_detail_offers_the_moves_of_the_role(proposed, supervisor, colleague, manager, cashier, client_of):
    def names(user):
        moves = client_of(user).get(proposed.get_absolute_url()).context["moves"]
        return [move.href.rstrip("/").rpartition("/")[2].removesuffix("_compensation") for move in moves]

    both = ["approve", "send_back", "propose_again", "withdraw"]
    assert [names(user) for user in (supervisor, colleague, manager, cashier)] == [both[2:], both, both, []]
    approve(proposed, manager)
    assert [names(user) for user in (supervisor, manager, cashier)] == [["withdraw"], ["pay", "withdraw"], ["pay"]]


def test_engineers_see_no_amounts_even_of_their_own_tickets(complaint, proposed, engineer, client_of):
    client = client_of(engineer)
    assert client.get(proposed.get_absolute_url()).status_code == 404
    type(complaint).objects.filter(pk=complaint.pk).update(assignee=engineer, state="dispatched")
    assert [client.get(url).status_code for url in (proposed.get_absolute_url(), LIST)] == [403, 403]


def test_company_approves_from_all_offices(complaint, supervisor, company, other_office, client_of):
    for ticket in (complaint, TicketFactory(office=other_office, kind="complaint")):
        CompensationFactory(ticket=ticket, proposed_by=supervisor, amount=6000, level=3)
    client = client_of(company)
    assert client.get(LIST, {"state": "mine"}).context["screen"].count == 2
    tiles = {tile.url: tile.value for tile in client.get("/").context["tiles"]}
    assert tiles[f"{LIST}?state=mine"] == 2
    for one in Compensation.objects.all():
        assert client.post(move_url(one, "approve_compensation"), {"as_seen": one.version}).status_code == 302
    assert f"{LIST}?state=mine" not in {tile.url for tile in client.get("/").context["tiles"]}


def test_desk_counts_what_to_approve_and_to_pay_for_whom_it_is(proposed, supervisor, manager, cashier, client_of):
    def tiles(user):
        rows = {tile.url: tile.value for tile in client_of(user).get("/").context["tiles"]}
        return rows.get(f"{LIST}?state=mine"), rows.get(f"{LIST}?state=approved")

    assert [tiles(user) for user in (supervisor, manager, cashier)] == [(None, None), (1, None), (None, None)]
    approve(proposed, manager)
    assert [tiles(user) for user in (supervisor, manager, cashier)] == [(None, None), (None, None), (None, 1)]


# ---- the list ----


@pytest.fixture
def several(office, complaint, supervisor, manager):
    """One in each state, 100 to 500 yuan."""
    made = {}
    for number, state in enumerate(Compensation.State.values, 1):
        ticket = TicketFactory(office=office, kind="complaint", first_contact=supervisor)
        made[state] = CompensationFactory(
            ticket=ticket, state=state, amount=number * 100, level=1 + number % 3, proposed_by=supervisor
        )
    return made


def listed(client, **query):
    screen = client.get(LIST, query).context["screen"]
    return sorted(row[screen.table.at["state"]] for row in screen.rows)


@pytest.mark.parametrize(
    ("asked", "states"),
    [
        ({"state": "running"}, ["approved", "proposed"]),
        ({"state": "paid"}, ["paid"]),
        ({"state": "mine"}, ["proposed"]),
        ({"level": "2"}, ["paid", "proposed"]),
        ({"q": "张伟"}, sorted(Compensation.State.values)),
        ({"q": "nobody"}, []),
        ({"paid_after": "2020-01-01"}, []),
    ],
)
def test_list_answers_its_questions(several, manager, client_of, asked, states):
    assert listed(client_of(manager), **asked) == states


def test_list_shows_what_waits_for_me_and_not_what_waits_for_others(several, manager, supervisor, colleague, client_of):
    several["proposed"].level = 2
    several["proposed"].save()
    found = [listed(client_of(user), state="mine") for user in (manager, supervisor, colleague)]
    assert found == [["proposed"], [], []]


def test_list_adds_up_and_counts(several, manager, client_of):
    context = client_of(manager).get(LIST, {"state": "paid"}).context
    assert [figure.value for figure in context["numbers"]] == ["¥100.00", "¥200.00", "¥300.00", "¥400.00"]
    assert [text for _column, text in context["screen"].totals if text] == ["400.00"]
    presets = [re.sub("<.*", "", str(label)) + (re.search(r'"count">(\d+)', str(label)) or [0, "-"])[1]
               for label, _url, _now in context["presets"]]  # fmt: skip
    assert [preset[-1] for preset in presets] == ["1", "2", "1", "1", "-", "-"]


def test_list_in_excel_keeps_amounts_as_numbers(several, supervisor, client_of):
    CompensationFactory(ticket=several["paid"].ticket, payee="=1+1", amount=Decimal("0.10"), proposed_by=supervisor)
    answer = client_of(supervisor, confirmed=True).get(LIST, {"export": "xlsx"})
    head, *rows = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows()
    amount, payee = 4, 3
    assert len(head) >= 8
    values = [row[amount].value for row in rows[:6]]
    assert sorted(values) == [0.1, 100, 200, 300, 400, 500]
    assert {row[payee].data_type for row in rows[:6]} == {"s"}


def test_list_is_of_the_own_office_and_refused_without_the_role(several, other_office, outsider, engineer, client_of):
    assert listed(client_of(outsider)) == []
    assert client_of(engineer).get(LIST).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_however_many_rows(
    office, manager, supervisor, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        CompensationFactory(ticket__office=office, ticket__first_contact=supervisor, proposed_by=supervisor)
    client = client_of(manager)
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)


def test_ticket_page_takes_the_same_queries_however_many_there_are(complaint, manager, supervisor, client_of):
    client = client_of(manager)
    CompensationFactory(ticket=complaint, proposed_by=supervisor)
    AssessmentFactory(ticket=complaint, asked_by=supervisor)
    client.get(complaint.get_absolute_url())
    counted = _queries(client, complaint)
    for state in ("paid", "sent_back", "withdrawn"):
        CompensationFactory(ticket=complaint, proposed_by=supervisor, state=state)
        AssessmentFactory(ticket=complaint, asked_by=supervisor)
    assert _queries(client, complaint) == counted


def _queries(client, ticket):
    with CaptureQueriesContext(connection) as queries:
        client.get(ticket.get_absolute_url())
    return len(queries)


@pytest.mark.parametrize("acts", [0, 3])
def test_detail_takes_the_same_queries_however_long_the_history(
    proposed, supervisor, manager, acts, client_of, django_assert_num_queries
):
    for _act in range(acts):
        again(proposed, supervisor)
    client = client_of(manager)
    client.get(proposed.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(proposed.get_absolute_url())


# ---- the amounts of the levels ----


def filled_in(client, **changes):
    form = client.get("/ticket-settings/").context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {**{name: value for name, value in data.items() if value not in (None, False)}, **changes}


def test_the_offices_own_amounts_are_set_on_the_settings_page(office, complaint, supervisor, manager, client_of):
    client = client_of(supervisor)
    data = filled_in(client, level_one_up_to="100", level_two_up_to="200.50")
    assert client.post("/ticket-settings/", data).status_code == 302
    assert [level_of(Decimal(n), False, services.settings.settings_of(office)) for n in ("100", "200.5", "201")] == [
        1,
        2,
        3,
    ]
    answer = client.get(reverse("complaints:compensation_add", args=[complaint.pk]))
    assert ("¥100.00" in answer.content.decode(), "¥200.50" in answer.content.decode()) == (True, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level_one_up_to": "600", "level_two_up_to": "599.99"}, "level_two_up_to"),
        ({"level_one_up_to": "-1"}, "level_one_up_to"),
        ({"level_two_up_to": "５０００"}, "level_two_up_to"),
        ({"level_two_up_to": ""}, "level_two_up_to"),
    ],
)
def test_amounts_of_levels_have_to_climb(supervisor, client_of, changes, field):
    client = client_of(supervisor)
    answer = client.post("/ticket-settings/", filled_in(client, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])


# ---- two at once ----


def decide_twice(compensation, people, *verbs):
    """Let people decide on the proposal they both see."""
    copies = [Compensation.objects.get(pk=compensation.pk) for _person in people]
    users = [User.objects.get(pk=person.pk) for person in people]
    return together(
        *(
            lambda c=copy, u=user, v=verb: v(c, as_seen=c.version, remarks="r", by=u)
            for copy, user, verb in zip(copies, users, verbs, strict=True)
        )
    )


BOTH = (services.approve_compensation, services.send_back_compensation)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
@pytest.mark.parametrize("verbs", [BOTH, BOTH[:1] * 2])
def test_two_decide_at_once_and_one_wins(proposed, manager, colleague, verbs, _round):
    assert kinds(decide_twice(proposed, [manager, colleague], *verbs)) == ["Compensation", "Conflict"]
    proposed.refresh_from_db()
    assert proposed.state in {"approved", "sent_back"}
    assert history_of(proposed).exclude(verb="propose_compensation").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_state_guard_both_would_decide(proposed, manager, colleague, monkeypatch):
    """Negative control: the state and the version seen are what let only one of them decide."""
    for name in ("approve_compensation", "send_back_compensation"):
        move = COMPENSATION.moves[name]
        monkeypatch.setitem(COMPENSATION.moves, name, replace(move, sources=frozenset(Compensation.State)))
    monkeypatch.setattr(compensating, "_must_be_as_seen", lambda *_pair: None)
    assert kinds(decide_twice(proposed, [manager, colleague], *BOTH)) == ["Compensation", "Compensation"]


@pytest.mark.django_db(transaction=True)
def test_without_the_row_lock_both_would_decide(proposed, manager, colleague, monkeypatch):
    """Negative control: on PostgreSQL the row lock is what lets only one see the old state."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's IMMEDIATE transactions come one after the other, with or without row locks")
    gate, snapshot = threading.Barrier(2), activity.snapshot
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setattr(activity, "snapshot", lambda obj: (obj.state == "proposed" and gate.wait(10), snapshot(obj))[1])
    assert kinds(decide_twice(proposed, [manager, colleague], *BOTH)) == ["Compensation", "Compensation"]


def propose_twice(ticket, people):
    """Let people propose at the same moment, each having seen no proposal."""
    users = [User.objects.get(pk=person.pk) for person in people]
    copies = [type(ticket).objects.get(pk=ticket.pk) for _person in people]
    return together(
        *(
            lambda t=copy, u=user: services.propose_compensation(t, amount=Decimal(100), by=u, **WORDS)
            for copy, user in zip(copies, users, strict=True)
        )
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_propose_at_once_and_one_wins(complaint, supervisor, colleague, manager, _round):
    assert kinds(propose_twice(complaint, [supervisor, colleague])) == ["Compensation", "Conflict"]
    assert Compensation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_look_at_running_ones_the_database_refuses_the_second(
    complaint, supervisor, colleague, manager, monkeypatch
):
    """Negative control: the second comes through to the constraint, which still keeps it out."""
    monkeypatch.setattr(compensating, "_must_be_alone", lambda *_pair, **_words: None)
    assert kinds(propose_twice(complaint, [supervisor, colleague])) == ["Compensation", "IntegrityError"]
    assert Compensation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_change_and_approval_at_once_never_approve_an_unseen_amount(proposed, supervisor, manager, _round):
    seen = proposed.version
    proposer, approver = (User.objects.get(pk=person.pk) for person in (supervisor, manager))
    mine, theirs = (Compensation.objects.get(pk=proposed.pk) for _person in range(2))
    outcomes = together(
        lambda: services.propose_again_compensation(mine, amount=Decimal(499), as_seen=seen, by=proposer, **WORDS),
        lambda: services.approve_compensation(theirs, as_seen=seen, by=approver),
    )
    assert kinds(outcomes) == ["Compensation", "Conflict"]
    proposed.refresh_from_db()
    assert (proposed.state, proposed.amount) in {("proposed", Decimal(499)), ("approved", Decimal(300))}


def close(ticket, *, by):
    """Put a ticket away as archiving does: with its lock held, look whether all is settled."""
    with transaction.atomic():
        type(ticket).objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        services.must_be_settled(ticket)
        return services.archive_ticket(ticket, by=by)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_propose_and_archive_at_once_leave_no_money_behind(complaint, supervisor, manager, clerk, _round):
    type(complaint).objects.filter(pk=complaint.pk).update(state="replied", replied_at=now())
    proposer, closer = (User.objects.get(pk=person.pk) for person in (supervisor, clerk))
    mine, theirs = (type(complaint).objects.get(pk=complaint.pk) for _person in range(2))
    outcomes = together(
        lambda: services.propose_compensation(mine, amount=Decimal(100), by=proposer, **WORDS),
        lambda: close(theirs, by=closer),
    )
    assert kinds(outcomes) in (["Compensation", "DeskError"], ["Conflict", "Ticket"])
    complaint.refresh_from_db()
    assert complaint.is_open == Compensation.objects.exists()
