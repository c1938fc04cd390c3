"""Open an uploaded table: say clearly what is wrong with a file, and give its sheets as texts."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess  # nosec B404 - our own script, no shell
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from frontdesk.kit.archives import BadArchive, check_office_file
from frontdesk.kit.errors import DeskError
from frontdesk.kit.sealed import open_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

SANDBOX = Path(__file__).with_name("sandbox.py")
MOST_SECONDS = 30
EXTENSIONS = ("xlsx", "csv")
FILE_FAULTS = {
    "broken": gettext_lazy(
        "The file is damaged and cannot be read. Open it in Excel or WPS and save it again as .xlsx."
    ),
    "bomb": gettext_lazy("The file unpacks to far more than a table of 20,000 rows holds. It was refused."),
    "encrypted": gettext_lazy("The file is protected by a password. Please save it without one."),
    "macros": gettext_lazy("The file contains macros. Please save it as .xlsx (without macros)."),
    "kind": gettext_lazy("This is not an Excel table, whatever its name says. Please save it again as .xlsx."),
    "old_excel": gettext_lazy("This is the old Excel format (.xls). Open it and save it as .xlsx."),
    "html": gettext_lazy("This is a web page with the name of a table. Open it in Excel or WPS and save it as .xlsx."),
    "extension": gettext_lazy("Tables are read from .xlsx or .csv files."),
    "encoding": gettext_lazy("The text of this file mixes several encodings. Please save it as .xlsx."),
    "too_large": gettext_lazy("The table is too large: at most 20,000 rows and 100 columns are read at a time."),
    "empty": gettext_lazy("There is nothing in this file."),
}
SHEET_FAULTS = {
    "too_large": gettext_lazy(
        "The sheet reaches too far to the right or down. Delete the empty rows and columns at its end."
    ),
    "too_many_rows": gettext_lazy("The sheet has more than 20,000 rows. Please split it."),
    "too_many_columns": gettext_lazy("The sheet has more than 100 columns. Please delete those that are not needed."),
}
CELL_FAULTS = {
    "error_cell": gettext_lazy("The cell shows an error such as #N/A."),
    "formula": gettext_lazy(
        "The cell holds a formula whose value was not saved. Open the file in Excel and save it again."
    ),
    "long_number": gettext_lazy(
        "Excel has cut this long number off. Format the column as text and enter the number again."
    ),
}
OLD_FORMAT = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

logger = logging.getLogger(__name__)


class Fault(str):
    """A cell without a usable value; empty as text, it knows why."""

    __slots__ = ("code",)
    code: str

    @classmethod
    def of(cls, code: str) -> Fault:
        fault = cls("")
        fault.code = code
        return fault

    @property
    def message(self) -> Any:
        """What to tell the person whose file it is."""
        return CELL_FAULTS[self.code]


@dataclass
class SheetData:
    """One sheet of their file: rows by number from 0, cells as texts; blank rows are left out."""

    name: str
    hidden: bool = False
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    fault: str = ""

    @property
    def fault_message(self) -> Any:
        """Why the sheet cannot be read as a whole; empty when it can."""
        return SHEET_FAULTS[self.fault] if self.fault else ""


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def check_file(path: Path, extension: str) -> None:
    """Refuse what is no readable table, before anything unpacks it.

    Raises:
        DeskError: saying what to do about it.

    """
    with open_sealed(path) as stream:
        _check(stream, extension)


def _check(stream: BinaryIO, extension: str) -> None:
    head = stream.read(4096)
    if not head.strip():
        raise refusal("empty")
    if extension not in EXTENSIONS:
        raise refusal("extension")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise refusal("html")
    if head.startswith(OLD_FORMAT):
        raise refusal("encrypted" if ENCRYPTED in head + stream.read() else "old_excel")
    if extension == "xlsx":
        try:
            check_office_file(stream, extension)
        except BadArchive as fault:
            raise refusal("kind" if fault.code == "broken" and not head.startswith(b"PK") else fault.code) from fault
    elif head.startswith(b"PK"):
        raise refusal("kind")


def read_table(path: Path, extension: str, *, first: int = 0) -> list[SheetData]:
    """Return the sheets of a table with what they hold; with `first`, only so many rows of each.

    Raises:
        DeskError: the file cannot be read; the sentence says what to do.

    """
    check_file(path, extension)
    sheets: list[SheetData] = []
    merged: list[list[int]] = []
    for line in _lines(path, extension, first):
        if isinstance(line, list):
            sheets[-1].rows.append(
                (line[0], [cell if isinstance(cell, str) else Fault.of(cell["fault"]) for cell in line[1]])
            )
        elif "sheet" in line:
            if sheets:
                fill_merged(sheets[-1], merged)
            sheets.append(SheetData(line["sheet"], line["hidden"]))
            merged = line["merged"]
        elif not sheets or line["fault"] not in SHEET_FAULTS:
            raise refusal(line["fault"])
        else:
            sheets[-1].fault = line["fault"]
    if not any(sheet.rows or sheet.fault for sheet in sheets):
        raise refusal("empty")
    fill_merged(sheets[-1], merged)
    return sheets


def refusal(code: str) -> DeskError:
    """Return the error for a file that is not read."""
    return DeskError(FILE_FAULTS[code], field="file")


def _lines(path: Path, extension: str, first: int) -> Iterable[Any]:
    """Run the sandbox and give its lines; a reader that was killed or gave up means a file that is too large."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"}
    try:
        with _in_memory(path) as number:
            command = [sys.executable, "-I", str(SANDBOX), f"/proc/self/fd/{number}", extension, str(first)]
            done = subprocess.run(  # noqa: S603 # nosec B603
                command, capture_output=True, timeout=MOST_SECONDS, check=False, env=environment, pass_fds=(number,)
            )
    except subprocess.TimeoutExpired as error:
        raise refusal("too_large") from error
    if done.returncode:
        logger.warning(
            "A table could not be read, exit %s: %s", done.returncode, done.stderr[-500:].decode(errors="replace")
        )
        raise refusal("too_large" if done.returncode < 0 else "broken")
    return (json.loads(line) for line in done.stdout.splitlines() if line)


@contextmanager
def _in_memory(path: Path) -> Iterator[int]:
    """Lay a file in clear into memory, where the sandbox reads it by its number: it never lies on the disk so."""
    number = os.memfd_create("table")
    try:
        with open_sealed(path) as stream, os.fdopen(number, "wb", closefd=False) as copy:
            shutil.copyfileobj(stream, copy)
        yield number
    finally:
        os.close(number)


def fill_merged(sheet: SheetData, ranges: list[list[int]]) -> None:
    """Repeat the value of cells merged downwards in each of their rows, as people read them (a building's name)."""
    rows = dict(sheet.rows)
    for top, left, bottom, right in ranges:
        first = rows.get(top, [])
        if top == bottom or left != right or left >= len(first):
            continue
        for number in range(top + 1, bottom + 1):
            cells = rows.get(number)
            if cells is not None:
                cells.extend([""] * (left + 1 - len(cells)))
                cells[left] = cells[left] or first[left]
