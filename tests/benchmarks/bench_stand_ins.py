"""Who could stand in: the decide page's ranking for 12 and for 40 people, read from the database to the sentences.

python -m tests.benchmarks.bench_stand_ins            (SQLite; with DATABASE_URL the database named there)
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.test.runner import DiscoverRunner

from duty import roster as optimiser
from duty.models import Assignment, Headcount
from duty.services.holes import who_could
from duty.services.offers import offers_for
from duty.services.problems import MonthProblem
from frontdesk.kit.models import Holiday
from tests.factories import (
    LeaveFactory,
    MembershipFactory,
    OfficeFactory,
    RosteredFactory,
    RosterFactory,
    ShiftTypeFactory,
)

ROUNDS = 9
MONTH = dt.date(2027, 3, 1)


def fill(people, shifts):
    """Make a published month by going round: every seventh day off, one shift a week long."""
    office = OfficeFactory()
    begins = [dt.time(6), dt.time(13), dt.time(9), dt.time(22)][:shifts]
    types = [
        ShiftTypeFactory(office=office, code=str(number), starts=start, minutes=480, is_late=start >= dt.time(13))
        for number, start in enumerate(begins)
    ]
    for row in types:
        for kind in Holiday.Kind:
            Headcount.objects.create(shift_type=row, day_kind=kind, people=max(people // shifts * 5 // 7, 1))
    users = [MembershipFactory(office=office).user for _person in range(people)]
    for user in users:
        RosteredFactory(office=office, person=user)
    roster = RosterFactory(office=office, month=MONTH, state="published", edition=1)
    Assignment.objects.bulk_create(
        Assignment(
            roster=roster, person=user, date=MONTH + dt.timedelta(day), shift_type=types[(p + day // 7) % shifts]
        )
        for p, user in enumerate(users)
        for day in range(31)
        if (day + p) % 7 not in {0, 3}
    )
    return office, roster, users


def acts(office, roster, users):
    """Return what is measured, by its name."""
    cell = Assignment.objects.filter(person=users[0], date__gte=MONTH + dt.timedelta(9)).first()
    leave = LeaveFactory(office=office, person=users[0], starts_at=cell.begins, ends_at=cell.ends)
    month = MonthProblem.of(roster)
    problem, cells = month.problem, {**month.assignments}
    day, shift = month.day(cell.date), str(cell.shift_type_id)
    return {
        "ranking alone (optimiser)": lambda: optimiser.stand_ins(problem, cells, day, shift, without=users[0].pk),
        "decide page's list, with queries": lambda: who_could(leave),
        "swap offers, best with each": lambda: offers_for(cell),
    }


def timed(act):
    """Return the median of some runs in milliseconds, of processor and of wall."""
    wall, cpu = [], []
    for _round in range(ROUNDS):
        began, began_cpu = time.perf_counter(), time.process_time()
        act()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - began_cpu) * 1000)
    return statistics.median(cpu), statistics.median(wall)


def main():
    """Print one row per size."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        print(f"{'people × shifts':<18}{'what':<34}{'processor ms':>14}{'wall ms':>10}")
        for people, shifts in ((12, 2), (40, 4)):
            for name, act in acts(*fill(people, shifts)).items():
                cpu, wall = timed(act)
                print(f"{f'{people} × {shifts}':<18}{name:<34}{cpu:>14.1f}{wall:>10.1f}")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
