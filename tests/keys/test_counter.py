"""The counter's one field, and whatever is scanned: what it finds, and where Enter leads."""

from __future__ import annotations

import pytest
from django.urls import reverse

from frontdesk.estate.services import index_person, index_unit
from keys import services
from keys.models import Key
from tests.factories import KeyFactory, LentKeyFactory, RingFactory

pytestmark = pytest.mark.django_db
TYPING = {"HX-Request": "true"}
QUERIES = 7


def move_url(obj, name):
    return reverse(f"keys:{obj._meta.model_name}_move", args=[obj.pk, name])


@pytest.mark.parametrize("text", ["3-2-1502", "oyn", "欧阳", "13800138000", "0012"])
def test_counter_finds_keys_by_whatever_is_at_hand(key, owner, home, clerk, client_of, text):
    index_unit(home)
    index_person(owner)
    services.index_keys([key])
    answer = client_of(clerk).get(reverse("keys:counter"), {"q": text}, headers=TYPING)
    assert [found.tag for found, _move in answer.context["keys"]] == ["K-0012"]
    assert answer.context["keys"][0][1].href == move_url(key, "lend_key")


def test_counter_finds_what_is_out_by_holder_ring_and_slip(vacant, rework_key, office, clerk, client_of):
    ring = RingFactory(office=office, tag="R-007", name="三栋样板房")
    Key.objects.filter(pk__in=[vacant.pk, rework_key.pk]).update(ring=ring, cabinet=None, hook=None)
    lone = KeyFactory(office=office, kind="other", unit=None, deposited_by=None, tag="K-0555")
    facts = {"name": "陈看房", "phone": "13900007321", "id_kind": "id_card", "id_number": "440305198001011112"}
    facts |= {"purpose": "看房"}
    loan = services.lend_key(lone, by=clerk, borrower="other", **facts)
    client, url = client_of(clerk), reverse("keys:counter")

    def found(text):
        return [key.tag for key, _move in client.get(url, {"q": text}, headers=TYPING).context["keys"]]

    for text in ("陈看", "ckf", "7321", loan.number, str(int(loan.number[-5:]))):
        assert found(text) == ["K-0555"], text
    assert found("R-007") == found("样板") == ["K-0013", "K-0014"]
    services.take_back_keys(loan, back={lone: "good"}, by=clerk)
    assert found("陈看") == []


def test_counter_on_enter_leads_to_what_is_done_with_the_one_thing_found(
    lent, key, vacant, rework_key, office, clerk, client_of
):
    client, url = client_of(clerk), reverse("keys:counter")
    back = reverse("keys:loan_return", args=[lent.pk])
    assert client.get(url, {"q": "k-0012"}).url == f"{back}?key={key.pk}"
    assert client.get(url, {"q": "欧阳"}).url == f"{back}?key={key.pk}"
    assert client.get(url, {"q": lent.number.lower()}).url == back
    assert client.get(url, {"q": "K-0013"}).url == move_url(vacant, "lend_key")
    ring = RingFactory(office=office, tag="R-007")
    assert client.get(url, {"q": "R-007"}).url == ring.get_absolute_url()  # nothing hangs on it
    Key.objects.filter(pk__in=[vacant.pk, rework_key.pk]).update(ring=ring, cabinet=None, hook=None)
    assert client.get(url, {"q": "https://desk.example.com/k/R-007/"}).url == move_url(vacant, "lend_key")
    Key.objects.filter(pk=rework_key.pk).update(state="lost")
    assert client.get(url, {"q": "R-007"}).url == ring.get_absolute_url()


def test_scan_while_the_cabinet_is_counted_offers_to_count(key, vacant, office, clerk, cashier, company, client_of):
    ring = RingFactory(office=office, tag="R-007")
    Key.objects.filter(pk=vacant.pk).update(ring=ring, cabinet=None, hook=None)
    count = services.begin_stocktake(office=office, by=clerk)
    client = client_of(clerk)
    for thing in (key, ring):
        page = client.get(f"/k/{thing.tag}/")
        assert (page.context["thing"], page.context["counts"]) == (thing, [count])
        assert reverse("keys:stocktake_count", args=[count.pk]) in page.content.decode()
    assert client_of(company).get(f"/k/{key.tag}/").url == key.get_absolute_url()
    services.end_counting(count, by=clerk)
    assert client.get(f"/k/{key.tag}/").url == key.get_absolute_url()


@pytest.mark.parametrize("tag", ["A/12", "旧 7#", "50%", "a?b=1"])
def test_label_of_an_odd_tag_from_older_times_leads_to_its_key(vacant, clerk, client_of, tag):
    Key.objects.filter(pk=vacant.pk).update(tag=tag)
    client = client_of(clerk)
    assert client.get(reverse("keys:key_label", args=[vacant.pk])).status_code == 200
    address = reverse("keys:scan", args=[tag])
    assert client.get(address).url == vacant.get_absolute_url()
    scanned = client.get(reverse("keys:counter"), {"q": f"https://desk.example.com{address}"})
    assert scanned.url == move_url(vacant, "lend_key")


def test_counter_leads_nowhere_while_somebody_is_typing(lent, clerk, client_of):
    assert client_of(clerk).get(reverse("keys:counter"), {"q": "K-0012"}, headers=TYPING).status_code == 200


def test_counter_takes_the_same_queries_however_many_are_out(home, office, clerk, client_of, django_assert_num_queries):
    index_unit(home)
    client, url = client_of(clerk), reverse("keys:counter")
    client.get(url, {"q": "1502"}, headers=TYPING)
    for queries in (QUERIES, QUERIES):
        LentKeyFactory.create_batch(2, key__office=office, key__unit=home)
        with django_assert_num_queries(queries):
            client.get(url, {"q": "1502"}, headers=TYPING)


def test_counter_leads_a_scanned_slip_to_its_return(lent, key, clerk, client_of):
    client = client_of(clerk)
    url = reverse("keys:counter")
    scanned = f"http://desk.example.com/k/{lent.token}/"
    assert client.get(url, {"q": scanned}).url == reverse("keys:loan_return", args=[lent.pk])
    services.take_back_keys(lent, back={key: "good"}, by=clerk)
    assert client.get(url, {"q": scanned}).url == lent.get_absolute_url()


def test_scan_opens_slip_or_key_and_nothing_of_another_office(lent, key, vacant, clerk, outsider, client_of):
    client = client_of(clerk)
    back = reverse("keys:loan_return", args=[lent.pk])
    assert client.get(f"/k/{lent.token}/").url == back
    assert client.get(f"/k/{key.tag}/").url == f"{back}?key={key.pk}"
    assert client.get(f"/k/{vacant.tag}/").url == vacant.get_absolute_url()
    assert client.get("/k/nothing/").status_code == 404
    for code in (lent.token, key.tag):
        assert client_of(outsider).get(f"/k/{code}/").status_code == 404
