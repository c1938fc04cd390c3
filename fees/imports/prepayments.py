"""Opening balances: what households had with the office when it changed to this software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy as _

from fees.imports.rows import BATCH, FeeImporter, FeeRow, LineCell, digest, some
from fees.models import AccountEntry
from frontdesk.kit.imports import NEW, ImportColumn, Row, Sheet
from frontdesk.kit.imports.cells import ChoiceCell, CodeCell, MoneyCell

if TYPE_CHECKING:
    from decimal import Decimal

    from frontdesk.kit.jobs import Progress

Account = AccountEntry.Account
ACCOUNT_WORDS = {
    "预存": Account.ADVANCE,
    "预交": Account.ADVANCE,
    "预收款": Account.ADVANCE,
    "预付": Account.ADVANCE,
    "公摊": Account.UTILITIES,
    "公摊水电": Account.UTILITIES,
    "公摊预存": Account.UTILITIES,
    "水电预存": Account.UTILITIES,
}


class PrepaymentRow(FeeRow):
    """What a household has with the office from before."""

    unit = CodeCell(max_length=30)
    account = ChoiceCell(choices=Account.choices, synonyms=ACCOUNT_WORDS, required=False, empty_value=Account.ADVANCE)
    amount = MoneyCell(min_value=0)
    note = LineCell(max_length=120, required=False)

    def clean_amount(self) -> Decimal:
        """Refuse nothing."""
        return some(self.cleaned_data["amount"])


class PrepaymentImporter(FeeImporter):
    """期初预存 · what households had with the office when it changed to this software."""

    kind = "fees.prepayment"
    permission = "fees.import_prepayment"
    label = _("Opening balances: paid in advance")
    help = _("One row for each unit and account; no receipts are written. The same row is never taken in twice.")
    sheets = (
        Sheet(
            "entries",
            _("Paid in advance"),
            names=("期初预存", "预存", "预收款", "预存款"),
            form_class=PrepaymentRow,
            key=("unit", "account", "note"),
            columns=[
                ImportColumn(
                    "unit",
                    _("Unit"),
                    labels=("房号", "房屋编号", "单元房号", "房屋"),
                    required=True,
                    example="3-2-1502",
                ),
                ImportColumn(
                    "account",
                    _("Kind of prepayment"),
                    labels=("账户", "类型", "预存类型", "款项"),
                    choices=Account.labels,
                    help=_("Empty: paid in advance for any bill."),
                ),
                ImportColumn(
                    "amount",
                    _("Amount (yuan)"),
                    labels=("金额", "余额", "预存余额", "预存金额", "预收金额"),
                    required=True,
                    example="500.00",
                ),
                ImportColumn("note", _("Note"), labels=("备注", "说明", "摘要", "收据号")),
            ],
        ),
    )

    def prepare(self) -> None:
        """Read what was imported before as well."""
        super().prepare()
        rows = AccountEntry.objects.of_office(self.office).filter(reference__startswith="import:")
        self.known = {
            (unit, reference): amount for unit, reference, amount in rows.values_list("unit", "reference", "amount")
        }

    def reference(self, data: dict[str, Any]) -> tuple[int, str]:
        """Return unit, account and note."""
        return data["unit"], f"import:{data['account']}:{digest(data['note'])}"

    def commit(self, rows: dict[str, list[Row]], *, progress: Progress) -> None:
        """Enter the new rows in the accounts."""
        new = [row.data for row in rows["entries"] if row.outcome == NEW]
        for start in range(0, len(new), BATCH):
            AccountEntry.objects.bulk_create(self._entry(data) for data in new[start : start + BATCH])
            progress(min(start + BATCH, len(new)), len(new), self.label)

    def _entry(self, data: dict[str, Any]) -> AccountEntry:
        unit, reference = self.reference(data)
        note = data["note"] or gettext("Brought forward")
        return AccountEntry(
            unit_id=unit, account=data["account"], amount=data["amount"], note=note, reference=reference, by=self.by
        )
