"""What a drop-down offers: the one place where choices are limited to the person's offices."""

from __future__ import annotations

from typing import Any


def offered(queryset: Any, user: Any, office: Any) -> Any:
    """Keep what this person may see, and of it what belongs to the office the page is about."""
    if not hasattr(queryset, "visible_to"):
        return queryset
    return queryset.visible_to(user).of_office(office)
