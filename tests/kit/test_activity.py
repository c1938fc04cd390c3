import pytest

from frontdesk.kit.activity import history_of, record, snapshot
from frontdesk.kit.context import amend, context, current
from tests.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_record_keeps_only_what_changed_and_where_it_came_from(office, clerk):
    person = PersonFactory(office=office)
    before = snapshot(person)
    person.note = "下午在家"
    with context(request_id="abc", ip="127.0.0.1"):
        amend(device="前台一号机")
        record(person, "change_person", by=clerk, before=before, after=snapshot(person))
    act = history_of(person).get()
    assert (act.before, act.after) == ({"note": ""}, {"note": "下午在家"})
    assert (act.ip, act.device, act.request_id, act.actor) == ("127.0.0.1", "前台一号机", "abc", clerk)
    assert act.office == office


def test_snapshot_masks_and_hides(office):
    person = PersonFactory(office=office, id_number="110101199001011237", id_index="x" * 64)
    seen = snapshot(person)
    assert seen["id_number"] == "110***********1237"
    assert "id_index" not in seen
    user = UserFactory()
    assert not {"password", "pin"} & set(snapshot(user))


def test_the_software_itself_acts_without_an_account(office):
    person = PersonFactory(office=office)
    assert record(person, "remind", by=None).actor_name == ""


def test_context_ends_with_the_request():
    with context(request_id="abc"):
        assert current().request_id == "abc"
    assert current().request_id == ""
