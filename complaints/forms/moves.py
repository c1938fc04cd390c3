"""What each move of a ticket asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import Count, Prefetch, Q
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from complaints.forms import deadlines
from complaints.models import Cause, Contractor, Department, Part
from complaints.workflow import UNDER_WAY, TicketState
from frontdesk.kit.forms import DeskPlainForm, PhotosField
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.models import Ticket

BY_TARGET, OWN_DATE = "target", "other"


def _text(
    label: Any, *, rows: int = 3, max_length: int = 2000, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "data-draft": True}),
    )


class ByTeam(ModelChoiceIterator):
    """People under the department they belong to, the first where it is several."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups: dict[str, list[Any]] = {}
        for person in self.queryset:
            team = next((team.name for team in getattr(person, "teams", ())), "")
            groups.setdefault(team, []).append(self.choice(person))
        for team, people in groups.items():
            if team:
                yield (team, people)
        yield from groups.get("", ())


class HandlerField(forms.ModelChoiceField):
    """Who can be sent, engineers first, each with how much they have in hand."""

    iterator = ByTeam

    def label_from_instance(self, obj: Any) -> str:
        """Return the name and the load."""
        load = getattr(obj, "in_hand", 0)
        return _("%(name)s · %(count)s in hand") % {"name": obj.name, "count": load} if load else obj.name


class DepartmentField(forms.ModelChoiceField):
    """A department, with how much waits there to be taken on; one that could take nothing says so."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        if not getattr(obj, "able", 1):
            return _("%(name)s · nobody in it") % {"name": obj.name}
        load = getattr(obj, "waiting", 0)
        return _("%(name)s · %(count)s waiting") % {"name": obj.name, "count": load} if load else obj.name


class ContractorField(forms.ModelChoiceField):
    """A contractor, with the trade and how much is with him."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        name = f"{obj.name}（{obj.trade}）" if obj.trade else obj.name
        load = getattr(obj, "in_hand", 0)
        return _("%(name)s · %(count)s in hand") % {"name": name, "count": load} if load else name


def handlers(office: Any) -> Any:
    """Return who takes tickets in an office today, engineers first, with load (`in_hand`) and departments (`teams`)."""
    in_hand = Count("assigned_tickets", filter=Q(assigned_tickets__state__in=UNDER_WAY))
    people = User.objects.who_may("complaints.accept_ticket", office).annotate(in_hand=in_hand)
    engineers = User.objects.working_in(office, Role.ENGINEER).values("pk")
    teams = Prefetch("departments", Department.objects.of_office(office).in_use(), to_attr="teams")
    return people.alias(first=Q(pk__in=engineers)).order_by("-first", "name", "pk").prefetch_related(teams)


def departments(office: Any) -> Any:
    """Return an office's departments with who could take something on (`able`) and what waits there (`waiting`)."""
    free = Q(tickets__state=TicketState.DISPATCHED, tickets__assignee__isnull=True)
    able = Q(members__in=User.objects.who_may("complaints.accept_ticket", office).values("pk"))
    return (
        Department.objects.of_office(office)
        .in_use()
        .annotate(
            able=Count("members", filter=able, distinct=True), waiting=Count("tickets", filter=free, distinct=True)
        )
    )


class DispatchForm(DeskPlainForm):
    """R-TKT-06: to a department, a person, a contractor; until when."""

    department = DepartmentField(
        label=_("Department"),
        queryset=Department.objects.none(),
        required=False,
        help_text=_("Nobody named: whichever member takes it on."),
    )
    to = HandlerField(label=_("Engineer or colleague"), queryset=User.objects.none(), required=False)
    contractor = ContractorField(
        label=_("Contractor"),
        queryset=Contractor.objects.none(),
        required=False,
        help_text=_("Followed by whoever is named above, else by you."),
    )
    deadline = forms.ChoiceField(label=_("Deadline"), widget=forms.RadioSelect)
    due_at = forms.DateTimeField(label=_("Another time"), required=False)
    note = _text(_("Note for the engineer"), rows=2, required=False)

    layout = Layout(
        Div(
            "department",
            "to",
            "contractor",
            "note",
            Field("deadline", wrapper_class="span-2"),
            "due_at",
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, ticket: Ticket | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        self.fields["to"].queryset = handlers(self.office)
        self.fields["department"].queryset = departments(self.office)
        in_hand = Count("tickets", filter=Q(tickets__state__in=UNDER_WAY))
        contractors = Contractor.objects.of_office(self.office).in_use().annotate(in_hand=in_hand)
        self.fields["contractor"].queryset = contractors
        by_target = (BY_TARGET, deadlines.by_target(ticket))
        self.fields["deadline"].choices = [by_target, *deadlines.offered(), (OWN_DATE, _("Another time"))]
        self.fields["deadline"].initial = BY_TARGET

    def clean(self) -> dict[str, Any]:
        """Turn the quick choice into a moment; a time typed in counts more."""
        data = super().clean() or self.cleaned_data
        choice = data.pop("deadline", OWN_DATE)
        if choice == OWN_DATE or "due_at" in self.changed_data:
            if not data.get("due_at") and "due_at" not in self.errors:
                self.add_error("due_at", _("Choose until when."))
        else:
            data["due_at"] = None if choice == BY_TARGET else deadlines.moment(choice, self.office)
        self._let_the_person_count(data)
        return data

    def _let_the_person_count(self, data: dict[str, Any]) -> None:
        """Leave out a department that was only filled in when a person of another one was chosen."""
        department, person = data.get("department"), data.get("to")
        if self.ticket is None or department is None or person is None or department in getattr(person, "teams", ()):
            return
        category = self.ticket.category
        if department.pk in {self.ticket.department_id, category.department_id if category else None}:
            data["department"] = None


class RedispatchForm(DispatchForm):
    """As dispatching; `holder` is who had it when the form was opened."""

    holder = forms.CharField(widget=forms.HiddenInput, required=False)


class AgreeVisitForm(DeskPlainForm):
    """R-TKT-03: when somebody comes."""

    visit_from = forms.DateTimeField(label=_("Visit from"))
    visit_to = forms.DateTimeField(label=_("Visit until"))
    note = _text(_("Note"), rows=2, required=False)


class ArriveForm(DeskPlainForm):
    """How it looks before anybody touches it."""

    photo_before = PhotosField(label=_("Photos before the work"), required=False)
    note = _text(_("Note"), rows=2, required=False)


class FinishForm(DeskPlainForm):
    """What was done, at what and why, with what, what the resident paid, how it looks now."""

    result = _text(_("What was done"))
    part = forms.ModelChoiceField(label=_("Part"), queryset=Part.objects.all(), required=False)
    cause = forms.ModelChoiceField(label=_("Cause"), queryset=Cause.objects.all(), required=False)
    material = forms.CharField(label=_("Material used"), max_length=500, required=False)
    charge = forms.DecimalField(label=_("Charged (yuan)"), max_digits=8, decimal_places=2, min_value=0, required=False)
    photo_before = PhotosField(label=_("Photos before the work"), required=False)
    photo_after = PhotosField(label=_("Photos after the work"), required=False)

    free_text = ("material",)

    def __init__(self, *args: Any, ticket: Ticket | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("part", "cause"):
            field: Any = self.fields[name]
            field.queryset = field.queryset.in_use(getattr(ticket, f"{name}_id", None))


class HandBackForm(DeskPlainForm):
    """Why it goes back."""

    reason = _text(_("Why it goes back"), rows=2, help_text=_("The dispatchers and whoever answers for it read this."))


class ReplyForm(DeskPlainForm):
    """What the resident was told (R-TKT-01)."""

    reply = _text(_("What was replied"))


class ReopenForm(DeskPlainForm):
    """Why it begins anew."""

    reason = _text(_("Why it is opened again"), rows=2)


class CommentForm(DeskPlainForm):
    """How it stands (R-TKT-07)."""

    note = _text(_("Note"))


class TransferForm(DeskPlainForm):
    """R-TKT-05: who answers for it from now on, and why."""

    to = forms.ModelChoiceField(label=_("Who answers for it now"), queryset=User.objects.none())
    reason = _text(_("Why somebody else answers for it"), rows=2)
    holder = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.who_may("complaints.reply_ticket", self.office)
