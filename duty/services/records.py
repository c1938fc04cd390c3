"""Shifts at posts: begun by whoever answers for what is there, with colleagues beside them or covering (R-DUTY-09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import Article, Shift
from duty.models.records import MOST_ARTICLES
from duty.services.ends import planned_end
from duty.services.log import read_entries, to_read
from duty.services.now import on_and_next
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.staff.models import Holding, User
from frontdesk.staff.services import add_post, edit_post, join_post, leave_post

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import Post

HOLD = "duty.hand_over"
RELEASE = "duty.release_handover"
Kind = Holding.Kind
MOST_LINES = 80
LINE = re.compile(r"(?P<name>.+?)(?:[\s×xX*,，:：]+(?P<number>[0-9]{1,5}))?")
"""“Radio 2”, “Radio × 2”, “Radio” alone for one of them."""


def read_articles(text: str) -> list[tuple[str, int]]:
    """Return what lies at a post, from one line each: its name and how many.

    Raises:
        DeskError: too many lines, the same thing twice, a name or a number that is too long.

    """
    found: dict[str, int] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        match = LINE.fullmatch(line)
        name, number = (match["name"].strip(), int(match["number"] or 1)) if match else ("", 0)
        if not name or len(name) > Article._meta.get_field("name").max_length or number > MOST_ARTICLES:  # type: ignore[operator]
            raise DeskError(_("“%(line)s”: a short name, then how many.") % {"line": line[:60]}, field="articles")
        if name in found:
            raise DeskError(_("“%(name)s” stands there twice.") % {"name": name}, field="articles")
        found[name] = number
    if len(found) > MOST_LINES:
        raise DeskError(
            _("At most %(count)s articles are counted at a post.") % {"count": MOST_LINES}, field="articles"
        )
    return list(found.items())


def set_up_post(*, office: Office, articles: str, by: User, **fields: object) -> Post:
    """Set up a post with what lies there (R-DUTY-07).

    Raises:
        DeskError: as `add_post` and `read_articles`.

    """
    lines = read_articles(articles)
    with transaction.atomic():
        post = add_post(office=office, by=by, **fields)
        _put_articles(post, lines)
    return post


def change_post(post: Post, *, articles: str, by: User, **fields: object) -> Post:
    """Change a post and what lies there; what is not named any more is not counted any more.

    Raises:
        DeskError: as `edit_post` and `read_articles`.

    """
    lines = read_articles(articles)
    with transaction.atomic():
        saved = edit_post(post, by=by, **fields)
        before = articles_of(saved)
        _put_articles(saved, lines)
        after = articles_of(saved)
        if before != after:
            activity.record(saved, "edit_post", by=by, before={"articles": before}, after={"articles": after})
    return saved


def articles_of(post: Post) -> str:
    """Return what lies at a post, one line each, as it is typed."""
    return "\n".join(f"{one.name} {one.number}" for one in post.articles.in_use())


def _put_articles(post: Post, lines: Sequence[tuple[str, int]]) -> None:
    names = [name for name, _number in lines]
    post.articles.in_use().exclude(name__in=names).update(retired_at=now())
    known = {one.name: one for one in post.articles.in_use()}
    for position, (name, number) in enumerate(lines):
        row = known.get(name) or Article(post=post, name=name)
        row.number, row.position = number, position
        row.save()


def begin_shift(post: Post, *, by: User, seen: int | None = None) -> Shift:
    """Begin a shift at a post nobody holds.

    What is to be read first (R-DUTY-12) counts as read up to the entry `seen`, the last one that was shown.

    Raises:
        Conflict: somebody holds the post: take it over from them instead.
        DeskError: the post was given up; something is to be read first.

    """
    require(by, HOLD, post)
    with transaction.atomic():
        read_first(post.office, by, seen)
        fresh = type(post).objects.select_for_update().get(pk=post.pk)
        if fresh.retired_at is not None:
            raise DeskError(_("This post was given up."))
        running = Shift.objects.open().filter(post=fresh).select_related("clerk").first()
        if running is not None:
            raise Conflict(_("%(name)s holds this post by now.") % {"name": running.clerk})
        return open_shift(fresh, by, at=now(), by=by)


def read_first(office: Office, user: User, seen: int | None) -> None:
    """Note that somebody has read what is written for them, up to the entry `seen`.

    Raises:
        DeskError: something is still unread.

    """
    waiting = list(to_read(office, user))
    read_entries([entry for entry in waiting if entry.number <= (seen or 0)], by=user)
    if any(entry.number > (seen or 0) for entry in waiting):
        raise DeskError(_("Something was written for you: read it first."))


def open_shift(post: Post, clerk: User, *, at: dt.datetime, by: User) -> Shift:
    """Let somebody answer for a post from a moment on; whoever calls holds the post's row."""
    join_post(post, clerk, kind=Kind.HOLDER, by=by, at=at)
    year = local_date(at).year
    shift = Shift.objects.create(
        office=post.office,
        post=post,
        number=f"B{year}-{next_number(post.office, 'shift', year):04d}",
        clerk=clerk,
        began_at=at,
        planned_end=planned_end(post.office, clerk, at),
    )
    activity.record(shift, "begin_shift", by=by)
    return shift


def close_shift(shift: Shift, *, at: dt.datetime, by: User) -> None:
    """End a shift and everybody's time at its post; whoever calls holds both."""
    for holding in shift.post.holdings.open().select_for_update(of=("self",)).select_related("person").order_by("pk"):
        leave_post(holding, by=by, at=at)
    shift.ended_at = at
    shift.version += 1
    shift.save(update_fields=["ended_at", "version"])
    activity.record(shift, "end_shift", by=by)


def who_comes(shift: Shift) -> int | None:
    """Return who takes over by the roster, as a key: the first whose shift begins next and is not there already."""
    _on, coming = on_and_next(shift.office, now())
    return next((cell.person_id for cell in coming if cell.person_id != shift.clerk_id), None)


def add_helper(shift: Shift, *, person: User, kind: str, by: User, reason: str = "") -> Holding:
    """Let a colleague work beside the holder, or cover for them over lunch; recorded, no handover (R-DUTY-06).

    Raises:
        Conflict: the shift is over or being signed over, or the colleague is at the post already.
        DeskError: they hold no role for it; covering without a reason.
        PermissionDenied: neither the holder nor a supervisor asks.

    """
    with transaction.atomic():
        fresh = _running(shift, by)
        if kind == Kind.COVER:
            reason = must_be_said(reason, _("Say why somebody covers."), field="reason")
        if not User.objects.who_may(HOLD, fresh.office).filter(pk=person.pk).exists():
            raise DeskError(_("%(name)s may not answer for a post here.") % {"name": person}, field="person")
        row = join_post(fresh.post, person, kind=kind, reason=reason.strip(), by=by, at=now())
        words = " · ".join(filter(None, (str(person), row.get_kind_display(), row.reason)))
        activity.record(fresh, "add_helper", by=by, note=words)
    text = format_lazy(_("{name} lets you work at “{post}” until the shift ends."), name=fresh.clerk, post=fresh.post)
    notify([person], text, url=fresh.get_absolute_url(), by=by)
    return row


def end_helper(holding: Holding, *, by: User) -> Holding:
    """Let a colleague's time at the post end before the shift does.

    Raises:
        Conflict: it ended already.
        PermissionDenied: neither they themselves, the holder nor a supervisor asks.

    """
    with transaction.atomic():
        row = Holding.objects.select_for_update(of=("self",)).select_related("post", "person").get(pk=holding.pk)
        shift = Shift.objects.open().filter(post=row.post_id).select_related("clerk").first()
        if row.kind == Kind.HOLDER or shift is None:
            raise Conflict(_("Whoever answers for the post leaves it by handing it over."))
        if by.pk not in (row.person_id, shift.clerk_id):
            require(by, RELEASE, shift)
        leave_post(row, by=by, at=now())
        activity.record(shift, "end_helper", by=by, note=str(row.person))
    return row


def may_arrange(shift: Shift, user: User) -> bool:
    """Answer whether somebody says who works at the post: its holder or a supervisor."""
    return shift.is_open and (shift.clerk_id == user.pk or user.has_perm(RELEASE, shift))


def _running(shift: Shift, by: User) -> Shift:
    fresh = Shift.objects.select_for_update(of=("self",)).select_related("office", "post", "clerk").get(pk=shift.pk)
    require(by, HOLD, fresh)
    if not fresh.is_open or fresh.post.holdings.open().filter(signed_at__isnull=False).exists():
        raise Conflict(_("This shift is signed over by now."))
    if fresh.clerk_id != by.pk:
        require(by, RELEASE, fresh)
    return fresh
