"""The way of a table into the register: choose what to import, upload, look at the preview, import, look back."""

from __future__ import annotations

import io
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontdesk.kit import uploads
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.errors import DeskError
from frontdesk.kit.files import MIME
from frontdesk.kit.imports import importer_for, importers, runs
from frontdesk.kit.imports.preview import posted_mapping, preview
from frontdesk.kit.imports.template import write_template
from frontdesk.kit.listing import Column, DateTimeColumn, StateColumn, Table
from frontdesk.kit.models import ImportRun
from frontdesk.kit.pages import ListPage
from frontdesk.kit.pages.history import entries_of
from frontdesk.kit.views.jobs import progress_context

if TYPE_CHECKING:
    from frontdesk.kit.imports import Importer


class RunTable(Table):
    file = Column(gettext_lazy("File"), "file_name", link="kit:import")
    kind = Column(gettext_lazy("What"), render=lambda value, _row: str(importer_for(value).label))
    status = StateColumn(gettext_lazy("State"), choices=ImportRun.Status.choices, styles=ImportRun.TONES, sort=True)
    new = Column(gettext_lazy("New"), "counts", render=lambda value, _row: str(value.get("new", "")), css="num")
    changed = Column(
        gettext_lazy("Changed"), "counts", render=lambda value, _row: str(value.get("changed", "")), css="num"
    )
    office = Column(gettext_lazy("Office"), "office__name", optional=True)
    by = Column(gettext_lazy("By"), "created_by__name")
    uploaded = DateTimeColumn(gettext_lazy("Uploaded"), "created_at", sort=True)
    done = DateTimeColumn(gettext_lazy("Imported"), "done_at", sort=True)

    class Meta:
        model = ImportRun
        default_sort = ("-created_at",)
        empty = gettext_lazy("Nothing was imported yet")
        empty_icon = "table"


class RunList(ListPage):
    """Every table that was uploaded, by whom and with what result."""

    table = RunTable
    title = gettext_lazy("Import history")
    noun = "import"

    def get_queryset(self) -> Any:
        """Show the kinds of imports this person may make, each of the offices where they may."""
        kinds = offered(self.user, self.office)
        if not kinds:
            raise PermissionDenied
        rows: Any = super().get_queryset()
        of_kinds = [rows.filter(kind=importer.kind).where_may(self.user, importer.permission) for importer in kinds]
        return reduce(or_, of_kinds)


def offered(user: Any, office: Any) -> list[type[Importer]]:
    """Return what this person may import where they work now."""
    return [importer for importer in importers() if user.has_perm(importer.permission, office)]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Offer what can be imported."""
    choices = offered(request.user, request.office)  # type: ignore[attr-defined]
    if not choices:
        raise PermissionDenied
    return render(request, "kit/imports.html", {"title": _("Import"), "importers": choices})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Say what a table must hold, offer the template, take the upload."""
    importer = _importer(request, kind)
    context = {"title": importer.label, "importer": importer, "offices": _offices(request, importer)}
    if request.method == "GET":
        return render(request, "kit/import_new.html", context)
    try:
        office = _office(request, importer)
        run, tables = runs.start(importer, uploads.uploaded_file(request), office=office, by=request.user)
    except DeskError as error:
        return render(request, "kit/import_new.html", context | {"error": str(error)}, status=400)
    runs.order_check(run, tables, by=request.user)
    return redirect(run)


@require_GET
def template(request: HttpRequest, kind: str) -> FileResponse:
    """Hand out the empty table to be filled in."""
    importer = _importer(request, kind)
    stream = io.BytesIO()
    write_template(stream, importer)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"{importer.label}.xlsx", content_type=MIME["xlsx"])


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where an uploaded table stands: mapping and preview, progress, or result."""
    user: Any = request.user
    run = _run(request, pk)
    context: dict[str, Any] = {"title": run.file_name, "run": run, "importer": importer_for(run.kind)}
    context |= {"earlier": runs.earlier_run(run), "may_commit": runs.may_commit(run), "summary": runs.sentence(run)}
    context["entries"], _more = entries_of(run, viewer=user, everything=True)
    if run.stage in (ImportRun.Status.UPLOADED, ImportRun.Status.CHECKED):
        try:
            context |= preview(run)
        except DeskError as error:
            context["unreadable"] = str(error)
    elif run.job is not None:
        context |= progress_context(run.job)
    return render(request, "kit/import.html", context)


@require_POST
def remap(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the choice of sheets and columns, and check the rows anew."""
    run = _run(request, pk)
    tables = runs.tables_of(run)
    sheets = posted_mapping(run, tables, request.POST)
    asked = runs.first_options(importer_for(run.kind))
    options = {name: request.POST.get(f"{runs.OPTIONS}-{name}", "") for name in asked}
    runs.set_mapping(run, sheets, options, by=request.user)
    runs.order_check(run, tables, by=request.user)
    return redirect(run)


@require_POST
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the table: a job does it, this page shows how far it is. Changing so much at once needs the password."""
    run = _run(request, pk)
    if not confirmed_recently(request):
        return ask_for_password(request, then=run.get_absolute_url())
    return redirect(runs.order_commit(run, by=request.user))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an upload aside."""
    run = _run(request, pk)
    runs.discard(run, by=request.user)
    messages.success(request, _("“%(name)s” was discarded. Nothing was imported.") % {"name": run.file_name})
    return redirect("kit:imports")


def _importer(request: HttpRequest, kind: str) -> type[Importer]:
    try:
        importer = importer_for(kind)
    except LookupError as error:
        raise Http404 from error
    user: Any = request.user
    if not user.has_perm(importer.permission, request.office):  # type: ignore[attr-defined]
        raise PermissionDenied(importer.permission)
    return importer


def _run(request: HttpRequest, pk: int) -> ImportRun:
    user: Any = request.user
    rows = ImportRun.objects.visible_to(user).select_related("office", "file", "marked_file", "job", "created_by")
    run = get_object_or_404(rows, pk=pk)
    if not user.has_perm(importer_for(run.kind).permission, run):
        raise PermissionDenied(importer_for(run.kind).permission)
    return run


def _offices(request: HttpRequest, importer: type[Importer]) -> list[Any]:
    """Return the offices to choose from; none when one works in an office already."""
    if request.office is not None:  # type: ignore[attr-defined]
        return []
    user: Any = request.user
    rows: Any = apps.get_model(settings.OFFICE_MODEL)._default_manager
    return [office for office in rows.visible_to(user) if user.has_perm(importer.permission, office)]


def _office(request: HttpRequest, importer: type[Importer]) -> Any:
    """Return the office the rows belong to: the one worked in, else the one chosen."""
    if request.office is not None:  # type: ignore[attr-defined]
        return request.office  # type: ignore[attr-defined]
    chosen = request.POST.get("office", "")
    for office in _offices(request, importer):
        if str(office.pk) == chosen:
            return office
    raise DeskError(_("Choose the office this table belongs to."), field="office")
