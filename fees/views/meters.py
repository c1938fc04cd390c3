"""Meters: the register, one with its readings, swapped or taken out (R-FEE-03)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees import services
from fees.filters.metering import MeterFilter
from fees.forms.metering import MeterForm, SwapForm
from fees.models import Meter, MeterReading
from fees.tables.metering import ADD_METER, READINGS, MeterTable
from frontdesk.kit.errors import Conflict
from frontdesk.kit.listing.links import Link
from frontdesk.kit.models import Attachment
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset

SHOWN = 24


class MeterList(ListPage):
    """R-FEE-03: every meter, with what it showed last."""

    table = MeterTable
    filterset = MeterFilter
    words = ("with_last_reading",)
    title = _("Meters")
    permission = "fees.view_meter"
    export_permission = "fees.export_bill"
    actions = (ADD_METER, READINGS)
    presets = (
        Preset(_("Not read this month"), "state=unread"),
        Preset(_("Shared"), "whose=shared"),
        Preset(_("In use"), "state=in_use"),
        Preset(_("All"), ""),
    )


class MeterAdd(FormPage):
    """One more meter."""

    model = Meter
    form_class = MeterForm
    permission = "fees.change_meter"
    title = _("Register a meter")
    button = _("Register the meter")
    success = _("Registered: %(object)s")
    save = services.add_meter


class MeterEdit(FormPage):
    """Change a meter."""

    model = Meter
    form_class = MeterForm
    permission = "fees.change_meter"
    related = ("office", "unit", "building")
    title = _("Edit the meter")
    save = services.edit_meter


class MeterDetail(DetailPage):
    """One meter: whose, how it counts, what was read on it."""

    model = Meter
    permission = "fees.view_meter"
    related = ("office", "unit", "building", "replaces", "replaced_by")
    card = "fees/_meter.html"
    edit_permission = "fees.change_meter"

    def get_context(self) -> dict[str, Any]:
        """Add its readings with their photos, and what can be done with the last of them and the unusual ones."""
        meter, may = self.object, self.user.has_perm
        readings = list(meter.readings.select_related("by", "confirmed_by", "bill", "cost")[:SHOWN])
        photos = photos_of(readings)
        may_read = may("fees.read_meter", meter)
        rows, later = [], None
        for reading in readings:
            is_doubtful = later is None or reading.must_be_confirmed
            mendable = may_read and is_doubtful and services.can_be_corrected(reading, later)
            rows.append((reading, mendable, photos.get(reading.pk, [])))
            later = reading
        is_out = meter.removed_on is not None
        return {
            "badge": (pgettext_lazy("meter", "Taken out"), "muted") if is_out else (_("In use"), "ok"),
            "readings": rows,
            "may_confirm": may("fees.confirm_reading", meter),
            "sees_unit": may("estate.view_unit", meter),
            "sees_bill": may("fees.view_bill", meter),
            "sees_cost": may("fees.view_sharedcost", meter),
            "moves": [] if is_out else self._acts(),
            "minor": [],
        }

    def _acts(self) -> list[Link]:
        meter, acts = self.object, []
        if self.user.has_perm("fees.read_meter", meter):
            read = reverse("fees:meterreading_add", args=[meter.pk])
            acts.append(Link(_("Read it"), read, "speedometer2", "primary"))
        if self.user.has_perm("fees.change_meter", meter):
            acts.append(Link(_("Swap or take out"), reverse("fees:meter_swap", args=[meter.pk]), "arrow-left-right"))
        return acts


def photos_of(readings: list[MeterReading]) -> dict[int, list[Attachment]]:
    """Return the photos of readings, with one query."""
    kind = ContentType.objects.get_for_model(MeterReading)
    rows = Attachment.objects.present().filter(content_type=kind, object_id__in=[row.pk for row in readings])
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.object_id].append(row)
    return found


class MeterSwap(MovePage):
    """Another meter in its place, or none."""

    model = Meter
    permission = "fees.change_meter"
    related = ("office", "unit", "building")
    title = _("Swap or take out")
    form_class = SwapForm
    service = services.swap_meter
    success = _("Done: %(object)s")
    text = _("What was used up to this day is billed by the last reading.")

    @property
    def is_too_late(self) -> bool:
        """Answer whether it is out by now."""
        return self.object.removed_on is not None

    def get_success_url(self, obj: Any) -> str:
        """Lead to the new meter."""
        url: str = obj.get_absolute_url()
        return url

    def _too_late(self) -> Conflict:
        return Conflict(_("This meter is out already."))
