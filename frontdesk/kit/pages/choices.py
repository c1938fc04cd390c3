"""Answers for searchable drop-downs: a few records by what people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Q
from django.http import JsonResponse

from frontdesk.kit.forms.cleaning import clean_line
from frontdesk.kit.pages.base import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

OFFERED = 20
LONGEST = 60
DIGITS = 9


class ChoicesPage(Page):
    """The JSON a searchable select asks for; `search` names the paths looked into.

    A form about another office's record asks for its choices (`?office=`): then that office is the page's, and its
    permission is needed there.
    """

    search: ClassVar[tuple[str, ...]] = ()

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            self.office = self._office_asked_for()
        except ObjectDoesNotExist:  # not there, or not for this person to know of: the same empty answer
            return self._answer([])
        self.require(self.office)
        return self._answer(self.find(self.of_the_office(self.get_queryset()), self._text())[:OFFERED])

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

    def _answer(self, rows: Iterable[Any]) -> HttpResponse:
        response = JsonResponse({"results": [{"value": row.pk, "text": self.get_text(row)} for row in rows]})
        response["Cache-Control"] = "private, no-store"
        return response

    def _office_asked_for(self) -> Any:
        """Return the office of the address, without one the office worked in.

        Raises:
            ObjectDoesNotExist: it is none that this person may look into.

        """
        asked = self.request.GET.get("office", "")
        if not asked.isdecimal() or len(asked) > DIGITS:
            return self.office
        offices: Any = apps.get_model(settings.OFFICE_MODEL)._default_manager
        return offices.visible_to(self.user).get(pk=asked)
