"""Readings of meters: written down, looked at, mended, and the bills made of them (R-FEE-03)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from fees import services
from fees.filters.metering import MeterReadingFilter
from fees.forms.metering import ConfirmForm, CorrectForm, MonthForm, ReadingForm
from fees.models import Meter, MeterReading
from fees.tables.metering import BILL, METERS, MeterReadingTable
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict
from frontdesk.kit.pages import FormPage, ListPage, MovePage, Preset
from frontdesk.kit.periods import month_before

if TYPE_CHECKING:
    from frontdesk.kit.models import Job

FIRST_MONTH = dt.date(2000, 1, 1)


class ReadingAdd(MovePage):
    """What it shows today."""

    model = Meter
    permission = "fees.read_meter"
    related = ("office", "unit")
    title = _("Read the meter")
    button = _("Write down")
    form_class = ReadingForm
    service = services.read_meter
    success = _("Written down.")

    def get_object(self) -> Meter:
        """Return the meter of the address."""
        rows = self.get_queryset().select_related(*self.related)
        meter: Meter = get_object_or_404(rows, pk=self.kwargs["meter_pk"])
        return meter

    @property
    def text(self) -> str:
        """Say what it showed last."""
        last = self.object.readings.order_by("-read_on").first()
        since, before = (
            (self.object.installed_on, self.object.first_reading)
            if last is None
            else (
                last.read_on,
                last.value,
            )
        )
        return str(_("%(day)s: %(value)s") % {"day": since, "value": f"{before.normalize():f}"})

    @property
    def is_too_late(self) -> bool:
        """Answer whether it is out by now."""
        return self.object.removed_on is not None

    def _too_late(self) -> Conflict:
        return Conflict(_("This meter is out already."))


class MeterReadingList(ListPage):
    """R-FEE-03: what was read, what is unusual, what is billed."""

    table = MeterReadingTable
    filterset = MeterReadingFilter
    title = _("Meter readings")
    permission = "fees.view_meter"
    export_permission = "fees.export_bill"
    actions = (BILL, METERS)
    presets = (
        Preset(_("To be looked at"), "state=to_confirm"),
        Preset(_("Not billed"), "state=unsettled"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits for somebody to look."""
        rows: Any = self.get_queryset()
        return {"state=to_confirm": rows.to_confirm().count()}


class ReadingAct(MovePage):
    """An act on one reading."""

    model = MeterReading
    related = ("meter__office", "meter__unit", "bill")


class ReadingConfirm(ReadingAct):
    """It is unusually high, and right."""

    permission = "fees.confirm_reading"
    title = _("Unusually high, but right")
    button = _("It is right")
    form_class = ConfirmForm
    service = services.confirm_reading
    success = _("Confirmed: it is billed with its month.")

    @property
    def text(self) -> str:
        """Say what was used and what is usual."""
        row, measure = self.object, self.object.meter.measure
        usual = "–" if row.usual is None else f"{row.usual.normalize():f}"
        words = {"used": f"{row.used.normalize():f}", "usual": usual, "measure": measure}
        return str(_("Used %(used)s %(measure)s, usual would be %(usual)s.") % words)

    @property
    def is_too_late(self) -> bool:
        """Answer whether nobody needs to look any more."""
        return not self.object.must_be_confirmed

    def _too_late(self) -> Conflict:
        return Conflict(_("Nobody needs to look at this reading any more."))


class ReadingCorrect(ReadingAct):
    """It was misread."""

    permission = "fees.read_meter"
    title = _("Correct the reading")
    button = _("Correct it")
    form_class = CorrectForm
    service = services.correct_reading
    success = _("Corrected.")

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was written down."""
        return {"value": f"{self.object.value.normalize():f}"}

    @property
    def is_too_late(self) -> bool:
        """Answer whether it, or the reading after it, is billed by now."""
        return not services.can_be_corrected(self.object, self.later)

    @property
    def later(self) -> MeterReading | None:
        """Return the reading after it."""
        rows = self.object.meter.readings.filter(read_on__gt=self.object.read_on)
        found: MeterReading | None = rows.order_by("read_on").first()
        return found

    @property
    def text(self) -> str:
        """Say that the reading after it follows."""
        if self.later is None:
            return ""
        return str(_("What was used up to the reading of %(day)s follows.") % {"day": self.later.read_on})

    def _too_late(self) -> Conflict:
        if self.object.is_settled:
            return Conflict(_("It is billed: the bill is corrected instead."))
        return Conflict(_("The reading after it is billed: that bill is corrected instead."))


class BillReadings(FormPage):
    """A month's readings: looked at first, then billed by a job."""

    model = MeterReading
    form_class = MonthForm
    permission = "fees.run_bills"
    title = _("Bill a month's readings")
    button = _("Make the bills")
    success = _("The bills are being made.")
    needs_office = True
    template_name = "fees/bill_readings.html"

    @property
    def month(self) -> dt.date:
        """Return the month asked for, the last one by default."""
        asked = self.request.GET.get("month", "")
        try:
            day = parse_date(f"{asked[:7]}-01")
        except ValueError:
            day = None
        last = local_date().replace(day=1)
        return min(max(day, FIRST_MONTH), last) if day else month_before(local_date()).first

    def get_initial(self) -> dict[str, Any]:
        """Begin with the month that is shown."""
        return {"month": f"{self.month:%Y-%m}"}

    def get_context(self) -> dict[str, Any]:
        """Add what the month comes to."""
        if self.office is None:
            return {}
        lines, waiting, unpriced = services.preview_meters(self.office, self.month)
        kinds = dict(Meter.Kind.choices)
        return {
            "month": self.month,
            "lines": [(kinds[Meter.Kind(line.kind)], line) for line in lines],
            "waiting": waiting,
            "unpriced": unpriced,
        }

    def perform(self, form: Any) -> Job:
        return services.start_meter_bills(self.office, by=self.user, **form.values())
