"""With which keys this database was written."""

from __future__ import annotations

from django.db import models


class KeyFingerprint(models.Model):
    """密钥指纹 · tells one key of encrypted columns from another without giving it away; the oldest stands first."""

    digest = models.CharField(max_length=64, unique=True)
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.digest[:8]
