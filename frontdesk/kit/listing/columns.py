"""Kinds of columns: what a value looks like on the screen and what it is in Excel.

A list page writes some hundred cells, so columns do not render: each hands out one function per request that turns a
row of plain values into a finished, escaped cell. Columns are shared by all requests and keep nothing of any of them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from frontdesk.kit.exports import SheetColumn
from frontdesk.kit.listing.links import url_maker
from frontdesk.kit.masking import mask_phone
from frontdesk.kit.money import format_amount

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    CellWriter = Callable[[Sequence[Any], "Row"], str]
    Total = bool | Callable[[Any, Mapping[str, Any]], Any]


YES = gettext_lazy("Yes")
OVERDUE = gettext_lazy("overdue")


class Row:
    """One row's values by ORM path, for `render` and `late`."""

    __slots__ = ("_at", "_values")

    def __init__(self, values: Sequence[Any], at: Mapping[str, int]) -> None:
        self._values = values
        self._at = at

    def __getitem__(self, path: str) -> Any:
        return self._values[self._at[path]]


class Column:
    """A column of text.

    Attributes:
        path: the value's ORM path or annotation; the column's own name when left out.
        sort: True to sort by `path`, or another ORM path.
        link: URL name, reversed with the value at `link_pk`.
        optional: whether each person may hide it; `default_shown` says what is so before they chose.
        only_all: shown only where the list is of all offices: whose office a row is says nothing within one.
        render: (value, row) → text, or SafeString; `needs` names further paths it reads from the row.
        late: (value, row) → whether the row is marked as overdue; `late_word` is what is said of it aloud.
        css: a class of the markup book for the cell, e.g. "text" for what may wrap.
        width: in Excel, in characters.
        load: (keys of the rows) → {key: value}: what no path leads to, read with one query for all rows of the page.

    """

    kind = "text"
    css = ""
    missing: Any = None
    """What stands where `load` has read nothing for a row."""

    def __init__(  # noqa: PLR0913 - a declaration: every argument is a word of the table's language
        self,
        label: Any,
        path: str = "",
        *,
        sort: bool | str = False,
        link: str = "",
        link_pk: str = "pk",
        optional: bool = False,
        default_shown: bool = True,
        only_all: bool = False,
        render: Callable[[Any, Row], Any] | None = None,
        needs: Iterable[str] = (),
        late: Callable[[Any, Row], bool] | None = None,
        late_word: Any = OVERDUE,
        css: str = "",
        width: int | None = None,
        load: Callable[[list[Any]], Mapping[Any, Any]] | None = None,
    ) -> None:
        self.name = ""
        self.label, self.path, self.sort = label, path, sort
        self.link, self.link_pk = link, link_pk
        self.optional, self.default_shown, self.only_all = optional, default_shown, only_all
        self.render, self.needs = render, tuple(needs)
        self.late, self.late_word = late, late_word
        self.css = css or self.css
        self.width = width
        self.total: Total = False
        self.load = load

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.path = self.path or name

    @property
    def sort_path(self) -> str:
        """Return what `?sort=` orders by; empty when the column cannot be sorted."""
        return self.sort if isinstance(self.sort, str) else self.path if self.sort else ""

    def paths(self) -> tuple[str, ...]:
        """Return everything this column reads from the database."""
        own = () if self.load else (self.path,)
        return own + ((self.link_pk,) if self.link else ()) + self.needs

    def text(self, value: Any) -> str:
        """Return what the screen shows of a value that is not empty."""
        return str(value)

    def html(self, value: Any) -> str:
        """Return the escaped inside of a cell for a value that is not empty."""
        return escape(self.text(value))

    def plain(self, value: Any) -> Any:
        """Return what Excel gets for a value that is not empty."""
        return self.text(value)

    def shown(self, value: Any, row: Row) -> str:
        """Return the escaped inside of a cell."""
        if self.render is not None:
            text = self.render(value, row)
            return text.__html__() if hasattr(text, "__html__") else escape(str(text))
        return "" if value is None or value == "" else self.html(value)

    def shower(self) -> Callable[[Any, Row], str]:
        """Return `shown` as it is for one answer: what is the same in every row is looked up once."""
        return self.shown

    def exported(self, value: Any, row: Row) -> Any:
        """Return the value of an Excel cell."""
        if self.render is not None:
            return self.render(value, row)
        return None if value is None or value == "" else self.plain(value)

    def sheet_column(self) -> SheetColumn:
        """Return the column of the Excel sheet."""
        return SheetColumn(self.label, "text" if self.render else self.kind, self.width, bool(self.total))

    def writer(self, at: Mapping[str, int], *, main: bool, linked: bool) -> CellWriter:
        """Return the function that writes this column's finished cell for a row."""
        index = at[self.name if self.load else self.path]
        start, start_late = self._opening(main=main, late=False), self._opening(main=main, late=True)
        late_word = f'<span class="visually-hidden">{escape(str(self.late_word))} </span>'
        make_url = url_maker(self.link) if self.link and linked else None
        link_index = at[self.link_pk] if self.link else 0
        shown, late = self.shower(), self.late

        def write(values: Sequence[Any], row: Row) -> str:
            value = values[index]
            inside = shown(value, row)
            if make_url is not None and inside and values[link_index] is not None:
                inside = f'<a href="{make_url(values[link_index])}">{inside}</a>'
            if late is not None and value is not None and late(value, row):
                return f"{start_late}{late_word}{inside}</td>"
            return f"{start}{inside}</td>"

        return write

    def _opening(self, *, main: bool, late: bool) -> str:
        classes = " ".join(filter(None, ("main" if main else "", self.css, "late" if late else "")))
        label = "" if main else f' data-label="{escape(str(self.label))}"'
        return f'<td class="{classes}"{label}>' if classes else f"<td{label}>"


class ChoiceColumn(Column):
    """One of a few words (`choices`: value → word), each translated and escaped once for all rows."""

    def __init__(self, label: Any, path: str = "", *, choices: Any, **options: Any) -> None:
        super().__init__(label, path, **options)
        self.words = dict(choices)

    def text(self, value: Any) -> str:
        return str(self.words.get(value, value))

    def shower(self) -> Callable[[Any, Row], str]:
        if self.render is not None:
            return self.shown
        written: dict[Any, str] = {}

        def show(value: Any, row: Row) -> str:
            if value not in written:
                written[value] = self.shown(value, row)
            return written[value]

        return show


class StateColumn(ChoiceColumn):
    """A state as a badge: its word and its tone (`styles`: state → tone of the markup book)."""

    def __init__(self, label: Any, path: str = "", *, choices: Any, styles: Mapping[str, str], **options: Any) -> None:
        super().__init__(label, path, choices=choices, **options)
        self.styles = {str(state): tone for state, tone in styles.items()}

    def html(self, value: Any) -> str:
        tone = self.styles.get(str(value), "neutral")
        return f'<span class="badge tone-{tone}">{escape(self.text(value))}</span>'


class DateColumn(Column):
    """A date, written the same in both languages: 2026-11-22."""

    kind = "date"
    css = "date"

    def plain(self, value: Any) -> Any:
        return value


class DateTimeColumn(Column):
    """A moment in the office's time: 2026-11-22 14:05."""

    kind = "datetime"
    css = "date"

    def text(self, value: Any) -> str:
        return _moment(value, timezone.get_current_timezone())

    def shower(self) -> Callable[[Any, Row], str]:
        if self.render is not None:
            return self.shown
        zone = timezone.get_current_timezone()
        return lambda value, _row: "" if value is None else _moment(value, zone)

    def plain(self, value: Any) -> Any:
        return value


def _moment(value: dt.datetime, zone: dt.tzinfo) -> str:
    # Django's own date filter costs as much as the rest of the row (performance.md, D).
    return str(value.astimezone(zone))[:16]


class NumberColumn(Column):
    """A number, right-aligned; with `total` the whole filtered list is added up below.

    Attributes:
        total: whether it is; or, of what no path leads to, (filtered rows, the sums so far by column) → its sum.
        reckon: (value, row) → the number itself, where it follows from others of the row.

    """

    kind = "number"
    css = "num"

    def __init__(
        self,
        label: Any,
        path: str = "",
        *,
        digits: int = 0,
        total: Total = False,
        reckon: Callable[[Any, Row], Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, path, **options)
        self.kind = self.kind if digits else "integer"
        self.digits = digits
        self.total = total
        self.reckon = reckon

    def shown(self, value: Any, row: Row) -> str:
        return super().shown(value if self.reckon is None else self.reckon(value, row), row)

    def exported(self, value: Any, row: Row) -> Any:
        return super().exported(value if self.reckon is None else self.reckon(value, row), row)

    def text(self, value: Any) -> str:
        return f"{value:,.{self.digits}f}"

    def plain(self, value: Any) -> Any:
        return value


class MoneyColumn(NumberColumn):
    """An amount in yuan with its fen."""

    kind = "money"

    def __init__(self, label: Any, path: str = "", **options: Any) -> None:
        super().__init__(label, path, digits=2, **options)

    def text(self, value: Any) -> str:
        return format_amount(value)


class PhoneColumn(Column):
    """A phone number, masked on the screen, in print and in Excel (R-EST-04)."""

    css = "date"

    def text(self, value: Any) -> str:
        return mask_phone(str(value))


class BooleanColumn(Column):
    """Yes or nothing: a list is read for what stands out."""

    def __init__(self, label: Any, path: str = "", *, yes: Any = YES, no: Any = "", **options: Any) -> None:
        super().__init__(label, path, **options)
        self.yes, self.no = yes, no

    def text(self, value: Any) -> str:
        return str(self.yes if value else self.no)


class TagsColumn(Column):
    """Several short words per row, read for all rows of the page with one query: `load(pks)` → {pk: [words]}."""

    missing = ()

    def __init__(self, label: Any, *, load: Callable[[list[Any]], Mapping[Any, Any]], **options: Any) -> None:
        super().__init__(label, load=load, **options)

    def text(self, value: Any) -> str:
        return ", ".join(str(word) for word in value)

    def html(self, value: Any) -> str:
        return " ".join(f'<span class="tag">{escape(str(word))}</span>' for word in value)
