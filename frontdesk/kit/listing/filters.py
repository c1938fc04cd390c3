"""What may be asked of a list: declared filters, limited to the person's offices, forgiving to broken addresses."""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Self

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_filters.fields import DateRangeField
from django_filters.widgets import DateRangeWidget

from frontdesk.kit.forms.cleaning import clean_line
from frontdesk.kit.forms.messages import speak_plainly
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing.links import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet
    from django.http import QueryDict

MOST_WORDS = 8
SELECTED = " selected"


class Shared:
    """How a declared filter becomes one request's own: bound anew, its choices and words shared.

    django-filter copies every filter with all it holds for each request, which costs as much as asking the database.
    """

    extra: dict[str, Any]
    method: Any

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        fresh = copy.copy(self)
        fresh.extra = dict(self.extra)
        fresh.method = self.method  # set, not copied: this ties the method to the new filter
        return fresh


class TextFilter(Shared, django_filters.CharFilter):
    """A text; what was pasted with full-width digits or invisible characters still finds."""

    class field_class(forms.CharField):  # noqa: N801 - django-filter's own name
        """A line of text."""

        def to_python(self, value: Any) -> str:
            return clean_line(super().to_python(value) or "")


class ChoiceFilter(Shared, django_filters.ChoiceFilter):
    """One of a few words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("All"))
        super().__init__(*args, **kwargs)


class ModelFilter(Shared, django_filters.ModelChoiceFilter):
    """One of the records this person may see in the office they work in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("All"))
        super().__init__(*args, **kwargs)

    def get_queryset(self, request: Any) -> QuerySet:
        rows: QuerySet = offered(super().get_queryset(request), self.parent.user, self.parent.office)
        return rows


class YesNoFilter(Shared, django_filters.TypedChoiceFilter):
    """Yes, no, or not asked (`?mine=true`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("", _("All")), ("true", _("Yes")), ("false", _("No"))])
        super().__init__(*args, coerce=lambda value: value == "true", **kwargs)


class LocalDateRangeField(DateRangeField):
    """Two dates, the second not before the first."""

    def compress(self, data_list: list[Any]) -> Any:
        if data_list and None not in data_list and data_list[0] > data_list[1]:
            raise ValidationError(_("The first date is after the last."))
        return super().compress(data_list)


class DateRangeFilter(Shared, django_filters.DateFromToRangeFilter):
    """From one office-local date to another, both included (`?due_after=…&due_before=…`)."""

    field_class = LocalDateRangeField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PlainRange(attrs={"type": "date"}))
        super().__init__(*args, **kwargs)


class PlainSelect(forms.Select):
    """A select written in one go: Django's own renders a template per option, dearer than the list's rows."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(key)}"{SELECTED if key in chosen else ""}>{escape(str(label))}</option>'
            for key, label in self._pairs()
        )
        return SafeString(f"<select{_written({'name': name, **self.attrs, **(attrs or {})})}>{options}</select>")

    def _pairs(self) -> Iterator[tuple[str, Any]]:
        choices: Any = self.choices
        return (("" if key is None else str(key), label) for key, label in choices)


class PlainInput(forms.TextInput):
    """An input written in one go."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        return _input(self.get_context(name, value, attrs)["widget"])


class PlainRange(DateRangeWidget):
    """Two inputs for dates, written in one go."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        return SafeString("-".join(_input(part) for part in parts))


def _input(widget: Mapping[str, Any]) -> SafeString:
    own = {"type": widget["type"], "name": widget["name"], "value": widget["value"]}
    return SafeString(f"<input{_written(own | widget['attrs'])}>")


def _written(attrs: Mapping[str, Any]) -> str:
    """Write attributes as Django does: what is True stands alone, what is False or nothing is left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in attrs.items()
        if value is not None and value is not False
    )


class FilterForm(forms.Form):
    """The filters as one row of small controls, with ids that no other form of the page has."""

    def __init__(self, data: QueryDict, fields: dict[str, forms.Field]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields = fields  # made for this request: nothing to copy
        for field in fields.values():
            speak_plainly(field)
            field.required = False
            if type(field.widget) is forms.Select:
                field.widget = PlainSelect(field.widget.attrs, field.widget.choices)
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
            for index, part in enumerate(getattr(field.widget, "widgets", ())):
                part.attrs["aria-label"] = _("%(filter)s until") % {"filter": field.label} if index else field.label
                part.attrs["class"] = "form-control"


def _labelled(field: forms.BoundField) -> str:
    """Write one filter with its label; a range is two inputs under one, and each input its own for the screen reader.

    In Python, as the cells of the list are: included for each, a template took as long as all the rows together.
    """
    name, label = field.auto_id, escape(str(field.label))
    if getattr(field.field.widget, "widgets", None):
        return (
            f'<div class="filter filter-range" role="group" aria-labelledby="{name}_label">'
            f'<span class="label" id="{name}_label">{label}</span><div class="range">{field}</div></div>'
        )
    wide = " filter-wide" if field.name == "q" else ""
    return f'<div class="filter{wide}"><label for="{field.id_for_label}">{label}</label>{field}</div>'


UNFOLD = "unfold"
"""Asks, in the address of a list, for the filters that are folded away."""


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address of the list without it."""

    label: Any
    text: str
    url: str


class DeskFilterSet(django_filters.FilterSet):
    """The filters of one list.

    `class Meta` may name `search` (the paths that `q` looks into) and `more` (filters folded away, drawn once they are
    opened or in force).
    """

    class Meta:
        search: tuple[str, ...] = ()
        more: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: QuerySet, *, user: Any, office: Any) -> None:
        self.user, self.office = user, office
        super().__init__(data, queryset)

    @classmethod
    def get_fields(cls) -> OrderedDict:
        """Take only filters that are declared: a list asks in words of its own, not by column names."""
        return OrderedDict()

    @classmethod
    def get_filters(cls) -> OrderedDict:
        filters = super().get_filters()
        if getattr(cls.Meta, "search", ()):
            box = PlainInput(attrs={"type": "search"})
            filters["q"] = TextFilter(label=_("Search"), method="search", max_length=100, widget=box)
            filters.move_to_end("q", last=False)
        return filters

    @cached_property
    def form(self) -> FilterForm:
        """Return the filters as a form, filled in from the address."""
        return FilterForm(self.data, {name: filter_.field for name, filter_ in self.filters.items()})

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002 - django-filter's signature
        """Keep the rows in which every word occurs somewhere."""
        for word in value.split()[:MOST_WORDS]:
            anywhere = Q()
            for path in self.Meta.search:
                anywhere |= Q(**{f"{path}__icontains": word})
            queryset = queryset.filter(anywhere)
        return queryset

    @cached_property
    def problems(self) -> list[str]:
        """Say which parts of the address were left out because they mean nothing here."""
        return [f"{self.form.fields[name].label}: {' '.join(errors)}" for name, errors in self.errors.items()]

    @cached_property
    def understood(self) -> dict[str, Any]:
        """Return the filters in force: what the address asks for and the form could read."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value is not None and value != ""}

    def without(self, *names: str) -> QuerySet:
        """Return the rows with these filters left out: what a number beside one of their answers is a part of."""
        rows = self.queryset.all()
        for name, value in self.understood.items():
            if name not in names:
                rows = self.filters[name].filter(rows, value)
        return rows

    @cached_property
    def chips(self) -> list[Chip]:
        """Return the filters in force, each with the way out of it."""
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        for name, value in self.understood.items():
            gone = {name: None, f"{name}_after": None, f"{name}_before": None}
            yield Chip(self.form.fields[name].label, self._said(name, value), query(self.data, **gone))

    def _said(self, name: str, value: Any) -> str:
        """Return a filter's value in the words of the page."""
        field = self.form.fields[name]
        if isinstance(value, slice):
            return " – ".join(str(day.date()) if day else "…" for day in (value.start, value.stop))
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            choices: Any = field.choices
            words = {str(key): word for key, word in choices}
            return str(words.get(str(value).lower() if isinstance(value, bool) else str(value), value))
        return str(value)

    @property
    def main_fields(self) -> SafeString:
        """Return the filters that are always in sight."""
        return SafeString("".join(_labelled(field) for field in self.form if field.name not in self._more))

    @property
    def more_fields(self) -> SafeString:
        """Return the filters that are folded away."""
        return SafeString("".join(_labelled(field) for field in self.form if field.name in self._more))

    @property
    def has_more(self) -> bool:
        """Answer whether any filter is folded away."""
        return any(name in self.filters for name in self._more)

    @cached_property
    def unfolded(self) -> bool:
        """Answer whether the folded filters are to be seen: one of them is in force, or somebody opened them.

        Until then nobody needs what they offer, and a list stands sooner without it.
        """
        asked = {name.removesuffix("_after").removesuffix("_before") for name, value in self.data.items() if value}
        return UNFOLD in asked or not asked.isdisjoint(self._more)

    @property
    def _more(self) -> tuple[str, ...]:
        return getattr(self.Meta, "more", ())
