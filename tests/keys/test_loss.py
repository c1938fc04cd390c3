"""Lost and damaged: out until the lock is changed, with cost and payer; new copies get new tags (R-KEY-08)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import Key, LentKey, Loan, LockChange
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db

CHANGE = {"cost": Decimal("180.00"), "payer": "holder"}


@pytest.fixture
def lost(lent, key, clerk, supervisor):
    """The owner lost it."""
    return services.report_lost(key, note="在菜市场丢失", by=clerk)


def test_lost_key_stays_with_its_holder_and_supervisors_hear(lost, lent, supervisor, told):
    lent.refresh_from_db()
    assert (lost.state, lent.is_open, LentKey.objects.out().count()) == ("lost", True, 1)
    assert "K-0012" in told(supervisor)[0]
    assert list(Key.objects.overdue(lent.due_at + dt.timedelta(minutes=1))) == [lost]


def test_lost_key_is_not_taken_back_like_another(lost, lent, clerk):
    with pytest.raises(Conflict):
        services.take_back_keys(lent, back={lost: "good"}, by=clerk)


def test_found_key_hangs_again_and_ends_the_slip(lost, lent, clerk):
    found = services.find_key(lost, note="清洁员捡到", by=clerk)
    lent.refresh_from_db()
    assert (found.state, lent.is_open, LentKey.objects.get().condition) == ("in", False, "found")


def test_changed_lock_ends_key_and_slip_with_cost_and_payer(lost, lent, supervisor, office, home):
    ticket = TicketFactory(office=office, unit=home)
    change = services.change_lock(lost, ticket=ticket, by=supervisor, **CHANGE)
    lost.refresh_from_db()
    lent.refresh_from_db()
    assert (lost.state, lost.hook, lent.is_open, LentKey.objects.get().condition) == ("retired", None, False, "lost")
    assert (change.cost, change.payer, change.ticket, change.by) == (Decimal("180.00"), "holder", ticket, supervisor)


def test_new_copy_gets_a_tag_of_its_own(lost, supervisor, clerk, office, home, owner):
    services.change_lock(lost, by=supervisor, **CHANGE)
    new = services.register_key(office=office, by=clerk, unit=home, deposited_by=owner, replaces=lost)
    assert (new.tag != lost.tag, new.replaces, list(lost.replacements.all())) == (True, lost, [new])


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"changed_on": dt.date(2999, 1, 1)}, "changed_on"), ({"cost": Decimal(-1)}, "cost")],
)
def test_changed_lock_is_refused_for_figures_that_cannot_be(lost, supervisor, facts, field):
    with pytest.raises(DeskError) as refusal:
        services.change_lock(lost, by=supervisor, **CHANGE | facts)
    assert (refusal.value.field, LockChange.objects.exists()) == (field, False)


def test_changed_lock_takes_the_role_and_a_key_that_is_gone(key, lost, clerk, supervisor, vacant):
    with pytest.raises(PermissionDenied):
        services.change_lock(lost, by=clerk, **CHANGE)
    with pytest.raises(Conflict):
        services.change_lock(vacant, by=supervisor, **CHANGE)
    services.change_lock(lost, by=supervisor, changed_on=local_date(), **CHANGE)
    with pytest.raises(Conflict):
        services.change_lock(lost, by=supervisor, **CHANGE)


def test_key_missing_from_the_cabinet_is_reported_without_a_holder(vacant, clerk):
    assert services.report_lost(vacant, note="盘点时不见", by=clerk).state == "lost"
    assert not Loan.objects.exists()


def test_damaged_key_is_used_again_once_repaired(vacant, clerk):
    with pytest.raises(DeskError):
        services.report_damaged(vacant, note="", by=clerk)
    assert services.report_damaged(vacant, note="齿磨平", by=clerk).state == "damaged"
    assert services.repair_key(vacant, by=clerk, note="已重配").state == "in"


def test_retired_key_frees_its_hook_and_keeps_its_history(vacant, supervisor, clerk):
    with pytest.raises(PermissionDenied):
        services.retire_key(vacant, note="房已交付", by=clerk)
    with pytest.raises(DeskError):
        services.retire_key(vacant, note=" ", by=supervisor)
    gone = services.retire_key(vacant, note="房已交付，换了锁芯", by=supervisor)
    assert (gone.state, gone.hook, history_of(gone).get().note) == ("retired", None, "房已交付，换了锁芯")


def test_key_that_is_out_is_not_retired(lent, key, supervisor):
    with pytest.raises(Conflict):
        services.retire_key(key, note="x", by=supervisor)


@pytest.mark.parametrize("move", ["report_lost", "find_key"])
def test_loss_is_said_in_words(lost, vacant, clerk, move):
    with pytest.raises(DeskError) as refusal:
        getattr(services, move)(lost if move == "find_key" else vacant, note=" ", by=clerk)
    assert refusal.value.field == "note"
