"""A month's roster: drafted, edited, published; once published each change is written down (R-DUTY-01)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.workflow import Move, Process


class RosterState(models.TextChoices):
    """排班状态 · whether colleagues may rely on it."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


S = RosterState

ROSTER_TONES = {S.DRAFT: "warn", S.PUBLISHED: "ok"}

ROSTER = Process(
    Move(
        "publish_roster",
        frozenset({S.DRAFT}),
        S.PUBLISHED,
        "duty.publish_roster",
        _("Publish"),
        "primary",
        "megaphone",
        done=_("published it"),
    ),
)
