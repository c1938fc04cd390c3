"""Seals outside an opening: they change by sealing and entrusting again, never by editing (R-KEY-06)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import Key, SealOpening
from tests.factories import RingFactory
from tests.keys.conftest import OWNER

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(sealed, owner, clerk):
    """The owner took the sealed key back for good."""
    services.collect_key(sealed, by=clerk, person=owner, **OWNER)
    sealed.refresh_from_db()
    return sealed


@pytest.mark.parametrize(("fields", "field"), [({"kind": "vacant"}, "kind"), ({"seal_number": "F9"}, "seal_number")])
def test_kind_and_seal_of_a_sealed_key_are_not_edited(sealed, supervisor, fields, field):
    with pytest.raises(DeskError) as refusal:
        services.change_key(sealed, by=supervisor, **fields)
    sealed.refresh_from_db()
    assert (refusal.value.field, sealed.kind, sealed.seal_number) == (field, "sealed", "F10001")


def test_no_key_becomes_sealed_by_editing(key, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.change_key(key, by=supervisor, kind="sealed", seal_number="F1")
    assert (refusal.value.field, Key.objects.get(pk=key.pk).kind) == ("kind", "entrusted")


@pytest.mark.parametrize("forged", [{"kind": "vacant"}, {"seal_number": "F9"}])
def test_a_forged_edit_leaves_the_seal_as_it_is(sealed, clerk, client_of, forged):
    client, url = client_of(clerk), reverse("keys:key_edit", args=[sealed.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    client.post(url, data | forged | {"note": "信封内"})
    sealed.refresh_from_db()
    assert (sealed.kind, sealed.seal_number, sealed.note) == ("sealed", "F10001", "信封内")


def test_the_form_of_an_entrusted_key_offers_no_seal(key, clerk, client_of):
    client, url = client_of(clerk), reverse("keys:key_edit", args=[key.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    answer = client.post(url, data | {"kind": "sealed", "seal_number": "F1"})
    assert list(answer.context["form"].errors) == ["kind"]


def test_only_a_sealed_key_is_registered_with_a_seal(office, home, owner, clerk):
    with pytest.raises(DeskError) as refusal:
        services.register_key(office=office, by=clerk, unit=home, deposited_by=owner, seal_number="F1")
    assert refusal.value.field == "seal_number"


def test_an_entrusted_key_is_sealed_before_a_second_person(key, office, clerk):
    key.ring, key.cabinet, key.hook = RingFactory(office=office), None, None
    key.save()
    for facts in ({"new_seal": " ", "witness": "周勇"}, {"new_seal": "F1", "witness": str(clerk)}):
        with pytest.raises(DeskError):
            services.seal_key(key, by=clerk, **facts)
    services.seal_key(key, new_seal="F30003", witness="周勇", by=clerk)
    key.refresh_from_db()
    assert (key.kind, key.seal_number, key.state, key.ring) == ("sealed", "F30003", "in", None)
    assert history_of(key).get().note == "F30003 · 周勇"


def test_a_key_that_is_out_or_no_entrusted_one_is_not_sealed(lent, key, vacant, clerk):
    with pytest.raises(Conflict):
        services.seal_key(key, new_seal="F1", witness="周勇", by=clerk)
    with pytest.raises(PermissionDenied):
        services.seal_key(vacant, new_seal="F1", witness="周勇", by=clerk)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"new_seal": ""}, "new_seal"),
        ({"new_seal": "F10001"}, "new_seal"),
        ({"witness": " "}, "witness"),
        ({"witness": "王敏"}, "witness"),
        ({"kind": "vacant"}, "kind"),
    ],
)
def test_a_sealed_key_is_entrusted_again_under_a_new_seal_before_a_second_person(collected, owner, clerk, facts, field):
    with pytest.raises(DeskError) as refusal:
        services.entrust_key(collected, deposited_by=owner, by=clerk, **{"new_seal": "F2", "witness": "周勇"} | facts)
    collected.refresh_from_db()
    assert (refusal.value.field, collected.state) == (field, "collected")


def test_entrusted_again_it_bears_the_new_seal_or_none(collected, owner, clerk):
    key = services.entrust_key(collected, deposited_by=owner, by=clerk, new_seal="F2", witness="周勇")
    assert (key.state, key.kind, key.seal_number) == ("in", "sealed", "F2")
    services.collect_key(key, by=clerk, person=owner, **OWNER)
    key = services.entrust_key(key, deposited_by=owner, by=clerk, kind="entrusted")
    assert (key.state, key.kind, key.seal_number) == ("in", "entrusted", "")


def test_entrusting_again_and_sealing_through_their_pages(collected, key, owner, clerk, client_of):
    client = client_of(clerk)
    url = reverse("keys:key_move", args=[collected.pk, "entrust_key"])
    data = {"deposited_by": owner.pk, "kind": "sealed"}
    assert list(client.post(url, data).context["form"].errors) == ["new_seal"]
    client.post(url, data | {"new_seal": "F2", "witness": "周勇"})
    client.post(reverse("keys:key_move", args=[key.pk, "seal_key"]), {"new_seal": "F3", "witness": "周勇"})
    assert dict(Key.objects.values_list("tag", "seal_number")) == {"K-0012": "F3", "K-0015": "F2"}


# ---- openings whose key goes another way ----


@pytest.fixture
def opening(sealed, clerk, manager):
    """The manager let the clerk open it."""
    return services.approve_opening(services.request_opening(sealed, reason="漏水", by=clerk), by=manager)


@pytest.fixture
def opened(opening, clerk):
    """Opened before a guard."""
    return services.open_seal(opening, witness="周勇", old_seal="F10001", by=clerk)


@pytest.fixture
def lost(opened, sealed, clerk):
    """Lost while it was open."""
    return services.report_lost(sealed, note="掉进电梯井", by=clerk)


def test_an_opened_key_that_is_lost_waits_and_says_so(lost, opened, clerk, client_of):
    with pytest.raises(Conflict):
        services.close_seal(opened, witness="周勇", new_seal="F2", by=clerk)
    client = client_of(clerk)
    answer = client.post(
        reverse("keys:sealopening_move", args=[opened.pk, "close_seal"]), {"new_seal": "F2", "witness": "周勇"}
    )
    opened.refresh_from_db()
    assert (answer.status_code, opened.state) == (409, "opened")
    assert client.get(opened.get_absolute_url()).status_code == 200


def test_found_again_it_is_with_whoever_opened_it_until_it_is_sealed(lost, opened, clerk, client_of):
    client_of(clerk).post(reverse("keys:key_move", args=[lost.pk, "recover_key"]), {"note": "维保捞出"})
    lost.refresh_from_db()
    opened.loan.refresh_from_db()
    assert (lost.state, opened.loan.is_open) == ("out", True)
    services.close_seal(opened, witness="周勇", new_seal="F2", by=clerk)
    lost.refresh_from_db()
    opened.loan.refresh_from_db()
    assert (lost.state, lost.seal_number, opened.loan.is_open) == ("in", "F2", False)


def test_with_another_lock_the_opening_ends(lost, opened, supervisor, manager):
    SealOpening.objects.update(is_emergency=True, decided_at=None)
    services.change_lock(lost, cost=180, payer="office", by=supervisor)
    opened.refresh_from_db()
    opened.loan.refresh_from_db()
    assert (opened.state, opened.loan.is_open, SealOpening.objects.running().exists()) == ("ended", False, False)
    assert list(SealOpening.objects.to_decide()) == [opened]
    assert services.review_opening(opened, by=manager).decided_by == manager


@pytest.mark.parametrize("way", ["collect", "retire", "change_lock"])
def test_no_approval_outlives_a_key_that_leaves(opening, sealed, owner, clerk, supervisor, told, way):
    told(clerk)
    if way == "collect":
        services.collect_key(sealed, by=supervisor, person=owner, **OWNER)
    elif way == "retire":
        services.retire_key(sealed, note="房已交付", by=supervisor)
    else:
        services.report_damaged(sealed, note="断齿", by=clerk)
        services.change_lock(sealed, cost=0, payer="office", by=supervisor)
    opening.refresh_from_db()
    assert (opening.state, len(told(clerk))) == ("withdrawn", 1)
    if way == "collect":
        key = services.entrust_key(sealed, deposited_by=owner, by=clerk, new_seal="F2", witness="周勇")
        assert services.request_opening(key, reason="再次漏水", by=clerk).state == "requested"


@pytest.mark.parametrize("loss", ["report_lost", "report_damaged"])
@pytest.mark.parametrize("step", ["requested", "approved", "opened", "emergency"])
def test_every_opening_reaches_an_end_whatever_happens_to_the_key(sealed, clerk, manager, supervisor, step, loss):
    if step == "emergency":
        services.unseal_key(sealed, reason="冒烟", witness="周勇", old_seal="F10001", by=clerk)
    else:
        opening = services.request_opening(sealed, reason="漏水", by=clerk)
        if step != "requested":
            services.approve_opening(opening, by=manager)
        if step == "opened":
            services.open_seal(opening, witness="周勇", old_seal="F10001", by=clerk)
    if loss == "report_damaged" and step in ("opened", "emergency"):
        with pytest.raises(Conflict):
            services.report_damaged(sealed, note="断齿", by=clerk)
        services.report_lost(sealed, note="不见", by=clerk)
    else:
        getattr(services, loss)(sealed, note="不见", by=clerk)
    services.change_lock(sealed, cost=0, payer="office", by=supervisor)
    assert not SealOpening.objects.running().exists()
