"""A home with its owner, its keys in a cabinet, and the people who come for them."""

from __future__ import annotations

import base64
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from frontdesk.kit.models import Notification
from keys import services
from tests.factories import (
    CabinetFactory,
    ContractorFactory,
    KeyFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)

OWNER = {"borrower": "owner", "id_kind": "id_card", "id_number": "110101199003074514"}
AGENT = {
    "borrower": "agent",
    "name": "钱代理",
    "phone": "13700000007",
    "id_kind": "id_card",
    "id_number": "110101198505121232",
    "letter_ref": "委托书 2026-11",
}


def drawing(*strokes):
    """Return what the pad sends."""
    stream = io.BytesIO()
    pad = Image.new("RGBA", (600, 200))
    for stroke in strokes or [((40, 50), (300, 120))]:
        ImageDraw.Draw(pad).line(stroke, fill="navy", width=3)
    pad.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def signature_file():
    """Return what the pad sends as the file the service gets."""
    data = base64.b64decode(drawing().partition(",")[2])
    return SimpleUploadedFile("signature.png", data, content_type="image/png")


@pytest.fixture
def home(office):
    """3-2-1502."""
    return UnitFactory(office=office, code="3-2-1502")


@pytest.fixture
def owner(home):
    """欧阳娜, who owns it; her card's number ends in 4514."""
    person = PersonFactory(office=home.office, name="欧阳娜", id_number="110101199003074514")
    PhoneFactory(person=person, number="13800138000")
    TenureFactory(unit=home, person=person)
    return person


@pytest.fixture
def cabinet(office):
    """A cabinet of a hundred hooks."""
    return CabinetFactory(office=office, name="A柜")


@pytest.fixture
def key(home, owner, cabinet):
    """Entrusted by the owner, on hook 12."""
    return KeyFactory(office=home.office, unit=home, tag="K-0012", deposited_by=owner, cabinet=cabinet, hook=12)


@pytest.fixture
def vacant(home, cabinet):
    """The office's own key of the same home while it stands empty."""
    return KeyFactory(
        office=home.office, unit=home, tag="K-0013", kind="vacant", deposited_by=None, cabinet=cabinet, hook=13
    )


@pytest.fixture
def contractor(office):
    """宏达防水, for whom 邓建平 answers."""
    return ContractorFactory(office=office, name="宏达防水", contact="邓建平", phone="13800138002")


@pytest.fixture
def rework(home, contractor, clerk):
    """Warranty rework in the home, in the contractor's hands."""
    return TicketFactory(
        office=home.office, unit=home, kind="rework", state="dispatched", contractor=contractor, first_contact=clerk
    )


@pytest.fixture
def rework_key(home, cabinet):
    """The key workers get for rework."""
    return KeyFactory(
        office=home.office, unit=home, tag="K-0014", kind="rework", deposited_by=None, cabinet=cabinet, hook=14
    )


@pytest.fixture
def sealed(home, owner, cabinet):
    """Sealed by the owner with F10001."""
    return KeyFactory(
        office=home.office,
        unit=home,
        tag="K-0015",
        kind="sealed",
        seal_number="F10001",
        deposited_by=owner,
        cabinet=cabinet,
        hook=15,
    )


@pytest.fixture
def lent(key, owner, clerk):
    """The owner has the key."""
    return services.lend_key(key, by=clerk, person=owner, **OWNER)


@pytest.fixture
def contractor_facts(contractor, rework):
    """What is written down of the contractor's man."""
    return {
        "borrower": "contractor",
        "contractor": contractor,
        "ticket": rework,
        "in_person": True,
        "name": "邓建平",
        "id_kind": "id_card",
        "id_number": "44030519750303888X",
    }


@pytest.fixture
def told():
    """Return what stands in a person's bell, oldest first, and empty it."""

    def read(user):
        rows = Notification.objects.filter(user=user).order_by("pk")
        texts = list(rows.values_list("text", flat=True))
        rows.delete()
        return texts

    return read
