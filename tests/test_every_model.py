"""Every table: its rows belong to one office and are seen by nobody from another."""

from __future__ import annotations

import pytest
from django.apps import apps

from frontdesk.estate.models import Office
from frontdesk.kit.scoping import Scoped, ScopedQuerySet, office_of
from tests import factories

pytestmark = pytest.mark.django_db

APPS = ("frontdesk.", "complaints.", "fees.", "keys.", "movein.", "duty.")
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith(("frontdesk.", "complaints.", "fees.", "keys.", "movein.", "duty."))
    and not model._meta.proxy
]
UNSCOPED = {
    "staff.User": "a person may work in several offices; scoped through memberships",
    "duty.CalendarFeed": "belongs to a person",
    "kit.OnceKey": "belongs to a person and is never shown",
    "kit.Notification": "belongs to a person",
    "kit.Heartbeat": "one row for the installation",
    "kit.KeyFingerprint": "one row for each key of the installation",
}
NOT_OF_ONE_OFFICE = {"staff.Membership", "kit.Activity", "kit.Attachment", "kit.Job", "kit.Holiday"}
SCOPED = [model for model in OURS if model._meta.label not in UNSCOPED]
FACTORIES = {
    factory._meta.model: factory
    for factory in vars(factories).values()
    if isinstance(factory, type)
    and issubclass(factory, factories.DjangoModelFactory)
    and factory is not factories.DjangoModelFactory
}


def _ids(models):
    return [model._meta.label for model in models]


@pytest.mark.parametrize("model", SCOPED, ids=_ids(SCOPED))
def test_every_model_names_its_way_to_the_office(model):
    assert issubclass(model, Scoped)
    assert isinstance(model._default_manager.all(), ScopedQuerySet)
    found = model
    for step in [] if model.office_path == "pk" else model.office_path.split("__"):
        field = found._meta.get_field(step)
        assert model._meta.label in NOT_OF_ONE_OFFICE or not field.null
        found = field.related_model
    assert found is Office


@pytest.mark.parametrize("model", SCOPED, ids=_ids(SCOPED))
def test_every_row_is_seen_in_its_office_and_in_no_other(model, supervisor, outsider, company):
    row = FACTORIES[model]()
    office = office_of(row)
    supervisor.memberships.update(office=office)
    assert row in model._default_manager.visible_to(supervisor)
    assert row in model._default_manager.visible_to(company)
    assert row in model._default_manager.of_office(office)
    assert row not in model._default_manager.visible_to(outsider)
    assert str(row)


def test_every_unscoped_model_is_one_of_the_known(clerk):
    labels = {model._meta.label for model in OURS if not issubclass(model, Scoped)}
    assert labels == set(UNSCOPED)


@pytest.mark.parametrize("model", OURS, ids=_ids(OURS))
def test_no_deletion_takes_records_along(model):
    """Only rows that are nothing without their owner may go with it; history may never."""
    cascading = {
        field.remote_field.on_delete.__name__
        for field in model._meta.concrete_fields
        if field.remote_field is not None and field.remote_field.on_delete.__name__ == "CASCADE"
    }
    may = {"estate.Phone", "kit.OnceKey", "kit.Notification", "kit.Holiday", "kit.SearchTerm"}
    assert not cascading or model._meta.label in may
