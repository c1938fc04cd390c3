"""Goods passes on their pages: the desk, the paper, the gate, the lists, the unit's page (R-GDS-01)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from duty.services.done import done_in, who_was_there
from frontdesk.home.desk import Desk
from frontdesk.kit.activity import history_of
from frontdesk.kit.attachments import attachments_of
from movein import services
from movein.models import GateCheck, GoodsPass, GoodsSettings
from tests.factories import (
    BillFactory,
    GateCheckFactory,
    GoodsItemFactory,
    GoodsPassFactory,
    PersonFactory,
    ShiftFactory,
)
from tests.keys.conftest import signature_file
from tests.movein.conftest import MORNING, all_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FORM = {"kind": "goods", "items": "冰箱 1台", "day": "2026-11-23", "first": "09:00", "last": "18:00"}


def once(**data):
    return {"once": str(uuid4()), **data}


def add_url(unit):
    return reverse("movein:goodspass_add", args=[unit.pk])


def move_url(goods_pass, move):
    return reverse("movein:goodspass_move", args=[goods_pass.pk, move])


# ---- the desk ----


def test_start_leads_to_the_form_of_the_unit(home, clerk, client_of):
    client = client_of(clerk)
    assert client.get(reverse("movein:goodspass_start"), {"unit": home.pk}).url == add_url(home)
    assert client.get(reverse("movein:goodspass_start"), {"unit__text": "3-2-1502"}).url == add_url(home)
    assert client.get(reverse("movein:goodspass_start"), {"unit__text": "9-9"}).status_code == 200


def test_form_begins_with_who_lives_there_and_what_is_left_of_today(home, owner, clerk, client_of):
    form = client_of(clerk).get(add_url(home)).context["form"]
    assert (form["person"].value(), form["kind"].value()) == (owner.pk, "goods")
    assert [form[name].value() for name in ("first", "last")] == [dt.time(9), dt.time(20)]


def test_issue_leads_to_the_paper_and_acts_once(home, owner, clerk, client_of):
    client, data = client_of(clerk), once(**FORM, person=owner.pk)
    answers = [client.post(add_url(home), data) for _click in range(2)]
    made = GoodsPass.objects.get()
    assert {answer.url for answer in answers} == {reverse("movein:goodspass_paper", args=[made.pk])}


def test_refused_form_keeps_what_was_typed(home, owner, clerk, client_of):
    answer = client_of(clerk).post(add_url(home), once(**FORM | {"plate": "粤B1"}, person=owner.pk))
    assert list(answer.context["form"].errors) == ["plate"]
    assert "冰箱 1台" in answer.content.decode()


def test_form_offers_nobody_of_another_unit(home, owner, clerk, client_of):
    stranger = PersonFactory(office=home.office)
    answer = client_of(clerk).post(add_url(home), once(**FORM, person=stranger.pk))
    assert list(answer.context["form"].errors) == ["person"]


def test_form_mentions_what_is_owed_and_issues_all_the_same(home, owner, clerk, client_of):
    BillFactory(office=home.office, unit=home, due_on=dt.date(2020, 1, 5), month=dt.date(2020, 1, 1))
    client = client_of(clerk)
    assert reverse("fees:bill_list") in client.get(add_url(home)).content.decode().partition("<main")[2]
    assert client.post(add_url(home), once(**FORM, person=owner.pk)).status_code == 302


def test_tenant_who_moves_out_leads_to_whom_to_call(home, tenant, owner, clerk, client_of):
    client = client_of(clerk)
    answer = client.post(add_url(home), once(**FORM | {"kind": "move_out"}, person=tenant.pk))
    made = GoodsPass.objects.get()
    assert answer.url == made.get_absolute_url()
    assert reverse("movein:goodspass_person_phone", args=[made.pk, owner.pk]) in client.get(answer.url).content.decode()
    client.post(move_url(made, "approve_pass"), once(owner=owner.pk, word="phone", said="同意"))
    made.refresh_from_db()
    assert (made.state, made.owner_said) == ("issued", "同意")


def test_company_pass_needs_no_unit(office, clerk, client_of):
    data = once(**FORM, company="宏达防水", name="邓建平", phone="13800138002")
    client_of(clerk).post(reverse("movein:goodspass_company_add"), data)
    assert GoodsPass.objects.get().whose == "宏达防水"


def test_paper_shows_code_and_goods_and_no_phone(issued, clerk, client_of):
    text = client_of(clerk).get(reverse("movein:goodspass_paper", args=[issued.pk])).content.decode()
    sheet = text.partition('<table class="table order pass">')[2]
    assert "<svg" in sheet
    assert "餐椅" in sheet
    assert "13800138000" not in text


def test_paper_of_what_is_not_valid_says_so_and_prints_not(issued, clerk, client_of):
    services.cancel_pass(issued, by=clerk, reason="不搬了")
    text = client_of(clerk).get(reverse("movein:goodspass_paper", args=[issued.pk])).content.decode()
    assert "data-print" not in text


def test_number_is_shown_behind_the_password_and_on_record(issued, owner, clerk, client_of):
    url = reverse("movein:goodspass_person_phone", args=[issued.pk, owner.pk])
    assert client_of(clerk).post(url).status_code == 401
    answer = client_of(clerk, confirmed=True).post(url)
    assert "13800138000" in answer.content.decode()
    assert history_of(issued).first().verb == "reveal_applicant"


def test_number_of_somebody_else_is_not_found(issued, home, clerk, client_of, tenant):
    url = reverse("movein:goodspass_person_phone", args=[issued.pk, tenant.pk])
    assert client_of(clerk, confirmed=True).post(url).status_code == 404


def test_settings_are_read_by_the_next_pass(home, tenant, clerk, supervisor, client_of):
    page = client_of(supervisor).get(reverse("movein:settings"))
    data = {"version": page.context["form"]["version"].value(), "first_time": "08:00", "last_time": "20:00"}
    assert client_of(supervisor).post(reverse("movein:settings"), data).status_code == 302
    assert GoodsSettings.of(home.office).ask_owner is False
    answer = client_of(clerk).post(add_url(home), once(**FORM | {"kind": "move_out"}, person=tenant.pk))
    assert answer.url.endswith("/paper/")


# ---- the gate ----


def test_gate_lists_today_and_leads_from_a_number_to_the_pass(issued, guard, client_of):
    client = client_of(guard)
    assert list(client.get(reverse("movein:gate")).context["today"]) == [issued]
    answer = client.post(reverse("movein:gate"), {"code": "1"})
    assert answer.url == move_url(issued, "release_pass")


def test_gate_says_that_a_number_is_unknown_and_logs_it(office, guard, client_of):
    answer = client_of(guard).post(reverse("movein:gate"), {"code": "777"})
    assert list(answer.context["form"].errors) == ["code"]
    assert GateCheck.objects.get().code == "777"


def test_scan_by_a_guard_is_looked_up_and_by_a_clerk_only_opened(issued, guard, clerk, client_of):
    url = reverse("movein:scan", args=[issued.token])
    assert "data-at-once" in client_of(guard).get(url).content.decode()
    assert client_of(clerk).get(url).url == issued.get_absolute_url()


def test_let_out_leads_to_the_next_and_a_second_time_to_the_reason(issued, guard, client_of):
    client, url = client_of(guard), move_url(issued, "release_pass")
    data = {"taken": sorted(all_of(issued))}
    assert client.post(url, once(**data)).url == reverse("movein:gate")
    assert client.post(url, once(**data)).url == url
    page = client.get(url)
    assert (page.status_code, "gate-refused" in page.content.decode()) == (200, True)
    assert list(GateCheck.objects.order_by("pk").values_list("outcome", flat=True)) == ["released", "used"]


def test_let_out_sent_twice_is_no_second_use(issued, guard, client_of):
    client, data = client_of(guard), once(taken=sorted(all_of(issued)))
    answers = [client.post(move_url(issued, "release_pass"), data) for _click in range(2)]
    assert {answer.url for answer in answers} == {reverse("movein:gate")}
    assert GateCheck.objects.get().outcome == "released"


def test_let_out_keeps_ticks_and_words_when_something_is_missing(issued, guard, client_of):
    first = issued.items.first().pk
    answer = client_of(guard).post(move_url(issued, "release_pass"), once(taken=[first]))
    assert [ticked for _item, ticked in answer.context["rows"]] == [True, False]
    assert list(answer.context["form"].errors) == ["note"]


def test_turn_back_is_the_other_button_of_the_same_page(issued, guard, client_of):
    client = client_of(guard)
    assert list(client.post(move_url(issued, "turn_back"), once()).context["form"].errors) == ["note"]
    assert client.post(move_url(issued, "turn_back"), once(note="多一台电视")).url == reverse("movein:gate")
    assert GateCheck.objects.get().note == "多一台电视"


# ---- lists, the unit's page, the shift's record ----


def test_list_says_what_is_expired_and_filters_it(issued, waiting, clerk, client_of, clock):
    clock.shift(dt.timedelta(days=1))
    client = client_of(clerk)
    for state, count in (("expired", 1), ("issued", 0), ("waiting", 1), ("running", 0), ("today", 0), ("", 2)):
        page = client.get(reverse("movein:goodspass_list"), {"state": state})
        assert page.context["screen"].count == count, state


def test_list_of_a_unit_and_its_excel(issued, home, clerk, client_of):
    GoodsPassFactory(office=home.office)
    client = client_of(clerk, confirmed=True)
    assert client.get(reverse("movein:goodspass_list"), {"unit": home.pk}).context["screen"].count == 1
    assert client.get(reverse("movein:goodspass_list"), {"export": "xlsx"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("goodspass_list", 11), ("gatecheck_list", 7), ("gate", 5)])
def test_pages_ask_as_often_for_one_row_as_for_three(
    name, queries, count, office, supervisor, client_of, django_assert_num_queries
):
    for _row in range(count):
        made = GoodsPassFactory(office=office)
        GoodsItemFactory(goods_pass=made)
        GateCheckFactory(goods_pass=made)
    client = client_of(supervisor)
    client.get(reverse(f"movein:{name}"))
    with django_assert_num_queries(queries):
        assert client.get(reverse(f"movein:{name}")).status_code == 200


def test_household_card_shows_what_is_under_way_and_the_unit_all(issued, home, clerk, client_of):
    client = client_of(clerk)
    card, sections = (reverse(f"home:{name}", args=[home.pk]) for name in ("household", "unit_sections"))
    assert all(issued.number in client.get(url).content.decode() for url in (card, sections))
    services.cancel_pass(issued, by=clerk, reason="不搬了")
    assert issued.number not in client.get(card).content.decode()
    assert issued.number in client.get(sections).content.decode()


def test_shift_record_names_passes_issued_and_what_the_gate_saw(office, issued, guard, clerk, clock):
    desk = ShiftFactory(office=office, clerk=clerk, began_at=MORNING - dt.timedelta(hours=1))
    gate = ShiftFactory(office=office, clerk=guard, began_at=MORNING - dt.timedelta(hours=1))
    services.let_out(issued, by=guard, taken=all_of(issued))
    services.present_code("777", office=office, by=guard)
    clock.shift(dt.timedelta(minutes=1))
    deeds = {shift.pk: done_in(shift, shift.clerk, who_was_there(shift)) for shift in (desk, gate)}
    assert [deed.url for deed in deeds[desk.pk]] == [issued.get_absolute_url()]
    assert [deed.url for deed in deeds[gate.pk]] == [reverse("movein:gatecheck_list"), issued.get_absolute_url()]


def test_search_box_finds_a_pass_by_its_number(issued, clerk, client_of):
    assert client_of(clerk).get(reverse("home:search"), {"q": "F2026-00001"}).url == issued.get_absolute_url()


def test_desk_counts_the_owners_to_be_asked(waiting, office, clerk):
    tiles = {tile.url: tile.value for tile in Desk(clerk, office).tiles()}
    assert tiles[f"{reverse('movein:goodspass_list')}?state=waiting"] == 1


def test_owners_letter_is_not_the_guards_to_read(waiting, owner, clerk, guard, client_of):
    services.approve_pass(waiting, by=clerk, owner=owner, word="letter", paper=signature_file())
    url = reverse("kit:attachment", args=[attachments_of(waiting).get().uuid])
    assert client_of(clerk).get(url).getvalue()
    assert client_of(guard).get(url).status_code == 404
    pages = [client_of(user).get(waiting.get_absolute_url()).content.decode() for user in (clerk, guard)]
    assert [url in page for page in pages] == [True, False]


def test_tenant_who_is_out_may_be_taken_off_the_register(waiting, owner, tenant, clerk, guard, client_of):
    end = reverse("estate:tenure_end", args=[tenant.tenures.get().pk])
    services.approve_pass(waiting, by=clerk, owner=owner, word="phone")
    client = client_of(clerk)
    assert end not in client.get(waiting.get_absolute_url()).content.decode()
    services.let_out(waiting, by=guard, taken=all_of(waiting))
    assert end in client.get(waiting.get_absolute_url()).content.decode()


def test_scan_of_rubbish_is_no_pass(office, guard, clerk, client_of):
    for code in ("%00", "x" * 200, "../../etc"):
        assert client_of(guard).get(f"/p/{code}/").status_code == 200
        assert client_of(clerk).get(f"/p/{code}/").status_code == 404
