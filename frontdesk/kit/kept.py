"""What somebody typed into a form whose page then failed: taken out of the request so that it can be offered again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.forms.utils import pretty_name
from django.http import RawPostDataException, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.forms import BaseForm
    from django.http import HttpRequest, QueryDict

SECRET = re.compile(r"password|secret|(?:^|_)(?:pin|otp)\d?(?:_|$)", re.IGNORECASE)
"""Never sent back into a page: a form with one of these is opened anew."""
UNSEEN = frozenset({"once", "version", "next"})
CHOSEN = re.compile(r"\d{0,6}|[0-9a-f-]{32,36}|[a-z][a-z_-]{1,40}|[\w-]+:[\w-]+:[\w-]+")
"""Values picked rather than written (keys of choices, signatures): they travel along unseen."""
TYPED = "__text"
"""What the input of a search field without JavaScript is called after its field."""
ONE_LINE = 60
MOST = 200_000
"""Characters; more than that is no form of ours."""


@dataclass(frozen=True)
class KeptField:
    """One text to show again."""

    name: str
    label: str
    value: str

    @property
    def long(self) -> bool:
        """Tell whether it needs more than a line."""
        return len(self.value) > ONE_LINE or "\n" in self.value


@dataclass(frozen=True)
class KeptForm:
    """The texts of a form, the values that go with them, and whether it may be sent again from here."""

    action: str
    resend: bool
    files: bool
    fields: list[KeptField] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)


def kept_form(request: HttpRequest, *, may_resend: bool = True) -> KeptForm | None:
    """Return what the person typed, or None when there was nothing worth keeping."""
    posted = _posted(request)
    if posted is None or any(SECRET.search(name) for name in posted if name != "csrfmiddlewaretoken"):
        return None
    pairs = [(name, value) for name, values in posted.lists() for value in values if name != "csrfmiddlewaretoken"]
    if not pairs or sum(len(value) for _name, value in pairs) > MOST:
        return None
    files, labels = bool(request.FILES), _labels(request)
    written = [(name, value) for name, value in pairs if name not in UNSEEN and not CHOSEN.fullmatch(value)]
    if not written and not may_resend:
        return None
    return KeptForm(
        action=request.get_full_path(),
        resend=may_resend and not files,
        files=files,
        fields=[KeptField(name, _label(name, labels), value) for name, value in written],
        hidden=[pair for pair in pairs if pair not in written],
    )


def asks(form_class: type[BaseForm]) -> Callable[[Any], Any]:
    """Say which form a plain function shows, so that what was typed into it keeps the form's labels."""

    def mark(view: Any) -> Any:
        view.form_class = form_class
        return view

    return mark


def _labels(request: HttpRequest) -> dict[str, str]:
    """Return the labels of the form that belongs to the address, by field; none when the address tells no form."""
    try:
        # Resolved anew: a form stopped on the way in, as by a locked screen, has not reached its page.
        view, _args, kwargs = resolve(request.path_info, getattr(request, "urlconf", None))
    except Resolver404:
        return {}
    page: Any = getattr(view, "view_class", view)
    if hasattr(view, "pages"):  # one address for all moves of a kind of record
        page = next((page for page in view.pages if page.move == kwargs.get("move")), None)
    fields = getattr(getattr(page, "form_class", None), "base_fields", {})
    return {name: str(field.label) for name, field in fields.items() if field.label}


def _label(name: str, labels: Mapping[str, str]) -> str:
    """Return the words the form had beside a field; else what its name says, by Django, or in lower case by a model."""
    known = labels.get(name.removesuffix(TYPED))
    if known:
        return known
    label = pretty_name(name)
    translated = _(label)
    return translated if translated != label else capfirst(_(label.lower()))


def _posted(request: HttpRequest) -> QueryDict | None:
    """Read the body if there is one that can still be read."""
    if request.method != "POST":
        return None
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, RawPostDataException, UnreadablePostError):
        return None
