"""The one search box: what it finds, whom it tells what, where Enter leads (R-EST-05, R-EST-04)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from complaints.services.intake import index_tickets
from frontdesk.estate.services import index_person, index_unit, index_vehicle
from frontdesk.home import finding
from frontdesk.home.finding import find, unit_choices
from frontdesk.kit.search import phone_digits
from tests.factories import (
    MembershipFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
    VehicleFactory,
)

SEARCH = reverse("home:search")


def settle(office, code, name, phone="", plate="", role="owner"):
    """Let somebody live in a new unit and make all of it findable."""
    unit = UnitFactory(office=office, code=code)
    return move_in(unit, name, phone, plate, role)


def move_in(unit, name, phone="", plate="", role="owner"):
    """Let somebody live in a unit."""
    person = PersonFactory(office=unit.office, name=name)
    TenureFactory(unit=unit, person=person, role=role)
    if phone:
        PhoneFactory(person=person, number=phone)
    if plate:
        index_vehicle(VehicleFactory(person=person, plate=plate))
    index_unit(unit)
    index_person(person)
    return unit, person


def lines(groups):
    """Return kind and main text of every line."""
    return [(row.kind, row.main) for group in groups for row in group.rows]


@pytest.fixture
def home(office):
    """张伟's household."""
    return settle(office, "3-2-1502", "张伟", "13800138000", "粤B12345")


def test_find_groups_what_fits_by_kind(home, office, clerk):
    ticket = TicketFactory(office=office, number="2026-01502", unit=home[0], subject="水龙头漏水")
    index_tickets([ticket])
    assert lines(find(clerk, office, "1502", limit=6)) == [("unit", "3-2-1502"), ("ticket", "2026-01502 水龙头漏水")]


def test_find_puts_kinds_with_a_whole_match_first(home, office, clerk):
    settle(office, "8-8000", "李四")
    settle(office, "80001", "王五")
    groups = find(clerk, office, "80001", limit=6)
    assert lines(groups) == [("unit", "80001")]
    settle(office, "9-9-901", "赵六", "13900080001")
    assert [group.kind for group in find(clerk, office, "0080001", limit=6)] == ["person"]


def test_find_shows_units_with_people_and_people_with_masked_phones(home, office, clerk):
    groups = find(clerk, office, "1502", limit=6)
    assert groups[0].rows[0].side.split(" · ")[1:] == ["张伟"]
    side = find(clerk, office, "张伟", limit=6)[0].rows[0].side
    assert side.endswith(" · 138****8000")
    assert side.startswith("3-2-1502 ")


def test_find_narrows_a_place_down_by_a_name(home, office, clerk):
    settle(office, "3-1-1502", "李四")
    settle(office, "9-9-901", "张三")
    assert lines(find(clerk, office, "1502 张", limit=6)) == [("unit", "3-2-1502"), ("person", "张伟")]
    assert lines(find(clerk, office, "zw 3-2", limit=6)) == [("unit", "3-2-1502"), ("person", "张伟")]
    assert lines(find(clerk, office, "3栋2单元1502 张伟", limit=6)) == [("unit", "3-2-1502"), ("person", "张伟")]


def test_find_forgets_people_who_left_a_place(home, office, clerk):
    _unit, person = home
    person.tenures.update(ends=dt.date(2026, 2, 1))
    assert lines(find(clerk, office, "1502 张", limit=6)) == []
    assert "张" not in find(clerk, office, "1502", limit=6)[0].rows[0].side


@pytest.mark.parametrize("text", ["3-2-1502", "张伟", "zhangwei", "8000", "粤B12345", "2026-00007", "1502 张"])
def test_find_tells_another_office_nothing(home, office, outsider, other_office, clerk, text):
    index_tickets([TicketFactory(office=office, number="2026-00007")])
    assert find(clerk, office, text, limit=6) != []
    assert find(outsider, other_office, text, limit=6) == []
    assert unit_choices(outsider, other_office, text, limit=6) == []


def test_find_looks_only_into_the_office_worked_in(home, office, other_office, clerk):
    MembershipFactory(user=clerk, office=other_office, role="clerk")
    settle(other_office, "3-2-1502", "别处")
    assert find(clerk, other_office, "3-2-1502", limit=6)[0].rows[0].side.endswith("别处")


def test_find_names_the_office_when_all_are_searched(home, office, other_office, company):
    settle(other_office, "3-2-1502", "别处")
    sides = [row.side for row in find(company, None, "3-2-1502", limit=6)[0].rows]
    assert [side.rpartition(" · ")[2] for side in sides] == ["南湖管理处", "北苑管理处"]


def test_find_shows_a_guard_units_without_people(home, office, guard):
    groups = find(guard, office, "1502", limit=6)
    assert lines(groups) == [("unit", "3-2-1502")]
    assert "张" not in groups[0].rows[0].side
    assert find(guard, office, "张伟", limit=6) == []
    assert find(guard, office, "粤B12345", limit=6) == []
    assert find(guard, office, "1502 张", limit=6) == []


def test_find_shows_an_engineer_own_tickets_only(office, engineer, clerk):
    index_tickets([TicketFactory(office=office, number="2026-00007", assignee=engineer)])
    index_tickets([TicketFactory(office=office, number="2026-00008")])
    assert [row.main[:10] for row in find(engineer, office, "2026", limit=6)[0].rows] == ["2026-00007"]


def test_find_answers_with_eight_queries_whatever_it_finds(office, clerk, django_assert_num_queries):
    assert clerk.active_memberships
    for n in (1, 2, 3):
        unit, _person = settle(office, f"{n}-1502", "张三", f"1380{n}001502", f"粤B{n}1502")
        index_tickets([TicketFactory(office=office, number=f"202{n}-01502", unit=unit)])
        with django_assert_num_queries(8):
            groups = find(clerk, office, "1502", limit=6)
        assert [(group.kind, len(group.rows)) for group in groups] == [
            ("unit", n),
            ("person", n),
            ("vehicle", n),
            ("ticket", n),
        ]


def test_search_box_gets_lines_without_a_page(home, fragment, clerk):
    answer = fragment(clerk, SEARCH, q="张伟").content.decode()
    assert answer.count('class="hit"') == 1
    assert "<html" not in answer


def test_search_box_with_nothing_typed_gets_nothing(fragment, clerk):
    assert fragment(clerk, SEARCH, q=" ").content.decode().strip() == ""


def test_search_box_says_when_nothing_fits(fragment, clerk):
    assert "results-none" in fragment(clerk, SEARCH, q="龘").content.decode()


def test_search_escapes_what_people_are_called(office, fragment, clerk):
    settle(office, "1-101", "<script>alert(1)</script>")
    assert "<script>alert" not in fragment(clerk, SEARCH, q="1-101").content.decode()


def test_search_page_lists_all_kinds(home, client_of, clerk):
    page = client_of(clerk).get(SEARCH, {"q": "1502"})
    assert page.status_code == 200
    assert "3-2-1502" in page.content.decode()


def test_enter_on_a_whole_unit_code_opens_the_unit(home, client_of, clerk):
    for text in ("3-2-1502", "3栋2单元1502室", "３－２－１５０２", "321502"):
        assert client_of(clerk).get(SEARCH, {"q": text}).url == home[0].get_absolute_url()


def test_enter_on_part_of_a_code_shows_the_list(home, client_of, clerk):
    assert client_of(clerk).get(SEARCH, {"q": "1502"}).status_code == 200


def test_enter_on_a_code_that_two_offices_have_shows_the_list(home, other_office, client_of, company):
    settle(other_office, "3-2-1502", "别处")
    assert client_of(company).get(SEARCH, {"q": "3-2-1502"}).status_code == 200


def test_enter_on_a_ticket_number_opens_the_ticket(office, client_of, clerk):
    ticket = TicketFactory(office=office, number="2026-00031")
    index_tickets([ticket])
    assert client_of(clerk).get(SEARCH, {"q": "2026-00031"}).url == ticket.get_absolute_url()


def test_enter_on_a_plate_opens_its_person(home, client_of, clerk):
    assert client_of(clerk).get(SEARCH, {"q": "粤b·12345"}).url == home[1].get_absolute_url()


def test_enter_on_a_name_shows_the_list(home, client_of, clerk):
    assert client_of(clerk).get(SEARCH, {"q": "张伟"}).status_code == 200


def test_search_without_log_in_is_refused(client):
    assert client.get(SEARCH, {"q": "1502"}).status_code == 302


def test_unit_choices_find_units_by_their_people_and_cars(home, office, clerk):
    for text in ("1502", "张伟", "zw", "8000", "粤B12345", "1502 张"):
        assert [row.main for row in unit_choices(clerk, office, text, limit=6)] == ["3-2-1502"]


def test_unit_choices_name_a_unit_once(home, office, clerk):
    move_in(home[0], "张小伟", role="family")
    assert [row.main for row in unit_choices(clerk, office, "张", limit=6)] == ["3-2-1502"]


def test_unit_choices_put_a_home_before_a_parking_space(office, clerk):
    space, person = settle(office, "B1-001", "张伟")
    space.kind = "parking"
    space.save()
    unit = UnitFactory(office=office, code="9-9-901")
    TenureFactory(unit=unit, person=person)
    assert [row.main for row in unit_choices(clerk, office, "张伟", limit=6)] == ["9-9-901", "B1-001"]


def test_unit_choices_cost_a_fixed_number_of_queries(office, clerk, django_assert_num_queries):
    assert clerk.active_memberships
    for n in (1, 3, 5):
        settle(office, f"{n}-1502", "张三", f"1380{n}001502", f"粤B{n}1502")
        settle(office, f"{n}-901", "李四", f"1390{n}001502")
        with django_assert_num_queries(11):
            unit_choices(clerk, office, "1502", limit=20)


@pytest.fixture
def counted(monkeypatch):
    """Return what is counted as a search by phone."""
    texts = []
    monkeypatch.setattr(finding, "note_phone_search", lambda text, **_who: texts.append(text))
    return texts


def test_searches_by_phone_are_counted_and_those_by_unit_are_not(home, office, clerk, guard, counted):
    for text in ("8000", "13800138000", "9999", "3-2-1502", "1502", "1502 张", "321502", "138", "张伟"):
        find(clerk, office, text, limit=6)
        find(guard, office, text, limit=6)
    assert [text for text in counted if phone_digits(text)] == ["8000", "13800138000", "9999"]
    unit_choices(clerk, office, "0138", limit=6)
    assert counted[-1] == "0138"
