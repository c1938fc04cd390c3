"""What is written down of a call, who is called by rule, and what is asked (R-CB-01)."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Div, Field, Layout, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, CallbackAttempt, CallbackRule, QuestionForm
from complaints.services.callback_rules import field_of, version_of
from complaints.services.settings import rules_of
from frontdesk.kit.calendar import ONE_DAY, now
from frontdesk.kit.forms import DeskForm, DeskPlainForm, version_token

if TYPE_CHECKING:
    from frontdesk.estate.models import Office

SATISFACTION = (
    (5, _("5 Very satisfied")),
    (4, _("4 Satisfied")),
    (3, _("3 Fair")),
    (2, _("2 Dissatisfied")),
    (1, _("1 Very dissatisfied")),
)
Result = CallbackAttempt.Result
EVENING, MORNING = dt.time(18, 30), dt.time(10)
OWN_TIME = "other"
ASKED = "answer_"
FIGURES = {"after_days": _("Call after (working days)"), "share": _("Share (%)"), "form": _("Question form")}


class AnswerForm(DeskPlainForm):
    """How satisfied they are, what the office asks besides, what came of it, what they said."""

    satisfaction = forms.TypedChoiceField(
        label=_("Satisfaction"), choices=SATISFACTION, coerce=int, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Callback.Outcome.choices,
        initial=Callback.Outcome.SATISFIED,
        widget=forms.RadioSelect,
        help_text=_("What is not settled is opened again, and the supervisors are told."),
    )
    remarks = forms.CharField(
        label=_("What they said"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-draft": True}),
    )

    def __init__(self, *args: Any, questions: list[str] | tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = {_key(question): question for question in questions}
        for name, question in self.asked.items():
            self.fields[name] = forms.CharField(label=question, max_length=200, required=False)
            self._prepare(name, self.fields[name])

    @property
    def layout(self) -> Layout:  # type: ignore[override]
        """Put the office's questions between satisfaction and outcome, in the order of the talk."""
        return Layout(
            Div(
                Field("satisfaction", wrapper_class="span-2 scale"),
                *self.asked,
                Field("outcome", wrapper_class="span-2"),
                Field("remarks", wrapper_class="span-2"),
                css_class="form-grid",
            )
        )

    def clean(self) -> dict[str, Any]:
        """Gather the answers; what was answered to a question that was changed meanwhile is shown, not lost."""
        data = super().clean() or self.cleaned_data
        data["answers"] = [data.pop(name, "") for name in self.asked]
        gone = [self.data[name] for name in self.data if name.startswith(ASKED) and name not in self.fields]
        if words := "; ".join(text for text in gone if text.strip()):
            message = _("The questions were changed meanwhile. You had written: %(words)s") % {"words": words}
            self.add_error(None, message)
        return data


class AttemptForm(DeskPlainForm):
    """Nobody answered, or when they want to be called again: one choice."""

    how = forms.ChoiceField(
        label=_("How it went"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This time is over by now. Choose another one.")},
    )
    again_at = forms.DateTimeField(label=_("Call again at"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    layout = Layout(Div(Field("how", wrapper_class="span-2"), "again_at", "note", css_class="form-grid"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = call_again_times(now())
        choices: Any = self.fields["how"]
        choices.choices = [
            (Result.NO_ANSWER, _("Nobody answered")),
            *((name, label) for name, (label, _at) in self.times.items()),
            (OWN_TIME, _("Call again at another time")),
        ]
        choices.initial = Result.NO_ANSWER

    def clean(self) -> dict[str, Any]:
        """Turn the choice into what happened and when to call again; a time typed in counts more."""
        data = super().clean() or self.cleaned_data
        how = data.pop("how", None)
        if how in self.times and "again_at" not in self.changed_data:
            data["again_at"] = self.times[how][1]
        elif how == OWN_TIME and not data.get("again_at") and "again_at" not in self.errors:
            self.add_error("again_at", _("Say when to call again."))
        data["result"] = Result.CALL_AGAIN if data.get("again_at") else Result.NO_ANSWER
        return data


class EndForm(DeskPlainForm):
    """What they said when they wanted no callback."""

    note = forms.CharField(label=_("What they said"), max_length=200, required=False)


def call_again_times(at: dt.datetime) -> dict[str, tuple[Any, dt.datetime]]:
    """Return the times people ask to be called again at, those of today only while they are ahead."""
    evening = dt.datetime.combine(at.date(), EVENING, tzinfo=at.tzinfo)
    morning = dt.datetime.combine(at.date() + ONE_DAY, MORNING, tzinfo=at.tzinfo)
    hour = at + dt.timedelta(hours=1)
    times = {"hour": (_("Call again in an hour"), hour)}
    if evening > hour:
        times["evening"] = (_("Call again today 18:30"), evening)
    times["morning"] = (_("Call again tomorrow 10:00"), morning)
    return times


class RuleBook:
    """An office's callback rules as one record with one version, as the form that shows them all sees them."""

    def __init__(self, office: Office) -> None:
        self.pk, self.rules = office.pk, rules_of(office)
        self.version = version_of(self.rules)
        names = []
        for kind, rule in self.rules.items():
            for figure in FIGURES:
                names.append(field_of(kind, figure))
                setattr(self, names[-1], getattr(rule, figure))
        self._meta = SimpleNamespace(fields=[SimpleNamespace(name=name) for name in names], many_to_many=())


class RulesTable(LayoutObject):
    """Where the table of rules stands in the form."""

    def render(self, form: Any, *_args: Any, **_kwargs: Any) -> str:
        """Draw one row per kind."""
        return render_to_string("complaints/_rules.html", {"heads": FIGURES.values(), "rows": form.rows()})


class RulesForm(DeskPlainForm):
    """Per kind of ticket: when, what share, what is asked."""

    layout = Layout(RulesTable())

    def __init__(self, *args: Any, user: Any, office: Any = None, **kwargs: Any) -> None:
        self.instance = None if office is None else RuleBook(office)
        super().__init__(*args, user=user, office=office, **kwargs)
        self.rules: dict[str, CallbackRule] = {} if self.instance is None else self.instance.rules
        for kind, rule in self.rules.items():
            only = _("Satisfaction and remarks only")
            form = forms.ModelChoiceField(QuestionForm.objects.in_use(rule.form_id), required=False, empty_label=only)
            self._add(kind, "after_days", forms.IntegerField(min_value=0, max_value=60))
            self._add(kind, "share", forms.IntegerField(min_value=0, max_value=100))
            self._add(kind, "form", form)
        if self.instance is not None:
            shown = {name: field.initial for name, field in self.fields.items()}
            token = version_token(self.instance, shown)
            self.fields["version"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=token)

    def _add(self, kind: str, figure: str, field: forms.Field) -> None:
        rule, name = self.rules[kind], field_of(kind, figure)
        field.short = FIGURES[figure]
        field.label = f"{rule} · {field.short}"
        field.initial = getattr(rule, figure)
        self.fields[name] = field
        self._prepare(name, field)

    def said_rules(self) -> dict[str, dict[str, Any]]:
        """Return every kind's figures."""
        return {kind: {figure: self.cleaned_data[field_of(kind, figure)] for figure in FIGURES} for kind in self.rules}

    def rows(self) -> list[tuple[CallbackRule, list[Any]]]:
        """Return the table: a rule, and the fields of its figures."""
        return [(rule, [self[field_of(kind, figure)] for figure in FIGURES]) for kind, rule in self.rules.items()]


class QuestionFormForm(DeskForm):
    """A name for a set of questions, and the questions."""

    class Meta:
        model = QuestionForm
        fields = ("name", "questions", "is_active")
        labels = {"name": _("What the form is called")}
        help_texts = {"questions": _("Ten at most, each one line: they are read out on the phone.")}

    layout = Layout(Div("name", Field("questions", wrapper_class="span-2", rows=6), "is_active", css_class="form-grid"))


def _key(question: str) -> str:
    """Return a field's name that stays with the question, however the questions are ordered."""
    return ASKED + sha256(question.encode()).hexdigest()[:12]
