"""Pages of the archive."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from frontdesk.estate import services
from frontdesk.estate.filters import DocumentFilter
from frontdesk.estate.forms.documents import DocumentEditForm, DocumentForm, LendForm
from frontdesk.estate.models import Document
from frontdesk.estate.tables import FILE, DocumentTable
from frontdesk.estate.workflow import DOCUMENT_TONES
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset, move_pages


class DocumentList(ListPage):
    """R-DOC-01: the archive."""

    table = DocumentTable
    filterset = DocumentFilter
    title = _("Documents")
    permission = "estate.view_document"
    words = ("with_due",)
    actions = (FILE,)
    presets = (
        Preset(_("All"), ""),
        Preset(_("Taken out"), "state=out"),
        Preset(_("Not back in time"), "overdue=true"),
    )


class DocumentDetail(DetailPage):
    """A paper, its scans, and who had it."""

    model = Document
    permission = "estate.view_document"
    related = ("unit", "office")
    card = "estate/_document.html"
    state_tones = DOCUMENT_TONES
    edit_permission = "estate.change_document"
    attachments = True

    def get_context(self) -> dict[str, Any]:
        return {"loans": self.object.loans.select_related("lent_by", "taken_back_by")}


class DocumentAdd(FormPage):
    """File a paper under the next number."""

    model = Document
    form_class = DocumentForm
    permission = "estate.change_document"
    title = _("File a document")
    success = _("Filed: %(object)s")
    save = services.file_document


class DocumentEdit(FormPage):
    """Change what is written about a paper."""

    model = Document
    form_class = DocumentEditForm
    permission = "estate.change_document"
    title = _("Edit the document")
    save = services.edit_document


class LendDocument(MovePage):
    """Somebody takes a paper out."""

    model = Document
    move = "lend_document"
    form_class = LendForm
    service = services.lend_document


class ReturnDocument(MovePage):
    """A paper comes back."""

    model = Document
    move = "return_document"
    service = services.return_document


document_move = move_pages(LendDocument, ReturnDocument)
