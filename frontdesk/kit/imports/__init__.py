"""Tables from outside: declared importers, a guessed mapping, a preview, one transaction that writes all or nothing."""

from frontdesk.kit.imports.declaring import (
    CHANGED,
    NEW,
    SAME,
    ImportColumn,
    Importer,
    Row,
    RowForm,
    Sheet,
    importer_for,
    importers,
)
from frontdesk.kit.imports.working import run_import

__all__ = (
    "CHANGED",
    "NEW",
    "SAME",
    "ImportColumn",
    "Importer",
    "Row",
    "RowForm",
    "Sheet",
    "importer_for",
    "importers",
    "run_import",
)
