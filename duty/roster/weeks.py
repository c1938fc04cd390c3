"""A week anew: of every way to fill some days of everybody, the roster that costs least, exactly.

The rest of the month stays. What each way costs its person comes from a walk (`walk`), what fits together at the post
from an integer program that is small enough to be solved at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from duty.roster.program import Column
from duty.roster.walk import reach, variants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duty.roster.search import Search

ABOVE, FAR_ABOVE = 2, 8
"""How much more than now a person's days may cost, in units of the greatest weight of a rule; while somebody is missing
at the post, much more."""
NODES = 20
ENTRY = 1.5e-4
"""The work for each way that is looked at, in units of about a second."""


def weeks_of(search: Search, fewer: int) -> Iterator[range]:
    """Days to fill anew, which overlap, over and over again through the month; `fewer` at a time than could be."""
    days = search.model.days
    length = max(min(reach(len(search.model.codes)) - fewer, days), 2)
    at = 0
    while True:
        yield range(max(at, 0), min(at + length, days))
        at += (length + 1) // 2
        if at >= days - 1:
            at -= days + length // 2 - 1


def descend(search: Search, rows: list[list[int]], most: float, fewer: int = 0) -> list[list[int]]:
    """Days of a roster anew as long as that makes it better within a month; for no more than `most` months."""
    days, vain = search.model.days, 0
    for number, span in enumerate(weeks_of(search, fewer)):
        length = (span.stop - span.start + 1) // 2
        before = search.total(rows)
        rows = renew(search, rows, span)
        vain = 0 if search.total(rows) < before else vain + length
        if vain >= days or number * length >= most * days or search.budget.over():
            return rows
        search.keep(rows)
    return rows


def renew(search: Search, rows: list[list[int]], days: range) -> list[list[int]]:
    """Some days of everybody filled as well as can be."""
    above = (ABOVE if search.full else FAR_ABOVE) * max(
        (rule.weight or 0 for rule in search.model.rules.values()), default=1
    )
    columns: list[Column] = []
    for p, row in enumerate(rows):
        found, costs = variants(search.walk, p, row, days, above)
        prices = (round(cost) for cost in costs)
        columns += [Column(p, tuple(other), price, price) for other, price in zip(found.tolist(), prices, strict=True)]
    search.budget.spend(ENTRY * len(columns))
    chosen = pick(search, columns, search.total(rows))
    return rows if chosen is None or search.total(chosen) > search.total(rows) else chosen


def pick(search: Search, columns: list[Column], below: int) -> list[list[int]] | None:
    """One row for each that cost least together; None where nothing costs less than `below`."""
    master = search.master
    program = master.empty()
    master.put(program, columns)
    first, count = len(master.segment), len(columns)
    whole = np.array([highspy.HighsVarType.kInteger] * count)
    program.changeColsIntegrality(count, np.arange(first, first + count, dtype=np.int32), whole)
    for name, value in (("mip_max_nodes", NODES), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5),
                        ("objective_bound", below - master.true_constant - 0.5)):  # fmt: skip
        program.setOptionValue(name, value)
    program.run()
    if program.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    rows: dict[int, list[int]] = {}
    for column, part in zip(columns, np.array(program.getSolution().col_value)[first:], strict=True):
        if part > 1 / 2:
            rows[column.p] = list(column.row)
    return [rows[p] for p in search.everybody] if len(rows) == len(search.everybody) else None
