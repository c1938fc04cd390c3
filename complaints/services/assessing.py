"""A question of quality put to an expert, and the answer with its paper (R-TKT-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _, gettext_lazy

from complaints.models import Assessment
from complaints.services.notices import tell
from complaints.services.responsible_parties import lock_liable
from frontdesk.kit import activity
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.uploads import PICTURES
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt

    from django.core.files.uploadedfile import UploadedFile

    from complaints.models import Ticket
    from frontdesk.staff.models import User

PAPERS = PICTURES | {"pdf"}
"""What a finding comes as: the paper itself or a photo of it."""


def request_assessment(ticket: Ticket, *, question: str, expert: str, due_on: dt.date, by: User) -> Assessment:
    """Ask an expert about a fault, to be answered by a day; whoever answers for the ticket hears of it.

    Raises:
        Conflict: the ticket was archived meanwhile.
        DeskError: without a question or an expert, by a day that has passed, or on a ticket of another kind.

    """
    question = must_be_said(question, _("Write down what is to be assessed."), field="question")
    expert = must_be_said(expert, _("Say who is asked."), field="expert")
    if due_on < local_date():
        raise DeskError(_("This day has passed."), field="due_on")
    with transaction.atomic():
        fresh = lock_liable(ticket, "complaints.request_assessment", by=by)
        made = Assessment.objects.create(ticket=fresh, question=question, expert=expert, due_on=due_on, asked_by=by)
        said = activity.snapshot(made)
        terms = {name: said[name] for name in ("question", "expert", "due_on")}
        activity.record(made, "request_assessment", by=by, after=terms)
        activity.record(fresh, "request_assessment", by=by, note=f"{expert} · {due_on}")
        text = gettext_lazy("{by} asks {expert} to assess {number} {subject}, answer by {due}.")
        tell([fresh.first_contact], text, fresh, by=by, expert=expert, due=due_on)
    return made


def answer_assessment(assessment: Assessment, *, finding: str, paper: UploadedFile, by: User) -> Assessment:
    """Enter what the expert found, with the paper it stands on.

    Raises:
        Conflict: it was answered or withdrawn already.
        DeskError: without a finding; a paper that is neither PDF nor photo, or that cannot be kept.

    """
    finding = must_be_said(finding, _("Write down what was found."), field="finding")
    if (paper.name or "").rpartition(".")[2].lower() not in PAPERS:
        raise DeskError(_("The paper comes as a PDF or a photo (.pdf, .jpg, .png)."), field="paper")
    with apply("answer_assessment", assessment, by=by) as fresh:
        fresh.finding, fresh.answered_at = finding, now()
        try:
            attach(fresh, paper, by=by)
        except DeskError as error:
            raise DeskError(str(error), field="paper") from error
        activity.record(fresh.ticket, "answer_assessment", by=by, note=f"{fresh.expert}: {finding}")
        text = gettext_lazy("{expert} has answered on {number} {subject}: {finding}")
        people = [fresh.asked_by, fresh.ticket.first_contact]
        tell(people, text, fresh.ticket, by=by, expert=fresh.expert, finding=finding)
    return fresh


def withdraw_assessment(assessment: Assessment, *, reason: str, by: User) -> Assessment:
    """Ask no longer.

    Raises:
        Conflict: it was answered or withdrawn already.
        DeskError: without a reason.

    """
    reason = must_be_said(reason, _("Say why it is withdrawn."), field="reason")
    with apply("withdraw_assessment", assessment, by=by, note=reason) as fresh:
        activity.record(fresh.ticket, "withdraw_assessment", by=by, note=f"{fresh.expert} · {reason}")
        text = gettext_lazy("{by} withdrew the question to {expert} on {number} {subject}: {reason}")
        people = [fresh.asked_by, fresh.ticket.first_contact]
        tell(people, text, fresh.ticket, by=by, expert=fresh.expert, reason=reason)
    return fresh
