"""The office's own figures: read with their defaults, changed on one page, nobody's change overwritten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from complaints import services
from complaints.models import Target, TicketSettings
from complaints.services.settings import DEFAULT_TARGETS, settings_of, target_of, targets_of
from frontdesk.kit.activity import history_of
from frontdesk.kit.durations import said
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import TargetFactory, TicketFactory, TicketSettingsFactory

pytestmark = pytest.mark.django_db
URL = "/ticket-settings/"
REPAIR = ("repair", False)


def default_targets():
    names = ("dispatch", "accept", "finish", "close")
    return {key: dict(zip(names, minutes, strict=True)) for key, minutes in DEFAULT_TARGETS.items()}


def words(minutes):
    """Return what a Chinese reader sees."""
    with translation.override("zh-hans"):
        return said(minutes, day=540)


def filled_in(client):
    """Return what the page's form would send."""
    form = client.get(URL).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


def change(office, by, expected=0, targets=None, **values):
    return services.change_settings(office, by=by, expected=expected, targets=targets or {}, **values)


def test_an_office_without_its_own_goes_by_the_defaults(office):
    assert (settings_of(office).pk, settings_of(office).opens_at) == (None, dt.time(8, 30))
    found = {key: (t.dispatch, t.accept, t.finish, t.close) for key, t in targets_of(office).items()}
    assert found == DEFAULT_TARGETS
    around = {key for key, target in targets_of(office).items() if target.around_the_clock}
    assert around == {("repair", True), ("help", True)}
    assert target_of(TicketFactory(office=office)).finish == 540


def test_own_figures_count_for_their_office_only(office, other_office):
    TargetFactory(office=office, finish=60)
    assert targets_of(office)[REPAIR].finish == target_of(TicketFactory(office=office)).finish == 60
    assert targets_of(other_office)[REPAIR].finish == 540


def test_change_keeps_hours_and_targets_and_says_so(office, supervisor):
    row = change(office, supervisor, opens_at=dt.time(8), targets={REPAIR: {"finish": 600}})
    assert (row.version, settings_of(office).opens_at, targets_of(office)[REPAIR].finish) == (1, dt.time(8), 600)
    target, own = history_of(row)
    assert (own.verb, own.after["opens_at"]) == ("change_settings", "08:00:00")
    assert (target.verb, target.before, target.after) == ("change_target", {"finish": 540}, {"finish": 600})


def test_change_back_to_the_default_leaves_no_row(office, supervisor):
    change(office, supervisor, targets={REPAIR: {"finish": 600}})
    change(office, supervisor, expected=1, targets=default_targets())
    assert (Target.objects.count(), TicketSettings.objects.get().version) == (0, 2)


def test_change_of_what_others_changed_meanwhile_is_a_conflict(office, supervisor, manager):
    change(office, supervisor, repeat_days=90)
    for expected in (0, 2):
        with pytest.raises(Conflict):
            change(office, manager, expected=expected, repeat_days=30)
    assert settings_of(office).repeat_days == 90


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"closes_at": dt.time(8, 30)}, "closes_at"),
        ({"supervisor_after": 300}, "manager_after"),
        ({"company_after": 100}, "company_after"),
    ],
)
def test_change_is_refused_when_figures_do_not_climb(office, supervisor, values, field):
    with pytest.raises(DeskError) as refusal:
        change(office, supervisor, **values)
    assert (refusal.value.field, TicketSettings.objects.exists()) == (field, False)


@pytest.mark.parametrize(
    ("minutes", "field"),
    [
        ({"dispatch": 0}, "repair_normal_dispatch"),
        ({"close": 200 * 540 + 1}, "repair_normal_close"),
        ({"finish": 20}, "repair_normal_finish"),
        ({"close": 60}, "repair_normal_close"),
    ],
)
def test_change_is_refused_when_a_target_cannot_be_met(office, supervisor, minutes, field):
    with pytest.raises(DeskError) as refusal:
        change(office, supervisor, targets={REPAIR: minutes})
    assert (refusal.value.field, TicketSettings.objects.exists()) == (field, False)


@pytest.mark.parametrize("who", ["clerk", "engineer", "company", "outsider"])
def test_change_needs_the_role_in_that_office(office, who, request):
    with pytest.raises(PermissionDenied):
        change(office, request.getfixturevalue(who))


def test_page_shows_own_figures_and_the_defaults_behind_empty_cells(office, supervisor, client_of):
    TargetFactory(office=office, finish=61)
    form = client_of(supervisor).get(URL).context["form"]
    assert (form["repair_normal_finish"].value(), form["repair_normal_close"].value()) == (words(61), None)
    assert form.fields["repair_normal_close"].widget.attrs["placeholder"] == words(3 * 540)
    assert form["manager_after"].value() == words(240)


def test_page_saves_what_was_typed_and_leaves_the_rest(office, supervisor, client_of):
    client = client_of(supervisor)
    data = filled_in(client) | {
        "manager_after": "１天",
        "repair_normal_finish": "1.5小时",
        "repair_urgent_close": "2天",
        "complaint_urgent_around_the_clock": "on",
        "complaint_urgent_close": "2天",
        "repair_normal_close": "2天",
    }
    assert client.post(URL, data).url == URL
    targets = targets_of(office)
    assert settings_of(office).manager_after == 540
    assert (targets[REPAIR].finish, targets[REPAIR].close) == (90, 1080)
    assert (targets["repair", True].close, targets["complaint", True].close) == (2880, 2880)
    assert (targets["complaint", True].around_the_clock, Target.objects.count()) == (True, 3)


def test_page_takes_back_what_runs_around_the_clock(office, supervisor, client_of):
    client = client_of(supervisor)
    data = filled_in(client)
    assert data.pop("repair_urgent_around_the_clock")
    client.post(URL, data)
    assert {key for key, target in targets_of(office).items() if target.around_the_clock} == {("help", True)}
    client.post(URL, filled_in(client) | {"repair_urgent_around_the_clock": "on"})
    assert not Target.objects.exists()


def test_page_sent_as_it_is_changes_nothing(office, supervisor, client_of):
    TargetFactory(office=office, finish=61, around_the_clock=True)
    client = client_of(supervisor)
    assert client.post(URL, filled_in(client)).url == URL
    assert (Target.objects.get().finish, Target.objects.get().version) == (61, 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("repair_normal_finish", "soon"),
        ("repair_normal_finish", "0"),
        ("repair_normal_finish", "20分"),
        ("repair_normal_close", "1分"),
        ("manager_after", "59分"),
        ("company_after", ""),
        ("closes_at", "08:00"),
        ("similar_percent", "101"),
    ],
)
def test_page_shows_an_error_at_its_cell_and_loses_nothing(office, supervisor, client_of, name, text):
    client = client_of(supervisor)
    answer = client.post(URL, filled_in(client) | {name: text, "repair_normal_accept": "45分"})
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (200, [name])
    assert (form[name].value(), form["repair_normal_accept"].value()) == (text, "45分")
    assert not TicketSettings.objects.exists()


@pytest.mark.parametrize("is_first", [True, False])
def test_two_who_edit_see_both_texts(office, supervisor, manager, client_of, is_first):
    if not is_first:
        TicketSettingsFactory(office=office)
    one, other = client_of(supervisor), client_of(manager)
    stale = filled_in(one)
    other.post(URL, filled_in(other) | {"repeat_days": "30", "repair_normal_finish": "5小时"})
    answer = one.post(URL, stale | {"repair_normal_finish": "6小时", "repair_normal_close": "4天"})
    assert answer.status_code == 409
    shown = [(str(row.label), row.now, row.yours, row.mine) for row in answer.context["differences"]]
    labels = {name: str(answer.context["form"].fields[name].label) for name in answer.context["form"].fields}
    assert shown == [
        (labels["repeat_days"], "30", "180", False),
        (labels["repair_normal_finish"], words(300), words(360), True),
        (labels["repair_normal_close"], "", words(4 * 540), True),
    ]
    again = answer.context["form"]
    assert (again["repeat_days"].value(), again["repair_normal_finish"].value()) == (30, "6小时")
    data = {name: again[name].value() for name in again.fields}
    assert one.post(URL, {k: v for k, v in data.items() if v not in (None, False)}).status_code == 302
    assert (settings_of(office).repeat_days, targets_of(office)[REPAIR].finish) == (30, 360)


def test_new_targets_leave_running_clocks_alone(recorded, supervisor, clerk, office):
    before = recorded.finish_due_at
    change(office, supervisor, targets={REPAIR: {"finish": 60}})
    recorded.refresh_from_db()
    assert recorded.finish_due_at == before
    assert services.change_ticket(recorded, by=clerk, urgent=True).finish_due_at < before


def test_page_asks_for_an_office_first(admin, client_of, office, other_office):
    answer = client_of(admin).get(URL)
    assert (answer.status_code, answer.context["lacks_office"]) == (200, True)
    assert client_of(admin).post(URL, {}).status_code == 200
    assert not TicketSettings.objects.exists()


def test_page_costs_a_fixed_number_of_queries(office, supervisor, client_of, django_assert_num_queries):
    client = client_of(supervisor)
    client.get(URL)
    for kind in ("repair", "help"):
        TargetFactory(office=office, kind=kind)
        with django_assert_num_queries(8):
            client.get(URL)


def test_page_shows_who_changed_what(office, supervisor, client_of):
    change(office, supervisor, targets={REPAIR: {"finish": 600}})
    page = client_of(supervisor).get(reverse("complaints:settings")).content.decode()
    assert "陈静" in page.partition("page-aside")[2]


def test_page_says_times_as_a_clock_does_and_no_word_of_the_office(office, supervisor, client_of):
    change(office, supervisor, opens_at=dt.time(8))
    page = client_of(supervisor).get(URL).content.decode().partition("page-aside")[2]
    assert "<ins>08:00</ins>" in page
    assert "<dt>office</dt>" not in page
