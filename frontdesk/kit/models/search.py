"""The index behind the one search box."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from frontdesk.kit.fields import OrderedText
from frontdesk.kit.scoping import Scoped

TERM_LENGTH = 40


class SearchTerm(Scoped):
    """检索词 · one beginning by which one record of one office is found (R-EST-05)."""

    office = models.ForeignKey(settings.OFFICE_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    term = OrderedText(max_length=TERM_LENGTH)
    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["office", "kind", "term", "object_id"], name="one_term_per_object"),
        )
        indexes = (models.Index(fields=["kind", "object_id", "term"], name="terms_of_object"),)

    def __str__(self) -> str:
        return f"{self.term} → {self.kind} {self.object_id}"
