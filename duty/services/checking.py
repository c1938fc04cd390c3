"""What changes of cells would break: asked before a stand-in is appointed, two shifts are swapped, a cell is set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from duty import roster as optimiser
from duty.services.borders import REACHING, Border, broken_across
from duty.services.problems import MonthProblem
from duty.services.wording import Words
from frontdesk.kit.errors import DeskError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from duty.models import Roster
    from duty.roster import Difference, Violation
    from duty.services.cells import Change
    from frontdesk.staff.models import User

    Plan = Mapping[Roster, Sequence[Change]]


@dataclass
class Broken:
    """What changes break: sentences of rules that must be kept and of those that should be, and the points."""

    hard: list[str] = field(default_factory=list)
    soft: list[str] = field(default_factory=list)
    cost: int = 0


class Check:
    """Looks at changes of an office's months; each month is read once however many changes are asked about.

    `reader` is who is told, if they do not make the roster.
    """

    def __init__(self, *months: MonthProblem, reader: int | None = None) -> None:
        self.reader = reader
        self._months = {month.first: month for month in months}
        self._borders: dict[dt.date, Border] = {}

    def border(self, month: MonthProblem) -> Border:
        """Return where a month ends."""
        return self._borders.setdefault(month.first, Border(month))

    def broken_by(self, plan: Plan, *, away: User | None = None) -> Broken:
        """Return what changes would break, in their months and in the first days of a published one after them.

        What the row of `away` breaks by being emptied is no matter of rules: they are on leave.

        Raises:
            DeskError: somebody is not on the roster of such a month.

        """
        found = Broken()
        before: dict[tuple[int, dt.date], int | None] = {}
        for roster in sorted(plan, key=lambda one: one.month):
            month = self._month(roster)
            self._look(found, month, plan[roster], before, away)
            for change in plan[roster]:
                before[change.person.pk, change.date] = change.shift_type.pk if change.shift_type else None
            border = self.border(month)
            if border.is_near(before) and border.after and all(one.month != border.after.first for one in plan):
                self._add(found, border.after, broken_across(border.after, before, {}), away)
        return found

    def _look(
        self,
        found: Broken,
        month: MonthProblem,
        changes: Sequence[Change],
        before: Mapping[tuple[int, dt.date], int | None],
        away: User | None,
    ) -> None:
        """Look at one month; what reaches into it from changes before it is looked at as it would be then."""
        for change in changes:
            if change.person.pk not in month.by_person:
                raise DeskError(_("%(person)s is not on this month's roster.") % {"person": change.person})
        cells: dict[optimiser.Cell, str | None] = {
            (change.person.pk, month.day(change.date)): str(change.shift_type.pk) if change.shift_type else None
            for change in changes
        }
        moved = {pk for pk, _date in before}
        difference = optimiser.change(month.problem, month.assignments, cells)
        found.cost += difference.cost
        words = Words(month, self.reader)
        hard = [one for one in difference.hard if not (one.rule in REACHING and one.person in moved)]
        found.hard += words.say_all((one for one in hard if away is None or one.person != away.pk), name=True)
        found.soft += worse_for(words, difference, name=True)
        self._add(found, month, broken_across(month, before, cells), away)

    def _add(self, found: Broken, month: MonthProblem, violations: Sequence[Violation], away: User | None) -> None:
        words = Words(month, self.reader)
        for one in violations:
            if one.hard and away is not None and one.person == away.pk:
                continue
            sentences = found.hard if one.hard else found.soft
            sentences += [text for text in words.say_all([one], name=True) if text not in sentences]
            found.cost += one.cost

    def _month(self, roster: Roster) -> MonthProblem:
        if roster.month not in self._months:
            known = (border.after for border in self._borders.values())
            found = next((month for month in known if month is not None and month.first == roster.month), None)
            self._months[roster.month] = found or MonthProblem.of(roster)
        return self._months[roster.month]


def worse_for(words: Words, difference: Difference, *, name: bool = False) -> list[str]:
    """Return the sentences of the "should" rules a change makes worse on the whole; what it mends is not listed."""
    rules = {rule for rule, cost in difference.cost_by_rule.items() if cost > 0}
    return words.say_all((one for one in difference.new if not one.hard and one.rule in rules), name=name)


def refuse_what_breaks(plan: Plan, *, away: User | None = None, reader: int | None = None) -> None:
    """Stop changes that break a rule that must be kept.

    Raises:
        DeskError: with each rule's sentence.

    """
    broken = Check(reader=reader).broken_by(plan, away=away)
    if broken.hard:
        raise DeskError(_("Against the rules: %(rules)s") % {"rules": "; ".join(broken.hard)})
