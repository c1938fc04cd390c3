"""One page of a list as it goes into the template: head, finished body, totals, pager, choice of columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from frontdesk.kit.listing.columns import Row
from frontdesk.kit.listing.links import query

if TYPE_CHECKING:
    from frontdesk.kit.listing.columns import Column
    from frontdesk.kit.listing.table import Table

PRINTED = 2000  # a browser lays out some thousand rows; whoever needs more takes the Excel file


@dataclass(frozen=True)
class Head:
    """A column's head: with `href` it sorts, `order` is the value of aria-sort."""

    name: str
    label: Any
    href: str
    order: str
    css: str


class Screen:
    """What one answer shows of a table."""

    def __init__(self, table: Table, *, printed: bool = False) -> None:
        self.table = table
        self.printed = printed
        self.key = table.key
        self.options = table.options

    @cached_property
    def figures(self) -> dict[str, Any]:
        return self.table.figures()

    @property
    def count(self) -> int:
        return self.figures["count"]

    @property
    def count_text(self) -> str:
        return f"{self.count:,}"

    @property
    def range_text(self) -> str:
        return f"{self.first:,}–{self.last:,} / {self.count:,}"

    @cached_property
    def rows(self) -> list[tuple]:
        if self.count == 0:
            return []
        return self.table.read(0, PRINTED) if self.printed else self.table.read(self.first - 1, self.last)

    @property
    def per_page(self) -> int:
        return self.options.per_page

    @cached_property
    def pages(self) -> int:
        return max(1, -(-self.count // self.per_page))

    @cached_property
    def number(self) -> int:
        """Return the page asked for; a wish that is no page of the list leads to the nearest one."""
        asked = self.table.params.get("page", "1")
        return min(max(int(asked), 1), self.pages) if asked.isdecimal() and len(asked) < 10 else 1  # noqa: PLR2004

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.count)

    @property
    def cut(self) -> bool:
        """Answer whether the print leaves out rows."""
        return self.printed and self.count > PRINTED

    def first_url(self) -> str:
        return self._page_url(1) if self.number > 2 else ""  # noqa: PLR2004 - else "previous" leads there

    def previous_url(self) -> str:
        return self._page_url(self.number - 1) if self.number > 1 else ""

    def next_url(self) -> str:
        return self._page_url(self.number + 1) if self.number < self.pages else ""

    def last_url(self) -> str:
        return self._page_url(self.pages) if self.number < self.pages - 1 else ""

    def _page_url(self, number: int) -> str:
        return query(self.table.params, page=number if number > 1 else None)

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.table.shown]

    def _head(self, column: Column) -> Head:
        name, down = self.table.sort
        if not name:
            default = (self.options.default_sort or ("",))[0]
            name, down = self._column_at(default.removeprefix("-")), default.startswith("-")
        order = ("descending" if down else "ascending") if column.name == name else ""
        wish = f"-{column.name}" if order == "ascending" else column.name
        href = query(self.table.params, sort=wish) if column.sort_path and not self.printed else ""
        return Head(column.name, column.label, href, order if column.sort_path else "", column.css)

    def _column_at(self, path: str) -> str:
        return next((column.name for column in self.table.shown if column.sort_path == path), "")

    @cached_property
    def body(self) -> SafeString:
        """Write all rows in one go: every value is escaped by its column, the frame around it is ours."""
        at, shown = self.table.at, self.table.shown
        writers = [column.writer(at, main=not index, linked=not self.printed) for index, column in enumerate(shown)]
        late = [(at[column.path], column.late) for column in shown if column.late is not None]
        parts = []
        for values in self.rows:
            row = Row(values, at)
            is_late = any(values[index] is not None and check(values[index], row) for index, check in late)
            parts.append('<tr class="tone-danger">' if is_late else "<tr>")
            parts.extend([write(values, row) for write in writers])
            parts.append("</tr>")
        return SafeString("".join(parts))

    @cached_property
    def totals(self) -> list[tuple[Column, str]]:
        """Return the cells of the totals row, none when no column is added up."""
        shown = self.table.shown
        if not any(column.total for column in shown) or self.count == 0:
            return []
        return [(column, column.text(self.figures[column.name] or 0) if column.total else "") for column in shown]

    @property
    def optional(self) -> list[tuple[str, Any, bool]]:
        """Return what the choice of columns offers: name, label, shown now."""
        shown = set(self.table.shown)
        return [(name, column.label, column in shown) for name, column in self.table.columns.items() if column.optional]

    @property
    def hides_some(self) -> bool:
        """Answer whether a file with every column holds more than the screen."""
        return len(self.table.shown) < len(self.table.columns)

    def export_rows(self) -> Any:
        """Return the rows as Excel gets them, read as they are written."""
        at, shown = self.table.at, self.table.shown
        index = [at[column.name if column.load else column.path] for column in shown]
        for values in self.table.read_all():
            row = Row(values, at)
            yield [column.exported(values[i], row) for column, i in zip(shown, index, strict=True)]
