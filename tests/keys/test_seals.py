"""Sealed keys: the manager's word, a second person, old and new number; emergencies at once (R-KEY-06)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import LentKey, Loan, SealOpening
from tests.factories import KeySettingsFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(sealed, clerk, manager):
    """The clerk asked for it."""
    return services.request_opening(sealed, reason="业主出差，家中漏水", by=clerk)


@pytest.fixture
def approved(asked, manager):
    """The manager said yes."""
    return services.approve_opening(asked, by=manager, note="注意拍照")


@pytest.fixture
def opened(approved, clerk):
    """Opened before a guard."""
    return services.open_seal(approved, witness="周勇", old_seal="F10001", by=clerk)


def test_request_tells_the_managers(asked, sealed, manager, supervisor, told):
    assert asked.state == "requested"
    assert [("K-0015" in text, "漏水" in text) for text in told(manager)] == [(True, True)]
    assert told(supervisor) == []
    assert history_of(sealed).get().verb == "request_opening"


def test_request_is_made_once_and_for_sealed_keys_with_a_reason(asked, sealed, key, clerk):
    with pytest.raises(Conflict):
        services.request_opening(sealed, reason="又一次", by=clerk)
    with pytest.raises(DeskError):
        services.request_opening(key, reason="不是封存", by=clerk)
    with pytest.raises(DeskError):
        services.request_opening(sealed, reason=" ", by=clerk)


def test_the_manager_decides_and_whoever_asked_hears(asked, manager, clerk, told):
    opening = services.approve_opening(asked, by=manager, note="注意拍照")
    assert (opening.state, opening.decided_by, opening.decision) == ("approved", manager, "注意拍照")
    assert len(told(clerk)) == 1


def test_refusal_says_why(asked, manager, clerk, told):
    with pytest.raises(DeskError):
        services.refuse_opening(asked, note="", by=manager)
    assert services.refuse_opening(asked, note="先联系业主", by=manager).state == "refused"
    assert "先联系业主" in told(clerk)[0]


@pytest.mark.parametrize("who", ["clerk", "supervisor"])
def test_nobody_below_the_manager_decides(asked, who, request):
    with pytest.raises(PermissionDenied):
        services.approve_opening(asked, by=request.getfixturevalue(who))


def test_without_approval_nothing_is_opened(asked, clerk):
    with pytest.raises(Conflict):
        services.open_seal(asked, witness="周勇", old_seal="F10001", by=clerk)


def test_opening_takes_the_key_out_to_whoever_opened_it(opened, sealed, clerk):
    sealed.refresh_from_db()
    loan = Loan.objects.get()
    assert (opened.state, opened.old_seal, opened.witness, opened.loan) == ("opened", "F10001", "周勇", loan)
    assert (sealed.state, loan.colleague, loan.is_open, LentKey.objects.out().get().key) == (
        "out", clerk, True, sealed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"witness": " "}, "witness"),
        ({"witness": "王敏"}, "witness"),
        ({"witness": " 王 敏 "}, "witness"),
        ({"old_seal": ""}, "old_seal"),
        ({"old_seal": "F99999"}, "remark"),
    ],
)
def test_opening_needs_a_second_person_and_the_number_of_the_seal(approved, sealed, clerk, facts, field):
    with pytest.raises(DeskError) as refusal:
        services.open_seal(approved, by=clerk, **{"witness": "周勇", "old_seal": "F10001", **facts})
    sealed.refresh_from_db()
    assert (refusal.value.field, sealed.state, Loan.objects.exists()) == (field, "in", False)


def test_a_seal_that_differs_is_reported_to_the_managers(approved, manager, clerk, told):
    told(manager)
    opening = services.open_seal(approved, witness="周勇", old_seal="F99999", remark="封条有揭开痕迹", by=clerk)
    assert (opening.seal_differs, opening.registered_seal) == (True, "F10001")
    assert "F99999" in told(manager)[0]


def test_sealing_again_writes_the_new_number_onto_the_register(opened, sealed, clerk):
    opening = services.close_seal(opened, witness="赵洁", new_seal="F20002", by=clerk)
    sealed.refresh_from_db()
    assert (sealed.state, sealed.seal_number, sealed.hook) == ("in", "F20002", 15)
    assert (opening.state, opening.new_seal, opening.sealed_before) == ("sealed", "F20002", "赵洁")
    assert not Loan.objects.get().is_open
    assert [entry.verb for entry in history_of(sealed)] == [
        "close_seal", "open_seal", "approve_opening", "request_opening",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"new_seal": ""}, "new_seal"), ({"new_seal": "F10001"}, "new_seal"), ({"witness": "王敏"}, "witness")],
)
def test_sealing_again_needs_a_new_number_and_a_second_person(opened, sealed, clerk, facts, field):
    with pytest.raises(DeskError) as refusal:
        services.close_seal(opened, by=clerk, **{"witness": "赵洁", "new_seal": "F20002", **facts})
    sealed.refresh_from_db()
    assert (refusal.value.field, sealed.state) == (field, "out")


def test_an_opened_key_is_not_taken_back_like_a_lent_one(opened, sealed, clerk):
    with pytest.raises(PermissionDenied):
        services.take_back_keys(Loan.objects.get(), back={sealed: "good"}, by=clerk)


def test_emergency_opens_at_once_and_the_managers_hear_at_once(manager, sealed, clerk, told):
    opening = services.unseal_key(sealed, reason="燃气泄漏", witness="周勇", old_seal="F10001", by=clerk)
    sealed.refresh_from_db()
    assert (opening.state, opening.is_emergency, sealed.state) == ("opened", True, "out")
    assert "燃气泄漏" in told(manager)[0]
    assert list(SealOpening.objects.to_decide()) == [opening]


def test_emergency_is_taken_note_of_once_by_a_manager(sealed, clerk, manager, supervisor):
    opening = services.unseal_key(sealed, reason="燃气泄漏", witness="周勇", old_seal="F10001", by=clerk)
    with pytest.raises(PermissionDenied):
        services.review_opening(opening, by=supervisor)
    assert services.review_opening(opening, by=manager, note="处置得当").decided_by == manager
    with pytest.raises(Conflict):
        services.review_opening(opening, by=manager)
    assert not SealOpening.objects.to_decide().exists()


def test_emergency_takes_the_place_of_a_request_under_way(asked, sealed, clerk):
    services.unseal_key(sealed, reason="冒烟", witness="周勇", old_seal="F10001", by=clerk)
    asked.refresh_from_db()
    assert (asked.state, SealOpening.objects.running().count()) == ("withdrawn", 1)


def test_emergency_on_an_open_key_is_a_conflict(opened, sealed, clerk):
    with pytest.raises(Conflict):
        services.unseal_key(sealed, reason="冒烟", witness="周勇", old_seal="F10001", by=clerk)


def test_whoever_asked_or_decides_withdraws_it(asked, approved, clerk, steward, manager):
    with pytest.raises(PermissionDenied):
        services.withdraw_opening(approved, by=steward)
    assert services.withdraw_opening(approved, by=clerk, note="业主回来了").state == "withdrawn"


def test_a_key_is_asked_for_again_after_it_was_sealed(opened, sealed, clerk):
    services.close_seal(opened, witness="赵洁", new_seal="F20002", by=clerk)
    assert services.request_opening(sealed, reason="再次漏水", by=clerk).state == "requested"


def test_whoever_asked_is_no_witness_of_a_colleague_who_opens(approved, steward):
    with pytest.raises(DeskError) as refusal:
        services.open_seal(approved, witness="王敏", old_seal="F10001", by=steward)
    assert refusal.value.field == "witness"


def test_an_approval_lapses_after_the_offices_time_and_is_asked_for_again(asked, manager, clerk, sealed, office, told):
    KeySettingsFactory(office=office, approval_minutes=60)
    approved = services.approve_opening(asked, by=manager, note="注意拍照")
    assert f"{approved.approved_until.astimezone():%H:%M}"[-2:] in told(clerk)[0]
    with pytest.raises(Conflict):
        services.ask_again(approved, by=clerk)
    told(manager)
    with time_machine.travel(approved.approved_until + dt.timedelta(minutes=1), tick=False):
        with pytest.raises(Conflict):
            services.open_seal(approved, witness="周勇", old_seal="F10001", by=clerk)
        again = services.ask_again(approved, by=clerk)
        assert (again.state, again.decided_by, again.decision, again.approved_until) == ("requested", None, "", None)
        assert len(told(manager)) == 1
        services.approve_opening(again, by=manager)
        services.open_seal(again, witness="周勇", old_seal="F10001", by=clerk)
    sealed.refresh_from_db()
    assert sealed.state == "out"


def test_owner_is_told_of_an_emergency_once_and_on_record(sealed, clerk, steward, approved):
    with pytest.raises(Conflict):
        services.tell_owner(
            services.open_seal(approved, witness="周勇", old_seal="F10001", by=clerk), note="x", by=clerk
        )
    services.close_seal(approved, witness="周勇", new_seal="F20002", by=clerk)
    sealed.refresh_from_db()
    opening = services.unseal_key(sealed, reason="燃气泄漏", witness="周勇", old_seal="F20002", by=clerk)
    assert list(SealOpening.objects.owner_waits()) == [opening]
    with pytest.raises(DeskError):
        services.tell_owner(opening, note=" ", by=clerk)
    services.tell_owner(opening, note="欧阳娜，知道了，明天回来", by=steward)
    opening.refresh_from_db()
    assert (opening.owner_told_by, opening.owner_said) == (steward, "欧阳娜，知道了，明天回来")
    assert "tell_owner" in {entry.verb for entry in history_of(sealed)}
    assert not SealOpening.objects.owner_waits().exists()


def test_page_says_the_managers_word_what_lapsed_and_that_the_owner_waits(approved, sealed, clerk, client_of):
    client = client_of(clerk)
    assert "注意拍照" in client.get(approved.get_absolute_url()).content.decode().partition('id="history"')[0]
    SealOpening.objects.filter(pk=approved.pk).update(approved_until=approved.decided_at - dt.timedelta(hours=1))
    page = client.get(approved.get_absolute_url()).content.decode()
    assert (f"{approved.get_absolute_url()}ask_again/" in page, f"{approved.get_absolute_url()}open_seal/" in page) == (
        True, False,
    )  # fmt: skip
    services.withdraw_opening(approved, by=clerk)
    opening = services.unseal_key(sealed, reason="燃气泄漏", witness="周勇", old_seal="F10001", by=clerk)
    page = client.get(opening.get_absolute_url()).content.decode()
    assert (f"{opening.get_absolute_url()}tell_owner/" in page, sealed.deposited_by.name in page) == (True, True)
