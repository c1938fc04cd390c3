"""Publishing: who may, what stops it, who is told, and that drafts are nobody else's business."""

from __future__ import annotations

import pytest

from duty.models import Roster
from duty.services import drafting, editing, publishing
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.models import Notification
from tests.duty.months import day, put, takes, team
from tests.racing import kinds, together


@pytest.fixture
def planned(draft, office, early, late):
    """A draft with two people in it."""
    takes(early, late)
    people = team(office, 2)
    put(draft, people[0], early, 7, 8)
    put(draft, people[1], late, 7)
    draft.people = people
    return draft


def test_publishing_is_the_first_edition_and_tells_who_stands_in_it(planned, supervisor):
    fresh = publishing.publish_roster(planned, by=supervisor)
    assert (fresh.state, fresh.edition, fresh.published_by) == ("published", 1, supervisor)
    assert [(row.user.name, row.text) for row in Notification.objects.order_by("user__name")] == [
        ("同事1", "2026-12的排班表已发布。"),
        ("同事2", "2026-12的排班表已发布。"),
    ]


def test_a_month_is_published_once(planned, supervisor):
    publishing.publish_roster(planned, by=supervisor)
    with pytest.raises(Conflict):
        publishing.publish_roster(planned, by=supervisor)


def test_an_empty_month_is_not_published(draft, office, early, supervisor):
    team(office, 1)
    with pytest.raises(DeskError, match="还没有人"):
        publishing.publish_roster(draft, by=supervisor)


def test_a_broken_hard_rule_stops_it_with_its_sentence(planned, early, supervisor):
    put(planned, planned.people[1], early, 8)
    with pytest.raises(DeskError, match="同事2：12-08上班前只休息了8小时"):
        publishing.publish_roster(planned, by=supervisor)
    assert Roster.objects.get().state == "draft"


def test_while_the_optimiser_is_at_work_nothing_is_published(planned, supervisor):
    drafting.order_draft(planned, by=supervisor)
    with pytest.raises(Conflict, match="正在排"):
        publishing.publish_roster(planned, by=supervisor)


def test_unpublished_months_are_for_who_makes_them(planned, clerk, supervisor, company, outsider):
    def seen(user):
        return Roster.objects.visible_to(user).readable_by(user).exists()

    assert [seen(user) for user in (clerk, supervisor, company, outsider)] == [False, True, False, False]
    publishing.publish_roster(planned, by=supervisor)
    assert [seen(user) for user in (clerk, supervisor, company, outsider)] == [True, True, True, False]


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_publishing_at_once_are_one_after_the_other(planned, early, supervisor, manager):
    """Either the cell is in the first edition, or it asked for a reason: never a silent change of what is published."""
    edit = {"person": planned.people[1], "date": day(10), "shift_type": early, "expected": None}
    outcomes = together(
        lambda: publishing.publish_roster(planned, by=supervisor),
        lambda: editing.set_cell(planned, by=manager, **edit),
    )
    there = planned.assignments.filter(date=day(10)).exists()
    assert kinds(outcomes) == (["MonthProblem", "Roster"] if there else ["DeskError", "Roster"])
    assert Roster.objects.get().edition == 1
