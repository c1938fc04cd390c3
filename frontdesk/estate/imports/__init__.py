"""How an office's register comes in from Excel (R-EST-07)."""

from frontdesk.estate.imports.flat import RegisterImporter
from frontdesk.estate.imports.workbook import WorkbookImporter

__all__ = ("RegisterImporter", "WorkbookImporter")
