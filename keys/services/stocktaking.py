"""Counting the cabinet by scanning or ticking, explaining what differs, closing it (R-KEY-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import change, same_office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.numbering import next_number
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from keys.models import Cabinet, Key, Ring, StockLine, StockTake
from keys.services.loss import report_lost
from keys.services.register import check_hook
from keys.workflow import KeyState, StockTakeState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User
    from keys.querysets import KeyQuerySet

TAKE = "keys.take_stock"
Result, Outcome = StockLine.Result, StockLine.Outcome
OUTCOMES = {
    Result.MOVED: (Outcome.HUNG_BACK, Outcome.TAKEN_OVER),
    Result.MISSING: (Outcome.FOUND, Outcome.LOST, Outcome.OTHER),
    Result.UNEXPECTED: (Outcome.OTHER,),
    Result.UNKNOWN: (Outcome.OTHER,),
}
"""What can become of a difference."""
LONGEST = 40
HANGING = (KeyState.IN, KeyState.DAMAGED)


def begin_stocktake(*, office: Office, by: User, cabinet: Cabinet | None = None) -> StockTake:
    """Begin to count a cabinet, or everything the office keeps.

    Raises:
        Conflict: the same is being counted already.

    """
    same_office(office, cabinet)
    stocktake = StockTake(office=office, cabinet=cabinet, begun_by=by)
    require(by, TAKE, stocktake)
    with transaction.atomic():
        year = local_date().year
        stocktake.number = f"P{year}-{next_number(office, 'stocktake', year):03d}"  # holds the office's counter
        running = StockTake.objects.filter(office=office, cabinet=cabinet).running().first()
        if running:
            raise Conflict(_("%(number)s is still running: go on with it.") % {"number": running.number})
        stocktake.save(force_insert=True)
        activity.record(stocktake, "begin_stocktake", by=by)
    return stocktake


def count_tag(stocktake: StockTake, *, tag: str, by: User, hook: int | None = None) -> StockLine:
    """Count what bears a tag: a key, every key on a ring, or something that is on no register.

    What was counted already is not counted twice, whoever scans it: its line is returned as it is.

    Raises:
        Conflict: the counting has ended.
        DeskError: nothing was scanned; an empty ring; a hook the cabinet has not.

    """
    tag = must_be_said(tag, _("Scan or type a tag."), field="tag")[:LONGEST]
    with transaction.atomic():
        running = _counting(stocktake, by)
        _check_hook(running, hook)
        ring = Ring.objects.filter(office=running.office_id, tag__iexact=tag).first()
        if ring is not None:
            lines = [_count(running, key, hook, by=by) for key in _on_ring(ring)]
            return lines[0]
        key = Key.objects.filter(office=running.office_id, tag__iexact=tag).first()
        if key is not None:
            return _count(running, key, hook, by=by)
        return _line(running, None, tag.upper(), Result.UNKNOWN, hook, by=by)


def count_ring(stocktake: StockTake, *, ring: Ring, by: User, hook: int | None = None) -> int:
    """Count every key that should hang on a ring, because the ring is there; return how many were new.

    One that is lent or lost is not counted along: its own tag is scanned if it hangs there all the same.

    Raises:
        Conflict: the counting has ended.
        DeskError: no key hangs on it; a hook the cabinet has not.

    """
    with transaction.atomic():
        running = _counting(stocktake, by)
        same_office(running, ring)
        _check_hook(running, hook)
        before = running.lines.counted().count()
        for key in _on_ring(ring):
            _count(running, key, hook, by=by)
        return running.lines.counted().count() - before


def uncount_line(line: StockLine, *, by: User) -> StockTake:
    """Take back a count, e.g. of a key that does not hang on the ring that was scanned; on record.

    Raises:
        Conflict: the counting has ended.

    """
    with transaction.atomic():
        running = _counting(line.stocktake, by)
        if line.counted_by_id is not None and running.lines.filter(pk=line.pk).delete()[0]:
            activity.record(running, "uncount_line", by=by, note=line.tag)
    return running


def count_keys(stocktake: StockTake, *, keys: Iterable[Key], by: User) -> int:
    """Count keys ticked on a list as hanging in their place; return how many were new."""
    with transaction.atomic():
        running = _counting(stocktake, by)
        before = running.lines.counted().count()
        for key in keys:
            same_office(running, key)
            _count(running, key, None, by=by)
        return running.lines.counted().count() - before


def end_counting(stocktake: StockTake, *, by: User, note: str = "") -> StockTake:
    """End the counting: whatever should hang there and was not counted is missing.

    Raises:
        Conflict: somebody ended it already.

    """
    with apply("end_counting", stocktake, by=by, note=note) as fresh:
        counted = fresh.lines.filter(key__isnull=False).values("key")
        missing = expected_in(fresh).exclude(pk__in=counted).order_by("tag")
        lines = [
            StockLine(stocktake=fresh, key=key, tag=key.tag, result=Result.MISSING, state=key.state) for key in missing
        ]
        StockLine.objects.bulk_create(lines)
    return fresh


def go_on_counting(stocktake: StockTake, *, by: User, note: str = "") -> StockTake:
    """Count on; what was missing without an explanation may still turn up, what is explained stays explained.

    Raises:
        Conflict: it is closed.

    """
    with apply("go_on_counting", stocktake, by=by, note=note) as fresh:
        fresh.lines.filter(result=Result.MISSING, outcome="").delete()
    return fresh


def explain_line(line: StockLine, *, outcome: str, explanation: str, by: User) -> StockLine:
    """Say what became of a difference; a key that is lost is reported as lost, a moved one hung where it was found.

    Raises:
        Conflict: the stock-take is closed, or counting goes on.
        DeskError: without an explanation, or one that does not fit; the hook it was found on is not free.

    """
    explanation = must_be_said(explanation, _("Write down how the difference came."), field="explanation")
    with transaction.atomic():
        stocktake = StockTake.objects.select_for_update(of=("self",)).select_related("office").get(pk=line.stocktake_id)
        require(by, TAKE, stocktake)
        if stocktake.state != StockTakeState.EXPLAINING:
            raise Conflict(_("Differences are explained once all is counted, and before it is closed."))
        fresh = StockLine.objects.select_for_update(of=("self",)).select_related("key").get(pk=line.pk)
        if outcome not in OUTCOMES.get(Result(fresh.result), ()):
            raise DeskError(_("This does not fit the difference."), field="outcome")
        if fresh.outcome == Outcome.LOST and outcome != Outcome.LOST:
            raise Conflict(_("It is reported as lost by now. Take it up on the key's own page."))
        if fresh.key is not None and outcome != fresh.outcome:
            _carry_out(fresh, outcome, explanation, by=by)
        fresh.outcome, fresh.explanation, fresh.explained_by = outcome, explanation, by
        fresh.save(update_fields=["outcome", "explanation", "explained_by"])
        if fresh.key is not None:
            note = f"{stocktake.number} · {fresh.get_result_display()} · {fresh.get_outcome_display()} · {explanation}"
            activity.record(fresh.key, "explain_key", by=by, note=note)
    return fresh


def close_stocktake(stocktake: StockTake, *, by: User, note: str = "") -> StockTake:
    """Close it once every difference is explained.

    Raises:
        Conflict: somebody closed it already.
        DeskError: differences are unexplained; it says how many.

    """
    with apply("close_stocktake", stocktake, by=by, note=note) as fresh:
        left = fresh.lines.unexplained().count()
        if left:
            raise DeskError(_("%(count)s differences are still to be explained.") % {"count": left})
        fresh.closed_by, fresh.closed_at = by, now()
    return fresh


def expected_in(stocktake: StockTake) -> KeyQuerySet:
    """Return the keys that should hang where is counted: in the cabinet by the register, damaged ones among them."""
    rows = Key.objects.filter(office=stocktake.office_id, state__in=HANGING)
    return rows if stocktake.cabinet_id is None else rows.in_cabinet_of(stocktake.cabinet_id)


def _counting(stocktake: StockTake, by: User) -> StockTake:
    fresh = StockTake.objects.select_for_update(of=("self",)).select_related("office", "cabinet").get(pk=stocktake.pk)
    require(by, TAKE, fresh)
    if fresh.state != StockTakeState.COUNTING:
        raise Conflict(_("The counting of %(number)s has ended.") % {"number": fresh.number})
    return fresh


def _count(stocktake: StockTake, key: Key, hook: int | None, *, by: User) -> StockLine:
    return _line(stocktake, key, key.tag, _result(stocktake, key, hook), hook, by=by)


def _result(stocktake: StockTake, key: Key, hook: int | None) -> str:
    if key.state not in HANGING:
        return Result.UNEXPECTED
    where = key.ring or key
    is_elsewhere = stocktake.cabinet_id is not None and where.cabinet_id != stocktake.cabinet_id
    if is_elsewhere or (hook is not None and hook != where.hook):
        return Result.MOVED
    return Result.GOOD


def _line(stocktake: StockTake, key: Key | None, tag: str, result: str, hook: int | None, *, by: User) -> StockLine:
    found = stocktake.lines.filter(key=key) if key else stocktake.lines.filter(key__isnull=True, tag=tag)
    state = key.state if key else ""
    if line := found.first():
        return _turned_up(line, result, hook, state, by=by) if line.result == Result.MISSING else line
    line = StockLine(stocktake=stocktake, key=key, tag=tag, result=result, hook=hook, state=state, counted_by=by)
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError:  # a colleague scanned it at this very moment
        return found.get()
    return line


def _turned_up(line: StockLine, result: str, hook: int | None, state: str, *, by: User) -> StockLine:
    """Count what was missing before the counting went on; a mark such as “found” stays, as far as it still fits."""
    line.result, line.hook, line.state, line.counted_by, line.counted_at = result, hook, state, by, now()
    if result != Result.GOOD:
        line.outcome = ""
    line.save()
    return line


def _on_ring(ring: Ring) -> list[Key]:
    """Return which keys are there when a ring is: those that should be; of a ring that is away, all of them."""
    kept = list(ring.keys.kept().order_by("pk"))
    if not kept:
        raise DeskError(_("No key hangs on the ring %(tag)s.") % {"tag": ring.tag}, field="tag")
    return [key for key in kept if key.state in HANGING] or kept


def _check_hook(stocktake: StockTake, hook: int | None) -> None:
    cabinet = stocktake.cabinet
    if cabinet is not None and hook is not None and hook > cabinet.hooks:
        words = {"cabinet": cabinet, "hooks": cabinet.hooks}
        raise DeskError(_("%(cabinet)s has %(hooks)s hooks only.") % words, field="hook")


def _carry_out(line: StockLine, outcome: str, explanation: str, *, by: User) -> None:
    """Let the register follow what was found."""
    key = line.key
    assert key is not None  # noqa: S101 - the caller asked
    if outcome == Outcome.LOST:
        report_lost(key, note=explanation, by=by, permission=TAKE)
    if outcome == Outcome.TAKEN_OVER:
        cabinet = line.stocktake.cabinet or key.cabinet
        if cabinet is None or line.hook is None or key.ring is not None:
            raise DeskError(_("Nobody noted on which hook it was found: hang it on its page."), field="outcome")
        key.cabinet, key.hook = cabinet, line.hook
        check_hook(key)
        change(key, "hang_key", {"cabinet": cabinet, "hook": line.hook}, by=by, permission=TAKE)
