"""The archive: gapless numbers, one paper out to one person, and back (R-DOC-01)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from frontdesk.estate import services
from frontdesk.estate.models import Document, DocumentLoan
from frontdesk.kit.activity import history_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from tests.factories import DocumentFactory, UnitFactory
from tests.racing import together

pytestmark = pytest.mark.django_db
LATER = dt.date(2099, 12, 31)


def file(office, by, **fields):
    values = {"category": "LW", "title": "消防检查通知", "dated": dt.date(2026, 3, 2)} | fields
    return services.file_document(office=office, by=by, **values)


def lend(document, by, **fields):
    return services.lend_document(
        document, by=by, **({"borrower": "李强", "purpose": "核对", "due_on": LATER} | fields)
    )


def test_numbers_run_per_category_and_year(clerk, office, other_office, outsider):
    year = local_date().year
    assert [file(office, clerk).number for _ in range(2)] == [f"LW-{year}-0001", f"LW-{year}-0002"]
    assert file(office, clerk, category="TZ").number == f"TZ-{year}-0001"
    assert file(other_office, outsider).number == f"LW-{year}-0001"


def test_a_failed_filing_leaves_no_gap(clerk, office):
    with transaction.atomic():
        file(office, clerk)
        transaction.set_rollback(True)
    assert file(office, clerk).number.endswith("-0001")


def test_filing_is_written_down_at_the_unit_too(clerk, office):
    unit = UnitFactory(office=office)
    document = file(office, clerk, category="YZ", unit=unit)
    assert history_of(unit).get().note == str(document)
    assert list(unit.documents.all()) == [document]


def test_unit_of_another_office_is_refused(admin, office, other_office):
    with pytest.raises(DeskError):
        file(office, admin, unit=UnitFactory(office=other_office))


def test_edit_keeps_number_and_category(clerk, office):
    document = file(office, clerk)
    services.edit_document(document, by=clerk, category="FW", title="改", shelf="A-3")
    document.refresh_from_db()
    assert (document.category, document.title, document.shelf, document.version) == ("LW", "改", "A-3", 2)


def test_lend_and_return(clerk, steward, office):
    document = lend(DocumentFactory(office=office), clerk)
    assert document.state == "out"
    services.return_document(document, by=steward, note="完好")
    loan = document.loans.get()
    assert (loan.lent_by, loan.taken_back_by, loan.back_at is None) == (clerk, steward, False)
    document.refresh_from_db()
    assert document.state == "shelved"
    assert [act.verb for act in history_of(document)] == ["return_document", "lend_document"]


def test_paper_that_is_out_is_not_lent_again(clerk, office):
    document = lend(DocumentFactory(office=office), clerk)
    with pytest.raises(Conflict):
        lend(document, clerk)
    services.return_document(document, by=clerk)
    with pytest.raises(Conflict):
        services.return_document(document, by=clerk)
    assert DocumentLoan.objects.count() == 1


def test_due_day_in_the_past_is_refused(clerk, office):
    with pytest.raises(DeskError) as refusal:
        lend(DocumentFactory(office=office), clerk, due_on=dt.date(2020, 1, 1))
    assert refusal.value.field == "due_on"


def test_overdue_loans_are_known_by_date(clerk, office):
    loan = lend(DocumentFactory(office=office), clerk).loans.get()
    assert list(DocumentLoan.objects.overdue(LATER)) == []
    assert list(DocumentLoan.objects.overdue(LATER.replace(year=2100))) == [loan]


@pytest.mark.parametrize("who", ["cashier", "engineer", "company", "outsider"])
def test_archive_needs_the_role_in_that_office(who, office, request):
    by = request.getfixturevalue(who)
    document = DocumentFactory(office=office)
    for act in (
        lambda: file(office, by),
        lambda: services.edit_document(document, by=by, title="x"),
        lambda: lend(document, by),
        lambda: services.return_document(document, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.django_db(transaction=True)
def test_two_desks_lend_one_paper_at_once(clerk, steward, office):
    document = DocumentFactory(office=office)
    outcomes = together(lambda: lend(document, clerk), lambda: lend(document, steward, borrower="周勇"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Document"]
    assert DocumentLoan.objects.out().count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_desks_file_at_once_without_a_gap(clerk, office):
    outcomes = together(*(lambda: file(office, clerk).number for _ in range(8)))
    assert sorted(outcomes) == [f"LW-{local_date().year}-{n:04}" for n in range(1, 9)]
    assert Document.objects.count() == 8
