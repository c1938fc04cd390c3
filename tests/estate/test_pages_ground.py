"""Offices, buildings floor by floor, units, company assets in the browser: who may, what is counted and refused."""

from __future__ import annotations

import datetime as dt
import io
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse

from frontdesk.estate import services
from frontdesk.estate.grid import staircases_of
from frontdesk.estate.models import Building, Entrance, Office, Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import version_token
from frontdesk.kit.models import Activity, Holiday, Job
from tests.factories import (
    AreaFactory,
    BuildingFactory,
    EntranceFactory,
    HolidayFactory,
    PersonFactory,
    TenureFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def once():
    return {"once": str(uuid4())}


def act(client, unit, move, **data):
    return client.post(reverse("estate:unit_move", args=[unit.pk, move]), data)


@pytest.fixture
def tower(office):
    """Building 3 with two staircases: two flats on each of two floors on the left, one flat on the right."""
    building = BuildingFactory(office=office, name="3", position=3)
    left, right = EntranceFactory(building=building, name="1"), EntranceFactory(building=building, name="2")
    for code, entrance, floor in (
        ("3-1-101", left, 1),
        ("3-1-102", left, 1),
        ("3-1-201", left, 2),
        ("3-2-201", right, 2),
    ):
        UnitFactory(office=office, building=building, entrance=entrance, code=code, floor=floor)
    return building


@pytest.fixture
def shop(office):
    return UnitFactory(office=office, code="S-01", kind="shop", state="pending")


@pytest.fixture
def space(office):
    return UnitFactory(office=office, code="B1-001", kind="parking", state="idle")


# ---- who may ----


CHANGES = {"supervisor": 200, "manager": 200, "admin": 200, "clerk": 403, "guard": 403, "company": 403, "outsider": 404}


@pytest.mark.parametrize(("role", "status"), CHANGES.items())
@pytest.mark.parametrize("name", ["unit_edit", "building_edit", "entrance_add", "entrance_edit", "area_edit"])
def test_the_ground_is_changed_by_supervisors_only(name, role, status, office, tower, client_of, request):
    things = {"unit_edit": tower.units.first(), "entrance_edit": tower.entrances.first()}
    thing = AreaFactory(office=office) if name == "area_edit" else things.get(name, tower)
    address = reverse(f"estate:{name}", args=[thing.pk])
    assert client_of(request.getfixturevalue(role)).get(address).status_code == status


@pytest.mark.parametrize(("role", "status"), CHANGES.items())
def test_the_offices_settings_are_changed_by_supervisors_only(role, status, office, client_of, request):
    client = client_of(request.getfixturevalue(role))
    assert client.get(reverse("estate:office_edit", args=[office.pk])).status_code == status


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("manager", 403), ("company", 403)])
def test_offices_are_opened_by_administrators_only(role, status, office, client_of, request):
    assert client_of(request.getfixturevalue(role)).get("/offices/add/").status_code == status


@pytest.mark.parametrize("role", ["clerk", "engineer", "guard"])
def test_units_may_be_looked_up_by_everybody_of_the_office(role, tower, client_of, request):
    client = client_of(request.getfixturevalue(role))
    for address in ("/units/", "/buildings/", "/assets/", tower.get_absolute_url()):
        assert (address, client.get(address).status_code) == (address, 200)


def test_the_guard_does_not_read_who_came_and_went(guard, supervisor, office, client_of):
    unit = UnitFactory(office=office)
    services.move_in(unit, person=PersonFactory(office=office, name="欧阳雪"), role="tenant", by=supervisor)
    assert "欧阳雪" in client_of(supervisor).get(unit.get_absolute_url()).content.decode()
    page = client_of(guard).get(unit.get_absolute_url())
    assert (page.context["activity"], "欧阳雪" in page.content.decode()) == (False, False)


def test_the_history_of_a_unit_speaks_in_words(supervisor, office, client_of):
    unit = UnitFactory(office=office)
    services.move_in(unit, person=PersonFactory(office=office, name="李娜"), role="tenant", by=supervisor)
    entry = client_of(supervisor).get(unit.get_absolute_url()).context["entries"][0]
    assert {change.label: change.new for change in entry.changes} == {"房号": unit.code, "住户": "李娜", "身份": "租户"}


# ---- buildings ----


@pytest.mark.parametrize("rows", [1, 3])
def test_building_list_takes_six_queries_however_many_rows(rows, office, clerk, client_of, django_assert_num_queries):
    for _row in range(rows):
        EntranceFactory(building=BuildingFactory(office=office, area=AreaFactory(office=office), steward=clerk))
    client = client_of(clerk)
    client.get("/buildings/")
    with django_assert_num_queries(6):
        client.get("/buildings/")


def test_building_list_counts_each_unit_once_and_adds_up(office, clerk, tower, client_of):
    lived_in = tower.units.first()
    for _person in range(3):
        TenureFactory(unit=lived_in, person=PersonFactory(office=office))
    TenureFactory(unit=tower.units.last(), ends=dt.date(2026, 2, 1))
    BuildingFactory(office=office, name="4", position=4)
    screen = client_of(clerk).get("/buildings/").context["screen"]
    at = screen.table.at
    names = ("name", "entrance_count", "unit_count", "occupied_count")
    figures = [[row[at[name]] for name in names] for row in screen.rows]
    assert figures == [["3", 2, 4, 1], ["4", 0, 0, 0]]
    assert screen.count == 2
    assert [text for column, text in screen.totals if column.total] == ["4", "1"]


def test_building_shows_its_floors_from_the_top_the_same_in_every_staircase(tower):
    staircases, figures = staircases_of(tower)
    shown = [
        (one.entrance.name, [(storey.name, [cell.name for cell in storey.cells]) for storey in one.storeys])
        for one in staircases
    ]
    assert shown == [("1", [("2", ["201"]), ("1", ["101", "102"])]), ("2", [("2", ["201"]), ("1", [])])]
    assert [(tone, count) for _label, tone, count in figures] == [("muted", 4)]


def test_units_without_an_entrance_keep_their_whole_code_and_come_last(office, tower):
    UnitFactory(office=office, building=tower, code="S-3-01", kind="shop", state="in_use", floor=None)
    UnitFactory(office=office, building=tower, code="B1-001", kind="parking", state="rented", floor=-1)
    last = staircases_of(tower)[0][-1]
    assert last.entrance is None
    assert [(storey.name, [cell.name for cell in storey.cells]) for storey in last.storeys] == [
        ("-1", ["B1-001"]),
        ("—", ["S-3-01"]),
    ]


@pytest.mark.parametrize(
    ("kind", "state", "occupied", "tone"),
    [
        ("residence", "sold", True, "ok"),
        ("residence", "sold", False, "muted"),
        ("residence", "idle", True, "ok"),
        ("residence", "idle", False, "neutral"),
        ("residence", "pending", False, "warn"),
        ("shop", "in_use", True, "info"),
        ("parking", "rented", True, "info"),
        ("parking", "sold", True, "ok"),
    ],
)
def test_a_home_is_shown_by_who_lives_there_all_else_by_its_state(kind, state, occupied, tone, office):
    building = BuildingFactory(office=office)
    unit = UnitFactory(office=office, building=building, kind=kind, state=state)
    if occupied:
        TenureFactory(unit=unit, person=PersonFactory(office=office))
    cell = staircases_of(building)[0][0].storeys[0].cells[0]
    assert cell.tone == tone
    assert (cell.label == unit.get_state_display()) is (kind != "residence" or tone in {"neutral", "warn"})


@pytest.mark.parametrize("units", [1, 3])
def test_building_page_takes_eight_queries_however_many_units(
    units, office, clerk, client_of, django_assert_num_queries
):
    building = BuildingFactory(office=office)
    for number in range(units):
        entrance = EntranceFactory(building=building, name=str(number))
        TenureFactory(unit=UnitFactory(office=office, building=building, entrance=entrance))
    client = client_of(clerk)
    client.get(building.get_absolute_url())
    with django_assert_num_queries(8):
        client.get(building.get_absolute_url())


def test_building_and_its_entrances_are_made_in_the_browser(office, supervisor, steward, client_of):
    client = client_of(supervisor)
    area = AreaFactory(office=office)
    values = {"name": "8", "position": "8", "area": area.pk, "steward": steward.pk}
    assert client.post("/buildings/add/", once() | values).status_code == 302
    building = Building.objects.get(name="8")
    assert (building.office, building.area, building.steward) == (office, area, steward)
    answer = client.post(f"/buildings/{building.pk}/entrances/add/", once() | {"name": "1"})
    assert (answer.status_code, answer.url) == (302, building.get_absolute_url())
    entrance = Entrance.objects.get()
    assert client.post(f"/entrances/{entrance.pk}/edit/", {"name": "东"}).status_code == 302
    entrance.refresh_from_db()
    assert entrance.name == "东"


def test_a_second_building_of_a_name_is_refused_in_the_form(office, supervisor, tower, client_of):
    answer = client_of(supervisor).post("/buildings/add/", once() | {"name": "3", "position": "9"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["本管理处已有同名楼栋。"]
    assert Building.objects.count() == 1


def test_only_who_may_look_after_a_building_in_the_office_is_offered(
    office, supervisor, steward, guard, outsider, client_of
):
    form = client_of(supervisor).get("/buildings/add/").context["form"]
    assert set(form.fields["steward"].queryset) == {steward, supervisor}


# ---- units ----


@pytest.mark.parametrize("rows", [1, 3])
def test_unit_list_takes_eight_queries_however_many_rows(rows, office, clerk, client_of, django_assert_num_queries):
    for _row in range(rows):
        TenureFactory(unit=UnitFactory(office=office, building=BuildingFactory(office=office)))
    client = client_of(clerk)
    client.get("/units/")
    with django_assert_num_queries(8):
        client.get("/units/")


def test_company_sees_all_offices_and_asks_for_one(office, other_office, company, client_of):
    UnitFactory(office=office, code="A-1")
    UnitFactory(office=other_office, code="B-1")
    client = client_of(company)
    assert client.get("/units/").context["screen"].count == 2
    screen = client.get("/units/", {"office": other_office.pk}).context["screen"]
    assert [row[screen.table.at["code"]] for row in screen.rows] == ["B-1"]


def test_excel_holds_the_filtered_units_with_area_as_a_number(office, clerk, client_of):
    TenureFactory(unit=UnitFactory(office=office, code="3-2-1502"), person=PersonFactory(office=office, name="张伟"))
    UnitFactory(office=office, code="S-01", kind="shop")
    answer = client_of(clerk, confirmed=True).get("/units/", {"export": "xlsx", "kind": "residence"})
    head, row, total = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values
    assert len(head) == len(row) == len(total)
    assert (row[0], "张伟" in row, 89.5 in row) == ("3-2-1502", True, True)


@pytest.mark.parametrize("role", ["guard", "engineer", "cashier"])
def test_excel_is_refused_without_the_role(role, office, client_of, request):
    assert client_of(request.getfixturevalue(role)).get("/units/?export=xlsx").status_code == 403


def test_a_unit_is_added_with_its_place(office, supervisor, tower, client_of):
    entrance = tower.entrances.first()
    values = {"code": "３-1-３０１", "kind": "residence", "building": tower.pk, "entrance": entrance.pk, "floor": "3"}
    answer = client_of(supervisor).post("/units/add/", once() | values | {"floor_area": "89.50", "state": "sold"})
    unit = Unit.objects.get(code="3-1-301")
    assert (answer.status_code, answer.url) == (302, unit.get_absolute_url())
    assert (unit.building, unit.entrance, unit.floor, unit.office) == (tower, entrance, 3, office)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "3-1-101"},
        {"entrance": "other"},
        {"kind": "parking", "state": "in_use"},
        {"floor_area": "0"},
        {"floor_area": "89.505"},
        {"code": ""},
    ],
)
def test_a_unit_that_cannot_be_is_refused_with_the_form(wrong, office, supervisor, tower, client_of):
    if wrong.get("entrance"):
        wrong = {"entrance": EntranceFactory(building=BuildingFactory(office=office)).pk}
    values = {"code": "3-9-901", "kind": "residence", "building": tower.pk, "state": "sold"}
    answer = client_of(supervisor).post("/units/add/", once() | values | wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Unit.objects.count() == 4


def test_a_unit_edited_by_two_shows_both_texts(office, supervisor, client_of):
    unit = UnitFactory(office=office, note="旧")
    values = {"code": unit.code, "kind": "residence", "note": "我的", "version": version_token(unit)}
    services.edit_unit(Unit.objects.get(pk=unit.pk), by=supervisor, note="别人的")
    answer = client_of(supervisor).post(reverse("estate:unit_edit", args=[unit.pk]), values)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert ("我的" in text, "别人的" in text) == (True, True)


def test_choices_offer_the_offices_own_units(office, other_office, clerk, client_of):
    services.index_unit(UnitFactory(code="3-2-101", office=office))
    services.index_unit(UnitFactory(code="P-3", office=office, kind="parking"))
    services.index_unit(UnitFactory(code="3-9-1", office=other_office))
    client = client_of(clerk)

    def offered(address, **query):
        return [row["text"] for row in client.get(address, query).json()["results"]]

    assert offered("/units/choices/", q="3-") == ["3-2-101"]
    assert offered("/units/choices/") == ["3-2-101", "P-3"]
    assert offered("/units/spaces/choices/") == ["P-3"]
    assert offered("/units/choices/", q="3-", office=other_office.pk) == []


# ---- company assets ----


def test_acceptance_is_recorded_with_its_day(supervisor, shop, client_of):
    client = client_of(supervisor)
    tomorrow = local_date() + dt.timedelta(days=1)
    assert act(client, shop, "accept_unit", accepted_on=tomorrow).context["form"].errors
    assert act(client, shop, "accept_unit", accepted_on="2026-03-16", note="竣工移交").status_code == 302
    shop.refresh_from_db()
    assert (shop.state, shop.accepted_on) == ("accepted", dt.date(2026, 3, 16))


def test_a_space_is_let_and_set_idle_again_with_its_tenant(supervisor, office, space, client_of):
    client, tenant = client_of(supervisor), PersonFactory(office=office)
    act(client, space, "rent_unit", person=tenant.pk, on="2026-03-01")
    space.refresh_from_db()
    assert (space.state, space.tenures.get().person) == ("rented", tenant)
    act(client, space, "idle_unit", on="2026-06-30", note="退租")
    space.refresh_from_db()
    assert (space.state, space.tenures.get().ends) == ("idle", dt.date(2026, 6, 30))


def test_a_unit_is_taken_into_use_sold_and_taken_back(supervisor, office, shop, client_of):
    client, buyer = client_of(supervisor), PersonFactory(office=office)
    act(client, shop, "accept_unit", accepted_on="2026-03-16")
    assert act(client, shop, "use_unit").status_code == 302
    act(client, shop, "sell_unit", person=buyer.pk, on="2026-05-01")
    shop.refresh_from_db()
    assert (shop.state, shop.tenures.get().person) == ("sold", buyer)
    assert act(client, shop, "take_back_unit", on="2026-07-01", note="").context["form"].errors
    act(client, shop, "take_back_unit", on="2026-07-01", note="回购")
    shop.refresh_from_db()
    assert (shop.state, shop.tenures.get().ends) == ("idle", dt.date(2026, 6, 30))


def test_only_a_letting_is_asked_for_its_last_day(supervisor, office, shop, client_of):
    client = client_of(supervisor)
    act(client, shop, "accept_unit", accepted_on="2026-03-16")
    let = UnitFactory(office=office, kind="parking", state="rented")
    asked = [
        list(client.get(reverse("estate:unit_move", args=[unit.pk, "idle_unit"])).context["form"].fields)
        for unit in (let, shop)
    ]
    assert asked == [["on", "note", "once"], ["note", "once"]]
    assert act(client, shop, "idle_unit").status_code == 302


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("engineer", 403), ("company", 403), ("outsider", 404)])
def test_assets_are_moved_by_supervisors_only(role, status, shop, client_of, request):
    client = client_of(request.getfixturevalue(role))
    assert act(client, shop, "accept_unit", accepted_on="2026-03-16").status_code == status
    shop.refresh_from_db()
    assert shop.state == "pending"


def test_a_move_that_comes_too_late_answers_409_and_keeps_the_text(supervisor, shop, client_of):
    services.accept_unit(shop, accepted_on=dt.date(2026, 3, 16), by=supervisor)
    answer = act(client_of(supervisor), shop, "accept_unit", accepted_on="2026-03-17", note="第二次移交")
    assert answer.status_code == 409
    assert "第二次移交" in answer.content.decode()


def test_a_space_offers_no_moves_of_shops(supervisor, space, client_of):
    moves = client_of(supervisor).get(space.get_absolute_url()).context["moves"]
    assert [move.href.rstrip("/").rpartition("/")[2] for move in moves] == ["rent_unit", "sell_unit"]
    assert act(client_of(supervisor), space, "use_unit").status_code == 403


def test_asset_board_counts_and_leaves_out_what_cannot_be(office, manager, shop, space, client_of):
    UnitFactory(office=office, code="S-02", kind="shop", state="idle", accepted_on=dt.date(2026, 3, 16))
    context = client_of(manager).get("/assets/").context
    rows = {str(row["kind"]): {str(state): count for state, count in row["cells"]} for row in context["rows"]}
    assert rows["shop"] == {"pending": 1, "accepted": 0, "idle": 1, "in_use": 0, "rented": None, "sold": 0}
    assert rows["parking"] == {"pending": None, "accepted": None, "idle": 1, "in_use": None, "rented": 0, "sold": 0}
    assert [unit.code for unit, _tone in context["accepted"]] == ["S-02"]


def test_asset_board_of_one_office_leads_to_that_offices_lists(office, other_office, company, clerk, space, client_of):
    UnitFactory(office=other_office, code="B1-001", kind="parking", state="idle")
    address = reverse("estate:asset_board_of", args=[office.pk])
    everywhere = client_of(company).get(address).content.decode()
    assert f'?kind=parking&amp;state=idle&amp;office={office.pk}">1</a>' in everywhere
    here = client_of(clerk).get(address).content.decode()
    assert '?kind=parking&amp;state=idle">1</a>' in here


def test_asset_board_of_another_office_is_not_found(office, outsider, client_of):
    assert client_of(outsider).get(reverse("estate:asset_board_of", args=[office.pk])).status_code == 404


# ---- generator ----

PLAN = {
    "buildings": "1-3", "entrances": "2", "first_floor": "1", "last_floor": "18", "per_floor": "4",
    "kind": "residence", "state": "sold", "pattern": "{building}-{entrance}-{floor}{nn:02}",
}  # fmt: skip


def test_preview_names_what_is_there_already(office, supervisor, client_of):
    UnitFactory(office=office, code="2-1-504")
    preview = client_of(supervisor).post("/units/generate/", once() | PLAN | {"preview": "1"}).context["preview"]
    assert (preview.new, preview.existing, preview.shown[0].code) == (431, ["2-1-504"], "1-1-101")
    assert (len(preview.first), len(preview.first + preview.more)) == (8, 200)


def test_a_large_plan_is_made_by_a_job_once(office, supervisor, client_of):
    client, form = client_of(supervisor), once() | PLAN | {"buildings": "1-20", "make": "1"}
    first, again = client.post("/units/generate/", form), client.post("/units/generate/", form)
    job = Job.objects.get()
    assert first.url == again.url == job.get_absolute_url()
    assert Unit.objects.count() == 0


def test_generator_asks_for_an_office_first(office, other_office, admin, client_of):
    client = client_of(admin)
    assert client.get("/units/generate/").context["lacks_office"]
    for press in ("preview", "make"):
        answer = client.post("/units/generate/", once() | PLAN | {press: "1"})
        assert (answer.status_code, answer.context["lacks_office"]) == (200, True)
    assert not Unit.objects.exists()


def test_generator_is_refused_to_clerks(clerk, client_of):
    assert client_of(clerk).post("/units/generate/", once() | PLAN | {"make": "1"}).status_code == 403


# ---- offices and days ----


def test_settings_of_the_office_are_changed_and_recorded(office, supervisor, client_of):
    values = {
        "code": office.code, "name": office.name, "shift_pattern": "B", "lock_after_minutes": "10",
        "attachment_quota_mb": "4096", "version": version_token(office),
    }  # fmt: skip
    answer = client_of(supervisor).post(reverse("estate:office_edit", args=[office.pk]), values)
    assert (answer.status_code, answer.url) == (302, office.get_absolute_url())
    row = Activity.objects.get(verb="edit_office")
    assert row.after == {"shift_pattern": "B", "lock_after_minutes": 10, "attachment_quota_mb": 4096}
    assert Office.objects.get(pk=office.pk).lock_after_minutes == 10


def test_office_list_shows_the_own_office_only(office, other_office, clerk, company, client_of):
    def names(user):
        screen = client_of(user).get("/offices/").context["screen"]
        return [row[screen.table.at["name"]] for row in screen.rows]

    assert names(clerk) == [office.name]
    assert names(company) == [other_office.name, office.name]


def test_a_second_word_on_a_day_is_refused_in_the_form(office, supervisor, client_of):
    HolidayFactory(office=office, date=dt.date(2026, 11, 23))
    answer = client_of(supervisor).post("/holidays/add/", once() | {"date": "2026-11-23", "kind": "working_day"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["该日期已登记过，请先删除原来的。"]


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("company", 403), ("outsider", 404)])
def test_a_day_is_taken_back_by_supervisors_only(role, status, office, client_of, request):
    holiday = HolidayFactory(office=office)
    address = reverse("estate:holiday_remove", args=[holiday.pk])
    assert client_of(request.getfixturevalue(role)).post(address).status_code == status
    assert Holiday.objects.count() == 1


def test_looking_at_the_removal_page_removes_nothing(office, supervisor, client_of):
    holiday = HolidayFactory(office=office)
    assert client_of(supervisor).get(reverse("estate:holiday_remove", args=[holiday.pk])).status_code == 200
    assert Holiday.objects.count() == 1
