"""Rosters: what is obtained, what is best known, what no roster can go below.

python -m tests.benchmarks.bench_roster FILE...            public instances (best known: the table beside the files)
python -m tests.benchmarks.bench_roster --office           the office's own sizes, answers to edits and stand-ins
    --seconds 60    --cpu (processor time instead of the clock: on a machine that does other things as well)
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
import time
from pathlib import Path

from duty.roster import (
    OFFICE_RULES,
    Company,
    Demand,
    Person,
    Problem,
    Shift,
    SkillDemand,
    Wish,
    alternatives,
    check_edit,
    evaluate,
    solve,
    stand_ins,
)
from tests.benchmarks.shift_scheduling import read

SHIFTS = {
    2: (Shift("A", 360, 420, early=True), Shift("B", 780, 540, late=True)),
    4: (
        Shift("A", 420, 480, early=True),
        Shift("D", 540, 480),
        Shift("B", 840, 480, late=True),
        Shift("N", 1380, 480, late=True),
    ),
}
MONTH = 174 * 60
"""Minutes a person should work."""


def office(people, shifts, seed=1):
    """A month of an office with leave, wishes, a trainee in five and a history, and as much to do as people can."""
    dice = random.Random(seed)
    kinds = SHIFTS[shifts]
    team = tuple(clerk(dice, number, [kind.code for kind in kinds]) for number in range(people))
    wanted = int(people * MONTH / 31 / sum(kind.minutes for kind in kinds))
    cells = [(day, kind.code) for day in range(31) for kind in kinds]
    return Problem(
        dt.date(2026, 10, 1),
        31,
        kinds,
        team,
        tuple(Demand(day, code, wanted, 1) for day, code in cells),
        tuple(SkillDemand(day, code, "experienced") for day, code in cells),
        (Company("trainee", "experienced"),),
        OFFICE_RULES,
        holidays=frozenset(range(7)),
    )


def clerk(dice, number, codes):
    """One of the office's people."""
    skill = "experienced" if number % 2 == 0 else "trainee" if number % 5 == 1 else "clerk"
    return Person(
        number,
        skills=frozenset({skill}),
        blocked=dict.fromkeys(dice.sample(range(31), 2), "leave") if dice.random() < 0.3 else {},
        wishes=tuple(
            Wish(dice.randrange(31), dice.randint(1, 10), dice.choice([None, *codes]), dice.random() < 0.3)
            for _ in range(3)
        ),
        history=tuple(dice.choice([None, codes[0], codes[0], codes[-1]]) for _ in range(7)),
        carried={"late": dice.randint(40, 46), "weekend": dice.randint(30, 34), "holiday": dice.randint(3, 5)},
    )


def known(path):
    """The best known value of an instance: the third column of the table in the folder's README."""
    readme, number = path.parent / "README.md", re.sub(r"\D", "", path.stem)
    if readme.exists():
        for line in readme.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("| ").split("|")]
            if len(cells) > 2 and cells[0] == number:
                return int(cells[2])
    return None


class Watch:
    """Notes when the first roster without gaps and broken rules was there, and when the best."""

    def __init__(self):
        self.first = self.last = None
        self.best = None

    def __call__(self, progress):
        if self.first is None and progress.best < 10_000:
            self.first = progress.elapsed
        if progress.best != self.best:
            self.best, self.last = progress.best, progress.elapsed
        return True


def line(name, problem, best, options):
    """Solve and print one line of the table."""
    watch = Watch()
    clock = time.process_time if options.cpu else time.monotonic
    roster = solve(problem, seconds=options.seconds, effort=1e9, progress=watch, clock=clock, seed=options.seed)
    price = sum(violation.price for violation in roster.violations)
    above = "" if best is None else f"{100 * (price / best - 1):8.2f} %"
    first = "-" if watch.first is None else f"{watch.first:.1f}"
    print(
        f"{name:16}{price:>9}{best or '-':>9}{above:>11}{roster.bound:>11.1f}{100 * roster.gap:>9.2f} %"
        f"{'proven' if roster.proven else '':>8}{first:>8}{watch.last or 0:>8.1f}{roster.seconds:>8.1f}"
        f"{sum(gap.amount for gap in roster.gaps):>6}{len(roster.hard):>6}",
        flush=True,
    )
    return roster


def answers(problem, roster):
    """How long an office waits for an answer, in milliseconds."""
    work = roster.assignments
    person, day = next(iter(work))
    for name, ask in (
        ("whole roster", lambda: evaluate(problem, work)),
        ("one edit", lambda: check_edit(problem, work, person, day, None)),
        ("why me", lambda: alternatives(problem, work, person, day)),
        ("stand-ins", lambda: stand_ins(problem, work, day, work[person, day], without=person)),
    ):
        times = []
        for _ in range(5):
            began = time.process_time()
            ask()
            times.append(time.process_time() - began)
        print(f"    {name:14}{1000 * sorted(times)[2]:8.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--office", action="store_true")
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(
        f"{'':16}{'obtained':>9}{'known':>9}{'above':>11}{'bound':>11}{'gap':>11}"
        f"{'':>8}{'first':>8}{'best':>8}{'seconds':>8}{'open':>6}{'hard':>6}"
    )
    for path in options.files:
        line(path.stem, read(path), known(path), options)
    if options.office:
        for people, shifts in ((12, 2), (40, 4)):
            problem = office(people, shifts)
            answers(problem, line(f"{people} x 31 x {shifts}", problem, None, options))


if __name__ == "__main__":
    main()
