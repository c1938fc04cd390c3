"""The register: what a key opens, where it hangs, a tag that tells nobody an address (R-KEY-01)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Attachment
from frontdesk.kit.search import lookup
from keys import services
from keys.models import Cabinet, Key, Ring
from tests.complaints.conftest import photo
from tests.factories import CabinetFactory, KeyFactory, PersonFactory, RingFactory, TenureFactory, UnitFactory

pytestmark = pytest.mark.django_db


def register(office, by, **more):
    return services.register_key(office=office, by=by, **more)


def test_register_gives_the_next_tag_and_finds_the_key_by_it(office, clerk, home, owner):
    first = register(office, clerk, unit=home, deposited_by=owner)
    second = register(office, clerk, unit=home, deposited_by=owner)
    assert (first.tag, second.tag, first.state) == ("K-0001", "K-0002", "in")
    assert [hit.object_id for hit in lookup([office.pk], "k0002", kinds=["key"])] == [second.pk]
    assert [hit.object_id for hit in lookup([office.pk], "2", kinds=["key"])] == [second.pk]
    assert history_of(first).get().verb == "register_key"


def test_register_skips_tags_that_somebody_typed(office, clerk, home, owner):
    register(office, clerk, unit=home, deposited_by=owner, tag="K-0001")
    assert register(office, clerk, unit=home, deposited_by=owner).tag == "K-0002"


def test_register_dates_the_deposit_and_keeps_the_photo(office, clerk, home, owner):
    key = register(office, clerk, unit=home, deposited_by=owner, photo=photo())
    assert key.deposited_on is not None
    assert Attachment.objects.get().target == key


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "vacant"}, "unit"),
        ({"kind": "equipment"}, "name"),
        ({"kind": "entrusted", "unit": "home"}, "deposited_by"),
        ({"kind": "sealed", "unit": "home", "deposited_by": "owner"}, "seal_number"),
        ({"kind": "vacant", "unit": "home", "hook": 1}, "cabinet"),
        ({"kind": "vacant", "unit": "home", "cabinet": "cabinet"}, "hook"),
        ({"kind": "vacant", "unit": "home", "cabinet": "cabinet", "hook": 101}, "hook"),
        ({"kind": "vacant", "unit": "home", "tag": "1502"}, "tag"),
        ({"kind": "vacant", "unit": "home", "tag": "3-2-1502"}, "tag"),
        ({"kind": "vacant", "unit": "home", "tag": "321502A"}, "tag"),
        (
            {"kind": "entrusted", "unit": "home", "deposited_by": "owner", "entrusted_until": dt.date(2020, 1, 1)},
            "entrusted_until",
        ),
    ],
)
def test_register_is_refused_where_something_is_missing_or_gives_the_address_away(
    office, clerk, facts, field, request, home, owner, cabinet
):
    named = {"home": home, "owner": owner, "cabinet": cabinet}
    values = {name: named.get(value, value) if isinstance(value, str) else value for name, value in facts.items()}
    with pytest.raises(DeskError) as refusal:
        register(office, clerk, **values)
    assert (refusal.value.field, Key.objects.exists()) == (field, False)


def test_register_is_refused_for_a_tag_in_use_of_a_key_or_a_ring(office, clerk, home, owner, key):
    ring = RingFactory(office=office)
    for tag in (key.tag.lower(), ring.tag):
        with pytest.raises(DeskError) as refusal:
            register(office, clerk, unit=home, deposited_by=owner, tag=tag)
        assert refusal.value.field == "tag"


def test_register_is_refused_on_a_hook_that_is_taken_by_a_key_or_a_ring(office, clerk, home, owner, key, cabinet):
    RingFactory(office=office, cabinet=cabinet, hook=40)
    for hook in (key.hook, 40):
        with pytest.raises(DeskError) as refusal:
            register(office, clerk, unit=home, deposited_by=owner, cabinet=cabinet, hook=hook)
        assert refusal.value.field == "hook"


def test_register_is_refused_for_things_of_another_office(office, clerk, other_office):
    with pytest.raises(DeskError):
        register(office, clerk, unit=UnitFactory(office=other_office), kind="vacant")


def test_register_needs_the_role(office, cashier, home, owner):
    with pytest.raises(PermissionDenied):
        register(office, cashier, unit=home, deposited_by=owner)


def test_the_database_hangs_one_key_on_a_hook_and_a_key_once(key, cabinet, office):
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyFactory(office=office, cabinet=cabinet, hook=12)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyFactory(office=office, ring=RingFactory(office=office), cabinet=cabinet, hook=90)


def test_change_keeps_the_old_words_in_the_history(key, clerk):
    changed = services.change_key(key, by=clerk, allows="代收快递", copies=2)
    assert (changed.allows, changed.copies) == ("代收快递", 2)
    assert history_of(key).get().after == {"allows": "代收快递", "copies": 2}


def test_change_is_refused_where_a_key_that_is_out_is_hung_elsewhere(lent, key, clerk, cabinet):
    with pytest.raises(DeskError) as refusal:
        services.change_key(key, by=clerk, cabinet=cabinet, hook=50)
    assert refusal.value.field == "hook"


def test_ring_takes_keys_off_their_hooks_and_lets_them_go_again(office, clerk, vacant, rework_key, cabinet):
    ring = services.add_ring(
        office=office, by=clerk, name="3-2 单元", cabinet=cabinet, hook=60, keys=[vacant, rework_key]
    )
    vacant.refresh_from_db()
    assert (ring.tag, vacant.ring, vacant.hook, vacant.place) == ("R-001", ring, None, "R-001 · A柜 60")
    services.change_ring(ring, by=clerk, keys=[rework_key])
    vacant.refresh_from_db()
    assert (vacant.ring, list(ring.keys.all())) == (None, [rework_key])


def test_ring_is_refused_for_sealed_keys_and_for_keys_that_are_out(office, clerk, sealed, lent, key):
    for one in (sealed, key):
        with pytest.raises(DeskError) as refusal:
            services.add_ring(office=office, by=clerk, name="串", keys=[one])
        assert refusal.value.field == "keys"


def test_cabinet_is_not_cut_below_what_hangs_in_it(key, cabinet, supervisor):
    for values, field in (({"hooks": 11}, "hooks"), ({"is_active": False}, "is_active")):
        with pytest.raises(DeskError) as refusal:
            services.change_cabinet(cabinet, by=supervisor, **values)
        assert refusal.value.field == field
    assert services.change_cabinet(cabinet, by=supervisor, hooks=12).hooks == 12


def test_cabinet_of_a_name_is_set_up_once(office, supervisor, cabinet):
    with pytest.raises(DeskError):
        services.add_cabinet(office=office, by=supervisor, name=cabinet.name)
    assert Cabinet.objects.count() == 1


def test_free_hook_is_the_first_on_which_nothing_hangs(office):
    cabinet = CabinetFactory(office=office, hooks=3)
    KeyFactory(office=office, cabinet=cabinet, hook=1)
    RingFactory(office=office, cabinet=cabinet, hook=2)
    assert services.free_hook(cabinet) == 3
    KeyFactory(office=office, cabinet=cabinet, hook=3)
    assert services.free_hook(cabinet) is None


def test_entrust_again_takes_a_collected_key_back_under_its_tag(key, owner, clerk, office):
    Key.objects.filter(pk=key.pk).update(state="collected")
    other = TenureFactory(unit=key.unit, person=PersonFactory(office=office, name="新业主")).person
    back = services.entrust_key(Key.objects.get(pk=key.pk), deposited_by=other, by=clerk)
    assert (back.state, back.deposited_by, back.tag) == ("in", other, "K-0012")


@pytest.mark.parametrize("tag", ["A/12", "A 12", "50%", "K#1", "-1", "a?b"])
def test_a_tag_that_fits_no_label_is_refused(office, home, owner, clerk, tag):
    with pytest.raises(DeskError) as refusal:
        services.register_key(office=office, by=clerk, kind="entrusted", unit=home, deposited_by=owner, tag=tag)
    assert refusal.value.field == "tag"
    with pytest.raises(DeskError) as refusal:
        services.add_ring(office=office, by=clerk, name="串", tag=tag)
    assert (refusal.value.field, Key.objects.exists(), Ring.objects.exists()) == ("tag", False, False)
