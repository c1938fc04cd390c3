"""The post's needs, and what an edit changes."""

import pytest

from duty.roster import Code, Company, Demand, Person, Problem, Rule, Shift, SkillDemand, change, check_edit, evaluate
from tests.duty.roster.cases import MONDAY

SHIFTS = (Shift("E", 360, 420, early=True), Shift("L", 780, 540, late=True))
OLD, NEW = frozenset({"old"}), frozenset({"new"})


def post(*people, days=1, **more):
    return Problem(MONDAY, days, SHIFTS, people or (Person(1), Person(2), Person(3)), **more)


def figures(violations):
    return [(v.rule, v.person, v.days, v.amount, v.cost, v.hard) for v in violations]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (0, [(Code.UNDER, 2, 20), (Code.SHORT, 1, 100)]),
        (1, [(Code.UNDER, 1, 10)]),
        (2, []),
        (3, [(Code.OVER, 1, 3)]),
    ],
)
def test_the_headcount_of_a_shift_is_priced_on_both_sides(on, expected):
    problem = post(demands=(Demand(0, "E", 2, at_least=1, under=10, over=3, short=100),))

    verdict = evaluate(problem, {(number, 0): "E" for number in range(1, on + 1)})

    assert [(v.rule, v.amount, v.cost) for v in verdict.violations] == expected
    assert [v.rule for v in verdict.gaps] == [rule for rule, _, _ in expected if rule != Code.OVER]


def test_a_shift_without_the_skill_it_needs():
    problem = post(Person(1, skills=OLD), Person(2), skill_demands=(SkillDemand(0, "E", "old", weight=9),))

    assert figures(evaluate(problem, {(2, 0): "E"}).violations) == [(Code.SKILL, None, (0,), 1, 9, False)]
    assert figures(evaluate(problem, {(1, 0): "E"}).violations) == []


@pytest.mark.parametrize(("weight", "cost"), [(None, 0), (6, 6)])
def test_a_trainee_is_never_alone(weight, cost):
    problem = post(Person(1, skills=OLD), Person(2, skills=NEW), company=(Company("new", "old", weight),))

    alone = evaluate(problem, {(1, 0): "L", (2, 0): "E"})
    assert figures(alone.violations) == [(Code.COMPANY, 2, (0,), 1, cost, weight is None)]
    assert figures(evaluate(problem, {(1, 0): "E", (2, 0): "E"}).violations) == []
    assert figures(evaluate(problem, {(1, 0): "E"}).violations) == []


def test_an_edit_says_what_it_breaks_mends_and_costs():
    rules = (Rule(Code.REST, 600), Rule(Code.STEADY, weight=2))
    demands = tuple(Demand(day, "E", 1, under=10, over=1) for day in range(2))
    problem = post(Person(1), days=2, rules=rules, demands=demands)

    edit = check_edit(problem, {(1, 0): "L"}, 1, 1, "E")

    assert figures(edit.new) == [
        (Code.REST, 1, (0, 1), 1, 0, True),
        (Code.STEADY, 1, (0, 1), 1, 2, False),
    ]
    assert figures(edit.gone) == [(Code.UNDER, None, (1,), 1, 10, False)]
    assert (edit.allowed, edit.cost) == (False, -8)
    assert edit.cost_by_rule == {Code.STEADY: 2, Code.UNDER: -10}


def test_a_rule_that_was_broken_before_is_new_only_when_it_gets_worse():
    problem = post(Person(1), days=5, rules=(Rule(Code.RUN_MAX, 2, weight=5),))
    row = {(1, 0): "E", (1, 1): "E", (1, 2): "E"}

    assert check_edit(problem, row, 1, 0, "L").new == ()
    assert figures(check_edit(problem, row, 1, 3, "E").new) == [(Code.RUN_MAX, 1, (0, 1, 2, 3), 2, 10, False)]
    mended = check_edit(problem, row, 1, 0, None)
    assert (mended.new, figures(mended.gone), mended.cost) == ((), [(Code.RUN_MAX, 1, (0, 1, 2), 1, 5, False)], -5)


def test_several_cells_are_judged_as_one_change():
    problem = post(Person(1), Person(2), demands=(Demand(0, "E", 1, under=10),))

    moved = change(problem, {(1, 0): "E"}, {(1, 0): None, (2, 0): "E"})

    assert (moved.new, moved.gone, moved.cost) == ((), (), 0)
