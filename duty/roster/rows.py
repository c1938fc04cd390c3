"""What one person's row of the roster breaks: the only place that says what a rule costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duty.roster.counts import before, counts_of, week_start, weekends_of, weeks_of
from duty.roster.model import OFF, WEEK, Model, Violation
from duty.roster.problem import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = "Sequence[int]"


def row_faults(model: Model, p: int, row: Sequence[int]) -> list[Violation]:
    """Everything a person's row breaks."""
    return [
        *cell_faults(model, p, row),
        *wish_faults(model, p, row),
        *succession_faults(model, p, row),
        *run_faults(model, p, row),
        *week_faults(model, p, row),
        *count_faults(model, p, row),
    ]


def row_price(model: Model, p: int, row: Sequence[int]) -> int:
    """What the optimiser pays for a row."""
    return sum(fault.price for fault in row_faults(model, p, row))


def fault(model: Model, p: int, code: Code, days: tuple[int, ...], amount: int = 1, **more: object) -> Violation:
    """One violation of a rule of the problem."""
    person = model.people[p].id
    return Violation(code, person, days, amount, model.charge(code, amount), model.hard(code), **more)  # type: ignore[arg-type]


def cell_faults(model: Model, p: int, row: Sequence[int]) -> Iterator[Violation]:
    """Shifts a person cannot work, fixed cells that were changed, published cells that were changed."""
    person, frozen = model.people[p], model.frozen[p]
    for d, s in enumerate(row):
        if frozen and d in frozen:
            if frozen[d] != s:
                yield Violation(Code.FROZEN, person.id, (d,), 1, 0, hard=True)
        elif s >= 0 and (bar := model.barred(p, d, s)) is not None:
            yield Violation(bar, person.id, (d,), 1, 0, hard=True, shift=model.codes[s])
    if model.published is not None:
        published = model.published[p]
        for d, s in enumerate(row):
            if published.get(d, OFF) != s:
                yield Violation(Code.CHANGE, person.id, (d,), 1, model.problem.change, hard=False)


def refused(model: Model, p: int, row: Sequence[int]) -> Iterator[int]:
    """The numbers of a person's wishes that a row does not grant."""
    for number, wish in enumerate(model.people[p].wishes):
        if 0 <= wish.day < model.days:
            s = row[wish.day]
            met = s >= 0 if wish.shift is None else s == model.index.get(wish.shift, model.days)
            if met != wish.want:
                yield number


def wish_faults(model: Model, p: int, row: Sequence[int]) -> Iterator[Violation]:
    """Wishes that are not granted, whatever the rules are: they carry their own weights."""
    person = model.people[p]
    for number in refused(model, p, row):
        wish = person.wishes[number]
        yield Violation(Code.WISH, person.id, (wish.day,), 1, wish.weight, hard=False, shift=wish.shift)


def succession_faults(model: Model, p: int, row: Sequence[int]) -> Iterator[Violation]:
    """Rest, forbidden successions, early after late, changes of shift from one day to the next."""
    successions = model.successions
    last = before(model, p, -1)
    last = OFF if last is None else last
    for d, s in enumerate(row):
        if s >= 0 and last >= 0:
            for code, found, limit in successions[last][s]:
                yield fault(model, p, code, (d - 1, d) if d else (d,), found=found, limit=limit, shift=model.codes[s])
        last = s


def blocks(row: Sequence[int], history: Sequence[int]) -> Iterator[tuple[bool, int, int, bool]]:
    """The blocks of work and of days off: (work, first day, day after, whether the first day is known)."""
    whole = [*history, *row]
    past, at = len(history), 0
    for d in range(1, len(whole) + 1):
        if d == len(whole) or (whole[d] != OFF) != (whole[at] != OFF):
            yield whole[at] != OFF, at - past, d - past, at > 0
            at = d


def run_faults(model: Model, p: int, row: Sequence[int]) -> Iterator[Violation]:
    """Too many or too few days in a row, too few days off in a row, days off that do not rotate."""
    limits = [model.limit(p, code) for code in (Code.RUN_MAX, Code.RUN_MIN, Code.OFF_MIN, Code.ROTATION)]
    most, least, off_least, _ = limits
    rotating, start = Code.ROTATION in model.rules, None
    for work, first, end, known in blocks(row, model.history[p]):
        days, length = tuple(range(max(first, 0), end)), end - first
        closed = known and 0 <= end < model.days
        if work and most is not None and days and length > most:
            over = min(length - most, len(days))
            yield fault(model, p, Code.RUN_MAX, days, over, found=length, limit=most)
        floor, code = (least, Code.RUN_MIN) if work else (off_least, Code.OFF_MIN)
        if floor is not None and closed and length < floor:
            yield fault(model, p, code, days or (end,), floor - length, found=length, limit=floor)
        if rotating and not work and known:
            if start is not None and first >= 0 and first - start == WEEK:
                yield fault(model, p, Code.ROTATION, (first,))
            start = first


def week_faults(model: Model, p: int, row: Sequence[int]) -> Iterator[Violation]:
    """Too many minutes or too few days off in a calendar week; days off only in weeks that are known whole."""
    most, least = model.band(p, Code.WEEK_MINUTES), model.limit(p, Code.WEEK_OFF)
    if most is None and least is None:
        return
    minutes, off = week_start(model, p)
    for week in weeks_of(model):
        days = range(max(week.start, 0), min(week.stop, model.days))
        minutes += sum(model.shifts[row[d]].minutes for d in days if row[d] >= 0)
        if most is not None and (over := most.amount(minutes)):
            yield fault(model, p, Code.WEEK_MINUTES, tuple(days), over, found=minutes, limit=most.high)
        if least is not None and off is not None and week.stop <= model.days:
            off += sum(row[d] == OFF for d in days)
            if off < least:
                yield fault(model, p, Code.WEEK_OFF, tuple(days), least - off, found=off, limit=least)
        minutes, off = 0, 0


def count_faults(model: Model, p: int, row: Sequence[int]) -> Iterator[Violation]:
    """Counts over the horizon that are outside what they may be."""
    person, everything = model.people[p].id, tuple(range(model.days))
    for count in counts_of(model, p):
        found, band = count.total(row), count.band
        if amount := band.amount(found):
            days = tuple(d for d in everything if row[d] >= 0 and count.gains[d][row[d]])
            limit = band.high if found > band.high else band.low
            cost, hard = band.cost(amount), band.rule.weight is None
            yield Violation(count.code, person, days, amount, cost, hard, found, limit, count.shift)
    most = model.limit(p, Code.WEEKENDS_MAX)
    if most is not None:
        worked = [days for days in weekends_of(model) if any(row[d] >= 0 for d in days)]
        if len(worked) > most:
            days = tuple(d for weekend in worked for d in weekend if row[d] >= 0)
            yield fault(model, p, Code.WEEKENDS_MAX, days, len(worked) - most, found=len(worked), limit=most)
