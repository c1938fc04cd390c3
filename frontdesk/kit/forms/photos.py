"""Several pictures at once, from a phone's camera or its gallery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_AT_ONCE = 9


class PhotosInput(forms.ClearableFileInput):
    """A file input for pictures: a phone offers its camera and the gallery, which `capture` would leave out."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": "image/*"})


class PhotosField(forms.FileField):
    """A list of pictures, empty when none was sent."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Check each of them."""
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > MOST_AT_ONCE:
            raise ValidationError(_("At most %(most)s pictures at once.") % {"most": MOST_AT_ONCE})
        return [super(PhotosField, self).clean(upload, initial) for upload in uploads]

    def bound_data(self, data: Any, _initial: Any) -> str:
        """Return the names: what a page can still show of files that were sent."""
        return ", ".join(upload.name for upload in data or ())
