"""A ticket in each state, and the words of the bell."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from complaints import services
from frontdesk.kit.calendar import now
from frontdesk.kit.models import Notification
from tests.factories import UnitFactory

FACTS = {"subject": "厨房水龙头漏水", "kind": "repair", "channel": "phone", "caller_name": "张伟"}


def photo(name="现场.png", colour="teal"):
    """Return a small picture as a phone would send it."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/png")


def said(text, ticket, **more):
    """Return a sentence of the bell as its Chinese reader sees it."""
    with translation.override("zh-hans"):
        return translation.gettext(text).format(number=ticket.number, subject=ticket.subject, **more)


@pytest.fixture
def recorded(office, clerk):
    """Taken by the clerk, nobody sent yet."""
    return services.record_ticket(office=office, by=clerk, unit=UnitFactory(office=office, code="3-2-1502"), **FACTS)


@pytest.fixture
def dispatched(recorded, supervisor, engineer):
    """Sent to the engineer, due in two hours."""
    return services.dispatch_ticket(recorded, to=engineer, due_at=now() + dt.timedelta(hours=2), by=supervisor)


@pytest.fixture
def accepted(dispatched, engineer):
    """In the engineer's hands."""
    return services.accept_ticket(dispatched, by=engineer)


@pytest.fixture
def done(accepted, engineer):
    """Reported done."""
    return services.finish_ticket(accepted, result="更换阀芯", by=engineer)


@pytest.fixture
def replied(done, clerk):
    """The resident was told."""
    return services.reply_ticket(done, reply="已修好，电话告知张先生", by=clerk)


@pytest.fixture
def archived(replied, clerk):
    """Closed."""
    return services.archive_ticket(replied, by=clerk)


@pytest.fixture
def told():
    """Return what stands in a person's bell, oldest first, and empty it."""

    def read(user):
        rows = Notification.objects.filter(user=user).order_by("pk")
        texts = list(rows.values_list("text", flat=True))
        rows.delete()
        return texts

    return read
