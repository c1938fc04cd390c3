"""A part of a record's page that comes after it: what takes longer to find out does not keep the page waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse


def show_part(request: HttpRequest, template: str, record: Model, context: dict[str, Any]) -> HttpResponse:
    """Answer htmx with the part alone, a browser without it with a page around it."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, template, context)
    back = record.get_absolute_url()  # type: ignore[attr-defined]
    return render(request, "pages/part.html", {"title": str(record), "part": template, "back": back, **context})
