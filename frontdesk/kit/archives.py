"""Look into a zip-based file (.xlsx, .docx) before anything unpacks it. Needs the standard library only."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

MOST_ENTRIES = 200
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
RATIO_MATTERS_FROM = 4 * 1024 * 1024
"""Below this unpacked size a high ratio is harmless: short tables of equal cells shrink that far honestly."""
OFFICE_FILES = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}


class BadArchive(Exception):
    """The reason why an archive is not opened; `code` is one of broken, bomb, encrypted, macros, kind."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_office_file(file: Path | BinaryIO, extension: str) -> None:
    """Read a zip directory and refuse bombs, encrypted entries, macros and files of another kind.

    Raises:
        BadArchive: with the reason.

    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise BadArchive("broken") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadArchive("encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > RATIO_MATTERS_FROM and unpacked > MOST_RATIO * packed
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or too_dense:
        raise BadArchive("bomb")
    names = {entry.filename.replace("\\", "/").lstrip("/").lower() for entry in entries}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BadArchive("macros")
    if OFFICE_FILES[extension] not in names or "[content_types].xml" not in names:
        raise BadArchive("kind")
