"""How many tickets of what, how much of it in time, and what residents said afterwards (R-TKT-11).

Everything counts the tickets received in a period. Each figure is one question to the database that the ticket list
understands too (`services.measures`), so that behind every figure stand exactly its tickets.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from complaints.models import (
    Callback,
    Category,
    Cause,
    Compensation,
    Contractor,
    Escalation,
    Ticket,
)
from complaints.services import measures
from complaints.services.measures import IN_TIME, LATE
from complaints.workflow import OPEN, CompensationState
from frontdesk.estate.models import Building, Office
from frontdesk.kit.calendar import now

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from complaints.querysets import TicketQuerySet
    from frontdesk.kit.periods import Period

DIMENSIONS = {
    "kind": "kind",
    "category": "category",
    "building": "unit__building",
    "cause": "cause",
    "contractor": "contractor",
    "office": "office",
}
"""By what is counted → what a ticket says of it; of a contractor also what came back from him."""
NAMED: Mapping[str, Any] = {
    "category": Category,
    "building": Building,
    "cause": Cause,
    "contractor": Contractor,
    "office": Office,
}
CHUNK = 5000
HIGHEST = 5
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """How many tickets one answer has.

    Attributes:
        key: the answer, as the filter of the ticket list knows it; None for tickets that say nothing.
        label: its name; empty for None.
        count: how many were received.
        in_time: how many of them were finished by their deadline.
        late: how many were finished after it, or should have been by now.
        depth: 1 for what hangs on the line above and is counted there too.

    """

    key: Any
    label: str
    count: int
    in_time: int = 0
    late: int = 0
    depth: int = 0

    @property
    def undecided(self) -> int:
        """How many are not finished and not overdue, or have no deadline."""
        return self.count - self.in_time - self.late

    @property
    def share(self) -> int | None:
        """Percent in time of all that is decided; None while nothing is."""
        return percent(self.in_time, self.in_time + self.late)


@dataclass(frozen=True)
class Money:
    """Compensations in one state: how many tickets, how much in all (yuan)."""

    key: str
    label: str
    count: int
    amount: Decimal


class Statistics:
    """The figures of the tickets received in a period; each is asked for when it is first looked at.

    The tickets are walked through once: six groupings by the database would read every one of them six times.
    """

    def __init__(
        self, tickets: TicketQuerySet, period: Period, *, at: dt.datetime | None = None, of_many_offices: bool = False
    ) -> None:
        self.period, self.at, self.of_many_offices = period, at or now(), of_many_offices
        self.tickets = tickets.filter(period.holds("received_at")).order_by()

    @cached_property
    def _counted(self) -> dict[str, Counter[tuple[Any, int]]]:
        """Answers of each dimension, and of "state" and "close", with how they stand to their deadline."""
        finish, close = (measures.standing(clock, self.at) for clock in (measures.FINISH, measures.CLOSE))
        rows = self.tickets.annotate(finish=finish, close=close).values_list(
            *DIMENSIONS.values(), "state", "close", "finish"
        )
        names = (*DIMENSIONS, "state", "close")
        counters: dict[str, Counter[tuple[Any, int]]] = {name: Counter() for name in names}
        pairs = [(counters[name], itemgetter(place, len(names))) for place, name in enumerate(names)]
        found = rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(found, CHUNK)):
            for counter, pair in pairs:
                counter.update(map(pair, chunk))
        return counters

    @cached_property
    def total(self) -> Line:
        """All of them, by the deadline to finish."""
        sums = sum(self._sums("state").values(), Counter())
        return Line("", "", sums.total(), sums[IN_TIME], sums[LATE])

    @cached_property
    def closed(self) -> Line:
        """All of them, by the deadline to close."""
        sums: Counter[int] = Counter()
        for (standing, _finish), count in self._counted["close"].items():
            sums[standing] += count
        return Line("", "", sums.total(), sums[IN_TIME], sums[LATE])

    @cached_property
    def open(self) -> int:
        """How many are not archived yet."""
        return sum(sums.total() for state, sums in self._sums("state").items() if state in OPEN)

    @cached_property
    def repeats(self) -> int:
        """How many are repeat repairs."""
        return self.tickets.filter(measures.repeated()).count()

    @cached_property
    def by_kind(self) -> list[Line]:
        """By what it is."""
        words = dict(Ticket.Kind.choices)
        return self._lines("kind", {str(kind): str(word) for kind, word in words.items()})

    @cached_property
    def by_category(self) -> list[Line]:
        """By branch of the office's tree, each with what hangs on it below."""
        names = self._names("category")
        return as_tree(self._lines("category", names), self._branches(names))

    @cached_property
    def by_building(self) -> list[Line]:
        """By building."""
        return self._lines("building", self._names("building"))

    @cached_property
    def by_cause(self) -> list[Line]:
        """By cause."""
        return self._lines("cause", self._names("cause"))

    @cached_property
    def by_contractor(self) -> list[Line]:
        """By contractor, each with his own part, as he is ranked: what came back from him stays his (R-TKT-12).

        A ticket on which several worked stands with each of them.
        """
        counted = Counter(self._counted["contractor"])
        for (holder, standing), parts in self._came_back():
            counted[holder, standing] -= 1
            counted.update(parts)
        return self._lines("contractor", self._names("contractor"), +counted)

    def _came_back(self) -> Iterator[tuple[tuple[int | None, int], list[tuple[int, int]]]]:
        """Yield tickets opened again on which contractors worked: whose it is with how it stands, and each one's part.

        One late part makes the ticket late, but not the others' parts.
        """
        rows = self.tickets.filter(reopenings__isnull=False).annotate(
            standing=measures.standing(measures.FINISH, self.at), since=measures.stands_since_opened(self.at)
        )
        stood: dict[tuple[int, int | None, int, int], dict[int, list[int]]] = {}
        for *ticket, who, due, ended in rows.values_list(
            *("pk", "contractor", "standing", "since"),
            *("reopenings__contractor", "reopenings__due_at", "reopenings__ended_at"),
        ):
            parts = stood.setdefault(tuple(ticket), {})
            if who is not None:
                parts.setdefault(who, []).append(measures.stood(due, ended))
        for (_pk, holder, standing, since), parts in stood.items():
            if holder is not None:
                parts.setdefault(holder, [])
            if parts:
                yield (
                    (holder, standing),
                    [(who, measures.together(since if who == holder else None, was)) for who, was in parts.items()],
                )

    @cached_property
    def by_office(self) -> list[Line]:
        """By office, for who looks at all."""
        return self._lines("office", self._names("office"))

    @cached_property
    def satisfaction(self) -> list[Line]:
        """By what was answered on a callback, from 5 down; a ticket with several callers may stand in several."""
        return [Line(mark, str(mark), self._answers.get(mark, (0, 0))[0]) for mark in range(HIGHEST, 0, -1)]

    @property
    def answers(self) -> int:
        """How many callbacks brought an answer."""
        return sum(answers for _tickets, answers in self._answers.values())

    @property
    def average_satisfaction(self) -> float | None:
        """What was answered on average; None where nobody was."""
        marks = sum(mark * answers for mark, (_tickets, answers) in self._answers.items())
        return marks / self.answers if self.answers else None

    @cached_property
    def _answers(self) -> dict[int, tuple[int, int]]:
        rows = Callback.objects.filter(ticket__in=self.tickets, satisfaction__isnull=False).order_by()
        counted = rows.values_list("satisfaction").annotate(n=Count("ticket", distinct=True), answers=Count("pk"))
        return {mark: (tickets, answers) for mark, tickets, answers in counted}

    @cached_property
    def escalations(self) -> list[Line]:
        """How many went up as far as each level."""
        steps = Escalation.objects.filter(ticket__in=self.tickets).order_by().values_list("level")
        counts = dict(steps.annotate(n=Count("ticket", distinct=True)))
        return [Line(level.value, str(level.label), counts.get(level, 0)) for level in Escalation.Level]

    @cached_property
    def compensations(self) -> list[Money]:
        """What was proposed, approved and paid; what was withdrawn or sent back is no money."""
        rows = Compensation.objects.filter(ticket__in=self.tickets).order_by().values_list("state")
        sums = rows.annotate(n=Count("ticket", distinct=True), total=Sum("amount"))
        # SQLite adds amounts up as floating numbers: back to fen.
        found = {state: (count, total.quantize(NOTHING)) for state, count, total in sums}
        counted = (CompensationState.PROPOSED, CompensationState.APPROVED, CompensationState.PAID)
        return [Money(state.value, str(state.label), *found.get(state, (0, NOTHING))) for state in counted]

    def _sums(self, name: str, counted: Counter[tuple[Any, int]] | None = None) -> dict[Any, Counter[int]]:
        found: dict[Any, Counter[int]] = {}
        for (key, standing), count in (self._counted[name] if counted is None else counted).items():
            found.setdefault(key, Counter())[standing] += count
        return found

    def _lines(
        self, dimension: str, names: Mapping[Any, str], counted: Counter[tuple[Any, int]] | None = None
    ) -> list[Line]:
        """Count by one dimension, the most first, what says nothing last."""
        lines = [
            Line(key, "" if key is None else names.get(key, str(key)), sums.total(), sums[IN_TIME], sums[LATE])
            for key, sums in self._sums(dimension, counted).items()
        ]
        return sorted(lines, key=lambda line: (line.key is None, -line.count, line.label))

    def _names(self, dimension: str) -> dict[int, str]:
        if dimension == "office" or not self.of_many_offices:
            return dict(NAMED[dimension].objects.values_list("pk", "name"))
        rows = NAMED[dimension].objects.values_list("pk", "office__name", "name")
        return {pk: f"{office} · {name}" for pk, office, name in rows}

    def _branches(self, names: Mapping[int, str]) -> dict[int, tuple[int, str]]:
        rows = Category.objects.filter(parent__isnull=False).values_list("pk", "parent")
        return {pk: (parent, names[parent]) for pk, parent in rows if parent is not None}


def as_tree(lines: Iterable[Line], branches: Mapping[int, tuple[int, str]]) -> list[Line]:
    """Add up what hangs on a branch, and put each part below it; the biggest branch first."""
    groups: dict[Any, list[Line]] = {}
    names: dict[Any, str] = {}
    for line in lines:
        branch, name = branches.get(line.key, (line.key, line.label))
        groups.setdefault(branch, []).append(line)
        names[branch] = name
    found = []
    for branch, parts in groups.items():
        sums = [sum(getattr(part, name) for part in parts) for name in ("count", "in_time", "late")]
        leaves = [Line(part.key, part.label, part.count, part.in_time, part.late, 1) for part in parts]
        found.append((Line(branch, names[branch], *sums), [leaf for leaf in leaves if leaf.key != branch]))
    found.sort(key=lambda pair: (pair[0].key is None, -pair[0].count, pair[0].label))
    return [line for branch, leaves in found for line in (branch, *leaves)]


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent, half of one rounded to the even; None of nothing."""
    return round(100 * part / whole) if whole else None
