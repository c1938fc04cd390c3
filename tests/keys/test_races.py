"""Two desks at one key: exactly one open loan, and without the guards there would be two (R-KEY-08)."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import QuerySet

from frontdesk.staff.models import User
from keys import services
from keys.models import Key, LentKey, Loan, Reminder, StockLine, StockTake
from keys.services import lending
from keys.workflow import KEY, KeyState
from tests.factories import KeyFactory, RingFactory
from tests.keys.conftest import OWNER
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)


def lend(key, owner, by):
    """Return an act of one desk, with copies of its own as it saw them."""
    copy, actor = Key.objects.get(pk=key.pk), User.objects.get(pk=by.pk)
    return lambda: services.lend_key(copy, by=actor, person=owner, **OWNER)


@pytest.mark.parametrize("_round", range(8))
def test_two_desks_lend_one_key_and_one_wins(key, owner, clerk, steward, _round):
    outcomes = together(lend(key, owner, clerk), lend(key, owner, steward))
    assert kinds(outcomes) == ["Conflict", "Loan"]
    assert (LentKey.objects.out().count(), Loan.objects.count()) == (1, 1)
    assert Loan.objects.get().number.endswith("00001")


def test_eight_clicks_lend_one_key_once(key, owner, clerk):
    outcomes = together(*[lend(key, owner, clerk) for _click in range(8)])
    assert kinds(outcomes) == [*["Conflict"] * 7, "Loan"]
    assert LentKey.objects.out().count() == 1


def _both_see_it_there(monkeypatch):
    """Let both desks look before either writes: no row locks, no look at the state."""
    gate, slip, move = threading.Barrier(2), lending._slip, KEY.moves["lend_key"]

    def waiting(*args, **kwargs):
        if connection.vendor == "postgresql":  # SQLite's IMMEDIATE transactions come one after the other
            gate.wait(10)
        return slip(*args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setitem(KEY.moves, move.name, replace(move, sources=move.sources | {KeyState.OUT}))
    monkeypatch.setattr(lending, "_together", lambda key, _also, **_how: [key])
    monkeypatch.setattr(lending, "_slip", waiting)


def test_without_lock_and_state_the_database_still_lets_one_win(key, owner, clerk, steward, monkeypatch):
    """The last guard: one open row per key is a constraint."""
    _both_see_it_there(monkeypatch)
    outcomes = together(lend(key, owner, clerk), lend(key, owner, steward))
    assert kinds(outcomes) == ["IntegrityError", "Loan"]
    assert (LentKey.objects.out().count(), Loan.objects.count()) == (1, 1)


def test_without_any_guard_the_key_would_be_out_twice(key, owner, clerk, steward, monkeypatch):
    """Negative control: with lock, state and constraint off, both desks lend it."""
    _both_see_it_there(monkeypatch)
    guard = next(one for one in LentKey._meta.constraints if one.name == "one_open_loan_of_a_key")
    with connection.schema_editor() as editor:
        editor.remove_constraint(LentKey, guard)
    try:
        assert kinds(together(lend(key, owner, clerk), lend(key, owner, steward))) == ["Loan", "Loan"]
        assert LentKey.objects.out().filter(key=key).count() == 2
    finally:
        LentKey.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(LentKey, guard)


def test_two_lend_rings_that_share_nothing_but_are_asked_for_crosswise(office, home, owner, clerk, steward):
    """Locks are taken in one order, so that nobody waits for each other."""
    one, other = (KeyFactory(office=office, unit=home, deposited_by=owner) for _n in range(2))
    for key in (one, other):
        Key.objects.filter(pk=key.pk).update(ring=RingFactory(office=office))

    def act(first, second, by):
        keys = [Key.objects.get(pk=key.pk) for key in (first, second)]
        actor = User.objects.get(pk=by.pk)
        return lambda: services.lend_key(keys[0], also=[keys[1]], by=actor, person=owner, **OWNER)

    outcomes = together(act(one, other, clerk), act(other, one, steward))
    assert kinds(outcomes) == ["Conflict", "Loan"]
    assert LentKey.objects.out().count() == 2


def test_two_take_the_same_key_back_and_one_is_told(lent, key, clerk, steward):
    def act(by):
        loan, actor = Loan.objects.get(pk=lent.pk), User.objects.get(pk=by.pk)
        return lambda: services.take_back_keys(loan, back={Key.objects.get(pk=key.pk): "good"}, by=actor)

    assert kinds(together(act(clerk), act(steward))) == ["Conflict", "Loan"]


def test_lending_and_reporting_it_lost_meet_and_one_wins(key, owner, clerk, steward):
    def lose():
        return services.report_lost(Key.objects.get(pk=key.pk), note="找不到", by=User.objects.get(pk=steward.pk))

    outcomes = together(lend(key, owner, clerk), lose)
    assert "Key" in kinds(outcomes)
    key.refresh_from_db()
    assert key.state == "lost"


def test_two_sweeps_give_one_reminder(lent):
    at = lent.due_at + dt.timedelta(minutes=1)
    given = together(*[lambda: services.remind_holders(at) for _sweep in range(4)])
    assert (sum(given), Reminder.objects.count()) == (1, 1)


def test_two_phones_scan_one_tag_and_it_counts_once(office, clerk, steward, key):
    count = services.begin_stocktake(office=office, by=clerk)

    def scan(by):
        stocktake, actor = StockTake.objects.get(pk=count.pk), User.objects.get(pk=by.pk)
        return lambda: services.count_tag(stocktake, tag=key.tag, by=actor)

    outcomes = together(scan(clerk), scan(steward))
    assert kinds(outcomes) == ["StockLine", "StockLine"]
    assert StockLine.objects.count() == 1


def test_two_begin_to_count_and_one_is_told(office, clerk, steward, key):
    def begin(by):
        actor = User.objects.get(pk=by.pk)
        return lambda: services.begin_stocktake(office=office, by=actor)

    assert kinds(together(begin(clerk), begin(steward))) == ["Conflict", "StockTake"]


def test_two_hang_something_on_the_last_free_hook(office, home, owner, clerk, steward, cabinet):
    def hang(by):
        actor = User.objects.get(pk=by.pk)
        return lambda: services.register_key(
            office=office, by=actor, unit=home, deposited_by=owner, cabinet=cabinet, hook=5
        )

    def hang_ring():
        actor = User.objects.get(pk=steward.pk)
        return services.add_ring(office=office, by=actor, name="串", cabinet=cabinet, hook=5)

    assert kinds(together(hang(clerk), hang_ring)) in (["DeskError", "Key"], ["DeskError", "Ring"])
