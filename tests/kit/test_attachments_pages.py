"""Files on records, as the browser meets them: served, added, taken off, by those who may."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from frontdesk.kit import attachments, files, uploads
from frontdesk.kit.errors import Conflict
from frontdesk.kit.models import Activity, Attachment
from tests.factories import UnitFactory
from tests.kit.uploads import PDF, contents, picture, upload


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def unit(office):
    return UnitFactory(office=office)


def add_url(obj):
    return reverse("kit:attachment_add", args=[ContentType.objects.get_for_model(obj).pk, obj.pk])


def test_file_is_served_with_nothing_a_browser_could_run(unit, clerk, client_of):
    client = client_of(clerk)
    for name, data, disposition in (("a.jpg", picture(), "inline"), ("合同.pdf", PDF, "attachment")):
        kept = attachments.attach(unit, upload(name, data), by=clerk)
        response = client.get(kept.get_absolute_url())
        assert response.getvalue() == contents(kept)
        assert response["Content-Length"] == str(kept.size)
        assert response["Content-Disposition"].startswith(disposition)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "private, no-store"


def test_missing_file_is_a_404(unit, clerk, client_of):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    files.path_of(kept).unlink()
    assert client_of(clerk).get(kept.get_absolute_url()).status_code == 404


def test_damaged_file_is_a_404(unit, clerk, client_of):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    path = files.path_of(kept)
    path.write_bytes(path.read_bytes()[:-1])
    assert client_of(clerk).get(kept.get_absolute_url()).status_code == 404


def test_other_office_finds_no_file_and_no_way_to_add(unit, clerk, outsider, client_of):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    client = client_of(outsider)
    assert client.get(kept.get_absolute_url()).status_code == 404
    assert client.post(reverse("kit:attachment_remove", args=[kept.uuid]), {"reason": "x"}).status_code == 404
    assert client.post(add_url(unit), {"file": upload("a.jpg", picture())}).status_code == 404
    assert Attachment.objects.present().count() == 1


def test_only_records_of_offices_carry_files(clerk, client_of):
    assert client_of(clerk).post(add_url(clerk), {"file": upload("a.jpg", picture())}).status_code == 404


def test_guard_may_look_but_not_add_or_remove(unit, clerk, guard, client_of):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    client = client_of(guard)
    assert client.get(kept.get_absolute_url()).getvalue() == contents(kept)
    assert client.post(add_url(unit), {"file": upload("b.jpg", picture())}).status_code == 403
    assert client.get(reverse("kit:attachment_remove", args=[kept.uuid])).status_code == 403


def test_colleague_may_not_remove_but_the_supervisor_may(unit, clerk, steward, supervisor, client_of):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    url = reverse("kit:attachment_remove", args=[kept.uuid])
    assert [client_of(person).get(url).status_code for person in (clerk, steward, supervisor)] == [200, 403, 200]


def test_upload_without_javascript_leads_back_to_the_record(unit, clerk, client_of):
    response = client_of(clerk).post(add_url(unit), {"file": upload("a.jpg", picture())})
    assert (response.status_code, response.url) == (302, unit.get_absolute_url())


def test_upload_under_htmx_gives_the_list(unit, clerk, client_of):
    client = client_of(clerk)
    good = client.post(add_url(unit), {"file": upload("漏水.jpg", picture())}, headers={"HX-Request": "true"})
    assert good.status_code == 200
    assert "漏水.jpg" in good.content.decode()
    bad = client.post(add_url(unit), {"file": upload("a.exe", b"MZ")}, headers={"HX-Request": "true"})
    assert bad.status_code == 400
    assert "漏水.jpg" in bad.content.decode()
    assert 'role="alert"' in bad.content.decode()


def test_too_large_upload_is_not_taken_in(unit, clerk, client_of):
    large = upload("a.pdf", PDF + b"\0" * uploads.MOST_BYTES)
    response = client_of(clerk).post(add_url(unit), {"file": large}, headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert "10 MB" in response.content.decode()
    assert not Attachment.objects.exists()


def test_upload_without_a_file_is_refused(unit, clerk, client_of):
    assert client_of(clerk).post(add_url(unit), {}, headers={"HX-Request": "true"}).status_code == 400


def test_removed_file_is_gone_for_everybody_and_its_reason_stays(unit, clerk, client_of):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    client = client_of(clerk)
    assert client.post(reverse("kit:attachment_remove", args=[kept.uuid]), {"reason": ""}).status_code == 400
    assert client.post(reverse("kit:attachment_remove", args=[kept.uuid]), {"reason": "拍错了"}).status_code == 302
    assert client.get(kept.get_absolute_url()).status_code == 404
    assert list(attachments.attachments_of(unit)) == []
    act = Activity.objects.get(verb="remove_attachment")
    assert (act.note, act.actor) == ("a.jpg\n拍错了", clerk)
    with pytest.raises(Conflict):
        attachments.remove(kept, by=clerk, reason="again")
