"""Who else could: alternatives, exchanges, stand-ins."""

from duty.roster import Code, Demand, Person, Problem, Rule, Shift, Wish, alternatives, fairness, stand_ins, swap
from tests.duty.roster.cases import MONDAY

SHIFTS = (Shift("E", 360, 420, early=True), Shift("L", 780, 540, late=True))
RULES = (Rule(Code.REST, 600), Rule(Code.RUN_MAX, 3), Rule(Code.LATE, weight=2))


def office(*people, days=4, **more):
    return Problem(MONDAY, days, SHIFTS, people, rules=RULES, demands=(Demand(1, "E", 1, under=50),), **more)


def test_stand_ins_are_ranked_and_the_others_excluded_by_a_rule():
    problem = office(
        Person("ill"),
        Person("free"),
        Person("wants off", wishes=(Wish(1, 7),)),
        Person("late before"),
        Person("on leave", blocked={1: "leave"}),
        Person("working"),
        Person("often called", carried={"called": 5}),
    )
    roster = {("ill", 1): "E", ("late before", 0): "L", ("working", 1): "L"}

    found = stand_ins(problem, roster, 1, "E", without="ill")

    assert [(one.person, one.cost) for one in found.ranked] == [
        ("free", -50), ("often called", -50), ("wants off", -43),
    ]  # fmt: skip
    assert {person: [v.rule for v in why] for person, why in found.excluded.items()} == {
        "late before": [Code.REST],
        "on leave": [Code.UNAVAILABLE],
        "working": [Code.ON_DUTY],
    }


def test_a_stand_in_comes_with_hours_of_week_and_month():
    problem = office(Person("ill"), Person("other"), days=9)
    roster = {("ill", 1): "E", ("other", 0): "E", ("other", 8): "L"}

    [one] = stand_ins(problem, roster, 1, "E", without="ill").ranked

    assert (one.minutes, one.week_minutes, one.shifts) == (960, 420, 2)


def test_why_me_names_the_cheapest_way_for_each_and_what_excludes_the_others():
    problem = office(
        Person("me"),
        Person("free", limits={"late": 0}),
        Person("late that day", limits={"late": 1}),
        Person("late before", limits={"late": 1}),
    )
    roster = {("me", 1): "E", ("late that day", 1): "L", ("late before", 0): "L", ("late before", 2): "L"}

    found = alternatives(problem, roster, "me", 1)

    assert [(one.person, one.how, one.day, one.shift) for one in found] == [
        ("free", "take", None, None),
        ("late before", "exchange", 0, "L"),
        ("late that day", "exchange", 1, "L"),
    ]
    assert alternatives(problem, roster, "me", 0) == []


def test_an_alternative_that_breaks_a_hard_rule_says_which():
    problem = office(Person("me"), Person("tired", history=("E", "E", "E")))

    [one] = alternatives(problem, {("me", 1): "E", ("tired", 0): "L"}, "me", 1)

    assert [v.rule for v in one.hard] == []
    assert (one.how, one.day) == ("exchange", 0)


def test_a_swap_of_two_days():
    problem = office(Person("one"), Person("two"))

    swapped = swap(problem, {("one", 1): "E", ("two", 0): "L"}, ("one", 1), ("two", 0))

    assert (swapped.allowed, swapped.cost_by_rule.get(Code.UNDER)) == (True, None)


def test_a_swap_on_one_day():
    problem = office(Person("one"), Person("two", history=("L",)))

    swapped = swap(problem, {("one", 0): "E", ("two", 0): "L"}, ("one", 0), ("two", 0))

    assert [(v.rule, v.person) for v in swapped.hard] == [(Code.REST, "two")]


def test_fairness_shows_each_ones_share_beside_what_is_fair():
    demands = tuple(Demand(day, "L", 1) for day in range(4))
    people = (Person("new", wishes=(Wish(0, 1), Wish(1, 1))), Person("had many", carried={"late": 10}))
    problem = Problem(MONDAY, 4, SHIFTS, people, demands=demands)

    found = fairness(problem, {("new", 0): "L", ("new", 2): "E", ("had many", 1): "L"})

    new, had = found.shares
    assert (new.minutes, new.shifts, new.late.count, new.late.fair, new.granted, new.refused) == (960, 2, 1, 4.0, 1, 1)
    assert (had.late.count, had.late.carried, had.late.fair) == (1, 10, 0.0)
    assert (found.mean("minutes"), found.mean("late")) == (750.0, 1.0)
