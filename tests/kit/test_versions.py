import pytest

from frontdesk.kit.errors import Conflict
from frontdesk.kit.versions import save_version
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_save_version_writes_only_the_named_fields(office):
    person = PersonFactory(office=office)
    person.note, person.name = "新备注", "不写"
    save_version(person, ["note"], expected=1)
    person.refresh_from_db()
    assert (person.note, person.name, person.version) == ("新备注", "张伟", 2)


def test_save_version_refuses_a_stale_record(office):
    person = PersonFactory(office=office)
    person.note = "甲"
    save_version(person, ["note"], expected=1)
    person.note = "乙"
    with pytest.raises(Conflict):
        save_version(person, ["note"], expected=1)
    person.refresh_from_db()
    assert person.note == "甲"
