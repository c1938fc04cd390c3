"""A signature drawn with a finger or a pen on the counter's tablet; without JavaScript one signs on paper."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

PREFIX = "data:image/png;base64,"
LARGEST = 400_000
"""Characters of a drawing: many times what a name written with a finger takes."""


class SignaturePad(forms.HiddenInput):
    """A field to draw in; signature.js puts the picture into the hidden input."""

    input_type = "hidden"

    @property
    def is_hidden(self) -> bool:
        """Show it with its label: only its value is hidden."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:  # noqa: ARG002
        """Draw the pad and the button that wipes it."""
        return format_html(
            '<div class="signature" data-signature>'
            '<canvas width="600" height="200" role="img" aria-label="{}"></canvas>'
            '<button type="button" class="btn btn-secondary btn-sm" data-wipe>{}</button>'
            '<input type="hidden" name="{}" value=""{}></div>',
            _("Sign here"),
            _("Wipe"),
            name,
            flatatt({key: text for key, text in (attrs or {}).items() if key == "id"}),
        )


class SignatureField(forms.CharField):
    """The drawn picture as an uploaded PNG, None when nothing was drawn."""

    widget = SignaturePad

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "label": _("Signature on the screen"), **options})

    def clean(self, value: Any) -> Any:
        """Turn what the pad sent into a file; whether it is a picture is asked when it is kept."""
        text = str(value or "")
        if not text:
            return None
        if not text.startswith(PREFIX) or len(text) > LARGEST:
            raise ValidationError(_("The signature could not be read. Please sign again."))
        try:
            data = base64.b64decode(text[len(PREFIX) :], validate=True)
        except binascii.Error as error:
            raise ValidationError(_("The signature could not be read. Please sign again.")) from error
        return SimpleUploadedFile("signature.png", data, content_type="image/png")
