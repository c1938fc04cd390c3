"""What was typed into a form that failed comes back under the words the form had."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import translation

from frontdesk.kit.kept import asks, kept_form

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEXT = "下午三点后在家！"
UNWRITTEN = (forms.HiddenInput, forms.PasswordInput)


def pages(patterns=None, way=""):
    """Yield every address with a form: path, form class."""
    for pattern in patterns or get_resolver().url_patterns:
        here = way + re.sub(r"<(?:int|uuid):\w+>", "1", str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from pages(pattern.url_patterns, here) if not here.startswith("admin/") else ()
            continue
        view = pattern.callback
        for page in getattr(view, "pages", ()) or (getattr(view, "view_class", view),):
            if getattr(page, "form_class", None):
                yield "/" + re.sub(r"<slug:\w+>", getattr(page, "move", ""), here), page.form_class


def written_in(form):
    """Return the fields of a form class in which something is written down; one built row by row declares none."""
    return {
        name: field
        for name, field in form.base_fields.items()
        if not isinstance(field, forms.FileField | forms.BooleanField) and not isinstance(field.widget, UNWRITTEN)
    }


PAGES = [(path, form) for path, form in pages() if not path.startswith("/f/") and written_in(form)]


def labels(path, data):
    request = RequestFactory().post(path, data)
    request.user = AnonymousUser()
    return {field.name: field.label for field in kept_form(request).fields}


def test_forms_are_found():
    assert {"/tickets/add/", "/tickets/1/reply_ticket/", "/colleagues/add/"} <= {path for path, _form in PAGES}


@pytest.mark.parametrize(("path", "form"), PAGES, ids=[path for path, _form in PAGES])
def test_every_page_keeps_the_labels_of_its_form(path, form):
    written = written_in(form)
    with translation.override("zh-hans"):
        found = labels(path, dict.fromkeys(written, TEXT))
        assert found == {name: str(field.label) for name, field in written.items()}
    assert [label for label in found.values() if not CHINESE.search(label)] == []


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ["报事人姓名", "详细情况"]), ("en", ["Caller's name", "In detail"])]
)
def test_labels_speak_the_language_in_force(language, words):
    with translation.override(language):
        assert list(labels("/tickets/add/", {"caller_name": "张伟", "body": TEXT}).values()) == words


def test_what_was_typed_without_javascript_has_the_fields_label():
    with translation.override("zh-hans"):
        assert labels("/tickets/add/", {"unit__text": "三栋一五〇二"}) == {"unit__text": "住户"}


@pytest.mark.parametrize("path", ["/nowhere/", "/tickets/1/no_such_move/", "/household/"])
def test_a_page_without_a_form_goes_by_the_fields_name(path):
    with translation.override("en"):
        assert labels(path, {"contact_name": "张伟", "reason": TEXT}) == {
            "contact_name": "Contact name",
            "reason": "Reason",
        }


def test_a_plain_function_says_its_form():
    class Form(forms.Form):
        name = forms.CharField(label="名")

    @asks(Form)
    def view(request):
        raise NotImplementedError

    assert view.form_class is Form
