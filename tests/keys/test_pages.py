"""The pages of keys as a clerk uses them: counter, slip, return, seals, count."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from django.urls import reverse

from frontdesk.kit.attachments import remove
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Attachment
from keys import services
from keys.models import FilingOpening, Key, LentKey, Loan, SealOpening, StockTake
from tests.factories import (
    FilingOpeningFactory,
    KeyFactory,
    LentKeyFactory,
    LockChangeFactory,
    RingFactory,
    SealOpeningFactory,
    StockLineFactory,
    StockTakeFactory,
)
from tests.keys.conftest import OWNER, drawing, signature_file

pytestmark = pytest.mark.django_db


def move_url(obj, name):
    return reverse(f"keys:{obj._meta.model_name}_move", args=[obj.pk, name])


def once(**data):
    return {"once": str(uuid4()), **data}


# ---- lending ----


def test_lend_through_the_page_leads_to_the_slip(key, owner, clerk, client_of):
    client = client_of(clerk)
    form = client.get(move_url(key, "lend_key")).context["form"]
    assert (form["borrower"].value(), form["person"].value(), form["id_kind"].value()) == ("owner", owner.pk, "id_card")
    answer = client.post(
        move_url(key, "lend_key"),
        once(**OWNER, person=owner.pk, signature=drawing()),
    )
    loan = Loan.objects.get()
    assert (answer.url, loan.signed_at is not None) == (loan.get_absolute_url(), True)
    assert Attachment.objects.get().target == loan


def test_lend_ignores_what_is_not_asked_of_whoever_came(vacant, clerk, steward, owner, client_of):
    data = once(
        borrower="colleague", colleague=steward.pk, purpose="巡查", name="别人", phone="13911111111", person=owner.pk,
        id_number="E12345678", id_kind="passport",
    )  # fmt: skip
    client_of(clerk).post(move_url(vacant, "lend_key"), data)
    loan = Loan.objects.get()
    assert (loan.name, loan.person, loan.id_tail, loan.colleague) == ("赵洁", None, "", steward)


def test_lend_to_an_agent_asks_for_the_call(key, owner, clerk, client_of):
    data = {
        "borrower": "agent", "name": "钱代理", "phone": "13700000007", "id_kind": "id_card",
        "id_number": "110101198505121232", "letter_ref": "委托书 2026-11", "letter_until": "2999-01-01",
        "confirmed_with": owner.pk,
    }  # fmt: skip
    client = client_of(clerk)
    answer = client.post(move_url(key, "lend_key"), once(**data))
    assert list(answer.context["form"].errors) == ["called"]
    assert client.post(move_url(key, "lend_key"), once(**data, called="on")).status_code == 302


def test_lend_shows_no_digit_of_what_the_owner_must_show(key, owner, clerk, client_of):
    form = client_of(clerk).get(move_url(key, "lend_key")).context["form"]
    labels = [label for name in ("person", "confirmed_with") for value, label in form.fields[name].choices if value]
    assert labels == ["欧阳娜", "欧阳娜"]


def test_lend_says_what_is_wrong_with_the_document(key, owner, clerk, client_of):
    data = once(**OWNER | {"id_kind": "passport", "id_number": "@@@@"}, person=owner.pk)
    answer = client_of(clerk).post(move_url(key, "lend_key"), data)
    assert (list(answer.context["form"].errors), Loan.objects.exists()) == (["id_number"], False)


def test_lend_offers_nobody_of_another_office(key, clerk, outsider, client_of):
    stranger = LentKeyFactory()
    for who, field, value in (
        ("owner", "person", stranger.key.deposited_by_id),
        ("colleague", "colleague", outsider.pk),
    ):
        data = once(**OWNER, person=key.deposited_by_id, purpose="x") | {"borrower": who, field: value}
        answer = client_of(clerk).post(move_url(key, "lend_key"), data)
        assert list(answer.context["form"].errors) == [field]
    assert Loan.objects.count() == 1


def test_lend_takes_along_only_keys_of_the_same_unit(key, vacant, owner, office, clerk, client_of):
    elsewhere = KeyFactory(office=office)
    answer = client_of(clerk).post(move_url(key, "lend_key"), once(**OWNER, person=owner.pk, also=[elsewhere.pk]))
    assert list(answer.context["form"].errors) == ["also"]
    client_of(clerk).post(move_url(key, "lend_key"), once(**OWNER, person=owner.pk, also=[vacant.pk]))
    assert sorted(LentKey.objects.values_list("key__tag", flat=True)) == ["K-0012", "K-0013"]


def test_sent_twice_lends_once(key, owner, clerk, client_of):
    data = once(**OWNER, person=owner.pk)
    client = client_of(clerk)
    first, second = (client.post(move_url(key, "lend_key"), data) for _click in range(2))
    assert (first.url, second.url, Loan.objects.count()) == (first.url, first.url, 1)


def test_second_clerk_is_told_who_has_it_and_keeps_what_was_typed(lent, key, owner, steward, client_of):
    answer = client_of(steward).post(move_url(key, "lend_key"), once(**OWNER, person=owner.pk, purpose="拿东西"))
    assert answer.status_code == 409
    assert "拿东西" in answer.content.decode()


@pytest.mark.parametrize("text", ["data:image/png;base64,@@@", "data:text/html;base64,AAAA", "x" * 400_001])
def test_a_forged_signature_is_refused(key, owner, clerk, client_of, text):
    answer = client_of(clerk).post(move_url(key, "lend_key"), once(**OWNER, person=owner.pk, signature=text))
    assert list(answer.context["form"].errors) == ["signature"]


def test_a_signature_that_is_no_picture_is_refused_and_nothing_is_lent(key, owner, clerk, client_of):
    fake = "data:image/png;base64," + base64.b64encode(b"<svg onload=alert(1)>").decode()
    answer = client_of(clerk).post(move_url(key, "lend_key"), once(**OWNER, person=owner.pk, signature=fake))
    assert (answer.status_code, Loan.objects.exists()) == (200, False)


@pytest.mark.parametrize("stroke", [((700, 0), (800, 9)), ((40, 50), (42, 52))])
def test_an_empty_pad_or_a_dot_is_no_signature(key, lent, owner, vacant, clerk, client_of, stroke):
    client = client_of(clerk)
    answer = client.post(reverse("keys:loan_sign", args=[lent.pk]), {"signature": drawing(stroke)})
    lent.refresh_from_db()
    assert (list(answer.context["form"].errors), lent.signed_at, Attachment.objects.exists()) == (
        ["signature"],
        None,
        False,
    )
    answer = client.post(move_url(vacant, "lend_key"), once(**OWNER, person=owner.pk, signature=drawing(stroke)))
    assert (list(answer.context["form"].errors), Loan.objects.count()) == (["signature"], 1)


@pytest.mark.parametrize("who", ["clerk", "supervisor", "manager"])
def test_evidence_of_a_loan_is_not_taken_off_again(lent, who, request, client_of):
    user = request.getfixturevalue(who)
    services.sign_loan(lent, signature=signature_file(), by=user)
    kept = Attachment.objects.get()
    client = client_of(user)
    assert client.post(reverse("kit:attachment_remove", args=[kept.uuid]), {"reason": "拍错了"}).status_code == 403
    assert (
        reverse("kit:attachment_remove", args=[kept.uuid]) not in client.get(lent.get_absolute_url()).content.decode()
    )
    with pytest.raises(DeskError):
        remove(kept, by=user, reason="拍错了")
    assert list(Attachment.objects.present()) == [kept]


# ---- the slip ----


def test_slip_shows_no_address_no_full_number_and_a_code(lent, clerk, client_of):
    text = client_of(clerk).get(reverse("keys:loan_slip", args=[lent.pk])).content.decode()
    sheet = text.partition('<table class="table order slip">')[2]
    assert "K-0012" in sheet
    assert "138****8000" in sheet
    assert "<svg" in sheet
    assert "1502" not in sheet
    assert "13800138000" not in text


def test_label_shows_the_tag_and_no_address(key, clerk, client_of):
    label = client_of(clerk).get(reverse("keys:key_label", args=[key.pk])).content.decode()
    assert "1502" not in label.partition('class="key-label"')[2].partition("</main>")[0]


def test_deposit_form_names_everything_left_together(key, clerk, office, home, owner, client_of):
    KeyFactory(office=office, unit=home, deposited_by=owner, tag="K-0099", name="信报箱")
    text = client_of(clerk).get(reverse("keys:key_deposit", args=[key.pk])).content.decode()
    assert "K-0012" in text
    assert "K-0099" in text


def test_key_page_leads_to_the_slip_on_which_it_is_taken_back(lent, key, clerk, client_of):
    client = client_of(clerk)
    url = move_url(key, "return_key")
    assert client.get(url).url == f"{reverse('keys:loan_return', args=[lent.pk])}?key={key.pk}"
    assert client.get(url, headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith("/key-loans/")


def test_return_asked_for_one_key_ticks_that_one_and_its_ring(key, vacant, rework_key, owner, office, clerk, client_of):
    ring = RingFactory(office=office)
    Key.objects.filter(pk__in=[vacant.pk, rework_key.pk]).update(ring=ring, cabinet=None, hook=None)
    loan = services.lend_key(key, also=[vacant], by=clerk, person=owner, **OWNER)
    client, url = client_of(clerk), reverse("keys:loan_return", args=[loan.pk])

    def ticked(**asked):
        return sorted(client.get(url, asked).context["form"]["back"].value())

    assert ticked() == sorted([key.pk, vacant.pk, rework_key.pk])
    assert ticked(key=key.pk) == ticked(key="k-0012") == [key.pk]
    assert ticked(key=vacant.tag) == sorted([vacant.pk, rework_key.pk])
    assert ticked(key="9" * 30) == ticked()


def test_return_through_the_page_asks_for_the_unit(vacant, clerk, steward, client_of):
    loan = services.lend_key(vacant, by=clerk, borrower="colleague", colleague=steward, purpose="巡查")
    client, url = client_of(clerk), reverse("keys:loan_return", args=[loan.pk])
    answer = client.post(url, once(back=vacant.pk))
    assert sorted(answer.context["form"].errors) == ["doors_ok", "power_ok", "water_ok"]
    data = {"back": vacant.pk, "doors_ok": "yes", "water_ok": "no", "power_ok": "yes"}
    assert list(client.post(url, once(**data)).context["form"].errors) == ["remark"]
    assert client.post(url, once(**data, remark="水阀漏水")).status_code == 302
    assert LentKey.objects.get().water_ok is False


def test_return_of_a_damaged_key_through_the_page(lent, key, clerk, client_of):
    url = reverse("keys:loan_return", args=[lent.pk])
    client_of(clerk).post(url, once(back=key.pk, damaged=key.pk, remark="断齿"))
    key.refresh_from_db()
    assert key.state == "damaged"


def test_return_too_late_says_so(lent, key, clerk, client_of):
    services.take_back_keys(lent, back={key: "good"}, by=clerk)
    assert client_of(clerk).get(reverse("keys:loan_return", args=[lent.pk])).status_code == 409


def test_extend_call_excuse_and_sign_through_their_pages(lent, clerk, supervisor, client_of):
    client = client_of(clerk)
    later = lent.due_at.astimezone().strftime("%Y-%m-%dT23:00")
    client.post(reverse("keys:loan_call", args=[lent.pk]), {"note": "马上送回"})
    assert lent.reminders.get().note == "马上送回"
    assert client.post(reverse("keys:loan_sign", args=[lent.pk]), {"signature": drawing()}).status_code == 302
    assert client.post(reverse("keys:loan_sign", args=[lent.pk]), {"signature": ""}).status_code == 200
    extended = client.post(reverse("keys:loan_extend", args=[lent.pk]), {"due_at": later, "reason": "还在施工"})
    assert extended.status_code in (200, 302)
    answer = client_of(supervisor).post(reverse("keys:loan_excuse", args=[lent.pk]), {"reason": "急"})
    assert answer.status_code == 200


def test_number_is_masked_until_it_is_asked_for(lent, clerk, client_of):
    client = client_of(clerk)
    assert "13800138000" not in client.get(lent.get_absolute_url()).content.decode()
    asked = client.post(reverse("keys:loan_phone", args=[lent.pk]))
    assert "13800138000" not in asked.content.decode()
    assert 'type="password"' in asked.content.decode()
    client = client_of(clerk, confirmed=True)
    part = client.post(reverse("keys:loan_phone", args=[lent.pk]), headers={"HX-Request": "true"})
    assert "13800138000" in part.content.decode()
    page = client.post(reverse("keys:loan_phone", args=[lent.pk]))
    assert (page.headers["Cache-Control"], "13800138000" in page.content.decode()) == ("no-store, private", True)


# ---- seals and filing cabinets ----


def test_seal_from_request_to_new_number_through_the_pages(sealed, clerk, manager, client_of):
    desk, office = client_of(clerk), client_of(manager, confirmed=True)
    desk.post(reverse("keys:sealopening_add", args=[sealed.pk]), once(reason="漏水"))
    opening = SealOpening.objects.get()
    office.post(move_url(opening, "approve_opening"), {"note": ""})
    desk.post(move_url(opening, "open_seal"), {"old_seal": "F10001", "witness": "周勇"})
    assert desk.get(move_url(sealed, "reseal_key")).url == opening.get_absolute_url()
    desk.post(move_url(opening, "close_seal"), {"new_seal": "F20002", "witness": "周勇"})
    opening.refresh_from_db()
    sealed.refresh_from_db()
    assert (opening.state, sealed.seal_number) == ("sealed", "F20002")
    assert "F20002" in desk.get(opening.get_absolute_url()).content.decode()


def test_approval_wants_the_password_again(sealed, clerk, manager, client_of):
    opening = services.request_opening(sealed, reason="漏水", by=clerk)
    assert client_of(manager).post(move_url(opening, "approve_opening"), {}).status_code == 401
    opening.refresh_from_db()
    assert opening.state == "requested"


def test_emergency_through_the_page(sealed, clerk, client_of):
    data = {"reason": "冒烟", "old_seal": "F10001", "witness": "周勇"}
    answer = client_of(clerk).post(move_url(sealed, "unseal_key"), data)
    assert answer.url == SealOpening.objects.get().get_absolute_url()


def test_filing_cabinet_is_opened_and_closed_through_its_pages(office, clerk, client_of):
    files = KeyFactory(office=office, kind="filing", unit=None, deposited_by=None, name="档案柜")
    client = client_of(clerk)
    client.post(move_url(files, "open_cabinet"), {"visitor": "张工", "purpose": "核对合同"})
    opening = FilingOpening.objects.get()
    page = client.get(files.get_absolute_url()).content.decode()
    assert reverse("keys:filingopening_close", args=[opening.pk]) in page
    client.post(reverse("keys:filingopening_close", args=[opening.pk]), {"taken": "合同 3 份"})
    opening.refresh_from_db()
    assert opening.taken == "合同 3 份"


# ---- register and count ----


def test_register_through_the_page_offers_the_first_free_hook(office, clerk, key, home, owner, cabinet, client_of):
    client = client_of(clerk)
    form = client.get(reverse("keys:key_add"), {"unit": home.pk}).context["form"]
    assert (form["cabinet"].value(), form["hook"].value()) == (cabinet.pk, 1)
    data = {"kind": "entrusted", "unit": home.pk, "name": "信报箱", "copies": 2, "deposited_by": owner.pk}
    answer = client.post(reverse("keys:key_add"), once(**data, cabinet=cabinet.pk, hook=1))
    made = Key.objects.get(name="信报箱")
    assert (answer.url, made.hook, made.copies) == (made.get_absolute_url(), 1, 2)


def test_new_copy_is_registered_from_the_old_keys_page(office, clerk, key, home, owner, client_of):
    Key.objects.filter(pk=key.pk).update(state="retired", cabinet=None, hook=None)
    client = client_of(clerk)
    url = f"{reverse('keys:key_add')}?replaces={key.pk}"
    form = client.get(url).context["form"]
    assert (form["unit"].value(), form["deposited_by"].value()) == (home.pk, owner.pk)
    data = {"kind": "entrusted", "unit": home.pk, "name": "入户门", "copies": 1, "deposited_by": owner.pk}
    client.post(url, once(**data))
    assert Key.objects.get(replaces=key).tag != key.tag


def test_tag_of_a_registered_key_is_not_changed_by_a_forged_form(key, clerk, client_of):
    client = client_of(clerk)
    form = client.get(reverse("keys:key_edit", args=[key.pk])).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    answer = client.post(
        reverse("keys:key_edit", args=[key.pk]), data | {"tag": "1502", "allows": "代收快递", "state": "out"}
    )
    key.refresh_from_db()
    assert (answer.status_code, key.tag, key.allows, key.state) == (302, "K-0012", "代收快递", "in")


def test_two_who_edit_a_key_see_both_texts(key, clerk, steward, client_of):
    one, other = client_of(clerk), client_of(steward)
    url = reverse("keys:key_edit", args=[key.pk])

    def filled(client):
        form = client.get(url).context["form"]
        return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}

    stale = filled(one)
    other.post(url, filled(other) | {"allows": "看房"})
    answer = one.post(url, stale | {"note": "信封内"})
    assert answer.status_code == 409
    assert "看房" in answer.content.decode()


def test_ring_is_made_of_tags(office, clerk, vacant, rework_key, client_of):
    client = client_of(clerk)
    bad = client.post(reverse("keys:ring_add"), once(name="3-2", tags="K-0013 K-9999"))
    assert list(bad.context["form"].errors) == ["tags"]
    client.post(reverse("keys:ring_add"), once(name="3-2", tags="k-0013，K-0014"))
    vacant.refresh_from_db()
    assert vacant.ring.tag == "R-001"
    shown = client.get(reverse("keys:ring_edit", args=[vacant.ring.pk])).context["form"]
    assert shown["tags"].value() == "K-0013 K-0014"


def test_every_ring_is_reached_from_its_keys_the_map_the_list_and_its_tag(office, clerk, cabinet, vacant, client_of):
    ring = RingFactory(office=office, cabinet=cabinet, hook=50)
    Key.objects.filter(pk=vacant.pk).update(ring=ring, cabinet=None, hook=None)
    client, page = client_of(clerk), ring.get_absolute_url()
    ways = (
        vacant.get_absolute_url(), reverse("keys:cabinet_map"), reverse("keys:ring_list"),
    )  # fmt: skip
    assert [f'href="{page}"' in client.get(way).content.decode() for way in ways] == [True, True, True]
    assert reverse("keys:ring_list") in client.get(reverse("keys:key_list")).content.decode()
    lend = move_url(vacant, "lend_key")
    assert client.get(reverse("keys:counter"), {"q": ring.tag.lower()}).url == lend  # it goes out with its keys
    assert client.get(f"/k/{ring.tag}/").url == lend
    shown = client.get(page).content.decode()
    assert [text in shown for text in ("K-0013", move_url(vacant, "lend_key"), cabinet.get_absolute_url())] == [
        True
    ] * 3


def test_a_ring_of_which_a_key_is_out_is_not_offered_to_be_lent(office, clerk, client_of):
    ring = RingFactory(office=office)
    keys = [KeyFactory(office=office, ring=ring), LentKeyFactory(key__office=office, key__ring=ring).key]
    shown = client_of(clerk).get(ring.get_absolute_url()).content.decode()
    assert [move_url(key, "lend_key") in shown for key in keys] == [False, False]


def test_keys_that_are_off_the_register_are_a_click_away(office, clerk, client_of):
    gone = LockChangeFactory(key__office=office, key__state="retired").key
    client = client_of(clerk)
    page = client.get(reverse("keys:key_list")).content.decode()
    assert [way in page for way in ("?state=retired", "?state=collected", reverse("keys:lockchange_list"))] == [
        True
    ] * 3
    for url in (f"{reverse('keys:key_list')}?state=retired", reverse("keys:lockchange_list")):
        assert gone.get_absolute_url() in client.get(url).content.decode()


def test_count_through_the_page(office, clerk, key, vacant, client_of):
    client = client_of(clerk)
    client.post(reverse("keys:stocktake_add"), once())
    count = StockTake.objects.get()
    url = reverse("keys:stocktake_count", args=[count.pk])
    client.post(url, {"tag": f"https://desk.example.com/k/{key.tag}/"})
    client.post(url, {"tag": key.tag})
    client.post(url, {"tag": ""})
    client.post(url, {"tag": "", "keys": [vacant.pk, "x", "9" * 30]})
    assert dict(count.lines.values_list("tag", "result")) == {"K-0012": "good", "K-0013": "good"}
    client.post(move_url(count, "end_counting"), {})
    client.post(move_url(count, "close_stocktake"), {})
    count.refresh_from_db()
    assert count.state == "closed"


@pytest.mark.parametrize(("hook", "tag"), [("12a", "K-0012"), ("0", "K-0012"), ("101", "K-0012"), ("", "")])
def test_count_keeps_what_was_typed_and_ticked_beside_a_mistake(
    office, clerk, cabinet, key, vacant, client_of, hook, tag
):
    count = services.begin_stocktake(office=office, by=clerk, cabinet=cabinet)
    data = {"tag": tag, "hook": hook} | ({"keys": [vacant.pk]} if tag else {})
    answer = client_of(clerk).post(reverse("keys:stocktake_count", args=[count.pk]), data)
    form = answer.context["form"]
    assert (list(form.errors), form["tag"].value(), form["hook"].value()) == (["hook" if tag else "tag"], tag, hook)
    assert f'value="{vacant.pk}"{" checked" if tag else ""}>' in answer.content.decode()
    assert count.lines.count() == 0


def test_count_of_a_ring_through_the_page_and_one_of_it_that_is_not_there(office, clerk, key, vacant, client_of):
    ring = RingFactory(office=office, tag="R-007")
    Key.objects.filter(pk__in=[key.pk, vacant.pk]).update(ring=ring, cabinet=None, hook=None)
    count = services.begin_stocktake(office=office, by=clerk)
    client, url = client_of(clerk), reverse("keys:stocktake_count", args=[count.pk])
    for _scan in range(2):
        client.post(url, {"tag": "https://desk.example.com/k/R-007/"})
    assert dict(count.lines.values_list("tag", "result")) == {"K-0012": "good", "K-0013": "good"}
    line = count.lines.get(key=vacant)
    client.post(reverse("keys:stockline_uncount", args=[line.pk]))
    assert list(count.lines.values_list("tag", flat=True)) == ["K-0012"]


def test_count_that_ended_meanwhile_says_so(office, clerk, key, client_of):
    count = services.begin_stocktake(office=office, by=clerk)
    services.end_counting(count, by=clerk)
    answer = client_of(clerk).post(reverse("keys:stocktake_count", args=[count.pk]), {"tag": key.tag}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [f"{count.number} 的清点已结束。"]


def test_difference_is_explained_through_the_page(office, clerk, key, client_of):
    count = services.begin_stocktake(office=office, by=clerk)
    services.end_counting(count, by=clerk)
    line = count.lines.get()
    url = reverse("keys:stockline_explain", args=[line.pk])
    client = client_of(clerk)
    assert client.post(url, {"outcome": "hung_back", "explanation": "x"}).status_code == 200
    assert client.post(url, {"outcome": "found", "explanation": "压在柜底"}).url == count.get_absolute_url()
    assert "压在柜底" in client.get(count.get_absolute_url()).content.decode()


def test_loss_and_lock_through_the_pages(lent, key, clerk, supervisor, client_of):
    client_of(clerk).post(move_url(key, "report_lost"), {"note": "丢在地铁"})
    client_of(supervisor).post(
        move_url(key, "change_lock"), {"changed_on": "2026-11-20", "cost": "180", "payer": "holder"}
    )
    key.refresh_from_db()
    assert (key.state, str(key.lock_change.cost)) == ("retired", "180.00")


# ---- constant queries ----


def many(make, count):
    for _n in range(count):
        make()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("key_list", 12), ("loan_list", 11), ("sealopening_list", 8), ("filingopening_list", 6), ("lockchange_list", 6),
     ("stocktake_list", 6), ("ring_list", 6)],
)  # fmt: skip
def test_lists_take_the_same_queries_however_many_rows(
    office, clerk, client_of, rows, name, queries, django_assert_num_queries
):
    makers = {
        "key_list": lambda: LentKeyFactory(key__office=office, key__ring=RingFactory(office=office)),
        "loan_list": lambda: LentKeyFactory(key__office=office),
        "sealopening_list": lambda: SealOpeningFactory(key__office=office),
        "filingopening_list": lambda: FilingOpeningFactory(key__office=office),
        "lockchange_list": lambda: LockChangeFactory(key__office=office),
        "stocktake_list": lambda: StockTakeFactory(office=office),
        "ring_list": lambda: RingFactory(office=office),
    }
    many(makers[name], rows)
    client = client_of(clerk)
    client.get("/")
    with django_assert_num_queries(queries):
        assert client.get(reverse(f"keys:{name}")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_cabinet_map_takes_the_same_queries_however_full_it_is(
    office, clerk, cabinet, client_of, rows, django_assert_num_queries
):
    for place in range(1, rows + 1):
        key = KeyFactory(office=office, cabinet=cabinet, hook=place, state="out")
        LentKeyFactory(key=key)
        ring = RingFactory(office=office, cabinet=cabinet, hook=50 + place)
        KeyFactory(office=office, ring=ring)
    client = client_of(clerk)
    client.get("/")
    with django_assert_num_queries(8):
        page = client.get(reverse("keys:cabinet_map"))
    assert sum(bool(hook.url) for row in page.context["rows"] for hook in row) == 2 * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_one_take_the_same_queries_however_long_its_history(
    lent, key, office, clerk, client_of, rows, django_assert_num_queries
):
    count = StockTakeFactory(office=office, state="explaining")
    for _n in range(rows):
        LentKeyFactory(key=key, loan__office=office, back_at=lent.lent_at, taken_by=clerk, condition="good")
        services.call_holder(lent, note="催还", by=clerk)
        StockLineFactory(stocktake=count)
    client = client_of(clerk)
    client.get("/")
    ring = RingFactory(office=office)
    many(lambda: LentKeyFactory(key__office=office, key__ring=ring), rows)
    pages = ((ring, 7), (key, 10), (lent, 11), (count, 8))
    for url, queries in [(obj.get_absolute_url(), number) for obj, number in pages]:
        client.get(url)
        with django_assert_num_queries(queries):
            client.get(url)


def test_map_tells_states_by_colour_and_sign_and_a_ring_opens_its_keys(
    lent, key, office, clerk, cabinet, vacant, rework_key, sealed, client_of
):
    ring = RingFactory(office=office, tag="R-007", cabinet=cabinet, hook=20)
    LentKeyFactory(key__office=office, key__ring=ring)
    KeyFactory(office=office, ring=ring)
    Key.objects.filter(pk=rework_key.pk).update(state="damaged")
    Loan.objects.update(lent_at=lent.lent_at.replace(year=2025), due_at=lent.lent_at.replace(year=2025, month=12))
    Key.objects.filter(pk=vacant.pk).update(state="lost")
    page = client_of(clerk).get(reverse("keys:cabinet_map"))
    hooks = {hook.tag: hook for row in page.context["rows"] for hook in row}
    assert {tag: (hook.tone, hook.sign.icon) for tag, hook in hooks.items()} == {
        "": ("empty", ""),
        "K-0012": ("danger", "alarm"),
        "K-0013": ("lost", "question-octagon"),
        "K-0014": ("warn", "hammer"),
        "K-0015": ("ok", "check-lg"),
        "R-007": ("danger", "alarm"),
    }
    assert (hooks["R-007"].url, hooks["R-007"].keys) == (ring.get_absolute_url(), 2)
    looks = [(sign.tone, sign.icon) for sign in page.context["legend"]]
    assert {(hook.tone, hook.sign.icon) for hook in hooks.values()} < set(looks)
    assert len(set(looks)) == len(looks) == 7


# ---- words that mean something else elsewhere ----


def test_pages_say_what_a_front_desk_says_of_cabinets_rings_seals_and_calls(office, clerk, supervisor, lent, client_of):
    opening = FilingOpeningFactory(key__office=office)
    ring = RingFactory(office=office)
    StockTakeFactory(office=office)
    services.call_holder(lent, note="今晚送回", by=clerk)
    client = client_of(clerk)

    def words(url):
        return client.get(url).content.decode()

    assert "登记关柜" in words(opening.key.get_absolute_url())
    log = words(reverse("keys:filingopening_list"))
    assert [text in log for text in ("开柜时间", "关柜时间", "取出资料", "办结时间", "已借出")] == [True] * 3 + [
        False
    ] * 2
    assert ["名称" in words(url) for url in (reverse("keys:ring_list"), reverse("keys:ring_edit", args=[ring.pk]))] == [
        True,
        True,
    ]
    assert [text in words(lent.get_absolute_url()) for text in ("电话催还 ·", "已回访")] == [True, False]
    assert SealOpening(state="requested").get_state_display() == "待审批"
    assert "办结时间" not in words(reverse("keys:stocktake_list"))


def test_a_filing_cabinet_that_stands_open_is_not_closed_by_who_may_not(office, company, client_of):
    opening = FilingOpeningFactory(key__office=office)
    page = client_of(company).get(opening.key.get_absolute_url()).content.decode()
    assert [text in page for text in ("未关柜", "待兑现")] == [True, False]
