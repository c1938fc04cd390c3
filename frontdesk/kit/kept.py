"""What somebody typed into a form whose page then failed: taken out of the request so that it can be offered again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.forms.utils import pretty_name
from django.http import RawPostDataException, UnreadablePostError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

SECRET = re.compile(r"password|secret|(?:^|_)(?:pin|otp)\d?(?:_|$)", re.IGNORECASE)
"""Never sent back into a page: a form with one of these is opened anew."""
UNSEEN = frozenset({"once", "version", "next"})
CHOSEN = re.compile(r"\d{0,6}|[0-9a-f-]{32,36}|[a-z][a-z_-]{1,40}|[\w-]+:[\w-]+:[\w-]+")
"""Values picked rather than written (keys of choices, signatures): they travel along unseen."""
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
    files = bool(request.FILES)
    written = [(name, value) for name, value in pairs if name not in UNSEEN and not CHOSEN.fullmatch(value)]
    if not written and not may_resend:
        return None
    return KeptForm(
        action=request.get_full_path(),
        resend=may_resend and not files,
        files=files,
        fields=[KeptField(name, _label(name), value) for name, value in written],
        hidden=[pair for pair in pairs if pair not in written],
    )


def _label(name: str) -> str:
    """Return the words the form had beside a field: made from its name by Django, or in lower case by a model."""
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
