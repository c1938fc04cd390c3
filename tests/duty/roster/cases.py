"""Small rosters for tests: random ones with every rule, and an office's."""

import datetime as dt
import random

from duty.roster.problem import Code, Company, Demand, Person, Problem, Rule, Shift, SkillDemand, Wish

MONDAY = dt.date(2026, 3, 2)


def random_rules(dice):
    """A rule of each kind, present or not, hard or soft."""

    def weight(hard=0.5):
        return None if dice.random() < hard else dice.randint(1, 9)

    every = [
        Rule(Code.REST, 600, weight()),
        Rule(Code.SUCCESSION, None, weight()),
        Rule(Code.EARLY_AFTER_LATE, None, weight()),
        Rule(Code.STEADY, None, weight(0)),
        Rule(Code.RUN_MAX, dice.randint(2, 4), weight()),
        Rule(Code.RUN_MIN, dice.randint(1, 3), weight(0.2)),
        Rule(Code.OFF_MIN, dice.randint(1, 3), weight(0.2)),
        Rule(Code.ROTATION, None, weight(0)),
        Rule(Code.WEEK_MINUTES, dice.randint(20, 40) * 60, weight()),
        Rule(Code.WEEK_OFF, dice.randint(1, 3), weight()),
        Rule(Code.MINUTES_MAX, dice.randint(25, 80) * 60, weight()),
        Rule(Code.MINUTES_MIN, dice.randint(5, 40) * 60, weight(0.2)),
        Rule(Code.TARGET, dice.randint(20, 60) * 60, weight(0), tolerance=dice.choice([0, 120])),
        Rule(Code.SHIFT_MAX, None, weight()),
        Rule(Code.WEEKENDS_MAX, dice.randint(0, 1), weight()),
        Rule(Code.LATE, None, weight(0)),
        Rule(Code.WEEKEND, None, weight(0)),
        Rule(Code.HOLIDAY, None, weight(0)),
    ]
    return tuple(rule for rule in every if dice.random() < 0.45)


def random_person(dice, number, days, codes):
    """A person with whatever may be known of one."""

    def shift():
        return dice.choice([None, *codes])

    wishes = [Wish(dice.randrange(days), dice.randint(1, 5), shift(), dice.random() < 0.5) for _ in range(2)]
    return Person(
        f"p{number}",
        skills=frozenset(skill for skill in ("old", "new") if dice.random() < 0.5),
        shifts=None if dice.random() < 0.8 else frozenset(dice.sample(codes, 1)),
        first=0 if dice.random() < 0.8 else dice.randrange(days),
        blocked={} if dice.random() < 0.7 else {dice.randrange(days): "leave"},
        blocked_shifts=frozenset() if dice.random() < 0.7 else frozenset({(dice.randrange(days), codes[0])}),
        wishes=tuple(wishes),
        shift_max={codes[-1]: dice.randint(0, 3)} if dice.random() < 0.4 else {},
        history=tuple(dice.choice([None, *codes, "gone"]) for _ in range(dice.choice([0, 1, 3, 9]))),
        carried={"late": dice.randint(0, 4), "weekend": dice.randint(0, 4)},
    )


def random_problem(seed, people=2, days=6, shifts=2, *, changed=True):
    """A roster with anything in it."""
    dice = random.Random(seed)
    kinds = [
        Shift("E", 360, 420, early=True),
        Shift("L", 780, 540, late=True, not_followed_by=frozenset("E")),
        Shift("N", 1320, 600, late=True, not_followed_by=frozenset("EL")),
    ][:shifts]
    codes = [kind.code for kind in kinds]
    team = tuple(random_person(dice, number, days, codes) for number in range(people))
    demands = tuple(
        Demand(
            d,
            code,
            dice.randint(0, people),
            dice.randint(0, 1),
            under=dice.randint(5, 40),
            over=dice.randint(0, 5),
            short=50,
        )
        for d in range(days)
        for code in codes
        if dice.random() < 0.8
    )
    cells = [(person.id, d) for person in team for d in range(days)]
    return Problem(
        start=MONDAY + dt.timedelta(days=dice.randrange(7)),
        days=days,
        shifts=tuple(kinds),
        people=team,
        demands=demands,
        skill_demands=tuple(
            SkillDemand(d, codes[0], "old", 1, dice.randint(1, 30)) for d in range(days) if dice.random() < 0.3
        ),
        company=(Company("new", "old", dice.choice([None, 7])),) if dice.random() < 0.4 else (),
        rules=random_rules(dice),
        holidays=frozenset({dice.randrange(days)}),
        frozen={cell: dice.choice([None, *codes]) for cell in cells if dice.random() < 0.05},
        published={cell: dice.choice([None, *codes]) for cell in cells} if changed and dice.random() < 0.2 else None,
        change=dice.randint(10, 500),
    )
