"""Each person keeps the columns they need: the one choice a list page writes down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from frontdesk.kit.listing.table import TABLES
from frontdesk.kit.pages.ways import safe_next

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def save_columns(request: HttpRequest) -> HttpResponse:
    """Keep which optional columns of a table this person wants to see."""
    table = TABLES.get(request.POST.get("table", ""))
    if table is None:
        raise Http404
    wanted = set(request.POST.getlist("columns"))
    _keep(request.user.pk, table.key, [name for name, c in table.columns.items() if c.optional and name in wanted])
    return redirect(safe_next(request, "/"))


@transaction.atomic
def _keep(user_id: Any, key: str, names: list[str]) -> None:
    """Write only the preferences, on top of what another window of the same person may just have written."""
    user: Any = get_user_model()._default_manager.select_for_update().get(pk=user_id)
    user.preferences = {**user.preferences, "columns": {**user.preferences.get("columns", {}), key: names}}
    user.save(update_fields=["preferences"])
