"""How much of the routine work of a month was done: in all, by routine, by person (R-RTN-05)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from duty.models import RoutineTask
from duty.workflow import RoutineState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.periods import month_of

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

WHOLE = 100
MOST = 5_000


@dataclass
class Tally:
    """How the work of somebody, or of a routine, stands; `key` is what rows are sorted by."""

    label: Any
    key: Any = ""
    numbers: Counter[str] = field(default_factory=Counter)

    @property
    def due(self) -> int:
        """How many fell due in the month, those passed over apart."""
        return self.numbers["done"] + self.numbers["open"]

    @property
    def done(self) -> int:
        """How many are done."""
        return self.numbers["done"]

    @property
    def late(self) -> int:
        """How many were done after their day."""
        return self.numbers["late"]

    @property
    def overdue(self) -> int:
        """How many are open though their day is over."""
        return self.numbers["overdue"]

    @property
    def skipped(self) -> int:
        """How many were passed over with a reason."""
        return self.numbers["skipped"]

    @property
    def share(self) -> int | None:
        """Percent done of what has fallen due so far; what is still to come is no failing. None without any."""
        so_far = self.numbers["done"] + self.numbers["overdue"]
        return None if not so_far else self.numbers["done"] * WHOLE // so_far

    def add(self, task: RoutineTask, today: dt.date) -> None:
        """Count one occurrence."""
        if task.state == RoutineState.SKIPPED:
            self.numbers["skipped"] += 1
        elif task.state == RoutineState.DONE:
            self.numbers["done"] += 1
            self.numbers["late"] += task.was_late
        else:
            self.numbers["open"] += 1
            self.numbers["overdue"] += task.due_on < today


@dataclass(frozen=True)
class Shares:
    """A month's routine work."""

    total: Tally
    by_routine: list[Tally]
    by_person: list[Tally]


def shares_of(user: User, office: Office | None, month: dt.date) -> Shares:
    """Count what falls due in a month, with one query.

    A thing done counts for who did it; one that is not done for whom it falls to, a colleague or a role.
    """
    span, today = month_of(month), local_date()
    rows: Any = RoutineTask.objects.visible_to(user).of_office(office)
    if office is None:
        rows = rows.where_may(user, "duty.view_routinetask")
    total = Tally("")
    routines: dict[Any, Tally] = {}
    people: dict[Any, Tally] = {}
    for task in rows.counted().between(span.first, span.last).with_its_people()[:MOST]:
        who = task.done_by or task.person
        person_key = ("person", who.pk) if who is not None else ("role", task.role)
        name = str(task.routine)
        total.add(task, today)
        routines.setdefault(name, Tally(name, name)).add(task, today)
        people.setdefault(person_key, Tally(who or task.owner, person_key)).add(task, today)
    return Shares(
        total,
        sorted(routines.values(), key=lambda one: one.key),
        sorted(people.values(), key=lambda one: (one.key[0], str(one.label))),
    )
