"""How an amount comes about, without the database: rates, days, shares, and the one place where it is rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from frontdesk.kit.calendar import ONE_DAY
from frontdesk.kit.money import shares, yuan
from frontdesk.kit.periods import month_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

WHOLE = 100


class Span(NamedTuple):
    """What holds from a day to another; without a last day until further notice."""

    starts: dt.date
    ends: dt.date | None
    value: Decimal | int | None

    def covers(self, day: dt.date) -> bool:
        """Answer whether it holds on a day; its last day still counts."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


class Stretch(NamedTuple):
    """Days of a month in a row that go by one rate and one share."""

    first: dt.date
    last: dt.date
    rate: Decimal
    percent: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Reckoned:
    """An amount and everything it came from; `parts` has one line for each stretch, and they add up to the amount."""

    amount: Decimal
    quantity: Decimal
    month_days: int
    stretches: tuple[Stretch, ...]
    amounts: tuple[Decimal, ...]

    @cached_property
    def days(self) -> int:
        """For how many days of the month something was charged."""
        return sum(stretch.days for stretch in self.stretches)

    @property
    def is_plain(self) -> bool:
        """Whether one rate and one share held for all days that are charged."""
        return len(self.stretches) == 1

    @cached_property
    def parts(self) -> list[list[object]]:
        """The stretches as a bill keeps them; nothing where one line says it all."""
        if self.is_plain:
            return []
        return [
            [one.first.isoformat(), one.last.isoformat(), str(one.rate), one.percent, int(amount.scaleb(2))]
            for one, amount in zip(self.stretches, self.amounts, strict=True)
        ]


def reckon_month(
    month: dt.date,
    quantity: Decimal,
    rates: Sequence[tuple[dt.date, Decimal]],
    *,
    exceptions: Iterable[Span] = (),
    reductions: Iterable[Span] = (),
    stays: Iterable[Span] | None = None,
) -> Reckoned:
    """Reckon a month: quantity × rate × share, each stretch by its days; rounded once, half up, for the whole bill.

    `rates` are (first day, rate) in order of their days, `exceptions` own rates (None: pays nothing), `reductions`
    percents, `stays` when what is charged was there at all (None: the whole month). The parts of a split month are
    rounded by largest remainder, so that they add up (R-FEE-01, R-FEE-02, R-FEE-05, R-FEE-06).
    """
    rate_of, percent_of = _by_day(rates, tuple(exceptions)), _share_by_day(tuple(reductions))
    there = None if stays is None else tuple(stays)
    stretches = tuple(_stretches(month, rate_of, percent_of, there))
    month_days = month_of(month).last.day
    exact = [_exact(one, quantity, month_days) for one in stretches]
    amount = _to_fen(sum(exact, Fraction(0)))
    return Reckoned(amount, quantity, month_days, stretches, tuple(_split(amount, exact)))


def reckon_once(quantity: Decimal, rate: Decimal) -> Decimal:
    """Return quantity × rate, rounded half up to the fen (R-FEE-04)."""
    return yuan(quantity * rate)


def rate_on(rates: Sequence[tuple[dt.date, Decimal]], day: dt.date) -> Decimal | None:
    """Return the rate of a day: the latest that began by then; None before the first one (R-FEE-06)."""
    begun = [rate for starts, rate in rates if starts <= day]
    return begun[-1] if begun else None


def months_between(first: dt.date, last: dt.date) -> int:
    """Return how many whole months lie between two days: 6 from 15 January to 15 July, 5 to 14 July (R-FEE-02).

    A month that begins on a day the last month does not have is whole on that month's last day: 31 August to
    28 February are six.
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    is_whole = last.day >= min(first.day, month_of(last).last.day)
    return months if is_whole else months - 1


def late_fee(owed: Decimal, days: int, *, rate: Decimal, cap: Decimal) -> Decimal:
    """Return the late fee on what was owed for some days: a rate in ‰ a day, at most what the cap leaves (R-FEE-10)."""
    return yuan(max(min(owed * rate * days / 1000, cap), Decimal(0)))


def _by_day(
    rates: Sequence[tuple[dt.date, Decimal]], exceptions: Sequence[Span]
) -> Callable[[dt.date], Decimal | None]:
    def rate_of(day: dt.date) -> Decimal | None:
        for one in exceptions:
            if one.covers(day):
                return None if one.value is None else Decimal(one.value)
        return rate_on(rates, day)

    return rate_of


def _share_by_day(reductions: Sequence[Span]) -> Callable[[dt.date], int]:
    def percent_of(day: dt.date) -> int:
        return min((int(one.value or 0) for one in reductions if one.covers(day)), default=WHOLE)

    return percent_of


def _stretches(
    month: dt.date,
    rate_of: Callable[[dt.date], Decimal | None],
    percent_of: Callable[[dt.date], int],
    stays: Sequence[Span] | None,
) -> Iterator[Stretch]:
    """Go through the days of a month; days on which nothing is charged end a stretch."""
    running: Stretch | None = None
    for offset in range(month_of(month).last.day):
        day = month + ONE_DAY * offset
        rate = rate_of(day) if stays is None or any(stay.covers(day) for stay in stays) else None
        if rate is None:
            if running:
                yield running
            running = None
            continue
        percent = percent_of(day)
        if running and (running.rate, running.percent) == (rate, percent):
            running = Stretch(running.first, day, rate, percent)
            continue
        if running:
            yield running
        running = Stretch(day, day, rate, percent)
    if running:
        yield running


def _exact(stretch: Stretch, quantity: Decimal, month_days: int) -> Fraction:
    share = Fraction(stretch.percent, WHOLE) * Fraction(stretch.days, month_days)
    return Fraction(quantity) * Fraction(stretch.rate) * share


def _to_fen(value: Fraction) -> Decimal:
    """Round half up, exactly: a fraction has no last digit to cut off first."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def _split(amount: Decimal, exact: Sequence[Fraction]) -> list[Decimal]:
    if len(exact) == 1:
        return [amount]
    if not any(exact):
        return [Decimal("0.00") for _one in exact]
    scale = max(part.denominator for part in exact)
    weights = [int(part * scale * 1_000_000) for part in exact]
    return shares(amount, weights)
