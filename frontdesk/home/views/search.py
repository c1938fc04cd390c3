"""The one search box (R-EST-05): answers that drop down while one types, and the page behind Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from frontdesk.home.finding import find, straight_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST = 60
IN_THE_BOX = 6
ON_THE_PAGE = 50


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer the box; Enter on a whole unit code, plate or ticket number opens that record at once."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    if request.htmx:
        groups = find(request.user, request.office, text, limit=IN_THE_BOX)
        return render(request, "home/_results.html", {"groups": groups, "q": text})
    groups = find(request.user, request.office, text, limit=ON_THE_PAGE)
    if url := straight_to(groups):
        return redirect(url)
    context = {"title": _("Search"), "groups": groups, "q": text, "most": ON_THE_PAGE}
    return render(request, "home/search.html", context)
