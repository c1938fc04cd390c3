"""What lies at the post, which keys hang, how much cash there is, the area, the log: counted blind (R-DUTY-07, -08)."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from duty.models import Article, Handover, HandoverLine, LogEntry
from duty.models.records import MOST_ARTICLES
from duty.services.log import to_read
from fees.models import DENOMINATIONS
from fees.services import cash_since
from fees.services.tills import MOST
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.workflow import apply
from keys.models import Key
from keys.services.stocktaking import HANGING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from duty.models import Shift
    from duty.querysets_posts import LogQuerySet
    from frontdesk.staff.models import User
    from keys.querysets import KeyQuerySet

Kind = HandoverLine.Kind
ONE, NOTHING = Decimal(1), Decimal(0)
MOST_TAGS = 50
SHORT = 100


def count_articles(handover: Handover, *, counts: Mapping[int, int | None], by: User) -> Handover:
    """Write down how many of each article there are (article id → number), without having been told how many should be.

    Raises:
        Conflict: it is signed or over by now.
        DeskError: an article was not counted, or nobody has so many of it.

    """
    with apply("count_articles", handover, by=by) as fresh:
        lines = []
        for article in Article.objects.filter(post=fresh.shift.post_id).in_use():
            number = counts.get(article.pk)
            field = f"article_{article.pk}"
            if number is None:
                raise DeskError(_("Count every article; 0 if none is there."), field=field)
            if not 0 <= number <= MOST_ARTICLES:
                raise DeskError(_("Write down how many there are."), field=field)
            lines.append(
                HandoverLine(
                    kind=Kind.ARTICLE, label=article.name, article=article, expected=article.number, counted=number
                )
            )
        _put_lines(fresh, (Kind.ARTICLE,), lines)
        _done(fresh, "articles", by)
    return fresh


def expected_keys(shift: Shift) -> KeyQuerySet:
    """Return the keys that should hang in the office's cabinets, in the order one walks along them."""
    return Key.objects.of_office(shift.office_id).filter(state__in=HANGING).in_walking_order()


def call_keys(handover: Handover, *, there: Iterable[Key], extra: str = "", by: User) -> Handover:
    """Call the keys: those ticked hang in their place, `extra` are tags that hang there though they should not.

    Raises:
        Conflict: it is signed or over by now.
        DeskError: more tags than anybody finds; no keys are kept at the post.

    """
    tags = list(dict.fromkeys(tag.upper() for tag in extra.replace("，", " ").replace(",", " ").split()))
    if len(tags) > MOST_TAGS:
        raise DeskError(_("At most %(count)s tags: count the cabinet instead.") % {"count": MOST_TAGS}, field="extra")
    with apply("call_keys", handover, by=by) as fresh:
        if not fresh.shift.post.keeps_keys:
            raise DeskError(_("No keys are kept at this post."))
        should = list(expected_keys(fresh.shift))
        ticked = {key.pk for key in there}
        missing = [key for key in should if key.pk not in ticked]
        hanging = {key.tag.upper() for key in should}
        known = {key.tag.upper(): key for key in Key.objects.of_office(fresh.office_id).filter(tag__in=tags)}
        found = [tag for tag in tags if tag not in hanging]
        lines = [
            HandoverLine(
                kind=Kind.KEYS, label=str(Kind.KEYS.label), expected=len(should), counted=len(should) - len(missing)
            )
        ]
        lines += [HandoverLine(kind=Kind.KEY, label=key.tag, key=key, expected=ONE, counted=NOTHING) for key in missing]
        lines += [
            HandoverLine(kind=Kind.KEY, label=tag[:SHORT], key=known.get(tag), expected=NOTHING, counted=ONE)
            for tag in found
        ]
        _put_lines(fresh, (Kind.KEYS, Kind.KEY), lines)
        _done(fresh, "keys", by, mark=_mark(should))
    return fresh


def count_cash(handover: Handover, *, counts: Mapping[str, int], receipt_book: str = "", by: User) -> Handover:
    """Count the cash note by note, and write down which receipt of the paper book comes next.

    Raises:
        Conflict: it is signed or over by now.
        DeskError: a count is no number of pieces; no cash is kept at the post.

    """
    pieces = {str(value): _pieces(value, counts) for value in DENOMINATIONS}
    cash = sum((Decimal(value) * number for value, number in pieces.items()), NOTHING)
    with apply("count_cash", handover, by=by) as fresh:
        if not fresh.shift.post.keeps_money:
            raise DeskError(_("No cash is kept at this post."))
        fresh.cash_counts = {value: number for value, number in pieces.items() if number}
        fresh.receipt_book = receipt_book.strip()
        known = expected_cash(fresh.shift)
        expected = cash if known is None else known
        label = str(Kind.CASH.label)
        _put_lines(fresh, (Kind.CASH,), [HandoverLine(kind=Kind.CASH, label=label, expected=expected, counted=cash)])
        _done(fresh, "cash", by)
    return fresh


def expected_cash(shift: Shift) -> Decimal | None:
    """Return how much cash (yuan) should be at the post: what was counted at the last handover and came in since.

    None before the first count: that one is where it begins.
    """
    before = (
        HandoverLine.objects.filter(
            kind=Kind.CASH, handover__state=Handover.State.DONE, handover__shift__post=shift.post_id
        )
        .select_related("handover")
        .order_by("-handover__accepted_at", "-pk")
        .first()
    )
    if before is None:
        return None
    return before.counted + cash_since(shift.office, dt.datetime.fromisoformat(before.handover.steps["cash"]["at"]))


def check_area(handover: Handover, *, finding: str = "", explained: str = "", by: User) -> Handover:
    """Look at the area: nothing abnormal, or what, with what the outgoing clerk says of it (R-DUTY-08).

    Raises:
        Conflict: it is signed or over by now.
        DeskError: something was found and nobody says anything of it.

    """
    finding = finding.strip()
    if finding:
        explained = must_be_said(explained, _("Write down what the outgoing clerk says of it."), field="explained")
    with apply("check_area", handover, by=by) as fresh:
        fresh.finding, fresh.finding_explained = finding, explained.strip() if finding else ""
        _done(fresh, "area", by)
    return fresh


def log_to_read(handover: Handover) -> LogQuerySet:
    """Return what the successor reads: what was written in the shift, and what is written for them (R-DUTY-08, -12)."""
    own = LogEntry.objects.filter(office=handover.office_id, at__gte=handover.shift.began_at)
    named = to_read(handover.office, handover.incoming)
    rows = LogEntry.objects.filter(pk__in=own.values("pk")) | LogEntry.objects.filter(
        pk__in=named.order_by().values("pk")
    )
    return rows.with_its_tags().order_by("number")


def read_log(handover: Handover, *, seen: int, by: User) -> Handover:
    """Note that the successor has read the log up to the entry `seen`.

    Raises:
        Conflict: it is over by now.
        DeskError: more was written meanwhile.

    """
    with apply("read_log", handover, by=by) as fresh:
        last = log_to_read(fresh).values_list("number", flat=True).last() or 0
        if last > seen:
            raise DeskError(_("More was written into the log meanwhile: read on."))
        _done(fresh, "log", by, seen=last, reader=fresh.incoming_id)
    return fresh


def explain_differences(handover: Handover, *, explanations: Mapping[int, str], by: User) -> Handover:
    """Write down what the outgoing clerk says of each difference (line id → explanation) (R-DUTY-07).

    Raises:
        Conflict: it is signed or over by now, or counted anew meanwhile.
        DeskError: a difference without an explanation.

    """
    with apply("explain_differences", handover, by=by) as fresh:
        lines = {line.pk: line for line in fresh.lines.differing()}
        if set(explanations) - set(lines):
            raise Conflict(_("It was counted anew meanwhile."))
        for pk, text in explanations.items():
            line = lines[pk]
            said = must_be_said(text, _("Write down how the difference came."), field=f"line_{pk}")
            if said != line.explanation:
                line.explanation, line.explained_by = said, by
                line.save(update_fields=["explanation", "explained_by"])
    return fresh


def stale(handover: Handover) -> str:
    """Say what was moved since it was counted, so that it must be counted again; empty when nothing was."""
    steps = handover.steps
    if "keys" in steps and steps["keys"]["mark"] != _mark(list(expected_keys(handover.shift))):
        return str(_("Keys were moved since they were called: call them again."))
    line = handover.lines.filter(kind=Kind.CASH).first()
    known = expected_cash(handover.shift) if line is not None else None
    if line is not None and known is not None and known != line.expected:
        return str(_("Cash came in or went out since it was counted: count it again."))
    if (
        line is not None
        and known is None
        and cash_since(handover.office, dt.datetime.fromisoformat(steps["cash"]["at"]))
    ):
        return str(_("Cash came in or went out since it was counted: count it again."))
    return ""


def _put_lines(handover: Handover, kinds: Iterable[str], lines: list[HandoverLine]) -> None:
    """Put what was counted in the place of an earlier count; an explanation stays where the difference is the same."""
    before = {(one.kind, one.label, one.expected, one.counted): one for one in handover.lines.filter(kind__in=kinds)}
    handover.lines.filter(kind__in=kinds).delete()
    for line in lines:
        line.handover = handover
        same = before.get((line.kind, line.label, Decimal(line.expected), Decimal(line.counted)))
        if same is not None and line.differs:
            line.explanation, line.explained_by = same.explanation, same.explained_by
    HandoverLine.objects.bulk_create(lines)


def _done(handover: Handover, step: str, by: User, **more: Any) -> None:
    said = {"at": now().astimezone(dt.UTC).isoformat(), "by": by.pk, "name": Truncator(by).chars(SHORT), **more}
    handover.steps = {**handover.steps, step: said}


def _mark(keys: list[Key]) -> str:
    return hashlib.sha256(",".join(str(pk) for pk in sorted(key.pk for key in keys)).encode()).hexdigest()[:16]


def _pieces(value: Decimal, counts: Mapping[str, int]) -> int:
    number = counts.get(str(value)) or 0
    if number < 0 or number > MOST:
        raise DeskError(_("Write down how many notes or coins there are."), field=f"count_{value}")
    return number
