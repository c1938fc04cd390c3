"""What all pages have in common: who asks, for which office, which records they may see, what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.views.generic import View

from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.pages.ways import address
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


class Page(View):
    """A page for people who are logged in, which LoginRequiredMiddleware sees to.

    Attributes:
        model: what the page is about.
        permission: "app.verb_noun", asked for the office or the record.
        title: the heading.
        words: QuerySet methods, called without arguments, that say which rows.
        related: what is read along with a record (select_related).
        needs_password: asked for again unless given within the last five minutes; for acts that reveal or entitle.
        noun: the record's name in URL names and templates; the model's name by default.
        namespace: where those URL names live; the model's app by default.

    """

    model: ClassVar[type[Model]]
    permission: ClassVar[str] = ""
    needs_password: ClassVar[bool] = False
    title: ClassVar[Any] = ""
    words: ClassVar[tuple[str, ...]] = ()
    related: ClassVar[tuple[str, ...]] = ()
    noun: ClassVar[str] = ""
    namespace: ClassVar[str] = ""
    template_name: ClassVar[str] = ""

    user: Any
    office: Any
    object: Any = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user = request.user
        self.office = getattr(request, "office", None)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.needs_password and not confirmed_recently(request):
            return ask_for_password(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet:
        """Return the rows this person may see, in the page's words."""
        rows: Any = self.model._default_manager.all()
        rows = rows.visible_to(self.user)
        for word in self.words:
            rows = getattr(rows, word)()
        return rows

    def of_the_office(self, rows: Any) -> Any:
        """Keep the rows of the office the page is about; of all offices, of those in which the permission is held."""
        rows = rows.of_office(self.office)
        return rows.where_may(self.user, self.permission) if self.office is None and self.permission else rows

    def get_object(self) -> Any:
        """Return the record of the address; another office's record is not found."""
        rows = self.get_queryset()
        return get_object_or_404(rows.select_related(*self.related) if self.related else rows, pk=self.kwargs["pk"])

    def require(self, target: Any) -> None:
        """Stop with 403 when the page's permission is missing in the office of `target`."""
        if self.permission:
            require(self.user, self.permission, target)

    @property
    def name(self) -> str:
        """Return the record's noun, as URL names and templates call it."""
        return self.noun or self.model._meta.model_name or ""

    def url(self, suffix: str = "", *args: Any) -> str:
        """Return the address of a sibling page: "" the record, "_list", "_add", "_edit", "_move"."""
        return address(f"{self.namespace or self.model._meta.app_label}:{self.name}{suffix}", *args)

    def get_title(self) -> str:
        """Return the heading."""
        return str(self.title or self.object or capfirst(self.model._meta.verbose_name))

    def frame(self) -> dict[str, Any]:
        """Return what every page template gets."""
        crumbs = [(self.model._meta.verbose_name_plural, self.url("_list"))] if self.url("_list") else []
        return {"title": self.get_title(), "crumbs": crumbs, "user": self.user, "office": self.office}

    def respond(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """Answer with a template in the page's frame."""
        return render(self.request, template or self.template_name, {**self.frame(), **context}, status=status)

    @property
    def in_place(self) -> bool:
        """Answer whether htmx asks for a part of the page, not for the page itself."""
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
