"""The archive (R-DOC-01): papers get one gapless number each, go out to somebody and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from frontdesk.estate.models import Document, DocumentLoan, Office
from frontdesk.estate.services.writing import change, same_office
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt

CHANGE = "estate.change_document"


def file_document(*, office: Office, by: Any, category: str, scan: Any = None, **fields: Any) -> Document:
    """Archive a paper under the next number of its category and year: LW-2027-0001."""
    document = Document(office=office, category=category, **fields)
    require(by, CHANGE, document)
    same_office(document, document.unit)
    with transaction.atomic():
        year = local_date().year
        document.number = f"{category}-{year}-{next_number(office, f'document-{category}', year):04}"
        document.save(force_insert=True)
        activity.record(document, "file_document", by=by, after=activity.snapshot(document))
        if document.unit:
            activity.record(document.unit, "file_document", by=by, note=str(document))
        if scan:
            attach(document, scan, by=by, kind="scan")
    return document


def edit_document(document: Document, *, by: Any, **fields: Any) -> Document:
    """Change what is written about a paper; category and number stay."""
    fields.pop("category", None)
    fields.pop("scan", None)
    same_office(document, fields.get("unit"))
    return change(document, "edit_document", fields, by=by, permission=CHANGE)


def lend_document(document: Document, *, by: Any, borrower: str, purpose: str, due_on: dt.date) -> Document:
    """Let somebody take a paper out, saying who, why and until when.

    Raises:
        Conflict: it is out already.
        DeskError: the day it shall be back has passed.

    """
    if due_on < local_date():
        raise DeskError(_("This day has passed."), field="due_on")
    with apply("lend_document", document, by=by, note=f"{borrower} · {purpose}") as fresh:
        DocumentLoan.objects.create(document=fresh, borrower=borrower, purpose=purpose, due_on=due_on, lent_by=by)
    return fresh


def return_document(document: Document, *, by: Any, note: str = "") -> Document:
    """Put a paper back on its shelf.

    Raises:
        Conflict: it is on its shelf already.

    """
    with apply("return_document", document, by=by, note=note) as fresh:
        DocumentLoan.objects.out().filter(document=fresh).update(back_at=now(), taken_back_by=by)
    return fresh
