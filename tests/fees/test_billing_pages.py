"""The pages of tariffs, runs, bills, corrections and reductions as the desk uses them."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from fees.models import (
    Bill,
    BillRun,
    Correction,
    FeeSettings,
    Reduction,
    Tariff,
    TariffException,
)
from fees.services import Owed, adjust_bill, bill_month, dispute_bill, take_over_tariffs
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.models import Job, OnceKey
from tests.factories import (
    AccountEntryFactory,
    AdjustmentFactory,
    BillFactory,
    BillRunFactory,
    CorrectionFactory,
    LentKeyFactory,
    ReductionFactory,
    TariffExceptionFactory,
    TariffFactory,
    TariffRateFactory,
    TenureFactory,
    UnitFactory,
)
from tests.fees.conftest import NOVEMBER

pytestmark = pytest.mark.django_db


def once(**data):
    return {"once": str(uuid4()), **data}


def url(name, *args):
    return reverse(f"fees:{name}", args=args)


def at(page, client, *args, **query):
    return client.get(url(page, *args), query)


@pytest.fixture
def homes(tariffs):
    """The property fee of residences."""
    return tariffs.get(unit_kinds=["residence"], kind="property")


@pytest.fixture
def picture():
    """A photo of the signed application."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "JPEG")
    return SimpleUploadedFile("申请书.jpg", stream.getvalue(), "image/jpeg")


def filled_in(client, page, *args):
    """Return what an edit form sends when nobody changed anything."""
    form = at(page, client, *args).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value is not None and value is not False}


# ---- tariffs ----


def test_an_office_without_tariffs_is_offered_the_usual_ones(office, supervisor, client_of):
    client = client_of(supervisor)
    assert url("tariff_defaults") in at("tariff_list", client).content.decode()
    assert client.post(url("tariff_defaults")).status_code == 302
    assert Tariff.objects.filter(office=office).count() == 10
    assert url("tariff_defaults") not in at("tariff_list", client).content.decode()


def test_tariff_is_added_with_its_rate(office, supervisor, client_of):
    client = client_of(supervisor)
    data = {"name": "垃圾费", "kind": "other", "basis": "unit_month", "unit_kinds": ["residence"], "position": "3"}
    answer = client.post(url("tariff_add"), once(**data))
    tariff = Tariff.objects.get()
    assert answer.url == tariff.get_absolute_url()
    assert (tariff.office, tariff.unit_kinds, tariff.basis) == (office, ["residence"], "unit_month")
    client.post(url("tariffrate_add", tariff.pk), once(starts="2026-12-01", rate="8"))
    assert tariff.rates.get().rate == Decimal(8)
    page = client.get(tariff.get_absolute_url())
    assert "¥8" in page.content.decode()
    assert "住宅" in {change.new for entry in page.context["entries"] for change in entry.changes}


def test_rate_to_come_is_taken_back_from_the_tariffs_page(tariffs, homes, supervisor, clerk, client_of):
    rate = TariffRateFactory(tariff=homes, starts=dt.date(2099, 1, 1), rate=Decimal(19))
    page, client = url("tariffrate_withdraw", rate.pk), client_of(supervisor)
    assert page in client.get(homes.get_absolute_url()).content.decode()
    assert page not in client_of(clerk).get(homes.get_absolute_url()).content.decode()
    assert "1.90" in client.get(page).content.decode()
    assert client.post(page, once(reason="多写了一个零")).url == homes.get_absolute_url()
    assert homes.rates.count() == 1


def test_tariff_nobody_would_pay_is_refused_at_its_field(supervisor, client_of):
    data = {"name": "车位费", "kind": "parking", "basis": "vehicle_month", "position": "3"}
    answer = client_of(supervisor).post(url("tariff_add"), once(**data))
    assert list(answer.context["form"].errors) == ["space_kinds"]


def test_tariff_is_edited_by_the_first_of_two_only(homes, supervisor, manager, client_of):
    one, other = client_of(supervisor), client_of(manager)
    data = [filled_in(client, "tariff_edit", homes.pk) for client in (one, other)]
    assert one.post(url("tariff_edit", homes.pk), data[0] | {"name": "住宅物业费"}).status_code == 302
    assert other.post(url("tariff_edit", homes.pk), data[1] | {"name": "物业管理费"}).status_code == 409
    homes.refresh_from_db()
    assert homes.name == "住宅物业费"


def test_unit_is_excepted_and_the_exception_ends(homes, flat, supervisor, client_of):
    client = client_of(supervisor)
    data = once(unit=str(flat.pk), starts="2026-11-01", reason="样板房", rate="", ends="")
    assert client.post(url("tariffexception_add", homes.pk), data).url == homes.get_absolute_url()
    row = TariffException.objects.get()
    assert (row.unit, row.rate) == (flat, None)
    page = client.get(homes.get_absolute_url()).content.decode()
    assert url("tariffexception_end", row.pk) in page
    client.post(url("tariffexception_end", row.pk), {"ends": "2027-01-31"})
    row.refresh_from_db()
    assert row.ends == dt.date(2027, 1, 31)


def test_settings_are_saved_and_refused_at_their_field(office, supervisor, client_of):
    client = client_of(supervisor)
    data = filled_in(client, "settings")
    answer = client.post(url("settings"), data | {"notice_days": "60"})
    assert list(answer.context["form"].errors) == ["letter_days"]
    assert client.post(url("settings"), data | {"big_change": "30", "visit_minutes": "24小时"}).status_code == 302
    own = FeeSettings.of(office)
    assert (own.big_change, own.visit_minutes, own.free_minutes) == (30, 1440, 60)


# ---- the month's run ----


def test_preview_is_looked_at_and_the_run_started(office, flat, tariffs, supervisor, client_of):
    client = client_of(supervisor)
    page = at("billrun_add", client, month="2026-11-01")
    assert page.context["preview"].amount == Decimal("170.05")
    assert (BillRun.objects.count(), Job.objects.count()) == (0, 0)
    answer = client.post(url("billrun_add"), once(month="2026-11-01"))
    run = BillRun.objects.get()
    assert answer.url == run.get_absolute_url()
    assert (run.month, run.office, run.job.kind) == (NOVEMBER, office, "fees.bill_month")
    assert reverse("kit:job", args=[run.job.pk]) in client.get(answer.url).content.decode()


def test_run_is_refused_without_a_rate(office, flat, supervisor, client_of):
    TariffFactory(office=office)
    answer = client_of(supervisor).post(url("billrun_add"), once(month="2026-11-01"))
    assert (answer.status_code, BillRun.objects.count()) == (200, 0)
    assert list(answer.context["form"].errors) == ["month"]


@pytest.mark.parametrize("month", ["2019-01-01", "soon", "", "2026-13-01"])
def test_preview_of_a_month_that_is_not_offered_is_of_this_one(office, supervisor, client_of, month):
    page = at("billrun_add", client_of(supervisor), month=month)
    assert (page.status_code, page.context["month"].day) == (200, 1)


def test_run_shows_what_it_billed_by_tariff(office, flat, tariffs, clerk, client_of):
    run = BillRun.objects.create(office=office, month=NOVEMBER)
    bill_month(run, lambda *_args: None)
    AdjustmentFactory(bill=run.bills.get())
    page = client_of(clerk).get(run.get_absolute_url())
    (row,) = page.context["rows"]
    assert (row["count"], row["amount"], row["adjusted"]) == (1, Decimal("170.05"), Decimal("-10.00"))


def test_what_would_differ_is_corrected_where_it_is_ticked(office, flat, tariffs, manager, supervisor, client_of):
    other = UnitFactory(office=office)
    run = BillRun.objects.create(office=office, month=NOVEMBER)
    bill_month(run, lambda *_args: None)
    for unit in (flat, other):
        unit.floor_area = Decimal("80.00")
        unit.save()
    client = client_of(manager)
    page = at("billrun_correct", client, run.pk)
    marks = [mark for _bill, _one, mark, ticked in page.context["rows"] if ticked]
    assert len(marks) == 2
    refused = client.post(url("billrun_correct", run.pk), once(chosen=marks[:1], reason=""))
    assert list(refused.context["form"].errors) == ["reason"]
    assert [ticked for *_row, ticked in refused.context["rows"]] == [True, False]
    answer = client.post(url("billrun_correct", run.pk), once(chosen=marks[:1], reason="面积更正"))
    assert answer.url == run.get_absolute_url()
    assert sorted(run.bills.values_list("outstanding", flat=True)) == [Decimal("152.00"), Decimal("170.05")]
    assert "面积更正" in client.get(answer.url).content.decode()  # its history says so, and can be read
    assert client_of(supervisor).get(url("billrun_correct", run.pk)).status_code == 403  # R-FEE-09
    stale = client.post(url("billrun_correct", run.pk), once(chosen=marks[:1], reason="面积更正"))
    assert list(stale.context["form"].errors) == ["chosen"]


# ---- bills ----


def test_bill_explains_itself(flat, homes, clerk, cashier, client_of, pay):
    bill = BillFactory(unit=flat, tariff=homes)
    pay(bill, amount="100")
    page = client_of(clerk).get(bill.get_absolute_url())
    (step,) = page.context["steps"]
    assert (step.formula, step.amount) == ("89.5 m² × 1.9", Decimal("170.05"))
    assert (page.context["amount"], page.context["paid"]) == (Decimal("170.05"), Decimal("100.00"))
    assert str(bill.allocations.get().payment) in page.content.decode()


def test_bill_costs_a_fixed_number_of_queries(flat, owe, clerk, client_of, django_assert_num_queries):
    bill, client = owe(), client_of(clerk)
    client.get(bill.get_absolute_url())
    for _n in range(2):
        with django_assert_num_queries(11):
            client.get(bill.get_absolute_url())
        for _m in range(3):
            AdjustmentFactory(bill=bill)
            CorrectionFactory(bill=bill, state="refused")


def test_disputed_bill_is_shown_and_settled(owe, clerk, client_of):
    bill, client = owe(), client_of(clerk)
    client.post(url("bill_dispute", bill.pk), once(reason="说已交过"))
    bill.refresh_from_db()
    assert bill.is_disputed
    assert "说已交过" in client.get(bill.get_absolute_url()).content.decode()
    assert at("bill_dispute", client, bill.pk).status_code == 409
    client.post(url("bill_settle", bill.pk), once(note="查到收据,不欠"))
    bill.refresh_from_db()
    assert not bill.is_disputed


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "open"}, 3),
        ({"state": "overdue"}, 1),
        ({"state": "disputed"}, 1),
        ({"state": "paid"}, 1),
        ({"month_after": "2026-11", "month_before": "2026-11"}, 1),
        ({"month_before": "2026-10"}, 3),
        ({"source": "charge"}, 4),
        ({"q": "装修"}, 1),
        ({}, 4),
    ],
)
def test_bills_are_found(owe, supervisor, client_of, query, found):
    owe(due=dt.date(2026, 10, 5))
    dispute_bill(owe(due=dt.date(2099, 10, 5)), reason="说已交过", by=supervisor)
    owe(outstanding=Decimal("0.00"))
    owe(due=dt.date(2099, 12, 5), month=NOVEMBER, subject="装修管理费")
    assert at("bill_list", client_of(supervisor), **query).context["screen"].count == found


def test_bills_of_a_unit_are_found_by_its_link(owe, flat, office, clerk, client_of):
    owe()
    owe(unit=UnitFactory(office=office))
    assert at("bill_list", client_of(clerk), unit=flat.pk).context["screen"].count == 1


def test_bills_go_away_as_excel_with_their_totals(owe, cashier, client_of):
    owe("100.00")
    owe("70.05")
    answer = client_of(cashier, confirmed=True).get(url("bill_list"), {"export": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True))
    assert any(170.05 in row for row in rows[-1:])


def test_totals_of_bills_add_up_to_what_is_owed(owe, pay, flat, supervisor, client_of):
    pay(owe("100.00"), amount="40")
    adjust_bill(owe("170.05"), amount=Decimal("-70.05"), reason="重复计费", by=supervisor)
    screen = at("bill_list", client_of(supervisor), unit=flat.pk).context["screen"]
    totals = {column.name: text for column, text in screen.totals if text}
    assert totals == {"amount": "270.05", "adjusted": "-70.05", "paid": "40.00", "outstanding": "160.00"}
    assert Decimal("160.00") == Bill.objects.filter(unit=flat).owed()


def test_what_was_paid_of_a_corrected_bill_goes_to_excel(owe, pay, supervisor, client_of):
    bill = owe("100.00")
    adjust_bill(bill, amount=Decimal("-25.00"), reason="重复计费", by=supervisor)
    bill.refresh_from_db()
    pay(bill, amount="50")
    answer = client_of(supervisor, confirmed=True).get(url("bill_list"), {"export": "xlsx"})
    head, row, totals = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True))[
        -3:
    ]
    first = head.index("出账金额（元）")
    assert row[first : first + 4] == totals[first : first + 4] == (100, -25, 50, 25)


def test_bill_that_is_late_is_called_by_the_word_of_bills(owe, supervisor, client_of):
    owe(due=dt.date(2026, 10, 5))
    text = at("bill_list", client_of(supervisor)).content.decode()
    assert '<span class="visually-hidden">逾期 </span>2026-10-05' in text


@pytest.mark.parametrize(
    ("name", "make", "number"),
    [
        ("tariff_list", lambda office: TariffRateFactory(tariff__office=office), 7),
        (
            "billrun_list",
            lambda office: BillRunFactory(office=office, month=dt.date(2026, 1 + BillRun.objects.count(), 1)),
            6,
        ),
        ("bill_list", lambda office: BillFactory(unit__office=office), 10),
        ("correction_list", lambda office: CorrectionFactory(bill__unit__office=office), 8),
        ("reduction_list", lambda office: ReductionFactory(unit__office=office), 9),
    ],
)
def test_lists_cost_a_fixed_number_of_queries(office, clerk, client_of, django_assert_num_queries, name, make, number):
    client = client_of(clerk)
    make(office)
    at(name, client)
    for _n in range(2):
        with django_assert_num_queries(number):
            at(name, client)
        make(office)
        make(office)


# ---- charged once ----


def test_amount_is_shown_before_it_is_charged(office, flat, tariffs, cashier, client_of):
    client = client_of(cashier)
    renovation = tariffs.get(kind="renovation")
    data = once(unit=str(flat.pk), tariff=str(renovation.pk), due_on="2026-12-01", subject="3月装修")
    shown = client.post(url("bill_charge"), data)
    assert (shown.context["to_be"].amount, shown.context["formula"]) == (Decimal("313.25"), "89.5 m² × 3.5")
    assert Bill.objects.count() == 0
    answer = client.post(url("bill_charge"), data | {"agreed": "313.25"})
    bill = Bill.objects.get()
    assert answer.url == bill.get_absolute_url()
    assert (bill.amount, bill.due_on, bill.subject) == (Decimal("313.25"), dt.date(2026, 12, 1), "3月装修")
    client.post(url("bill_charge"), data | {"agreed": "313.25"})
    assert (Bill.objects.count(), OnceKey.objects.count()) == (1, 1)


def test_amount_that_is_other_by_now_is_shown_again(office, flat, tariffs, cashier, client_of):
    renovation = tariffs.get(kind="renovation")
    data = once(unit=str(flat.pk), tariff=str(renovation.pk), due_on="2026-12-01", agreed="300.00")
    assert client_of(cashier).post(url("bill_charge"), data).context["to_be"].amount == Decimal("313.25")
    assert Bill.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quantity": "2", "amount": "3"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"due_on": "soon"}, "due_on"),
        ({"quantity": "viel"}, "quantity"),
        ({"unit": ""}, "unit"),
    ],
)
def test_charging_is_refused_at_the_field(office, flat, tariffs, cashier, client_of, more, field):
    data = once(unit=str(flat.pk), tariff=str(tariffs.get(kind="renovation").pk), due_on="2026-12-01")
    answer = client_of(cashier).post(url("bill_charge"), data | more)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])


def test_an_amount_somebody_names_has_no_formula(office, flat, tariffs, cashier, client_of):
    data = once(unit=str(flat.pk), tariff=str(tariffs.get(kind="renovation").pk), due_on="2026-12-01", amount="200")
    client = client_of(cashier)
    assert client.post(url("bill_charge"), data).context["formula"] == ""
    client.post(url("bill_charge"), data | {"agreed": "200.00"})
    assert client.get(Bill.objects.get().get_absolute_url()).context["steps"][0].formula == ""


# ---- corrections ----


def test_correction_is_asked_for_and_approved_by_another(owe, cashier, manager, client_of):
    bill = owe("100.00")
    client_of(cashier).post(url("bill_correct", bill.pk), once(way="less", amount="30", reason="滞纳金减免"))
    request = Correction.objects.get()
    assert request.amount == Decimal("-30.00")
    page = client_of(manager).get(request.get_absolute_url())
    assert (page.context["amount"], page.context["after"]) == (Decimal("100.00"), Decimal("70.00"))
    client = client_of(manager, confirmed=True)
    client.post(url("correction_move", request.pk, "approve_correction"), once(note="同意"))
    bill.refresh_from_db()
    assert bill.outstanding == Decimal("70.00")


@pytest.mark.parametrize(("amount", "way"), [("0", "less"), ("100.01", "less")])
def test_correction_is_refused_at_its_field(owe, cashier, client_of, amount, way):
    bill = owe("100.00")
    answer = client_of(cashier).post(url("bill_correct", bill.pk), once(way=way, amount=amount, reason="多算了"))
    assert list(answer.context["form"].errors) == ["amount"]


def test_second_correction_of_a_bill_is_told_and_loses_nothing(owe, cashier, client_of):
    bill = owe("100.00")
    CorrectionFactory(bill=bill)
    answer = client_of(cashier).post(url("bill_correct", bill.pk), once(way="less", amount="5", reason="多算了电梯费"))
    assert (answer.status_code, Correction.objects.count()) == (200, 1)
    assert "多算了电梯费" in answer.content.decode()


def test_correction_is_refused_with_a_reason_and_withdrawn(owe, cashier, manager, client_of):
    one, other = (CorrectionFactory(bill=owe(), requested_by=cashier) for _n in range(2))
    client = client_of(manager)
    answer = client.post(url("correction_move", one.pk, "refuse_correction"), {"note": ""})
    assert list(answer.context["form"].errors) == ["note"]
    client.post(url("correction_move", one.pk, "refuse_correction"), {"note": "依据不足"})
    client_of(cashier).post(url("correction_move", other.pk, "withdraw_correction"), {})
    assert list(Correction.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "withdrawn"]


# ---- vacancy reductions ----


def test_reduction_is_applied_for_and_decided(flat, clerk, manager, client_of, picture):
    owner = flat.tenures.get().person
    client = client_of(clerk)
    form = at("reduction_add", client, flat.pk).context["form"]
    assert [person.pk for person in form.fields["applicant"].queryset] == [owner.pk]
    data = {"vacant_since": "2026-04-01", "starts": "2026-12-01", "ends": "2027-11-30", "reason": "长期在外地"}
    data = once(applicant=str(owner.pk), paper=picture, **data)
    answer = client.post(url("reduction_add", flat.pk), data)
    request = Reduction.objects.get()
    assert answer.url == request.get_absolute_url()
    assert len(attachments_of(request)) == 1
    page = client_of(manager).get(request.get_absolute_url())
    assert (page.context["months"], page.context["wanted"]) == (8, 6)
    assert reverse("home:unit_evidence", args=[flat.pk]) in page.content.decode()
    client_of(manager, confirmed=True).post(url("reduction_move", request.pk, "approve_reduction"), once(note=""))
    request.refresh_from_db()
    assert request.state == "approved"


def test_reduction_too_early_is_refused_at_its_field(flat, clerk, client_of):
    owner = flat.tenures.get().person
    data = {"vacant_since": "2026-10-01", "starts": "2026-12-01", "ends": "2027-11-30", "reason": "长期在外地"}
    answer = client_of(clerk).post(url("reduction_add", flat.pk), once(applicant=str(owner.pk), **data))
    assert list(answer.context["form"].errors) == ["starts"]


def test_reduction_of_somebody_who_owns_nothing_is_refused(flat, clerk, office, client_of):
    tenant = TenureFactory(unit=flat, role="tenant").person
    data = {"vacant_since": "2026-04-01", "starts": "2026-12-01", "ends": "2027-11-30", "reason": "长期在外地"}
    answer = client_of(clerk).post(url("reduction_add", flat.pk), once(applicant=str(tenant.pk), **data))
    assert list(answer.context["form"].errors) == ["applicant"]


def test_reduction_ends_early(flat, manager, client_of):
    row = ReductionFactory(unit=flat, state="approved", starts=dt.date(2026, 10, 1), ends=dt.date(2099, 1, 1))
    client = client_of(manager)
    data = once(last_day="2026-11-20", note="已入住")
    client.post(url("reduction_move", row.pk, "end_reduction"), data)
    row.refresh_from_db()
    assert (row.state, row.ends) == ("ended", dt.date(2026, 11, 20))


def test_what_runs_out_soon_is_found(office, clerk, client_of):
    soon = ReductionFactory(
        unit__office=office, state="approved", starts=dt.date(2026, 10, 1), ends=local_date() + dt.timedelta(days=20)
    )
    ReductionFactory(unit__office=office, state="approved", ends=dt.date(2099, 1, 1))
    page = at("reduction_list", client_of(clerk), state="running_out")
    assert [row[0] for row in page.context["screen"].rows] == [soon.pk]


# ---- what others show of it ----


def test_unit_page_shows_how_it_stands(flat, owe, clerk, client_of):
    bill = owe("100.00")
    AccountEntryFactory(unit=flat, amount=Decimal("40.00"))
    AccountEntryFactory(unit=flat, amount=Decimal("500.00"), account="utilities")
    ReductionFactory(unit=flat, state="approved", starts=dt.date(2026, 10, 1), ends=dt.date(2099, 1, 1))
    part = client_of(clerk).get(reverse("home:unit_sections", args=[flat.pk]), headers={"HX-Request": "true"})
    standing = part.context["standing"]
    assert (standing.bills, standing.owed) == ([bill], Owed(1, Decimal("100.00"), Decimal("100.00")))
    assert (standing.advance, standing.utilities) == (Decimal("40.00"), Decimal("500.00"))
    assert standing.reduction.percent == 70
    text = part.content.decode()
    assert f"{url('bill_list')}?unit={flat.pk}" in text
    assert bill.get_absolute_url() in text


def test_household_card_says_what_is_open(flat, owe, clerk, engineer, client_of):
    card = reverse("home:household", args=[flat.pk])
    assert "100.00" not in client_of(clerk).get(card).content.decode()
    owe("100.00")
    assert "100.00" in client_of(clerk).get(card).content.decode()
    assert "100.00" not in client_of(engineer).get(card).content.decode()


def test_evidence_names_the_keys_lent_in_these_months(flat, clerk, guard, client_of):
    lent = LentKeyFactory(key__office=flat.office, key__unit=flat)
    evidence = reverse("home:unit_evidence", args=[flat.pk])
    days = {"since": "2000-01-01", "until": "2099-01-01"}
    assert list(client_of(clerk).get(evidence, days).context["lendings"]) == [lent]
    assert not client_of(clerk).get(evidence, days | {"until": "2000-02-01"}).context["lendings"]
    assert client_of(clerk).get(evidence, {"since": "2026-99-99", "until": "x"}).status_code == 200
    assert client_of(guard).get(evidence, days).context["lendings"] == []


def test_tariff_page_shows_rates_and_exceptions_in_words(homes, flat, clerk, client_of):
    TariffExceptionFactory(tariff=homes, unit=flat)
    TariffRateFactory(tariff=homes, starts=dt.date(2099, 1, 1), rate=Decimal("2.10"))
    page = client_of(clerk).get(homes.get_absolute_url())
    assert page.context["rate_today"].price == "1.90"
    with translation.override("zh-hans"):
        assert homes.applies_to == ["住宅"]
    assert flat.code in page.content.decode()


def test_take_over_leaves_what_is_there(office, supervisor, client_of):
    take_over_tariffs(office, by=supervisor)
    client_of(supervisor).post(url("tariff_defaults"))
    assert Tariff.objects.count() == 10
