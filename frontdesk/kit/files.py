"""The private store: encrypted; no row without a whole file, no file without a row for longer than a day."""

from __future__ import annotations

import datetime as dt
import logging
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from frontdesk.kit.models import Attachment, Heartbeat
from frontdesk.kit.scoping import office_id_of
from frontdesk.kit.sealed import SealingWriter, open_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model

    Write = Callable[[BinaryIO], object]

REMOVED_KEPT = dt.timedelta(days=30)
ORPHANS_KEPT = dt.timedelta(days=1)
ORPHANS_SOUGHT_EVERY = dt.timedelta(hours=20)
MIME = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """A file that lies complete in the store and waits for its row."""

    uuid: uuid.UUID
    extension: str
    size: int
    sha256: str


def store(write: Write, *, extension: str) -> Stored:
    """Let `write(stream)` fill a new file and put it under its name only when all of it is on the disk, encrypted.

    The stream goes forward only. Size and digest are those of what was written, in clear.

    Raises:
        OSError: it could not be written, e.g. the disk is full; nothing is left behind.

    """
    name = uuid.uuid4()
    folder = Path(settings.MEDIA_ROOT, name.hex[:2])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f"{name.hex}.part"
    try:
        with part.open("xb") as stream:
            part.chmod(0o600)
            sealing = SealingWriter(stream)
            write(cast("BinaryIO", sealing))
            sealing.finish()
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(folder / f"{name.hex}.{extension}")
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(folder)
    return Stored(name, extension, sealing.size, sealing.sha256)


def add_row(
    target: Model, stored: Stored, *, name: str, kind: str, by: Any, keep_for: dt.timedelta | None = None
) -> Attachment:
    """Give a stored file its row, in the caller's transaction."""
    return Attachment.objects.create(
        office_id=office_id_of(target),
        uuid=stored.uuid,
        content_type=ContentType.objects.get_for_model(target),
        object_id=target.pk,
        kind=kind,
        name=name,
        extension=stored.extension,
        mime=MIME[stored.extension],
        size=stored.size,
        sha256=stored.sha256,
        created_by=by,
        expires_at=None if keep_for is None else timezone.now() + keep_for,
    )


def open_stored(attachment: Attachment) -> BinaryIO:
    """Open a file to be read in clear.

    Raises:
        OSError: it is missing, or is not what was stored.

    """
    return open_sealed(path_of(attachment))


def path_of(attachment: Attachment) -> Path:
    """Return where the file lies, encrypted."""
    return Path(settings.MEDIA_ROOT, attachment.path)


def stored_path(stored: Stored) -> Path:
    """Return where a file lies that has no row yet."""
    return Path(settings.MEDIA_ROOT, stored.uuid.hex[:2], f"{stored.uuid.hex}.{stored.extension}")


def sweep(now: dt.datetime) -> None:
    """Throw away what has expired or was removed a month ago; once a day, files that never got a row."""
    over = Q(expires_at__lt=now) | Q(removed_at__lt=now - REMOVED_KEPT)
    for attachment in Attachment.objects.filter(over)[:500]:
        with transaction.atomic():
            path = path_of(attachment)
            attachment.delete()
            transaction.on_commit(partial(path.unlink, missing_ok=True))
    sought, _new = Heartbeat.objects.get_or_create(name="orphans", defaults={"at": now})
    if now - sought.at > ORPHANS_SOUGHT_EVERY:
        Heartbeat.objects.filter(pk=sought.pk).update(at=now)
        delete_orphans(now)


def delete_orphans(now: dt.datetime) -> int:
    """Delete files older than a day which no row names: cut-off uploads and rolled-back transactions."""
    oldest_kept = (now - ORPHANS_KEPT).timestamp()
    deleted = 0
    for folder in sorted(Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]")):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < oldest_kept]
        known = _known(old)
        for path in old:
            if path.name not in known:
                path.unlink(missing_ok=True)
                deleted += 1
    if deleted:
        logger.info("%s files without a row were deleted", deleted)
    return deleted


def _known(paths: Iterable[Path]) -> set[str]:
    names = []
    for path in paths:
        with suppress(ValueError):
            names.append(uuid.UUID(path.stem))
    return {attachment.path.name for attachment in Attachment.objects.filter(uuid__in=names)}


def _sync(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
