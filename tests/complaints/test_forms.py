"""Deadlines as dispatchers say them, and what the forms offer."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from complaints.forms import DispatchForm, FinishForm, IntakeForm, TicketForm, TransferForm, deadlines
from complaints.forms.ticket import people_of
from frontdesk.kit.calendar import local_date, now
from tests.factories import (
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = dt.datetime(2026, 11, 20, 16, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hours", dt.datetime(2026, 11, 20, 18, 30, tzinfo=SHANGHAI)),
        ("today", dt.datetime(2026, 11, 20, 18, tzinfo=SHANGHAI)),
        ("tomorrow", dt.datetime(2026, 11, 21, 18, tzinfo=SHANGHAI)),
        ("days", dt.datetime(2026, 11, 25, 18, tzinfo=SHANGHAI)),
    ],
)
def test_quick_deadlines_on_a_friday_afternoon(office, name, expected):
    assert deadlines.moment(name, office, FRIDAY) == expected


def test_three_working_days_step_over_the_national_holiday(office):
    before = dt.datetime(2026, 9, 30, 10, tzinfo=SHANGHAI)
    assert deadlines.moment("days", office, before).date() == dt.date(2026, 10, 10)


def test_today_is_not_offered_after_six():
    assert [name for name, _label in deadlines.offered(FRIDAY)] == ["hours", "today", "tomorrow", "days"]
    late = FRIDAY.replace(hour=18, minute=0)
    assert [name for name, _label in deadlines.offered(late)] == ["hours", "tomorrow", "days"]


def dispatch(data, office, supervisor):
    form = DispatchForm(data, user=supervisor, office=office)
    return form, form.is_valid()


@time_machine.travel(FRIDAY, tick=False)
def test_dispatch_form_turns_the_quick_choice_into_a_moment(office, supervisor, engineer):
    form, valid = dispatch({"to": engineer.pk, "deadline": "hours"}, office, supervisor)
    assert valid
    assert form.values() == {"to": engineer, "due_at": now() + dt.timedelta(hours=2), "note": ""}


@time_machine.travel(FRIDAY, tick=False)
def test_dispatch_form_takes_a_typed_time_over_the_quick_choice(office, supervisor, engineer):
    form, valid = dispatch({"to": engineer.pk, "deadline": "hours", "due_at": "2026-12-01T12:00"}, office, supervisor)
    assert valid
    assert form.values()["due_at"] == dt.datetime(2026, 12, 1, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize("due_at", ["", "2026-99-99T12:00"])
def test_dispatch_form_wants_a_time_for_another_time(office, supervisor, engineer, due_at):
    form, valid = dispatch({"to": engineer.pk, "deadline": "other", "due_at": due_at}, office, supervisor)
    assert not valid
    assert list(form.errors) == ["due_at"]


def test_dispatch_form_offers_engineers_first_with_their_load(office, supervisor, engineer, clerk, guard, outsider):
    TicketFactory(office=office, first_contact=clerk, assignee=engineer, state="accepted")
    TicketFactory(office=office, first_contact=clerk, assignee=engineer, state="archived")
    people = list(DispatchForm(user=supervisor, office=office).fields["to"].queryset)
    assert people[0] == engineer
    assert people[0].in_hand == 1
    assert set(people) == {engineer, clerk, supervisor}


def test_transfer_form_offers_who_may_reply(office, supervisor, engineer, clerk, cashier, guard, outsider):
    form = TransferForm(user=supervisor, office=office)
    assert set(form.fields["to"].queryset) == {clerk, cashier, supervisor}


@pytest.mark.parametrize("charge", ["-1", "1.234", "NaN", "1e400", "12345678901"])
def test_finish_form_refuses_what_is_no_amount(office, engineer, charge):
    form = FinishForm({"result": "修好", "charge": charge}, user=engineer, office=office)
    assert list(form.errors) == ["charge"]


@pytest.fixture
def household(office):
    """A unit with an owner who has a phone, a tenant who left, and a neighbour elsewhere."""
    unit = UnitFactory(office=office, code="3-2-1502")
    owner = TenureFactory(unit=unit, person__name="张伟").person
    PhoneFactory(person=owner, number="13812345678")
    TenureFactory(unit=unit, role="tenant", person__name="李四", ends=local_date() - dt.timedelta(days=1))
    TenureFactory(unit=UnitFactory(office=office), person__name="王五")
    return unit


def test_callers_are_the_people_of_the_unit_today(household, office, clerk):
    form = TicketForm(initial={"unit": household.pk}, user=clerk, office=office)
    field = form.fields["person"]
    with translation.override("en"):
        labels = [field.label_from_instance(person) for person in field.queryset]
    assert labels == ["张伟 · Owner · 138****5678"]


def test_callers_keep_whom_the_ticket_names_already(household, office):
    former = PersonFactory(office=office, name="搬走的人")
    assert former in people_of(household.pk, former.pk)
    assert people_of(None).count() == 0


def facts(**more):
    return {
        "kind": "repair",
        "channel": "phone",
        "subject": "漏水",
        "once": "7d0d6f5e-7a83-4f8e-a0a2-3f8d4b1f5a11",
        **more,
    }


def test_intake_form_refuses_another_offices_household(office, other_office, clerk):
    form = IntakeForm(facts(unit=UnitFactory(office=other_office).pk), user=clerk, office=office)
    assert list(form.errors) == ["unit"]


def test_intake_form_refuses_a_person_who_is_not_of_the_unit(household, office, clerk):
    stranger = PersonFactory(office=office)
    form = IntakeForm(facts(unit=household.pk, person=stranger.pk), user=clerk, office=office)
    assert list(form.errors) == ["person"]


def test_intake_form_takes_a_typed_unit_code_without_javascript(household, office, clerk):
    form = IntakeForm(facts(unit__text="３-2-1502"), user=clerk, office=office)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["unit"] == household


def test_intake_form_wants_the_answer_given_on_the_spot(office, clerk):
    form = IntakeForm(facts(answered_on_the_spot="on", reply=" "), user=clerk, office=office)
    assert list(form.errors) == ["reply"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("subject", "长" * 121), ("body", "长" * 10_001), ("subject", "坏\x00字"), ("kind", "joke"), ("unit", "9" * 30)],
)
def test_intake_form_refuses_what_cannot_be_kept(office, clerk, field, value):
    form = IntakeForm(facts(**{field: value}), user=clerk, office=office)
    assert list(form.errors) == [field]


@pytest.mark.parametrize("subject", ["=1+1", "+86", "😀 电梯", "@SUM(A1)", "«עברית» 漏水"])
def test_intake_form_takes_odd_but_honest_text(office, clerk, subject):
    form = IntakeForm(facts(subject=subject, body="a\r\nb" + "长" * 9_990), user=clerk, office=office)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["subject"] == subject
