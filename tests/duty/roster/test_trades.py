"""Trades: what the post has stays, what each costs is true, and worse rosters are left behind."""

import numpy as np
import pytest

from duty.roster.budget import Budget
from duty.roster.model import model_of
from duty.roster.post import Post
from duty.roster.rows import row_price
from duty.roster.search import Search
from duty.roster.solve import pricer_for
from duty.roster.trades import WARM, Staff, Trades
from tests.benchmarks.bench_roster import office

PEOPLE = 12


@pytest.fixture
def search():
    """The draft of a month for twelve, with leave, wishes, trainees and a history."""
    model = model_of(office(PEOPLE, 2))
    search = Search(model, [pricer_for(model, p) for p in range(PEOPLE)], Budget(1e9, 1e9))
    search.draft()
    return search


def headcounts(search, rows):
    post = Post(search.model)
    for p, row in enumerate(rows):
        post.put(p, row)
    return post.count.tolist()


def test_everybodys_months_are_priced_side_by_side(search):
    walk = search.walk.prices(np.arange(PEOPLE), np.array(search.rows))

    assert walk.tolist() == [row_price(search.model, p, row) for p, row in enumerate(search.rows)]


def test_a_trade_changes_no_headcount_and_costs_what_it_says(search):
    before, price = headcounts(search, search.rows), search.total(search.rows)
    trades = Trades(search)

    made = 0
    for _ in range(20):
        for trade in trades.offers(heat=50.0):
            trades.take(trade)
            made += 1
            assert search.total(trades.rows.tolist()) == price + trades.above

    assert made > PEOPLE
    assert headcounts(search, trades.rows.tolist()) == before


def test_what_a_trade_does_to_the_skills_at_the_post_is_priced_day_by_day(search):
    rows, model = np.array(search.rows), search.model
    staff = Staff(model, rows)
    post = Post(model)
    for p, row in enumerate(rows):
        post.put(p, row)
    told = 0.0

    for p, q in ((0, 1), (1, 0), (0, 3), (6, 1), (2, 4)):
        daily = staff.traded(p, q, rows[p], rows[q])
        for d in range(model.days):
            before = post.price()
            for person, now, then in ((p, rows[p], rows[q]), (q, rows[q], rows[p])):
                changed = now.copy()
                changed[d] = then[d]
                post.put(person, now, -1)
                post.put(person, changed)
            assert post.price() - before == daily[d]
            for person, now, then in ((p, rows[p], rows[q]), (q, rows[q], rows[p])):
                changed = now.copy()
                changed[d] = then[d]
                post.put(person, changed, -1)
                post.put(person, now)
        told += np.abs(daily).sum()

    assert told > 0
    assert staff.alike(0, 2)
    assert not staff.alike(0, 1)


def test_trading_until_it_is_cold_leaves_the_draft_far_behind(search):
    draft = search.price

    found = Trades(search).run(WARM, share=0.3)

    assert search.total(found) < 0.7 * draft
    assert headcounts(search, found) == headcounts(search, search.rows)
