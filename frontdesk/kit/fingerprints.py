"""The keys of this machine and the database they are to open: compared before anything is written (R-EST-04).

What one machine encrypts with keys of its own, no other can read. So the database keeps a digest of each key, and a
machine with other keys, or with none beside a database in use, is stopped with a sentence that says what to do.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from frontdesk import keyfiles
from frontdesk.kit.errors import DeskError
from frontdesk.kit.fields import EncryptedTextField, keys, unseal
from frontdesk.kit.models import KeyFingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

SEALED = "gAAAA"  # how every Fernet token of this century begins


def compare() -> None:
    """Make the keys of a new installation; on any other make sure that this machine's are the right ones.

    Raises:
        DeskError: they are missing or others; nothing was made or written.

    """
    noted = _noted()
    if not settings.FIELD_KEYS:
        if noted or _is_from_before() or any(_samples()):
            raise _refusal(
                _("This machine has no keys, but there are data already that were written with those of another one.")
            )
        settings.FIELD_KEYS = keyfiles.field_keys(settings.KEY_DIR, data_exists=False)
        settings.SECRET_KEY = keyfiles.secret_key(settings.KEY_DIR)
    # A key that was added stands first in the file, so what was noted is how the turned list begins.
    if not (_here()[: len(noted)] == noted if noted else all(map(_opens, _samples()))):
        raise _refusal(_("The keys of this machine are not those with which the data were written."))


def note() -> None:
    """Write down the keys that `compare` found right."""
    for digest in _here()[len(_noted()) :]:
        KeyFingerprint.objects.get_or_create(digest=digest)


def _here() -> list[str]:
    """Return the digests of this machine's keys, the oldest first."""
    return [hmac.new(key.encode(), b"fingerprint", hashlib.sha256).hexdigest() for key in reversed(keys())]


def _noted() -> list[str]:
    if KeyFingerprint._meta.db_table not in connection.introspection.table_names():
        return []
    return list(KeyFingerprint.objects.values_list("digest", flat=True))


def _is_from_before() -> bool:
    """Tell whether an older Frontdesk, which made its keys at once, has set this database up."""
    tables = connection.introspection.table_names()
    return KeyFingerprint._meta.db_table not in tables and bool(MigrationRecorder(connection).applied_migrations())


def _samples() -> Iterator[str]:
    """Yield one encrypted value of each column that has any, as it lies in the database."""
    tables = connection.introspection.table_names()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField) and model._meta.db_table in tables:
                lying = model._base_manager.annotate(token=Cast(field.name, TextField()))
                yield from lying.filter(token__startswith=SEALED).values_list("token", flat=True)[:1]


def _opens(token: str) -> bool:
    try:
        unseal(token)
    except ImproperlyConfigured:
        return False
    return True


def _refusal(what: str) -> DeskError:
    how = _("Copy the key folder of the machine that works to %(folder)s, then start again.")
    return DeskError(f"{what} {how % {'folder': settings.KEY_DIR}}")
