"""R-TKT-07: what was called about before is recognised, in whatever words."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints.services.repeats import alike, earlier_repairs, incidents_near, plain, similar_open
from complaints.services.warranty import add_months, warranty_of
from frontdesk.kit.calendar import now
from tests.factories import (
    BuildingFactory,
    CategoryFactory,
    CauseFactory,
    OfficeFactory,
    PartFactory,
    TicketFactory,
    TicketSettingsFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

SAME = [
    ("电梯停了", "电梯又坏了"),
    ("电梯停了", "2号楼电梯困人"),
    ("电梯停运", "电梯又坏了"),
    ("漏水", "水管爆裂"),
    ("水管爆了", "水管爆裂"),
    ("厨房漏水", "厨房水槽下面漏水"),
    ("停电了", "整栋楼没电"),
    ("没有热水", "热水不来"),
    ("楼道灯不亮", "楼道灯坏了"),
    ("楼上漏水", "天花板漏水"),
    ("天花板渗水", "顶上漏水"),
    ("门禁打不开", "门禁坏了刷不开"),
    ("楼上装修噪音", "装修太吵"),
    ("地下车库积水", "车库进水"),
    ("一楼大堂玻璃碎了", "大堂玻璃门破了"),
    ("消防警报一直响", "火警响了"),
    ("下水道堵了", "下水堵塞"),
    ("马桶堵了", "厕所堵塞"),
    ("停水了", "家里没有水"),
    ("elevator stuck", "Elevator out of order"),
]
OTHER = [
    ("电梯停了", "楼道灯不亮"),
    ("漏水", "物业费怎么交"),
    ("漏水", "水费太高"),
    ("停电了", "停车位被占"),
    ("停电了", "停水了"),
    ("电梯坏了", "门禁坏了"),
    ("厨房漏水", "厨房燃气怎么开通"),
    ("楼上装修噪音", "楼上漏水"),
    ("车位被占", "搬家要提前申请吗"),
    ("没有热水", "没有停车位"),
    ("马桶堵了", "门禁坏了"),
    ("broken lamp", "water leak in kitchen"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words_is_alike(one, other):
    assert alike(one, other) >= 50
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_matter_is_not_alike(one, other):
    assert alike(one, other) < 50


@pytest.mark.parametrize("text", ["", "的", "!!!", "2号楼", "😀", "\u202e漏水", "长" * 10_000])
def test_any_text_can_be_compared(text):
    assert isinstance(plain(text), str)
    assert 0 <= alike(text, "漏水") <= 100


@pytest.fixture
def building(office):
    """Building 2."""
    return BuildingFactory(office=office, name="2")


@pytest.fixture
def home(office, building):
    """A flat in building 2."""
    return UnitFactory(office=office, building=building, code="2-1-301")


@pytest.fixture
def find(office, clerk, home):
    """Look for tickets like a call from the flat; return their subjects."""

    def look(subject="电梯停了", *, kind="repair", unit=home, user=clerk, **more):
        found = similar_open(office, kind=kind, subject=subject, user=user, unit=unit, **more)
        return [one.ticket.subject for one in found]

    return look


def ticket(office, unit=None, subject="电梯又坏了", **more):
    return TicketFactory(office=office, unit=unit, subject=subject, **more)


def neighbour(office, building):
    return UnitFactory(office=office, building=building)


def test_the_same_unit_and_kind_is_found_whatever_is_said(office, home, find):
    ticket(office, home, "厨房灯不亮")
    ticket(office, home, "物业费", kind="enquiry")
    assert find("漏水") == ["厨房灯不亮"]
    assert find("", body="") == ["厨房灯不亮"]
    assert find("几点开门", kind="enquiry") == ["物业费"]


def test_the_same_building_is_found_by_what_is_said(office, building, find):
    ticket(office, neighbour(office, building))
    ticket(office, neighbour(office, building), "马桶堵了")
    ticket(office, neighbour(office, BuildingFactory(office=office, name="3")), "电梯停了")
    assert find() == ["电梯又坏了"]


def test_what_is_closed_is_not_found(office, building, home, find):
    ticket(office, neighbour(office, building), "电梯坏了", state="archived")
    ticket(office, home, "电梯停", state="archived")
    ticket(office, neighbour(office, building), "电梯停运", state="replied")
    assert find() == ["电梯停运"]


def test_the_office_says_how_much_alike_is_enough(office, building, find):
    ticket(office, neighbour(office, building), "2单元电梯里面有异响")
    assert find() == []
    own = TicketSettingsFactory(office=office, similar_percent=20)
    assert find() == ["2单元电梯里面有异响"]
    own.similar_percent = 100
    own.save()
    assert find("2单元电梯里面有异响") == ["2单元电梯里面有异响"]


def test_one_category_makes_tickets_more_alike(office, building, find):
    category = CategoryFactory(office=office)
    ticket(office, neighbour(office, building), "2单元电梯里面有异响", category=category)
    assert find() == []
    assert find(category=category) == ["2单元电梯里面有异响"]
    assert find("马桶堵了", category=category) == []


@pytest.mark.parametrize("kind", ["enquiry", "praise", "suggestion"])
def test_neighbours_who_ask_or_praise_are_two_matters(office, building, find, kind):
    ticket(office, neighbour(office, building), kind=kind)
    assert find(kind=kind) == []


def test_who_only_asks_is_shown_what_is_being_repaired(office, building, find):
    ticket(office, neighbour(office, building), "整栋楼停水")
    assert find("停水了吗", kind="enquiry") == ["整栋楼停水"]


def test_a_public_place_is_found_by_the_building_it_names(office, find):
    ticket(office, None, "电梯停了", place="2号楼大堂")
    ticket(office, None, "3号楼电梯停了")
    assert find() == ["电梯停了"]


def test_a_public_place_is_found_by_its_name(office, find):
    ticket(office, None, "积水", place="地下车库")
    assert find("有积水", place="地下车库") == ["积水"]
    assert find("地下车库有积水") == ["积水"]
    assert find("积水") == []  # at home


def test_without_a_unit_the_words_say_which_building(office, building, find):
    ticket(office, neighbour(office, building))
    assert find(unit=None, place="2栋") == ["电梯又坏了"]
    assert find("2号楼电梯停了", unit=None) == ["电梯又坏了"]
    assert find(unit=None) == []


def test_without_unit_and_building_public_places_are_compared(office, find):
    ticket(office, None, "路灯不亮", place="中心花园")
    assert find("花园路灯坏了", unit=None) == ["路灯不亮"]


def test_a_unit_without_a_building_is_compared_with_itself(office, find):
    space = UnitFactory(office=office, code="B1-001", kind="parking")
    ticket(office, space, "车位漏水")
    assert find("滴水", unit=space) == ["车位漏水"]


def test_incidents_of_the_building_come_first(office, building, home, find):
    ticket(office, home, "电梯停了")
    ticket(office, neighbour(office, building), "水泵爆裂", is_incident=True)
    ticket(office, None, "全小区停水", is_incident=True)
    ticket(office, None, "3号楼停水", is_incident=True)
    ticket(office, neighbour(office, building), "旧的", is_incident=True, state="replied")
    assert find() == ["全小区停水", "水泵爆裂", "电梯停了"]


def test_what_belongs_to_an_incident_is_left_to_it(office, building, home, find):
    incident = ticket(office, neighbour(office, building), "电梯停了", is_incident=True)
    ticket(office, neighbour(office, building), "电梯坏了", incident=incident)
    assert find() == ["电梯停了"]
    ticket(office, home, "电梯按钮坏", incident=incident)
    assert find() == ["电梯停了", "电梯按钮坏"]


def test_the_likeliest_come_first_and_five_at_most(office, building, home, find):
    for subject in ("电梯停运", "电梯停了", "电梯停了又停", "电梯停", "停电梯了", "电梯停停停"):
        ticket(office, neighbour(office, building), subject)
    ticket(office, home, "马桶堵了")
    found = find()
    assert len(found) == 5
    assert found[0] == "马桶堵了"
    assert "电梯停了" in found


def test_a_ticket_is_not_like_itself(office, home, clerk):
    own = ticket(office, home)
    assert similar_open(office, kind="repair", subject="电梯", user=clerk, unit=home, but=own.pk) == []


def test_another_offices_tickets_are_not_found(office, other_office, find, outsider):
    ticket(other_office, None, "电梯停了")
    ticket(office, None, "电梯停了", is_incident=True)
    assert find() == ["电梯停了"]
    assert find(user=outsider) == []


def test_an_engineer_finds_only_what_is_theirs(office, building, find, engineer):
    ticket(office, neighbour(office, building))
    ticket(office, neighbour(office, building), "电梯停", assignee=engineer, state="dispatched")
    assert find(user=engineer) == ["电梯停"]


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_takes_the_same_queries_however_much_is_open(
    office, building, home, clerk, rows, django_assert_num_queries
):
    for _row in range(rows):
        ticket(office, neighbour(office, building))
        ticket(office, None, "电梯停了", place="2号楼")
    with django_assert_num_queries(6):
        similar_open(office, kind="repair", subject="电梯停了", user=clerk, unit=home)


# ---- running incidents, for the household card ----


def test_incidents_near_a_building(office, building, clerk):
    seen = type(ticket(office, neighbour(office, building), "本楼", is_incident=True)).objects.visible_to(clerk)
    ticket(office, neighbour(office, BuildingFactory(office=office, name="3")), "别楼", is_incident=True)
    ticket(office, None, "电梯", place="2座", is_incident=True)
    ticket(office, None, "电梯", place="3座", is_incident=True)
    ticket(office, None, "停水", is_incident=True)
    ticket(office, None, "已回复", is_incident=True, state="replied")
    assert {row.subject for row in incidents_near(seen, building)} == {"本楼", "电梯", "停水"}
    assert {row.subject for row in incidents_near(seen, None)} == {"停水"}


# ---- repaired before ----


def repaired(office, unit, days=10, **more):
    at = now() - dt.timedelta(days=days)
    return TicketFactory(office=office, unit=unit, state="archived", received_at=at, done_at=at, **more)


def test_the_same_part_and_cause_was_repaired_before(office, home):
    part, cause = PartFactory(office=office), CauseFactory(office=office)
    last = repaired(office, home, part=part, cause=cause, days=5)
    first = repaired(office, home, part=part, cause=cause, days=100)
    repaired(office, home, part=part, cause=CauseFactory(office=office))
    repaired(office, home, part=PartFactory(office=office), cause=cause)
    repaired(office, UnitFactory(office=office), part=part, cause=cause)
    assert earlier_repairs(ticket(office, home, part=part, cause=cause)) == [last, first]


def test_without_a_cause_the_part_is_enough_and_before_that_the_category(office, home):
    part, category = PartFactory(office=office), CategoryFactory(office=office)
    known = repaired(office, home, part=part, cause=CauseFactory(office=office), category=category)
    assert earlier_repairs(ticket(office, home, part=part)) == [known]
    assert earlier_repairs(ticket(office, home, category=category)) == [known]
    assert earlier_repairs(ticket(office, home)) == []
    assert earlier_repairs(ticket(office, None, category=category)) == []


@pytest.mark.parametrize(("days", "found"), [(179, 1), (181, 0)])
def test_a_repair_long_ago_is_no_repeat(office, home, days, found):
    part = PartFactory(office=office)
    repaired(office, home, part=part, days=days)
    assert len(earlier_repairs(ticket(office, home, part=part))) == found


def test_the_office_says_how_long_a_repair_should_hold(office, home):
    part = PartFactory(office=office)
    repaired(office, home, part=part, days=31)
    TicketSettingsFactory(office=office, repeat_days=30)
    assert earlier_repairs(ticket(office, home, part=part)) == []


def test_what_is_not_done_yet_or_was_done_later_is_no_earlier_repair(office, home):
    part = PartFactory(office=office)
    old = repaired(office, home, part=part, days=20)
    new = repaired(office, home, part=part, days=10)
    ticket(office, home, part=part, state="accepted")
    assert earlier_repairs(new) == [old]
    assert earlier_repairs(old) == []


# ---- warranty (R-TKT-12) ----


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2023, 12, 1), 1, dt.date(2024, 1, 1)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2024, 3, 15), 0, dt.date(2024, 3, 15)),
        (dt.date(2024, 11, 30), 600, dt.date(2074, 11, 30)),
    ],
)
def test_months_later(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize(("today", "runs"), [("2026-02-28T23:59:00+08:00", True), ("2026-03-01T00:01:00+08:00", False)])
def test_warranty_runs_through_its_last_day(home, office, today, runs):
    home.accepted_on = dt.date(2024, 3, 1)
    part = PartFactory(office=office, warranty_months=24)
    with time_machine.travel(today, tick=False):
        found = warranty_of(home, part)
    assert (found.until, found.runs) == (dt.date(2026, 2, 28), runs)


def test_warranty_without_a_delivery_date_is_unknown(home, office):
    found = warranty_of(home, PartFactory(office=office))
    assert (found.until, found.runs) == (None, False)


def test_offices_keep_their_repairs_apart(office, home):
    part = PartFactory(office=office)
    repaired(OfficeFactory(), home, part=part)
    assert earlier_repairs(ticket(office, home, part=part)) == []
