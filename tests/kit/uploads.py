"""Files for tests that upload: a picture, a paper, a workbook with a surprise in it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from PIL import Image

from frontdesk.kit import files

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """Return a red picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind, **options)
    return stream.getvalue()


def contents(attachment: Any) -> bytes:
    """Return what a stored file holds, in clear."""
    with files.open_stored(attachment) as stream:
        return stream.read()


def book_of(attachment: Any, **how: Any) -> Any:
    """Open a stored workbook as Excel would; `data_only` as what does not calculate shows it."""
    return load_workbook(io.BytesIO(contents(attachment)), **how)


def workbook(**extra: bytes) -> bytes:
    """Return an empty workbook with further parts: `xl__vbaProject_bin` is xl/vbaProject.bin."""
    stream = io.BytesIO()
    Workbook().save(stream)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, data in extra.items():
            archive.writestr(name.replace("__", "/").replace("_bin", ".bin"), data)
    return stream.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """Return a file as a form sends it."""
    return SimpleUploadedFile(name, data)
