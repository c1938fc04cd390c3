"""Seals outside an opening: they change by sealing and entrusting again, never by editing (R-KEY-06)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import Key
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
