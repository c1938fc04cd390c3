"""Numbers without gaps, and forms that act once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from frontdesk.kit.scoping import Scoped


class Counter(Scoped):
    """编号 · the last number given per office, kind and year."""

    office = models.ForeignKey(settings.OFFICE_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "kind", "year"], name="one_counter_per_year"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class OnceKey(models.Model):
    """The trace of a form that was sent, kept in the same transaction as what it did."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    path = models.CharField(max_length=200)
    body = models.CharField(max_length=64)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="one_use_per_key"),)

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
