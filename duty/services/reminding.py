"""What is said to the clerks by itself around the end of a shift (R-DUTY-07, R-DUTY-10)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from duty.models import Assignment, Handover, Shift, StartReminder
from frontdesk.kit.notifications import notify
from frontdesk.staff.models import Post, User

TIDY, START, LATE = dt.timedelta(minutes=15), dt.timedelta(minutes=5), dt.timedelta(minutes=10)
"""Before the end the post is tidied, before the start one is there; this long after the end a supervisor is told."""


def remind(at: dt.datetime) -> None:
    """Say once what is due at this minute; late or twice it changes nothing."""
    _tidy_up(at)
    _be_there(at)
    _nobody_came(at)


def _tidy_up(at: dt.datetime) -> None:
    rows = Shift.objects.open().filter(tidy_told_at__isnull=True, planned_end__gt=at, planned_end__lte=at + TIDY)
    for shift in rows.select_related("clerk", "post"):
        with transaction.atomic():
            if Shift.objects.filter(pk=shift.pk, tidy_told_at__isnull=True).update(tidy_told_at=at):
                text = _("The shift ends in 15 minutes: tidy the post, complete the log, say what is not finished.")
                notify([shift.clerk], text, url=shift.get_absolute_url())


def _be_there(at: dt.datetime) -> None:
    """Tell whoever's shift begins in an office that hands shifts over."""
    offices = Post.objects.in_use().order_by().values("office")
    cells = Assignment.objects.around(at + START).filter(roster__office__in=offices, start_reminder__isnull=True)
    for cell in cells.select_related("person", "shift_type"):
        if not at < cell.begins <= at + START:
            continue
        try:
            with transaction.atomic():
                StartReminder.objects.create(assignment=cell, at=at)
                text = format_lazy(_("Your shift begins at {time}: be at the post now."), time=f"{cell.begins:%H:%M}")
                notify([cell.person], text, url=reverse("duty:shift_list"))
        except IntegrityError:  # the other scheduler was quicker
            continue


def _nobody_came(at: dt.datetime) -> None:
    """Tell the supervisors of a shift that is over by the roster and not handed over; its clerk stays responsible."""
    rows = Shift.objects.open().filter(late_told_at__isnull=True, planned_end__lte=at - LATE)
    signed = Handover.objects.filter(state=Handover.State.SIGNED).values("shift")
    for shift in rows.exclude(pk__in=signed).select_related("clerk", "post", "office"):
        with transaction.atomic():
            if Shift.objects.filter(pk=shift.pk, late_told_at__isnull=True).update(late_told_at=at):
                words = {"post": shift.post, "name": shift.clerk}
                text = format_lazy(_("“{post}”: nobody has taken over yet, {name} is still responsible."), **words)
                people = User.objects.who_may("duty.release_handover", shift.office)
                notify([*people, shift.clerk], text, url=shift.get_absolute_url())
