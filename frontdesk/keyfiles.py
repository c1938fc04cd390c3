"""The installation's secrets: files only their owner can read, made on the first start and never again."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pathlib import Path

SECRET_KEY_FILE = "secret_key"  # noqa: S105 -- a file's name
FIELD_KEYS_FILE = "field_keys"


def are_present(folder: Path) -> bool:
    """Tell whether this machine has the keys without which the register cannot be read."""
    return (folder / FIELD_KEYS_FILE).exists()


def secret_key(folder: Path) -> str:
    """Return the key that signs sessions; losing it only signs everybody out."""
    path = folder / SECRET_KEY_FILE
    _make(path, secrets.token_urlsafe(64))
    return path.read_text("ascii").strip()


def passing_secret_key() -> str:
    """Return a key that nobody keeps, for a machine that does not know yet whether it may make keys."""
    return secrets.token_urlsafe(64)


def field_keys(folder: Path, *, data_exists: bool) -> list[str]:
    """Return the keys of encrypted columns, one a line, the newest first (R-EST-04).

    Without them ID numbers cannot be read again, so a new key is never made beside an existing database.
    """
    path = folder / FIELD_KEYS_FILE
    if data_exists and not path.exists():
        msg = f"{path} is missing, but there is already a database that was written with it. Put the file back."
        raise ImproperlyConfigured(msg)
    _make(path, Fernet.generate_key().decode())
    keys = path.read_text("ascii").split()
    try:
        [Fernet(key) for key in keys]
    except ValueError as error:
        msg = f"{path} holds a line that is not a key."
        raise ImproperlyConfigured(msg) from error
    if not keys:
        msg = f"{path} is empty."
        raise ImproperlyConfigured(msg)
    return keys


def _make(path: Path, text: str) -> None:
    """Write the file whole under a name of its own, then link it: two first starts at once agree on one key."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
