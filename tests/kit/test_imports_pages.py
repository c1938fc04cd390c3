"""The import pages: from the upload to the history, for those who may."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from frontdesk.kit import jobs
from frontdesk.kit.imports import runs
from frontdesk.kit.models import Holiday, ImportRun
from tests.factories import ImportRunFactory, MembershipFactory
from tests.kit.tables import DayImporter, days_with, table

NEW_URL = "/imports/new/tests.days/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def send(client, data=None, name="放假.xlsx", **more):
    return client.post(NEW_URL, {"file": SimpleUploadedFile(name, data or table()), **more})


def page_of(client, run=None):
    run = run or ImportRun.objects.get()
    response = client.get(run.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def fields_of(run):
    """Return what the mapping form would send if nothing were changed."""
    fields = {"options-suffix": run.mapping["options"]["suffix"]}
    for name, place in run.mapping["sheets"].items():
        fields |= {f"{name}-sheet": place["sheet"], f"{name}-header": place["header"]}
        fields |= {f"{name}-{column}": index for column, index in place["columns"].items()}
    return fields


def test_from_upload_to_history(office, manager, client_of):
    client = client_of(manager, confirmed=True)
    assert "放假安排" in client.get(reverse("kit:imports")).content.decode()
    assert client.get(NEW_URL).status_code == 200
    response = send(client)
    run = ImportRun.objects.get()
    assert (response.status_code, response.url) == (302, run.get_absolute_url())
    assert (run.office, run.created_by, run.counts["new"]) == (office, manager, 3)
    assert reverse("kit:import_commit", args=[run.pk]) in page_of(client)
    response = client.post(reverse("kit:import_commit", args=[run.pk]))
    run.refresh_from_db()
    assert response.url == run.job.get_absolute_url()
    assert run.get_absolute_url() in client.get(response.url).content.decode()
    assert 'id="job"' in page_of(client)
    jobs.run_job(run.job.pk)
    assert Holiday.objects.filter(office=office).count() == 3
    assert run.file.get_absolute_url() in page_of(client)
    assert "放假.xlsx" in client.get(reverse("kit:import_list")).content.decode()


def test_unreadable_file_says_why(manager, client_of):
    for name, data in (("a.xls", b"x"), ("a.xlsx", b"<html>"), ("a.xlsx", b"PK")):
        response = send(client_of(manager), data, name)
        assert response.status_code == 400
        assert 'role="alert"' in response.content.decode()
    assert client_of(manager).post(NEW_URL).status_code == 400
    assert not ImportRun.objects.exists()


def test_wrong_rows_are_listed_and_the_marked_table_offered(manager, client_of):
    client = client_of(manager, confirmed=True)
    send(client, days_with(["GQ", "十月二日", "国庆"], ["GQ", "2026-10-01", "<script>alert(1)</script>"]))
    page = page_of(client)
    run = ImportRun.objects.get()
    assert "B 日期" in page
    assert "<script>alert" not in page
    assert run.marked_file.get_absolute_url() in page
    assert reverse("kit:import_commit", args=[run.pk]) not in page
    assert client.post(reverse("kit:import_commit", args=[run.pk])).status_code == 409
    marked = client.get(run.marked_file.get_absolute_url()).getvalue()
    assert load_workbook(io.BytesIO(marked))["日子"]["C2"].value == "十月二日"


def test_preview_masks_what_the_importer_masks(manager, client_of):
    client = client_of(manager)
    send(client, days_with(["GQ", "2026-10-01", "国庆", "13800138000"], header=["编号", "日期", "名称", "值班电话"]))
    page = page_of(client)
    assert "138****8000" in page
    assert "13800138000" not in page


def test_columns_can_be_chosen(manager, client_of):
    client = client_of(manager)
    send(client, days_with(["GQ", "2026-10-01", "国庆"], header=["编号", "哪天", "名称"]))
    run = ImportRun.objects.get()
    assert (run.status, run.counts) == ("uploaded", {})
    assert 'role="alert"' in page_of(client)
    response = client.post(
        reverse("kit:import_map", args=[run.pk]), fields_of(run) | {"days-date": 1, "options-suffix": "假"}
    )
    assert response.url == run.get_absolute_url()
    run.refresh_from_db()
    assert (run.status, run.counts["new"], run.mapping["sheets"]["days"]["columns"]["date"]) == ("checked", 1, 1)
    assert run.mapping["options"] == {"suffix": "假"}


def test_other_sheet_or_header_gets_its_columns_guessed(manager, client_of):
    client = client_of(manager)
    send(client, table([["编号", "日期", "名称"], ["编号", "名称", "日期"], ["GQ", "国庆", "2026-10-01"]]))
    run = ImportRun.objects.get()
    url = reverse("kit:import_map", args=[run.pk])
    client.post(url, fields_of(run) | {"days-header": 1})
    run.refresh_from_db()
    assert run.mapping["sheets"]["days"] == {"sheet": 1, "header": 1, "columns": {"code": 0, "name": 1, "date": 2}}
    client.post(url, fields_of(run) | {"days-sheet": 0, "sets-sheet": ""})
    run.refresh_from_db()
    assert run.mapping["sheets"] == {"days": {"sheet": 0, "header": 0, "columns": {"code": 0}}}
    assert run.status == "uploaded"


@pytest.mark.parametrize("forged", ["99", "-1", "x", "1e9", "٣", "9" * 40, ""])
def test_forged_choices_are_no_choices(manager, client_of, forged):
    client = client_of(manager)
    send(client)
    run = ImportRun.objects.get()
    for name in ("days-sheet", "days-header", "days-date"):
        assert client.post(reverse("kit:import_map", args=[run.pk]), fields_of(run) | {name: forged}).status_code == 302
        page_of(client)


def test_same_file_says_when_and_by_whom(manager, supervisor, office, client_of):
    client = client_of(manager)
    data = table()
    send(client, data)
    runs.commit(ImportRun.objects.get(), jobs.Progress())
    send(client, data)
    again = ImportRun.objects.latest("pk")
    page = page_of(client, again)
    assert "刘建国" in page
    assert reverse("kit:import_commit", args=[again.pk]) not in page


def test_discard_leaves_nothing(manager, client_of):
    client = client_of(manager)
    send(client)
    run = ImportRun.objects.get()
    assert client.post(reverse("kit:import_discard", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert run.status == "discarded"
    page_of(client)
    assert client.post(reverse("kit:import_discard", args=[run.pk])).status_code == 409


def test_expired_file_is_told(manager, client_of):
    client = client_of(manager)
    send(client)
    ImportRun.objects.get().file.delete()
    assert 'role="alert"' in page_of(client)


def test_template_is_for_the_taking(manager, client_of):
    response = client_of(manager).get(f"{NEW_URL}template/")
    assert load_workbook(io.BytesIO(response.getvalue())).sheetnames == ["假期", "日子", "_"]


def test_company_wide_person_chooses_the_office(office, other_office, admin, client_of):
    client = client_of(admin)
    assert other_office.name in client.get(NEW_URL).content.decode()
    assert send(client).status_code == 400
    assert send(client, office="999").status_code == 400
    send(client, office=other_office.pk)
    assert ImportRun.objects.get().office == other_office


def test_who_may_not_import_sees_nothing_of_it(office, clerk, manager, other_office, outsider, client_of):
    send(client_of(manager))
    run = ImportRun.objects.get()
    urls = [reverse("kit:imports"), reverse("kit:import_list"), NEW_URL, f"{NEW_URL}template/", run.get_absolute_url()]
    assert [client_of(clerk).get(url).status_code for url in urls] == [403] * 5
    assert client_of(clerk).get(run.file.get_absolute_url()).status_code == 404
    assert client_of(outsider).get(run.get_absolute_url()).status_code == 404
    for act in ("map", "commit", "discard"):
        url = reverse(f"kit:import_{act}", args=[run.pk])
        assert [client_of(person).post(url).status_code for person in (clerk, outsider)] == [403, 404]


def test_unknown_kind_is_a_404(manager, client_of):
    assert client_of(manager).get("/imports/new/nothing/").status_code == 404


def test_own_declared_importer_is_listed():
    assert runs.first_options(DayImporter) == {"suffix": ""}


def test_history_of_all_offices_holds_those_where_one_may_import(office, other_office, company, manager, client_of):
    MembershipFactory(user=company, office=office, role="manager")
    ImportRunFactory(office=office, created_by=manager, file_name="本处.xlsx")
    ImportRunFactory(office=other_office, created_by=manager, file_name="别处.xlsx")
    page = client_of(company).get(reverse("kit:import_list")).content.decode()
    assert "本处.xlsx" in page
    assert "别处.xlsx" not in page
