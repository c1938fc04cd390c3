"""The steps of one person's month day by day: the automaton, with the calendar weeks' rules worked into it.

Without such rules every day has the same steps. With them the days are unrolled: a node is an automaton state with
what the week holds so far, and nodes from which the same rest of the month costs the same are one. Most of what a
week could hold cannot matter any more on a given day, so there are hardly more nodes than states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from duty.roster.automaton import START, Automaton, State, Steps, steps_of
from duty.roster.model import OFF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duty.roster.axes import Axis

Node = tuple[int, tuple[int, ...]]
"""A state's number, and the counts of the week."""
Arc = tuple[int, Node, float]
"""A shift, where it leads, what it costs."""


class Paths:
    """`steps[day][shift]` from node to node; `last[day]` the shift of each node at a day's beginning (and at the end).

    `some` is false where no month keeps the hard rules.
    """

    def __init__(self, automaton: Automaton, weeks: Sequence[Axis]) -> None:
        self.automaton, self.weeks, self.days = automaton, weeks, automaton.model.days
        self.tables: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
        if weeks:
            self.unroll()
        else:
            last = np.array([state.shift for state in automaton.states])
            self.start, self.last = automaton.start, [last] * (self.days + 1)
            self.steps = [self.possible(d) for d in range(self.days)]
        self.some = all(self.steps)

    @property
    def nodes(self) -> float:
        """The nodes of a day, on average."""
        return sum(map(len, self.last)) / len(self.last)

    def possible(self, d: int) -> dict[int, Steps]:
        """The automaton's steps that a day allows."""
        return {shift: steps for shift, steps in self.automaton.steps.items() if self.automaton.can(d, shift)}

    def worked(self, d: int) -> np.ndarray:
        """For each node at a day's beginning, whether the day before was worked."""
        return ~np.isin(self.last[d], (OFF, START))

    def table(self, d: int, shift: int) -> tuple[np.ndarray, np.ndarray]:
        """Where each node goes by a shift of a day, and what that costs; without end where it cannot."""
        if (d, shift) not in self.tables:
            steps, many = self.steps[d][shift], len(self.last[d])
            to, price = np.zeros(many, int), np.full(many, np.inf)
            lengths = np.diff(np.append(steps.offsets, len(steps.source)))
            to[steps.source] = np.repeat(np.arange(steps.first, steps.last), lengths)
            price[steps.source] = steps.price
            self.tables[d, shift] = to, price
        return self.tables[d, shift]

    # -- unrolled

    def unroll(self) -> None:
        """Every node that can be reached, then from the end backward one for all from which the rest is the same."""
        begin: Node = self.automaton.start, tuple(axis.start for axis in self.weeks)
        reached: list[dict[Node, list[Arc]]] = [{begin: []}]
        for d in range(self.days):
            following: dict[Node, list[Arc]] = {}
            for node in reached[-1]:
                arcs = reached[-1][node] = self.arcs(d, node)
                for _, target, _ in arcs:
                    following.setdefault(target, [])
            reached.append(following)
        alike = self.grouped({node: (self.state(node).shift,) for node in reached[-1]})
        self.last = [self.shifts(alike)]
        self.steps = []
        for d in range(self.days - 1, -1, -1):
            onward = {
                node: tuple((shift, alike[target], price) for shift, target, price in arcs if target in alike)
                for node, arcs in reached[d].items()
            }
            before = self.grouped({node: (self.state(node).shift, arcs) for node, arcs in onward.items() if arcs})
            arcs_of = {number: onward[node] for node, number in reversed(before.items())}
            flat = [(target, number, price, shift) for number, arcs in arcs_of.items() for shift, target, price in arcs]
            kinds = sorted({arc[3] for arc in flat})
            self.steps.append({kind: steps_of(arc[:3] for arc in flat if arc[3] == kind) for kind in kinds})
            self.last.append(self.shifts(before))
            alike = before
        self.steps.reverse()
        self.last.reverse()
        self.start = alike.get(begin, 0)

    def state(self, node: Node) -> State:
        """The automaton state of a node."""
        return self.automaton.states[node[0]]

    def arcs(self, d: int, node: Node) -> list[Arc]:
        """The ways on from a node on a day."""
        found = []
        state, counts = node
        for shift, target, price in self.automaton.ways[state]:
            if not self.automaton.can(d, shift):
                continue
            now = tuple(
                count + (axis.gains[d][shift] if shift != OFF else 0)
                for count, axis in zip(counts, self.weeks, strict=True)
            )
            if any(count >= axis.size for count, axis in zip(now, self.weeks, strict=True)):
                continue
            cost = price
            if d in self.weeks[0].price:
                cost += sum(float(axis.price[d][count]) for count, axis in zip(now, self.weeks, strict=True))
                now = tuple(0 for _ in now)
            if cost < np.inf:
                found.append((shift, (target, now), cost))
        return found

    def grouped(self, known: dict[Node, tuple]) -> dict[Node, int]:
        """A number for each node, the same for those of which the same is known; those of one shift lie together."""
        kinds = sorted({(what[0], number) for number, what in enumerate(dict.fromkeys(known.values()))})
        order = {number: place for place, (_, number) in enumerate(kinds)}
        place = {what: order[number] for number, what in enumerate(dict.fromkeys(known.values()))}
        return {node: place[what] for node, what in known.items()}

    def shifts(self, numbers: dict[Node, int]) -> np.ndarray:
        """The shift of each number."""
        found = np.full(len(set(numbers.values())), OFF)
        for node, number in numbers.items():
            found[number] = self.state(node).shift
        return found
