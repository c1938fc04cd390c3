"""One cell of a roster changed by hand: checked at once, a hard rule never broken, a soft one only knowingly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from duty import roster as optimiser
from duty.models import Assignment, Roster
from duty.services.borders import Border
from duty.services.cells import Change, locked, put
from duty.services.months import Cell
from duty.services.problems import MonthProblem
from duty.services.wording import Words, said
from duty.workflow import RosterState
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    import datetime as dt

    from duty.models import ShiftType
    from frontdesk.staff.models import User

EDIT = "duty.edit_roster"


class Refused(DeskError):
    """A hard rule would be broken: `sentences` say which."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(gettext("Not allowed: %(reasons)s.") % {"reasons": "; ".join(sentences)})
        self.sentences = sentences


class Costs(DeskError):
    """A soft rule would be broken: `verdict` says what it costs; it is done when asked for again with `knowingly`."""

    def __init__(self, verdict: dict[str, Any]) -> None:
        reasons = {"reasons": "; ".join(verdict["breaks"]), "points": verdict["points"]}
        super().__init__(gettext("%(reasons)s (%(points)s).") % reasons)
        self.verdict = verdict


def set_cell(
    roster: Roster,
    *,
    by: User,
    person: User,
    date: dt.date,
    shift_type: ShiftType | None,
    expected: ShiftType | None,
    knowingly: bool = False,
    reason: str = "",
) -> MonthProblem:
    """Give somebody another shift on a date, or the day off; return the month as it is then.

    Raises:
        Conflict: somebody changed the cell meanwhile; the sentence says what it is now.
        Refused: a hard rule would be broken.
        Costs: a soft rule would be broken, and it was not asked for knowingly.
        DeskError: the month is published and no reason is given, or the person or shift is none of this roster's.

    """
    require(by, EDIT, roster)
    with locked(roster) as (fresh,):
        month = MonthProblem.of(fresh)
        check_cell(month, person, date, shift_type)
        cell = month.cells.get((person.pk, date))
        now = month.type_by_pk.get(cell.shift_type) if cell and cell.shift_type else None
        if now != expected:
            raise Conflict(overtaken(fresh, person, date, now))
        if now == shift_type:
            return month
        check_rules(month, person, date, shift_type, knowingly=knowingly)
        if fresh.state == RosterState.PUBLISHED:
            reason = must_be_said(reason, _("This month is published: say why it changes."), field="reason")
        change = Change(person=person, date=date, shift_type=shift_type, expected=expected)
        put(fresh, [change], by=by, source=Assignment.Source.HAND, reason=reason)
        return written(month, change, is_fixed=cell is not None and cell.is_fixed)


def fix_cell(roster: Roster, *, by: User, person: User, date: dt.date, is_fixed: bool) -> MonthProblem:
    """Fix a cell, so that no draft and no re-plan changes it, or let it go; return the month as it is then.

    Raises:
        DeskError: the person is none of this roster's.

    """
    require(by, EDIT, roster)
    with locked(roster) as (fresh,):
        month = MonthProblem.of(fresh)
        check_cell(month, person, date, None)
        cell = month.cells.get((person.pk, date))
        now = month.type_by_pk.get(cell.shift_type) if cell and cell.shift_type else None
        change = Change(person=person, date=date, shift_type=now, expected=now, is_fixed=is_fixed)
        put(fresh, [change], by=by, source=Assignment.Source.HAND)
        return written(month, change, is_fixed=is_fixed)


def written(month: MonthProblem, change: Change, *, is_fixed: bool) -> MonthProblem:
    """Return a month with a cell as it was just written."""
    shift, key = change.shift_type.pk if change.shift_type else None, (change.person.pk, change.date)
    before = month.cells.get(key)
    is_same = before is not None and before.shift_type == shift
    source = before.source if is_same and before else str(Assignment.Source.HAND)
    month.put(*key, Cell(shift, is_fixed, source) if shift is not None or is_fixed else None)
    return month


def check_cell(month: MonthProblem, person: User, date: dt.date, shift_type: ShiftType | None) -> None:
    """Stop where a cell is none of this roster's.

    Raises:
        DeskError: another month's date, a colleague not on this roster, a shift that is not planned with.

    """
    if date not in month.dates:
        raise DeskError(_("%(date)s is not in this month.") % {"date": date})
    if person.pk not in month.by_person:
        raise DeskError(_("%(person)s is not on this roster.") % {"person": person})
    if shift_type is not None and shift_type not in month.types:
        raise DeskError(_("This shift is no longer used."), field="shift_type")


def check_rules(month: MonthProblem, person: User, date: dt.date, shift: ShiftType | None, *, knowingly: bool) -> None:
    """Stop where the change breaks a rule.

    Raises:
        Refused: a hard one.
        Costs: a soft one, not knowingly.

    """
    code = None if shift is None else str(shift.pk)
    difference = optimiser.check_edit(month.problem, month.assignments, person.pk, month.day(date), code)
    verdict = said(Words(month), difference)
    refused = [*verdict["refused"], *Border(month).refused({(person.pk, date): shift.pk if shift else None})]
    if refused:
        raise Refused(refused)
    if difference.cost > 0 and verdict["breaks"] and not knowingly:
        raise Costs(verdict)


def overtaken(roster: Roster, person: User, date: dt.date, now: ShiftType | None) -> str:
    """Say what a cell is by now and, as far as is known, who changed it when."""
    values = {"person": person, "date": f"{date:%m-%d}", "shift": now or gettext("day off")}
    last = activity.history_of(roster).first()
    if last is None or not last.actor_name:
        return gettext("%(person)s, %(date)s: it is %(shift)s by now. Look, then change it again.") % values
    values |= {"who": last.actor_name, "time": f"{timezone.localtime(last.at):%H:%M}"}
    text = gettext("%(person)s, %(date)s: it is %(shift)s by now (%(who)s, %(time)s). Look, then change it again.")
    return text % values
