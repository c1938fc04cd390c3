"""Who is called back of each kind of ticket, and what is asked (R-CB-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import CallbackRule, QuestionForm
from complaints.services.settings import CHANGE, rules_of
from frontdesk.estate.models import Office
from frontdesk.kit import activity
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require
from frontdesk.kit.versions import save_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.staff.models import User

LATEST, WHOLE = 60, 100
"""Working days after closing, and percent, at most."""
MOST_QUESTIONS, LONGEST = 10, 100


def version_of(rules: Mapping[str, CallbackRule]) -> int:
    """Return one number that grows with every change of an office's rules; 0 while it goes by the defaults."""
    return sum(rule.version for rule in rules.values() if rule.pk)


def change_rules(office: Office, *, by: User, expected: int, rules: Mapping[str, Mapping[str, Any]]) -> int:
    """Set for each kind how many working days after closing, what share, with which questions; return how many changed.

    `expected` is `version_of` the rules as read. A share that is raised holds for what is due from today on: what was
    due before was drawn under the lower one, and nobody wants to find a month of calls in the queue.

    Raises:
        Conflict: somebody else saved them meanwhile.
        DeskError: figures out of range, or a form that is set aside or another office's.

    """
    require(by, CHANGE, office)
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)  # two who save the first rules meet here
        current = rules_of(office)
        if version_of(current) != expected:
            raise Conflict(_("Somebody else changed this record while you were writing."))
        return sum(_change_rule(current[kind], values, by=by) for kind, values in rules.items())


def change_question_form(form: QuestionForm, *, by: User, **values: Any) -> QuestionForm:
    """Change what is asked, or set a form aside; callbacks that wait ask what it says now.

    Raises:
        DeskError: no question, too many or too long ones; set aside while a rule asks it.

    """
    require(by, CHANGE, form)
    with transaction.atomic():
        current = QuestionForm.objects.select_for_update().get(pk=form.pk)
        before = activity.snapshot(current)
        for name, value in values.items():
            setattr(form, name, value)
        _check_questions(form)
        if current.is_active and not form.is_active:
            _must_be_free(form)
        names = [name for name in values if getattr(current, name) != getattr(form, name)]
        if names:
            save_version(form, names, expected=form.version)
        activity.record(form, "edit", by=by, before=before, after=activity.snapshot(form))
    return form


def add_question_form(*, office: Office, by: User, **values: Any) -> QuestionForm:
    """Write down a new set of questions.

    Raises:
        DeskError: no question, too many or too long ones.

    """
    form = QuestionForm(office=office, **values)
    require(by, CHANGE, form)
    _check_questions(form)
    with transaction.atomic():
        form.save()
        activity.record(form, "add", by=by, after=activity.snapshot(form))
    return form


def field_of(kind: str, name: str) -> str:
    """Return what the page of the rules calls one figure of one kind."""
    return f"{kind}_{name}"


def _change_rule(rule: CallbackRule, values: Mapping[str, Any], *, by: User) -> bool:
    before, share, form = activity.snapshot(rule), rule.share, rule.form
    for name, value in values.items():
        setattr(rule, name, value)
    if before == activity.snapshot(rule):
        return False
    _check_rule(rule, form)
    if rule.share > share:
        rule.since = local_date()
    rule.version += bool(rule.pk)
    rule.save()
    activity.record(rule, "change_rule", by=by, before=before, after=activity.snapshot(rule), note=str(rule))
    return True


def _check_rule(rule: CallbackRule, earlier: QuestionForm | None) -> None:
    if not 0 <= rule.after_days <= LATEST:
        raise DeskError(_("Between 0 and 60 working days."), field=field_of(rule.kind, "after_days"))
    if not 0 <= rule.share <= WHOLE:
        raise DeskError(_("Between 0 and 100 percent."), field=field_of(rule.kind, "share"))
    form = rule.form
    if form and form != earlier and (form.office_id != rule.office_id or not form.is_active):
        raise DeskError(_("This form is not in use in this office."), field=field_of(rule.kind, "form"))


def _check_questions(form: QuestionForm) -> None:
    if not form.lines:
        raise DeskError(_("Write at least one question."), field="questions")
    if len(form.lines) > MOST_QUESTIONS:
        raise DeskError(_("At most ten questions: nobody stays on the phone for more."), field="questions")
    if any(len(line) > LONGEST for line in form.lines):
        raise DeskError(_("A question is at most 100 characters long."), field="questions")
    if len(set(form.lines)) < len(form.lines):
        raise DeskError(_("The same question stands here twice."), field="questions")


def _must_be_free(form: QuestionForm) -> None:
    """Refuse to set aside what a rule asks: its callbacks would suddenly ask nothing."""
    kinds = ", ".join(str(rule) for rule in CallbackRule.objects.filter(form=form))
    if kinds:
        message = _("Callbacks ask this for: %(kinds)s. Choose something else there first.") % {"kinds": kinds}
        raise DeskError(message, field="is_active")
