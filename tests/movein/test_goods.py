"""Passes at the desk: taken in, issued with or without the owner's word, put off, cancelled (R-GDS-01)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from fees.services import owed_by
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.errors import Conflict, DeskError
from movein import services
from movein.models import GoodsPass, GoodsSettings
from tests.factories import BillFactory, PersonFactory, TenureFactory, UnitFactory
from tests.keys.conftest import signature_file
from tests.movein.conftest import GOODS, HOURS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def refusal(act, **kwargs):
    """Return the field a service refuses."""
    with pytest.raises(DeskError) as refused:
        act(**kwargs)
    return refused.value.field


# ---- taken in ----


def test_apply_of_an_owner_issues_at_once(issued, clerk):
    assert (issued.number, issued.state, issued.applicant) == ("F2026-00001", "issued", "owner")
    assert [str(item) for item in issued.items.all()] == ["冰箱 × 1台", "餐椅 × 4把"]
    assert (issued.issued_by, issued.plate, history_of(issued).get().verb) == (clerk, "粤B12345", "issue_pass")


def test_apply_is_never_refused_for_unpaid_fees(home, owner, clerk):
    BillFactory(unit=home, due_on=dt.date(2020, 1, 5), month=dt.date(2020, 1, 1))
    assert owed_by(home).overdue > 0
    assert services.apply_for_pass(unit=home, by=clerk, person=owner, **GOODS).state == "issued"


def test_apply_of_a_tenant_who_moves_out_waits_for_the_owner(waiting):
    assert (waiting.state, waiting.needs_owner, waiting.issued_at) == ("waiting", True, None)


def test_apply_of_a_tenant_with_single_goods_waits_for_nobody(home, tenant, clerk):
    assert services.apply_for_pass(unit=home, by=clerk, person=tenant, **GOODS).state == "issued"


def test_apply_asks_no_owner_where_the_office_does_not(home, tenant, clerk, supervisor):
    services.change_settings(
        home.office, by=supervisor, expected=0, ask_owner=False, first_time=dt.time(8), last_time=dt.time(20)
    )
    made = services.apply_for_pass(unit=home, by=clerk, person=tenant, **GOODS | {"kind": "move_out"})
    assert (made.state, made.needs_owner) == ("issued", False)


def test_apply_of_family_counts_as_whom_they_live_with(home, tenant, owner):
    tenancy, ownership = (person.tenures.get() for person in (tenant, owner))
    with_tenant, with_owner, alone = (
        TenureFactory(unit=home, person__office=home.office, role="family", head=head).person
        for head in (tenancy, ownership, None)
    )
    found = [services.applicant_of(home, person) for person in (with_tenant, with_owner, alone)]
    assert found == ["tenant", "owner", "tenant"]


def test_apply_refuses_who_is_not_there_today(home, owner, clerk):
    stranger = PersonFactory(office=home.office)
    gone = TenureFactory(unit=home, person__office=home.office, ends=dt.date(2026, 1, 1)).person
    contact = TenureFactory(unit=home, person__office=home.office, role="contact").person
    for person in (stranger, gone, contact):
        assert refusal(services.apply_for_pass, unit=home, by=clerk, person=person, **GOODS) == "person"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"items": " "}, "items"),
        ({"day": dt.date(2026, 11, 22)}, "day"),
        ({"first": dt.time(7), "last": dt.time(8)}, "last"),
        ({"first": dt.time(18), "last": dt.time(9)}, "last"),
        ({"day": dt.date(2062, 11, 23)}, "day"),
        ({"first": dt.time(21), "last": dt.time(22)}, "remark"),
        ({"plate": "粤B1"}, "plate"),
    ],
)
def test_apply_refuses_with_the_field(home, owner, clerk, changed, field):
    assert refusal(services.apply_for_pass, unit=home, by=clerk, person=owner, **GOODS | changed) == field
    assert not GoodsPass.objects.exists()


def test_apply_for_an_unusual_hour_needs_a_remark(home, owner, clerk):
    late = GOODS | {"first": dt.time(21), "last": dt.time(22), "remark": "夜间闭店后撤柜，已告知楼上住户"}
    assert services.apply_for_pass(unit=home, by=clerk, person=owner, **late).state == "issued"


def test_apply_for_a_company_names_it_and_whoever_came(office, clerk):
    made = services.apply_for_company(
        office=office, by=clerk, company="宏达防水", name="邓建平", phone="138 0013 8002", **GOODS
    )
    assert (made.whose, made.applicant, made.phone, made.masked) == (
        "宏达防水",
        "company",
        "13800138002",
        "138****8002",
    )
    facts = {"company": "宏达防水", "name": "邓建平", "phone": "13800138002"}
    for name in facts:
        asked = {**facts, **GOODS, name: " "}
        assert refusal(services.apply_for_company, office=office, by=clerk, **asked) == name


def test_apply_is_not_the_guards(home, owner, guard):
    with pytest.raises(PermissionDenied):
        services.apply_for_pass(unit=home, by=guard, person=owner, **GOODS)


def test_apply_refuses_a_unit_of_another_office(other_office, owner, clerk):
    elsewhere = UnitFactory(office=other_office)
    with pytest.raises((PermissionDenied, DeskError)):
        services.apply_for_pass(unit=elsewhere, by=clerk, person=owner, **GOODS)


# ---- the owner's word ----


def test_approve_writes_down_who_agreed_and_how(waiting, owner, clerk):
    done = services.approve_pass(waiting, by=clerk, owner=owner, word="phone", said="押金已结清")
    assert (done.state, done.owner, done.owner_word, done.issued_by) == ("issued", owner, "phone", clerk)


def test_approve_asks_for_an_owner_of_today_and_how(waiting, owner, tenant, clerk):
    assert refusal(services.approve_pass, goods_pass=waiting, by=clerk, word="phone") == "owner"
    assert refusal(services.approve_pass, goods_pass=waiting, by=clerk, word="phone", owner=tenant) == "owner"
    assert refusal(services.approve_pass, goods_pass=waiting, by=clerk, word="", owner=owner) == "word"


def test_approve_by_letter_asks_for_its_photo_which_stays(waiting, owner, clerk):
    assert refusal(services.approve_pass, goods_pass=waiting, by=clerk, word="letter", owner=owner) == "paper"
    done = services.approve_pass(waiting, by=clerk, word="letter", owner=owner, paper=signature_file())
    assert attachments_of(done).count() == 1


def test_approve_without_a_known_owner_names_who_agreed(waiting, owner, clerk):
    owner.tenures.update(ends=dt.date(2026, 1, 1))
    assert refusal(services.approve_pass, goods_pass=waiting, by=clerk, word="phone") == "said"
    assert services.approve_pass(waiting, by=clerk, word="phone", said="开发商 李经理").state == "issued"


def test_approve_of_what_is_over_asks_for_another_time_first(waiting, owner, clerk, clock):
    clock.shift(dt.timedelta(hours=10))
    with pytest.raises(DeskError):
        services.approve_pass(waiting, by=clerk, owner=owner, word="phone")


def test_refuse_says_why(waiting, clerk):
    assert refusal(services.refuse_pass, goods_pass=waiting, by=clerk, reason=" ") == "reason"
    assert services.refuse_pass(waiting, by=clerk, reason="业主称租金未结清，由双方自行协商").state == "refused"


# ---- another time, cancelled ----


def test_reschedule_moves_the_window(issued, clerk):
    tomorrow = TODAY + dt.timedelta(days=1)
    moved = services.reschedule_pass(issued, **HOURS | {"day": tomorrow}, reason="下雨", by=clerk)
    assert services.refusal_of(moved).outcome == "early"
    assert refusal(services.reschedule_pass, goods_pass=issued, **HOURS, reason="", by=clerk) == "reason"


def test_reschedule_revives_what_expired(issued, clerk, clock):
    clock.shift(dt.timedelta(days=1))
    assert (issued.is_expired, GoodsPass.objects.expired().count()) == (True, 1)
    moved = services.reschedule_pass(issued, **HOURS | {"day": TODAY + dt.timedelta(days=1)}, reason="改期", by=clerk)
    assert (moved.is_expired, services.refusal_of(moved)) == (False, None)


def test_cancel_says_why_and_only_while_it_is_open(issued, clerk):
    assert refusal(services.cancel_pass, goods_pass=issued, by=clerk, reason="") == "reason"
    assert services.cancel_pass(issued, by=clerk, reason="不搬了").state == "cancelled"
    with pytest.raises(Conflict):
        services.cancel_pass(issued, by=clerk, reason="再来")


# ---- the office's figures ----


def test_settings_refuse_hours_that_end_before_they_begin(office, supervisor):
    with pytest.raises(DeskError) as refused:
        services.change_settings(
            office, by=supervisor, expected=0, ask_owner=True, first_time=dt.time(20), last_time=dt.time(8)
        )
    assert (refused.value.field, GoodsSettings.objects.exists()) == ("last_time", False)


def test_settings_are_not_the_clerks(office, clerk):
    with pytest.raises(PermissionDenied):
        services.change_settings(office, by=clerk, expected=0, ask_owner=False)


# ---- numbers ----


def test_reveal_is_on_record_and_ends_with_the_pass(issued, waiting, owner, clerk):
    assert services.reveal_applicant(services.Called(issued, owner), by=clerk) == "13800138000"
    assert [row.verb for row in history_of(issued)] == ["reveal_applicant", "issue_pass"]
    assert history_of(owner).first().verb == "call_person"
    services.cancel_pass(issued, by=clerk, reason="不搬了")
    issued.refresh_from_db()
    assert services.reveal_applicant(services.Called(issued, owner), by=clerk) == ""


def test_the_owner_stands_there_to_be_called_until_they_were(waiting, owner, clerk):
    assert [person for person, _phone in services.call_list(waiting)] == [owner]
    done = services.approve_pass(waiting, by=clerk, owner=owner, word="phone")
    assert services.call_list(done) == []
