"""Every state × every move of every process: what may happen happens, all else is refused and leaves no trace."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from frontdesk.estate.models import Unit
from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict
from frontdesk.kit.workflow import allowed, apply
from frontdesk.staff.models import User
from frontdesk.staff.roles import ROLES, Role
from tests.factories import (
    AssessmentFactory,
    CallbackFactory,
    CompensationFactory,
    CorrectionFactory,
    DocumentFactory,
    FindingFactory,
    GoodsPassFactory,
    HandoverFactory,
    KeyFactory,
    LeaveFactory,
    MembershipFactory,
    PromiseFactory,
    ReductionFactory,
    ReversalFactory,
    RosterFactory,
    RoutineTaskFactory,
    SealOpeningFactory,
    SharedCostFactory,
    StockTakeFactory,
    SwapFactory,
    TicketFactory,
    TillFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DONE_YESTERDAY = {
    "done_at": dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    "done_on": dt.date(2026, 11, 21),
}
MAKERS = {
    "complaints.Ticket": [lambda office, user: TicketFactory(office=office, assignee=user)],
    "complaints.Compensation": [lambda office, _user: CompensationFactory(ticket__office=office)],
    "complaints.Assessment": [lambda office, _user: AssessmentFactory(ticket__office=office)],
    "complaints.Promise": [lambda office, _user: PromiseFactory(ticket__office=office)],
    "complaints.Callback": [lambda office, _user: CallbackFactory(ticket__office=office)],
    "duty.Finding": [lambda office, _user: FindingFactory(office=office)],
    "duty.Handover": [
        lambda office, user: HandoverFactory(office=office, incoming=user or UserFactory()),
        lambda office, _user: HandoverFactory(office=office),
    ],
    "duty.Leave": [
        lambda office, _user: LeaveFactory(office=office),
        lambda office, user: LeaveFactory(office=office, person=user or UserFactory()),
    ],
    "duty.Roster": [lambda office, _user: RosterFactory(office=office)],
    "duty.RoutineTask": [
        lambda office, _user: RoutineTaskFactory(
            office=office, result="已完成", reason="停工", done_by=UserFactory(), **DONE_YESTERDAY
        ),
        lambda office, user: RoutineTaskFactory(
            office=office,
            person=user or UserFactory(),
            result="已完成",
            reason="停工",
            done_by=UserFactory(),
            **DONE_YESTERDAY,
        ),
    ],
    "duty.Swap": [
        lambda office, user: SwapFactory(office=office, other=user or UserFactory()),
        lambda office, _user: SwapFactory(office=office),
    ],
    "estate.Unit": [
        lambda office, _user: UnitFactory(office=office, kind=Unit.Kind.SHOP),
        lambda office, _user: UnitFactory(office=office, kind=Unit.Kind.PARKING),
    ],
    "fees.Correction": [lambda office, _user: CorrectionFactory(bill__unit__office=office)],
    "fees.Reduction": [lambda office, _user: ReductionFactory(unit__office=office)],
    "fees.Reversal": [lambda office, _user: ReversalFactory(payment__till__office=office)],
    "fees.SharedCost": [lambda office, _user: SharedCostFactory(office=office)],
    "fees.Till": [
        lambda office, user: TillFactory(office=office, cashier=user or UserFactory()),
        lambda office, _user: TillFactory(office=office),
    ],
    "keys.Key": [
        lambda office, _user: KeyFactory(office=office),
        lambda office, _user: KeyFactory(office=office, kind="sealed", seal_number="F1"),
        lambda office, _user: KeyFactory(office=office, kind="filing"),
        lambda office, _user: SealOpeningFactory(key__office=office, state="opened").key,
    ],
    "keys.SealOpening": [
        lambda office, user: SealOpeningFactory(key__office=office, requested_by=user or UserFactory()),
        lambda office, _user: SealOpeningFactory(key__office=office, is_emergency=True),
        lambda office, _user: SealOpeningFactory(key__office=office, key__state="lost"),
        lambda office, _user: SealOpeningFactory(key__office=office, key__state="retired"),
    ],
    "keys.StockTake": [lambda office, _user: StockTakeFactory(office=office)],
    "movein.GoodsPass": [lambda office, _user: GoodsPassFactory(office=office)],
    "estate.Document": [lambda office, _user: DocumentFactory(office=office)],
}
MODELS = {model._meta.label: model for model in apps.get_models() if hasattr(model, "process")}
MOVES = [(label, move) for label, model in MODELS.items() for move in model.process]
CASES = [
    pytest.param(label, variant, move.name, state, id=f"{label}-{variant}-{move.name}-from-{state}")
    for label, move in MOVES
    for variant in range(len(MAKERS.get(label, [None])))
    for state in MODELS[label]._meta.get_field("state").flatchoices
    for state in [state[0]]
]


@pytest.fixture
def everyone(office):
    """One person who holds every role of the office."""
    user = UserFactory(name="全能")
    for role in Role.values:
        if role not in {Role.COMPANY, Role.ADMIN}:
            MembershipFactory(user=user, office=office, role=role)
    return User.objects.get(pk=user.pk)


def _make(label, variant, state, office, user):
    obj = MAKERS[label][variant](office, user)
    type(obj).objects.filter(pk=obj.pk).update(state=state)
    obj.refresh_from_db()
    return obj


@pytest.mark.parametrize(("label", "variant", "name", "state"), CASES)
def test_every_state_and_move(label, variant, name, state, office, everyone):
    obj = _make(label, variant, state, office, everyone)
    move = obj.process[name]
    if state not in move.sources or move.is_past(obj, everyone):
        expected = Conflict
    elif not move.open_to(obj, everyone):
        expected = PermissionDenied
    else:
        with apply(name, obj, by=everyone) as fresh:
            pass
        assert fresh.state == (move.target or state)
        assert history_of(obj).get().verb == name
        return
    with pytest.raises(expected), apply(name, obj, by=everyone):
        pytest.fail("must not be carried out")
    obj.refresh_from_db()
    assert (obj.state, history_of(obj).exists()) == (state, False)
    assert move not in allowed(obj, everyone)


@pytest.mark.parametrize(("label", "move"), MOVES, ids=lambda value: getattr(value, "name", value))
def test_every_move_is_refused_to_whoever_holds_no_role_for_it(label, move, office, outsider):
    obj = _make(label, 0, min(move.sources), office, None)
    with pytest.raises(PermissionDenied), apply(move.name, obj, by=outsider):
        pytest.fail("must not be carried out")


@pytest.mark.parametrize(("label", "move"), MOVES, ids=lambda value: getattr(value, "name", value))
def test_every_move_has_a_page_a_role_and_a_way_in(label, move, office):
    obj = _make(label, 0, min(move.sources), office, None)
    namespace, noun = obj._meta.app_label, obj._meta.model_name
    assert reverse(f"{namespace}:{noun}_move", args=[obj.pk, move.name])
    assert ROLES.roles_with(move.permission)
    states = set(dict(type(obj)._meta.get_field("state").flatchoices))
    assert move.sources <= states
    assert move.target is None or move.target in states


def test_every_process_has_a_maker():
    assert set(MAKERS) == set(MODELS)


@pytest.mark.parametrize(("label", "move"), MOVES, ids=lambda value: getattr(value, "name", value))
def test_every_move_says_what_somebody_did(label, move):
    """“Li Qiang took it on”, not “Take it on”: the history has words of its own."""
    with translation.override("en"):
        assert str(move.done) != str(move.label)
        assert str(move.done)[:1].islower()
