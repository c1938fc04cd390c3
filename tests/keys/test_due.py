"""Until when keys are away: extensions, the office's limits, the last day of letter and entrustment (R-KEY-08)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from frontdesk.kit.calendar import local_date, now
from frontdesk.kit.errors import DeskError
from keys import services
from keys.models import Key, Loan
from tests.keys.conftest import AGENT, OWNER

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_what_is_overdue_is_extended_by_a_supervisor_with_a_reason(lent, clerk, supervisor):
    with time_machine.travel(lent.due_at + HOUR, tick=False):
        later = now() + HOUR
        with pytest.raises(PermissionDenied):
            services.extend_loan(lent, due_at=later, reason="还在施工", by=clerk)
        with pytest.raises(DeskError):
            services.extend_loan(lent, due_at=later, reason=" ", by=supervisor)
        assert services.extend_loan(lent, due_at=later, reason="还在施工", by=supervisor).due_at == later


def test_the_page_offers_the_extension_to_who_may_give_it(lent, clerk, supervisor, client_of):
    url = reverse("keys:loan_extend", args=[lent.pk])

    def answers(user):
        client = client_of(user)
        return client.get(url).status_code, url in client.get(lent.get_absolute_url()).content.decode()

    assert (answers(clerk), answers(supervisor)) == ((200, True), (200, True))
    Loan.objects.update(lent_at=lent.lent_at - DAY, due_at=lent.lent_at - HOUR)
    assert (answers(clerk), answers(supervisor)) == ((403, False), (200, True))


def test_a_lost_key_is_not_lent_for_longer(lent, key, clerk, supervisor, client_of):
    services.report_lost(key, note="丢在地铁", by=clerk)
    with pytest.raises(DeskError):
        services.extend_loan(lent, due_at=lent.due_at + HOUR, reason="还在找", by=supervisor)
    page = client_of(supervisor).get(lent.get_absolute_url()).content.decode()
    assert reverse("keys:loan_extend", args=[lent.pk]) not in page


def test_extensions_end_with_the_offices_limit_for_the_whole_loan(lent, supervisor):
    for days in (6, 12):
        with time_machine.travel(lent.lent_at + days * DAY, tick=False):
            services.extend_loan(lent, due_at=now() + DAY, reason="还在施工", by=supervisor)
    with time_machine.travel(lent.lent_at + 13 * DAY, tick=False):
        with pytest.raises(DeskError) as refusal:
            services.extend_loan(lent, due_at=now() + 2 * DAY, reason="还在施工", by=supervisor)
        assert "14" in str(refusal.value)
        services.extend_loan(lent, due_at=now() + DAY, reason="还在施工", by=supervisor)


def test_the_limit_is_not_shorter_than_one_loan(office, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.change_settings(office, by=supervisor, expected=0, whole_minutes=60)
    assert refusal.value.field == "whole_minutes"


def test_an_expired_letter_is_refused_and_says_since_when(key, owner, clerk):
    facts = AGENT | {"letter_until": dt.date(2026, 1, 31), "confirmed_with": owner}
    with pytest.raises(DeskError) as refusal:
        services.lend_key(key, by=clerk, **facts)
    assert (refusal.value.field, "2026-01-31" in str(refusal.value)) == ("letter_until", True)


def test_nothing_is_due_after_the_letters_last_day(key, owner, clerk):
    today = local_date()
    facts = AGENT | {"letter_until": today, "confirmed_with": owner}
    with pytest.raises(DeskError) as refusal:
        services.lend_key(key, by=clerk, due_at=now() + DAY, **facts)
    assert (refusal.value.field, today.isoformat() in str(refusal.value)) == ("due_at", True)
    loan = services.lend_key(key, by=clerk, **facts)
    assert local_date(loan.due_at) == today
    with pytest.raises(DeskError):
        services.extend_loan(loan, due_at=now() + DAY, reason="还没办完", by=clerk)


def test_nothing_is_due_after_the_entrustments_last_day(key, vacant, owner, clerk):
    today = local_date()
    Key.objects.filter(pk=key.pk).update(entrusted_until=today)
    with pytest.raises(DeskError) as refusal:
        services.lend_key(vacant, also=[key], by=clerk, person=owner, due_at=now() + DAY, **OWNER)
    assert (refusal.value.field, today.isoformat() in str(refusal.value)) == ("due_at", True)
    Key.objects.filter(pk=key.pk).update(entrusted_until=today - DAY)
    with pytest.raises(DeskError) as refusal:
        services.lend_key(key, by=clerk, person=owner, **OWNER)
    assert (refusal.value.field, "K-0012" in str(refusal.value)) == ("due_at", True)


def test_the_usual_time_ends_with_the_entrustments_last_day(key, office):
    key.entrusted_until = local_date() + DAY
    late = timezone.make_aware(dt.datetime.combine(key.entrusted_until, dt.time(21)))
    with time_machine.travel(late, tick=False):
        assert timezone.localtime(services.usual_due(office, [key])).strftime("%H:%M") == "23:59"


def test_left_empty_the_due_time_reaches_no_further_than_the_letter(key, owner, clerk, client_of):
    """Late in the evening the usual hours go past midnight, the agent's letter does not."""
    evening = timezone.make_aware(dt.datetime.combine(local_date(), dt.time(22)))
    with time_machine.travel(evening, tick=False):
        client = client_of(clerk)
        address = reverse("keys:key_move", args=[key.pk, "lend_key"])
        form = client.get(address).context["form"]
        assert "02:00" in form.fields["due_at"].help_text
        answer = client.post(
            address,
            {
                **AGENT,
                "once": str(uuid4()),
                "letter_until": local_date().isoformat(),
                "called": "on",
                "confirmed_with": owner.pk,
            },
        )
        assert answer.status_code == 302, answer.context["form"].errors
    assert timezone.localtime(Loan.objects.get().due_at).strftime("%H:%M") == "23:59"
