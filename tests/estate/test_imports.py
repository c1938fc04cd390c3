"""The register from Excel (R-EST-07): flat template, workbook of several sheets, errors by row, twice is once."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import Workbook

from frontdesk.estate import services
from frontdesk.estate.models import Building, Entrance, Person, Phone, Tenure, Unit, Vehicle
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.imports import run_import
from frontdesk.kit.models import SearchTerm
from tests.estate.finding import found
from tests.kit.uploads import book_of

pytestmark = pytest.mark.django_db
ID, ID2 = "110101199003074514", "44030519900101123X"
HEAD = ["楼号", "单元", "房间", "楼层", "房屋类型", "建筑面积", "业主类型", "业主名称", "手机号", "身份证号", "车牌号"]
GOOD = [3, 2, 1502, 15, "住宅", "89.50㎡", "业主", "单小明", 13800138000, ID, "粤b·12345"]


def book(*rows, head=HEAD, title="资产信息", more=()):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in (head, *rows):
        sheet.append(row)
    for name, lines in more:
        other = workbook.create_sheet(name)
        for line in lines:
            other.append(line)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def flat(data, office, by, **options):
    return run_import("estate.register", data, office=office, by=by, options=options, name="register.xlsx")


def counted():
    models = (Building, Entrance, Unit, Person, Phone, Tenure, Vehicle, SearchTerm)
    return {model.__name__: model.objects.count() for model in models}


def said(run):
    return [(message["row"], message["column"].split(" ")[-1]) for message in run.messages]


def changed(row, **values):
    return [values.get(name, value) for name, value in zip(HEAD, row, strict=True)]


def test_one_row_brings_everything(manager, office):
    run = flat(book(GOOD), office, manager, starts="2026-01-05")
    assert (run.status, run.counts["new"]) == ("done", 1)
    stay = Tenure.objects.select_related("unit__building", "unit__entrance", "person").get()
    unit, person = stay.unit, stay.person
    assert (unit.code, unit.building.name, unit.entrance.name, unit.floor) == ("3-2-1502", "3", "2", 15)
    assert (unit.floor_area, unit.kind, unit.state, unit.office) == (Decimal("89.50"), "residence", "sold", office)
    assert (person.name, person.id_number, stay.role, stay.starts) == ("单小明", ID, "owner", dt.date(2026, 1, 5))
    assert (person.phones.get().number, person.vehicles.get().plate) == ("13800138000", "粤B12345")


WITH_SPACES = [*HEAD, "车位类型"]


def test_kind_of_a_parking_space_comes_with_the_one_sheet(manager, office):
    space = ["", "", "B1-017", "", "车位", "12.5", "业主", "单小明", "", "", "粤B12345", "露天车位"]
    run = flat(book(space, head=WITH_SPACES), office, manager)
    unit = Unit.objects.get()
    assert (run.status, unit.kind, unit.space_kind) == ("done", "parking", "open_air")
    assert Vehicle.objects.get().space == unit
    flat(book([*space[:-1], "公共车位"], head=WITH_SPACES), office, manager)
    unit.refresh_from_db()
    assert unit.space_kind == "shared"


def test_kind_of_a_space_is_refused_for_a_home(manager, office):
    run = flat(book([*GOOD, "露天车位"], head=WITH_SPACES), office, manager)
    assert (said(run), Unit.objects.exists()) == ([(2, "车位类型")], False)


@pytest.mark.parametrize("typed", ["3-2-1502", "1502", "sxm", "小明", "8000", "b12345"])
def test_what_came_in_is_found(typed, manager, office):
    flat(book(GOOD), office, manager)
    assert len(found(office, typed)) >= 1


def test_importing_twice_adds_nothing(manager, office):
    rows = [
        GOOD,
        [3, 2, 1503, 15, "住宅", 120, "业主", "李娜", "", "", ""],
        [3, 2, 1504, 15, "商铺", 50, "", "", "", "", ""],
    ]
    flat(book(*rows), office, manager)
    before = counted()
    run = flat(book(*rows[::-1]), office, manager)
    assert (run.counts["same"], run.counts["new"], counted()) == (3, 0, before)


def test_changed_rows_update_and_say_so(manager, office):
    flat(book(GOOD), office, manager)
    run = flat(book(changed(GOOD, 建筑面积="90.00", 手机号=13900139000)), office, manager)
    assert (run.status, run.counts["changed"]) == ("done", 1)
    unit, person = Unit.objects.get(), Person.objects.get()
    assert (unit.floor_area, unit.version) == (Decimal("90.00"), 2)
    assert sorted(phone.number for phone in person.phones.all()) == ["13800138000", "13900139000"]
    assert history_of(unit).get().after["floor_area"] == "90.00"
    assert "13900139000" not in history_of(person).get().note
    assert found(office, "9000") == [("person", person.pk)]


HOUSEHOLD = [
    changed(GOOD, 业主类型="家属", 业主名称="单小红", 手机号="", 身份证号="", 车牌号=""),
    GOOD,
    changed(GOOD, 业主类型="联系人", 业主名称="单小刚", 手机号="", 身份证号="", 车牌号=""),
]


def heads():
    return {stay.person.name: stay.head and stay.head.person.name for stay in Tenure.objects.all()}


def test_who_lives_with_the_owner_leaves_with_the_owner(manager, office):
    assert flat(book(*HOUSEHOLD), office, manager).status == "done"
    assert heads() == {"单小明": None, "单小红": "单小明", "单小刚": "单小明"}
    services.end_tenure(Tenure.objects.get(role="owner"), ends=local_date(), by=manager)
    assert {stay.ends for stay in Tenure.objects.all()} == {local_date()}


def test_who_comes_later_lives_with_the_tenant_who_is_there(manager, office):
    flat(book(changed(GOOD, 业主类型="租户")), office, manager)
    flat(book(HOUSEHOLD[0]), office, manager)
    assert heads() == {"单小明": None, "单小红": "单小明"}


def test_with_whom_somebody_lives_is_not_guessed_between_owner_and_tenant(manager, office):
    tenant = changed(GOOD, 业主类型="租户", 业主名称="李娜", 手机号="", 身份证号="", 车牌号="")
    flat(book(*HOUSEHOLD, tenant), office, manager)
    assert heads() == {"单小明": None, "李娜": None, "单小红": None, "单小刚": None}


def test_an_owner_of_the_past_is_nobodys_head(manager, office):
    flat(book(GOOD), office, manager)
    Tenure.objects.update(ends=local_date() - dt.timedelta(days=1))
    flat(book(HOUSEHOLD[0]), office, manager)
    assert heads() == {"单小明": None, "单小红": None}


def test_empty_cells_take_nothing_away(manager, office):
    flat(book(GOOD), office, manager)
    run = flat(book([3, 2, 1502, "", "", "", "", "单小明", "", "", ""]), office, manager)
    assert run.counts["same"] == 1


def test_an_id_number_comes_later(manager, office):
    flat(book(changed(GOOD, 身份证号="")), office, manager)
    run = flat(book(GOOD), office, manager)
    assert run.counts["changed"] == 1
    assert Person.objects.get().id_number == ID


def test_wrong_rows_stop_everything_and_come_back_marked(manager, office):
    rows = [
        GOOD,
        changed(GOOD, 房间=1503, 身份证号="110101199003074515", 业主名称="李娜"),
        changed(GOOD, 房间=1504, 建筑面积="viel", 身份证号=ID2, 业主名称="王芳", 手机号="12", 车牌号="粤B1"),
        changed(GOOD, 房间="", 业主名称="周洲", 身份证号="", 手机号="", 车牌号=""),
        changed(GOOD, 房间=1506, 业主名称="赵六", 车牌号=""),
    ]
    run = flat(book(*rows), office, manager)
    assert run.status == "checked"
    assert said(run) == [
        (3, "身份证号"), (4, "建筑面积"), (4, "手机号"), (4, "车牌号"), (5, "房间"), (6, "身份证号"),
    ]  # fmt: skip
    assert not any(counted().values())
    sheet = book_of(run.marked_file).worksheets[0]
    assert sheet.max_row == 6
    texts = str(run.messages)
    assert not any(number in texts for number in (ID, ID2, "110101199003074515"))


def test_corrected_rows_come_in(manager, office):
    wrong = changed(GOOD, 身份证号="110101199003074515")
    assert flat(book(wrong), office, manager).status == "checked"
    assert flat(book(GOOD), office, manager).status == "done"


def test_lenient_leaves_wrong_numbers_out_and_notes_it(manager, office):
    run = flat(
        book(changed(GOOD, 身份证号="110101199003074515", 手机号="12", 车牌号="粤B1")), office, manager, lenient="on"
    )
    person = Person.objects.get()
    assert run.status == "done"
    assert (person.id_number, person.phones.count(), Vehicle.objects.count()) == ("", 0, 0)
    assert person.note
    assert (
        flat(
            book(changed(GOOD, 身份证号="110101199003074515", 手机号="12", 车牌号="粤B1")),
            office,
            manager,
            lenient="on",
        ).counts["same"]
        == 1
    )


def test_placeholders_are_no_numbers(manager, office):
    flat(book(changed(GOOD, 身份证号="111111111111111111", 手机号="18999999999", 车牌号="无")), office, manager)
    person = Person.objects.get()
    assert (person.id_number, person.note, person.phones.count(), person.vehicles.count()) == ("", "", 0, 0)


def test_one_person_with_two_units_is_one(manager, office):
    flat(book(GOOD, changed(GOOD, 房间=1503, 车牌号="")), office, manager)
    assert (Person.objects.count(), Tenure.objects.count(), Phone.objects.count()) == (1, 2, 1)


def test_two_owners_in_one_cell_are_two(manager, office):
    flat(book(changed(GOOD, 业主名称="张伟、李娜", 手机号="13800138000,13900139000")), office, manager)
    people = {person.name: [phone.number for phone in person.phones.all()] for person in Person.objects.all()}
    assert people == {"张伟": ["13800138000"], "李娜": ["13900139000"]}


def test_family_in_rows_of_their_own_and_their_car_once(manager, office):
    wife = changed(GOOD, 业主类型="家庭成员", 业主名称="王芳", 身份证号="", 手机号="")
    flat(book(GOOD, wife), office, manager)
    assert sorted(Tenure.objects.values_list("role", flat=True)) == ["family", "owner"]
    assert Vehicle.objects.get().person.name == "单小明"
    assert flat(book(wife, GOOD), office, manager).counts["same"] == 2


@pytest.mark.parametrize(
    ("second", "column"),
    [
        (changed(GOOD, 业主类型="租户", 业主名称="李娜", 身份证号="", 手机号="", 建筑面积=120, 车牌号=""), "建筑面积"),
        (changed(GOOD, 房间=1503, 业主名称="李娜", 手机号="", 车牌号=""), "身份证号"),
        (changed(GOOD, 房间=1503, 业主名称="李娜", 身份证号="", 手机号=""), "车牌号"),
        (GOOD, "业主名称"),
    ],
)
def test_rows_that_contradict_each_other_are_errors_of_the_second(second, column, manager, office):
    assert said(flat(book(GOOD, second), office, manager)) == [(3, column)]


def test_number_of_somebody_registered_under_another_name_is_an_error(manager, office, clerk):
    services.add_person(office=office, by=clerk, name="别人", id_number=ID)
    assert said(flat(book(GOOD), office, manager)) == [(2, "身份证号")]


def test_another_offices_people_do_not_count(manager, office, outsider, other_office):
    services.add_person(office=other_office, by=outsider, name="别人", id_number=ID, phones=["13800138000"])
    assert flat(book(GOOD), office, manager).status == "done"
    assert Person.objects.of_office(office).get().name == "单小明"


def test_old_file_brings_nobody_back(manager, office, clerk):
    flat(book(GOOD), office, manager)
    unit = Unit.objects.get()
    buyer = services.add_person(office=office, by=clerk, name="陈晨")
    services.transfer_unit(unit, person=buyer, on=dt.date(2026, 7, 1), by=clerk)
    assert flat(book(GOOD), office, manager).counts["same"] == 1
    assert unit.tenures.filter(ends__isnull=True).get().person == buyer


def test_state_of_a_unit_on_the_register_is_left_to_its_moves(manager, office):
    flat(book(GOOD), office, manager)
    head = [*HEAD, "房屋状态"]
    assert flat(book([*GOOD, "空置"], head=head), office, manager).counts["same"] == 1
    assert Unit.objects.get().state == "sold"


@pytest.mark.parametrize(
    ("text", "name"),
    [("=1+1", "=1+1"), ("😀" * 3, "😀" * 3), ("\u202e张伟", None), ("x" * 10_000, None)],
)
def test_nasty_names_are_stored_as_text_or_refused(text, name, manager, office):
    run = flat(book(changed(GOOD, 业主名称=text, 身份证号="")), office, manager)
    if run.status == "done":
        stored = Person.objects.get().name
        assert stored == (name or "张伟")
    else:
        assert said(run) == [(2, "业主名称")]


def test_code_in_full_and_shops_without_entrance(manager, office):
    rows = [
        ["3", "2", "3-2-1502", 15, "", "", "", "", "", "", ""],
        ["S", "0", "101", 1, "商铺", "", "", "", "", "", ""],
        ["", "", "车位12", "", "车位", "", "", "", "", "", ""],
    ]
    flat(book(*rows), office, manager)
    assert sorted(Unit.objects.values_list("code", "kind")) == [
        ("3-2-1502", "residence"), ("S-101", "shop"), ("车位12", "parking"),
    ]  # fmt: skip
    assert Entrance.objects.count() == 1


def test_clerk_may_not_import(clerk, office, client_of):
    assert client_of(clerk).get("/imports/estate.register/").status_code in (403, 404)


# The workbook of several sheets ------------------------------------------------------------------------------------
OWNERS = [
    ["编号", "业主名称", "性别", "手机号", "身份证号", "业主类型", "业主编号", "", "说明"],
    [1, "张伟", "男", 13800138000, ID, 1001, 1],
    [2, "王芳", "女", "18999999999", "111111111111111111", 1002, 1],
    [3, "李娜", "女", "13900139000", "", 1001, 2, "", "业主编号", "必须为唯一值"],
    [4, "独居", "男", "", "", 1001, 3],
    [],
    ["", "", "", "", "", "", "", "", "手机号", "11位"],
]
UNITS = [
    ["房屋编号", "楼栋编号", "单元编号", "房屋楼层", "建筑面积", "业主编号", "房屋类型", "", "说明"],
    [1011, 1, 1, "1", "94.56", "1", 110],
    [1012, 1, 1, 1, 94.56, "1#2", "110"],
    [101, 2, 0, 1, 60, "", 120],
]
SPACES = [
    [
        "停车场编号",
        "车位编码",
        "面积",
        "业主编号",
        "车牌号",
        "车品牌",
        "颜色",
        "出租还是出售（H出租S出售）",
        "开始时间",
        "结束时间",
    ],
    [1, "C0001", 12.5, 1, "粤B12345", "比亚迪", "白", "S", "2026-1-5", "2037-1-1"],
    [1, "C0002", 12.5, 2, "粤B54321", "", "", "H", "2026年1月5日", 46387],
    [1, "C0003", "", "", "", "", "", "", "", ""],
]
BUILDINGS = [[1, 1, 33, "有"], [1, 2, 33, "有"], [2, "", 5, "无"]]


def sheets(owners=OWNERS, units=UNITS, spaces=SPACES):
    more = (("业主信息", owners), ("费用设置", [["费用编号"], [1]]), ("房屋信息", units), ("车位信息", spaces))
    return book(*BUILDINGS, head=["楼栋号", "单元编号", "总层数", "是否有电梯"], title="楼栋单元", more=more)


def workbook(data, office, by, **options):
    return run_import("estate.workbook", data, office=office, by=by, options=options, name="workbook.xlsx")


def test_workbook_comes_in_whole(manager, office):
    run = workbook(sheets(), office, manager)
    assert (run.status, run.messages) == ("done", [])
    assert sorted(Unit.objects.values_list("code", "kind", "state")) == [
        ("1-1-1011", "residence", "sold"), ("1-1-1012", "residence", "sold"), ("2-101", "office_room", "sold"),
        ("C0001", "parking", "sold"), ("C0002", "parking", "rented"), ("C0003", "parking", "idle"),
    ]  # fmt: skip
    stays = Tenure.objects.order_by("unit__code", "person__name").values_list("unit__code", "person__name", "role")
    assert sorted(stays) == [
        ("1-1-1011", "张伟", "owner"), ("1-1-1011", "王芳", "family"), ("1-1-1012", "张伟", "owner"),
        ("1-1-1012", "李娜", "owner"), ("1-1-1012", "王芳", "family"), ("C0001", "张伟", "owner"),
        ("C0002", "李娜", "tenant"),
    ]  # fmt: skip
    rented, sold = Tenure.objects.get(unit__code="C0002"), Tenure.objects.get(unit__code="C0001")
    assert (rented.starts, rented.ends, sold.ends) == (dt.date(2026, 1, 5), dt.date(2026, 12, 31), None)
    assert Vehicle.objects.get(plate="粤B12345").space.code == "C0001"
    assert (Person.objects.count(), Building.objects.count(), Entrance.objects.count()) == (4, 2, 2)


def test_workbook_twice_adds_nothing(manager, office):
    workbook(sheets(), office, manager)
    before = counted()
    run = workbook(sheets(), office, manager)
    assert (run.counts["new"], run.counts["changed"], counted()) == (0, 0, before)


def test_workbook_with_wrong_rows_brings_nothing(manager, office):
    owners = [*OWNERS[:3], [3, "另一人", "男", "", ID, 1001, 2]]
    units = [*UNITS, [1013, 1, 1, 1, 94.56, 99, 110]]
    spaces = [*SPACES, [1, "C0009", 10, "", "粤B77777", "", "", "", "", ""]]
    run = workbook(sheets(owners, units, spaces), office, manager)
    assert [(m["sheet"], m["row"], m["column"].split(" ")[-1]) for m in run.messages] == [
        ("业主信息", 4, "身份证号"), ("房屋信息", 5, "业主编号"), ("车位信息", 5, "业主编号"),
    ]  # fmt: skip
    assert not any(counted().values())


def test_workbook_lenient_takes_units_without_their_unknown_owner(manager, office):
    run = workbook(sheets(units=[*UNITS, [1013, 1, 1, 1, 94.56, 99, 110]]), office, manager, lenient="on")
    assert run.status == "done"
    assert not Tenure.objects.filter(unit__code="1-1-1013").exists()
