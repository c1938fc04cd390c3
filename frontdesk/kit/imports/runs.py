"""One upload on its way: kept, read, mapped, checked, and when the user agrees, written in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from frontdesk.kit import activity, files, uploads
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.imports import mapping as maps, report
from frontdesk.kit.imports.declaring import CHANGED, NEW, SAME, importer_for
from frontdesk.kit.imports.planning import Plan, messages, plan
from frontdesk.kit.imports.reading import SheetData, check_file, extension_of, read_table, refusal
from frontdesk.kit.jobs import Progress, enqueue
from frontdesk.kit.models import Attachment, ImportRun, Job

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.forms import Form

    from frontdesk.kit.imports.declaring import Importer

FILES_KEPT = dt.timedelta(days=30)
ROWS_CHECKED_AT_ONCE = 1000
"""Up to here the preview comes with the click; a longer table is checked by a job."""
OPTIONS = "options"
"""Prefix of the importer's own questions on the page."""
Status = ImportRun.Status


# Upload ----------------------------------------------------------------------------------------------------------
def start(importer: type[Importer], upload: UploadedFile, *, office: Any, by: Any) -> tuple[ImportRun, list[SheetData]]:
    """Keep an uploaded table, read it and guess its mapping; return the run and what was read.

    Raises:
        DeskError: the file cannot be read; nothing is kept.

    """
    name = uploads.clean_name(upload.name or "")
    extension = extension_of(name)
    if extension == "xls":
        raise refusal("old_excel")
    if extension not in ("xlsx", "csv"):
        raise refusal("macros" if extension == "xlsm" else "extension")
    if (upload.size or 0) > uploads.MOST_BYTES:
        raise uploads.too_large()
    stored = files.store(partial(uploads.copy, upload), extension=extension)
    path = files.stored_path(stored)
    try:
        check_file(path, extension)
        tables = read_table(path, extension)
        with transaction.atomic():
            run = ImportRun.objects.create(
                office=office, kind=importer.kind, file_name=name, sha256=stored.sha256, created_by=by
            )
            run.file = files.add_row(run, stored, name=name, kind=Attachment.Kind.IMPORT, by=by, keep_for=FILES_KEPT)
            run.mapping = {"sheets": maps.guess(importer, tables), "options": first_options(importer)}
            run.save(update_fields=["file", "mapping"])
            activity.record(run, "upload_table", by=by, note=name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return run, tables


def tables_of(run: ImportRun, *, first: int = 0) -> list[SheetData]:
    """Read the uploaded file again; with `first`, only so many rows of each sheet.

    Raises:
        DeskError: it is gone; files are kept for thirty days.

    """
    if run.file is None:
        raise DeskError(_("The uploaded file is no longer kept. Please upload it again."))
    return read_table(files.path_of(run.file), run.file.extension, first=first)


def earlier_run(run: ImportRun) -> ImportRun | None:
    """Return the last time this very file was imported."""
    same = ImportRun.objects.filter(office=run.office_id, kind=run.kind, sha256=run.sha256, status=Status.DONE)
    return same.exclude(pk=run.pk).select_related("created_by").order_by("-done_at").first()


# Mapping and check -----------------------------------------------------------------------------------------------
def set_mapping(run: ImportRun, sheets: maps.Mapping, options: dict[str, str], *, by: Any) -> None:
    """Take over the user's choice of sheets and columns; the rows must then be checked anew.

    Raises:
        Conflict: the table is being imported or was.

    """
    with transaction.atomic():
        _take(run, (Status.UPLOADED, Status.CHECKED), Status.UPLOADED)
        run.mapping = {"sheets": sheets, "options": options}
        run.counts, run.messages = {}, []
        run.save(update_fields=["mapping", "counts", "messages"])
        activity.record(run, "map_table", by=by)


def options_form(run: ImportRun) -> Form | None:
    """Return the form of the importer's own questions, filled with what was answered."""
    form = importer_for(run.kind).options_form
    if form is None:
        return None
    return form({f"{OPTIONS}-{name}": text for name, text in run.mapping["options"].items()}, prefix=OPTIONS)


def first_options(importer: type[Importer]) -> dict[str, str]:
    """Return the answers the importer's questions begin with."""
    fields = {} if importer.options_form is None else importer.options_form.base_fields
    return {name: "" if field.initial is None else str(field.initial) for name, field in fields.items()}


def order_check(run: ImportRun, tables: list[SheetData], *, by: Any) -> None:
    """Check the rows: a short table at once, a long one by a job."""
    used = [tables[place["sheet"]] for place in run.mapping["sheets"].values()]
    form = options_form(run)
    if maps.faults(importer_for(run.kind), tables, run.mapping["sheets"]) or not (form is None or form.is_valid()):
        return
    if sum(len(table.rows) for table in used) <= ROWS_CHECKED_AT_ONCE:
        check(run, Progress(), tables)
        return
    with transaction.atomic():
        _take(run, (Status.UPLOADED, Status.CHECKED), Status.CHECKING)
        _order("kit.check_import", run, by=by)


def check(run: ImportRun, progress: Progress, tables: list[SheetData] | None = None) -> None:
    """Find out what the import would do, and keep the counts, the messages and the marked workbook."""
    tables = tables or tables_of(run)
    sheets = run.mapping["sheets"]
    try:
        made = plan(_importer(run), tables, sheets, progress)
    except DeskError as refused:
        run.counts = dict.fromkeys((NEW, CHANGED, SAME, "wrong", "left_out"), 0)
        run.messages = [{"sheet": "", "row": 0, "column": "", "text": str(refused)}]
    else:
        run.counts, run.messages = made.counts, messages(made, tables, sheets)
        if made.wrong:
            _keep_marked(run, made, tables)
    ImportRun.objects.filter(pk=run.pk).exclude(status__in=(Status.DONE, Status.DISCARDED)).update(
        status=Status.CHECKED, counts=run.counts, messages=run.messages, marked_file=run.marked_file
    )
    run.status = Status.CHECKED


def _keep_marked(run: ImportRun, made: Plan, tables: list[SheetData]) -> None:
    def write(stream: Any) -> None:
        report.write_marked(stream, made, tables, run.mapping["sheets"])

    stored = files.store(write, extension="xlsx")
    name = _("%(name)s - to correct.xlsx") % {"name": Path(run.file_name).stem}
    kind = Attachment.Kind.RESULT
    run.marked_file = files.add_row(run, stored, name=name, kind=kind, by=run.created_by, keep_for=FILES_KEPT)


# Commit ----------------------------------------------------------------------------------------------------------
def may_commit(run: ImportRun) -> bool:
    """Answer whether there is something to import and nothing wrong."""
    counts = run.counts
    return run.stage == Status.CHECKED and not run.messages and bool(counts.get(NEW, 0) + counts.get(CHANGED, 0))


def order_commit(run: ImportRun, *, by: Any) -> Job:
    """Start the job that writes the rows.

    Raises:
        Conflict: somebody started it already, or rows are wrong.

    """
    if not may_commit(run):
        raise Conflict(_("This table cannot be imported as it is now."))
    with transaction.atomic():
        _take(run, (Status.CHECKED,), Status.IMPORTING)
        activity.record(run, "start_import", by=by)
        return _order("kit.commit_import", run, by=by)


def discard(run: ImportRun, *, by: Any) -> None:
    """Put an uploaded table aside.

    Raises:
        Conflict: it is being imported or was.

    """
    with transaction.atomic():
        _take(run, (Status.UPLOADED, Status.CHECKED), Status.DISCARDED)
        activity.record(run, "discard_import", by=by)


def commit(run: ImportRun, progress: Progress) -> None:
    """Write all rows in one transaction, or none.

    The rows are checked again right before, since the register may have moved on. Should another import of the same
    kind end between that check and the transaction, the check is repeated.

    Raises:
        DeskError: rows that were right at the preview are wrong now.

    """
    while True:
        fence = _last_done(run)
        made = plan(_importer(run), tables_of(run), run.mapping["sheets"], progress)
        if made.wrong:
            check(run, progress)
            raise DeskError(_("The register has changed since the preview. Look at it again before you import."))
        counts = made.counts
        with transaction.atomic():
            type(run.office)._base_manager.select_for_update().get(pk=run.office_id)
            now = ImportRun.objects.select_for_update().get(pk=run.pk).status
            if now == Status.DONE:
                return
            if now in (Status.UPLOADED, Status.DISCARDED):  # put aside or mapped anew in the meantime
                raise Conflict(_("This table cannot be imported as it is now."))
            if _last_done(run) != fence:
                continue
            progress(0, 0, _("Writing %(rows)s rows") % {"rows": counts[NEW] + counts[CHANGED]})
            made.importer.commit(made.take_rows(), progress=progress)
            run.status, run.done_at, run.counts = Status.DONE, timezone.now(), counts
            run.save(update_fields=["status", "done_at", "counts"])
            activity.record(run, "import_table", by=run.created_by)  # how many, the page says in its reader's language
            return


def _last_done(run: ImportRun) -> Any:
    done = ImportRun.objects.filter(office=run.office_id, kind=run.kind, status=Status.DONE)
    return done.order_by("-done_at", "-pk").values_list("pk", flat=True).first()


def sentence(run: ImportRun) -> str:
    """Say in one line what a run found or did."""
    shown = {name: run.counts.get(name, 0) for name in (NEW, CHANGED, SAME, "wrong")}
    return _("%(new)s new, %(changed)s changed, %(same)s already there, %(wrong)s wrong") % shown


# Inside ----------------------------------------------------------------------------------------------------------
def _importer(run: ImportRun) -> Importer:
    importer = importer_for(run.kind)
    form = options_form(run)
    if form is not None and not form.is_valid():
        raise DeskError(_("Answer the questions above the table first."))
    return importer(office=run.office, by=run.created_by, options={} if form is None else form.cleaned_data)


def _take(run: ImportRun, sources: tuple[str, ...], target: str) -> None:
    """Move the run on if nobody else has; a job that ended without a result leaves it where it was before."""
    fresh = ImportRun.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
    if fresh.stage not in sources:
        raise Conflict(_("This table is being worked on or was imported already."))
    ImportRun.objects.filter(pk=run.pk).update(status=target)
    run.status = target


def _order(kind: str, run: ImportRun, *, by: Any) -> Job:
    ordered = enqueue(
        kind,
        office=run.office,
        by=by,
        key=f"{kind}-{run.pk}-{uuid.uuid4().hex[:8]}",
        params={"run": run.pk},
        url=run.get_absolute_url(),
    )
    run.job = ordered
    run.save(update_fields=["job"])
    return ordered
