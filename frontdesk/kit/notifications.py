"""Tell people: one sentence in their bell, with the page it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from frontdesk.kit.models import Notification

if TYPE_CHECKING:
    from collections.abc import Iterable


def notify(people: Iterable[Any], text: Any, *, url: str = "", by: Any = None) -> None:
    """Put `text` (a lazy translation) into each person's bell in that person's language; never to the actor."""
    notify_many([(people, text, url)], by=by)


def notify_many(sentences: Iterable[tuple[Iterable[Any], Any, str]], *, by: Any = None) -> None:
    """Put many sentences into bells with one query: (people, text, url) each."""
    rows = []
    for people, text, url in sentences:
        for person in {person.pk: person for person in people if person is not None and person != by}.values():
            with translation.override(person.language):
                rows.append(Notification(user=person, text=str(text)[:300], url=url))
    Notification.objects.bulk_create(rows, batch_size=1000)


def unread(user: Any) -> int:
    """Count what this person has not looked at yet."""
    return Notification.objects.filter(user=user, read_at__isnull=True).count()


def mark_read(user: Any) -> None:
    """Mark all of this person's notifications as seen."""
    Notification.objects.filter(user=user, read_at__isnull=True).update(read_at=timezone.now())
