"""What many months cost their people, all at once: a walk along the paths instead of a search for the cheapest."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from duty.roster.counts import counts_of, weekends_of
from duty.roster.model import Band
from duty.roster.problem import HARD, Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duty.roster.pricing import Pricer

PATTERNS = 2_500
"""Ways to fill some days of one person that are looked at."""

BITS = 62
"""Bits of a number that sums are counted in."""


class Sum(NamedTuple):
    """One thing counted over the month: what each cell adds, in steps, and the price by person and sum."""

    gains: np.ndarray
    price: np.ndarray


class Walk:
    """The paths of everybody side by side: a day is two look-ups, however many months are asked for.

    Nodes are numbered so that the number of a node and a shift (-1 for the day off) add up to a place in the tables.
    """

    def __init__(self, pricers: Sequence[Pricer]) -> None:
        self.pricers, self.model = pricers, pricers[0].model
        self.width = len(self.model.codes) + 1
        sizes = [[len(last) for last in pricer.paths.last] for pricer in pricers]
        self.place = np.cumsum([[0] * len(sizes[0]), *sizes], axis=0)
        self.start = 1 + self.width * (self.place[:-1, 0] + [pricer.paths.start for pricer in pricers])
        self.steps = [self.day(d) for d in range(self.model.days)]
        self.words = list(packed(self.summed()))
        wanted = Code.WEEKENDS_MAX in self.model.rules
        self.weekends = [list(days) for days in weekends_of(self.model)] if wanted else []
        bands = [(p, band) for p in range(len(pricers)) if (band := self.weekend_band(p))]
        self.weekend_price = self.priced(len(self.weekends), bands)

    def day(self, d: int) -> tuple[np.ndarray, np.ndarray]:
        """Where each node goes by each shift, and what that costs; without end where it cannot."""
        shape = int(self.place[-1, d]), self.width
        to, cost = np.zeros(shape, int), np.full(shape, np.inf)
        for p, pricer in enumerate(self.pricers):
            here = slice(*self.place[p : p + 2, d])
            for shift in pricer.paths.steps[d]:
                target, price = pricer.paths.table(d, shift)
                to[here, shift + 1] = target + self.place[p, d + 1]
                cost[here, shift + 1] = price + pricer.base[d, shift]
        return (1 + self.width * to).ravel(), cost.ravel()

    def summed(self) -> list[Sum]:
        """Everything that is counted over the month."""
        groups: dict[int, tuple[list[list[int]], list[tuple[int, Band]]]] = {}
        for p in range(len(self.pricers)):
            for count in counts_of(self.model, p):
                groups.setdefault(id(count.gains), (count.gains, []))[1].append((p, count.band))
        found = []
        for gains, bands in groups.values():
            step = math.gcd(*(gain for row in gains for gain in row)) or 1
            table = np.array([[*row, 0] for row in gains]) // step
            found.append(Sum(table, self.priced(int(table.max(axis=1).sum()), bands, step)))
        return found

    def priced(self, most: int, bands: Sequence[tuple[int, Band]], step: int = 1) -> np.ndarray:
        """The price of each sum up to `most` steps for each person."""
        price = np.zeros((len(self.pricers), most + 1))
        for p, band in bands:
            price[p] += [band.price(value * step) for value in range(most + 1)]
        lawful = np.array([not pricer.elastic for pricer in self.pricers])
        return np.where((price >= HARD) & lawful[:, None], np.inf, price)

    def weekend_band(self, p: int) -> Band | None:
        """How many weekends a person may work in; None where that is free."""
        most = self.model.limit(p, Code.WEEKENDS_MAX)
        return None if most is None else Band(self.model.rules[Code.WEEKENDS_MAX], 0, most)

    def prices(self, people: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What each row (rows × days, shift numbers) costs its person; without end where a hard rule is broken."""
        node, price = self.start[people], np.zeros(len(rows))
        days = np.ascontiguousarray(rows.T)
        for (to, cost), shift in zip(self.steps, days, strict=True):
            at = node + shift
            price += cost.take(at)
            node = to.take(at)
        for word, sums in self.words:
            found = np.zeros(len(rows), int)
            for day, shift in zip(word, days, strict=True):
                found += day.take(shift)
            for low, mask, table in sums:
                price += table[people, (found >> low) & mask]
        if self.weekends:
            worked = sum((rows[:, days] >= 0).any(axis=1).astype(int) for days in self.weekends)
            price += self.weekend_price[people, worked]
        return price


def packed(sums: Sequence[Sum]) -> Iterator[tuple[np.ndarray, list[tuple[int, int, np.ndarray]]]]:
    """Sums that are counted in one number, each in bits of its own: (lowest bit, mask, price) of each."""
    word, low = np.zeros(0, int), 0
    parts: list[tuple[int, int, np.ndarray]] = []
    for count in sums:
        bits = int(count.price.shape[1]).bit_length()
        if low + bits > BITS or not parts:
            if parts:
                yield word, parts
            word, low, parts = np.zeros(count.gains.shape, int), 0, []
        word = word + (count.gains << low)
        parts.append((low, (1 << bits) - 1, count.price))
        low += bits
    if parts:
        yield word, parts


def reach(shifts: int) -> int:
    """How many days in a row can be filled in every way."""
    days = 1
    while (shifts + 1) ** (days + 1) <= PATTERNS:
        days += 1
    return days


def variants(walk: Walk, p: int, row: Sequence[int], days: range, above: float) -> tuple[np.ndarray, np.ndarray]:
    """Every way to fill some days of a row that costs no more than so much above it, with what it costs."""
    fills = np.array(list(product(range(-1, len(walk.model.codes)), repeat=len(days))))
    rows = np.tile(np.array(row), (len(fills), 1))
    rows[:, days.start : days.stop] = fills
    found = walk.prices(np.full(len(rows), p), rows)
    mine = found[(rows == np.array(row)).all(axis=1)][0]
    good = found <= mine + above
    return rows[good], found[good]
