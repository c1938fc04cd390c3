"""Opening balances: what households owed when the office changed to this software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.imports.rows import BATCH, FeeImporter, FeeRow, LineCell, MonthCell, digest, some
from fees.models import Bill
from fees.services import due_day
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.imports import NEW, ImportColumn, Row, Sheet
from frontdesk.kit.imports.cells import CodeCell, DateCell, MoneyCell

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from frontdesk.kit.jobs import Progress

FARTHEST = 12
"""Months ahead up to which an old ledger may have charged."""


class BalanceRow(FeeRow):
    """One thing a household still owes from before."""

    unit = CodeCell(max_length=30)
    tariff = LineCell(max_length=60)
    month = MonthCell()
    amount = MoneyCell(min_value=0)
    due_on = DateCell(required=False)
    subject = LineCell(max_length=120, required=False)

    def clean_month(self) -> dt.date:
        """Refuse what lies farther ahead than anybody charges."""
        month: dt.date = self.cleaned_data["month"]
        today = local_date()
        if (month.year - today.year) * 12 + month.month - today.month > FARTHEST:
            raise forms.ValidationError(_("This lies too far ahead."))
        return month

    def clean_amount(self) -> Decimal:
        """Refuse nothing: a row without an amount says nothing."""
        return some(self.cleaned_data["amount"])


class BalanceImporter(FeeImporter):
    """期初欠费 · what households owed when the office changed to this software."""

    kind = "fees.balance"
    label = _("Opening balances: what is owed")
    help = _("One row for each unit, tariff and month. The same row is never taken in twice.")
    sheets = (
        Sheet(
            "bills",
            _("What is owed"),
            names=("期初欠费", "欠费", "欠费明细", "费用信息", "应收"),
            form_class=BalanceRow,
            key=("unit", "tariff", "month", "subject"),
            columns=[
                ImportColumn(
                    "unit",
                    _("Unit"),
                    labels=("房号", "房屋编号", "单元房号", "房屋"),
                    required=True,
                    example="3-2-1502",
                ),
                ImportColumn(
                    "tariff",
                    _("Tariff"),
                    labels=("收费项目", "费用名称", "费用项目", "费用类型", "项目"),
                    required=True,
                    example="物业费",
                ),
                ImportColumn(
                    "month",
                    _("Month"),
                    labels=("月份", "账期", "所属月份", "费用月份", "计费起始时间", "费用开始时间"),
                    required=True,
                    example="2026-01",
                ),
                ImportColumn(
                    "amount",
                    _("Amount owed (yuan)"),
                    labels=("欠费金额", "欠费", "应收金额", "金额", "未收金额", "应缴金额"),
                    required=True,
                    example="170.05",
                ),
                ImportColumn("due_on", _("Due on"), labels=("应缴日期", "到期日", "缴费期限")),
                ImportColumn("subject", pgettext_lazy("bill", "For"), labels=("备注", "说明", "摘要")),
            ],
        ),
    )

    def reference(self, data: dict[str, Any]) -> str:
        """Return unit, tariff, month, and what it was for."""
        return f"import:{data['unit']}:{data['tariff'].pk}:{data['month']:%Y-%m}:{digest(data['subject'])}"

    def check(self, rows: dict[str, list[Row]]) -> None:
        """Refuse months the office has billed itself: nobody owes a month twice."""
        months = {row.data["month"] for row in rows["bills"]}
        billed = Bill.objects.of_office(self.office).filter(source=Bill.Source.RUN, month__in=months)
        there = set(billed.filter(vehicle__isnull=True).values_list("unit", "tariff", "month"))
        for row in rows["bills"]:
            if (row.data["unit"], row.data["tariff"].pk, row.data["month"]) in there:
                row.error("month", _("This month is billed already."))

    def commit(self, rows: dict[str, list[Row]], *, progress: Progress) -> None:
        """Enter the new rows as bills brought forward."""
        new = [row.data for row in rows["bills"] if row.outcome == NEW]
        for start in range(0, len(new), BATCH):
            made = Bill.objects.bulk_create(self._bill(data) for data in new[start : start + BATCH])
            activity.record_many(made, "import_bill", by=self.by)
            progress(min(start + BATCH, len(new)), len(new), self.label)

    def _bill(self, data: dict[str, Any]) -> Bill:
        return Bill(
            office=self.office,
            unit_id=data["unit"],
            tariff=data["tariff"],
            month=data["month"],
            source=Bill.Source.IMPORT,
            amount=data["amount"],
            outstanding=data["amount"],
            due_on=data["due_on"] or due_day(self.office, data["month"]),
            subject=data["subject"],
            reference=self.reference(data),
        )
