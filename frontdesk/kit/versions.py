"""Two people edit the same record: the second one is told, and neither text is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable


class Versioned(models.Model):
    """A record that counts its changes, so that a stale form can be told from a fresh one."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


def save_version(obj: Any, fields: Iterable[str], *, expected: int) -> None:
    """Write only the changed fields, and only if nobody wrote in between.

    Raises:
        Conflict: the record is no longer at the `expected` version.

    """
    values = {name: getattr(obj, name) for name in fields}
    saved = type(obj)._base_manager.filter(pk=obj.pk, version=expected).update(**values, version=F("version") + 1)
    if not saved:
        raise Conflict(_("Somebody else changed this record while you were writing."))
    obj.version = expected + 1
