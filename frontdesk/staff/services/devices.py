"""Desk PCs on which clerks may switch by PIN."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict
from frontdesk.kit.roles import require
from frontdesk.staff.models import Device

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User


@transaction.atomic
def enrol_device(*, office: Office, name: str, by: User) -> tuple[Device, str]:
    """Make a PC a desk of an office; return it with the secret its browser keeps. We keep only a digest."""
    require(by, "staff.enrol_device", office)
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(office=office, name=name, token=token_of(secret), enrolled_by=by)
    activity.record(device, "enrol_device", by=by, after=activity.snapshot(device))
    return device, secret


@transaction.atomic
def revoke_device(device: Device, *, by: User, note: str = "") -> Device:
    """End switching by PIN on a PC that left the desk."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    require(by, "staff.enrol_device", device)
    if device.revoked_at is not None:
        raise Conflict(_("This desk PC was already taken off."))
    before = activity.snapshot(device)
    device.revoked_at = timezone.now()
    device.save(update_fields=["revoked_at"])
    activity.record(device, "revoke_device", by=by, before=before, after=activity.snapshot(device), note=note)
    return device


def token_of(secret: str) -> str:
    """Return what the database knows of a PC's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
