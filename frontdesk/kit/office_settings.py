"""Changing an office's own figures: two who save at once meet, and nobody overwrites what they did not see."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict
from frontdesk.kit.roles import require
from frontdesk.kit.versions import save_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from frontdesk.kit.models.office_settings import OfficeSettings
    from frontdesk.kit.scoping import OfficeUser

    S = TypeVar("S", bound=OfficeSettings)


@contextmanager
def changing(
    model: type[S], office: Any, values: Mapping[str, Any], *, by: OfficeUser, permission: str, expected: int
) -> Iterator[S]:
    """Set an office's figures: yields the row as it will be, for the app to check, then saves and records it.

    `expected` is the version of the settings as read, 0 for an office without any.

    Raises:
        Conflict: somebody else saved them meanwhile.

    """
    require(by, permission, office)
    with transaction.atomic():
        # two who save the first settings meet here
        apps.get_model(settings.OFFICE_MODEL)._base_manager.select_for_update().get(pk=office.pk)
        row = model.of(office)
        if row.version != expected:
            raise Conflict(_("Somebody else changed this record while you were writing."))
        before = activity.snapshot(row) if row.pk else {}
        for name, value in values.items():
            setattr(row, name, value)
        yield row
        if row.pk:
            save_version(row, values, expected=expected)
        else:
            row.version = 1
            row.save()
        activity.record(row, "change_settings", by=by, before=before, after=activity.snapshot(row))
