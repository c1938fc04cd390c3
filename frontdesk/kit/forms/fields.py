"""Fields and inputs shared by all forms: native dates, and the choice among more records than a list can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.durations import parse, said
from frontdesk.kit.forms.cleaning import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet
    from django.forms.boundfield import BoundField
    from django.utils.safestring import SafeString

DJANGOS_LINE = BLANK_CHOICE_DASH[0][1]
KEY = re.compile("[0-9]{1,18}")
"""A record's key as an address or a form may bring it: plain digits, no more than the database can count."""


ALL_DAY = 24 * 60
LONGEST = 108_000
"""Minutes a length of time may have at most, 200 days of nine hours: a year is a typing error."""


class Typed(str):
    """What was typed into the box that stands in for the search when there is no JavaScript."""

    __slots__ = ()


class SearchSelect(forms.Select):
    """A select that holds only what is chosen; desk.js searches at `url`, without it one types the exact text."""

    choices: Any

    def __init__(self, *, url: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url = url
        self.office: Any = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = data.get(f"{name}__text")
        return Typed(typed) if typed else super().value_from_datadict(data, files, name)

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list:  # noqa: ARG002
        chosen = next((one for one in value if KEY.fullmatch(one)), "")
        rows = self.choices.queryset.filter(pk=chosen) if chosen else []
        options = [("", "")] + [(row.pk, self.choices.field.label_from_instance(row)) for row in rows]
        made = [
            self.create_option(name, key, label, str(key) in value, index) for index, (key, label) in enumerate(options)
        ]
        return [(None, made, 0)]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        office = "" if self.office is None else f"?office={self.office.pk}"
        attrs = {**(attrs or {}), "data-select": True, "data-url": f"{reverse(self.url)}{office}"}
        return format_html(
            '{}<noscript><input class="form-control" name="{}__text" value="{}" aria-label="{}"></noscript>',
            super().render(name, None if isinstance(value, Typed) else value, attrs, renderer),
            name,
            value if isinstance(value, Typed) else "",
            _("Type it in full"),
        )


class SearchField(forms.ModelChoiceField):
    """One record out of very many, searched at the ChoicesPage named `url`; `text_field` is what people call it by."""

    def __init__(self, queryset: QuerySet, *, url: str, text_field: str, **options: Any) -> None:
        self.text_field = text_field
        super().__init__(queryset, widget=SearchSelect(url=url), **options)

    def to_python(self, value: Any) -> Model | None:
        if not isinstance(value, Typed):
            return super().to_python(value)
        text = clean_line(value)
        rows: Any = self.queryset
        found = list(rows.filter(**{f"{self.text_field}__iexact": text})[:2])
        if len(found) != 1:
            raise ValidationError(_("There is no “%(text)s” here."), code="invalid_choice", params={"text": text})
        return found[0]


def chosen_key(field: BoundField) -> int | None:
    """Return the key of the record a field holds now; None for what is no key, or no record it offers."""
    text = str(field.value() or "")
    if not KEY.fullmatch(text):
        return None
    choice: Any = field.field
    key: int | None = choice.queryset.filter(pk=int(text)).values_list("pk", flat=True).first()
    return key


NATIVE: tuple[tuple[type[forms.Field], Any, str, str], ...] = (
    (forms.DateTimeField, forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateField, forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeField, forms.TimeInput, "time", "%H:%M"),
)


def use_native_input(field: forms.Field) -> None:
    """Let the browser's own calendar and clock fill in a date or time; it wants ISO values in every language."""
    for field_class, widget_class, kind, shape in NATIVE:
        if isinstance(field, field_class) and type(field.widget) is widget_class:
            field.widget.input_type = kind
            field.widget.format = shape


def name_the_empty(field: forms.Field) -> None:
    """Let a drop-down say “choose” where something must be chosen, and show a dash where nothing need be."""
    word = _("Choose…") if field.required else "—"
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DJANGOS_LINE:
            field.empty_label = word
    elif isinstance(field, forms.ChoiceField):
        choices: list[Any] = list(cast("Any", field.choices))
        if ("", DJANGOS_LINE) in choices:
            field.choices = [(value, word if value == "" else label) for value, label in choices]


class MinutesField(forms.CharField):
    """A length of time as people say it: 30分, 4小时, 2天, or bare minutes; `day` is how many minutes a day counts."""

    def __init__(
        self, *, day: int = ALL_DAY, least: int = 1, most: int = LONGEST, placeholder: str = "", **options: Any
    ) -> None:
        attrs = {"autocomplete": "off", **({"placeholder": placeholder} if placeholder else {})}
        super().__init__(max_length=30, widget=forms.TextInput(attrs=attrs), **options)
        self.day, self.least, self.most = day, least, most

    def prepare_value(self, value: Any) -> Any:
        """Show minutes in words, and what was typed as it was typed."""
        return said(value, day=self.day) if isinstance(value, int) else value

    said = prepare_value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        """Return the minutes meant."""
        text = super().to_python(value)
        if not text:
            return None
        minutes = parse(text, day=self.day)
        if minutes is None:
            raise forms.ValidationError(_("Write 30 min, 4 h or 2 d."), code="invalid")
        if not self.least <= minutes <= self.most:
            edges = {"least": said(self.least, day=self.day), "most": said(self.most, day=self.day)}
            raise forms.ValidationError(_("Between %(least)s and %(most)s."), params=edges)
        return minutes

    def run_validators(self, value: Any) -> None:
        """Leave out those of texts: what is checked here is a number."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare minutes with minutes."""
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True
