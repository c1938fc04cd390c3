"""What may come in: size, name, contents. Pictures are painted anew, so that nothing but the picture is kept."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _, gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from frontdesk.kit.archives import BadArchive, check_office_file
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Attachment

if TYPE_CHECKING:
    from typing import Any

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.kit.files import Write

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2560
"""Pixels kept of a photo's longer side: enough to read a meter or a licence, a tenth of what a phone sends."""
PICTURES = {"jpg", "jpeg", "png", "webp"}
PAPERS = {"pdf", "xlsx", "docx"}
ACCEPT = ",".join(f".{extension}" for extension in sorted(PICTURES | PAPERS))
LEAST_INK = 60
"""Pixels of a drawing that differ from its ground at least: a stroke, not a dot."""
LONGEST_NAME = 120
LONGEST_EXTENSION = 10
UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\/\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
ARCHIVE_FAULTS = {
    "broken": gettext_lazy("“%(name)s” is damaged and cannot be opened."),
    "bomb": gettext_lazy("“%(name)s” unpacks to far more than an office file holds. It was refused."),
    "encrypted": gettext_lazy("“%(name)s” is protected by a password. Please save it without one."),
    "macros": gettext_lazy("“%(name)s” contains macros. Please save it without them."),
    "kind": gettext_lazy("“%(name)s” is not what its name says. Please save it again as .xlsx or .docx."),
}

# A picture that would fill the memory is an error, not a remark in the log.
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Accepted:
    """A checked upload: what it is and how to write what is kept of it."""

    name: str
    extension: str
    kind: str
    write: Write


class CappedUploadHandler(FileUploadHandler):
    """Stop keeping a file once it is larger than any page takes; `too_large` tells the page what happened."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's signature
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            self.request.file_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind this one."""


def uploaded_file(request: Any, field: str = "file") -> UploadedFile:
    """Return the file a form sent.

    Raises:
        DeskError: there is none, or it was larger than 10 MB.

    """
    if getattr(request, "file_too_large", False):
        raise too_large()
    upload = request.FILES.get(field)
    if upload is None:
        raise DeskError(_("Please choose a file."), field=field)
    return upload


def too_large() -> DeskError:
    return DeskError(_("The file is larger than 10 MB. Please send a smaller one."), field="file")


def check(upload: UploadedFile, *, kind: str = "") -> Accepted:
    """Decide whether a file may be kept, and as what. `kind` "photo", "before" or "after" takes pictures only.

    Raises:
        DeskError: with the reason for the person who sent it.

    """
    name = clean_name(upload.name or "")
    extension = name.rpartition(".")[2].lower()
    if (upload.size or 0) > MOST_BYTES:
        raise too_large()
    if not upload.size:
        raise DeskError(_("“%(name)s” is empty.") % {"name": name}, field="file")
    if extension in PICTURES:
        return _picture(upload, name, kind if kind in Attachment.PHOTOS else Attachment.Kind.PHOTO)
    if kind in Attachment.PHOTOS:
        raise DeskError(_("“%(name)s” is not a picture. Photos are .jpg or .png files.") % {"name": name}, field="file")
    if extension not in PAPERS:
        sentence = _("Files like “%(name)s” are not taken. Possible are pictures (.jpg, .png), .pdf, .xlsx and .docx.")
        raise DeskError(sentence % {"name": name}, field="file")
    return _paper(upload, name, extension)


def is_blank(upload: UploadedFile) -> bool:
    """Answer whether a drawing shows nothing: one colour, or no more than the dot of a finger that slipped.

    Raises:
        DeskError: it is no picture.

    """
    stream = io.BytesIO()
    check(upload, kind=Attachment.Kind.PHOTO).write(stream)
    with Image.open(stream) as image:
        seen = image.convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("L")
    counts = sorted(on_white.histogram())
    return sum(counts[:-1]) < LEAST_INK


def clean_name(name: str) -> str:
    """Return the sender's file name as harmless text: no folders, no control or direction characters, not too long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = UNSAFE_IN_NAME.sub("", name).strip(" .") or "file"
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    extension = extension[:LONGEST_EXTENSION]
    return stem[: LONGEST_NAME - len(extension) - 1] + dot + extension


def _paper(upload: UploadedFile, name: str, extension: str) -> Accepted:
    upload.seek(0)
    if extension == "pdf":
        if not upload.read(8).startswith(b"%PDF-"):
            raise DeskError(_("“%(name)s” is not a PDF file.") % {"name": name}, field="file")
    else:
        try:
            check_office_file(cast("BinaryIO", upload), extension)
        except BadArchive as fault:
            raise DeskError(ARCHIVE_FAULTS[fault.code] % {"name": name}, field="file") from fault
    return Accepted(name, extension, Attachment.Kind.DOCUMENT, lambda stream: copy(upload, stream))


def copy(upload: UploadedFile, stream: BinaryIO) -> None:
    """Write an upload as it came."""
    stream.writelines(upload.chunks())


def _picture(upload: UploadedFile, name: str, kind: str) -> Accepted:
    upload.seek(0)
    try:
        with Image.open(upload, formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise DeskError(_("“%(name)s” has too many pixels.") % {"name": name}, field="file")
            extension, data = _repaint(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        sentence = _("“%(name)s” is not a picture we can read. Please send it as .jpg or .png.")
        raise DeskError(sentence % {"name": name}, field="file") from error
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError) as error:
        raise DeskError(_("“%(name)s” is damaged and cannot be opened.") % {"name": name}, field="file") from error
    stem = name.rpartition(".")[0] or name
    return Accepted(f"{stem}.{extension}", extension, kind, lambda stream: stream.write(data))


def _repaint(image: Image.Image) -> tuple[str, bytes]:
    """Return a picture's pixels as a new file, upright, of bearable size, without place, camera or anything hidden."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    painted = ImageOps.exif_transpose(image)
    painted.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    keep_png = image.format == "PNG" or painted.has_transparency_data
    mode = ("RGBA" if painted.has_transparency_data else "RGB") if keep_png else "RGB"
    clean = Image.new(mode, painted.size)
    clean.paste(painted.convert(mode))
    data = io.BytesIO()
    if keep_png:
        clean.save(data, "PNG")
        return "png", data.getvalue()
    clean.save(data, "JPEG", quality=85)
    return "jpg", data.getvalue()
