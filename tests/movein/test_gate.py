"""The gate: let out once; what is used, expired, early, cancelled or unknown is refused and logged (R-GDS-01)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from frontdesk.kit.errors import DeskError
from movein import services
from movein.models import GateCheck, GoodsPass
from tests.factories import GoodsPassFactory
from tests.movein.conftest import all_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def outcomes():
    """Return the gate's log, oldest first."""
    return list(GateCheck.objects.order_by("pk").values_list("outcome", flat=True))


def test_let_out_ticks_the_goods_and_ends_the_pass(issued, guard):
    check = services.let_out(issued, by=guard, taken=all_of(issued))
    issued.refresh_from_db()
    assert (check.outcome, issued.state, issued.released_at) == ("released", "released", check.at)
    assert set(issued.items.values_list("went_out", flat=True)) == {True}


def test_let_out_a_second_time_is_refused_logged_and_told(issued, guard, clerk, told):
    services.let_out(issued, by=guard, taken=all_of(issued))
    again = services.let_out(issued, by=guard, taken=all_of(issued))
    assert (again.outcome, outcomes()) == ("used", ["released", "used"])
    assert len(told(clerk)) == 1
    with translation.override("en"):
        issued.refresh_from_db()
        assert "Used already" in str(services.refusal_of(issued).sentence)


def test_let_out_of_less_than_is_listed_needs_a_word(issued, guard):
    first = issued.items.first().pk
    with pytest.raises(DeskError) as refused:
        services.let_out(issued, by=guard, taken={first})
    assert (refused.value.field, outcomes()) == ("note", [])
    check = services.let_out(issued, by=guard, taken={first}, note="餐椅下次再搬")
    assert (check.outcome, check.note) == ("released", "餐椅下次再搬")
    assert list(issued.items.values_list("went_out", flat=True)) == [True, False]


def test_let_out_of_nothing_is_refused(issued, guard):
    with pytest.raises(DeskError) as refused:
        services.let_out(issued, by=guard, taken=set(), note="都不对")
    assert (refused.value.field, outcomes()) == ("taken", [])


def test_let_out_asks_for_no_fees(issued, guard):
    """R-GDS-01 speaks of goods: nothing in the gate reads what a unit owes."""
    assert services.refusal_of(issued) is None


def test_let_out_is_not_the_clerks(issued, clerk):
    with pytest.raises(PermissionDenied):
        services.let_out(issued, by=clerk, taken=all_of(issued))


@pytest.mark.parametrize(
    ("state", "hours", "outcome"),
    [
        ("issued", 24, "expired"),
        ("issued", -24, "early"),
        ("released", 0, "used"),
        ("cancelled", 0, "cancelled"),
        ("refused", 0, "not_issued"),
        ("waiting", 0, "not_issued"),
    ],
)
def test_what_lets_nothing_out_is_refused_and_logged(issued, guard, clock, state, hours, outcome):
    GoodsPass.objects.filter(pk=issued.pk).update(state=state)
    clock.shift(dt.timedelta(hours=hours))
    shown = services.present_code(issued.number, office=issued.office, by=guard)
    assert (shown.goods_pass, shown.refusal.outcome) == (issued, outcome)
    assert services.let_out(issued, by=guard, taken=all_of(issued)).outcome == outcome
    assert services.turn_back(issued, by=guard, note="再看看").outcome == outcome
    assert outcomes() == [outcome] * 3
    assert str(shown.refusal.sentence)


def test_a_valid_pass_is_found_by_number_short_number_and_code(issued, guard):
    for code in ("F2026-00001", "f2026-00001", "1", "00001", f"https://desk.example/p/{issued.token}/", issued.token):
        shown = services.present_code(code, office=issued.office, by=guard)
        assert (shown.goods_pass, shown.refusal) == (issued, None)
    assert outcomes() == []


def test_an_unknown_number_is_logged_with_what_was_typed(office, guard):
    shown = services.present_code("F2026-09999", office=office, by=guard)
    check = GateCheck.objects.get()
    assert (shown.goods_pass, check.outcome, check.code, check.goods_pass) == (None, "unknown", "F2026-09999", None)


def test_a_pass_of_another_office_is_unknown_here(office, other_office, guard):
    elsewhere = GoodsPassFactory(office=other_office)
    shown = services.present_code(elsewhere.token, office=office, by=guard)
    assert (shown.goods_pass, outcomes()) == (None, ["unknown"])


def test_turn_back_needs_a_word_leaves_it_valid_and_tells_the_desk(issued, guard, clerk, told):
    with pytest.raises(DeskError) as refused:
        services.turn_back(issued, by=guard, note=" ")
    assert refused.value.field == "note"
    services.turn_back(issued, by=guard, note="多一台电视")
    issued.refresh_from_db()
    assert (issued.state, outcomes()) == ("issued", ["turned_back"])
    assert "多一台电视" in told(clerk)[0]
    assert services.let_out(issued, by=guard, taken=all_of(issued)).let_out
