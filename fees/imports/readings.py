"""The reading book as Excel: one row is one reading of one meter (R-FEE-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy as _

from fees import services
from fees.metering import LowerError, TooHighError, used_between
from fees.models import Meter
from frontdesk.kit.calendar import local_date
from frontdesk.kit.imports import NEW, SAME, ImportColumn, Importer, Row, RowForm, Sheet
from frontdesk.kit.imports.cells import ChoiceCell, DateCell, NumberCell, TextCell

if TYPE_CHECKING:
    from frontdesk.kit.jobs import Progress

KINDS = {
    "水": Meter.Kind.WATER,
    "水表": Meter.Kind.WATER,
    "电": Meter.Kind.ELECTRICITY,
    "电表": Meter.Kind.ELECTRICITY,
    "气": Meter.Kind.GAS,
    "燃气表": Meter.Kind.GAS,
    "燃气": Meter.Kind.GAS,
    "煤气": Meter.Kind.GAS,
}


class ReadingRow(RowForm):
    """One reading."""

    number = TextCell(max_length=40)
    kind = ChoiceCell(choices=Meter.Kind.choices, synonyms=KINDS, required=False)
    value = NumberCell(max_digits=12, decimal_places=3, min_value=0)
    read_on = DateCell(required=False)


class ReadingImporter(Importer):
    """R-FEE-03: a round with the reading book; the same reading again changes nothing."""

    kind = "fees.reading"
    label = _("Meter readings")
    help = _("One row for each meter: its number and what it shows. Unusually high ones wait to be looked at.")
    permission = "fees.import_bill"
    sheets = (
        Sheet(
            "readings",
            _("Readings"),
            names=("抄表", "抄表记录", "抄表本", "读数"),
            form_class=ReadingRow,
            key=("number", "kind", "read_on"),
            columns=[
                ImportColumn(
                    "number",
                    _("Meter no."),
                    labels=("表号", "仪表编号", "表编号", "水表号", "电表号", "表具编号"),
                    required=True,
                    example="W000123",
                ),
                ImportColumn(
                    "kind",
                    _("Kind"),
                    labels=("类型", "表类型", "种类", "表种"),
                    choices=Meter.Kind.labels,
                    help=_("Only where two meters have the same number."),
                ),
                ImportColumn(
                    "value",
                    _("Reading"),
                    labels=("读数", "本次读数", "本期读数", "表底", "止码", "本月读数"),
                    required=True,
                    example="1024",
                ),
                ImportColumn(
                    "read_on",
                    _("Read on"),
                    labels=("抄表日期", "日期", "抄表时间"),
                    help=_("Left empty, today."),
                    example="2026-10-31",
                ),
            ],
        ),
    )

    def prepare(self) -> None:
        """Read the office's meters with what they showed last."""
        self.meters: dict[str, list[Any]] = {}
        rows: Any = Meter.objects.of_office(self.office)
        for meter in rows.in_use().with_last_reading():
            self.meters.setdefault(meter.number.upper(), []).append(meter)

    def check(self, rows: dict[str, list[Row]]) -> None:
        """Find each row's meter, and see that it cannot have been misread."""
        seen: dict[int, Row] = {}
        for row in rows["readings"]:
            meter = self._meter(row)
            if meter is None:
                continue
            row.data["read_on"] = row.data["read_on"] or local_date()
            if meter.pk in seen:
                row.error("number", gettext("This is the same as in row %(row)s.") % {"row": seen[meter.pk].number})
                continue
            seen[meter.pk], row.existing = row, meter
            if not self._is_known(row):
                self._check(row, meter)

    def compare(self, row: Row) -> str:
        """Tell whether a reading came in before."""
        return SAME if self._is_known(row) else NEW

    def commit(self, rows: dict[str, list[Row]], *, progress: Progress) -> None:
        """Write the new readings down."""
        new = [row for row in rows["readings"] if row.outcome == NEW]
        for done, row in enumerate(new, 1):
            services.enter_reading(row.existing, value=row.data["value"], read_on=row.data["read_on"], by=self.by)
            if done % 100 == 0:
                progress(done, len(new), self.label)

    def _meter(self, row: Row) -> Any:
        found = self.meters.get(row.data["number"].upper(), [])
        if row.data["kind"]:
            found = [meter for meter in found if meter.kind == row.data["kind"]]
        if not found:
            row.error("number", gettext("No meter in use has this number."))
        elif len(found) > 1:
            row.error("kind", gettext("Several meters have this number: say which kind."))
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _is_known(row: Row) -> bool:
        meter = row.existing
        return bool((meter.last_on, meter.last_value) == (row.data["read_on"], row.data["value"]))

    @staticmethod
    def _check(row: Row, meter: Any) -> None:
        day, value = row.data["read_on"], row.data["value"]
        words = {"day": meter.last_on, "value": f"{meter.last_value.normalize():f}"}
        if day > local_date():
            row.error("read_on", gettext("This day lies ahead."))
        elif day <= meter.last_on and (day < meter.last_on or meter.last_on != meter.installed_on):
            row.error("read_on", gettext("It was read on %(day)s already: %(value)s.") % words)
        try:
            used_between(meter.last_value, value, digits=meter.digits)
        except TooHighError:
            row.error("value", gettext("The meter has fewer digits than this reading."))
        except LowerError:
            message = gettext("Lower than before (%(before)s): read it again. If the meter was changed, swap it.")
            row.error("value", message % {"before": words["value"]})
