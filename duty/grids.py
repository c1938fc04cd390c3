"""A month drawn: a line per colleague, a column per day, below it how each shift is staffed.

Forty people and a month are more than a thousand cells, so the cells are put together here and not in a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, pgettext

from duty.services.months import AWAY, ELSEWHERE, FIXED, LEAVE
from duty.services.wording import WEEKDAYS, hours
from frontdesk.kit.calendar import local_date, public_name
from frontdesk.kit.models import Holiday

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from duty.models import ShiftType
    from duty.services.months import Colleague, Month

Kind = Holiday.Kind
DAY_CLASSES = {Kind.OFF: "is-weekend", Kind.STATUTORY: "is-holiday", Kind.MAKE_UP: "is-make-up"}
MARKS = {LEAVE: "is-leave", FIXED: "is-barred", AWAY: "is-away", ELSEWHERE: "is-away"}


@dataclass(frozen=True)
class Day:
    """A column's head."""

    date: dt.date
    weekday: str
    css: str
    title: str


@dataclass(frozen=True)
class Staffing:
    """One shift of one day: how many there are and how many are wanted."""

    there: int
    wanted: int

    @property
    def tone(self) -> str:
        """Whether it is under or over."""
        return "is-under" if self.there < self.wanted else "is-over" if self.there > self.wanted else ""

    @property
    def text(self) -> str:
        """How many there are; where it differs, of how many."""
        return f"{self.there}" if self.there == self.wanted else f"{self.there}/{self.wanted}"


@dataclass(frozen=True)
class Total:
    """What one colleague's month comes to."""

    minutes: int
    late: int
    off: int

    @property
    def hours(self) -> str:
        """The minutes as hours."""
        return hours(self.minutes)


class Grid:
    """One month as a page shows it.

    `editable`: cells lead to the page on which they are changed, and wishes, fixed unavailability and what is missing
    are shown: that is the business of whoever makes the roster. `own`: whose cells lead to why they are so.
    """

    def __init__(self, month: Month, *, editable: bool, own: int | None = None) -> None:
        self.month, self.editable, self.own = month, editable, own
        self.today = local_date()

    @cached_property
    def days(self) -> list[Day]:
        """The columns."""
        return [self._day(date) for date in self.month.dates]

    def _day(self, date: dt.date) -> Day:
        kind = self.month.kinds[date]
        css = " ".join(filter(None, (DAY_CLASSES.get(kind, ""), "is-today" if date == self.today else "")))
        title = " · ".join(filter(None, (f"{date}", str(kind.label), public_name(date))))
        return Day(date, str(WEEKDAYS[date.weekday()]), css, title)

    def head(self) -> SafeString:
        """Return the dates, as cells of the table's first line."""
        cells = (
            f'<th scope="col" class="{day.css}" title="{escape(day.title)}">{day.date.day}</th>' for day in self.days
        )
        return _safe(cells)

    def weekdays(self) -> SafeString:
        """Return the weekdays, as cells of the line below."""
        return _safe(f'<td class="{day.css}">{escape(day.weekday)}</td>' for day in self.days)

    @property
    def people(self) -> list[Colleague]:
        """The lines: whoever is on the roster that month."""
        return self.month.people

    @cached_property
    def legend(self) -> list[tuple[int, ShiftType]]:
        """The shifts with the number of the key that sets each, retired ones only where a cell names them."""
        used = {cell.shift_type for cell in self.month.cells.values()}
        rows = [*self.month.types, *(row for row in self.month.all_types if row.retired_at and row.pk in used)]
        return list(enumerate(rows, 1))

    def rows(self) -> SafeString:
        """Return the body of the table."""
        return _safe(self.row(one) for one in self.people)

    def row(self, one: Colleague) -> str:
        """Return one colleague's line."""
        cells = "".join(self._cell(one, day) for day in self.days)
        total = self.total(one.user.pk)
        tags = self._tags(one)
        return (
            f'<tr id="row-{one.user.pk}" data-person="{one.user.pk}"><th scope="row">{escape(str(one.user))}{tags}</th>'
            f'{cells}<td class="num sum">{total.hours}</td><td class="num">{total.late}</td>'
            f'<td class="num">{total.off}</td></tr>'
        )

    def total(self, person: int) -> Total:
        """Return what a colleague's month comes to."""
        worked = [
            self.month.type_by_pk[cell.shift_type]
            for date in self.month.dates
            if (cell := self.month.cells.get((person, date))) and cell.shift_type
        ]
        off = len(self.month.dates) - len(worked)
        return Total(sum(row.minutes for row in worked), sum(row.is_late for row in worked), off)

    def staffing(self) -> SafeString:
        """Return the lines below: for each shift in use how it is staffed on each day."""
        there: dict[tuple[int, dt.date], int] = {}
        for (_person, date), cell in self.month.cells.items():
            if cell.shift_type:
                there[cell.shift_type, date] = there.get((cell.shift_type, date), 0) + 1
        return _safe(self._staffed(there, row) for row in self.month.types)

    def _staffed(self, there: dict[tuple[int, dt.date], int], row: ShiftType) -> str:
        """Return one shift's line; how many are wanted is for whoever makes the roster."""
        cells = []
        for day in self.days:
            one = Staffing(there.get((row.pk, day.date), 0), self.month.wanted(row.pk, day.date)[0])
            css, text = (f"{day.css} {one.tone}".strip(), one.text) if self.editable else (day.css, one.there)
            cells.append(f'<td class="{css}">{text}</td>')
        sign = f'<span class="shift shift-{row.colour}">{escape(row.code)}</span> {escape(row.name)}'
        return f'<tr><th scope="row">{sign}</th>{"".join(cells)}<td colspan="3"></td></tr>'

    @cached_property
    def _wishes(self) -> dict[tuple[int, dt.date], list[Any]]:
        """What colleagues would like, for whoever makes the roster only."""
        if not self.editable:
            return {}
        found: dict[tuple[int, dt.date], list[Any]] = {}
        for person, rows in self.month.wishes.items():
            for row in rows:
                found.setdefault((person, row.date), []).append(row)
        return found

    @cached_property
    def _address(self) -> tuple[str, str]:
        """The address of a cell, asked for once: what stands before the person and after the date."""
        roster = self.month.roster
        if roster is None:
            return "", ""
        made = reverse("duty:cell", args=[roster.pk, 987654321, "2000-01-01"])
        before, _person, after = made.partition("987654321/2000-01-01")
        return before, after

    def _tags(self, one: Colleague) -> str:
        if one.row is None or not one.row.is_trainee:
            return ""
        return f' <span class="tag">{escape(_("Trainee"))}</span>'

    @cached_property
    def _shifts(self) -> dict[int | None, tuple[str, str, str, str]]:
        """What a cell shows of each shift: its key, class, title and short word, made once for all cells."""
        made = {
            row.pk: (str(row.pk), f"shift shift-{row.colour}", escape(str(row)), escape(row.code))
            for row in self.month.all_types
        }
        return {None: ("", "", "", ""), **made}

    def _cell(self, one: Colleague, day: Day) -> str:
        key = (one.user.pk, day.date)
        cell = self.month.cells.get(key)
        pk, css, title, text = self._shifts[cell.shift_type if cell else None]
        is_fixed = cell is not None and cell.is_fixed
        bar = self.month.bar(*key)
        bar = "" if bar == FIXED and not self.editable else bar
        classes, titles = [day.css, css], [title]
        if bar or is_fixed or key in self._wishes:
            more = self._marks(bar, key, is_fixed=is_fixed and self.editable)
            classes += [name for name, _words in more]
            titles += [escape(words) for _name, words in more]
        if not text:
            word = _leave_word() if bar == LEAVE else "·" if bar == AWAY else ""
            text = word or '<span class="visually-hidden">–</span>'
        if self.editable or key[0] == self.own:
            before, after = self._address
            text = (
                f'<a href="{before}{key[0]}/{key[1]}{after}" data-shift="{pk}" data-fixed="{int(is_fixed)}">{text}</a>'
            )
        told = " · ".join(filter(None, titles))
        says = f' title="{told}"' if told else ""
        return f'<td class="{" ".join(filter(None, classes))}"{says}>{text}</td>'

    def _marks(self, bar: str, key: tuple[int, dt.date], *, is_fixed: bool) -> list[tuple[str, str]]:
        """Return what else marks a cell: a class and the words for it."""
        made = [(MARKS[bar], _bar_words()[bar])] if bar else []
        if is_fixed:
            made.append(("is-fixed", _("fixed")))
        for wish in self._wishes.get(key, ()):
            about = self.month.type_by_pk.get(wish.shift_type_id)
            made.append((f"wish-{wish.kind}", f"{wish.get_kind_display()} {about.name if about else ''}".strip()))
        return made


def _safe(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - every text in it is escaped


def _bar_words() -> dict[str, str]:
    return {
        LEAVE: _("on leave"),
        FIXED: _("fixed unavailability"),
        AWAY: _("not on the roster"),
        ELSEWHERE: _("at another office"),
    }


def _leave_word() -> str:
    return escape(pgettext("roster cell", "Lv"))
