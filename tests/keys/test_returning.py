"""A key comes back: the unit is looked at first, rework goes on to be inspected (R-KEY-05, R-KEY-08)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import Key, LentKey, Loan
from tests.factories import KeyFactory, LentKeyFactory
from tests.keys.conftest import AGENT, OWNER

pytestmark = pytest.mark.django_db

GOOD = {"doors_ok": True, "water_ok": True, "power_ok": True}


@pytest.fixture
def lent_vacant(vacant, clerk, steward):
    """A colleague has the key of the vacant unit."""
    return services.lend_key(vacant, by=clerk, borrower="colleague", colleague=steward, purpose="空房巡查")


@pytest.fixture
def lent_rework(rework_key, clerk, contractor_facts):
    """The contractor has the key for the rework."""
    return services.lend_key(rework_key, by=clerk, **contractor_facts)


def test_return_hangs_the_key_back_and_closes_the_slip(lent, key, clerk, steward):
    loan = services.take_back_keys(lent, back={key: "good"}, by=steward)
    key.refresh_from_db()
    row = LentKey.objects.get()
    assert (key.state, loan.is_open, row.condition, row.taken_by) == ("in", False, "good", steward)
    assert [entry.verb for entry in history_of(key)] == ["return_key", "lend_key"]


def test_return_of_some_keys_leaves_the_slip_open(key, vacant, owner, clerk):
    loan = services.lend_key(key, also=[vacant], by=clerk, person=owner, **OWNER)
    services.take_back_keys(loan, back={key: "good"}, by=clerk)
    loan.refresh_from_db()
    assert (loan.is_open, [row.key for row in loan.lent_keys.out()]) == (True, [vacant])
    services.take_back_keys(loan, back={vacant: "good"}, by=clerk, **GOOD)
    loan.refresh_from_db()
    assert not loan.is_open


def test_return_of_a_key_that_is_not_out_is_refused(lent, key, vacant, clerk):
    with pytest.raises(Conflict):
        services.take_back_keys(lent, back={vacant: "good"}, by=clerk, **GOOD)
    services.take_back_keys(lent, back={key: "good"}, by=clerk)
    with pytest.raises(Conflict):
        services.take_back_keys(lent, back={key: "good"}, by=clerk)


def test_return_of_nothing_is_refused(lent, clerk):
    with pytest.raises(DeskError) as refusal:
        services.take_back_keys(lent, back={}, by=clerk)
    assert refusal.value.field == "back"


@pytest.mark.parametrize("missing", ["doors_ok", "water_ok", "power_ok"])
def test_vacant_unit_is_looked_at_before_its_key_counts_as_back(lent_vacant, vacant, clerk, missing):
    checks = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(DeskError) as refusal:
        services.take_back_keys(lent_vacant, back={vacant: "good"}, by=clerk, **checks)
    vacant.refresh_from_db()
    assert (refusal.value.field, vacant.state) == (missing, "out")


def test_what_was_not_in_order_is_written_down(lent_vacant, vacant, clerk):
    checks = GOOD | {"water_ok": False}
    with pytest.raises(DeskError) as refusal:
        services.take_back_keys(lent_vacant, back={vacant: "good"}, by=clerk, **checks)
    assert refusal.value.field == "remark"
    services.take_back_keys(lent_vacant, back={vacant: "good"}, by=clerk, remark="水阀锈死，关不严", **checks)
    row = LentKey.objects.get()
    assert (row.water_ok, row.doors_ok, row.remark) == (False, True, "水阀锈死，关不严")


def test_damaged_key_is_back_but_not_lent_again(lent, key, owner, clerk):
    with pytest.raises(DeskError) as refusal:
        services.take_back_keys(lent, back={key: "damaged"}, by=clerk)
    assert refusal.value.field == "remark"
    services.take_back_keys(lent, back={key: "damaged"}, by=clerk, remark="钥匙齿断了")
    key.refresh_from_db()
    assert (key.state, Loan.objects.get().is_open) == ("damaged", False)
    with pytest.raises(Conflict):
        services.lend_key(key, by=clerk, person=owner, **OWNER)


def test_rework_that_is_done_goes_on_and_its_owner_is_told_to_inspect(
    lent_rework, rework_key, rework, steward, clerk, told
):
    told(clerk)
    services.take_back_keys(
        lent_rework, back={rework_key: "good"}, by=steward, rework_done=True, result="重做防水层", **GOOD
    )
    rework.refresh_from_db()
    assert (rework.state, rework.result) == ("done", "重做防水层")
    with translation.override("zh-hans"):
        words = translation.gettext("Key back, please inspect the rework: {number} {subject}")
    assert words.format(number=rework.number, subject=rework.subject) in told(clerk)


def test_rework_that_is_not_done_stays_in_hand_with_a_note(lent_rework, rework_key, rework, steward, clerk, told):
    told(clerk)
    services.take_back_keys(
        lent_rework, back={rework_key: "good"}, by=steward, rework_done=False, result="明天继续", **GOOD
    )
    rework.refresh_from_db()
    assert rework.state == "dispatched"
    assert history_of(rework).filter(verb="comment_ticket").get().note == f"{lent_rework}\n明天继续"
    assert len(told(clerk)) == 2


def test_rework_goes_on_only_with_the_last_key_of_the_unit(
    rework_key, vacant, rework, office, clerk, contractor_facts, told, client_of
):
    room = KeyFactory(office=office, tag="K-0900", kind="equipment", unit=None, deposited_by=None, name="水泵房")
    loan = services.lend_key(rework_key, also=[vacant, room], by=clerk, **contractor_facts)
    told(clerk)
    services.take_back_keys(loan, back={vacant: "good"}, by=clerk, **GOOD)
    rework.refresh_from_db()
    assert (rework.state, told(clerk)) == ("dispatched", [])
    page = client_of(clerk).get(loan.get_absolute_url())
    assert [lent.key for lent in page.context["still_out"]] == [rework_key, room]
    with pytest.raises(DeskError) as refusal:
        services.take_back_keys(loan, back={rework_key: "good"}, by=clerk, **GOOD)
    assert refusal.value.field == "rework_done"
    services.take_back_keys(loan, back={rework_key: "good"}, by=clerk, rework_done=True, result="重做防水层", **GOOD)
    rework.refresh_from_db()
    loan.refresh_from_db()
    assert (rework.state, len(told(clerk)), loan.is_open) == ("done", 1, True)  # the pump room's key is out still
    services.take_back_keys(loan, back={room: "good"}, by=clerk)
    assert not Loan.objects.get().is_open


def test_rework_for_which_an_agent_let_the_workers_in_goes_on_too(rework_key, owner, rework, clerk):
    facts = AGENT | {"letter_until": local_date(), "confirmed_with": owner, "ticket": rework}
    loan = services.lend_key(rework_key, by=clerk, **facts)
    services.take_back_keys(loan, back={rework_key: "good"}, by=clerk, rework_done=True, result="重做防水层", **GOOD)
    rework.refresh_from_db()
    assert rework.state == "done"


@pytest.mark.parametrize(("said", "field"), [({}, "rework_done"), ({"rework_done": True, "result": " "}, "result")])
def test_whether_the_rework_is_done_must_be_said(lent_rework, rework_key, clerk, said, field):
    with pytest.raises(DeskError) as refusal:
        services.take_back_keys(lent_rework, back={rework_key: "good"}, by=clerk, **GOOD, **said)
    rework_key.refresh_from_db()
    assert (refusal.value.field, rework_key.state) == (field, "out")


def test_ticket_that_was_settled_meanwhile_does_not_keep_the_key_out(lent_rework, rework_key, rework, steward):
    type(rework).objects.filter(pk=rework.pk).update(state="archived")
    services.take_back_keys(lent_rework, back={rework_key: "good"}, by=steward, rework_done=True, result="完成", **GOOD)
    rework_key.refresh_from_db()
    rework.refresh_from_db()
    assert (rework_key.state, rework.state) == ("in", "archived")


def test_return_needs_the_role_in_that_office(lent, key, cashier, outsider):
    for user in (cashier, outsider):
        with pytest.raises(PermissionDenied):
            services.take_back_keys(lent, back={key: "good"}, by=user)


def test_the_second_to_take_a_key_back_hears_who_was_first_and_when(lent, key, vacant, clerk, steward, client_of):
    both = LentKeyFactory(loan=lent, key=vacant)
    Key.objects.filter(pk=vacant.pk).update(state="out")
    services.take_back_keys(lent, back={key: "good"}, by=steward)
    at = f"{timezone.localtime(LentKey.objects.get(key=key).back_at):%m-%d %H:%M}"
    with pytest.raises(Conflict) as conflict:
        services.take_back_keys(lent, back={key: "good"}, by=clerk)
    assert [word in str(conflict.value) for word in ("K-0012", "赵洁", at)] == [True, True, True]
    answer = client_of(clerk).post(reverse("keys:loan_return", args=[lent.pk]), {
        "once": str(uuid4()), "back": [key.pk], "doors_ok": "yes", "water_ok": "yes", "power_ok": "yes",
    })  # fmt: skip
    text = answer.content.decode()
    assert (answer.status_code, "赵洁" in text, at in text, both.is_out) == (409, True, True, True)


def test_a_slip_that_is_all_back_says_who_took_it_and_when(lent, key, clerk, steward, client_of):
    services.take_back_keys(lent, back={key: "good"}, by=steward)
    at = f"{timezone.localtime(LentKey.objects.get().back_at):%m-%d %H:%M}"
    client = client_of(clerk)
    pages = (reverse("keys:loan_return", args=[lent.pk]), reverse("keys:key_move", args=[key.pk, "return_key"]))
    for url in pages:
        answer = client.get(url)
        text = answer.content.decode()
        assert (answer.status_code, "赵洁" in text, at in text) == (409, True, True)
