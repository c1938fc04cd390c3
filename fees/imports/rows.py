"""What rows and importers of money have in common: units and tariffs by name, nothing taken in twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, Tariff
from frontdesk.estate.models import Unit
from frontdesk.kit.forms.cleaning import clean_line
from frontdesk.kit.imports import NEW, SAME, Importer, Row, RowForm
from frontdesk.kit.imports.cells import DateCell, TextCell, plain
from frontdesk.kit.search import normal

if TYPE_CHECKING:
    from decimal import Decimal

BATCH = 500
MONTH = re.compile(r"(20\d{2}|19\d{2})(?:-|/|\.|年)?(0?[1-9]|1[0-2])月?")
ANOTHER_AMOUNT = _("This came in before with another amount: correct the bill, or write a note to tell them apart.")


class LineCell(TextCell):
    """One line: line ends and tabs inside become spaces."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_line(value or "", fold=False))


class MonthCell(DateCell):
    """A month: 2026-01, 2026年1月, 202601, or any day of it."""

    default_error_messages = {"invalid": _("This is not a month. Write it as 2026-01.")}

    def to_python(self, value: Any) -> dt.date | None:
        match = MONTH.fullmatch(re.sub(r"\s+", "", plain(value or "")))
        if match:
            return dt.date(int(match[1]), int(match[2]), 1)
        day = super().to_python(value)
        return day and day.replace(day=1)


class FeeRow(RowForm):
    """What rows about money have in common: a unit and a tariff by the names people use."""

    importer: Any

    def clean_unit(self) -> int:
        """Return the unit by the code people say aloud."""
        code = normal(self.cleaned_data["unit"])
        if code not in self.importer.units:
            raise forms.ValidationError(_("There is no unit with this code."))
        found: int = self.importer.units[code]
        return found

    def clean_tariff(self) -> Tariff:
        """Return the tariff by its name, or the only one of its kind: 物业费."""
        name = self.cleaned_data["tariff"]
        found = self.importer.tariff_named(name)
        if found is None:
            raise forms.ValidationError(_("The office has no tariff of this name, or several: write its own name."))
        tariff: Tariff = found
        return tariff


class FeeImporter(Importer):
    """What the importers of money have in common: read once, write once, nothing twice."""

    permission = "fees.import_bill"

    def prepare(self) -> None:
        """Read the office's units, tariffs, and what was imported before."""
        self.units = {normal(code): pk for code, pk in Unit.objects.of_office(self.office).values_list("code", "pk")}
        self.tariffs = list(Tariff.objects.of_office(self.office))
        rows = Bill.objects.of_office(self.office).filter(source=Bill.Source.IMPORT)
        self.known: dict[Any, Decimal] = dict(rows.values_list("reference", "amount"))

    def tariff_named(self, name: str) -> Tariff | None:
        """Return a tariff by name, else the only one of the kind that is called so."""
        wanted = normal(name)
        exact = [one for one in self.tariffs if normal(one.name) == wanted]
        found = exact or [one for one in self.tariffs if normal(str(one.get_kind_display())) == wanted]
        return found[0] if len(found) == 1 else None

    def reference(self, data: dict[str, Any]) -> Any:
        """Return what makes a row the same as one that came in before."""
        raise NotImplementedError

    def compare(self, row: Row) -> str:
        """Tell whether a row came in before; with another amount it is neither new nor the same."""
        before = self.known.get(self.reference(row.data))
        if before is None:
            return NEW
        if before != row.data["amount"]:
            row.error("amount", ANOTHER_AMOUNT)
        return SAME


def some(amount: Decimal) -> Decimal:
    if not amount:
        raise forms.ValidationError(_("Write down an amount above nothing."))
    return amount


def digest(text: str) -> str:
    """Return a short mark of a note, so that two rows that differ in it only are two."""
    return hashlib.sha256(normal(text).encode()).hexdigest()[:12] if text else ""
