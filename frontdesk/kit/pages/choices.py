"""Answers for searchable drop-downs: a few records by what people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import JsonResponse

from frontdesk.kit.forms.cleaning import clean_line
from frontdesk.kit.pages.base import Page

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

OFFERED = 20
LONGEST = 60
DIGITS = 9


class ChoicesPage(Page):
    """The JSON a searchable select asks for; `search` names the paths looked into."""

    search: ClassVar[tuple[str, ...]] = ()

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.office)
        rows: Any = self.get_queryset()
        rows = self.find(rows.of_office(self._office()), self._text())
        results = [{"value": row.pk, "text": self.get_text(row)} for row in rows[:OFFERED]]
        response = JsonResponse({"results": results})
        response["Cache-Control"] = "private, no-store"
        return response

    def find(self, queryset: QuerySet, text: str) -> QuerySet:
        """Keep the rows in which every word occurs."""
        for word in text.split():
            anywhere = Q()
            for path in self.search:
                anywhere |= Q(**{f"{path}__icontains": word})
            queryset = queryset.filter(anywhere)
        return queryset

    def get_text(self, obj: Any) -> str:
        """Return what the drop-down shows of a record."""
        return str(obj)

    def _text(self) -> str:
        try:
            return clean_line(self.request.GET.get("q", ""))[:LONGEST]
        except ValidationError:
            return ""

    def _office(self) -> Any:
        """A form about another office's record asks for its choices; what may be seen is limited either way."""
        asked = self.request.GET.get("office", "")
        return int(asked) if asked.isdecimal() and len(asked) <= DIGITS else self.office
