"""Proof: split what the linear program leaves undecided until no part can hold a cheaper roster.

A node limits headcounts (a shift of a day has at most, at least so many) and cells (a person has, has not a shift on a
day). The least bound of the open nodes is a bound for everything.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from duty.roster.search import Mixture, Search

CLEAR = 1e-4
"""What counts as whole."""


@dataclass(frozen=True)
class Node:
    """Limits on headcount rows (row -> lowest, highest) and on cells ((person, day, shift) -> must be, must not be)."""

    heads: tuple[tuple[int, int, int], ...] = ()
    cells: tuple[tuple[int, int, int, bool], ...] = ()


@dataclass
class Proof:
    """Best bound first; what is found below the best roster on the way is kept."""

    search: Search
    nodes: list[tuple[float, int, Node]] = field(init=False)
    closed: float = field(init=False, default=math.inf)
    """The least bound of a node that cannot be split although it is below the best roster."""
    made: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        self.nodes = [(self.search.bound, 0, Node())]

    @property
    def bound(self) -> float:
        """What no roster can go below."""
        return min(self.nodes[0][0] if self.nodes else self.search.price, self.closed, self.search.price)

    def step(self) -> bool:
        """Look at the node with the least bound; whether any is left."""
        search = self.search
        if not self.nodes or search.proven:
            return False
        below, _, node = heapq.heappop(self.nodes)
        mixture = search.mix_node(node)
        if search.budget.over():
            heapq.heappush(self.nodes, (below, 0, node))
            return False
        bound = max(below, mixture.bound)
        if bound < search.price - 1 + CLEAR:
            self.split(node, mixture, bound)
        search.bound = max(search.bound, self.bound)
        return True

    def split(self, node: Node, mixture: Mixture, bound: float) -> None:
        """Two nodes out of one, or a roster where everything is whole."""
        children = heads(self.search, node, mixture) or cells(self.search, node, mixture)
        if not children:
            rows = self.search.rows_of(mixture)
            self.search.keep(rows)
            if mixture.cost < self.search.price - CLEAR:
                self.closed = min(self.closed, bound)
        for child in children:
            heapq.heappush(self.nodes, (bound, self.made, child))
            self.made += 1


def shares(search: Search, mixture: Mixture) -> dict[tuple[int, int, int], float]:
    """The part of each cell (person, day, shift) in a mixture."""
    found: dict[tuple[int, int, int], float] = {}
    for number in np.flatnonzero(mixture.parts > CLEAR):
        column = search.master.columns[number]
        for d, s in enumerate(column.row):
            found[column.p, d, s] = found.get((column.p, d, s), 0.0) + float(mixture.parts[number])
    return found


def heads(search: Search, node: Node, mixture: Mixture) -> list[Node]:
    """Split at the headcount that is least decided."""
    cover = search.master.cover
    counts = np.zeros(cover.shape)
    for (_, d, s), part in shares(search, mixture).items():
        if s >= 0:
            counts[d, s] += part
    undecided = np.where(cover >= 0, np.abs(counts - np.round(counts)), 0.0)
    place = np.unravel_index(int(undecided.argmax()), undecided.shape)
    if undecided[place] < 10 * CLEAR:
        return []
    row, count = int(cover[place]), math.floor(counts[place])
    low, high = next(((low, high) for known, low, high in node.heads if known == row), (0, search.master.people))
    others = tuple(limit for limit in node.heads if limit[0] != row)
    return [
        Node((*others, (row, low, count)), node.cells),
        Node((*others, (row, count + 1, high)), node.cells),
    ]


def cells(search: Search, node: Node, mixture: Mixture) -> list[Node]:
    """Split at the cell that is least decided."""
    parts = shares(search, mixture)
    cell = max(sorted(parts), key=lambda cell: min(parts[cell], 1 - parts[cell]), default=None)
    if cell is None or min(parts[cell], 1 - parts[cell]) < 10 * CLEAR:
        return []
    return [Node(node.heads, (*node.cells, (*cell, must))) for must in (True, False)]
