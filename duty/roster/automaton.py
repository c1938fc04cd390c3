"""What must be remembered from day to day of one person's month, as states and the steps between them.

A state is the last shift, the days worked or off in a row (no further than a rule looks), and, where days off
rotate, how long ago the last block of days off began. Steps carry the price of every rule that looks from one day to
the next; forbidden steps are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from duty.roster.model import OFF, WEEK, Model
from duty.roster.problem import HARD, Code

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER, START = -1, -3
"""No block of days off within a week; the shift of the state before anything is known."""


class State(NamedTuple):
    """The last shift (OFF for a day off), days in a row, days since days off began, whether RUN_MIN binds."""

    shift: int
    run: int
    since: int
    bound: bool


class Steps(NamedTuple):
    """All steps that end in one shift (or a day off): sources and prices, ordered by target; targets lie together."""

    first: int
    last: int
    source: np.ndarray
    price: np.ndarray
    offsets: np.ndarray


@dataclass
class Automaton:
    """The states of one person; `elastic` prices hard rules instead of forbidding what breaks them."""

    model: Model
    p: int
    elastic: bool = False
    steps: dict[int, Steps] = field(init=False)
    states: list[State] = field(init=False)

    def __post_init__(self) -> None:
        model, p = self.model, self.p
        self.most, self.least = model.limit(p, Code.RUN_MAX), model.limit(p, Code.RUN_MIN) or 0
        self.off_least = model.limit(p, Code.OFF_MIN) or 1
        self.cap = max(self.most or 0, self.least, 1)
        self.rotates = Code.ROTATION in model.rules
        self.shifts = [s for s in range(len(model.codes)) if any(self.can(d, s) for d in range(model.days))]
        start = State(START, 0, NEVER, False)
        for shift in model.history[p]:
            start = self.after(start, shift)
        self.build(start)

    def can(self, d: int, s: int) -> bool:
        """Whether a person may have a shift (or the day off) on a day at all."""
        frozen = self.model.frozen[self.p]
        if d in frozen:
            return frozen[d] == s
        return s == OFF or self.model.barred(self.p, d, s) is None

    def after(self, state: State, shift: int) -> State:
        """The state after one more day."""
        since = state.since + 1 if 0 <= state.since < WEEK - 1 else NEVER
        if shift == OFF:
            if state.shift == START:
                return State(OFF, self.off_least, NEVER, False)
            if state.shift == OFF:
                return State(OFF, min(state.run + 1, self.off_least), since, False)
            return State(OFF, min(1, self.off_least), 0 if self.rotates else NEVER, False)
        if state.shift in {OFF, START}:
            return State(shift, 1, since, state.shift == OFF and self.least > 1)
        run = min(state.run + 1, self.cap)
        return State(shift, run, since, state.bound and run < self.least)

    def price(self, state: State, shift: int) -> int:
        """What the rules from day to day cost for one more day; HARD and more where a hard one is broken."""
        worked = state.shift not in {OFF, START}
        if shift == OFF:
            price = self.charge(Code.RUN_MIN, self.least - state.run) if worked and state.bound else 0
            if worked and self.rotates and state.since == WEEK - 1:
                price += self.charge(Code.ROTATION, 1)
            return price
        if state.shift == OFF:
            return self.charge(Code.OFF_MIN, self.off_least - state.run)
        over = worked and self.most is not None and state.run >= self.most
        price = self.charge(Code.RUN_MAX, 1) if over else 0
        if state.shift >= 0:
            price += sum(self.charge(code, 1) for code, _, _ in self.model.successions[state.shift][shift])
        return price

    def charge(self, code: Code, amount: int) -> int:
        """The price of breaking a rule by so many units."""
        if amount <= 0:
            return 0
        return HARD * amount if self.model.hard(code) else self.model.charge(code, amount)

    def build(self, start: State) -> None:
        """Find every state that can be reached, and number them so that those of one shift lie together."""
        actions = [OFF, *self.shifts]
        found, waiting = {start}, [start]
        arcs: list[tuple[State, State, int]] = []
        while waiting:
            state = waiting.pop()
            for shift in actions:
                price = self.price(state, shift)
                if price >= HARD and not self.elastic:
                    continue
                target = self.after(state, shift)
                arcs.append((state, target, price))
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        self.states = sorted(found)
        self.number = {state: number for number, state in enumerate(self.states)}
        self.start = self.number[start]
        flat = [(self.number[target], self.number[source], price, target.shift) for source, target, price in arcs]
        kinds = [shift for shift in actions if any(arc[3] == shift for arc in flat)]
        self.steps = {shift: steps_of(arc[:3] for arc in flat if arc[3] == shift) for shift in kinds}
        self.ways: list[list[tuple[int, int, float]]] = [[] for _ in self.states]
        for to, at, cost, shift in sorted(flat):
            self.ways[at].append((shift, to, float(cost)))


def steps_of(arcs: Iterable[tuple[int, int, float]]) -> Steps:
    """Steps from arcs (target, source, price) into targets that lie together."""
    target, source, price = (np.array(column) for column in zip(*sorted(arcs), strict=True))
    first, last = int(target[0]), int(target[-1]) + 1
    return Steps(first, last, source, price.astype(float), np.searchsorted(target, np.arange(first, last)))
