"""The declared table: which columns in what order, which rows; read as plain values for whatever shows them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, F, Sum
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.listing.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model, QuerySet
    from django.http import QueryDict

    from frontdesk.kit.exports import SheetColumn
    from frontdesk.kit.listing.links import Action

CHUNK = 2000
EVERY = "all"
"""?columns=all: a file with every column, whatever the screen shows."""
NOTHING = _("Nothing here yet")

TABLES: dict[str, type[Table]] = {}
"""Every declared table by its key, so that a choice of columns can be checked before it is kept."""


@dataclass(frozen=True)
class Options:
    """What `class Meta` of a table may say.

    `row` is what makes a row: the record itself, or the path by which the queryset groups records into one line each.
    """

    model: type[Model]
    row: str = "pk"
    default_sort: tuple[str, ...] = ()
    per_page: int = 50
    empty: Any = NOTHING
    empty_text: Any = ""
    empty_icon: str = "inbox"
    first: Action | None = None


class Table:
    """A list of one kind of record; subclasses name the columns in the order of the screen.

    An instance belongs to one request: the filtered rows, the person, the address's parameters, and whether the rows
    are those of all the offices the person may look into.
    """

    columns: ClassVar[dict[str, Column]] = {}
    options: ClassVar[Options]
    key: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.columns = cls.columns | {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        meta = vars(cls).get("Meta")
        if meta is not None:
            known = [field.name for field in fields(Options) if hasattr(meta, field.name)]
            cls.options = Options(**{name: getattr(meta, name) for name in known})
            cls.key = f"{cls.options.model._meta.app_label}.{cls.__name__}"
            TABLES[cls.key] = cls

    def __init__(self, queryset: QuerySet, *, user: Any, params: QueryDict, of_all: bool = False) -> None:
        self.queryset = queryset
        self.of_all = of_all
        self.user = user
        self.params = params

    @cached_property
    def shown(self) -> list[Column]:
        """Return the columns this person sees, by their own choice where they made one; all of them where asked for."""
        if self.params.get("columns") == EVERY:
            return list(self.columns.values())
        chosen = chosen_columns(self.user, self.key)
        return [
            column
            for column in self.columns.values()
            if (self.of_all or not column.only_all)
            and (not column.optional or (column.default_shown if chosen is None else column.name in chosen))
        ]

    @cached_property
    def at(self) -> dict[str, int]:
        """Return where each path's value stands in a row."""
        paths = dict.fromkeys([self.options.row, *(path for column in self.shown for path in column.paths())])
        loaded = [column.name for column in self.shown if column.load]
        return {path: index for index, path in enumerate([*paths, *loaded])}

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """Return the column the address asks to sort by and whether downwards; empty for the table's own order."""
        asked = self.params.get("sort", "")
        column = self.columns.get(asked.removeprefix("-"))
        return (column.name, asked.startswith("-")) if column is not None and column.sort_path else ("", False)

    @property
    def sort_refused(self) -> bool:
        """Answer whether the address asks for an order this table does not offer."""
        return bool(self.params.get("sort")) and not self.sort[0]

    def ordered(self) -> QuerySet:
        """Return the rows in a stable order: equal ones by their key, so that no page repeats or skips a row."""
        name, down = self.sort
        key = self.options.row
        if not name:
            first = (self.options.default_sort or ("",))[0]
            return self.queryset.order_by(*self.options.default_sort, f"-{key}" if first.startswith("-") else key)
        path = self.columns[name].sort_path
        last = True if self._may_be_empty(path) else None
        term = F(path).desc(nulls_last=last) if down else F(path).asc(nulls_last=last)
        return self.queryset.order_by(term, f"-{key}" if down else key)

    def read(self, first: int, last: int) -> list[tuple]:
        """Return the values of the rows from `first` up to `last`."""
        return self._with_loaded(list(self._values()[first:last]))

    def read_all(self) -> Iterator[tuple]:
        """Return the values of every row, some thousands at a time."""
        rows = self._values().iterator(chunk_size=CHUNK)
        while part := list(islice(rows, CHUNK)):
            yield from self._with_loaded(part)

    def figures(self) -> dict[str, Any]:
        """Count the rows and add up the total columns of the whole filtered list, with one query.

        What is read beside the rows adds itself up afterwards.
        """
        # Under its own name a sum would replace the annotation it adds up, and with it the grouping of the rows.
        summed = {f"total_{column.name}": Sum(column.path) for column in self.shown if column.total is True}
        rows = self.queryset.order_by()
        if not any(column.total for column in self.shown):
            return {"count": rows.count()}
        found = rows.aggregate(count=Count(self.options.row), **summed)
        figures = {name.removeprefix("total_"): figure for name, figure in found.items()}
        for column in self.shown:
            if callable(column.total):
                figures[column.name] = column.total(rows, figures)
        return figures

    def sheet_columns(self) -> list[SheetColumn]:
        """Return the columns of the Excel file: those on the screen."""
        return [column.sheet_column() for column in self.shown]

    def _values(self) -> QuerySet:
        return self.ordered().values_list(*(path for path in self.at if path not in self._loaded_names))

    @cached_property
    def _loaded_names(self) -> set[str]:
        return {column.name for column in self.shown if column.load}

    def _with_loaded(self, rows: list[tuple]) -> list[tuple]:
        for column in self.shown:
            if column.load is not None:
                words = column.load([row[0] for row in rows])
                rows = [(*row, words.get(row[0], column.missing)) for row in rows]
        return rows

    def _may_be_empty(self, path: str) -> bool:
        """Databases differ in where they sort the empty ones; only a plain, never empty column needs no word on it."""
        try:
            return self.options.model._meta.get_field(path).null
        except FieldDoesNotExist:
            return True


def chosen_columns(user: Any, key: str) -> list[str] | None:
    """Return the optional columns this person keeps on a table; None when they never chose."""
    return user.preferences.get("columns", {}).get(key)
