"""The plug is pulled while cashiers take money in their browsers: what was confirmed is paid, once, with its receipt.

Many more kills, without a browser in between, are in `test_kill_fees`.
"""

from __future__ import annotations

import json
import os
import threading

import pytest

from tests.prepared import copy_into
from tests.resilience.desks import Desk, run, work_while_the_plug_is_pulled
from tests.serving import free_port, place

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

CASHIERS, KILLS = 3, 30 if os.environ.get("NIGHTLY") else 6
PAYMENTS_EACH = 4 * KILLS // CASHIERS
ALL = CASHIERS * PAYMENTS_EACH
PREPARE = f"""
import django; django.setup()
from frontdesk.estate.models import Unit
from tests.factories import BillFactory, MembershipFactory, OfficeFactory, TariffFactory, UserFactory
office = OfficeFactory(code="counter")
tariff = TariffFactory(office=office)
for number in range({CASHIERS}):
    unit = Unit.objects.create(office=office, code=f"2-1-{{number + 1}}01", state="sold")
    BillFactory(unit=unit, tariff=tariff, source="charge", amount=50)
    MembershipFactory(office=office, role="cashier", user=UserFactory(username=f"desk{{number}}"))
"""
UNITS = """
import django; django.setup()
import json
from frontdesk.estate.models import Unit
print(json.dumps(list(Unit.objects.order_by("code").values_list("pk", flat=True))))
"""
LOOK = """
import django; django.setup()
import json
from fees.models import Payment
from frontdesk.kit import verification
rows = Payment.objects.order_by("sequence")
print(json.dumps({
    "receipts": [[row.payer, row.pk, row.sequence, str(row.amount)] for row in rows],
    "findings": verification.findings(),
}, default=str))
"""


class Cashier(Desk):
    """Takes one yuan after the other from one household, which pays ahead once its bill is paid."""

    unit = 0

    def work(self):
        """Take money; every third time hang up and press again."""
        path = f"/fees/units/{self.unit}/"
        for number in range(PAYMENTS_EACH):
            payer = f"{self.name} 第{number}笔"
            form = {"amount": "1", "method": "cash", "payer": payer} | self.hidden(self.until_answered(path)[2])
            if number % 3 == 0:
                self.press_and_not_wait(path, form)
            status, location, _page = self.until_answered(path, form)
            assert status == 302, (status, payer)
            self.confirmed[payer] = location


def test_every_confirmed_payment_has_its_one_receipt_after_kill_9(tmp_path):
    port, closed = free_port(), threading.Event()
    desks = [Cashier(f"http://127.0.0.1:{port}", f"desk{number}", closed) for number in range(CASHIERS)]
    with place(tmp_path) as environment:
        copy_into(environment)
        run(environment, PREPARE)
        for desk, unit in zip(desks, json.loads(run(environment, UNITS)), strict=True):
            desk.unit = unit
        try:
            work_while_the_plug_is_pulled(environment, desks, port, range(2, 4 * KILLS, 4))
        finally:
            closed.set()
        found = json.loads(run(environment, LOOK))
    confirmed = {payer: location for desk in desks for payer, location in desk.confirmed.items()}
    assert len(confirmed) == ALL
    assert {payer: f"/payments/{pk}/receipt/" for payer, pk, _sequence, _amount in found["receipts"]} == confirmed
    assert [sequence for _payer, _pk, sequence, _amount in found["receipts"]] == list(range(1, ALL + 1))
    assert {amount for _payer, _pk, _sequence, amount in found["receipts"]} == {"1.00"}
    assert found["findings"] == []
    assert sum(desk.cut_off for desk in desks) >= KILLS
