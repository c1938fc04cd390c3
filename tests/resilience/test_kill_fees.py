"""kill -9 in the middle of the month's run and while money is taken: nothing is lost, doubled or left half done.

The processes call the services as a worker and a web server do, each in a process of its own; they say on their
standard output what is committed, and are killed at a moment nobody chose.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time

import pytest

from tests.prepared import copy_into
from tests.serving import ROOT, place

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

NIGHTLY = bool(os.environ.get("NIGHTLY"))
KILLED_RUNS = 50 if NIGHTLY else 10
CASHIERS = 3
KILLED_COUNTERS = 50 if NIGHTLY else 10
"""Each time all cashiers' processes are killed at once: thirty kills."""
UNITS = 400
SETUP = "import django; django.setup()\nimport datetime as dt, json, sys, time, uuid\n"
PREPARE = f"""
from fees.models import BillRun, TariffRate
from frontdesk.estate.models import Unit
from tests.factories import AccountEntryFactory, BillFactory, MembershipFactory
from tests.factories import OfficeFactory, TariffFactory, UserFactory
for code in ("killed", "whole"):
    office = OfficeFactory(code=code)
    units = Unit.objects.bulk_create(
        Unit(office=office, code=f"1-1-{{n}}", floor_area=40 + n % 50, state="sold") for n in range({UNITS})
    )
    tariff = TariffFactory(office=office, unit_kinds=["residence"])
    TariffRate.objects.create(tariff=tariff, starts=dt.date(2020, 1, 1), rate="1.9")
    BillRun.objects.create(office=office, month=dt.date(2026, 11, 1))
    for unit in units[::3]:
        AccountEntryFactory(unit=unit, amount=50)
office = OfficeFactory(code="counter")
unit = Unit.objects.create(office=office, code="2-1-101", state="sold")
tariff = TariffFactory(office=office)
for number in range({CASHIERS}):
    MembershipFactory(office=office, role="cashier", user=UserFactory(username=f"cashier{{number}}"))
    BillFactory(unit=unit, tariff=tariff, source="charge", subject=f"cashier{{number}}", amount=5000)
"""
RUN = """
from fees.models import BillRun
from fees.services import bill_month, months
months.CHUNK = 5
run = BillRun.objects.select_related("office").get(office__code=sys.argv[1])
print(bill_month(run, lambda done, total, text: print(done, flush=True)), flush=True)
"""
PAY = """
from decimal import Decimal
from fees.models import Bill
from fees.services import Money, take_payment
from frontdesk.kit.once import once
from frontdesk.staff.models import User
cashier = User.objects.get(username=sys.argv[1])
bill = Bill.objects.select_related("office").get(subject=cashier.username)
number = int(sys.argv[2])
while True:
    name = f"{cashier.username}-{number}"
    with once(cashier, uuid.uuid5(uuid.NAMESPACE_OID, name), "/payments/add/", "same") as claim:
        receipt = claim.location
        if not receipt:
            bill.refresh_from_db()
            money = [Money("cash", Decimal("0.01"))]
            receipt = take_payment(bill.office, bills=[bill], money=money, by=cashier, payer=name).number
            claim.done(receipt)
    print(name, receipt, flush=True)
    number += 1
    time.sleep(0.03)  # somebody has to count the next one's money; SQLite lets nobody in while one never pauses
"""
LOOK = """
from fees.models import Allocation, AccountEntry, Bill, Payment
from frontdesk.kit import verification
def month(code):
    bills = Bill.objects.filter(office__code=code).order_by("unit__code")
    return [
        list(bills.values_list("unit__code", "amount", "outstanding", "rate", "quantity", "days", "parts", "due_on")),
        sorted(AccountEntry.objects.filter(unit__office__code=code).values_list("unit__code", "amount")),
        sorted(Allocation.objects.filter(bill__office__code=code).values_list("bill__unit__code", "amount")),
    ]
receipts = Payment.objects.order_by("sequence")
print(json.dumps({
    "killed": month("killed"),
    "whole": month("whole"),
    "receipts": [[bill, number] for bill, number in receipts.values_list("payer", "number")],
    "sequences": list(receipts.values_list("sequence", flat=True)),
    "findings": verification.findings(),
}, default=str))
"""


def start(environment, script, *words):
    command = [sys.executable, "-c", SETUP + script, *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def finish(process):
    said, _errors = process.communicate(timeout=300)
    assert process.returncode == 0
    return said


def pull(process):
    """Kill it; return what it had still said."""
    process.kill()
    with process.stdout as said:
        text = said.read()  # what lies in the pipe, and what was read ahead
    process.wait(30)
    return text


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An installation with two offices to be billed and a counter."""
    with place(tmp_path_factory.mktemp("killed")) as found:
        copy_into(found)
        finish(start(found, PREPARE))
        yield found


def look(environment):
    return json.loads(finish(start(environment, LOOK)))


def test_a_killed_run_ends_as_one_that_was_never_killed(environment):
    dice = random.Random(9)
    finish(start(environment, RUN, "whole"))
    cut_off = 0
    for _kill in range(KILLED_RUNS):
        process = start(environment, RUN, "killed")
        for _chunk in range(dice.randrange(1, 70)):
            if not process.stdout.readline():
                break
        time.sleep(dice.random() * 0.02)
        cut_off += process.poll() is None
        pull(process)
    assert cut_off == KILLED_RUNS
    new = int(finish(start(environment, RUN, "killed")).split()[-1])
    assert 0 <= new < UNITS  # what was committed before a kill was not done again
    found = look(environment)
    assert len(found["killed"][0]) == UNITS
    assert found["killed"] == found["whole"]
    assert found["findings"] == []


def test_every_receipt_that_was_given_stands_once_after_kill_9(environment):
    dice = random.Random(4)
    told: list[dict[str, str]] = [{} for _cashier in range(CASHIERS)]

    def hear(number, text):
        for line in text.splitlines():
            words = line.split()
            if len(words) == 2:
                told[number][words[0]] = words[1]

    for _kill in range(KILLED_COUNTERS):
        desks = [start(environment, PAY, f"cashier{number}", str(len(told[number]))) for number in range(CASHIERS)]
        for number, desk in enumerate(desks):
            for _receipt in range(dice.randrange(1, 4)):
                hear(number, desk.stdout.readline())
        time.sleep(dice.random() * 0.05)
        assert all(desk.poll() is None for desk in desks)
        for desk in desks:
            desk.kill()
        for number, desk in enumerate(desks):
            hear(number, pull(desk))
    before = sum(map(len, told))
    assert before >= KILLED_COUNTERS * CASHIERS
    found = look(environment)
    given = {name: number for one in told for name, number in one.items()}
    receipts = dict(found["receipts"])
    assert len(receipts) == len(found["receipts"])  # nothing was paid twice
    assert {name: receipts[name] for name in given} == given
    assert len(receipts) - len(given) <= KILLED_COUNTERS * CASHIERS  # committed, but cut off before it could be said
    assert found["sequences"] == list(range(1, len(receipts) + 1))
    assert found["findings"] == []
