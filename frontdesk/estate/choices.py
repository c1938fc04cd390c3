"""Few of very many, for searchable drop-downs: what the search index finds first comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Value, When

from frontdesk.estate.models import Office
from frontdesk.estate.services import PERSON, note_phone_search
from frontdesk.kit.search import lookup

if TYPE_CHECKING:
    from django.db.models import QuerySet

OFFERED = 20


def found_first(queryset: QuerySet, kind: str, text: str, user: Any, office: Any) -> QuerySet:
    """Return the rows a text finds, best first; without a text the first ones there are."""
    if not text:
        return queryset
    if kind == PERSON:
        note_phone_search(text, by=user, office=office)
    if office is None:
        visible = user.visible_office_ids()
        office_ids = set(Office.objects.values_list("pk", flat=True)) if visible is None else visible
    else:
        office_ids = {office.pk}
    keys = [hit.object_id for hit in lookup(office_ids, text, limit=OFFERED, kinds=(kind,))]
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(keys)]
    if not keys:
        return queryset.none()
    return queryset.filter(pk__in=keys).order_by(Case(*places, output_field=IntegerField()))
