"""Stored files on the disk: unreadable without the key, unalterable, read in clear from any place."""

from __future__ import annotations

import hashlib
import io
import os

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given, settings as hypothesis, strategies as st

from frontdesk.kit import attachments, files
from frontdesk.kit.sealed import HEAD, PIECE, TAG, DamagedError, SealingWriter, open_sealed
from tests.factories import UnitFactory
from tests.kit.uploads import PDF, contents, picture, upload, workbook

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def sealed(path, data, step=50_000):
    with path.open("wb") as stream:
        writer = SealingWriter(stream)
        for start in range(0, len(data), step):
            writer.write(data[start : start + step])
        writer.finish()
    return writer


def read(path):
    with open_sealed(path) as stream:
        return stream.read()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"), [("a.png", picture("PNG")), ("a.jpg", picture()), ("a.pdf", PDF), ("a.xlsx", workbook())]
)
def test_attached_file_lies_on_the_disk_unreadable(office, clerk, name, data):
    kept = attachments.attach(UnitFactory(office=office), upload(name, data), by=clerk)
    lying = files.path_of(kept).read_bytes()
    assert not [head for head in (b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"%PDF-", b"PK\x03\x04") if head in lying]
    assert contents(kept)[:16] not in lying
    assert kept.size == len(contents(kept))
    assert kept.sha256 == hashlib.sha256(contents(kept)).hexdigest()


@pytest.mark.django_db
def test_file_from_before_is_read_as_it_lies(office, clerk):
    kept = attachments.attach(UnitFactory(office=office), upload("a.pdf", PDF), by=clerk)
    files.path_of(kept).write_bytes(PDF)
    assert contents(kept) == PDF


@pytest.mark.parametrize("size", SIZES)
def test_file_comes_back_as_it_was_written(tmp_path, size):
    data = os.urandom(size)
    writer = sealed(tmp_path / "a", data)
    assert read(tmp_path / "a") == data
    assert (writer.size, writer.sha256) == (size, hashlib.sha256(data).hexdigest())


def test_same_file_twice_lies_differently(tmp_path):
    for name in "ab":
        sealed(tmp_path / name, b"x" * 100)
    assert (tmp_path / "a").read_bytes()[HEAD:] != (tmp_path / "b").read_bytes()[HEAD:]


@hypothesis(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3 * PIECE), st.integers(0, PIECE + 9), st.sampled_from([0, 1, 2]))))
def test_reading_from_any_place_is_as_of_a_plain_file(tmp_path, steps):
    data = bytes(range(256)) * (SIZES[-1] // 256)
    if not (tmp_path / "a").exists():
        sealed(tmp_path / "a", data)
    plain = io.BytesIO(data)
    with open_sealed(tmp_path / "a") as stream:
        for offset, count, whence in steps:
            to = offset if whence == 0 else min(offset, plain.tell()) * -1 if whence == 1 else -min(offset, len(data))
            assert stream.seek(to, whence) == plain.seek(to, whence)
            assert stream.read(count) == plain.read(count)


@pytest.mark.parametrize("place", [HEAD - 1, HEAD, HEAD + PIECE + TAG + 5, -1])
def test_altered_file_is_refused(tmp_path, place):
    path = tmp_path / "a"
    sealed(path, os.urandom(3 * PIECE))
    lying = bytearray(path.read_bytes())
    lying[place] ^= 1
    path.write_bytes(lying)
    with pytest.raises(DamagedError):
        read(path)


@pytest.mark.parametrize("left", [HEAD + 3, HEAD + PIECE + TAG, HEAD + 2 * (PIECE + TAG), -1])
def test_file_that_was_cut_off_is_refused_when_it_is_opened(tmp_path, left):
    path = tmp_path / "a"
    sealed(path, os.urandom(3 * PIECE))
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(DamagedError):
        open_sealed(path)


def test_pieces_that_changed_places_are_refused(tmp_path):
    path = tmp_path / "a"
    sealed(path, os.urandom(3 * PIECE))
    lying, step = path.read_bytes(), PIECE + TAG
    first, second = (lying[HEAD + number * step : HEAD + (number + 1) * step] for number in (0, 1))
    path.write_bytes(lying[:HEAD] + second + first + lying[HEAD + 2 * step :])
    with pytest.raises(DamagedError):
        read(path)


def test_a_newer_key_still_opens_what_the_older_one_wrote(tmp_path, settings):
    sealed(tmp_path / "a", b"x")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert read(tmp_path / "a") == b"x"


def test_a_wrong_key_stops_instead_of_showing_anything(tmp_path, settings):
    sealed(tmp_path / "a", b"x")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured, match="key file"):
        open_sealed(tmp_path / "a")
