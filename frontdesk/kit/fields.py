"""Two columns Django does not have: text encrypted at rest, and text ordered the same on every database."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def keys() -> tuple[str, ...]:
    """Return the keys of encrypted columns, the newest first.

    Raises:
        ImproperlyConfigured: this machine has none; it may only make them where nothing was written yet.

    """
    if not settings.FIELD_KEYS:
        msg = f"There are no field keys in {settings.KEY_DIR}: start `manage.py serve` first, or copy them here."
        raise ImproperlyConfigured(msg)
    return tuple(settings.FIELD_KEYS)


def seal(text: str) -> str:
    """Encrypt a text that must lie somewhere for a while, such as what a long export searches for."""
    return _cipher(keys()).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Return what `seal` was given.

    Raises:
        ImproperlyConfigured: no key of this installation opens it.

    """
    try:
        return _cipher(keys()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        msg = "The field key file does not open this database's personal data."
        raise ImproperlyConfigured(msg) from error


class EncryptedTextField(models.TextField):
    """Text nobody can read from the database file or a dump (ID numbers, R-EST-04).

    The first key of `FIELD_KEYS` encrypts, all of them decrypt. An empty text stays an empty text. A value that no key
    opens raises `ImproperlyConfigured`: a wrong key file must stop the office, not show ciphertext to a clerk.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way into the database."""
        if value in (None, ""):
            return value
        return seal(str(value))

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """Decrypt on the way out."""
        if value in (None, ""):
            return value
        return unseal(value)


def blind_index(value: str) -> str:
    """Return a keyed digest by which an encrypted value is found again without being readable."""
    if not value:
        return ""
    text = unicodedata.normalize("NFKC", value).strip().upper()
    key = hashlib.sha256(b"blind-index:" + keys()[-1].encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class OrderedText(models.CharField):
    """Text compared by code point on every database, so that "starts with" is a range an index answers."""

    def db_type(self, connection: Any) -> str | None:
        """Ask PostgreSQL for the "C" collation; SQLite compares bytes already."""
        kind = super().db_type(connection)
        return f'{kind} COLLATE "C"' if connection.vendor == "postgresql" else kind
