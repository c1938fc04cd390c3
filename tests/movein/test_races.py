"""One pass at two gates in the same second: one lets out; without the guards there would be two (R-GDS-01)."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import QuerySet

from frontdesk.staff.models import User
from movein import services
from movein.models import GateCheck, GoodsPass
from movein.services import gate
from movein.workflow import GOODS_PASS, PassState
from tests.factories import GoodsItemFactory, GoodsPassFactory, MembershipFactory, UserFactory
from tests.racing import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def goods_pass(office):
    """Valid now."""
    made = GoodsPassFactory(office=office)
    GoodsItemFactory(goods_pass=made)
    return made


@pytest.fixture
def other_guard(office):
    """At the other gate."""
    user = UserFactory(name="东门")
    MembershipFactory(user=user, office=office, role="guard")
    return User.objects.get(pk=user.pk)


def scan(goods_pass, by):
    """Return what one gate does, with copies of its own as it saw them."""
    copy, actor = GoodsPass.objects.get(pk=goods_pass.pk), User.objects.get(pk=by.pk)
    taken = set(copy.items.values_list("pk", flat=True))
    return lambda: services.let_out(copy, by=actor, taken=taken)


def seen():
    """Return the gate's log in the order of the alphabet."""
    return sorted(GateCheck.objects.values_list("outcome", flat=True))


@pytest.mark.parametrize("_round", range(8))
def test_two_gates_scan_one_pass_and_one_lets_out(goods_pass, guard, other_guard, _round):
    outcomes = together(scan(goods_pass, guard), scan(goods_pass, other_guard))
    assert kinds(outcomes) == ["GateCheck", "GateCheck"]
    assert seen() == ["released", "used"]


def test_eight_gates_let_out_once_and_seven_attempts_are_logged(goods_pass, guard):
    together(*[scan(goods_pass, guard) for _gate in range(8)])
    assert seen() == ["released", *["used"] * 7]


def _both_see_it_valid(monkeypatch):
    """Let both gates look before either writes: no row locks, no look at the state."""
    waits, items, move = threading.Barrier(2), gate._held, GOODS_PASS.moves["release_pass"]

    def held(*args):
        found = items(*args)
        if connection.vendor == "postgresql":  # SQLite's IMMEDIATE transactions come one after the other
            waits.wait(10)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    monkeypatch.setitem(GOODS_PASS.moves, move.name, replace(move, sources=move.sources | {PassState.RELEASED}))
    monkeypatch.setattr(gate, "refusal_of", lambda _goods_pass: None)
    monkeypatch.setattr(gate, "_held", held)


def test_without_lock_and_state_the_database_still_lets_one_out(goods_pass, guard, other_guard, monkeypatch):
    """The last guard: one pass lets out once is a constraint."""
    _both_see_it_valid(monkeypatch)
    outcomes = together(scan(goods_pass, guard), scan(goods_pass, other_guard))
    assert kinds(outcomes) == ["GateCheck", "IntegrityError"]
    assert seen() == ["released"]


def test_without_any_guard_it_would_let_out_twice(goods_pass, guard, other_guard, monkeypatch):
    """Negative control: with lock, state and constraint off, both gates let the goods out."""
    _both_see_it_valid(monkeypatch)
    rule = next(one for one in GateCheck._meta.constraints if one.name == "a_goods_pass_lets_out_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(GateCheck, rule)
    try:
        together(scan(goods_pass, guard), scan(goods_pass, other_guard))
        assert seen() == ["released", "released"]
    finally:
        GateCheck.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(GateCheck, rule)


def test_cancelling_and_letting_out_meet_and_one_wins(goods_pass, guard, clerk):
    def cancel():
        fresh = GoodsPass.objects.get(pk=goods_pass.pk)
        return services.cancel_pass(fresh, reason="不搬了", by=User.objects.get(pk=clerk.pk))

    outcomes = together(scan(goods_pass, guard), cancel)
    goods_pass.refresh_from_db()
    if goods_pass.state == "released":
        assert (kinds(outcomes), seen()) == (["Conflict", "GateCheck"], ["released"])
    else:
        assert (kinds(outcomes), seen()) == (["GateCheck", "GoodsPass"], ["cancelled"])
