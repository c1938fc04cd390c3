"""The pages of meters, readings and shared costs."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from fees import services
from fees.models import Bill, Meter, MeterReading, SharedCost
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.jobs.running import run_job
from frontdesk.kit.models import Job
from tests.factories import MeterFactory, MeterReadingFactory, ReductionFactory, SharedCostFactory, UnitFactory

pytestmark = pytest.mark.django_db
OCTOBER_31 = "2026-10-31"


@pytest.fixture
def picture():
    """A photo of the meter."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "JPEG")
    return SimpleUploadedFile("表.jpg", stream.getvalue(), "image/jpeg")


def once(**data):
    return {"once": str(uuid4()), **data}


@pytest.fixture
def meter(office, flat):
    return MeterFactory(office=office, unit=flat, number="W-1")


@pytest.fixture
def reading(meter, engineer):
    return services.read_meter(meter, value=Decimal(90), read_on=dt.date(2026, 10, 31), by=engineer)


@pytest.fixture
def price(office, supervisor):
    tariff = services.add_tariff(office=office, by=supervisor, name="水费", kind="water", basis="meter")
    services.set_rate(tariff, starts=dt.date(2026, 1, 1), rate=Decimal("3.45"), by=supervisor)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("url", "make", "queries"),
    [
        ("/meters/", lambda office: MeterFactory(unit__office=office), 7),
        ("/meter-readings/", lambda office: MeterReadingFactory(meter__unit__office=office), 7),
        ("/shared-costs/", lambda office: SharedCostFactory(office=office), 7),
    ],
)
def test_lists_cost_the_same_queries_for_every_row(
    office, clerk, client_of, rows, url, make, queries, django_assert_num_queries
):
    for _row in range(rows):
        make(office)
    client = client_of(clerk)
    client.get(url)
    with django_assert_num_queries(queries):
        assert client.get(url).context["screen"].count == rows


@pytest.mark.parametrize(
    ("query", "count"),
    [("state=unread", 1), ("state=in_use", 2), ("state=out", 1), ("whose=shared", 1), ("whose=own", 2), ("q=W-1", 1)],
)
def test_meter_list_answers_what_is_asked(meter, office, clerk, client_of, query, count):
    MeterFactory(unit=None, office=office, number="E-0")
    MeterFactory(unit=meter.unit, number="W-0", removed_on=dt.date(2026, 2, 1))
    today = MeterReadingFactory(meter=meter)
    MeterReading.objects.filter(pk=today.pk).update(read_on=dt.date.today())  # noqa: DTZ011 - any day of this month
    assert client_of(clerk).get(f"/meters/?{query}").context["screen"].count == count


def test_meter_is_registered_as_shared_when_no_unit_is_named(office, supervisor, client_of):
    data = {"kind": "electricity", "number": "E-0", "digits": 6, "multiplier": "40"}
    data |= {"installed_on": "2026-01-01", "first_reading": "0"}
    answer = client_of(supervisor).post("/meters/add/", once(**data))
    meter = Meter.objects.get()
    assert (answer.url, meter.is_shared, meter.multiplier) == (meter.get_absolute_url(), True, 40)


def test_meter_of_the_same_number_is_refused_beside_its_field(meter, supervisor, client_of):
    data = {"kind": "water", "number": "W-1", "digits": 5, "multiplier": "1"}
    data |= {"installed_on": "2026-01-01", "first_reading": "0"}
    answer = client_of(supervisor).post("/meters/add/", once(**data))
    assert (list(answer.context["form"].errors), Meter.objects.count()) == (["number"], 1)


def test_engineer_reads_a_meter(meter, engineer, client_of):
    client, url = client_of(engineer), reverse("fees:meterreading_add", args=[meter.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, once(value="90.5", read_on=OCTOBER_31))
    assert (answer.url, meter.readings.get().used) == (meter.get_absolute_url(), Decimal("90.5"))


def test_reading_lower_than_before_is_refused_beside_its_field(reading, meter, engineer, client_of):
    answer = client_of(engineer).post(
        reverse("fees:meterreading_add", args=[meter.pk]), once(value="80", read_on="2026-11-01")
    )
    assert answer.context["form"].errors.keys() == {"value"}
    assert answer.context["form"]["value"].value() == "80"


def test_meter_is_swapped_on_one_page(reading, meter, supervisor, client_of):
    data = {"on": "2026-11-01", "last_reading": "92", "number": "W-2", "first_reading": "1"}
    answer = client_of(supervisor).post(reverse("fees:meter_swap", args=[meter.pk]), once(**data))
    new = Meter.objects.get(number="W-2")
    assert (answer.url, new.replaces, new.first_reading) == (new.get_absolute_url(), meter, 1)
    assert client_of(supervisor).get(reverse("fees:meter_swap", args=[meter.pk])).status_code == 409


def test_unusual_reading_is_confirmed_with_a_reason(reading, supervisor, client_of):
    MeterReading.objects.update(is_abnormal=True)
    client, url = client_of(supervisor), reverse("fees:meterreading_confirm", args=[reading.pk])
    assert client.post(url, {"reason": ""}).context["form"].errors.keys() == {"reason"}
    assert client.post(url, {"reason": "漏水"}).status_code == 302
    assert client.post(url, {"reason": "漏水"}).status_code == 409


def test_misread_reading_is_corrected(reading, engineer, client_of):
    url = reverse("fees:meterreading_correct", args=[reading.pk])
    client_of(engineer).post(url, once(value="80", reason="看错"))
    reading.refresh_from_db()
    assert reading.used == 80


def test_unusual_reading_followed_by_another_is_corrected_from_the_meters_page(reading, meter, engineer, client_of):
    wrong = MeterReadingFactory(
        meter=meter,
        read_on=dt.date(2026, 11, 10),
        since=reading.read_on,
        before=90,
        value=190,
        used=100,
        is_abnormal=True,
    )
    services.read_meter(meter, value=Decimal(205), read_on=dt.date(2026, 11, 20), by=engineer)
    client, url = client_of(engineer), reverse("fees:meterreading_correct", args=[wrong.pk])
    assert [mendable for _row, mendable, _photos in client.get(meter.get_absolute_url()).context["readings"]] == [
        True,
        True,
        False,
    ]
    assert "2026-11-20" in client.get(url).content.decode()
    client.post(url, once(value="103", reason="看错一位"))
    wrong.refresh_from_db()
    assert (wrong.used, meter.readings.first().before) == (Decimal(13), Decimal(103))


def test_photo_of_a_meter_stays_with_the_reading(meter, engineer, cashier, outsider, client_of, picture):
    client = client_of(engineer)
    client.post(
        reverse("fees:meterreading_add", args=[meter.pk]), once(value="95", read_on="2026-11-01", photo=picture)
    )
    photo = attachments_of(meter.readings.get()).get()
    assert (photo.kind, photo.created_by) == ("photo", engineer)
    assert photo.get_absolute_url() in client.get(meter.get_absolute_url()).content.decode()
    for user, status in ((engineer, 200), (cashier, 200), (outsider, 404)):
        answer = client_of(user).get(photo.get_absolute_url())
        assert (answer.status_code, bool(answer.getvalue())) == (status, True)


def test_page_of_a_unit_shows_its_meters_with_what_they_showed_last(reading, meter, clerk, client_of):
    MeterFactory(unit=meter.unit, number="W-0", removed_on=dt.date(2026, 2, 1))
    answer = client_of(clerk).get(reverse("home:unit_sections", args=[meter.unit_id]))
    assert [(one.number, one.last_value) for one in answer.context["meters"]] == [(meter.number, Decimal(90))]


def test_reduction_shows_what_the_meters_counted_since(reading, meter, manager, client_of):
    reduction = ReductionFactory(unit=meter.unit, vacant_since=dt.date(2026, 10, 1))
    text = client_of(manager).get(reduction.get_absolute_url()).content.decode()
    assert f'<strong class="num">{reading.used:.0f}</strong> m³' in text


def test_month_is_looked_at_and_billed(reading, price, office, supervisor, client_of):
    client = client_of(supervisor)
    page = client.get("/meter-readings/bill/", {"month": "2026-10"})
    assert [(line.readings, line.amount) for _kind, line in page.context["lines"]] == [(1, Decimal("310.50"))]
    assert client.get("/meter-readings/bill/", {"month": "2026-13"}).status_code == 200
    answer = client.post("/meter-readings/bill/", once(month="2026-10"))
    job = Job.objects.get(kind="fees.bill_meters")
    assert (answer.url, run_job(job.pk)) == (job.get_absolute_url(), True)
    assert Bill.objects.get().amount == Decimal("310.50")
    again = client.post("/meter-readings/bill/", once(month="2026-10"))
    assert again.context["form"].errors.keys() == {"month"}


def test_meter_page_shows_what_became_of_its_readings(reading, price, office, clerk, client_of):
    services.bill_meters(office, dt.date(2026, 10, 1), lambda *_args: None)
    page = client_of(clerk).get(reading.get_absolute_url())
    assert "310.50" in page.content.decode()


# ---- shared costs ----


@pytest.fixture
def cost(tariffs, office, flat, supervisor):
    UnitFactory(office=office, code="9-9-901", floor_area=None)
    days = {"starts": dt.date(2026, 10, 1), "ends": dt.date(2026, 10, 31)}
    return services.add_cost(office=office, by=supervisor, name="楼道照明", amount=Decimal(100), **days)


def test_cost_is_written_down_looked_at_and_settled(tariffs, office, flat, supervisor, client_of):
    client = client_of(supervisor)
    data = {"name": "电梯", "starts": "2026-10-01", "ends": "2026-10-31", "amount": "88.88"}
    answer = client.post("/shared-costs/add/", once(**data), follow=True)
    cost = SharedCost.objects.get()
    assert answer.redirect_chain == [(cost.get_absolute_url(), 302)]
    assert [part for *_row, part in answer.context["parts"]] == [Decimal("88.88")]
    url = reverse("fees:sharedcost_move", args=[cost.pk, "settle_cost"])
    assert client.post(url, once()).url == cost.get_absolute_url()
    assert run_job(Job.objects.get(kind="fees.bill_cost").pk)
    page = client.get(cost.get_absolute_url())
    assert [part for *_row, part in page.context["parts"]] == [Decimal("88.88")]
    assert client.post(url, once()).status_code == 409


def test_cost_without_amount_and_meters_is_refused_beside_its_field(tariffs, supervisor, client_of):
    data = {"name": "电梯", "starts": "2026-10-01", "ends": "2026-10-31", "amount": ""}
    answer = client_of(supervisor).post("/shared-costs/add/", once(**data))
    assert answer.context["form"].errors.keys() == {"amount"}


def test_cost_page_lists_units_without_area(cost, clerk, client_of):
    page = client_of(clerk).get(cost.get_absolute_url())
    assert page.context["unmeasured"] == ["9-9-901"]
    assert "9-9-901" in page.content.decode()


def test_cost_page_says_what_is_missing_without_a_tariff(cost, tariffs, clerk, client_of):
    tariffs.filter(basis="cost").update(is_active=False)
    assert client_of(clerk).get(cost.get_absolute_url()).context["problem"]


def test_draft_is_changed_and_dropped(cost, supervisor, client_of):
    client = client_of(supervisor)
    form = client.get(reverse("fees:sharedcost_edit", args=[cost.pk])).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    client.post(reverse("fees:sharedcost_edit", args=[cost.pk]), data | {"amount": "120"})
    cost.refresh_from_db()
    assert cost.amount == 120
    client.post(reverse("fees:sharedcost_move", args=[cost.pk, "drop_cost"]), once())
    assert client.get(cost.get_absolute_url()).context["badge"][1] == "muted"


def test_prepayment_page_says_how_many_and_orders_the_bills(tariffs, office, flat, supervisor, client_of):
    client = client_of(supervisor)
    assert "500.00" in client.get("/shared-costs/prepayment/").context["text"]
    client.post("/shared-costs/prepayment/", once())
    assert run_job(Job.objects.get(kind="fees.bill_prepayments").pk)
    assert Bill.objects.get().reference == f"prepay:{flat.pk}"
    assert client.post("/shared-costs/prepayment/", once()).context["form"].errors
