"""The demonstration: believable, the same every time, true to every rule of the register and of tickets."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections import Counter
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F

from complaints.models import (
    Assessment,
    Callback,
    CallbackAttempt,
    Caller,
    Category,
    Compensation,
    Department,
    Escalation,
    Pause,
    Promise,
    Reopening,
    Responsibility,
    Ticket,
)
from complaints.services import approvers_of, draw_callbacks, escalate_due, record_ticket, take_over_defaults
from complaints.services.clocks import set_deadlines
from complaints.workflow import TICKET, UNDER_WAY, TicketState
from fees.models import (
    AccountEntry,
    Allocation,
    Bill,
    Correction,
    Payment,
    Reduction,
    Reversal,
    Tariff,
    Tender,
    Till,
)
from fees.services import Money, charge_unit, take_payment
from frontdesk.estate.identity import clean_id_number, clean_phone, clean_plate
from frontdesk.estate.models import Document, DocumentLoan, Office, Person, Phone, Tenure, Unit, Vehicle
from frontdesk.estate.services import file_document, index_person, index_unit, index_vehicle
from frontdesk.home.demo import build, clock
from frontdesk.kit import verification
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.demo import PASSWORD, PIN, is_demonstration
from frontdesk.kit.models import Activity, SearchTerm
from frontdesk.kit.search import lookup
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role
from frontdesk.staff.services import set_pin
from tests.factories import OfficeFactory
from tests.tracing import untraced

DAY = dt.date(2026, 11, 22)
END = clock.at(DAY, clock.MORNING)
SECONDS = 20


def digest():
    """Return a fingerprint of everything a visitor of the demonstration can see, keys apart."""
    queries = (
        Office.objects.order_by("code").values_list("code", "name"),
        Unit.objects.order_by("office__code", "code").values_list("code", "state", "floor_area"),
        Person.objects.order_by("office__code", "id").values_list("name", "id_number", "card_on"),
        Phone.objects.order_by("id").values_list("number", "position"),
        Tenure.objects.order_by("id").values_list("unit__code", "person__name", "role", "starts", "ends"),
        Vehicle.objects.order_by("office__code", "plate").values_list("plate", "model"),
        Ticket.objects.order_by("office__code", "number").values_list(
            "number",
            "state",
            "subject",
            "received_at",
            "due_at",
            "replied_at",
            "unit__code",
            "assignee__name",
            "category__name",
            "department__name",
            "contractor__name",
            "part__name",
            "cause__name",
            "material",
            "major",
            "dispatch_due_at",
            "accept_due_at",
            "finish_due_at",
            "close_due_at",
            "paused_until",
            "incident__number",
        ),
        Category.objects.order_by("office__code", "id").values_list("name", "parent__name", "department__name"),
        Department.objects.order_by("office__code", "name", "members__username").values_list(
            "name", "members__username"
        ),
        Caller.objects.order_by("id").values_list("ticket__number", "name", "said", "called_at"),
        Pause.objects.order_by("id").values_list("ticket__number", "reason", "starts_at", "until"),
        Promise.objects.order_by("id").values_list("ticket__number", "text", "due_at", "state", "settled_at"),
        Escalation.objects.order_by("id").values_list("ticket__number", "clock", "level", "at", "seen_at"),
        Reopening.objects.order_by("id").values_list("ticket__number", "contractor__name", "due_at", "ended_at", "at"),
        Callback.objects.order_by("id").values_list("ticket__number", "due_on", "state", "satisfaction", "ended_at"),
        CallbackAttempt.objects.order_by("id").values_list("result", "at"),
        Responsibility.objects.order_by("id").values_list("ticket__number", "party", "share", "reason", "at"),
        Compensation.objects.order_by("id").values_list("ticket__number", "amount", "level", "state", "paid_at"),
        Assessment.objects.order_by("id").values_list("ticket__number", "expert", "due_on", "state"),
        Activity.objects.order_by("id").values_list("verb", "at", "actor_name", "note"),
        Document.objects.order_by("office__code", "number").values_list("number", "title", "dated"),
        User.objects.order_by("username").values_list("username", "name"),
        Tariff.objects.order_by("office__code", "position").values_list("name", "kind", "rates__rate"),
        Bill.objects.order_by("id").values_list(
            "unit__code", "vehicle__plate", "month", "amount", "outstanding", "parts"
        ),
        Payment.objects.order_by("id").values_list("number", "paid_at", "amount", "payer", "till__number"),
        Tender.objects.order_by("id").values_list("method", "amount", "reference"),
        Allocation.objects.order_by("id").values_list("payment__number", "amount", "at"),
        AccountEntry.objects.order_by("id").values_list("unit__code", "account", "amount", "at"),
        Till.objects.order_by("id").values_list("number", "state", "cash", "difference", "counts", "deposit_slip"),
        Reduction.objects.order_by("id").values_list("unit__code", "state", "starts", "requested_at"),
        Correction.objects.order_by("id").values_list("bill__unit__code", "state", "amount", "requested_at"),
        Reversal.objects.order_by("id").values_list("payment__number", "state", "requested_at"),
    )
    return hashlib.sha256(repr([list(query) for query in queries]).encode()).hexdigest()


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """Build it twice, the second time for the tests of this module; gone again at their end."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            build(END)
            first = digest()
            transaction.set_rollback(True)
        with transaction.atomic():
            with untraced():
                start = time.process_time()
                build(END)
                seconds = time.process_time() - start
            yield {"digests": {first, digest()}, "seconds": seconds}
            transaction.set_rollback(True)


@pytest.fixture
def demo(built, db):
    """The demonstration as one test finds it; what a test changes is undone after it."""
    return built


@pytest.fixture
def south(demo):
    """The larger office."""
    return Office.objects.get(code="demo-nanhu")


def test_demo_is_the_same_every_time(demo):
    assert len(demo["digests"]) == 1


def test_demo_is_built_quickly(demo):
    assert demo["seconds"] <= SECONDS


def test_demo_has_two_offices_of_the_promised_size(demo):
    assert {
        office.name: (office.shift_pattern, office.units.count(), office.tickets.count())
        for office in Office.objects.all()
    } == {"南湖花园管理处": ("A", 1260, 900), "北苑管理处": ("B", 300, 300)}


def test_demo_has_somebody_in_every_role_who_can_log_in(demo):
    roles = Counter(User.objects.values_list("memberships__role", flat=True))
    assert set(roles) == set(Role.values)
    for office in Office.objects.all():
        here = set(office.memberships.values_list("role", flat=True))
        assert here == set(Role.values) - {Role.COMPANY, Role.ADMIN}
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
        assert user.has_pin
        assert not user.must_change_password


def test_demo_pin_is_one_the_service_would_take(demo):
    set_pin(User.objects.get(username="demo-clerk1"), pin=PIN)


def test_demo_register_passes_every_check(demo):
    for kind, number in Person.objects.exclude(id_index="").values_list("id_kind", "id_number"):
        assert clean_id_number(kind, number) == number
    for number in Phone.objects.values_list("number", flat=True):
        assert clean_phone(number) == number
    for plate in Vehicle.objects.values_list("plate", flat=True):
        assert clean_plate(plate) == plate
    for unit in Unit.objects.all():
        assert unit.state in Unit.states_of(unit.kind)
    assert Tenure.objects.filter(ends__lt=F("starts")).count() == 0


def test_demo_has_vacant_and_let_homes_and_a_history(south):
    homes = Unit.objects.of_office(south).filter(kind="residence")
    assert 40 < homes.vacant().count() < 140
    current = Tenure.objects.of_office(south).filter(unit__kind="residence").current()
    assert current.filter(role="tenant").count() > 100
    assert Tenure.objects.of_office(south).past().count() > 50


def test_demo_tickets_are_numbered_without_gap_in_the_order_they_came(south):
    rows = list(Ticket.objects.of_office(south).order_by("received_at", "pk").values_list("number", flat=True))
    assert rows == [f"2026-{n:05d}" for n in range(1, 901)]


def test_demo_tickets_stand_in_every_state_and_some_are_overdue(south):
    states = Counter(Ticket.objects.of_office(south).values_list("state", flat=True))
    assert set(states) == set(TicketState.values)
    assert states["archived"] > 700
    assert Ticket.objects.of_office(south).overdue(END).count() >= 3


def test_demo_tickets_hold_what_their_state_says(demo):
    for ticket in Ticket.objects.select_related("assignee", "department", "contractor"):
        at = [ticket.received_at, ticket.dispatched_at, ticket.accepted_at, ticket.done_at]
        at = [moment for moment in (*at, ticket.replied_at, ticket.archived_at) if moment]
        assert at == sorted(at)
        assert at[-1] <= END
        assert bool(ticket.replied_at) == (ticket.state in {"replied", "archived"})
        assert bool(ticket.handler) >= (ticket.state in UNDER_WAY)
        assert "{" not in ticket.subject + ticket.body + ticket.result + ticket.reply


def test_demo_activity_is_a_lawful_way_through_the_process(demo):
    users = {user.pk: user for user in User.objects.all()}
    kind = ContentType.objects.get_for_model(Ticket)
    tickets = Ticket.objects.in_bulk()
    state = dict.fromkeys(tickets, "recorded")
    for row in Activity.objects.filter(content_type=kind).order_by("object_id", "at", "pk"):
        ticket = tickets[row.object_id]
        if row.verb not in TICKET.moves:
            assert row.verb in Ticket.verbs
            assert row.actor_id or row.verb == "escalate_ticket"
            continue
        assert users[row.actor_id].has_perm(TICKET[row.verb].permission, ticket)
        assert state[row.object_id] in TICKET[row.verb].sources
        state[row.object_id] = row.after.get("state", state[row.object_id])
        assert state[row.object_id] == TICKET[row.verb].target or TICKET[row.verb].target is None
    assert state == {pk: ticket.state for pk, ticket in tickets.items()}


def test_demo_deadlines_are_those_of_the_clocks(south):
    fields = ("dispatch_due_at", "accept_due_at", "finish_due_at", "close_due_at")
    for ticket in Ticket.objects.of_office(south).order_by("pk")[::9]:
        written = [getattr(ticket, name) for name in fields]
        set_deadlines(ticket)
        assert [getattr(ticket, name) for name in fields] == written


def test_demo_tickets_are_sorted_by_the_usual_lists(demo, south):
    assert take_over_defaults(south, by=User.objects.get(username="demo-supervisor1")) == 0
    assert not Ticket.objects.filter(category__isnull=True).exists()
    done = Ticket.objects.of_office(south).filter(kind__in=["repair", "rework"], state="archived")
    assert done.filter(cause__isnull=True).count() == 0
    assert done.filter(part__isnull=True).count() == 0
    rows = Ticket.objects.of_office(south)
    assert rows.exclude(category__office=south).count() == 0
    for department in Department.objects.of_office(south):
        assert department.members.exists()
    assert 3 <= rows.filter(state="dispatched", assignee=None, department__isnull=False).count() <= 30
    assert rows.under_way().filter(contractor__isnull=False).count() >= 3


def test_demo_shows_what_is_not_every_day(demo, south):
    rows = Ticket.objects.of_office(south)
    incident = rows.incidents().get()
    assert (incident.children.count(), incident.callers.count(), incident.state) == (3, 2, "accepted")
    assert rows.filter(major=True).count() == 1
    assert rows.filter(paused_until__gt=END).count() == Pause.objects.of_office(south).count() == 2
    states = Counter(Promise.objects.of_office(south).values_list("state", flat=True))
    assert set(states) == {"open", "kept", "broken"}
    assert Promise.objects.of_office(south).late(END).count() >= 2
    assert Promise.objects.open().filter(ticket__state="archived").count() == 0
    assert Callback.objects.of_office(south).due(END).count() >= 3
    assert Callback.objects.of_office(south).dissatisfied().count() >= 1
    steps = Escalation.objects.of_office(south)
    assert steps.filter(seen_at=None).count() >= 3
    assert steps.exclude(told__isnull=True).count() >= steps.count()
    assert not steps.filter(at__gt=END).exists()
    assert not steps.filter(ticket__incident=incident).exists()
    back = Reopening.objects.of_office(south)
    assert back.filter(contractor__isnull=False).exists()
    assert back.count() == Activity.objects.filter(verb="reopen_ticket", office=south).count()


def test_demo_calls_residents_back_and_no_colleague(demo):
    called = Callback.objects.with_call()
    assert not called.filter(ticket__channel=Ticket.Channel.PATROL).exists()
    assert not called.filter(phone__isnull=True).exists()


def test_demo_has_damages_in_every_state_and_somebody_to_approve_each(south):
    rows = Compensation.objects.of_office(south)
    assert Counter(rows.values_list("state", "level")) == {
        ("paid", 2): 1,
        ("approved", 1): 1,
        ("proposed", 1): 1,
        ("proposed", 2): 1,
        ("proposed", 3): 1,
    }
    for row in rows.to_decide():
        assert approvers_of(row)
    for row in rows:
        assert row.ticket.is_open == (row.state != "paid")
        assert sum(row.ticket.responsibilities.values_list("share", flat=True)) == 100
        assert history_of(row).exists()
    assert rows.filter(decided_by=F("proposed_by")).count() == 0
    asked = Assessment.objects.of_office(south)
    assert (asked.unanswered().count(), asked.filter(due_on__lt=DAY).count()) == (2, 1)
    answered = asked.get(state="answered")
    assert answered.finding
    assert attachments_of(answered).get().name == "鉴定报告.pdf"


def test_demo_has_nothing_left_to_go_up_or_to_draw(demo, south):
    monday = clock.at(DAY + dt.timedelta(days=1), dt.time(8, 30))
    escalate_due(monday)
    friday = clock.at(DAY - dt.timedelta(days=2), dt.time(17, 30))  # what ran out since then goes up just now
    assert not Escalation.objects.filter(at=monday, due_at__lt=friday).exists()
    assert draw_callbacks(south, DAY) == []


def test_demo_is_found_by_the_terms_the_services_would_write(south):
    for model, kind, write in (
        (Unit, "unit", index_unit),
        (Person, "person", index_person),
        (Vehicle, "vehicle", index_vehicle),
    ):
        for obj in model.objects.of_office(south).order_by("pk")[:20]:
            rows = SearchTerm.objects.filter(kind=kind, object_id=obj.pk).order_by("term")
            before = list(rows.values_list("term", flat=True))
            write(obj)
            assert list(rows.values_list("term", flat=True)) == before != []
    assert [hit.kind for hit in lookup([south.pk], "2026-00900")] == ["ticket"]


def test_numbering_goes_on_after_the_demo(south):
    clerk = User.objects.get(username="demo-clerk1")
    year = local_date().year
    ticket = record_ticket(office=south, by=clerk, subject="新的一件")
    assert ticket.number == (f"{year}-00901" if year == DAY.year else f"{year}-00001")
    last = Document.objects.of_office(south).filter(category="TZ", number__startswith=f"TZ-{year}").count()
    paper = file_document(office=south, by=clerk, category="TZ", title="新图", dated=DAY)
    assert paper.number == f"TZ-{year}-{last + 1:04}"


def test_demo_papers_are_numbered_and_some_are_out(south):
    numbers = (
        Document.objects.of_office(south).filter(category="YZ").order_by("number").values_list("number", flat=True)
    )
    assert list(numbers) == [f"YZ-2026-{n:04}" for n in range(1, len(numbers) + 1)]
    loans = DocumentLoan.objects.filter(document__office=south)
    assert (loans.out().count(), loans.overdue(DAY).count()) == (4, 1)
    assert set(loans.values_list("document__state", flat=True)) == {"out"}


def test_demo_made_again_changes_nothing(demo):
    said = StringIO()
    before = digest()
    call_command("demo", stdout=said)
    assert digest() == before
    assert len(said.getvalue().splitlines()) == 1


def test_demo_knows_itself(demo):
    assert is_demonstration()
    OfficeFactory(code="real")
    assert not is_demonstration()


def test_demo_beside_a_real_office_is_refused(demo):
    OfficeFactory(code="real")
    with pytest.raises(CommandError):
        call_command("demo", stdout=StringIO())


def test_demo_books_are_as_they_must_be(demo):
    assert verification.findings() == []


def test_demo_bills_three_months_and_most_households_have_paid(south):
    bills = Bill.objects.of_office(south)
    months = dict(bills.order_by().values_list("month").annotate(count=Count("pk")))
    assert sorted(months) == [dt.date(2026, 9, 1), dt.date(2026, 10, 1), dt.date(2026, 11, 1)]
    assert all(count > 900 for count in months.values())
    open_by_month = dict(bills.open().order_by().values_list("month").annotate(count=Count("pk")))
    assert all(0 < open_by_month[month] < months[month] * 0.65 for month in months)
    assert bills.filter(outstanding__gt=0, outstanding__lt=F("amount")).count() >= 3
    assert bills.filter(percent=70).count() == 6
    assert bills.filter(disputed_at__isnull=False).count() == 2
    assert {kind for (kind,) in bills.values_list("tariff__kind").distinct().order_by()} == {
        "property",
        "parking",
        "prepayment",
    }
    assert Unit.objects.of_office(south).filter(kind="parking", space_kind="").count() == 0


def test_demo_leaves_money_to_be_decided_and_counted(south):
    tills = Counter(Till.objects.of_office(south).values_list("state", flat=True))
    assert tills["open"] >= 1
    assert tills["counted"] >= 1
    assert tills["deposited"] > 20
    assert Reduction.objects.of_office(south).waiting().count() == 1
    assert Correction.objects.of_office(south).waiting().count() == 1
    assert Reversal.objects.of_office(south).waiting().count() == 1
    assert AccountEntry.objects.of_office(south).filter(account="advance").balance() > 0
    assert AccountEntry.objects.of_office(south).filter(account="utilities").balance() > 0


def test_receipts_go_on_after_the_demo(south):
    cashier = User.objects.get(username="demo-cashier1")
    before = Payment.objects.of_office(south).count()
    tariff = Tariff.objects.of_office(south).get(kind="renovation")
    bill = charge_unit(tariff, unit=Unit.objects.of_office(south).filter(kind="residence").first(), by=cashier)
    payment = take_payment(south, bills=[bill], money=[Money("cash", bill.amount)], by=cashier)
    assert payment.sequence == (before + 1 if local_date().year == DAY.year else 1)
    assert verification.findings() == []
