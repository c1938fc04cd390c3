"""Imports without a page: the two jobs, and the whole way at once for commands and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import Conflict
from frontdesk.kit.imports import mapping as maps, runs
from frontdesk.kit.imports.declaring import importer_for
from frontdesk.kit.jobs import Progress, job
from frontdesk.kit.models import ImportRun, Job

if TYPE_CHECKING:
    from pathlib import Path


@job("kit.check_import", label=_("Check a table"))
def check_job(job: Job, progress: Progress) -> str:
    """Check a long table."""
    run = ImportRun.objects.select_related("office", "file", "created_by").get(pk=job.params["run"])
    runs.check(run, progress)
    return runs.sentence(run)


@job("kit.commit_import", label=_("Import a table"))
def commit_job(job: Job, progress: Progress) -> str:
    """Write a checked table."""
    run = ImportRun.objects.select_related("office", "file", "created_by").get(pk=job.params["run"])
    if run.status not in (ImportRun.Status.IMPORTING, ImportRun.Status.DONE):  # put aside or mapped anew
        raise Conflict(_("This table cannot be imported as it is now."))
    runs.commit(run, progress)
    return runs.sentence(run)


def run_import(
    kind: str, source: Path | bytes, *, office: Any, by: Any, options: dict[str, str] | None = None, name: str = ""
) -> ImportRun:
    """Import a table here and now, as commands and tests do: read, guess, check, and write it if nothing is wrong."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    upload: Any = ContentFile(data, name or ("table.xlsx" if isinstance(source, bytes) else source.name))
    run, tables = runs.start(importer_for(kind), upload, office=office, by=by)
    run.mapping["options"] |= options or {}
    run.save(update_fields=["mapping"])
    missing = maps.faults(importer_for(kind), tables, run.mapping["sheets"])
    if missing:
        run.messages = [{"sheet": "", "row": 0, "column": "", "text": text} for text in missing]
        return run
    runs.check(run, Progress(), tables)
    if runs.may_commit(run):
        runs.commit(run, Progress())
    return run
