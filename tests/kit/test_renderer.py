"""Forms are written in one go, and read the same as what Django's and crispy's own templates make of them."""

from __future__ import annotations

import datetime as dt

import pytest
from crispy_forms.utils import default_field_template, render_crispy_form
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from pytest_django.asserts import assertHTMLEqual

from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.forms.renderer import PlainRenderer

NASTY = "<b>\"王' & 李</b>\u202e\n=1+1"
GROUPED = [("", gettext_lazy("All")), ("房屋", [(1, "漏 < 水"), (2, mark_safe("<i>堵</i>"))]), (3, 1234.5)]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput(attrs={"data-x": NASTY, "required": True, "hidden": False, "maxlength": 20}), NASTY),
        (forms.TextInput(), None),
        (forms.TextInput(), ""),
        (forms.NumberInput(attrs={"step": "any"}), 1234567),
        (forms.PasswordInput(), "x"),
        (forms.HiddenInput(), 0),
        (forms.DateInput(attrs={"type": "date"}), dt.date(2026, 11, 28)),
        (forms.CheckboxInput(), True),
        (forms.FileInput(attrs={"accept": "image/*"}), None),
        (forms.Textarea(attrs={"rows": 2}), NASTY),
        (forms.Textarea(), None),
        (forms.Select(choices=GROUPED), 2),
        (forms.SelectMultiple(choices=GROUPED), [1, 3]),
        (forms.Select(), None),
        (forms.RadioSelect(choices=GROUPED), 3),
        (forms.ClearableFileInput(), None),
    ],
)
@pytest.mark.parametrize("name", ["subject", NASTY])
def test_widgets_read_as_django_writes_them(widget, value, name):
    ours, djangos = (widget.render(name, value, {"id": "id_x"}, maker()) for maker in (PlainRenderer, DjangoTemplates))
    assert squeezed(ours) == squeezed(djangos)


def squeezed(html):
    """Leave out what stands between lines, which no browser shows in a drop-down; a text keeps its own."""
    return "".join(line.strip() for line in html.split("\n"))


class Everything(DeskPlainForm):
    """One field of every kind."""

    text = forms.CharField(label="名称", help_text="写 <b>全</b>", widget=forms.TextInput(attrs={"class": "wide"}))
    note = forms.CharField(required=False, widget=forms.Textarea)
    one = forms.ChoiceField(choices=GROUPED, required=False)
    kind = forms.ChoiceField(choices=GROUPED, widget=forms.RadioSelect, help_text="哪一种")
    some = forms.MultipleChoiceField(choices=GROUPED, widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField(label="同意", help_text="必选")
    photo = forms.FileField()
    day = forms.DateField(label="")
    secret = forms.CharField(widget=forms.HiddenInput, initial=NASTY)


@pytest.fixture
def crispys_own(settings):
    """Let crispy's templates stand in for ours of the same name."""

    def write(form):
        (engine,) = settings.TEMPLATES
        settings.TEMPLATES = [{**engine, "DIRS": []}]
        default_field_template.cache_clear()
        return render_crispy_form(form)

    default_field_template.cache_clear()
    yield write
    default_field_template.cache_clear()


@pytest.mark.parametrize("data", [None, {}, {"text": NASTY, "kind": "3", "some": ["1", "3"], "yes": "on", "day": "x"}])
def test_fields_read_as_crispy_writes_them(crispys_own, data):
    def form():
        found = Everything(data, user=None)
        del found.fields["once"]  # another key each time
        return found

    ours = render_crispy_form(form())
    assert ours.count("<input") > 10
    assertHTMLEqual(ours, crispys_own(form()))
