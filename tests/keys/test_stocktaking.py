"""Counting: scanned twice counts once; missing, moved and unknown are explained before it is closed (R-KEY-09)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import Key, StockLine
from tests.factories import CabinetFactory, KeyFactory, RingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(office, clerk, key, vacant, sealed):
    """Everything is being counted: three keys should hang there."""
    return services.begin_stocktake(office=office, by=clerk)


def results(stocktake):
    return dict(stocktake.lines.values_list("tag", "result"))


def test_begin_gives_a_number_and_runs_once_at_a_time(count, office, clerk, cabinet):
    assert (count.number[:1], count.state) == ("P", "counting")
    with pytest.raises(Conflict):
        services.begin_stocktake(office=office, by=clerk)
    assert services.begin_stocktake(office=office, by=clerk, cabinet=cabinet).cabinet == cabinet


def test_scanned_twice_counts_once_whoever_scans(count, clerk, steward, key):
    first = services.count_tag(count, tag="k-0012", by=clerk)
    second = services.count_tag(count, tag="K-0012", by=steward)
    assert (first, second.counted_by, first.result) == (second, clerk, "good")
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLine.objects.create(stocktake=count, key=key, tag=key.tag, result="good")


def test_what_is_found_elsewhere_unexpected_or_unknown_is_said(count, clerk, owner, key, vacant, office):
    Key.objects.filter(pk=vacant.pk).update(state="out")
    services.count_tag(count, tag="K-0012", hook=77, by=clerk)
    services.count_tag(count, tag="K-0013", by=clerk)
    services.count_tag(count, tag="旧标签-9", by=clerk)
    services.count_tag(count, tag="旧标签-9", by=clerk)
    assert results(count) == {"K-0012": "moved", "K-0013": "unexpected", "旧标签-9": "unknown"}


def test_a_ring_counts_every_key_on_it(count, clerk, office):
    ring = RingFactory(office=office, tag="R-007")
    KeyFactory(office=office, tag="K-0101", ring=ring)
    KeyFactory(office=office, tag="K-0102", ring=ring)
    services.count_tag(count, tag="r-007", by=clerk)
    assert results(count) == {"K-0101": "good", "K-0102": "good"}


def test_a_ring_counts_neither_what_is_lent_from_it_nor_twice(count, clerk, steward, office):
    ring = RingFactory(office=office, tag="R-007")
    KeyFactory(office=office, tag="K-0101", ring=ring)
    KeyFactory(office=office, tag="K-0102", ring=ring, state="lost")
    assert [services.count_ring(count, ring=ring, by=by) for by in (clerk, steward)] == [1, 0]
    assert results(count) == {"K-0101": "good"}
    services.count_tag(count, tag="K-0102", by=clerk)
    assert results(count)["K-0102"] == "unexpected"


def test_an_empty_ring_is_no_unknown_key(count, clerk, office):
    RingFactory(office=office, tag="R-008")
    with pytest.raises(DeskError) as refusal:
        services.count_tag(count, tag="R-008", by=clerk)
    assert (refusal.value.field, results(count)) == ("tag", {})


def test_a_ring_that_is_lent_as_a_whole_is_unexpected(count, clerk, office):
    ring = RingFactory(office=office, tag="R-009")
    KeyFactory(office=office, tag="K-0103", ring=ring, state="out")
    assert services.count_tag(count, tag="R-009", by=clerk).result == "unexpected"


def test_a_count_is_taken_back_on_record_while_counting(count, clerk, steward, cashier, key):
    line = services.count_tag(count, tag="K-0012", by=clerk)
    with pytest.raises(PermissionDenied):
        services.uncount_line(line, by=cashier)
    services.uncount_line(line, by=steward)
    assert results(count) == {}
    entry = history_of(count).filter(verb="uncount_line").get()
    assert (entry.actor, entry.note) == (steward, "K-0012")
    line = services.count_tag(count, tag="K-0012", by=clerk)
    services.end_counting(count, by=clerk)
    with pytest.raises(Conflict):
        services.uncount_line(line, by=clerk)


def test_a_hook_the_cabinet_has_not_is_refused(office, clerk, key, cabinet):
    count = services.begin_stocktake(office=office, by=clerk, cabinet=cabinet)
    with pytest.raises(DeskError) as refusal:
        services.count_tag(count, tag="K-0012", hook=101, by=clerk)
    assert (refusal.value.field, results(count)) == ("hook", {})


def test_what_was_marked_as_found_stays_so_when_the_counting_goes_on(count, clerk, steward, key, vacant, sealed):
    services.end_counting(count, by=clerk)
    for tag, outcome in (("K-0012", "found"), ("K-0013", "found"), ("K-0015", "other")):
        services.explain_line(count.lines.get(tag=tag), outcome=outcome, explanation="压在柜底", by=clerk)
    services.go_on_counting(count, by=clerk)
    line = services.count_tag(count, tag="K-0012", by=steward)
    assert (line.result, line.outcome, line.explanation, line.counted_by) == ("good", "found", "压在柜底", steward)
    moved = services.count_tag(count, tag="K-0015", hook=77, by=steward)
    assert (moved.result, moved.outcome) == ("moved", "")  # to be explained anew
    services.end_counting(count, by=clerk)
    assert dict(count.lines.values_list("tag", "outcome")) == {"K-0012": "found", "K-0013": "found", "K-0015": ""}
    assert sorted(count.lines.told().values_list("tag", flat=True)) == ["K-0012", "K-0013", "K-0015"]


def test_ticked_keys_are_counted_in_their_place(count, clerk, key, vacant):
    services.count_tag(count, tag="K-0012", by=clerk)
    assert services.count_keys(count, keys=[key, vacant], by=clerk) == 1
    assert results(count) == {"K-0012": "good", "K-0013": "good"}


def test_what_was_not_counted_is_missing_and_what_is_out_is_not(count, clerk, key, vacant):
    Key.objects.filter(pk=vacant.pk).update(state="out")
    services.count_tag(count, tag="K-0012", by=clerk)
    services.end_counting(count, by=clerk)
    assert results(count) == {"K-0012": "good", "K-0015": "missing"}


def test_only_the_cabinet_that_is_counted_is_expected(office, clerk, key, cabinet):
    other = CabinetFactory(office=office, name="B柜")
    KeyFactory(office=office, tag="K-0201", cabinet=other, hook=1)
    count = services.begin_stocktake(office=office, by=clerk, cabinet=other)
    services.count_tag(count, tag="K-0012", by=clerk)
    services.end_counting(count, by=clerk)
    assert results(count) == {"K-0012": "moved", "K-0201": "missing"}


def test_counting_ends_once_and_may_go_on(count, clerk, key):
    services.end_counting(count, by=clerk)
    with pytest.raises(Conflict):
        services.count_tag(count, tag="K-0012", by=clerk)
    services.go_on_counting(count, by=clerk)
    assert services.count_tag(count, tag="K-0012", by=clerk).result == "good"


def test_close_waits_for_every_explanation(count, clerk):
    services.count_tag(count, tag="K-0012", by=clerk)
    services.count_tag(count, tag="K-0013", by=clerk)
    services.end_counting(count, by=clerk)
    with pytest.raises(DeskError):
        services.close_stocktake(count, by=clerk)
    line = count.lines.get(result="missing")
    services.explain_line(line, outcome="found", explanation="压在柜底", by=clerk)
    closed = services.close_stocktake(count, by=clerk)
    assert (closed.state, closed.closed_by) == ("closed", clerk)
    with pytest.raises(Conflict):
        services.explain_line(line, outcome="other", explanation="改口", by=clerk)


def test_a_missing_key_that_is_lost_is_reported_as_lost(count, clerk, sealed):
    services.end_counting(count, by=clerk)
    line = count.lines.get(key=sealed)
    services.explain_line(line, outcome="lost", explanation="找不到", by=clerk)
    sealed.refresh_from_db()
    assert sealed.state == "lost"
    assert {entry.verb for entry in history_of(sealed)} == {"report_lost", "explain_key"}
    with pytest.raises(Conflict):
        services.explain_line(line, outcome="found", explanation="又找到了", by=clerk)


def test_a_moved_key_is_registered_where_it_hangs_or_hung_back(count, clerk, key, vacant):
    services.count_tag(count, tag="K-0012", hook=77, by=clerk)
    services.count_tag(count, tag="K-0013", hook=78, by=clerk)
    services.end_counting(count, by=clerk)
    services.explain_line(count.lines.get(key=key), outcome="taken_over", explanation="换到空钩", by=clerk)
    services.explain_line(count.lines.get(key=vacant), outcome="hung_back", explanation="挂错", by=clerk)
    key.refresh_from_db()
    vacant.refresh_from_db()
    assert (key.hook, vacant.hook) == (77, 13)


def test_the_register_does_not_follow_onto_a_hook_that_is_taken(count, clerk, key, vacant):
    services.count_tag(count, tag="K-0012", hook=13, by=clerk)
    services.end_counting(count, by=clerk)
    with pytest.raises(DeskError) as refusal:
        services.explain_line(count.lines.get(key=key), outcome="taken_over", explanation="x", by=clerk)
    assert refusal.value.field == "hook"


@pytest.mark.parametrize(("outcome", "text", "field"), [("hung_back", "x", "outcome"), ("found", " ", "explanation")])
def test_an_explanation_fits_the_difference_and_says_something(count, clerk, sealed, outcome, text, field):
    services.end_counting(count, by=clerk)
    with pytest.raises(DeskError) as refusal:
        services.explain_line(count.lines.get(key=sealed), outcome=outcome, explanation=text, by=clerk)
    assert refusal.value.field == field


def test_counting_needs_the_role(count, cashier):
    with pytest.raises(PermissionDenied):
        services.count_tag(count, tag="K-0012", by=cashier)


def test_an_empty_scan_is_refused(count, clerk):
    with pytest.raises(DeskError):
        services.count_tag(count, tag=" ", by=clerk)
