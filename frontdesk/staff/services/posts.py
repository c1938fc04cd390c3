"""Posts and who holds them: set by `duty`, asked before keys or money move (R-DUTY-07, R-DUTY-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import add, change, locked
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require
from frontdesk.staff.models import Holding, Post

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "duty.change_post"
KEEPS = ("keeps_keys", "keeps_money")
SAYS = {
    "keeps_keys": _("Another post of this office keeps the keys already."),
    "keeps_money": _("Another post of this office keeps the cash already."),
}


def add_post(*, office: Office, by: User, **fields: Any) -> Post:
    """Set up a post.

    Raises:
        DeskError: there is one of this name; another one keeps the keys or the cash.

    """
    row = Post(office=office, **fields)
    with transaction.atomic():
        locked(office)
        _refuse_second_keeper(row)
        add(row, "add_post", by=by, permission=CHANGE, field="name")
    return row


def edit_post(post: Post, *, by: User, **fields: Any) -> Post:
    """Give a post another name, or let keys or cash be kept elsewhere; not while somebody holds it.

    Raises:
        DeskError: there is one of this name; another one keeps the keys or the cash; somebody is at it.

    """
    require(by, CHANGE, post)
    with transaction.atomic():
        locked(post.office)
        fresh = locked(post)
        moves = [name for name in KEEPS if name in fields and fields[name] != getattr(fresh, name)]
        if moves and fresh.holdings.open().exists():
            message = _("Somebody is at this post: what is kept here changes between two shifts only.")
            raise DeskError(message, field=moves[0])
        for name, value in fields.items():
            setattr(fresh, name, value)
        _refuse_second_keeper(fresh)
        saved: Post = change(post, "edit_post", fields, by=by, permission=CHANGE, field="name")
    return saved


def retire_post(post: Post, *, by: User, note: str = "") -> Post:
    """Give a post up; its shifts stay on record, and what was kept at it anybody may move who holds the role.

    Raises:
        Conflict: it was given up already.
        DeskError: somebody is at it.

    """
    require(by, CHANGE, post)
    with transaction.atomic():
        fresh = locked(post)
        if fresh.retired_at is not None:
            raise Conflict(_("This post was given up already."))
        if fresh.holdings.open().exists():
            raise DeskError(_("Somebody is at this post: let the shift end first."))
        saved: Post = change(post, "retire_post", {"retired_at": now()}, by=by, permission=CHANGE, note=note)
    return saved


def join_post(post: Post, person: User, *, kind: str, by: User, reason: str = "", at: dt.datetime) -> Holding:
    """Put somebody at a post from a moment on; whoever calls has asked whether they may.

    Raises:
        Conflict: somebody else holds it, or this person is there already.

    """
    row = Holding(post=post, person=person, kind=kind, reason=reason, since=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        held = post.holdings.open().holders().select_related("person").first()
        if held is None or held.person_id == person.pk or kind != Holding.Kind.HOLDER:
            raise Conflict(_("%(name)s is at this post already.") % {"name": person}) from error
        raise Conflict(_("%(name)s holds this post by now.") % {"name": held.person}) from error
    activity.record(row, "join_post", by=by, after=activity.snapshot(row))
    return row


def leave_post(holding: Holding, *, by: User, at: dt.datetime) -> Holding:
    """Let somebody's time at a post end; whoever calls has asked whether they may.

    Raises:
        Conflict: it ended already.

    """
    if not Holding.objects.filter(pk=holding.pk, until__isnull=True).update(until=at):
        raise Conflict(_("%(name)s has left the post already.") % {"name": holding.person})
    holding.until = at
    activity.record(holding, "leave_post", by=by)
    return holding


def require_at_post(user: User, office: Office, what: str) -> None:
    """Refuse to let somebody move an office's "keys" or "money" who does not hold the post they are kept at.

    An office that has set up no such post goes by roles alone. Called inside the transaction that moves them: a shift
    is not handed over between this question and the end of that transaction.

    Raises:
        Conflict: somebody else holds the post, nobody does, or the shift is signed over and not accepted yet.

    """
    post = Post.objects.keeping(what).filter(office=office).first()
    if post is None:
        return
    here = Holding.objects.select_for_update(of=("self",), no_key=True).filter(post=post).open()
    own = here.filter(person=user).first()
    if own is not None and own.signed_at is None:
        return
    words = {"post": post}
    if own is not None:
        raise Conflict(_("“%(post)s” is signed over: nothing is moved until the successor has accepted.") % words)
    held = post.holdings.open().holders().select_related("person").first()
    if held is None:
        raise Conflict(_("Nobody holds “%(post)s”: begin the shift there first.") % words)
    raise Conflict(
        _("%(name)s holds “%(post)s”: take the shift over first, or work beside them.") % {**words, "name": held.person}
    )


def _refuse_second_keeper(post: Post) -> None:
    others = Post.objects.in_use().filter(office=post.office_id).exclude(pk=post.pk)
    for name in KEEPS:
        if getattr(post, name) and others.filter(**{name: True}).exists():
            raise DeskError(SAYS[name], field=name)
