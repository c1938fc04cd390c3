"""Lists too long to wait for: written by a job, for the person who asked, with what they may see at that moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import QueryDict
from django.urls import resolve
from django.utils.translation import gettext, gettext_lazy as _

from frontdesk.kit.calendar import local_date
from frontdesk.kit.fields import seal, unseal
from frontdesk.kit.jobs import enqueue, job, store_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest

    from frontdesk.kit.models import Job

REPORTED = 500  # rows between two reports of progress
UUID_TEXT = re.compile("[0-9a-f-]{36}")


def order(request: HttpRequest, *, office: Any) -> Job:
    """Order the list of this address as a file; its row keeps the search sealed: it may be a phone number."""
    params = {"path": request.path, "query": seal(request.GET.urlencode())}
    once = request.POST.get("once", "")
    key = f"export-{request.user.pk}-{once}" if UUID_TEXT.fullmatch(once) else ""
    with transaction.atomic():
        return enqueue("kit.export_list", office=office, by=request.user, key=key, params=params, url=request.path)


@job("kit.export_list", label=_("Excel file of a list"))
def write_list(job: Job, progress: Callable[..., None]) -> str:
    """Write the list; what the person may no longer see by now is not in it."""
    match = resolve(job.params["path"])
    view: Any = match.func
    page = view.view_class.of(job.created_by, job.office, QueryDict(unseal(job.params["query"])), match.kwargs)
    page.require_export()
    screen, _filters = page.screen()
    rows = _counted(screen.export_rows(), screen.count, progress)
    store_result(job, f"{page.get_title()} {local_date()}.xlsx", lambda stream: page.write(stream, screen, rows))
    return gettext("%(count)s rows") % {"count": screen.count}


def _counted(rows: Iterable[Any], total: int, progress: Callable[..., None]) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        if number % REPORTED == 0:
            progress(number, total, _("Rows"))
        yield row
