"""The pages of the month: the grid and its keys, the panel of a cell, paper and workbook, re-plans, who sees what."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from duty.models import DutySettings, Roster, RosterChange, RosterRule, ShiftType, Unavailability
from frontdesk.kit import jobs
from frontdesk.kit.models import Holiday
from tests.duty.months import BEFORE, cells, day, month_of, put, takes, team
from tests.factories import LeaveFactory, RosteredFactory, WishFactory

JSON = {"HTTP_ACCEPT": "application/json"}
CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def _before_the_month():
    with time_machine.travel(BEFORE, tick=True):
        yield


@pytest.fixture
def people(office, early, late):
    """Three colleagues, and one wanted on each shift."""
    takes(early, late)
    return team(office, 3)


def cell(roster, person, number):
    return reverse("duty:cell", args=[roster.pk, person.pk, day(number)])


def test_the_grid_takes_as_many_queries_for_many_people_as_for_one(
    draft, office, early, client_of, supervisor, django_assert_num_queries
):
    takes(early)
    url, client = draft.get_absolute_url(), client_of(supervisor)
    put(draft, team(office, 1)[0], early, 7)
    client.get(url)
    with django_assert_num_queries(24) as one:
        client.get(url)
    for person in team(office, 6):
        put(draft, person, early, 8, 10)
        WishFactory(office=office, person=person, date=day(12))
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_the_grid_shows_shifts_leave_wishes_and_what_is_missing(draft, people, office, early, client_of, supervisor):
    put(draft, people[0], early, 7, is_fixed=True)
    WishFactory(office=office, person=people[1], date=day(12))
    start = dt.datetime(2026, 12, 9, tzinfo=CHINA)
    LeaveFactory(
        office=office, person=people[2], state="approved", starts_at=start, ends_at=start + dt.timedelta(days=1)
    )
    page = client_of(supervisor).get(draft.get_absolute_url())
    text = page.content.decode()
    assert 'class="shift shift-0 is-fixed"' in text
    assert "wish-avoid" in text
    assert '<td class="is-leave" title="请假">' in text
    assert '<td class="is-under">0/1</td>' in text
    assert "12-01 早班没有人" in text


@pytest.mark.parametrize(
    ("bound", "said"),
    [(0.0, "自动排班扣872分；用时60秒"), (239.9, "自动排班扣872分，理论上不低于240分；用时60秒")],
)
def test_how_good_a_draft_could_be_is_said_where_it_is_known(bound, said, draft, people, client_of, supervisor):
    draft.figures = {"cost": 872, "bound": bound, "seconds": 60.2}
    draft.save()
    assert said in client_of(supervisor).get(draft.get_absolute_url()).content.decode()


def test_a_reader_sees_the_published_month_without_wishes_and_only_their_own_cells_lead_on(
    published, people, office, early, client_of, clerk
):
    RosteredFactory(office=office, person=clerk)
    put(published, clerk, early, 7)
    put(published, people[0], early, 8)
    WishFactory(office=office, person=people[1], date=day(12))
    text = client_of(clerk).get(published.get_absolute_url()).content.decode()
    assert 'wish-avoid"' not in text.split("<table")[1]
    assert cell(published, clerk, 7) in text
    assert cell(published, people[0], 8) not in text
    assert client_of(clerk).get(cell(published, clerk, 7)).status_code == 200
    assert client_of(clerk).post(cell(published, clerk, 7), {"shift": "", "expected": early.pk}).status_code == 403


def test_a_draft_is_not_found_by_readers(draft, people, client_of, clerk, company):
    for user in (clerk, company):
        assert client_of(user).get(draft.get_absolute_url()).status_code == 404
        assert client_of(user).get(reverse("duty:roster_sheet", args=[draft.pk])).status_code == 404
        assert b"2026-12" not in client_of(user).get(reverse("duty:roster_list")).content


def test_the_keys_set_a_cell_and_get_its_line_and_the_staffing_back(draft, people, early, client_of, supervisor):
    answer = client_of(supervisor).post(cell(draft, people[0], 7), {"shift": early.pk, "expected": ""}, **JSON)
    data = answer.json()
    assert (answer.status_code, data["status"], data["text"]) == (200, "saved", "")
    assert f'id="row-{people[0].pk}"' in data["row"]
    assert "早" in data["row"]
    assert 'class="shift shift-0">早</span> 早班' in data["foot"]
    assert cells(draft) == [("同事1", 7, "早")]


def test_the_keys_are_asked_before_a_soft_rule_is_broken(draft, people, early, client_of, supervisor):
    put(draft, people[0], early, 7)
    url, client = cell(draft, people[1], 7), client_of(supervisor)
    asked = client.post(url, {"shift": early.pk, "expected": ""}, **JSON)
    assert (asked.status_code, asked.json()["status"]) == (200, "costs")
    assert "分" in asked.json()["text"]
    done = client.post(url, {"shift": early.pk, "expected": "", "knowingly": "1"}, **JSON)
    assert done.json()["status"] == "saved"


def test_the_keys_are_refused_where_a_hard_rule_stands(draft, people, early, late, client_of, supervisor):
    put(draft, people[0], late, 7)
    answer = client_of(supervisor).post(cell(draft, people[0], 8), {"shift": early.pk, "knowingly": "1"}, **JSON)
    assert (answer.status_code, answer.json()["status"]) == (200, "refused")
    assert "至少要10小时" in answer.json()["text"]


def test_two_supervisors_on_one_cell_the_second_sees_what_the_first_did(
    draft, people, early, late, client_of, supervisor, manager
):
    url = cell(draft, people[0], 7)
    client_of(manager).post(url, {"shift": late.pk, "expected": ""}, **JSON)
    answer = client_of(supervisor).post(url, {"shift": early.pk, "expected": ""}, **JSON)
    assert (answer.status_code, answer.json()["status"]) == (200, "conflict")
    assert "晚班" in answer.json()["text"]
    assert "刘建国" in answer.json()["text"]
    assert "晚" in answer.json()["row"]
    assert cells(draft) == [("同事1", 7, "晚")]


def test_a_published_cell_asks_for_a_reason(published, people, early, client_of, supervisor):
    url, client = cell(published, people[0], 7), client_of(supervisor)
    assert client.post(url, {"shift": early.pk}, **JSON).json()["status"] == "reason"
    assert client.post(url, {"shift": early.pk, "reason": "加人"}, **JSON).json()["status"] == "saved"
    page = client.get(reverse("duty:rosterchange_list", args=[published.pk])).content.decode()
    assert "加人" in page


def test_a_cell_is_fixed_and_let_go(draft, people, client_of, supervisor):
    url, client = cell(draft, people[0], 7), client_of(supervisor)
    assert "is-fixed" in client.post(url, {"act": "fix"}, **JSON).json()["row"]
    assert "is-fixed" not in client.post(url, {"act": "free"}, **JSON).json()["row"]


def test_without_javascript_the_cells_page_does_the_same(draft, people, early, late, client_of, supervisor):
    url, client = cell(draft, people[0], 7), client_of(supervisor)
    page = client.get(url).content.decode()
    assert "换成别的班" in page
    assert client.post(url, {"shift": early.pk, "expected": ""}).status_code == 302
    refused = client.post(cell(draft, people[1], 7), {"shift": early.pk, "expected": ""})
    assert refused.status_code == 422
    assert "仍然这样排" in refused.content.decode()


def test_why_me_names_who_else_could_and_whom_a_rule_excludes(
    draft, people, office, early, late, client_of, supervisor
):
    put(draft, people[0], early, 7)
    start = dt.datetime(2026, 12, 7, tzinfo=CHINA)
    LeaveFactory(
        office=office, person=people[1], state="approved", starts_at=start, ends_at=start + dt.timedelta(days=1)
    )
    page = client_of(supervisor).get(cell(draft, people[0], 7)).content.decode()
    others = page.split("为什么是这位同事？")[1]
    assert others.index("同事3") < others.index("同事2")
    assert "12-07请假" in others


def test_what_if_two_exchanged(draft, people, early, late, client_of, supervisor):
    put(draft, people[0], early, 7)
    put(draft, people[1], late, 7)
    page = client_of(supervisor).get(cell(draft, people[0], 7), {"with": people[1].pk, "on": "2026-12-07"})
    assert "同事2</strong> 12-07" in page.content.decode()


@pytest.mark.parametrize("url", ["/rosters/{pk}/cells/999999/2026-12-07/", "/rosters/{pk}/cells/{person}/2027-01-07/",
                                 "/rosters/{pk}/cells/{person}/2026-12-99/"])  # fmt: skip
def test_cells_of_nobody_and_of_other_months_are_not_found(draft, people, client_of, supervisor, url):
    assert client_of(supervisor).get(url.format(pk=draft.pk, person=people[0].pk)).status_code == 404


def test_fairness_shows_hours_and_counts_beside_the_mean(draft, people, early, late, client_of, supervisor):
    put(draft, people[0], late, 7, 8, 12)
    page = client_of(supervisor).get(reverse("duty:roster_fairness", args=[draft.pk])).content.decode()
    assert "同事1" in page
    assert ">27 <small>" in page
    assert "平均" in page


def test_the_sheet_is_the_paper_offices_use(published, people, early, late, client_of, supervisor):
    put(published, people[0], early, 1, 2)
    page = client_of(supervisor).get(reverse("duty:roster_sheet", args=[published.pk])).content.decode()
    assert "南湖管理处值班安排表 2026-12" in page
    for word in ("姓名", "制表", "审核", "早班", "06:00–13:00"):
        assert word in page


def test_the_workbook_is_the_same_sheet(published, people, early, late, client_of, supervisor):
    put(published, people[0], early, 1, 2)
    put(published, people[0], late, 3)
    answer = client_of(supervisor, confirmed=True).get(reverse("duty:roster_workbook", args=[published.pk]))
    sheet = load_workbook(BytesIO(answer.getvalue())).active
    assert sheet["A1"].value == "南湖管理处值班安排表 2026-12"
    assert [sheet.cell(3, column).value for column in (1, 2, 32, 33, 34, 35)] == ["姓名", 1, 31, "工时", "晚班", "休息"]
    assert [sheet.cell(4, column).value for column in (2, 3)] == ["二", "三"]
    line = [sheet.cell(5, column).value for column in (1, 2, 3, 4, 5, 33, 34, 35)]
    assert line == ["同事1", "早", "早", "晚", None, 23, 1, 28]
    assert sheet.cell(5, 2).fill.fgColor.rgb == "00FFF3C9"
    assert [sheet.cell(8, column).value for column in (1, 2, 3, 4)] == ["早班", 1, 1, 0]
    assert sheet["A11"].value.startswith("图例：早 = 早班 06:00–13:00")
    assert "制表" in sheet["B14"].value
    assert (sheet.page_setup.orientation, sheet.freeze_panes) == ("landscape", "B5")


def test_a_draft_is_ordered_watched_and_leads_back_to_the_month(draft, people, office, client_of, supervisor):
    DutySettings.objects.create(office=office, draft_seconds=1)
    client = client_of(supervisor)
    order = client.post(reverse("duty:roster_draft", args=[draft.pk]))
    progress = reverse("duty:roster_progress", args=[draft.pk])
    assert order.url == progress
    assert "停止并采用目前最好的" in client.get(progress).content.decode()
    assert client.post(reverse("duty:roster_stop", args=[draft.pk])).url == progress
    assert Roster.objects.get().stop_asked
    assert jobs.run_job(Roster.objects.get().job_id)
    assert client.get(progress).url == draft.get_absolute_url()


def test_the_rest_is_planned_again_looked_at_and_taken(published, people, office, early, client_of, supervisor):
    DutySettings.objects.create(office=office, draft_seconds=1)
    put(published, people[0], early, 7, 8, 9)
    start = dt.datetime(2026, 12, 8, tzinfo=CHINA)
    LeaveFactory(
        office=office, person=people[0], state="approved", starts_at=start, ends_at=start + dt.timedelta(days=1)
    )
    client, url = client_of(supervisor), reverse("duty:roster_replan", args=[published.pk])
    client.post(url, {"since": "2026-12-02"})
    assert jobs.run_job(Roster.objects.get().job_id)
    before = cells(published)
    assert client.get(reverse("duty:roster_progress", args=[published.pk])).url == url
    assert "改动" in client.get(url).content.decode()
    assert cells(published) == before
    taken = client.post(reverse("duty:roster_replan_take", args=[published.pk]), {"reason": "病假"})
    assert taken.status_code == 302, taken.content.decode()
    assert cells(published) != before


def test_the_ready_patterns_stand_there_until_one_is_taken(office, client_of, supervisor):
    client, url = client_of(supervisor), reverse("duty:shifttype_list")
    page = client.get(url).content.decode()
    assert page.index("06:00–13:00") < page.index("08:30–16:30")
    client.post(reverse("duty:shifttype_pattern"), {"pattern": "B"})
    assert [row.hours for row in ShiftType.objects.all()] == ["08:30–16:30", "16:30–23:30"]
    assert "采用这组班次" not in client.get(url).content.decode()


def test_a_shift_is_added_with_its_table_of_people(office, client_of, supervisor):
    data = {"name": "夜班", "code": "夜", "starts": "22:00", "minutes": "7.5", "colour": "2", "is_late": "on"}
    for number, kind in enumerate(Holiday.Kind.values):
        data |= {f"people_{kind}": number + 1, f"experienced_{kind}": number}
    client_of(supervisor).post(reverse("duty:shifttype_add"), data)
    row = ShiftType.objects.get()
    assert (row.hours, row.is_late) == ("22:00–05:30", True)
    assert [(one.people, one.experienced) for one in row.headcounts.order_by("pk")] == [(1, 0), (2, 1), (3, 2), (4, 3)]


def test_the_rules_page_saves_what_was_changed(office, client_of, supervisor):
    client, url = client_of(supervisor), reverse("duty:rules")
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"rest_value": "11.5", "late_strength": "off"}
    assert client.post(url, data).status_code == 302
    assert sorted(RosterRule.objects.values_list("code", "value", "strength")) == [
        ("late", None, "off"),
        ("rest", 690, "hard"),
    ]
    assert client.post(url, data).status_code == 409


def test_fixed_unavailability_is_added_and_taken_back(office, client_of, supervisor):
    row, client = RosteredFactory(office=office), client_of(supervisor)
    client.post(
        reverse("duty:unavailability_add", args=[row.pk]), {"weekday": "2", "starts": "2026-12-01", "reason": "夜校"}
    )
    never = Unavailability.objects.get()
    assert "夜校" in client.get(row.get_absolute_url()).content.decode()
    refused = client.post(reverse("duty:unavailability_add", args=[row.pk]), {"starts": "2026-12-01"})
    assert "请选择星期几" in refused.content.decode()
    client.post(reverse("duty:unavailability_remove", args=[never.pk]))
    assert not Unavailability.objects.exists()


def test_the_hours_a_sentence_asks_are_those_of_the_contract(draft, people, early, late, client_of, supervisor):
    put(draft, people[0], early, 7)
    client = client_of(supervisor)
    month = month_of(draft)
    contract = month.contract_minutes(people[0].pk) // 60
    assert f"本月7小时，按合同约{contract}小时" in client.get(cell(draft, people[0], 7)).content.decode()
    fairness = client.get(reverse("duty:roster_fairness", args=[draft.pk])).content.decode()
    assert f">{contract}<" in fairness


def test_the_list_of_shifts_calls_a_late_shift_late_and_not_overdue(office, early, late, client_of, supervisor):
    page = client_of(supervisor).get(reverse("duty:shifttype_list")).content.decode()
    head = page[page.index("<thead") : page.index("</thead>")]
    assert "晚班" in head
    assert "时间" in head
    assert "逾期" not in head


@pytest.mark.parametrize("name", ["duty:roster_stop", "duty:roster_replan_discard"])
def test_a_draft_is_not_found_by_a_readers_post(draft, client_of, clerk, name):
    assert client_of(clerk).post(reverse(name, args=[draft.pk])).status_code == 404


def test_the_changes_say_of_which_month_they_are_and_lead_back(published, people, early, client_of, supervisor):
    RosterChange.objects.create(
        roster=published, edition=2, person=people[0], date=day(7), before=early, reason="临时", made_by=supervisor
    )
    page = client_of(supervisor).get(reverse("duty:rosterchange_list", args=[published.pk])).content.decode()
    crumbs = page[page.index('class="crumbs"') : page.index("</nav>", page.index('class="crumbs"'))]
    assert f'<a href="{published.get_absolute_url()}">2026-12</a>' in crumbs
    assert "改前" in page
