"""Files on records: what is taken, what is kept of it, who gets it."""

import datetime as dt
import hashlib
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from frontdesk.kit import attachments, files, uploads
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Activity, Attachment
from tests.factories import UnitFactory
from tests.kit.uploads import PDF, contents, picture, upload, workbook


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def unit(office):
    return UnitFactory(office=office)


def test_photo_is_kept_under_its_uuid_and_recorded(unit, clerk):
    kept = attachments.attach(unit, upload("漏水.jpg", picture()), by=clerk)
    path = files.path_of(kept)
    assert (kept.name, kept.kind, kept.mime, kept.office_id) == ("漏水.jpg", "photo", "image/jpeg", unit.office_id)
    assert path.name == f"{kept.uuid.hex}.jpg"
    assert len(contents(kept)) == kept.size
    assert path.stat().st_mode & 0o777 == 0o600
    assert Activity.objects.get(verb="attach").object_id == unit.pk


def test_photo_loses_place_and_camera_and_stands_upright(unit, clerk):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010F] = "SecretCam"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 3.0)
    kept = attachments.attach(unit, upload("a.jpg", picture(exif=exif)), by=clerk)
    data = contents(kept)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (30, 40)
        assert not image.getexif()
    assert b"SecretCam" not in data


def test_large_photo_is_made_smaller(unit, clerk):
    kept = attachments.attach(unit, upload("a.png", picture("PNG", (5000, 100))), by=clerk)
    with Image.open(io.BytesIO(contents(kept))) as image:
        assert image.size == (2560, 51)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("script.png", picture("PNG") + b"<script>alert(1)</script>"),
        ("phar.jpg", picture() + b"<?php system('id'); ?>"),
        ("zip.jpg", picture() + workbook()),
        ("comment.jpg", picture(comment=b"<script>alert(1)</script>")),
    ],
)
def test_polyglot_picture_keeps_only_the_picture(unit, clerk, name, data):
    kept = contents(attachments.attach(unit, upload(name, data), by=clerk))
    for foreign in (b"script", b"php", b"PK\x03\x04"):
        assert foreign not in kept


def test_transparent_picture_stays_transparent(unit, clerk):
    stream = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(stream, "WEBP", lossless=True)
    kept = attachments.attach(unit, upload("印章.webp", stream.getvalue()), by=clerk)
    assert kept.name == "印章.png"
    with Image.open(io.BytesIO(contents(kept))) as image:
        assert image.getpixel((5, 5))[3] == 0


def test_picture_under_another_picture_name_is_taken(unit, clerk):
    assert attachments.attach(unit, upload("wechat.jpg", picture("PNG")), by=clerk).name == "wechat.png"


@pytest.mark.parametrize(("name", "data"), [("合同.pdf", PDF), ("表.xlsx", workbook())])
def test_paper_is_kept_as_it_came(unit, clerk, name, data):
    kept = attachments.attach(unit, upload(name, data), by=clerk)
    assert (kept.name, kept.kind) == (name, "document")
    assert contents(kept) == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()


def bomb_png():
    """20,000 × 20,000 points in a few hundred bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.jpg", b""),
        ("program.jpg", b"MZ\x90\x00" + b"\0" * 200),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("page.html", b"<html></html>"),
        ("page.xhtml", b"<html/>"),
        ("shell.php", b"<?php"),
        ("photo.jpg.exe", picture()),
        ("run.exe", b"MZ"),
        ("anim.gif", b"GIF89a/*" + b"\0" * 30),
        ("gif.jpg", b"GIF89a/*" + b"\0" * 30),
        ("photo.heic", b"\0\0\0\x18ftypheic"),
        ("bomb.png", bomb_png()),
        ("cut.jpg", picture(size=(400, 400))[:300]),
        ("late.pdf", b"<script>alert(1)</script>%PDF-1.7"),
        ("macro.xlsx", workbook(xl__vbaProject_bin=b"x")),
        ("text.xlsx", b"just text"),
        ("other.docx", workbook()),
        ("noextension", picture()),
        ("NUL\x00.jpg\x00.php", picture()),
        ("large.pdf", PDF + b"\0" * uploads.MOST_BYTES),
        ("large.jpg", picture() + b"\0" * 20 * 1024 * 1024),
    ],
)
def test_everything_else_is_refused_and_nothing_is_kept(unit, clerk, name, data):
    with pytest.raises(DeskError):
        attachments.attach(unit, upload(name, data), by=clerk)
    assert not Attachment.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_zip_bomb_with_an_office_name_is_refused(unit, clerk):
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/a.bin", bytes(101 * 1024 * 1024))
    with pytest.raises(DeskError):
        attachments.attach(unit, upload("bomb.xlsx", stream.getvalue()), by=clerk)


@pytest.mark.parametrize("kind", ["photo", "before", "after"])
def test_photo_wanted_takes_no_paper(unit, clerk, kind):
    with pytest.raises(DeskError):
        attachments.attach(unit, upload("a.pdf", PDF), by=clerk, kind=kind)


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_photo_of_the_work_is_kept_as_what_it_shows(unit, clerk, kind):
    kept = attachments.attach(unit, upload("现场.jpg", picture()), by=clerk, kind=kind)
    assert (kept.kind, kept.is_picture) == (kind, True)
    assert list(attachments.attachments_of(unit)) == [kept]
    assert attachments.may_remove(kept, clerk)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ('a"b\r\nX: y.pdf', "abX y.pdf"),
        ("\ud800.pdf", "pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a." + "b" * 300, "a.bbbbbbbbbb"),
        ("...", "file"),
    ],
)
def test_name_is_only_harmless_text(name, clean):
    assert uploads.clean_name(name) == clean


def test_full_disk_leaves_no_row_and_no_file(unit, clerk, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeskError):
        attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    assert not Attachment.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))
    monkeypatch.undo()
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    assert attachments.attach(unit, upload("a.jpg", picture()), by=clerk).size


def test_quota_of_the_office_is_kept(unit, clerk):
    unit.office.attachment_quota_mb = 0
    with pytest.raises(DeskError):
        attachments.attach(unit, upload("a.jpg", picture()), by=clerk)


def test_same_file_twice_is_kept_once(unit, clerk):
    kept = [attachments.attach(unit, upload("a.jpg", picture()), by=clerk).pk for _ in range(2)]
    assert kept[0] == kept[1]
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*.jpg"))) == 1


def test_same_picture_before_and_after_the_work_is_kept_as_both(unit, clerk):
    for kind in ("before", "after", "after"):
        attachments.attach(unit, upload("a.jpg", picture()), by=clerk, kind=kind)
    assert [file.kind for file in attachments.attachments_of(unit)] == ["before", "after"]


def test_removed_file_leaves_the_disk_after_a_month(unit, clerk, django_capture_on_commit_callbacks):
    kept = attachments.attach(unit, upload("a.jpg", picture()), by=clerk)
    path = files.path_of(kept)
    attachments.remove(kept, by=clerk, reason="x")
    for days, exists in ((29, True), (31, False)):
        with django_capture_on_commit_callbacks(execute=True):
            files.sweep(timezone.now() + dt.timedelta(days=days))
        assert (path.exists(), Attachment.objects.exists()) == (exists, exists)


def test_orphans_older_than_a_day_are_deleted(unit, clerk):
    kept = files.path_of(attachments.attach(unit, upload("a.jpg", picture()), by=clerk))
    old, fresh, part = (kept.with_name(name) for name in (f"{'ab' * 16}.pdf", f"{'cd' * 16}.pdf", f"{'ef' * 16}.part"))
    two_days_ago = timezone.now().timestamp() - 2 * 86400
    for path in (old, fresh, part):
        path.write_bytes(b"x")
    for path in (old, part, kept):
        os.utime(path, (two_days_ago, two_days_ago))
    files.sweep(timezone.now())
    assert old.exists()
    files.sweep(timezone.now() + dt.timedelta(hours=21))
    assert [path.exists() for path in (kept, old, part, fresh)] == [True, False, False, True]
