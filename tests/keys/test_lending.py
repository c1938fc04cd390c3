"""Lending: what must be shown depends on who comes, and is enforced (R-KEY-02…05, R-KEY-08)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Attachment
from keys import services
from keys.models import Key, LentKey, Loan
from tests.complaints.conftest import photo
from tests.factories import (
    BuildingFactory,
    KeyFactory,
    KeySettingsFactory,
    LentKeyFactory,
    PersonFactory,
    RingFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)
from tests.keys.conftest import AGENT, OWNER, signature_file

pytestmark = pytest.mark.django_db


def refused(key, by, **facts):
    """Return the field at which lending is refused, with nothing lent."""
    with pytest.raises(DeskError) as refusal:
        services.lend_key(key, by=by, **facts)
    key.refresh_from_db()
    assert (key.state, Loan.objects.exists()) == ("in", False)
    return refusal.value.field


def test_owner_takes_a_key_and_the_slip_says_everything(key, owner, clerk):
    loan = services.lend_key(key, by=clerk, person=owner, **OWNER)
    key.refresh_from_db()
    assert (key.state, loan.number[:1], loan.name, loan.phone) == ("out", "J", "欧阳娜", "")
    assert (loan.phone_number, loan.is_of_register) == ("13800138000", True)
    assert loan.number.endswith("00001")
    assert (loan.lent_by, loan.is_open, LentKey.objects.get().key) == (clerk, True, key)
    assert dt.timedelta(hours=3, minutes=59) < loan.due_at - now() <= dt.timedelta(hours=4)
    assert [entry.verb for entry in history_of(key)] == ["lend_key"]
    assert history_of(loan).get().note == "K-0012"


def test_numbers_run_without_a_gap_when_one_is_refused(key, vacant, owner, clerk):
    services.lend_key(key, by=clerk, person=owner, **OWNER)
    with pytest.raises(DeskError):
        services.lend_key(vacant, by=clerk, borrower="other", name="李看房")
    services.lend_key(vacant, by=clerk, borrower="other", **_visitor())
    assert [loan.number[-1] for loan in Loan.objects.order_by("pk")] == ["1", "2"]


CARD = {"id_kind": "id_card", "id_number": "440305198001011112"}


def _visitor(**more):
    return {"name": "李看房", "phone": "13900000001", **CARD, "purpose": "看房"} | more


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person": None}, "person"),
        ({"id_kind": ""}, "id_kind"),
        ({"id_kind": "driving_licence"}, "id_kind"),
        ({"id_number": ""}, "id_number"),
        ({"id_number": "440305198001011112"}, "id_number"),
        ({"id_number": "110101199003074515"}, "id_number"),
        ({"id_number": "4514"}, "id_number"),
    ],
)
def test_owner_is_identified_first(key, owner, clerk, change, field):
    assert refused(key, clerk, **{**OWNER, "person": owner, **change}) == field


def test_owner_whose_number_is_not_on_the_register_shows_the_document(key, owner, clerk):
    owner.id_number = ""
    owner.save()
    assert (
        services.lend_key(key, by=clerk, person=owner, **OWNER | {"id_number": " 44030519750303888x"}).id_tail == "888X"
    )


def test_somebody_who_does_not_own_the_unit_is_no_owner(key, clerk, office, home):
    tenant = TenureFactory(unit=home, role="tenant", person__office=office).person
    assert refused(key, clerk, person=tenant, **OWNER) == "person"


def test_after_the_sale_whoever_left_the_key_gets_it_back_for_good_but_borrows_none(key, owner, clerk):
    owner.tenures.update(ends=local_date() - dt.timedelta(days=1), starts=dt.date(2020, 1, 1))
    assert refused(key, clerk, person=owner, **OWNER) == "person"
    agent = AGENT | {"letter_until": local_date(), "confirmed_with": owner}
    assert refused(key, clerk, paper=photo(), **agent) == "confirmed_with"
    assert services.collect_key(key, by=clerk, person=owner, **OWNER).for_good is True


def test_agent_brings_a_letter_and_the_owner_says_yes(key, owner, clerk):
    facts = AGENT | {"letter_until": local_date(), "confirmed_with": owner}
    loan = services.lend_key(key, by=clerk, paper=photo(), **facts)
    assert (loan.name, loan.confirmed_with, loan.confirmed_at is not None) == ("钱代理", owner, True)
    assert Attachment.objects.get().target == loan


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"letter_until": None}, "letter_until"),
        ({"letter_until": dt.date(2026, 1, 31)}, "letter_until"),
        ({"confirmed_with": None}, "confirmed_with"),
        ({"name": " "}, "name"),
        ({"phone": ""}, "phone"),
        ({"id_number": "12"}, "id_number"),
        ({"id_kind": "passport", "id_number": "@@@@"}, "id_number"),
        ({"id_kind": "other", "id_number": "@@@@"}, "id_number"),
        ({"phone": "123"}, "phone"),
        ({"letter_ref": " "}, "paper"),
    ],
)
def test_agent_without_letter_or_confirmation_gets_nothing(key, owner, clerk, change, field):
    facts = AGENT | {"letter_until": local_date() + dt.timedelta(days=3), "confirmed_with": owner}
    assert refused(key, clerk, **facts | change) == field


def test_agent_is_confirmed_by_an_owner_of_this_unit(key, clerk, office):
    stranger = PersonFactory(office=office, name="别家业主")
    facts = AGENT | {"letter_until": local_date(), "confirmed_with": stranger}
    assert refused(key, clerk, **facts) == "confirmed_with"


def test_the_photo_of_the_letter_stands_for_the_filed_paper(key, owner, clerk):
    facts = AGENT | {"letter_until": local_date(), "confirmed_with": owner, "letter_ref": ""}
    assert services.lend_key(key, by=clerk, paper=photo(), **facts).letter_ref == ""


def test_numbers_to_call_are_kept_in_their_one_form(vacant, clerk):
    loan = services.lend_key(vacant, by=clerk, borrower="other", **_visitor(phone="+86 139-0000-0001"))
    assert (loan.phone, loan.id_tail) == ("13900000001", "1112")


def test_other_customer_is_identified_and_says_what_for(vacant, clerk):
    assert services.lend_key(vacant, by=clerk, borrower="other", **_visitor()).purpose == "看房"


@pytest.mark.parametrize("field", ["name", "phone", "id_number", "purpose"])
def test_other_customer_without_one_of_it_gets_nothing(vacant, clerk, field):
    assert refused(vacant, clerk, borrower="other", **_visitor(**{field: ""})) == field


def test_contractors_responsible_person_comes_for_the_ticket(rework_key, clerk, contractor_facts, rework):
    loan = services.lend_key(rework_key, by=clerk, **contractor_facts)
    assert (loan.name, loan.phone, loan.ticket, loan.purpose) == ("邓建平", "13800138002", rework, rework.subject)
    assert (loan.in_person, loan.number_differs) == (True, False)


def test_contractors_man_who_leaves_another_number_is_shown(rework_key, clerk, contractor_facts, client_of):
    loan = services.lend_key(rework_key, by=clerk, **contractor_facts | {"name": "邓 建平", "phone": "13911112222"})
    assert (loan.phone, loan.number_differs) == ("13911112222", True)
    assert "与登记的电话不一致" in client_of(clerk).get(loan.get_absolute_url()).content.decode()


def test_agent_comes_for_a_ticket_of_this_unit_only(rework_key, owner, clerk, rework, office):
    facts = AGENT | {"letter_until": local_date(), "confirmed_with": owner}
    assert refused(rework_key, clerk, **facts, ticket=TicketFactory(office=office)) == "ticket"
    loan = services.lend_key(rework_key, by=clerk, **facts, ticket=rework)
    assert (loan.ticket, loan.purpose) == (rework, rework.subject)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contractor": None}, "contractor"),
        ({"ticket": None}, "ticket"),
        ({"name": "小工"}, "name"),
        ({"name": " "}, "name"),
        ({"in_person": False}, "in_person"),
        ({"id_number": ""}, "id_number"),
    ],
)
def test_contractor_without_one_of_it_gets_nothing(rework_key, clerk, contractor_facts, change, field):
    assert refused(rework_key, clerk, **contractor_facts | change) == field


def test_contractor_without_a_responsible_person_gets_nothing(rework_key, clerk, contractor_facts, contractor):
    contractor.contact = ""
    contractor.save()
    assert refused(rework_key, clerk, **contractor_facts) == "contractor"


def test_contractor_gets_nothing_for_a_ticket_of_others_or_of_another_unit(
    rework_key, clerk, contractor_facts, office, contractor
):
    not_theirs = TicketFactory(office=office, unit=rework_key.unit, state="dispatched")
    elsewhere = TicketFactory(office=office, state="dispatched", contractor=contractor)
    done = TicketFactory(office=office, unit=rework_key.unit, state="done", contractor=contractor)
    for ticket in (not_theirs, elsewhere, done):
        assert refused(rework_key, clerk, **contractor_facts | {"ticket": ticket}) == "ticket"


def test_colleague_takes_a_key_for_an_inspection(vacant, clerk, steward):
    loan = services.lend_key(vacant, by=clerk, borrower="colleague", colleague=steward, purpose="空房巡查")
    assert (loan.name, loan.colleague) == ("赵洁", steward)


def test_colleague_says_what_for_and_works_here(vacant, clerk, steward, outsider):
    assert refused(vacant, clerk, borrower="colleague", colleague=steward) == "purpose"
    assert refused(vacant, clerk, borrower="colleague", colleague=outsider, purpose="巡查") == "colleague"


@pytest.mark.parametrize(
    ("kind", "borrower"),
    [("entrusted", "other"), ("equipment", "owner"), ("equipment", "other"), ("rework", "other")],
)
def test_a_kind_of_key_goes_to_the_right_people_only(office, clerk, home, kind, borrower):
    key = KeyFactory(office=office, kind=kind, unit=home if kind != "equipment" else None)
    assert refused(key, clerk, borrower=borrower) == "borrower"


@pytest.mark.parametrize("kind", ["sealed", "filing"])
def test_sealed_keys_and_those_of_filing_cabinets_are_not_lent(office, clerk, home, owner, kind):
    key = KeyFactory(office=office, kind=kind, unit=home, deposited_by=owner, seal_number="F1")
    with pytest.raises((DeskError, PermissionDenied)):
        services.lend_key(key, by=clerk, person=owner, **OWNER)
    key.refresh_from_db()
    assert (key.state, Loan.objects.exists()) == ("in", False)


def test_lend_is_refused_for_a_time_that_is_over_or_too_far_off(key, owner, clerk):
    for due_at in (now() - dt.timedelta(minutes=1), now() + dt.timedelta(days=8)):
        assert refused(key, clerk, person=owner, due_at=due_at, **OWNER) == "due_at"


def test_due_time_follows_the_kind_and_the_offices_figures(key, vacant, owner, clerk, office):
    KeySettingsFactory(office=office, entrusted_minutes=60, vacant_minutes=30)
    loan = services.lend_key(key, also=[vacant], by=clerk, person=owner, **OWNER)
    assert dt.timedelta(minutes=29) < loan.due_at - now() <= dt.timedelta(minutes=30)


def test_a_key_that_is_out_is_not_lent_again_and_the_clerk_hears_who_has_it(lent, key, owner, clerk):
    with pytest.raises(Conflict) as conflict:
        services.lend_key(key, by=clerk, person=owner, **OWNER)
    assert "欧阳娜" in str(conflict.value)
    assert lent.number in str(conflict.value)
    assert Loan.objects.count() == 1


def test_a_ring_goes_out_in_one_go(office, clerk, steward, vacant, rework_key):
    ring = RingFactory(office=office)
    Key.objects.filter(pk__in=[vacant.pk, rework_key.pk]).update(ring=ring, cabinet=None, hook=None)
    vacant.refresh_from_db()
    loan = services.lend_key(vacant, by=clerk, borrower="colleague", colleague=steward, purpose="巡查")
    assert sorted(loan.lent_keys.values_list("key__tag", flat=True)) == ["K-0013", "K-0014"]
    assert set(Key.objects.filter(ring=ring).values_list("state", flat=True)) == {"out"}


@pytest.mark.parametrize("state", ["out", "lost", "damaged"])
def test_a_ring_with_one_key_not_there_is_refused_and_says_which(office, clerk, steward, vacant, rework_key, state):
    ring = RingFactory(office=office)
    Key.objects.filter(pk__in=[vacant.pk, rework_key.pk]).update(ring=ring, cabinet=None, hook=None)
    Key.objects.filter(pk=rework_key.pk).update(state=state)
    vacant.refresh_from_db()
    with pytest.raises(DeskError) as refusal:
        services.lend_key(vacant, by=clerk, borrower="colleague", colleague=steward, purpose="巡查")
    assert "K-0014" in str(refusal.value)
    assert not Loan.objects.exists()


def test_a_holder_with_an_overdue_key_gets_no_other(lent, vacant, owner, clerk):
    with time_machine.travel(lent.due_at + dt.timedelta(minutes=1), tick=False):
        with pytest.raises(DeskError) as refusal:
            services.lend_key(vacant, by=clerk, person=owner, **OWNER)
        assert lent.number in str(refusal.value)
    assert Loan.objects.count() == 1


def test_a_stranger_with_an_overdue_key_is_known_by_phone_or_document(vacant, rework_key, clerk, office):
    other = KeyFactory(office=office, kind="other", unit=None, name="会所")
    services.lend_key(vacant, by=clerk, borrower="other", **_visitor())
    late = now() + dt.timedelta(days=1)
    with time_machine.travel(late, tick=False):
        for same in (_visitor(name="换了名字"), _visitor(phone="13900009999")):
            with pytest.raises(DeskError):
                services.lend_key(other, by=clerk, borrower="other", **same)
        different = _visitor(name="别人", phone="13900009999", id_number="440305197902022228")
        assert services.lend_key(other, by=clerk, borrower="other", **different).name == "别人"


def test_a_supervisor_lets_them_with_a_reason_until_the_end_of_the_day(lent, vacant, owner, clerk, supervisor):
    at = (lent.due_at + dt.timedelta(days=1)).replace(hour=4)
    with time_machine.travel(at, tick=False):
        with pytest.raises(DeskError):
            services.excuse_loan(lent, reason=" ", by=supervisor)
        with pytest.raises(PermissionDenied):
            services.excuse_loan(lent, reason="业主在外地，家中漏水", by=clerk)
        services.excuse_loan(lent, reason="业主在外地，家中漏水", by=supervisor)
        assert services.lend_key(vacant, by=clerk, person=owner, **OWNER).is_open
    assert history_of(lent).filter(verb="excuse_loan").get().note == "业主在外地，家中漏水"


def test_an_excuse_ends_with_the_day(lent, vacant, owner, clerk, supervisor):
    with time_machine.travel(lent.due_at + dt.timedelta(hours=1), tick=False):
        services.excuse_loan(lent, reason="急", by=supervisor)
    with time_machine.travel(lent.due_at + dt.timedelta(days=2), tick=False), pytest.raises(DeskError):
        services.lend_key(vacant, by=clerk, person=owner, **OWNER)


def test_a_supervisor_at_the_counter_gives_the_reason_at_once(lent, vacant, owner, supervisor):
    with time_machine.travel(lent.due_at + dt.timedelta(hours=1), tick=False):
        loan = services.lend_key(vacant, by=supervisor, person=owner, excuse="同一户，情况紧急", **OWNER)
    lent.refresh_from_db()
    assert (loan.is_open, lent.excused_by, lent.excuse) == (True, supervisor, "同一户，情况紧急")


def test_a_clerk_gives_no_reason_in_a_supervisors_stead(lent, vacant, owner, clerk):
    with time_machine.travel(lent.due_at + dt.timedelta(hours=1), tick=False), pytest.raises(DeskError):
        services.lend_key(vacant, by=clerk, person=owner, excuse="没关系", **OWNER)


def test_excuse_is_refused_where_nothing_is_overdue(lent, supervisor):
    with pytest.raises(DeskError):
        services.excuse_loan(lent, reason="急", by=supervisor)


def test_extend_sets_another_time_with_a_reason(lent, clerk):
    later = lent.due_at + dt.timedelta(hours=2)
    assert services.extend_loan(lent, due_at=later, reason="师傅还在施工", by=clerk).due_at == later
    with pytest.raises(DeskError):
        services.extend_loan(lent, due_at=later, reason="", by=clerk)
    with pytest.raises(DeskError):
        services.extend_loan(lent, due_at=now() - dt.timedelta(minutes=1), reason="x", by=clerk)


def test_collect_gives_keys_back_for_good_and_frees_the_hook(key, owner, clerk):
    loan = services.collect_key(key, by=clerk, person=owner, **OWNER)
    key.refresh_from_db()
    assert (key.state, key.hook, loan.for_good, loan.is_open) == ("collected", None, True, False)
    assert loan.lent_keys.get().condition == "given_back"


def test_collect_is_for_owners_and_their_agents(key, clerk, steward):
    with pytest.raises(DeskError) as refusal:
        services.collect_key(key, by=clerk, borrower="colleague", colleague=steward, purpose="x")
    assert refusal.value.field == "borrower"


def test_collect_is_open_for_a_sealed_key_to_its_owner(sealed, owner, clerk):
    assert services.collect_key(sealed, by=clerk, person=owner, **OWNER).for_good


def test_signature_is_kept_with_the_slip(lent, clerk):
    signed = services.sign_loan(lent, signature=signature_file(), by=clerk)
    assert (signed.signed_at is not None, Attachment.objects.get().target) == (True, lent)


def test_lend_needs_the_role_in_that_office(key, owner, cashier, outsider):
    for user in (cashier, outsider):
        with pytest.raises(PermissionDenied):
            services.lend_key(key, by=user, person=owner, **OWNER)


def test_slips_of_others_are_not_taken_for_the_holders(key, owner, clerk, office):
    LentKeyFactory(key__office=office, loan__colleague=None, loan__name="别人")
    Loan.objects.update(due_at=now() + dt.timedelta(seconds=1))
    with time_machine.travel(now() + dt.timedelta(hours=1), tick=False):
        assert services.lend_key(key, by=clerk, person=owner, **OWNER).is_open


def test_owner_with_an_overdue_key_is_known_again_by_phone_under_another_kind(key, vacant, owner, lent, clerk):
    Loan.objects.update(lent_at=lent.lent_at.replace(year=2025), due_at=lent.lent_at.replace(year=2025, month=12))
    other = Loan(office=vacant.office, borrower="other", name="欧阳女士", phone=owner.phones.get().number)
    assert list(Loan.objects.overdue().of_holder(other)) == [lent]
    assert list(Loan.objects.overdue().of_holder(Loan(office=vacant.office, phone="13900139000"))) == []


@pytest.fixture
def tickets(office, contractor):
    """One in the public area, one in the building, one in another building, one done; all of the contractor."""
    here = UnitFactory(office=office, building=BuildingFactory(office=office))
    elsewhere = UnitFactory(office=office, building=BuildingFactory(office=office))
    facts = {"office": office, "contractor": contractor, "state": "dispatched"}
    return {
        "public": TicketFactory(unit=None, **facts),
        "here": TicketFactory(unit=here, **facts),
        "elsewhere": TicketFactory(unit=elsewhere, **facts),
        "archived": TicketFactory(unit=None, **facts | {"state": "archived"}),
    }


@pytest.mark.parametrize(
    ("with_building", "offered"), [(True, {"public", "here"}), (False, {"public"})], ids=["building", "estate"]
)
def test_an_equipment_room_is_opened_for_tickets_of_its_building_and_of_public_areas(
    office, clerk, contractor, tickets, client_of, with_building, offered
):
    building = tickets["here"].unit.building if with_building else None
    room = KeyFactory(office=office, kind="equipment", unit=None, deposited_by=None, name="电梯机房", building=building)
    url = reverse("keys:key_move", args=[room.pk, "lend_key"])
    form = client_of(clerk).get(url).context["form"]
    assert set(form.fields["ticket"].queryset) == {tickets[name] for name in offered}
    data = {"borrower": "contractor", "contractor": contractor.pk, "ticket": tickets["public"].pk, "once": str(uuid4())}
    data |= {"name": contractor.contact, "phone": "13800138002", "in_person": "on"}
    client_of(clerk).post(url, data | CARD)
    assert Loan.objects.get().ticket == tickets["public"]


def test_keys_are_found_by_the_building_they_serve(office, clerk, client_of):
    building = BuildingFactory(office=office)
    room = KeyFactory(office=office, kind="equipment", unit=None, deposited_by=None, building=building)
    KeyFactory(office=office)
    page = client_of(clerk).get(reverse("keys:key_list"), {"building": building.pk})
    assert (room.tag in page.content.decode(), page.context["screen"].count) == (True, 1)


def test_of_two_keys_that_are_both_out_the_one_asked_for_is_named(key, vacant, owner, clerk):
    services.lend_key(key, also=[vacant], by=clerk, person=owner, **OWNER)
    for asked, other in ((key, vacant), (vacant, key)):
        with pytest.raises(Conflict) as refusal:
            services.lend_key(asked, also=[other], by=clerk, person=owner, **OWNER)
        assert asked.tag in str(refusal.value)
