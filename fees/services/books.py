"""The ledgers as workbooks: a sheet for each question, heads that stay in sight, sums below (R-FEE-10, R-FEE-11)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _, pgettext

from fees.services.ledgers import methods
from frontdesk.kit.exports import SheetColumn, new_book, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from fees.services.ledgers import Collection, Journal, Taken

CHARGED, PAID = 2, 3
"""Where these stand in a sheet of the collection."""


def write_collection(
    stream: IO[bytes], found: Collection, title: str, questions: Sequence[tuple[str, Any, Any]]
) -> None:
    """Write a sheet for each question: its lines with charged, paid, open and the share collected, summed up."""
    book = new_book(title)
    for name, label, head in questions:
        columns = [
            SheetColumn(head, width=24),
            SheetColumn(_("Number of bills"), "integer", total=True),
            SheetColumn(pgettext("ledger", "Charged"), "money", total=True),
            SheetColumn(pgettext("ledger", "Paid"), "money", total=True),
            SheetColumn(pgettext("ledger", "Open"), "money", total=True),
            SheetColumn(pgettext("ledger", "Collected"), "percent", width=10, total=_share),
        ]
        rows = [
            (line.label or _("no building"), line.bills, line.charged, line.paid, line.open, line.rate)
            for line in found.lines(name)
        ]
        write_sheet(book, columns, rows, title=str(label), totals=True)
    book.save(stream)


def write_journal(stream: IO[bytes], journal: Journal, title: str) -> None:
    """Write the day: cashiers by means, and receipt by receipt with the means of each."""
    book = new_book(title)
    means = [SheetColumn(label, "money", total=True) for _name, label in methods()]
    columns = [
        SheetColumn(_("Cashier"), width=16),
        SheetColumn(_("Receipts"), "integer", total=True),
        *means,
        SheetColumn(_("Together"), "money", total=True),
        SheetColumn(_("Voids"), "integer", total=True),
        SheetColumn(_("Voided"), "money", total=True),
        SheetColumn(_("Number of refunds"), "integer", total=True),
        SheetColumn(_("Paid back"), "money", total=True),
    ]
    write_sheet(book, columns, (_line(one) for one in journal.cashiers), title=_("By cashier"), totals=True)
    receipts = [
        *(
            SheetColumn(head)
            for head in (_("Receipt no."), _("Kind"), _("Takes back"), _("Unit"), pgettext("receipt", "Paid by"))
        ),
        SheetColumn(_("Paid at"), "datetime"),
        SheetColumn(_("Cashier")),
        *means,
        SheetColumn(_("Amount"), "money", total=True),
        SheetColumn(_("Slip no.")),
        SheetColumn(_("Note"), width=30),
    ]
    write_sheet(book, receipts, _receipts(journal), title=_("Receipts"), totals=True)
    book.save(stream)


def _line(one: Taken) -> tuple[Any, ...]:
    amounts = (one.by_method[name] for name, _label in methods())
    return (one.cashier, one.receipts, *amounts, one.total, one.voids, one.voided, one.refunds, one.refunded)


def _receipts(journal: Journal) -> Iterator[tuple[Any, ...]]:
    for row in journal.rows:
        tenders: Iterable[Any] = row.tenders.all()
        by_method: dict[str, Decimal] = {}
        for tender in tenders:
            by_method[tender.method] = by_method.get(tender.method, 0) + tender.amount
        yield (
            row.number,
            row.get_kind_display(),
            row.reverses.number if row.reverses else "",
            row.unit.code if row.unit else "",
            row.payer,
            localtime(row.paid_at),
            str(row.taken_by),
            *(by_method.get(name) for name, _label in methods()),
            row.amount,
            "、".join(tender.reference for tender in tenders if tender.reference),
            row.note,
        )


def _share(sums: Mapping[int, Decimal]) -> Decimal | None:
    return sums[PAID] / sums[CHARGED] if sums[CHARGED] else None
