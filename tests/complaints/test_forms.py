"""Deadlines as dispatchers say them, and what the forms offer."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from complaints.forms import DispatchForm, FinishForm, IntakeForm, TicketForm, TransferForm, deadlines
from complaints.forms.ticket import people_of
from frontdesk.kit.calendar import local_date, now
from tests.complaints.conftest import photo
from tests.factories import (
    CategoryFactory,
    ContractorFactory,
    DepartmentFactory,
    PartFactory,
    PersonFactory,
    PhoneFactory,
    TenureFactory,
    TicketFactory,
    UnitFactory,
    UserFactory,
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
    assert form.values() == {
        "department": None, "to": engineer, "contractor": None, "due_at": now() + dt.timedelta(hours=2), "note": "",
    }  # fmt: skip


@time_machine.travel(FRIDAY, tick=False)
def test_dispatch_form_leaves_the_deadline_to_the_target_and_says_what_that_means(office, supervisor, engineer, clerk):
    ticket = TicketFactory(office=office, first_contact=clerk, received_at=now())
    form = DispatchForm(user=supervisor, office=office, ticket=ticket)
    with translation.override("zh-hans"):
        assert dict(form.fields["deadline"].choices)["target"] == gettext("As the target says (%(due)s)") % {
            "due": "11-23 16:30"
        }
    assert form["deadline"].value() == "target"
    form, valid = dispatch({"to": engineer.pk, "deadline": "target"}, office, supervisor)
    assert valid
    assert form.values()["due_at"] is None
    assert ticket.finish_due_at is None


def test_dispatch_form_groups_people_by_department(office, supervisor, engineer, clerk):
    DepartmentFactory(office=office, name="工程部", position=1, members=[engineer])
    DepartmentFactory(office=office, name="应急组", position=2, members=[engineer, clerk])
    DepartmentFactory(office=office, name="旧部门", position=0, members=[clerk], is_active=False)
    choices = list(DispatchForm(user=supervisor, office=office).fields["to"].choices)
    grouped = {group: [name for _pk, name in people] for group, people in choices if isinstance(people, list)}
    assert grouped == {"工程部": ["李强"], "应急组": ["王敏"]}
    assert [name for pk, name in choices if pk and not isinstance(name, list)] == ["陈静"]


def test_dispatch_form_offers_departments_and_contractors_with_their_load(
    office, other_office, supervisor, engineer, clerk
):
    repairs = DepartmentFactory(office=office, name="工程部", members=[engineer, UserFactory()])
    DepartmentFactory(office=office, name="绿化部")
    DepartmentFactory(office=other_office)
    lifts = ContractorFactory(office=office, name="捷安电梯", trade="电梯")
    ContractorFactory(office=office, is_active=False)
    common = {"office": office, "first_contact": clerk}
    TicketFactory.create_batch(2, **common, department=repairs, state="dispatched")
    TicketFactory(**common, department=repairs, assignee=engineer, state="dispatched")
    TicketFactory(**common, contractor=lifts, state="accepted")
    form = DispatchForm(user=supervisor, office=office)
    with translation.override("en"):
        said = [[str(name) for pk, name in form.fields[which].choices if pk] for which in ("department", "contractor")]
    assert said == [["工程部 · 2 waiting", "绿化部 · nobody in it"], ["捷安电梯（电梯） · 1 in hand"]]


def test_dispatch_form_lets_a_person_count_more_than_the_department_filled_in(office, supervisor, engineer, clerk):
    usual, other = (DepartmentFactory(office=office, members=[clerk]) for _place in range(2))
    ticket = TicketFactory(office=office, category=CategoryFactory(office=office, department=usual))

    def chosen(department, person):
        data = {"department": department.pk, "to": person.pk, "deadline": "target"}
        form = DispatchForm(data, user=supervisor, office=office, ticket=ticket)
        assert form.is_valid()
        return form.values()["department"]

    assert chosen(usual, engineer) is None
    assert chosen(usual, clerk) == usual
    assert chosen(other, engineer) == other  # chosen on purpose: the service will refuse it


@pytest.mark.parametrize("field", ["department", "to", "contractor"])
def test_dispatch_form_does_not_know_another_offices(office, other_office, supervisor, outsider, field):
    there = {
        "department": DepartmentFactory(office=other_office, members=[outsider]),
        "to": outsider,
        "contractor": ContractorFactory(office=other_office),
    }
    form, valid = dispatch({field: there[field].pk, "deadline": "target"}, office, supervisor)
    assert not valid
    assert list(form.errors) == [field]


def test_finish_form_offers_parts_and_causes_in_use_and_those_noted_before(office, other_office, engineer):
    used, aside, noted = (PartFactory(office=office, is_active=active) for active in (True, False, False))
    PartFactory(office=other_office)
    ticket = TicketFactory(office=office, part=noted)
    form = FinishForm(user=engineer, office=office, ticket=ticket)
    assert set(form.fields["part"].queryset) == {used, noted}
    assert aside not in form.fields["part"].queryset


def finish_with(photos, engineer, office):
    files = MultiValueDict({"photo_after": photos})
    return FinishForm({"result": "修好"}, files, user=engineer, office=office)


def test_finish_form_takes_several_photos(office, engineer):
    form = finish_with([photo("一.png"), photo("二.png")], engineer, office)
    assert form.is_valid(), form.errors
    assert [upload.name for upload in form.values()["photo_after"]] == ["一.png", "二.png"]
    assert form.values()["photo_before"] == []
    assert form["photo_after"].value() == "一.png, 二.png"


def test_finish_form_refuses_too_many_or_empty_photos(office, engineer):
    assert list(finish_with([photo()] * 10, engineer, office).errors) == ["photo_after"]
    empty = SimpleUploadedFile("空.png", b"", "image/png")
    assert list(finish_with([photo(), empty], engineer, office).errors) == ["photo_after"]


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
