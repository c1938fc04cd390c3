"""The office's own lists: one page that leads to them, and three pages each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from complaints import services
from complaints.forms import catalogue as forms
from complaints.models import Category, Cause, Contractor, Department, Part
from complaints.tables_catalogue import (
    ADD,
    CHANGE,
    CategoryTable,
    CauseTable,
    ContractorTable,
    DepartmentTable,
    PartTable,
)
from frontdesk.kit.pages import Action, FormPage, ListPage
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TITLE = _("Ticket lists")
LISTS = (
    (Category, _("Categories"), "diagram-2", _("What calls are about, what is asked, to whom it goes.")),
    (Department, _("Departments"), "people", _("Who may take on what is dispatched to a team.")),
    (Contractor, _("Contractors"), "truck", _("Outside companies and how to reach them.")),
    (Part, _("Parts"), "bricks", _("What was at fault, with its warranty.")),
    (Cause, _("Causes"), "question-diamond", _("Why it broke or was complained about.")),
)
"""The five lists in the order one fills them."""


def url_of(model: Any, page: str = "list") -> str:
    """Return the address of one of a list's pages."""
    return reverse(f"complaints:{model._meta.model_name}_{page}")


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the five lists with how much is on them; where one is empty, offer what an estate usually needs."""
    require(request.user, CHANGE, request.office)
    lists = []
    for model, label, icon, text in LISTS:
        rows = model.objects.visible_to(request.user).of_office(request.office)
        counts = rows.aggregate(
            used=Count("pk", filter=Q(is_active=True)), aside=Count("pk", filter=Q(is_active=False))
        )
        lists.append({"label": label, "icon": icon, "text": text, "url": url_of(model), "model": model, **counts})
    has_defaults = [entry for entry in lists if entry["model"] is not Contractor]
    context = {
        "title": TITLE,
        "lists": lists,
        "offers": request.office is not None and any(not entry["used"] for entry in has_defaults),
    }
    return render(request, "complaints/catalogue.html", context)


@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Put the usual names onto the office's lists."""
    require(request.user, CHANGE, request.office)
    if request.office is None:
        messages.warning(request, _("Choose one office at the top of the page first."))
        return redirect("complaints:catalogue")
    made = services.take_over_defaults(request.office, by=request.user)
    text = ngettext("%(n)d entry added.", "%(n)d entries added.", made)
    messages.success(request, text % {"n": made})
    return redirect("complaints:catalogue")


class EntryList(ListPage):
    """One of the lists, with the way to the others."""

    namespace = "complaints"
    permission = CHANGE
    template_name = "complaints/catalogue_list.html"

    def get_context(self) -> dict[str, Any]:
        return {
            "crumbs": [(TITLE, reverse("complaints:catalogue"))],
            "lists": [(label, url_of(model), model is self.model) for model, label, _icon, _text in LISTS],
        }


class EntryPage(FormPage):
    """Adds or changes a name on a list."""

    namespace = "complaints"
    permission = CHANGE

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")

    def frame(self) -> dict[str, Any]:
        crumbs = [(TITLE, reverse("complaints:catalogue")), (self.model._meta.verbose_name_plural, self.url("_list"))]
        return {**super().frame(), "crumbs": crumbs}


def pages_of(table: Any, form: Any, *words: str, more: tuple[Action, ...] = ()) -> dict[str, Any]:
    """Return a list's three pages by the end of their URL names; `more` are further buttons above the list."""
    model = table.options.model
    name = model.__name__
    add = {"model": model, "form_class": form, "title": ADD[model].label, "success": _("Added: %(object)s")}
    edit = {"model": model, "form_class": form, "save": staticmethod(services.change_entry)}
    return {
        "list": type(f"{name}List", (EntryList,), {"table": table, "words": words, "actions": (ADD[model], *more)}),
        "add": type(f"{name}Add", (EntryPage,), {**add, "save": staticmethod(partial(services.add_entry, model))}),
        "edit": type(f"{name}Edit", (EntryPage,), edit),
    }


PAGES = {
    "categories": pages_of(CategoryTable, forms.CategoryForm, "as_tree"),
    "departments": pages_of(DepartmentTable, forms.DepartmentForm),
    "contractors": pages_of(
        ContractorTable,
        forms.ContractorForm,
        more=(
            Action(_("Contractors' ranking"), "complaints:contractor_ranking", "complaints.view_report", "bar-chart"),
        ),
    ),
    "parts": pages_of(PartTable, forms.PartForm),
    "causes": pages_of(CauseTable, forms.CauseForm),
}
"""The last part of a list's address → its pages."""
