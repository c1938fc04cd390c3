"""The list page: filters, one screen of a declared table, and the same rows as Excel or on paper."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, QueryDict
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frontdesk.kit.calendar import local_date
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.exports import CONTENT_TYPE, write_xlsx
from frontdesk.kit.listing.filters import UNFOLD
from frontdesk.kit.listing.links import Action, links, query
from frontdesk.kit.listing.screen import Screen
from frontdesk.kit.listing.table import EVERY
from frontdesk.kit.pages import export
from frontdesk.kit.pages.base import Page
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from frontdesk.kit.listing.filters import DeskFilterSet
    from frontdesk.kit.listing.table import Table

AT_ONCE = 5000
"""Rows written while the browser waits; longer lists are made by a job."""
FILE, READY = "xlsx", "ready"
"""?export=: the file itself; the list that starts it, where one comes back to after giving the password."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preset:
    """A question asked often, as a link above the filters: "state=open"."""

    label: Any
    query: str

    @cached_property
    def asks(self) -> dict[str, list[str]]:
        """Return the parameters of the question."""
        return _asked(QueryDict(self.query))


@dataclass(frozen=True)
class Figure:
    """A number about the rows, between the filters and the table; `note` says of what."""

    label: Any
    value: Any
    tone: str = ""
    note: Any = ""


class ListPage(Page):
    """A list of records.

    Attributes:
        table: the declared table; `filterset`: the declared filters, if any.
        actions: buttons above the list; `presets`: questions asked often.
        export_permission: who may take the list away as Excel; by default everybody who sees it.

    """

    table: ClassVar[type[Table]]
    filterset: ClassVar[type[DeskFilterSet] | None] = None
    actions: ClassVar[tuple[Action, ...]] = ()
    presets: ClassVar[tuple[Preset, ...]] = ()
    export_permission: ClassVar[str] = ""
    template_name = "pages/list.html"

    params: QueryDict
    goes_away: bool = False
    """Whether the rows are read for a file: then `export_permission` counts for each of them as well."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "table" in vars(cls):
            cls.model = cls.table.options.model

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.params = request.GET

    @classmethod
    def of(cls, user: Any, office: Any, params: QueryDict, kwargs: dict[str, Any]) -> ListPage:
        """Return the page as a person sees it, without a request: for the job that writes a long list."""
        page = cls()
        page.user, page.office, page.params, page.kwargs = user, office, params, kwargs
        return page

    def get_queryset(self) -> QuerySet:
        rows: Any = self.model._default_manager.all()
        rows = self.of_the_office(rows.visible_to(self.user))
        if self.goes_away and self.office is None and self.export_permission:
            rows = rows.where_may(self.user, self.export_permission)
        for word in self.words:
            rows = getattr(rows, word)()
        return rows

    def screen(self, *, printed: bool = False) -> tuple[Screen, DeskFilterSet | None]:
        """Return what the address asks for: the filtered rows in their table, and the filters themselves."""
        filters, rows = None, self.get_queryset()
        if self.filterset is not None:
            filters = self.filterset(self.params, rows, user=self.user, office=self.office)
            rows = filters.qs
        table = self.table(rows, user=self.user, params=self.params, of_all=self.office is None)
        return Screen(table, printed=printed), filters

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        self.require(self.office)
        asked = self.params.get("export")
        if asked == FILE:
            return self._export()
        if asked == READY:  # once is enough: what leads back to this page, locked meanwhile, leads to the plain list
            request.META["QUERY_STRING"] = query(self.params).removeprefix("?")
        printed = self.params.get("print") == "1"
        screen, filters = self.screen(printed=printed)
        part = self.in_place and request.htmx.target == "list"  # type: ignore[attr-defined]
        if UNFOLD in self.params and filters is not None and self.in_place and not part:
            return self.respond({"filters": filters, "path": request.path}, template="parts/_filters.html")
        context = self._context(screen, filters)
        response = self.respond(context, template="parts/_table.html" if part else "")
        if part:
            response["HX-Push-Url"] = request.path + query(self.params, page=self.params.get("page") or None)
        if asked == READY and confirmed_recently(request):
            response["Refresh"] = f"0; url={request.path}{query(self.params, export=FILE)}"
        patch_vary_headers(response, ["HX-Request"])
        return response

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Order a list too long to wait for."""
        self.require_export()
        if not confirmed_recently(request):
            return ask_for_password(request)
        job = export.order(request, office=self.office)
        return redirect(job)

    def get_title(self) -> str:
        return capfirst(str(self.title or self.model._meta.verbose_name_plural))

    def get_context(self) -> dict[str, Any]:
        """Return what a list's own template needs besides."""
        return {}

    def preset_counts(self) -> dict[str, int]:
        """Return how many answers some of the `presets` have, by their query: written beside those with any."""
        return {}

    def get_figures(self, filters: Any) -> list[Figure]:  # noqa: ARG002 - for pages that count something
        """Return numbers about what the filters keep, drawn above the rows and refreshed with them."""
        return []

    def _context(self, screen: Screen, filters: DeskFilterSet | None) -> dict[str, Any]:
        problems = list(filters.problems) if filters is not None else []
        if screen.table.sort_refused:
            problems.append(_("The list cannot be sorted by that."))
        first = screen.options.first
        return {
            "screen": screen,
            "filters": filters,
            "problems": problems,
            "numbers": self.get_figures(filters),
            "sort": self.params.get("sort", ""),
            "actions": links(self.actions, self.user, self.office),
            "first": (links((first,), self.user, self.office) if first else []),
            "presets": [] if screen.printed else self._presets(),
            "may_export": not self.export_permission or self.user.has_perm(self.export_permission, self.office),
            "export_by_job": screen.count > AT_ONCE,
            "export_url": query(self.params, export=FILE),
            "export_all_url": query(self.params, export=FILE, columns=EVERY),
            "order_all_url": query(self.params, columns=EVERY),
            "print_url": query(self.params, print="1"),
            "once": uuid4(),
            "here": self.request.get_full_path(),
            "print": screen.printed,
            "print_back": query(self.params),
            "crumbs": [],
            **self.get_context(),
        }

    def _presets(self) -> list[tuple[Any, str, bool]]:
        """Return the questions asked often: label with its number, address, whether the list answers it now."""
        if not self.presets:
            return []
        counts, asked = self.preset_counts(), _asked(self.params, but=("sort", "page"))
        return [
            (_counted(preset.label, counts.get(preset.query)), f"?{preset.query}", preset.asks == asked)
            for preset in self.presets
        ]

    def require_export(self) -> None:
        """Stop with 403 who may not take the list away; of all offices only the rows that may be are read from now."""
        self.require(self.office)
        if self.export_permission:
            require(self.user, self.export_permission, self.office)
        self.goes_away = True

    def _export(self) -> HttpResponseBase:
        """Hand the list out as a file; whoever got in by PIN alone takes no list away, whatever stands in it."""
        self.require_export()
        if not confirmed_recently(self.request):
            return ask_for_password(self.request, then=self.request.path + query(self.params, export=READY))
        screen, _filters = self.screen()
        if screen.count > AT_ONCE:
            messages.info(self.request, _("This list is long: order the Excel file with the button above the list."))
            return redirect(self.request.path + query(self.params))
        file = BytesIO()
        self.write(file, screen)
        file.seek(0)
        logger.info("export of %s, %s rows", screen.key, screen.count)
        name = f"{self.get_title()} {local_date()}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)

    def write(self, stream: IO[bytes], screen: Screen, rows: Iterator[Any] | None = None) -> int:
        """Write the filtered list as an Excel file."""
        columns = screen.table.sheet_columns()
        wanted = any(column.total for column in columns)
        return write_xlsx(stream, columns, rows or screen.export_rows(), title=self.get_title(), totals=wanted)


def _asked(params: QueryDict, *, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return what an address asks for; order and page of a list do not matter to that."""
    return {name: values for name, values in params.lists() if any(values) and name not in but}


def _counted(label: Any, number: int | None) -> Any:
    return format_html('{} <span class="count">{}</span>', label, number) if number else label
