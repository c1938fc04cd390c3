"""For which stretches vehicles were charged before, and what was paid of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from fees.imports.rows import BATCH, FeeImporter, FeeRow, LineCell, digest, some
from fees.models import AccountEntry, Allocation, Bill
from fees.services import homes_of
from frontdesk.estate.models import Vehicle
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.imports import NEW, ImportColumn, Row, Sheet
from frontdesk.kit.imports.cells import CodeCell, DateCell, MoneyCell

if TYPE_CHECKING:
    from decimal import Decimal

    from frontdesk.kit.jobs import Progress


class ParkingRow(FeeRow):
    """One stretch for which a vehicle was charged, and what was paid of it."""

    plate = CodeCell(max_length=12, upper=True)
    tariff = LineCell(max_length=60)
    first = DateCell()
    last = DateCell()
    paid_on = DateCell(required=False)
    amount = MoneyCell(min_value=0)
    paid = MoneyCell(min_value=0, required=False)
    note = LineCell(max_length=120, required=False)

    def clean_plate(self) -> tuple[int, int]:
        """Return the vehicle and the unit its fee is put on."""
        found = self.importer.vehicles.get(self.cleaned_data["plate"])
        if found is None:
            raise forms.ValidationError(_("There is no vehicle with this plate."))
        if found[1] is None:
            raise forms.ValidationError(_("Nobody lives here to whom this vehicle belongs, and it has no space."))
        vehicle: tuple[int, int] = found
        return vehicle

    def clean_amount(self) -> Decimal:
        """Refuse nothing."""
        return some(self.cleaned_data["amount"])

    def clean(self) -> dict[str, Any]:
        """Check the order of days, and that no more was paid than was charged."""
        data = self.cleaned_data
        first, last, paid_on = data.get("first"), data.get("last"), data.get("paid_on")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        if paid_on and paid_on > local_date():
            self.add_error("paid_on", _("This is in the future."))
        amount, paid = data.get("amount"), data.get("paid")
        if amount is not None and paid is not None and paid > amount:
            self.add_error("paid", _("More was paid than charged: import the rest as paid in advance."))
        return data


class ParkingImporter(FeeImporter):
    """停车缴费历史 · for which stretches vehicles were charged before, and what was paid of it; no receipts."""

    kind = "fees.parking"
    label = _("Parking fees charged before")
    help = _("One row for each vehicle and stretch of days; no receipts are written. The same row comes in once.")
    sheets = (
        Sheet(
            "stays",
            _("Parking fees"),
            names=("车辆缴费历史", "停车费", "车位费", "停车缴费"),
            form_class=ParkingRow,
            key=("plate", "tariff", "first", "note"),
            repeats=True,
            columns=[
                ImportColumn("plate", _("Plate"), labels=("车牌号", "车牌"), required=True, example="粤B12345"),
                ImportColumn(
                    "tariff",
                    _("Tariff"),
                    labels=("收费项目", "费用名称", "费用项目", "费用类型"),
                    required=True,
                    example="停车费（公共车位）",
                ),
                ImportColumn(
                    "first", _("From"), labels=("开始时间", "开始日期", "起始日期"), required=True, example="2026-01-01"
                ),
                ImportColumn(
                    "last", _("To"), labels=("结束时间", "结束日期", "截止日期"), required=True, example="2026-12-31"
                ),
                ImportColumn("paid_on", _("Day of payment"), labels=("缴费时间", "缴费日期", "收款日期")),
                ImportColumn(
                    "amount",
                    _("Amount charged (yuan)"),
                    labels=("应缴金额", "应收金额", "金额"),
                    required=True,
                    example="260",
                ),
                ImportColumn(
                    "paid",
                    _("Amount paid (yuan)"),
                    labels=("实缴金额", "实收金额", "已缴金额"),
                    help=_("Empty: nothing was paid."),
                ),
                ImportColumn("note", _("Note"), labels=("备注", "说明", "收据号")),
            ],
        ),
    )

    def prepare(self) -> None:
        """Read the vehicles and where they belong as well."""
        super().prepare()
        rows = Vehicle.objects.of_office(self.office).current().values_list("plate", "pk", "person_id", "space_id")
        vehicles = list(rows)
        homes = homes_of({person for _plate, _pk, person, _space in vehicles})
        self.vehicles = {plate.upper(): (pk, homes.get(person, space)) for plate, pk, person, space in vehicles}

    def reference(self, data: dict[str, Any]) -> str:
        """Return vehicle, tariff, first day, and what was noted."""
        vehicle, _unit = data["plate"]
        return f"import:v{vehicle}:{data['tariff'].pk}:{data['first']}:{digest(data['note'])}"

    def commit(self, rows: dict[str, list[Row]], *, progress: Progress) -> None:
        """Enter each new row as a bill, and what was paid of it as money that came in before and paid it."""
        new = [row.data for row in rows["stays"] if row.outcome == NEW]
        for start in range(0, len(new), BATCH):
            part = new[start : start + BATCH]
            bills = Bill.objects.bulk_create(self._bill(data) for data in part)
            self._pay([(bill, data) for bill, data in zip(bills, part, strict=True) if data["paid"]])
            activity.record_many(bills, "import_bill", by=self.by)
            progress(min(start + BATCH, len(new)), len(new), self.label)

    def _bill(self, data: dict[str, Any]) -> Bill:
        vehicle, unit = data["plate"]
        stretch = f"{data['first']} – {data['last']}"
        return Bill(
            office=self.office,
            unit_id=unit,
            vehicle_id=vehicle,
            tariff=data["tariff"],
            month=data["first"].replace(day=1),
            source=Bill.Source.IMPORT,
            amount=data["amount"],
            outstanding=data["amount"] - (data["paid"] or 0),
            due_on=data["first"],
            subject=f"{stretch} {data['note']}".strip()[:120],
            reference=self.reference(data),
        )

    def _pay(self, paid: list[tuple[Bill, dict[str, Any]]]) -> None:
        """Put what was paid into the unit's account and draw it for the bill at once: the balance stays as it is."""
        moments = [_noon(data["paid_on"] or data["first"]) for _bill, data in paid]
        came, drawn = [], []
        for (bill, data), at in zip(paid, moments, strict=True):
            same: dict[str, Any] = {"unit_id": bill.unit_id, "at": at, "by": self.by}
            note = gettext("Paid before: %(bill)s") % {"bill": bill}
            came.append(AccountEntry(amount=data["paid"], note=note[:200], reference=bill.reference, **same))
            drawn.append(AccountEntry(amount=-data["paid"], note=gettext("Drawn for bills"), **same))
        AccountEntry.objects.bulk_create(came)
        entries = AccountEntry.objects.bulk_create(drawn)
        Allocation.objects.bulk_create(
            Allocation(bill=bill, amount=-entry.amount, entry=entry, at=entry.at)
            for (bill, _data), entry in zip(paid, entries, strict=True)
        )


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
