"""The office's own figures for keys."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from frontdesk.kit.durations import said
from frontdesk.kit.errors import Conflict, DeskError
from keys import services
from keys.models import KeySettings

pytestmark = pytest.mark.django_db
URL = "/key-settings/"


def filled_in(client):
    form = client.get(URL).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


def test_an_office_without_its_own_goes_by_the_defaults(office):
    own = KeySettings.of(office)
    assert (own.pk, own.minutes_for("entrusted"), own.minutes_for("filing")) == (None, 240, 240)


def test_change_is_kept_and_counts_versions(office, supervisor, manager):
    row = services.change_settings(office, by=supervisor, expected=0, vacant_minutes=45)
    assert (row.version, KeySettings.of(office).minutes_for("vacant")) == (1, 45)
    with pytest.raises(Conflict):
        services.change_settings(office, by=manager, expected=0, vacant_minutes=50)


def test_change_is_refused_for_figures_that_cannot_be(office, supervisor, clerk):
    with pytest.raises(DeskError) as refusal:
        services.change_settings(office, by=supervisor, expected=0, rework_minutes=20_000)
    assert (refusal.value.field, KeySettings.objects.exists()) == ("rework_minutes", False)
    with pytest.raises(PermissionDenied):
        services.change_settings(office, by=clerk, expected=0)


def test_page_saves_what_is_said_in_words(office, supervisor, client_of):
    client = client_of(supervisor)
    answer = client.post(URL, filled_in(client) | {"vacant_minutes": "1小时30分", "stocktake_day": "20"})
    assert answer.status_code == 302
    own = KeySettings.of(office)
    assert (own.vacant_minutes, own.stocktake_day, own.entrusted_minutes) == (90, 20, 240)


def test_page_shows_both_texts_to_the_second_of_two(office, supervisor, manager, client_of):
    one, other = client_of(supervisor), client_of(manager)
    stale = filled_in(one)
    other.post(URL, filled_in(other) | {"vacant_minutes": "1小时"})
    answer = one.post(URL, stale | {"remind_before": "20分"})
    assert answer.status_code == 409
    with translation.override("zh-hans"):
        assert [(row.now, row.yours, row.mine) for row in answer.context["differences"]] == [
            (said(60, day=1440), said(120, day=1440), False),
            (said(30, day=1440), said(20, day=1440), True),
        ]


@pytest.mark.parametrize(
    ("name", "text"), [("remind_every", "5分"), ("vacant_minutes", "soon"), ("stocktake_day", "31")]
)
def test_page_shows_an_error_at_its_field(office, supervisor, client_of, name, text):
    client = client_of(supervisor)
    answer = client.post(URL, filled_in(client) | {name: text})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [name])
