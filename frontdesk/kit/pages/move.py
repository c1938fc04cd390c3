"""The page of one act on a record: a move of its process, or anything else that changes more than a form shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.kit.errors import Conflict
from frontdesk.kit.forms import NoteForm
from frontdesk.kit.pages.acting import ActingPage, call, service_of
from frontdesk.kit.pages.conflict import last_change, said
from frontdesk.kit.pages.ways import page_of
from frontdesk.kit.scoping import office_of
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from frontdesk.kit.forms.base import DeskRules
    from frontdesk.kit.workflow import Move


class MovePage(ActingPage):
    """One act on the record of the address.

    Attributes:
        move: the move's name in the model's process; empty for an act that is none, which then says
            `permission`, `title`, `button`, `style` and `service` itself.
        service: called service(record, by=, **values); by default `kit.workflow.apply` with the note.
        apart: its form is too large for the record's page: the button there leads to a page of its own.

    """

    move: ClassVar[str] = ""
    service: ClassVar[Callable[..., Any] | None] = None
    apart: ClassVar[bool] = False
    form_class = NoteForm
    success = gettext_lazy("Done.")
    button = ""
    template_name = "pages/confirm.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if self.step is None:
            self.require(self.object)
        elif not self.step.open_to(self.object, self.user) and not self.step.is_past(self.object, self.user):
            raise PermissionDenied(self.step.permission)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.apart and self.in_place:
            return go_to(request.get_full_path())
        form = self.make_form(initial=self.get_initial())
        return self.conflict(form, self._too_late()) if self.is_too_late else self.show(form)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.submit(request, self.make_form(data=request.POST, files=request.FILES))

    @property
    def step(self) -> Move | None:
        """Return the move's row in the table of the process."""
        return self.model.process[self.move] if self.move else None  # type: ignore[attr-defined]

    @property
    def is_too_late(self) -> bool:
        """Answer whether the record has left the states from which the move starts, or somebody made it already."""
        step = self.step
        return step is not None and (self.object.state not in step.sources or step.is_past(self.object, self.user))

    def get_initial(self) -> dict[str, Any]:
        """Return what the form is filled in with."""
        return {}

    def make_form(self, **kwargs: Any) -> DeskRules:
        form = self.form_class(user=self.user, office=office_of(self.object) or self.office, **kwargs)
        form.target = self.object
        return form

    def perform(self, form: DeskRules) -> Any:
        service = service_of(self, "service")
        if service is not None:
            return call(service, self.object, by=self.user, **form.values())
        with apply(self.move, self.object, by=self.user, note=form.values().get("note", "")) as fresh:
            pass
        return fresh

    def get_title(self) -> str:
        return str(self.title or (self.step.label if self.step else self.object))

    def frame(self) -> dict[str, Any]:
        frame = super().frame()
        frame["crumbs"] = [*frame["crumbs"], (str(self.object), self.object.get_absolute_url())]
        return frame

    def form_context(self, form: DeskRules) -> dict[str, Any]:
        step = self.step
        style = step.style if step else self.style
        own = {"button": self.button or self.get_title(), "style": "danger" if style == "danger" else "primary"}
        return {**super().form_context(form), **own, "icon": step.icon if step else "", "action": self.request.path}

    def show(self, form: DeskRules, *, status: int = 200) -> HttpResponse:
        if not self.in_place:
            return super().show(form, status=status)
        return self._in_slot(self.respond(self.form_context(form), template="parts/_moveform.html", status=status))

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Say who was quicker, keep what was typed, and offer the form again while the act is still possible."""
        self.object = self.get_object()
        kept = [] if not form.is_bound else [(f.label, said(f.field, f.value())) for f in form.visible_fields()]
        context = {
            **self.form_context(form),
            "form": None if self.is_too_late else form,
            "error": error,
            "kept": [(label, text) for label, text in kept if text],
            "change": last_change(self.object),
        }
        if self.in_place:
            return self._in_slot(self.respond(context, template="parts/_moveform.html", status=409))
        return self.respond(context, template="pages/conflict.html", status=409)

    def lead_on(self, url: str) -> HttpResponse:
        """On the record's own page only its card is exchanged: htmx follows the redirect to it."""
        htmx: Any = self.request.htmx  # type: ignore[attr-defined]
        is_there = url == page_of(self.object) and urlsplit(htmx.current_url_abs_path or "").path == url
        if not self.in_place or is_there:
            return redirect(url)
        return go_to(url)

    def _in_slot(self, response: HttpResponse) -> HttpResponse:
        response["HX-Retarget"] = "#move"
        response["HX-Reswap"] = "innerHTML"
        return response

    def _too_late(self) -> Conflict:
        if self.step is not None and self.step.past and self.object.state in self.step.sources:
            return Conflict(self.step.past)
        state, move = self.object.get_state_display(), self.get_title()
        return Conflict(_("This is “%(state)s” now: “%(move)s” is not possible.") % {"state": state, "move": move})


def go_to(url: str) -> HttpResponse:
    """Let htmx leave the page it is on."""
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def move_pages(*pages: type[MovePage]) -> Callable[..., HttpResponseBase]:
    """Return one view for all moves of a kind of record: the address ends with the move's name."""
    views = {page.move: page.as_view() for page in pages}

    def view(request: HttpRequest, *args: Any, move: str, **kwargs: Any) -> HttpResponseBase:
        if move not in views:
            raise Http404
        return views[move](request, *args, **kwargs)

    view.pages = pages  # type: ignore[attr-defined]
    return view
