"""What an office decides about goods that leave (R-GDS-01)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.models.office_settings import OfficeSettings


class GoodsSettings(OfficeSettings):
    """放行设置 · whether the owner is asked when a tenant moves out, and the hours in which things are moved."""

    ask_owner = models.BooleanField(
        _("ask the owner when a tenant moves out"),
        default=True,
        help_text=_("The pass is issued once the owner has agreed, and by whom that was heard is written down."),
    )
    first_time = models.TimeField(_("things are moved from"), default=dt.time(8))
    last_time = models.TimeField(
        _("things are moved until"),
        default=dt.time(20),
        help_text=_("A pass for another hour needs a remark that says why."),
    )

    class Meta(OfficeSettings.Meta):
        verbose_name = _("goods pass settings")
        verbose_name_plural = _("goods pass settings")

    def get_absolute_url(self) -> str:
        """Return the page of these settings."""
        return reverse("movein:settings")

    def asks_owner(self, *, applicant: str, kind: str) -> bool:
        """Answer whether a pass waits for the owner's word."""
        return self.ask_owner and (applicant, kind) == ("tenant", "move_out")
