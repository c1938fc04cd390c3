"""The dynamic program of one person against every month there is: nothing cheaper, nothing forbidden."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest

from duty.roster import OFFICE_RULES, Code, Demand, Person, Problem, Rule, Shift, solve
from duty.roster.model import HARD, model_of
from duty.roster.pricing import Pricer, soft
from duty.roster.rows import row_price
from duty.roster.walk import Walk, variants
from tests.benchmarks.bench_roster import office
from tests.duty.roster.cases import MONDAY, random_problem

SHIFTS = (Shift("E", 360, 420, early=True), Shift("L", 780, 540, late=True))


def every_row(model, p):
    """All rows of a person that keep what is frozen."""
    rows = itertools.product(range(-1, len(model.codes)), repeat=model.days)
    return [row for row in rows if all(s == model.frozen[p].get(d, s) for d, s in enumerate(row))]


@pytest.mark.parametrize("seed", range(40, 70))
def test_the_cheapest_month_costs_what_the_cheapest_of_all_rows_costs(seed):
    problem = random_problem(seed, people=1, days=6, shifts=2)
    model = model_of(problem)
    pricer = Pricer(model, 0)
    dice = np.random.default_rng(seed)
    cost = dice.integers(-30, 30, pricer.base.shape).astype(float)

    found = pricer.best(cost)

    lawful = {row: price for row in every_row(model, 0) if (price := row_price(model, 0, row)) < HARD}
    priced = {row: price + sum(cost[d, s] for d, s in enumerate(row)) for row, price in lawful.items()}
    if not priced:
        assert found.rows == []
        return
    assert found.least <= min(priced.values()) + 1e-6
    assert all(tuple(row) in lawful for _, row in found.rows)
    pricer.widen()
    assert pricer.best(cost).least == pytest.approx(min(priced.values()))


@pytest.mark.parametrize("seed", range(70, 90))
def test_a_walk_says_what_every_row_costs(seed):
    model = model_of(random_problem(seed, people=1, days=6, shifts=2))
    pricer = Pricer(model, 0)
    every = every_row(model, 0)
    rows = random.Random(seed).sample(every, min(100, len(every)))

    nobody = np.zeros(len(rows), int)
    found = Walk([pricer]).prices(nobody, np.array(rows)) if pricer.paths.some else np.full(len(rows), np.inf)

    expected = [price if (price := row_price(model, 0, row)) < HARD else np.inf for row in rows]
    assert found.tolist() == expected


def test_every_way_to_fill_some_days_is_there():
    rules = (Rule(Code.REST, 600), Rule(Code.STEADY, weight=4))
    model = model_of(Problem(MONDAY, 6, SHIFTS, (Person(1),), rules=rules))
    row = [0, 0, -1, -1, 1, 1]

    rows, costs = variants(Walk([Pricer(model, 0)]), 0, row, range(1, 3), above=4)

    assert {("".join("EL."[s] for s in found), cost) for found, cost in zip(rows.tolist(), costs, strict=True)} == {
        ("EE..LL", 0), ("E.E.LL", 0), ("E.L.LL", 0), ("E...LL", 0), ("EEE.LL", 0),
        ("EEL.LL", 4), ("EL..LL", 4), ("ELL.LL", 4),
    }  # fmt: skip


@pytest.mark.parametrize("effort", [0.0, 0.01])
def test_however_little_it_works_a_draft_keeps_the_months_hours(effort):
    people = tuple(Person(number, carried={"late": number}) for number in range(2))
    demands = tuple(Demand(day, code, 2, 1) for day in range(31) for code in "EL")
    rules = tuple(rule for rule in OFFICE_RULES if rule.code != Code.ROTATION)

    roster = solve(Problem(MONDAY, 31, SHIFTS, people, demands, rules=rules), effort=effort)

    assert roster.hard == ()
    assert roster.gaps != ()


def test_a_month_limit_that_must_be_kept_is_kept_where_kinds_of_shifts_take_too_much_room():
    problem = office(6, 2)
    rules = (*(rule for rule in OFFICE_RULES if rule.code != Code.MINUTES_MAX), Rule(Code.MINUTES_MAX, 160 * 60))
    problem = replace(problem, rules=rules)
    pricers = [Pricer(model_of(problem), p) for p in range(6)]
    told_apart = [pricer.widen() for pricer in pricers]

    roster = solve(problem, effort=0.5)

    assert any(told_apart)
    assert [axis.name for pricer in pricers for axis in pricer.outside if not soft(axis)] == []
    assert roster.hard == ()
    assert 0 < sum(gap.amount for gap in roster.gaps) < 10
