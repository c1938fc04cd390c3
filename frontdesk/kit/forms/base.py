"""The two form classes every app uses: DeskForm for a record, DeskPlainForm for an act."""

from __future__ import annotations

import copy
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.forms.cleaning import clean_body, clean_line
from frontdesk.kit.forms.fields import SearchSelect, name_the_empty, use_native_input
from frontdesk.kit.forms.messages import speak_plainly
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.forms.version import Seen, read_token, version_token
from frontdesk.kit.scoping import office_of
from frontdesk.kit.versions import Versioned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from frontdesk.kit.errors import DeskError

UNTOUCHED = (forms.UUIDField, forms.JSONField)


class DeskRules(forms.BaseForm):
    """What both form classes have in common.

    Attributes:
        layout: a crispy Layout; without one all fields stand in one grid.
        acts_once: True: the hidden UUID `once` must be sent; None: it is offered and counts when it is sent.
        free_text: one-line fields that stay exactly as typed; all others are folded (full-width 1 → 1).
        target: the record an act is about, set by its page.

    """

    layout: ClassVar[Layout | None] = None
    acts_once: ClassVar[bool | None] = None
    free_text: ClassVar[Iterable[str]] = ()
    target: Any = None

    def __init__(self, *args: Any, user: Any, office: Any = None, **kwargs: Any) -> None:
        self.user = user
        self.office = self.office_for(kwargs.get("instance")) or office
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self._prepare(name, field)
        self._add_hidden()

    @staticmethod
    def office_for(instance: Any) -> Any:
        """Return the office of a stored record: its choices come from there, whatever office one works in."""
        return office_of(instance) if instance is not None and instance.pk else None

    def _prepare(self, name: str, field: forms.Field) -> None:
        speak_plainly(field)
        name_the_empty(field)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = offered(field.queryset, self.user, self.office)
            if isinstance(field.widget, SearchSelect):
                field.widget.office = self.office
        elif isinstance(field, forms.CharField) and not isinstance(field, UNTOUCHED):
            _clean_text(field, fold=name not in self.free_text)
        else:
            use_native_input(field)

    def _add_hidden(self) -> None:
        instance = getattr(self, "instance", None)
        edits = instance is not None and instance.pk is not None
        if edits and isinstance(instance, Versioned):
            stored = model_to_dict(instance, list(self.fields))
            shown = {n: stored[n] if n in stored else self.get_initial_for_field(f, n) for n, f in self.fields.items()}
            token = version_token(instance, shown)
            self.fields["version"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=token)
        if self.acts_once or (self.acts_once is None and not edits):
            required = bool(self.acts_once)
            self.fields["once"] = forms.UUIDField(widget=forms.HiddenInput, required=required, initial=uuid4)

    @property
    def seen(self) -> Seen | None:
        """Return which version of the record the person had on the screen; None when the form does not say."""
        return read_token(self.data.get(self.add_prefix("version"), ""), self.instance)  # type: ignore[attr-defined]

    @property
    def once_key(self) -> Any:
        """Return the key under which this form acts once; None when it has none."""
        return self.cleaned_data.get("once")

    def values(self) -> dict[str, Any]:
        """Return what the form says, without its hidden marks."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "once"}}

    def stored(self, name: str) -> Any:
        """Return what the record holds in a field, whatever the form is filled in with."""
        record: Any = self.instance  # type: ignore[attr-defined]
        if name in {field.name for field in record._meta.many_to_many}:
            return list(getattr(record, name).all())
        names = {field.name for field in record._meta.fields}
        return getattr(record, name) if name in names else self.get_initial_for_field(self.fields[name], name)

    def refuse(self, error: DeskError) -> None:
        """Show a service's refusal at its field, or above the form."""
        self.add_error(error.field if error.field in self.fields else None, str(error))

    @property
    def helper(self) -> FormHelper:
        """Return how crispy lays the form out inside the page's own <form>."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.render_hidden_fields = True
        helper.form_show_errors = True
        helper.layout = copy.deepcopy(self.layout) if self.layout else self._plain_layout()
        return helper

    def _plain_layout(self) -> Layout:
        parts = [
            Field(field.name, wrapper_class="span-2") if isinstance(field.field.widget, forms.Textarea) else field.name
            for field in self.visible_fields()
        ]
        return Layout(Div(*parts, css_class="form-grid"))


def _clean_text(field: forms.CharField, *, fold: bool) -> None:
    """Let a field clean what it gets before it checks it. Passwords are nobody's to touch."""
    if isinstance(field.widget, forms.PasswordInput):
        return
    clean: Callable[[str], str] = (
        clean_body if isinstance(field.widget, forms.Textarea) else partial(clean_line, fold=fold)
    )
    convert = field.to_python

    def to_python(value: Any) -> Any:
        return convert(clean(value) if isinstance(value, str) else value)

    field.to_python = to_python  # type: ignore[method-assign]


class DeskForm(DeskRules, forms.ModelForm):
    """A form for one record; `save()` is for the page's plain save, everything more is a service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._sets_office() and self.instance.pk is None and self.office is not None:
            self.instance.office = self.office

    def _get_validation_exclusions(self) -> set[str]:
        """Check uniqueness within the office, too, although the office is not asked for."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude - {"office"} if self._sets_office() and self.instance.office_id else exclude

    def _sets_office(self) -> bool:
        return getattr(self.instance, "office_path", "") == "office" and "office" not in self.fields


class DeskPlainForm(DeskRules, forms.Form):
    """A form for an act, or for what is no record."""


class NoteForm(DeskPlainForm):
    """A move that asks for nothing but, if one likes, a note."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettingsForm(DeskForm):
    """An office's own figures: also an office that has none yet has a version on its form, 0."""

    acts_once = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_version()

    def mark_version(self) -> None:
        """Note on the form which version it shows, and what stands in each field; again after fields were added."""
        shown = {name: self.stored(name) for name in self.fields if name != "version"}
        token = version_token(self.instance, shown)
        self.fields["version"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=token)

    @property
    def seen(self) -> Seen | None:
        """Return which version was on the screen; version 0 is that of an office that had none of its own yet."""
        token = self.data.get("version", "")
        return read_token(token, self.instance) or read_token(token, type(self.instance)())
