"""Why a roster is as it is: who else could, what it would cost, what another shift means, and how even the month is.

Every figure is reckoned from the same model that drafts the roster, at the moment it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from duty import roster as optimiser
from duty.roster import Code, Violation
from duty.services.history import counts_between
from duty.services.rules import HOUR
from duty.services.wording import Words, hours, rule_name, said
from frontdesk.kit.calendar import ONE_DAY

if TYPE_CHECKING:
    import datetime as dt

    from duty.models import ShiftType
    from duty.roster import Alternative, Share
    from duty.services.problems import MonthProblem
    from frontdesk.staff.models import User

GAPS = (Code.SHORT, Code.UNDER, Code.SKILL)
SHOWN = 12
MONTHS = 12


@dataclass(frozen=True)
class Option:
    """Another shift for a cell (None: the day off) and what it would mean."""

    shift: ShiftType | None
    means: dict[str, Any]


@dataclass(frozen=True)
class Other:
    """Somebody else who could have the cell, how, and what it would mean."""

    person: User
    how: str
    means: dict[str, Any]


@dataclass(frozen=True)
class Issue:
    """Something a supervisor should look at: a sentence, and the cell it is about."""

    text: str
    tone: str
    person: int | None
    date: dt.date | None


def options(month: MonthProblem, person: User, date: dt.date, *, reader: int | None = None) -> list[Option]:
    """Return what each shift in use and the day off would mean in a cell, the one that stands there left out."""
    cell = month.cells.get((person.pk, date))
    now = cell.shift_type if cell else None
    words, found = Words(month, reader), []
    for row in [*month.types, None]:
        if (row.pk if row else None) == now:
            continue
        code = None if row is None else str(row.pk)
        difference = optimiser.check_edit(month.problem, month.assignments, person.pk, month.day(date), code)
        found.append(Option(row, said(words, difference)))
    return found


def why(month: MonthProblem, person: User, date: dt.date, *, reader: int | None = None) -> list[Other]:
    """Return who else could have somebody's shift: the cheapest lawful ones first, then whom a rule excludes.

    `reader` is who asks, if they do not make the roster: they are not told of others' wishes and limits.
    """
    words = Words(month, reader)
    found = optimiser.alternatives(month.problem, month.assignments, person.pk, month.day(date))
    return [
        Other(
            month.by_person[int(one.person)].user,
            _how(words, one),
            said(words, one.difference, name=True),
        )
        for one in found[:SHOWN]
    ]


def stands(month: MonthProblem, person: User, date: dt.date) -> list[str]:
    """Return what the roster as it is breaks around a cell: the sentences about this person on this day."""
    verdict = optimiser.evaluate(month.problem, month.assignments)
    day = month.day(date)
    mine = [one for one in verdict.violations if one.person == person.pk and day in one.days]
    return Words(month).say_all(mine)


def what_if(
    month: MonthProblem, one: tuple[User, dt.date], other: tuple[User, dt.date], *, reader: int | None = None
) -> dict[str, Any]:
    """Return what it would mean if two colleagues exchanged two cells."""
    cells = [(person.pk, month.day(date)) for person, date in (one, other)]
    difference = optimiser.swap(month.problem, month.assignments, cells[0], cells[1])
    return said(Words(month, reader), difference, name=True)


def issues(month: MonthProblem, most: int) -> tuple[list[Issue], int]:
    """Return what is to be looked at before publishing, and how much more there is.

    Broken hard rules come first, then gaps, then the dearest soft ones.
    """
    verdict = optimiser.evaluate(month.problem, month.assignments)
    short = {(one.days, one.shift) for one in verdict.violations if one.rule == Code.SHORT}
    found: list[tuple[tuple[int, int], Violation]] = []
    for one in verdict.violations:
        if one.rule == Code.UNDER and (one.days, one.shift) in short:
            continue
        rank = 0 if one.hard else 1 if one.rule in GAPS else 2
        found.append(((rank, -one.cost), one))
    words = Words(month)
    shown = [
        Issue(
            words.say(one, name=True),
            ("danger", "warn", "neutral")[rank],
            None if one.person is None else int(one.person),
            words.date(one.days[0]) if one.days else None,
        )
        for (rank, _cost), one in sorted(found, key=lambda pair: pair[0])[:most]
    ]
    return shown, max(len(found) - most, 0)


def costs(figures: dict[str, Any]) -> list[tuple[str, int]]:
    """Return what a draft costs by rule, the dearest first."""
    rows = [(rule_name(code), cost) for code, cost in figures.get("cost_by_rule", {}).items()]
    return sorted(rows, key=lambda row: -row[1])


@dataclass(frozen=True)
class Fair:
    """One colleague's line of the fairness panel."""

    person: User
    share: Share
    last_year: dict[str, int]

    @property
    def hours(self) -> str:
        """The month's hours."""
        return hours(self.share.minutes)

    @property
    def target(self) -> str:
        """The hours the contract asks."""
        return "" if self.share.target is None else hours(self.share.target)

    @property
    def away(self) -> str:
        """By how much the hours differ from it."""
        return f"{(self.share.minutes - (self.share.target or 0)) / HOUR:+.1f}"

    @property
    def counts(self) -> list[tuple[str, int, int, str, str]]:
        """Late, weekend and holiday shifts: which, this month, this year with it, what is fair, last year a month."""
        rows = []
        for name in ("late", "weekend", "holiday"):
            tally = getattr(self.share, name)
            mean = f"{self.last_year.get(name, 0) / MONTHS:.1f}"
            rows.append((name, tally.count, tally.carried + tally.count, f"{tally.fair:.1f}", mean))
        return rows


@dataclass(frozen=True)
class Panel:
    """The fairness panel: a line for each colleague, and the means below."""

    rows: list[Fair]
    means: dict[str, str]


def fairness(month: MonthProblem) -> Panel:
    """Return who carries how much this month and this year, beside what is fair, the mean, and last year."""
    found = optimiser.fairness(month.problem, month.assignments)
    last = month.first.replace(month=1) - ONE_DAY
    before = counts_between(month.office, month.keys, last.replace(month=1, day=1), last)
    rows = [
        Fair(month.by_person[int(share.person)].user, share, before[int(share.person)])
        for share in found.shares
        if month.by_person[int(share.person)].rows
    ]
    means = {name: f"{found.mean(name):.1f}" for name in ("shifts", "late", "weekend", "holiday", "granted", "refused")}
    return Panel(rows, means | {"hours": hours(round(found.mean("minutes")))})


def _how(words: Words, one: Alternative) -> str:
    """Say how somebody else would have the shift: on a day off, or for one of theirs."""
    if one.shift is None or one.day is None:
        return _("takes it on their day off")
    date = f"{words.date(one.day):%m-%d}"
    return _("in exchange for %(shift)s on %(date)s") % {"shift": words.shift(one.shift), "date": date}
