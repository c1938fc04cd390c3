"""Filing cabinets: the key stays, the log says who looked at what under whose eye (R-KEY-07)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import FilingOpening
from tests.factories import KeyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(office):
    """The cabinet with the residents' files."""
    return KeyFactory(office=office, kind="filing", unit=None, deposited_by=None, name="业主档案柜 A")


@pytest.fixture
def opening(files, clerk):
    """It stands open."""
    return services.open_cabinet(files, visitor="审计 张工", purpose="核对合同", by=clerk)


def test_open_leaves_the_key_at_the_desk(opening, files, clerk):
    files.refresh_from_db()
    assert (files.state, opening.watched_by, opening.closed_at) == ("in", clerk, None)
    assert history_of(files).get().note == "审计 张工 · 核对合同"


def test_close_says_what_was_taken_out(opening, files, steward):
    closed = services.close_cabinet(opening, taken="2025 年度合同 3 份", by=steward)
    assert (closed.closed_by, closed.taken, closed.closed_at is not None) == (steward, "2025 年度合同 3 份", True)
    assert history_of(files).first().verb == "close_cabinet"


def test_open_is_refused_while_it_stands_open(opening, files, clerk):
    with pytest.raises(Conflict):
        services.open_cabinet(files, visitor="别人", purpose="查阅", by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        FilingOpening.objects.create(key=files, visitor="x", purpose="y", watched_by=clerk)


def test_close_happens_once(opening, clerk):
    services.close_cabinet(opening, by=clerk)
    with pytest.raises(Conflict):
        services.close_cabinet(opening, by=clerk)


@pytest.mark.parametrize("field", ["visitor", "purpose"])
def test_open_says_for_whom_and_what_for(files, clerk, field):
    with pytest.raises(DeskError) as refusal:
        services.open_cabinet(files, by=clerk, **{"visitor": "张工", "purpose": "核对", field: " "})
    assert refusal.value.field == field


def test_only_filing_cabinets_are_opened_so_and_by_who_may(key, files, clerk, cashier):
    with pytest.raises(PermissionDenied):
        services.open_cabinet(key, visitor="张工", purpose="核对", by=clerk)
    with pytest.raises(PermissionDenied):
        services.open_cabinet(files, visitor="张工", purpose="核对", by=cashier)
