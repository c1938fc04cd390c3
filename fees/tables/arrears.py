"""What households owe, the letters to them, the bills behind a ledger's numbers, as screen, print and Excel show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import Bill, DunnedBill, DunningBatch, DunningCall, DunningNotice
from fees.services import owners_of
from frontdesk.estate.models import Unit
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITE = Action(_("Write letters"), "fees:dunningbatch_add", "fees.write_dunning", "envelope-paper", "primary")
LETTERS = Action(_("Letters written"), "fees:dunningbatch_list", "fees.view_bill", "envelope")
LEDGER = Action(_("Collection"), "fees:ledger", "fees.view_bill", "table")
JOURNAL = Action(_("Daily journal"), "fees:journal", "fees.view_payment", "journal-text")


def codes_of(units: list[Any]) -> Mapping[Any, str]:
    """Read what units are called."""
    return dict(Unit.objects.filter(pk__in=units).values_list("pk", "code"))


def last_calls(units: list[Any]) -> Mapping[Any, str]:
    """Read when each household was last spoken to, and what came of it."""
    rows = DunningCall.objects.filter(unit__in=units).order_by("pk")
    return {call.unit_id: f"{localtime(call.at):%m-%d} {call.get_result_display()}" for call in rows}


def promises(units: list[Any]) -> Mapping[Any, Any]:
    """Read for which day each household last promised to pay."""
    rows = DunningCall.objects.filter(unit__in=units).last_promises().order_by()
    return dict(rows.values_list("unit", "promised_on"))


def levels_of(units: list[Any]) -> Mapping[Any, Any]:
    """Read the highest letter written about a bill that is still open, of each household."""
    rows = DunnedBill.objects.filter(bill__unit__in=units, bill__outstanding__gt=0).order_by()
    return dict(rows.values_list("bill__unit").annotate(highest=Max("level")))


class ArrearsTable(Table):
    """欠费 · one line for each household that is overdue."""

    code = Column(_("Unit"), load=codes_of, sort="unit__code", link="fees:arrears", link_pk="unit")
    owner = Column(_("Owner"), load=owners_of)
    owed = MoneyColumn(_("Overdue amount"), sort=True, total=True)
    oldest = DateColumn(_("Oldest due day"), sort=True)
    months = NumberColumn(_("Months open"), sort=True)
    to_30 = MoneyColumn(_("1–30 days"), sort=True, total=True)
    to_90 = MoneyColumn(_("31–90 days"), sort=True, total=True)
    to_365 = MoneyColumn(_("91–365 days"), sort=True, total=True)
    older = MoneyColumn(_("Over a year"), sort=True, total=True)
    disputed = MoneyColumn(_("Of it disputed"), sort=True, total=True, optional=True, default_shown=False)
    level = StateColumn(
        _("Letter written"), load=levels_of, choices=DunningBatch.Level.choices, styles=DunningBatch.TONES
    )
    promised_on = DateColumn(_("Promised for"), load=promises)
    called = Column(_("Last call"), load=last_calls, optional=True, css="date")
    office = Column(_("Office"), "unit__office__name", only_all=True)

    class Meta:
        model = Bill
        row = "unit"
        default_sort = ("-owed",)
        empty = _("Nobody is overdue")
        empty_text = _("A bill is overdue from the day after its due day.")
        empty_icon = "check2-circle"


class DunningBatchTable(Table):
    """Letters that were written."""

    made_at = DateTimeColumn(_("Made at"), sort=True, link="fees:dunningbatch")
    level = StateColumn(_("Level"), choices=DunningBatch.Level.choices, styles=DunningBatch.TONES, sort=True)
    households = NumberColumn(_("Households"), sort=True, total=True)
    amount = MoneyColumn(_("Amount"), sort=True, total=True)
    pay_by = DateColumn(_("Pay by"), sort=True)
    chosen = Column(_("Chosen by"), css="text")
    made_by = Column(_("Made by"), "made_by__name")

    class Meta:
        model = DunningBatch
        default_sort = ("-made_at",)
        empty = _("No letters yet")
        empty_text = _("The office's settings say after how many days overdue a letter is due.")
        empty_icon = "envelope-paper"
        first = WRITE


class DunningNoticeTable(Table):
    """The letters of one batch, in the order one walks."""

    position = NumberColumn(_("Order"), sort=True)
    number = Column(_("No."), sort=True)
    unit = Column(_("Unit"), "unit__code", sort=True, link="fees:arrears", link_pk="unit")
    addressee = Column(_("Addressee"), css="text")
    amount = MoneyColumn(_("Amount"), sort=True, total=True)

    class Meta:
        model = DunningNotice
        default_sort = ("position",)
        per_page = 100


class LedgerBillTable(Table):
    """The bills behind a number of the collection."""

    month = Column(_("Month"), sort=True, render=lambda value, _row: f"{value:%Y-%m}")
    unit = Column(_("Unit"), "unit__code", sort=True, link="fees:arrears", link_pk="unit")
    tariff = Column(_("Tariff"), "tariff__name", sort="tariff__position", link="fees:bill")
    vehicle = Column(_("Vehicle"), "vehicle__plate", optional=True)
    subject = Column(pgettext_lazy("bill", "For"), css="text", optional=True)
    source = ChoiceColumn(_("How it came about"), choices=Bill.Source.choices, optional=True, default_shown=False)
    charged = MoneyColumn(pgettext_lazy("ledger", "Charged"), sort=True, total=True)
    paid = MoneyColumn(pgettext_lazy("ledger", "Paid"), sort=True, total=True)
    outstanding = MoneyColumn(pgettext_lazy("ledger", "Open"), sort=True, total=True)
    due_on = DateColumn(_("Due on"), sort=True)
    is_contested = BooleanColumn(_("Disputed"), optional=True)

    class Meta:
        model = Bill
        default_sort = ("-month",)
        empty = _("No bills")
        empty_text = _("Choose other months, or another building or tariff.")
        empty_icon = "receipt"
