"""Every page of the register as its people see it: shown, filtered, exported, masked, in few queries."""

from __future__ import annotations

import datetime as dt
import io
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from frontdesk.estate import services
from frontdesk.estate.models import Building, Document, Office, Person, Tenure, Unit, Vehicle
from frontdesk.kit.fields import blind_index
from frontdesk.kit.forms import version_token
from tests.factories import (
    AreaFactory,
    BuildingFactory,
    DocumentFactory,
    DocumentLoanFactory,
    EntranceFactory,
    HolidayFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    UnitFactory,
    VehicleFactory,
)

pytestmark = pytest.mark.django_db
ID, MOBILE, EMERGENCY = "110101199003074514", "13800138000", "13700137000"
PASSWORD = "desk-password-1"


def household(office, code="3-2-1502", name="张伟", **person):
    """A unit with an owner who has everything: paper, phone, emergency phone, car."""
    building, _new = Building.objects.get_or_create(office=office, name="3")
    unit = UnitFactory(office=office, code=code, building=building)
    owner = PersonFactory(office=office, name=name, emergency_phone=EMERGENCY, **person)
    PhoneFactory(person=owner, number=MOBILE)
    TenureFactory(unit=unit, person=owner)
    VehicleFactory(person=owner)
    services.index_unit(unit)
    services.index_person(owner)
    return unit


@pytest.fixture
def unit(office):
    return household(office, id_number=ID, id_index=blind_index(ID))


@pytest.fixture
def owner(unit):
    return unit.tenures.get().person


def once():
    return {"once": str(uuid4())}


def addresses(office, unit):
    """Every page of the register that can simply be looked at."""
    stay, owner = unit.tenures.get(), unit.tenures.get().person
    entrance = EntranceFactory(building=unit.building)
    document = DocumentLoanFactory(document__office=office, document__unit=unit, document__state="out").document
    own = {
        "office": office, "office_edit": office, "area_add": office, "asset_board_of": office,
        "area_edit": AreaFactory(office=office), "holiday_remove": HolidayFactory(office=office),
        "building": unit.building, "building_edit": unit.building, "entrance_add": unit.building,
        "entrance_edit": entrance, "unit": unit, "unit_edit": unit, "unit_move_out": unit, "unit_card": unit,
        "tenure_add": unit, "tenure_edit": stay, "tenure_end": stay, "person": owner, "person_edit": owner,
        "person_merge": owner, "phone_add": owner, "vehicle_add": owner, "vehicle_edit": owner.vehicles.get(),
        "vehicle_remove": owner.vehicles.get(), "document": document, "document_edit": document,
    }  # fmt: skip
    lists = (
        "office_list holiday_list holiday_add building_list building_add asset_board unit_list unit_add unit_generate "
        "unit_choices space_choices person_list person_add person_choices person_doubles vehicle_list document_list "
        "document_add"
    )
    moves = [(unit, "transfer_unit"), (unit, "take_back_unit"), (document, "return_document")]
    yield from (reverse(f"estate:{name}", args=[obj.pk]) for name, obj in own.items())
    yield from (reverse(f"estate:{name}") for name in lists.split())
    yield from (reverse(f"estate:{obj._meta.model_name}_move", args=[obj.pk, move]) for obj, move in moves)
    yield reverse("estate:unit_list") + "?print=1"
    yield reverse("estate:person_list") + "?q=1380"


def test_every_page_opens_and_no_page_shows_a_full_number(manager, office, unit, client_of):
    client = client_of(manager, confirmed=True)
    for address in addresses(office, unit):
        response = client.get(address)
        assert (address, response.status_code) == (address, 200)
        text = response.content.decode()
        assert [number for number in (ID, MOBILE, EMERGENCY) if number in text] == [], address


@pytest.mark.parametrize("name", ["unit_list", "person_list", "vehicle_list"])
def test_no_export_holds_a_full_number(name, manager, office, unit, client_of):
    manager.preferences = {}
    response = client_of(manager, confirmed=True).get(reverse(f"estate:{name}") + "?export=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(cells) > 3
    assert not any(number in cell for cell in cells for number in (ID, MOBILE, EMERGENCY))


def test_export_keeps_formula_starts_as_text(manager, office, client_of):
    household(office, name="=1+1")
    response = client_of(manager, confirmed=True).get(reverse("estate:person_list") + "?export=xlsx")
    cell = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


LISTS = {
    "unit_list": 12,
    "person_list": 12,
    "vehicle_list": 11,
    "building_list": 11,
    "document_list": 11,
    "office_list": 10,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "most"), LISTS.items())
def test_lists_take_the_same_few_queries(name, most, rows, manager, office, client_of, django_assert_max_num_queries):
    for number in range(rows):
        DocumentLoanFactory(document__office=office, document__unit=household(office, code=f"3-2-{number + 1}"))
        BuildingFactory(office=office, name=f"B{number}", position=number)
    client = client_of(manager)
    client.get(reverse(f"estate:{name}"))
    with django_assert_max_num_queries(most):
        assert client.get(reverse(f"estate:{name}")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_one_thing_take_the_same_few_queries(
    rows, manager, office, unit, client_of, django_assert_max_num_queries
):
    owner = unit.tenures.get().person
    for _number in range(rows):
        other = TenureFactory(unit=unit, role="family", person=PersonFactory(office=office)).person
        PhoneFactory(person=other)
        TenureFactory(person=owner, unit=UnitFactory(office=office, building=unit.building))
        DocumentFactory(office=office, unit=unit)
        VehicleFactory(person=owner)
    client = client_of(manager)
    client.get("/units/")
    for obj, most in ((unit, 22), (owner, 20), (unit.building, 16), (office, 14)):
        with django_assert_max_num_queries(most):
            assert client.get(obj.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", {"3-2-1502", "P-1", "S-1"}),
        ("kind=parking", {"P-1"}),
        ("state=idle", {"P-1", "S-1"}),
        ("lived_in=occupied", {"3-2-1502"}),
        ("lived_in=vacant", {"P-1", "S-1"}),
        ("q=1502", {"3-2-1502"}),
        ("kind=nonsense", {"3-2-1502", "P-1", "S-1"}),
    ],
)
def test_unit_list_is_filtered(query, codes, clerk, office, unit, client_of):
    UnitFactory(office=office, code="P-1", kind="parking", state="idle")
    UnitFactory(office=office, code="S-1", kind="shop", state="idle")
    text = client_of(clerk).get(f"/units/?{query}").content.decode()
    assert {code for code in ("3-2-1502", "P-1", "S-1") if f">{code}</a>" in text} == codes


@pytest.mark.parametrize("query", ["q=张", "q=8000", "q=3-2-1502", "role=owner"])
def test_person_list_finds(query, clerk, office, unit, client_of):
    PersonFactory(office=office, name="李娜")
    text = client_of(clerk).get(f"/people/?{query}").content.decode()
    assert (">张伟</a>" in text, ">李娜</a>" in text) == (True, False)


def test_guard_sees_units_but_not_who_lives_there(guard, unit, client_of):
    client = client_of(guard)
    for address in ("/units/", unit.get_absolute_url()):
        assert "张伟" not in client.get(address).content.decode()
    assert client.get("/people/").status_code == 403


def test_outsider_finds_nothing(outsider, office, unit, client_of):
    client = client_of(outsider)
    for thing in (unit, unit.building, unit.tenures.get().person, office):
        assert client.get(thing.get_absolute_url()).status_code == 404
    assert client.get(f"/units/choices/?q=1502&office={office.pk}").json() == {"results": []}
    assert "张伟" not in client.get("/people/?q=1380").content.decode()


def test_choices_find_by_initials_and_say_who_it_is(clerk, unit, owner, client_of):
    row = client_of(clerk).get("/people/choices/?q=zw").json()["results"]
    assert row == [{"value": owner.pk, "text": "张伟 · 3-2-1502 · 138****8000"}]
    assert client_of(clerk).get("/units/choices/?q=3-2").json()["results"] == [{"value": unit.pk, "text": "3-2-1502"}]
    assert client_of(clerk).get("/units/spaces/choices/?q=3-2").json()["results"] == []


def test_building_shows_every_unit_with_word_and_colour(clerk, office, unit, client_of):
    UnitFactory(office=office, building=unit.building, code="3-2-1601", floor=16, state="idle")
    text = client_of(clerk).get(unit.building.get_absolute_url()).content.decode()
    assert text.index("3-2-1601") < text.index("3-2-1502")
    assert text.count('class="cell tone-') == 2


def test_clerk_registers_a_person_into_a_unit(clerk, office, client_of):
    unit = UnitFactory(office=office)
    form = once() | {
        "name": "单小明", "kind": "person", "id_kind": "id_card", "paper": ID, "phone": "１３９００１３９０００",
        "unit": unit.pk, "role": "tenant", "starts": "2026-07-01",
    }  # fmt: skip
    client = client_of(clerk)
    for _twice in range(2):
        assert client.post("/people/add/", form).status_code == 302
    stay = Tenure.objects.get()
    assert (stay.person.name, stay.person.id_number, stay.role, stay.unit) == ("单小明", ID, "tenant", unit)
    assert stay.person.phones.get().number == "13900139000"


def test_registering_somebody_registered_offers_the_record(clerk, owner, client_of):
    form = once() | {"name": "另一人", "kind": "person", "id_kind": "id_card", "paper": ID}
    text = client_of(clerk).post("/people/add/", form).content.decode()
    assert f'<a href="{owner.get_absolute_url()}">张伟</a>' in text
    assert Person.objects.count() == 1


def test_registering_does_not_tell_of_another_office(outsider, owner, client_of):
    form = once() | {"name": "另一人", "kind": "person", "id_kind": "id_card", "paper": ID}
    response = client_of(outsider).post("/people/add/", form)
    assert response.status_code == 302
    assert Person.objects.count() == 2


def test_editing_a_person_keeps_what_is_masked(clerk, owner, client_of):
    form = {"name": "张大伟", "kind": "person", "id_kind": "id_card", "version": version_token(owner)}
    assert client_of(clerk).post(f"/people/{owner.pk}/edit/", form).status_code == 302
    owner.refresh_from_db()
    assert (owner.name, owner.id_number, owner.emergency_phone) == ("张大伟", ID, EMERGENCY)


def test_changing_the_paper_without_its_number_is_refused(clerk, owner, client_of):
    form = {"name": "张伟", "kind": "person", "id_kind": "passport", "version": version_token(owner)}
    assert client_of(clerk).post(f"/people/{owner.pk}/edit/", form).status_code == 200
    owner.refresh_from_db()
    assert owner.id_kind == "id_card"


@pytest.mark.parametrize("address", ["people/{0.pk}/edit/"])
def test_stale_form_answers_409(address, clerk, owner, client_of):
    form = {"name": "甲", "kind": "person", "id_kind": "id_card", "version": version_token(owner)}
    services.edit_person(owner, by=clerk, name="乙")
    response = client_of(clerk).post("/" + address.format(owner), form)
    assert response.status_code == 409
    owner.refresh_from_db()
    assert owner.name == "乙"


NASTY = ["\x00", "\u202e张", "😀" * 10, "x" * 10_000, "=HYPERLINK(1)", "<script>alert(1)</script>"]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_names_are_refused_or_shown_harmless(text, clerk, client_of):
    client = client_of(clerk)
    response = client.post(
        "/people/add/", once() | {"name": text, "kind": "person", "id_kind": "id_card", "note": text}
    )
    assert response.status_code in (200, 302)
    shown = client.get("/people/").content.decode()
    assert "<script>alert(1)" not in shown
    assert "\u202e" not in shown


def test_full_numbers_need_the_password_then_a_reason_and_are_not_kept(clerk, owner, client_of):
    address = f"/people/{owner.pk}/reveal/"
    refused = client_of(clerk).post(address, once() | {"reason": "核对"})
    assert (refused.status_code, ID in refused.content.decode()) == (401, False)
    client = client_of(clerk, confirmed=True)
    assert ID not in client.post(address, once() | {"reason": ""}).content.decode()
    form = once() | {"reason": "核对身份证"}
    response = client.post(address, form)
    text = response.content.decode()
    assert all(number in text for number in (ID, MOBILE, EMERGENCY))
    assert "no-store" in response["Cache-Control"]
    assert response["Refresh"] == f"30; url={owner.get_absolute_url()}"
    assert client.post(address, form).status_code == 302


def test_full_numbers_in_place_are_a_part_that_leaves_by_itself(clerk, owner, client_of):
    htmx = {"HX-Request": "true", "HX-Target": "card"}
    response = client_of(clerk, confirmed=True).post(
        f"/people/{owner.pk}/reveal/", once() | {"reason": "核对"}, headers=htmx
    )
    text = response.content.decode()
    assert ("<html" in text, ID in text) == (False, True)
    assert f'hx-get="{owner.get_absolute_url()}" hx-trigger="load delay:30s"' in text


def test_looking_at_the_reveal_page_shows_nothing(clerk, owner, client_of):
    text = client_of(clerk, confirmed=True).get(f"/people/{owner.pk}/reveal/").content.decode()
    assert ID not in text


def test_doubles_page_leads_to_merging(supervisor, office, owner, client_of):
    other = PersonFactory(office=office, name="张伟")
    PhoneFactory(person=other, number=MOBILE)
    client = client_of(supervisor)
    text = client.get("/people/doubles/").content.decode()
    assert f"/people/{owner.pk}/merge/?gone={other.pk}" in text
    form = once() | {"gone": other.pk, "note": "同一电话，本人确认"}
    assert client_of(supervisor, confirmed=True).post(f"/people/{owner.pk}/merge/", form).status_code == 302
    other.refresh_from_db()
    assert other.merged_into == owner


def test_merging_needs_the_password_and_keeps_what_was_typed(supervisor, office, owner, client_of):
    other = PersonFactory(office=office, name="张伟")
    client, address = client_of(supervisor), f"/people/{owner.pk}/merge/"
    asked = client.get(f"{address}?gone={other.pk}")
    assert asked.url == f"/confirm/?{urlencode({'next': f'{address}?gone={other.pk}'})}"
    refused = client.post(address, once() | {"gone": other.pk, "note": "同一电话，本人确认"})
    other.refresh_from_db()
    assert (refused.status_code, other.merged_into) == (401, None)
    page = client.post("/confirm/", {"password": PASSWORD, "kept": refused.context["kept"]}).content.decode()
    assert f'<form method="post" action="{address}"' in page
    assert f'name="gone" value="{other.pk}"' in page
    assert "同一电话，本人确认" in page
    assert client.get(f"{address}?gone={other.pk}").status_code == 200


def test_doubles_page_tells_two_people_apart(supervisor, office, owner, client_of):
    other = PersonFactory(office=office)
    PhoneFactory(person=other, number=MOBILE)
    client = client_of(supervisor)
    client.post(f"/people/{owner.pk}/apart/{other.pk}/", {"next": "/people/doubles/"})
    assert f"/people/{owner.pk}/merge/" not in client.get("/people/doubles/").content.decode()


def test_phones_by_buttons(clerk, owner, client_of):
    client = client_of(clerk)
    client.post(f"/people/{owner.pk}/phones/add/", once() | {"number": "0755-26789012"})
    second = owner.phones.last()
    client.post(f"/phones/{second.pk}/first/")
    assert owner.phones.first() == second
    client.post(f"/phones/{second.pk}/remove/")
    assert [phone.number for phone in owner.phones.all()] == [MOBILE]
    assert client.get(f"/phones/{second.pk}/remove/").status_code == 405


def test_stay_is_added_corrected_and_ended_in_the_browser(clerk, office, unit, client_of):
    person = PersonFactory(office=office, name="李娜")
    client = client_of(clerk)
    client.post(
        f"/units/{unit.pk}/people/add/", once() | {"person": person.pk, "role": "tenant", "starts": "2026-03-01"}
    )
    stay = Tenure.objects.get(person=person)
    form = {"role": "tenant", "starts": "2026-02-01", "version": version_token(stay)}
    client.post(f"/tenures/{stay.pk}/edit/", form)
    client.post(f"/tenures/{stay.pk}/end/", {"ends": "2026-06-30", "reason": "退租"})
    stay.refresh_from_db()
    assert (stay.starts, stay.ends, stay.reason) == (dt.date(2026, 2, 1), dt.date(2026, 6, 30), "退租")


def test_sale_in_the_browser_keeps_the_old_owner_on_the_page(clerk, office, unit, client_of):
    buyer = PersonFactory(office=office, name="陈晨")
    client = client_of(clerk)
    client.post(f"/units/{unit.pk}/transfer_unit/", {"person": buyer.pk, "on": "2026-07-01"})
    text = client.get(unit.get_absolute_url()).content.decode()
    assert ("陈晨" in text, "张伟" in text, "2026-06-30" in text) == (True, True, True)


def test_moved_out_in_the_browser(clerk, unit, client_of):
    TenureFactory(unit=unit, role="tenant", person=PersonFactory(office=unit.office))
    client_of(clerk).post(f"/units/{unit.pk}/move-out/", {"ends": "2026-07-01"})
    assert unit.tenures.filter(ends__isnull=True).get().role == "owner"


def test_generator_previews_then_makes(supervisor, office, client_of):
    form = once() | {
        "buildings": "1-3", "entrances": "2", "first_floor": "1", "last_floor": "18", "per_floor": "4",
        "skip_floors": "4、14", "areas": "89.50, 120", "kind": "residence", "state": "sold",
        "pattern": "{building}-{entrance}-{floor}{nn:02}",
    }  # fmt: skip
    client = client_of(supervisor)
    text = client.post("/units/generate/", form | {"preview": "1"}).content.decode()
    assert "384" in text
    assert not Unit.objects.exists()
    for _twice in range(2):
        assert client.post("/units/generate/", form | {"make": "1"}).status_code == 302
    assert Unit.objects.count() == 384


@pytest.mark.parametrize(
    "wrong",
    [
        {"buildings": ""},
        {"pattern": "{x}"},
        {"skip_floors": "vier"},
        {"areas": "groß"},
        {"last_floor": "0"},
        {"areas": "-1"},
    ],
)
def test_generator_refuses_with_the_form(wrong, supervisor, office, client_of):
    form = once() | {
        "buildings": "1", "entrances": "1", "first_floor": "1", "last_floor": "2", "per_floor": "2",
        "kind": "residence", "state": "sold", "pattern": "{building}-{entrance}-{floor}{nn:02}",
    }  # fmt: skip
    response = client_of(supervisor).post("/units/generate/", form | wrong | {"make": "1"})
    assert (response.status_code, Unit.objects.count()) == (200, 0)


def test_document_is_filed_lent_and_returned_in_the_browser(clerk, office, unit, client_of):
    client = client_of(clerk)
    form = once() | {"category": "YZ", "title": "购房合同复印件", "unit": unit.pk, "dated": "2026-03-02"}
    client.post("/documents/add/", form)
    document = Document.objects.get()
    lending = once() | {"borrower": "李强", "purpose": "核对", "due_on": "2099-01-01"}
    client.post(f"/documents/{document.pk}/lend_document/", lending)
    assert "李强" in client.get("/documents/").content.decode()
    client.post(f"/documents/{document.pk}/return_document/", {})
    document.refresh_from_db()
    assert (document.state, document.loans.get().back_at is None) == ("shelved", False)


def test_overdue_documents_are_found(clerk, office, client_of):
    late = DocumentLoanFactory(document__office=office, document__title="迟", due_on=dt.date(2020, 1, 1)).document
    DocumentFactory(office=office, title="早")
    text = client_of(clerk).get("/documents/?overdue=true").content.decode()
    assert (late.number in text, "早" in text) == (True, False)


def test_vehicle_pages(clerk, owner, client_of):
    client = client_of(clerk)
    client.post(f"/people/{owner.pk}/vehicles/add/", once() | {"plate": "粤b·d12345", "model": "白色"})
    car = Vehicle.objects.get(plate="粤BD12345")
    client.post(f"/vehicles/{car.pk}/edit/", {"plate": "粤BD12346", "model": "白色", "version": version_token(car)})
    client.post(f"/vehicles/{car.pk}/remove/", {})
    car.refresh_from_db()
    assert (car.plate, car.removed_on is None) == ("粤BD12346", False)
    assert client.get(f"/vehicles/{car.pk}/edit/").status_code == 404


def test_holidays_in_the_browser(supervisor, office, client_of):
    client = client_of(supervisor)
    assert (
        client.post("/holidays/add/", once() | {"date": "2026-11-23", "kind": "weekend", "name": "停电"}).status_code
        == 302
    )
    text = client.get("/holidays/").content.decode()
    assert "停电" in text
    assert "2027" in text
    holiday = type(HolidayFactory.build()).objects.get()
    assert client.post(f"/holidays/{holiday.pk}/remove/").status_code == 302
    assert "停电" not in client.get("/holidays/").content.decode()


def test_office_and_ground_in_the_browser(admin, client_of):
    client = client_of(admin)
    settings = {"shift_pattern": "B", "lock_after_minutes": "5", "attachment_quota_mb": "2048"}
    assert client.post("/offices/add/", once() | settings | {"code": "east", "name": "东岸管理处"}).status_code == 302
    office = Office.objects.get(code="east")
    client.post(f"/offices/{office.pk}/areas/add/", once() | {"name": "一期"})
    assert "一期" in client.get(office.get_absolute_url()).content.decode()
    too_short = settings | {"code": "east", "name": "东岸", "lock_after_minutes": "0", "version": version_token(office)}
    assert client.post(f"/offices/{office.pk}/edit/", too_short).status_code == 200
    office.refresh_from_db()
    assert office.name == "东岸管理处"


def test_asset_board_counts_and_links(manager, office, client_of):
    for number, state in enumerate(("idle", "rented", "sold", "sold")):
        UnitFactory(office=office, code=f"P-{number}", kind="parking", state=state)
    text = client_of(manager).get("/assets/").content.decode()
    assert '?kind=parking&amp;state=sold">2</a>' in text


def test_registration_card_is_filled_in_and_masked(clerk, unit, client_of):
    text = client_of(clerk).get(f"/units/{unit.pk}/card/").content.decode()
    assert all(part in text for part in ("张伟", "3-2-1502", "110***********4514", "138****8000"))
