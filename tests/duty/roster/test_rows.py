"""Every rule, kept and broken, on rows made by hand: E 06:00-13:00, L 13:00-22:00, N 22:00-08:00, dot for a day off."""

import pytest

from duty.roster import Code, Person, Problem, Rule, Shift, Wish, evaluate
from duty.roster.problem import Unfit
from tests.duty.roster.cases import MONDAY

SHIFTS = (
    Shift("E", 360, 420, early=True),
    Shift("L", 780, 540, late=True, not_followed_by=frozenset("E")),
    Shift("N", 1320, 600, late=True),
)


def roster(row, rule=None, *, person=None, **more):
    """One person's row under one rule."""
    rules = more.pop("rules", (rule,) if rule else ())
    problem = Problem(MONDAY, len(row), SHIFTS, (person or Person(1),), rules=rules, **more)
    return evaluate(problem, {(1, day): code for day, code in enumerate(row) if code != "."})


def broken(verdict):
    """The violations as plain figures."""
    return [(v.rule, v.days, v.amount, v.cost, v.hard, v.found, v.limit) for v in verdict.violations]


CASES = [
    # rule, row, history, violations as (days, amount, found, limit)
    (Rule(Code.REST, 600), "L.", (), []),
    (Rule(Code.REST, 600), "LE", (), [((0, 1), 1, 480, 600)]),
    (Rule(Code.REST, 600), "NL", (), [((0, 1), 1, 300, 600)]),
    (Rule(Code.REST, 600), "EL", (), []),
    (Rule(Code.REST, 600), "E.", ("L",), [((0,), 1, 480, 600)]),
    (Rule(Code.SUCCESSION), "LE", (), [((0, 1), 1, 0, 0)]),
    (Rule(Code.SUCCESSION), "LL.E", (), []),
    (Rule(Code.EARLY_AFTER_LATE), "NE", (), [((0, 1), 1, 0, 0)]),
    (Rule(Code.EARLY_AFTER_LATE), "NN.E", (), []),
    (Rule(Code.STEADY, weight=3), "EL.LE", (), [((0, 1), 1, 0, 0), ((3, 4), 1, 0, 0)]),
    (Rule(Code.STEADY, weight=3), "EE.LL", (), []),
    (Rule(Code.RUN_MAX, 3), "EEE.E", (), []),
    (Rule(Code.RUN_MAX, 3), "EEEEE.", (), [((0, 1, 2, 3, 4), 2, 5, 3)]),
    (Rule(Code.RUN_MAX, 3), "E.", ("E", "E", "E"), [((0,), 1, 4, 3)]),
    (Rule(Code.RUN_MAX, 3), "E.", ("old", "old", "old", "old", "old"), [((0,), 1, 6, 3)]),
    (Rule(Code.RUN_MAX, 3), ".E", ("E", "E", "E", "E"), []),
    (Rule(Code.RUN_MIN, 2), ".E.EE", (), [((1,), 1, 1, 2)]),
    (Rule(Code.RUN_MIN, 2), "E...E", (), []),
    (Rule(Code.RUN_MIN, 3), "E....", (None, "E"), [((0,), 1, 2, 3)]),
    (Rule(Code.RUN_MIN, 3), ".....", (None, "E"), [((0,), 2, 1, 3)]),
    (Rule(Code.OFF_MIN, 2), "E.E..E.", (), [((1,), 1, 1, 2)]),
    (Rule(Code.OFF_MIN, 2), ".E", (), []),
    (Rule(Code.OFF_MIN, 2), ".E", ("E",), [((0,), 1, 1, 2)]),
    (Rule(Code.OFF_MIN, 2), "E", ("E", None), [((0,), 1, 1, 2)]),
    (Rule(Code.ROTATION, weight=3), "EEEEE..EEEEE..", (), [((12,), 1, 0, 0)]),
    (Rule(Code.ROTATION, weight=3), "EEEEE..EEEE..E", (), []),
    (Rule(Code.ROTATION, weight=3), "EEEE.", ("E", None, None, "E"), [((4,), 1, 0, 0)]),
    (Rule(Code.WEEK_MINUTES, 1500), "LL.....LLL....", (), [((7, 8, 9, 10, 11, 12, 13), 2, 1620, 1500)]),
    (Rule(Code.WEEK_MINUTES, 1620), "LLL....LLL....", (), []),
    (Rule(Code.WEEK_OFF, 2), "EEEEEE.", (), [((0, 1, 2, 3, 4, 5, 6), 1, 1, 2)]),
    (Rule(Code.WEEK_OFF, 2), "EEEEE..EEEEEE", (), []),
    (Rule(Code.MINUTES_MAX, 900), "EE.", (), []),
    (Rule(Code.MINUTES_MAX, 900), "EEL", (), [((0, 1, 2), 8, 1380, 900)]),
    (Rule(Code.MINUTES_MIN, 900), "EE.", (), [((0, 1), 1, 840, 900)]),
    (Rule(Code.TARGET, 900, tolerance=60), "EE.", (), []),
    (Rule(Code.TARGET, 900, tolerance=30), "EEE", (), [((0, 1, 2), 6, 1260, 930)]),
    (Rule(Code.TARGET, 900), "E..", (), [((0,), 8, 420, 900)]),
    (Rule(Code.WEEKENDS_MAX, 1), "EEEEEEEEEEEE..", (), []),
    (Rule(Code.WEEKENDS_MAX, 0), ".....EE.....E.", (), [((5, 6, 12), 2, 2, 0)]),
]


@pytest.mark.parametrize(("rule", "row", "history", "expected"), CASES)
def test_a_rule_says_what_breaks_it(rule, row, history, expected):
    verdict = roster(row, rule, person=Person(1, history=history))

    cost = rule.weight or 0
    hard = rule.weight is None
    assert broken(verdict) == [
        (rule.code, days, amount, cost * amount, hard, found, limit) for days, amount, found, limit in expected
    ]


def test_a_soft_rule_costs_its_weight_per_unit():
    verdict = roster("EEEEE.", Rule(Code.RUN_MAX, 3, weight=7))

    assert (verdict.cost, verdict.cost_by_rule, verdict.hard) == (14, {Code.RUN_MAX: 14}, ())


def test_a_person_without_an_own_limit_is_free_where_the_rule_has_none():
    assert broken(roster("EEEEE", Rule(Code.RUN_MAX))) == []


def test_the_own_limit_replaces_the_rules():
    verdict = roster("EEEE", Rule(Code.RUN_MAX, 2), person=Person(1, limits={"run_max": 3}))

    assert broken(verdict) == [(Code.RUN_MAX, (0, 1, 2, 3), 1, 0, True, 4, 3)]


def test_more_of_one_shift_than_a_person_may_have():
    verdict = roster("NNE", Rule(Code.SHIFT_MAX), person=Person(1, shift_max={"N": 1, "E": 1}))

    assert [(v.rule, v.shift, v.amount, v.days) for v in verdict.violations] == [(Code.SHIFT_MAX, "N", 1, (0, 1))]


@pytest.mark.parametrize(
    ("person", "rule"),
    [
        (Person(1, blocked={1: "leave"}), Code.UNAVAILABLE),
        (Person(1, first=2), Code.UNAVAILABLE),
        (Person(1, last=0), Code.UNAVAILABLE),
        (Person(1, blocked_shifts=frozenset({(1, "E")})), Code.UNAVAILABLE),
        (Person(1, shifts=frozenset("LN")), Code.UNQUALIFIED),
    ],
)
def test_a_shift_somebody_cannot_work_is_always_hard(person, rule):
    assert broken(roster(".E", person=person)) == [(rule, (1,), 1, 0, True, 0, 0)]


def test_a_frozen_cell_may_not_change_and_is_not_asked_why_it_was_so():
    frozen = {(1, 0): "E", (1, 1): None}

    person = Person(1, blocked={0: "leave"})
    assert broken(roster("E.", person=person, frozen=frozen)) == []
    assert broken(roster(".E", person=person, frozen=frozen)) == [
        (Code.FROZEN, (0,), 1, 0, True, 0, 0),
        (Code.FROZEN, (1,), 1, 0, True, 0, 0),
    ]


def test_every_published_cell_that_changes_costs():
    verdict = roster("EL.", published={(1, 0): "E", (1, 1): "E", (1, 2): "N"}, change=50)

    assert broken(verdict) == [(Code.CHANGE, (1,), 1, 50, False, 0, 0), (Code.CHANGE, (2,), 1, 50, False, 0, 0)]


@pytest.mark.parametrize(
    ("wish", "granted"),
    [
        (Wish(0, 4), "."),
        (Wish(0, 4, want=True), "E"),
        (Wish(0, 4, "E"), "L"),
        (Wish(0, 4, "E", want=True), "E"),
    ],
)
def test_wishes_that_are_refused_cost_their_weight(wish, granted):
    refused = {".": "E", "E": ".", "L": "E"}[granted]
    person = Person(1, wishes=(wish,))

    assert broken(roster(granted, person=person)) == []
    assert broken(roster(refused, person=person)) == [(Code.WISH, (0,), 1, 4, False, 0, 0)]


def test_late_shifts_are_fair_between_the_two_whole_numbers_around_the_share():
    person = Person(1, limits={"late": 1})

    assert broken(roster("LE", Rule(Code.LATE, weight=2), person=person)) == []
    assert broken(roster("LLNN", Rule(Code.LATE, weight=2), person=person)) == [
        (Code.LATE, (0, 1, 2, 3), 3, 12, False, 4, 1)
    ]


def test_weekend_and_holiday_shifts_are_counted_by_day():
    rules = (Rule(Code.WEEKEND, weight=1), Rule(Code.HOLIDAY, weight=1))

    verdict = roster("E....EE", rules=rules, holidays=frozenset({0, 1}))

    assert [(v.rule, v.days, v.amount, v.cost) for v in verdict.violations] == [
        (Code.WEEKEND, (5, 6), 2, 3),
        (Code.HOLIDAY, (0,), 1, 1),
    ]


def test_a_saturday_that_is_worked_by_the_calendar_is_no_weekend():
    verdict = roster("E....EE", Rule(Code.WEEKEND, weight=1), weekends=frozenset({6}))

    assert [v.days for v in verdict.violations] == [(6,)]


def test_the_week_goes_on_from_the_last_month():
    rules = (Rule(Code.WEEK_MINUTES, 2400), Rule(Code.WEEK_OFF, 1))
    person = Person(1, history=("E", "E", "E", "E", "E"))
    problem = Problem(MONDAY.replace(day=7), 2, SHIFTS, (person,), rules=rules)

    verdict = evaluate(problem, {(1, 0): "E", (1, 1): "E"})

    assert broken(verdict) == [
        (Code.WEEK_MINUTES, (0, 1), 9, 0, True, 2940, 2400),
        (Code.WEEK_OFF, (0, 1), 1, 0, True, 0, 1),
    ]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"people": (Person(1), Person(1))}, "twice"),
        ({"rules": (Rule(Code.REST, 1), Rule(Code.REST, 2))}, "twice"),
        ({"frozen": {(1, 0): "X"}}, "unknown"),
        ({"weekends": frozenset({0})}, "weekend"),
        ({"shifts": (Shift("E", 0, 1500),)}, "length"),
        ({"shifts": (Shift("E", 0, 60), Shift("F", 1380, 1440)), "rules": (Rule(Code.REST, 600),)}, "reach"),
    ],
)
def test_data_that_contradict_themselves_are_refused(more, what):
    with pytest.raises(Unfit) as refused:
        Problem(**({"start": MONDAY, "days": 7, "shifts": SHIFTS, "people": (Person(1),)} | more))
    assert refused.value.what == what
