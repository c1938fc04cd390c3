"""Letters to households that owe: preview by level, one batch, one print job (R-FEE-10)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees import services
from fees.filters.arrears import DunningBatchFilter, DunningNoticeFilter
from fees.forms.arrears import LettersForm
from fees.models import DunningBatch
from fees.tables.arrears import WRITE, DunningBatchTable, DunningNoticeTable
from frontdesk.kit.calendar import local_date
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, Page

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

LOOK = "fees.view_bill"
ARREARS = Action(_("Arrears"), "fees:arrears_list", LOOK, "exclamation-circle")

LONGEST = 16
"""Characters of a letter's number."""


class BatchList(ListPage):
    """What was written when, to how many."""

    table = DunningBatchTable
    filterset = DunningBatchFilter
    title = _("Letters written")
    permission = LOOK
    export_permission = "fees.export_bill"
    actions = (WRITE, ARREARS)


class BatchAdd(FormPage):
    """Whom a batch would write to, and writing it."""

    model = DunningBatch
    form_class = LettersForm
    permission = "fees.write_dunning"
    title = _("Write letters")
    text = _(
        "One letter to each household of which a bill is late enough and no letter of this level was written about it."
        " Disputed bills are left out. The letters are printed in the order one walks the estate."
    )
    button = _("Write them")
    success = _("The letters are ready to be printed.")
    save = services.write_letters


class BatchDetail(DetailPage):
    """One batch: to be printed, looked through, found again."""

    model = DunningBatch
    permission = LOOK
    related = ("office", "made_by")
    card = "fees/_dunningbatch.html"
    actions = (
        Action(_("Print all letters"), "fees:dunningbatch_letters", LOOK, "printer", "primary"),
        Action(_("List of the letters"), "fees:dunningnotice_list", LOOK, "list-ul"),
    )

    def get_context(self) -> dict[str, Any]:
        """Add how much of what was asked for has been paid since."""
        return {"badge": (self.object.get_level_display(), self.object.tone), **services.came_of(self.object)}


class NoticeList(ListPage):
    """The letters of one batch."""

    table = DunningNoticeTable
    filterset = DunningNoticeFilter
    permission = LOOK
    export_permission = "fees.export_bill"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(batch=self.batch)

    @cached_property
    def batch(self) -> DunningBatch:
        """Return the batch of the address."""
        rows: Any = DunningBatch.objects.visible_to(self.user)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.batch)

    def get_context(self) -> dict[str, Any]:
        crumbs = [(_("Letters written"), reverse("fees:dunningbatch_list"))]
        return {"crumbs": [*crumbs, (str(self.batch), self.batch.get_absolute_url())]}


class Letters(Page):
    """All letters of a batch on one page to print, each on a sheet of its own; `?letter=` one of them again."""

    model = DunningBatch
    permission = LOOK
    related = ("office",)
    template_name = "fees/letters.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show what will be printed."""
        self.object = self.get_object()
        self.require(self.object)
        return self._paper(request)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Write the print down, and answer with what the browser prints at once."""
        self.object = self.get_object()
        self.require(self.object)
        answer = self._paper(request, counted=True)
        services.print_letters(self.object, by=self.user, number=request.GET.get("letter", "")[:LONGEST])
        return answer

    def _paper(self, request: HttpRequest, *, counted: bool = False) -> HttpResponse:
        batch = self.object
        letters = services.letters_of(batch, number=request.GET.get("letter", ""))
        if not letters:
            raise Http404
        crumbs = [(_("Letters written"), reverse("fees:dunningbatch_list")), (str(batch), batch.get_absolute_url())]
        title = f"{batch.get_level_display()} · {batch.households}"
        context = {
            "batch": batch,
            "letters": letters,
            "today": local_date(),
            "crumbs": crumbs,
            "title": title,
            "counted": counted,
        }
        return self.respond(context)
