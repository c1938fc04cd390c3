"""An office's own figures: one row per office and app; an office without a row goes by the defaults of the columns."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.scoping import Scoped
from frontdesk.kit.versions import Versioned


class OfficeSettings(Scoped, Versioned):
    """设置 · what a supervisor decides for one office; `kit.office_settings` changes it, `SettingsPage` shows it."""

    hidden_fields = frozenset({"office"})
    verbs: ClassVar = {"change_settings": _("changed the settings")}

    office = models.OneToOneField(settings.OFFICE_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.office)

    @classmethod
    def of(cls, office: Any) -> Self:
        """Return an office's settings; where it has none of its own the defaults, unsaved and of version 0."""
        return cls._base_manager.filter(office=office).first() or cls(office=office, version=0)  # type: ignore[return-value]
