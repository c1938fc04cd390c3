"""Who answers for a damage, what is paid for it, what an expert is asked (R-TKT-09, R-TKT-10)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Div, Field, Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_lazy as _

from complaints.models import Compensation, Party
from complaints.services.assessing import PAPERS
from complaints.services.settings import settings_of
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm, version_token
from frontdesk.kit.forms.version import Seen, read_token
from frontdesk.kit.money import format_yuan

if TYPE_CHECKING:
    from complaints.models import Ticket

YUAN = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?", re.ASCII)
TWO_WEEKS = dt.timedelta(days=14)


class YuanField(forms.DecimalField):
    """An amount of yuan with at most two decimals, in plain digits; what is written otherwise is nobody's guess."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=10, decimal_places=2, widget=widget, **options)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the amount."""
        if isinstance(value, str):
            value = value.strip()
            if value and not YUAN.fullmatch(value):
                raise ValidationError(_("Write an amount in yuan such as 300 or 300.50."), code="invalid")
        return super().to_python(value)

    def said(self, value: Any) -> str:
        """Write an amount the same however it is kept: 500.00; what is none stays as it was typed."""
        return value if isinstance(value, str) else f"{value:.2f}"


def _text(label: Any, *, rows: int = 2, max_length: int = 500, required: bool = True, help_text: Any = "") -> Any:
    widget = forms.Textarea(attrs={"rows": rows, "data-draft": True})
    return forms.CharField(label=label, max_length=max_length, required=required, help_text=help_text, widget=widget)


class SharesTable(LayoutObject):
    """Where the table of parties stands in the form."""

    def render(self, form: Any, context: Any, *_args: Any, **_kwargs: Any) -> str:
        """Draw one row per party: its share, and why."""
        return render_to_string("complaints/_shares.html", {"form": form, "csrf_token": context.get("csrf_token")})


@dataclass(frozen=True)
class Standing:
    """The analysis of one ticket as a form marks it: which ticket, which analysis (`standing_of`)."""

    pk: int
    version: int


class ResponsibilityForm(DeskPlainForm):
    """R-TKT-10: the share of each party, and why."""

    free_text = tuple(f"{party}_reason" for party in Party.values)
    layout = Layout(SharesTable())

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {row.party: row for row in ticket.responsibilities.all()}
        self.standing = Standing(ticket.pk, max((row.pk for row in rows.values()), default=0))
        for party, label in Party.choices:
            row = rows.get(party)
            words = {"party": label}
            self._add(
                f"{party}_share",
                forms.IntegerField(
                    label=gettext("%(party)s: share (%%)") % words,
                    required=False,
                    min_value=0,
                    max_value=100,
                    initial=row and row.share,
                ),
            )
            self._add(
                f"{party}_reason",
                forms.CharField(
                    label=gettext("%(party)s: why") % words,
                    required=False,
                    max_length=200,
                    initial=row.reason if row else "",
                ),
            )
        shown = {name: field.initial for name, field in self.fields.items() if name != "once"}
        token = version_token(self.standing, shown)
        self.fields["version"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=token)
        self.fields.pop("once", None)  # sent twice it says the same

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._prepare(name, field)

    @property
    def seen(self) -> Seen | None:
        """Return which analysis was on the screen."""
        return read_token(self.data.get("version", ""), self.standing)

    def stored(self, name: str) -> Any:
        """Return what the analysis says now."""
        return self.fields[name].initial

    def clean(self) -> dict[str, Any]:
        """Ask for the share where only a reason was given."""
        data = super().clean() or self.cleaned_data
        for party in Party.values:
            if data.get(f"{party}_reason") and not data.get(f"{party}_share") and f"{party}_share" not in self.errors:
                self.add_error(f"{party}_share", _("What share?"))
        return data

    def shares(self) -> dict[str, tuple[int, str]]:
        """Return party → (percent, why)."""
        data = self.cleaned_data
        return {party: (data[f"{party}_share"] or 0, data[f"{party}_reason"]) for party in Party.values}

    def rows(self) -> list[dict[str, Any]]:
        """Return the table: per party the two cells."""
        return [
            {"party": party, "label": label, "share": self[f"{party}_share"], "reason": self[f"{party}_reason"]}
            for party, label in Party.choices
        ]


class CompensationForm(DeskForm):
    """R-TKT-09: how much, to whom, for what; who else is involved decides on the level with it."""

    amount = YuanField(label=_("Amount (yuan)"), min_value=Decimal("0.01"))

    class Meta:
        model = Compensation
        fields = ("amount", "payee", "proposal", "other_departments")
        labels = {
            "payee": _("Paid to"),
            "proposal": _("What is paid for"),
            "other_departments": _("Other departments are involved"),
        }
        widgets = {"proposal": forms.Textarea(attrs={"rows": 3, "data-draft": True})}

    layout = Layout(
        Div(
            "amount",
            "payee",
            Field("proposal", wrapper_class="span-2"),
            Field("other_departments", wrapper_class="span-2"),
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            self.fields["amount"].help_text = levels_in_words(self.office)


def levels_in_words(office: Any) -> str:
    """Say up to which amount each level goes in an office."""
    own = settings_of(office)
    words = {"one": format_yuan(own.level_one_up_to), "two": format_yuan(own.level_two_up_to)}
    return gettext("Level 1 up to %(one)s, level 2 up to %(two)s or with other departments, level 3 above.") % words


class DecideForm(DeskPlainForm):
    """Approve what is on the screen: `as_seen` is the version of the proposal it shows."""

    remarks = _text(_("Remarks"), required=False)
    as_seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SendBackForm(DecideForm):
    """What is to be changed."""

    remarks = _text(_("What is to be changed"), help_text=_("Whoever proposed it reads this."))


class PayForm(DeskPlainForm):
    """On which day, by which voucher."""

    voucher = forms.CharField(label=_("Voucher no."), max_length=40)
    paid_on = forms.DateField(label=_("Paid on"), initial=local_date)


class WithdrawForm(DeskPlainForm):
    """Why it is taken back."""

    reason = _text(_("Why it is withdrawn"))


class AssessmentForm(DeskPlainForm):
    """R-TKT-10: what an expert is asked, and until when."""

    expert = forms.CharField(label=_("Expert"), max_length=80, help_text=_("The institute or person who is asked."))
    due_on = forms.DateField(label=_("Answer by"), initial=lambda: local_date() + TWO_WEEKS)
    question = _text(_("What is to be assessed"), rows=3, max_length=1_000)

    free_text = ("expert",)


class AnswerAssessmentForm(DeskPlainForm):
    """What was found, and the paper that says so."""

    finding = _text(_("Finding"), rows=4, max_length=2_000)
    paper = forms.FileField(
        label=_("The expert's paper"),
        help_text=_("A PDF or a photo, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{kind}" for kind in sorted(PAPERS))}),
    )
