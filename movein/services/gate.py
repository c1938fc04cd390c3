"""The gate: a pass is shown, looked at, let out once; what is refused is written down (R-GDS-01)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from movein.models import GateCheck, GoodsPass
from movein.workflow import PassState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

RELEASE = "movein.release_goodspass"
Outcome = GateCheck.Outcome
LONGEST = 60
SHORT_NUMBER = re.compile(r"[0-9]{1,5}")


class Refusal(NamedTuple):
    """Why a pass does not let out now: for the log, and as the guard reads it."""

    outcome: str
    sentence: Any


class Presented(NamedTuple):
    """What a code led to: the pass, and why it does not let out if it does not."""

    goods_pass: GoodsPass | None
    refusal: Refusal | None


UNKNOWN = Refusal(Outcome.UNKNOWN, _("There is no pass with this number here. Let nothing out and ask the desk."))


def refusal_of(goods_pass: GoodsPass, at: dt.datetime | None = None) -> Refusal | None:
    """Return why a pass does not let out at a moment, now by default; None if it does. Unpaid fees are no reason."""
    at = at or now()
    words = {
        "at": _moment(goods_pass.released_at),
        "starts": _moment(goods_pass.starts_at),
        "ends": _moment(goods_pass.ends_at),
    }
    if goods_pass.state == PassState.RELEASED:
        return Refusal(Outcome.USED, _("Used already: the goods went out on %(at)s. A pass lets out once.") % words)
    if goods_pass.state == PassState.CANCELLED:
        return Refusal(Outcome.CANCELLED, _("This pass was cancelled."))
    if goods_pass.state != PassState.ISSUED:
        return Refusal(Outcome.NOT_ISSUED, _("The desk has not issued this pass."))
    if goods_pass.ends_at <= at:
        return Refusal(Outcome.EXPIRED, _("Its time is over: it was valid until %(ends)s.") % words)
    if at < goods_pass.starts_at:
        return Refusal(Outcome.EARLY, _("Not its time yet: it is valid from %(starts)s.") % words)
    return None


def present_code(code: str, *, office: Office | None, by: User) -> Presented:
    """Look up what a guard typed or scanned; a pass that lets nothing out, and a code that is none, are written down.

    Raises:
        PermissionDenied: this person is no guard here.
        DeskError: nothing was typed; no office is chosen.

    """
    require(by, RELEASE, office)
    code = must_be_said(code, _("Type the number of the pass."), field="code")
    if office is None:
        raise DeskError(_("Choose one office at the top of the page first."), field="code")
    with transaction.atomic():
        found = find_pass(code, office)
        refusal = UNKNOWN if found is None else refusal_of(found)
        if refusal is not None:
            _write_down(office, found, refusal, code=code, by=by)
    return Presented(found, refusal)


def let_out(goods_pass: GoodsPass, *, by: User, taken: Collection[int] = (), note: str = "") -> GateCheck:
    """Let the goods out, once; or refuse in words and write that down. Two gates at once: one lets out.

    `taken` are the lines of the pass that are there. Returns the check that was written: look at its `outcome`.

    Raises:
        PermissionDenied: this person is no guard here.
        DeskError: nothing is ticked; not everything is ticked and nothing says why.

    """
    with transaction.atomic():
        fresh = _held(goods_pass, by)
        if refusal := refusal_of(fresh):
            return _write_down(fresh.office, fresh, refusal, by=by)
        items = list(fresh.items.all())
        if not any(item.pk in taken for item in items):
            raise DeskError(_("Nothing is ticked. If the goods are others, turn them back."), field="taken")
        if any(item.pk not in taken for item in items):
            note = must_be_said(note, _("Not everything is ticked: write down what differs."), field="note")
        with apply("release_pass", fresh, by=by, note=note) as moved:
            moved.released_at = now()
        for item in items:
            item.went_out = item.pk in taken
            item.save(update_fields=["went_out"])
        return _log(fresh.office, fresh, Outcome.RELEASED, note=note, by=by)


def turn_back(goods_pass: GoodsPass, *, by: User, note: str) -> GateCheck:
    """Turn somebody back whose goods are not those of the pass; it stays valid, and the desk hears of it.

    A pass that lets nothing out is refused in words instead, as in `let_out`.

    Raises:
        PermissionDenied: this person is no guard here.
        DeskError: nothing says what differs.

    """
    note = must_be_said(note, _("Write down what differs."), field="note")
    with transaction.atomic():
        fresh = _held(goods_pass, by)
        if refusal := refusal_of(fresh):
            return _write_down(fresh.office, fresh, refusal, by=by)
        with apply("turn_back", fresh, by=by, note=note):
            pass
        check = _log(fresh.office, fresh, Outcome.TURNED_BACK, note=note, by=by)
        text = _("Turned back at the gate: {goods_pass} ({whose}): {note}")
        _tell_desk(fresh, format_lazy(text, goods_pass=fresh, whose=fresh.whose, note=note), by=by)
    return check


def code_in(text: str) -> str:
    """Return the code of a scanned address (https://…/p/ABC/), else the text as it is."""
    path = urlsplit(text.strip()).path if "/p/" in text else ""
    code = unquote(path.partition("/p/")[2]).strip("/")
    return (code or text.strip())[:LONGEST]


def find_pass(text: str, office: Office) -> GoodsPass | None:
    """Return the office's pass whose code was scanned or whose number was typed; 12 is this year's F…-00012."""
    code = code_in(text)
    rows = GoodsPass.objects.of_office(office).select_related("office", "unit")
    if SHORT_NUMBER.fullmatch(code):
        code = f"F{local_date().year}-{int(code):05d}"
    return rows.filter(token=code).first() or rows.filter(number__iexact=code).first()


def _held(goods_pass: GoodsPass, by: User) -> GoodsPass:
    """Read a pass afresh and hold it, so that of two gates one comes second."""
    rows = GoodsPass.objects.select_for_update(of=("self",)).select_related("office", "unit", "issued_by")
    fresh = rows.get(pk=goods_pass.pk)
    require(by, RELEASE, fresh)
    return fresh


def _write_down(office: Office, found: GoodsPass | None, refusal: Refusal, *, by: User, code: str = "") -> GateCheck:
    """Log what was refused; whoever issued the pass hears that a used one was shown again."""
    check = _log(office, found, refusal.outcome, code=code_in(code) if found is None else "", by=by)
    if found is not None:
        activity.record(found, "present_pass", by=by, note=str(check.get_outcome_display()))
        if refusal.outcome == Outcome.USED:
            text = _("Shown at the gate once more after it was used: {goods_pass} ({whose})")
            _tell_desk(found, format_lazy(text, goods_pass=found, whose=found.whose), by=by)
    return check


def _log(
    office: Office, found: GoodsPass | None, outcome: str, *, by: User, note: str = "", code: str = ""
) -> GateCheck:
    return GateCheck.objects.create(
        office=office, goods_pass=found, outcome=outcome, note=note.strip(), code=code, by=by, at=now()
    )


def _tell_desk(goods_pass: GoodsPass, sentence: Any, *, by: User) -> None:
    people = [goods_pass.issued_by] if goods_pass.issued_by else []
    notify(people, sentence, url=goods_pass.get_absolute_url(), by=by)


def _moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else ""
