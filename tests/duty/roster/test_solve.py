"""The optimiser against trying everything, on bad input, again and again, and after publication."""

import itertools
from dataclasses import replace

import pytest

from duty.roster import (
    OFFICE_RULES,
    Code,
    Demand,
    Person,
    Problem,
    Rule,
    Shift,
    SkillDemand,
    collisions,
    evaluate,
    solve,
)
from duty.roster.cover import cover_faults, staff_of
from duty.roster.model import HARD, model_of
from duty.roster.rows import row_price
from tests.duty.roster.cases import MONDAY, random_problem

SHIFTS = (Shift("E", 360, 420, early=True), Shift("L", 780, 540, late=True))


def cheapest(problem):
    """The least price of any roster, by trying them all."""
    model = model_of(problem)
    every = list(itertools.product(range(-1, len(model.codes)), repeat=model.days))
    priced = [
        sorted(
            (row_price(model, p, row), row)
            for row in every
            if all(s == model.frozen[p].get(d, s) for d, s in enumerate(row))
        )
        for p in range(len(model.people))
    ]
    best = None
    for months in itertools.product(*priced):
        price = sum(price for price, _ in months)
        if best is None or price < best:
            price += sum(fault.price for fault in cover_faults(model, staff_of([row for _, row in months])))
            best = price if best is None else min(best, price)
    return best


def price_of(roster):
    return sum(violation.price for violation in roster.violations)


@pytest.mark.parametrize("seed", range(14))
def test_the_cheapest_roster_is_found_and_the_bound_holds(seed):
    problem = random_problem(seed, people=2, days=4, shifts=2)

    roster = solve(problem, effort=0.6)

    best = cheapest(problem)
    assert price_of(roster) == best
    assert roster.bound <= best + 1e-6
    assert roster.proven == (roster.bound > best - 1)


@pytest.mark.parametrize("seed", range(20, 32))
def test_what_a_roster_costs_is_what_evaluate_says(seed):
    problem = random_problem(seed, people=4, days=9, shifts=3)

    roster = solve(problem, effort=0.15)

    verdict = evaluate(problem, roster.assignments)
    assert (verdict.cost, verdict.cost_by_rule, verdict.violations) == (
        roster.cost,
        roster.cost_by_rule,
        roster.violations,
    )
    assert roster.bound <= verdict.price
    for cell, code in problem.frozen.items():
        assert roster.assignments.get(cell) == code


def office(people, days=14, wanted=1, **more):
    demands = tuple(Demand(day, code, wanted, 1) for day in range(days) for code in "EL")
    rules = more.pop("rules", OFFICE_RULES)
    return Problem(MONDAY, days, SHIFTS, tuple(people), demands, rules=rules, **more)


def test_the_same_input_and_seed_give_the_same_roster():
    people = [Person(number, carried={"late": number}) for number in range(3)]

    one, two = (solve(office(people, days=10), seed=3, effort=0.3) for _ in range(2))

    assert one.assignments == two.assignments
    assert one.bound == two.bound


def test_without_people_everything_is_a_gap():
    roster = solve(office([], days=2))

    assert (roster.assignments, roster.proven) == ({}, True)
    assert [(gap.rule, gap.days) for gap in roster.gaps if gap.rule == Code.SHORT] == [
        (Code.SHORT, (0,)), (Code.SHORT, (0,)), (Code.SHORT, (1,)), (Code.SHORT, (1,)),
    ]  # fmt: skip


def test_one_person_works_what_one_person_may():
    roster = solve(office([Person(1)], days=7, rules=(Rule(Code.RUN_MAX, 5),)), effort=0.5)

    assert (len(roster.assignments), roster.hard, roster.proven) == (6, (), True)


def test_demand_above_people_leaves_gaps_and_a_roster():
    roster = solve(office([Person(1), Person(2)], days=3, wanted=3, rules=()), effort=0.5)

    assert len(roster.assignments) == 6
    assert sum(gap.amount for gap in roster.gaps if gap.rule == Code.UNDER) == 12


def test_leave_for_everybody():
    leave = dict.fromkeys(range(2), "leave")
    roster = solve(office([Person(1, blocked=leave), Person(2, blocked=leave)], days=3, rules=()), effort=0.5)

    assert {day for _, day in roster.assignments} == {2}
    assert roster.hard == ()


def test_who_leaves_in_the_middle_has_no_shift_afterwards():
    roster = solve(office([Person(1, last=3), Person(2), Person(3)], days=14), effort=0.5)

    assert max(day for person, day in roster.assignments if person == 1) <= 3
    assert roster.hard == ()


def test_a_february_without_rules_or_wishes():
    roster = solve(office([Person(number) for number in range(3)], days=28, rules=()), effort=0.5)

    assert (roster.cost, roster.proven) == (0, True)


def test_hard_rules_that_contradict_each_other_still_give_a_roster():
    person = Person(1, limits={"minutes_min": 3000}, blocked=dict.fromkeys(range(4), "leave"))
    problem = office([person], days=6, rules=(Rule(Code.MINUTES_MIN), Rule(Code.RUN_MAX, 6)))

    roster = solve(problem, effort=0.5)

    assert [(v.rule, v.found, v.limit) for v in roster.hard] == [(Code.MINUTES_MIN, 1080, 3000)]


def test_a_caller_stops_early_and_keeps_the_best():
    told = []

    def enough(progress):
        told.append(progress)
        return False

    roster = solve(office([Person(number) for number in range(4)]), progress=enough)

    assert len(told) == 1
    assert (told[0].best, told[0].phase) == (price_of(roster), "draft")


def test_a_replan_changes_as_little_as_it_can():
    people = [Person(number) for number in range(5)]
    rules = (Rule(Code.REST, 600), Rule(Code.RUN_MAX, 6), Rule(Code.LATE, weight=6))
    first = solve(office(people, days=7, rules=rules), effort=0.5)
    ill = next(person for person, day in first.assignments if day == 4)
    people[ill] = Person(ill, blocked={4: "ill"})
    worked = {(person.id, day): first.assignments.get((person.id, day)) for person in people for day in range(4)}

    repaired = solve(office(people, days=7, rules=rules, published=first.assignments, frozen=worked), effort=1)

    changed = [v.days for v in repaired.violations if v.rule == Code.CHANGE]
    assert changed == [(4,), (4,)]
    assert (repaired.gaps, repaired.hard) == ((), ())
    assert all(repaired.assignments.get(cell) == code for cell, code in worked.items())


def test_nothing_collides_where_a_roster_without_gaps_exists():
    assert not collisions(office([Person(number) for number in range(4)], days=7, rules=(Rule(Code.RUN_MAX, 6),)))


def test_a_collision_names_the_smallest_set_to_relax():
    people = [Person("a", blocked={2: "leave"}), Person("b"), Person("c", shifts=frozenset("E"))]
    rules = (Rule(Code.REST, 600), Rule(Code.RUN_MAX, 6))
    demands = (Demand(1, "L", 1, 1), Demand(2, "E", 2, 2))
    problem = Problem(MONDAY, 4, SHIFTS, tuple(people), demands, rules=rules, frozen={("b", 1): "L"})

    found = collisions(problem, effort=1)

    [gap] = found.gaps
    assert (gap.violation.rule, gap.violation.days, gap.violation.shift, gap.violation.amount) == (
        Code.SHORT, (2,), "E", 1,
    )  # fmt: skip
    assert {person: why[0].rule for person, why in gap.excluded.items()} == {"a": Code.UNAVAILABLE, "b": Code.REST}
    assert [(v.rule, v.person, v.days) for v in found.relax] == [(Code.REST, "b", (1, 2))]
    assert (found.broken, found.left) == ((), ())


def test_demand_above_people_is_left_whatever_is_relaxed():
    problem = office([Person(1)], days=1, rules=(Rule(Code.RUN_MAX, 6),))

    found = collisions(problem, effort=0.5)

    assert (found.relax, [(v.rule, v.amount) for v in found.left]) == ((), [(Code.SHORT, 1)])


def test_one_experienced_clerk_on_each_shift():
    people = [Person(number, skills=frozenset({"old"} if number < 2 else set())) for number in range(4)]
    skills = tuple(SkillDemand(day, code, "old") for day in range(3) for code in "EL")

    roster = solve(office(people, days=3, wanted=2, rules=(), skill_demands=skills), effort=0.5)

    assert (roster.gaps, roster.proven, roster.cost < HARD) == ((), True, True)


def test_a_problem_is_not_changed_by_solving_it():
    problem = office([Person(1), Person(2)], days=3)

    solve(problem, effort=0.2)

    assert replace(problem) == office([Person(1), Person(2)], days=3)
