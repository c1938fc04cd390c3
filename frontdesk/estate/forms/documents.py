"""Forms of the archive."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Document, Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField


class DocumentEditForm(DeskForm):
    """What is written about a paper."""

    unit = SearchField(
        label=_("Unit"), required=False, queryset=Unit.objects.all(), url="estate:unit_choices", text_field="code"
    )

    class Meta:
        model = Document
        fields = ("title", "unit", "dated", "shelf", "note")

    free_text = ("title",)
    layout = Layout(
        Div(Field("title", wrapper_class="span-2"), "unit", "dated", "shelf", "note", css_class="form-grid")
    )


class DocumentForm(DocumentEditForm):
    """A paper to be filed."""

    scan = forms.FileField(label=_("Scan"), required=False)

    class Meta(DocumentEditForm.Meta):
        fields = ("category", "title", "unit", "dated", "shelf", "note")

    acts_once = True
    layout = Layout(
        Div(
            "category",
            "dated",
            Field("title", wrapper_class="span-2"),
            "unit",
            "shelf",
            "note",
            "scan",
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = local_date


class LendForm(DeskPlainForm):
    """Who takes a paper out, why, until when."""

    borrower = forms.CharField(label=_("Taken by"), max_length=40)
    purpose = forms.CharField(label=_("Purpose"), max_length=100)
    due_on = forms.DateField(label=_("Back by"), initial=local_date)
    acts_once = True
