"""The page that adds or edits a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.forms import ModelForm
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict
from frontdesk.kit.pages.acting import ActingPage, call, service_of
from frontdesk.kit.pages.conflict import differences, last_change, retry_initial
from frontdesk.kit.pages.ways import page_of
from frontdesk.kit.scoping import Scoped, office_of
from frontdesk.kit.versions import Versioned, save_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules


class FormPage(ActingPage):
    """Adds a record, or edits the one whose pk is in the address.

    Attributes:
        save: the service, called save(office=, by=, **values) to add, save(record, by=, **values) to edit.
        parent: the record a new one is added to, at <parent>_pk in the address.
        needs_office: whether a new record must be made in one chosen office.

    """

    save: ClassVar[Callable[..., Any] | None] = None
    parent: Any = None
    needs_office: ClassVar[bool | None] = None
    template_name = "pages/form.html"

    _parent_model: ClassVar[type[Model] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "parent" in vars(cls):
            cls._parent_model = vars(cls)["parent"]
            cls.parent = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self._find()
        return super().dispatch(request, *args, **kwargs)

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(self.make_form(initial={**self._asked_for(), **self.get_initial()}))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.lacks_office:
            return self.show(self.make_form(data=request.POST))
        form = self.make_form(data=request.POST, files=request.FILES)
        if self.object is not None and isinstance(self.object, Versioned) and isinstance(form, ModelForm):
            form.is_valid()
            if form.seen is None or form.seen.version != self.object.version:
                return self.conflict(form, Conflict(_("Somebody else changed this record while you were writing.")))
        return self.submit(request, form)

    def get_initial(self) -> dict[str, Any]:
        """Return what a new form is filled in with."""
        return {}

    def make_form(self, **kwargs: Any) -> DeskRules:
        if issubclass(self.form_class, ModelForm) and self.object is not None:
            kwargs["instance"] = self.model._base_manager.get(pk=self.object.pk)
        form = self.form_class(user=self.user, office=self._form_office(), **kwargs)
        form.target = self.object or self.parent
        return form

    def perform(self, form: DeskRules) -> Any:
        service = service_of(self, "save")
        if self.object is None:
            return call(service, by=self.user, **self._place(), **form.values()) if service else self._add(form)
        fresh = self._locked(form)
        return call(service, fresh, by=self.user, **form.values()) if service else self._edit(fresh, form)

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Show both texts side by side, and the form again: what the person changed, on top of what is there now."""
        if self.object is None or not isinstance(form, ModelForm):
            form.refuse(error)
            return self.show(form, status=409)
        again = self.make_form(initial=retry_initial(form))
        context = {"error": error, "differences": differences(form, again), "change": last_change(self.object)}
        return self.respond(
            {**self.form_context(again), **context},
            template="pages/conflict.html",
            status=409,
        )

    @property
    def lacks_office(self) -> bool:
        """Answer whether somebody who works for all offices must choose one before adding."""
        needs = self._is_of_an_office() if self.needs_office is None else self.needs_office
        return needs and self.object is None and self._form_office() is None

    def form_context(self, form: DeskRules) -> dict[str, Any]:
        return {**super().form_context(form), "lacks_office": self.lacks_office}

    def frame(self) -> dict[str, Any]:
        frame = super().frame()
        for record in (self.parent, self.object):
            if page_of(record):
                frame["crumbs"] = [*frame["crumbs"], (str(record), page_of(record))]
        return frame

    def back_url(self) -> str:
        return page_of(self.parent) or super().back_url()

    def _find(self) -> None:
        """Look up the record or parent of the address, then ask for the permission there."""
        if self._parent_model is not None:
            rows: Any = self._parent_model._default_manager
            key = self.kwargs[f"{self._parent_model._meta.model_name}_pk"]
            self.parent = get_object_or_404(rows.visible_to(self.user), pk=key)
        if "pk" in self.kwargs:
            self.object = self.get_object()
        self.require(self.object or self.parent or self.office)

    def _form_office(self) -> Any:
        record = self.object or self.parent
        return (office_of(record) if record is not None else None) or self.office

    def _asked_for(self) -> dict[str, str]:
        """Fill in a new form with what the link to it says: ?unit=12."""
        if self.object is not None:
            return {}
        hidden = {"version", "once"}
        names = [name for name in self.form_class.base_fields if name in self.request.GET and name not in hidden]
        return {name: self.request.GET[name] for name in names}

    def _place(self) -> dict[str, Any]:
        """Return what says where a new record belongs."""
        if self.parent is not None:
            return {self.parent._meta.model_name: self.parent}
        return {"office": self.office} if self._is_of_an_office() else {}

    def _is_of_an_office(self) -> bool:
        return issubclass(self.model, Scoped) and self.model.office_path != "pk"

    def _locked(self, form: DeskRules) -> Any:
        """Return the record, locked, as the person saw it."""
        fresh: Any = get_object_or_404(self.model._base_manager.select_for_update(of=("self",)), pk=self.object.pk)
        seen = form.seen if isinstance(form, ModelForm) and isinstance(fresh, Versioned) else None
        if seen is not None and seen.version != fresh.version:
            raise Conflict(_("Somebody else changed this record while you were writing."))
        return fresh

    def _add(self, form: Any) -> Any:
        if self.parent is not None:
            setattr(form.instance, self.parent._meta.model_name, self.parent)
        obj = form.save()
        activity.record(obj, "add", by=self.user, after=activity.snapshot(obj))
        return obj

    def _edit(self, fresh: Any, form: Any) -> Any:
        """Write the fields the person changed and record what they were."""
        before = activity.snapshot(fresh)
        values = form.values()
        concrete = {field.name for field in fresh._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in values and name in concrete]
        for name in changed:
            setattr(fresh, name, values[name])
        if changed and isinstance(fresh, Versioned):
            save_version(fresh, changed, expected=fresh.version)
        elif changed:
            fresh.save(update_fields=changed)
        if changed:
            activity.record(fresh, "edit", by=self.user, before=before, after=activity.snapshot(fresh))
        return fresh
