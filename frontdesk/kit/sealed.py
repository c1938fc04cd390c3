"""Files at rest: encrypted piece by piece with the field keys, read from any place without the rest (R-EST-04).

A file is the mark, which key it was, a salt of its own, then pieces of 64 KiB, each with a tag. Number and end go into
every piece, so that none can be altered, exchanged, left out or cut off unnoticed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured

from frontdesk.kit.fields import keys

if TYPE_CHECKING:
    from pathlib import Path

MARK = b"FDSEAL1\n"
PIECE = 64 * 1024
TAG = 16
NAME_OF_KEY, SALT = 8, 16
HEAD = len(MARK) + NAME_OF_KEY + SALT
_CUT = "A stored file was altered or cut off."


class DamagedError(OSError):
    """A stored file is not what was written."""


class SealingWriter(io.RawIOBase):
    """Takes a file in clear, once from its beginning to its end, and lets nothing of it onto the disk readable."""

    def __init__(self, stream: BinaryIO) -> None:
        key, salt = keys()[0], os.urandom(SALT)
        self.size = 0
        self._stream, self._cipher, self._number = stream, _cipher(key, salt), 0
        self._digest, self._rest = hashlib.sha256(), bytearray()
        stream.write(MARK + _name_of(key) + salt)

    @property
    def sha256(self) -> str:
        """The digest of what was written, in clear."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        count = len(data)
        self.size += count
        self._digest.update(data)
        self._rest += data
        while len(self._rest) > PIECE:
            self._put(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]
        return count

    def finish(self) -> None:
        """Write the last piece; without it the file is damaged."""
        self._put(bytes(self._rest), last=True)

    def _put(self, piece: bytes, *, last: bool = False) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads what `SealingWriter` wrote as if it lay there in clear.

    Raises:
        DamagedError: it was altered or cut off; said at once where its end is missing.
        ImproperlyConfigured: it was written with a key this machine does not have.

    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        head = stream.read(HEAD)
        body = stream.seek(0, os.SEEK_END) - HEAD
        if body < TAG:
            raise DamagedError(_CUT)
        self._pieces = -(-body // (PIECE + TAG))
        self._size = body - TAG * self._pieces
        self._cipher = _cipher(_key_of(head[len(MARK) : -SALT]), head[-SALT:])
        self._at, self._number, self._piece = 0, -1, b""
        self._load(self._pieces - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, PIECE)
        self._load(number)
        part = self._piece[within : within + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._stream.seek(HEAD + number * (PIECE + TAG))
        nonce = _nonce(number, last=number == self._pieces - 1)
        try:
            self._piece = self._cipher.decrypt(nonce, self._stream.read(PIECE + TAG), None)
        except InvalidTag as error:
            raise DamagedError(_CUT) from error
        self._number = number


def open_sealed(path: Path) -> BinaryIO:
    """Open a stored file to be read in clear; one from before files were encrypted is read as it lies."""
    stream = path.open("rb")
    try:
        is_sealed = stream.read(len(MARK)) == MARK
        stream.seek(0)
        return cast("BinaryIO", io.BufferedReader(SealedReader(stream), PIECE)) if is_sealed else stream
    except BaseException:
        stream.close()
        raise


def _cipher(key: str, salt: bytes) -> AESGCM:
    """Return the cipher of one file: no two have the same, so numbering the pieces is enough."""
    derived = HKDF(SHA256(), length=32, salt=salt, info=b"frontdesk: stored file")
    return AESGCM(derived.derive(base64.urlsafe_b64decode(key)))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _name_of(key: str) -> bytes:
    return hashlib.sha256(b"stored file:" + key.encode()).digest()[:NAME_OF_KEY]


def _key_of(name: bytes) -> str:
    found = next((key for key in keys() if _name_of(key) == name), None)
    if found is None:
        msg = "The field key file does not open this installation's stored files."
        raise ImproperlyConfigured(msg)
    return found
