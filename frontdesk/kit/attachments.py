"""Files on any record of an office: put on, listed, handed out, taken off. Who sees the record sees its files."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from frontdesk.kit import activity, files, uploads
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Attachment
from frontdesk.kit.scoping import Scoped, office_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import Model, QuerySet

    from frontdesk.kit.scoping import OfficeUser

MEGABYTE = 1024 * 1024
OF_PEOPLE = (*Attachment.PHOTOS, Attachment.Kind.DOCUMENT)
"""What people put on records, as against what the software keeps for a while."""

logger = logging.getLogger(__name__)


def attach(obj: Model, upload: UploadedFile, *, by: Any, kind: str = "") -> Attachment:
    """Check a file and put it on a record; `kind` "photo", "before" or "after" takes pictures only.

    Raises:
        DeskError: the file is not taken, the office's space is used up, or the disk is full.

    """
    accepted = uploads.check(upload, kind=kind)
    _check_quota(office_of(obj), upload.size or 0)
    return _keep(obj, accepted, by=by)


def _keep(obj: Model, accepted: uploads.Accepted, *, by: Any) -> Attachment:
    """Store a checked file and record it on the record; one that is on it as the same, e.g. sent twice, is kept once.

    Raises:
        DeskError: the disk is full; nothing was kept.

    """
    try:
        stored = files.store(accepted.write, extension=accepted.extension)
    except OSError as error:
        logger.exception("A file could not be stored")
        sentence = _("The server could not keep the file, nothing of it was saved. Please tell your administrator.")
        raise DeskError(sentence, field="file") from error
    twin = attachments_of(obj).filter(sha256=stored.sha256, kind=accepted.kind).first()
    if twin is not None:
        files.stored_path(stored).unlink()
        return twin
    with transaction.atomic():
        attachment = files.add_row(obj, stored, name=accepted.name, kind=accepted.kind, by=by)
        activity.record(obj, "attach", by=by, note=attachment.name)
    return attachment


def remove(attachment: Attachment, *, by: Any, reason: str) -> None:
    """Take a file off its record; who, when and why stays, the file itself is kept for a month.

    Raises:
        Conflict: it was removed already.
        DeskError: it is evidence, which stays.

    """
    if stays(attachment):
        raise DeskError(_("This is kept as evidence and stays on the record."))
    with transaction.atomic():
        gone = Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(
            removed_at=timezone.now(), removed_by=by, remove_reason=reason
        )
        if not gone:
            raise Conflict(_("This file was removed already."))
        note = f"{attachment.name}\n{reason}"
        activity.record(cast("Model", attachment.target), "remove_attachment", by=by, note=note)


def attachments_of(obj: Model) -> QuerySet[Attachment]:
    """Return what people have put on a record, oldest first."""
    kind = ContentType.objects.get_for_model(obj)
    rows = Attachment.objects.present().filter(content_type=kind, object_id=obj.pk, kind__in=OF_PEOPLE)
    return rows.select_related("created_by").order_by("pk")


def may_read(attachment: Attachment, user: OfficeUser) -> bool:
    """Answer whether this person may open the file: whether they may look at its record, or it says so itself."""
    target = visible_target(attachment.content_type, attachment.object_id, user)
    return target is not None and may_look(target, user)


def may_look(target: Any, user: OfficeUser) -> bool:
    """Answer whether this person may look at a record's files: whoever may look at the record, unless it says so."""
    if hasattr(target, "may_read_files"):
        return target.may_read_files(user)
    return user.has_perm(f"{target._meta.app_label}.view_{target._meta.model_name}", target)


def may_add(obj: Any, user: OfficeUser) -> bool:
    """Answer whether this person may put files on the record."""
    if hasattr(obj, "may_add_files"):
        return obj.may_add_files(user)
    return user.has_perm("kit.add_attachment", obj)


def may_remove(attachment: Attachment, user: OfficeUser) -> bool:
    """Answer whether this person may take the file off: who put it there, or who answers for the office."""
    if attachment.kind not in OF_PEOPLE or stays(attachment):
        return False
    return attachment.created_by_id == user.pk or user.has_perm("kit.remove_attachment", attachment)


def stays(attachment: Attachment) -> bool:
    """Answer whether the file is evidence that nobody takes off again: whether its kind of record says `files_stay`."""
    model = ContentType.objects.get_for_id(attachment.content_type_id).model_class()
    return getattr(model, "files_stay", False)


def visible_target(content_type: ContentType, object_id: int, user: OfficeUser) -> Any:
    """Return the record of an office by its kind and number; None when this person does not see it."""
    model = content_type.model_class()
    if model is None or not issubclass(model, Scoped):
        return None
    return model.objects.visible_to(user).filter(pk=object_id).first()


def require_add(obj: Any, user: OfficeUser) -> None:
    """Refuse who may see the record but not put files on it.

    Raises:
        PermissionDenied: 403.

    """
    if not may_add(obj, user):
        raise PermissionDenied("kit.add_attachment")


def used_bytes(office: Any) -> int:
    """Return how much of its space an office has used."""
    rows = Attachment.objects.of_office(office).filter(kind__in=OF_PEOPLE)
    return rows.aggregate(sum=Sum("size"))["sum"] or 0


def _check_quota(office: Any, size: int) -> None:
    if office is not None and used_bytes(office) + size > office.attachment_quota_mb * MEGABYTE:
        sentence = _("The office's %(quota)s MB for files are used up. A supervisor can raise the limit.")
        raise DeskError(sentence % {"quota": office.attachment_quota_mb}, field="file")
