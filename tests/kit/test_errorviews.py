"""Refusals and failures answer in the reader's language, ask no database, and keep what was typed."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from frontdesk.kit import errorviews
from frontdesk.kit.errors import Conflict, DeskError, KeyReused
from frontdesk.kit.kept import kept_form

TYPED = {"unit": "17", "kind": "repair", "contact_name": "张伟", "detail": "水管爆了，\n已关总阀", "once": "5b0d"}


@pytest.fixture
def ours():
    """Make POSTs of our own pages."""
    return RequestFactory(headers={"sec-fetch-site": "same-origin"})


def post(factory, data=TYPED, path="/tickets/add/"):
    request = factory.post(path, data)
    request.user = AnonymousUser()
    request.request_id = "4f2a9c11aa"
    return request


def caused(error, cause):
    error.__cause__ = cause
    return error


def locked_out():
    message = "database is locked"
    raise OperationalError(message)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (OperationalError("database is locked"), True),
        (OperationalError("database or disk is full"), True),
        (OperationalError("no such table: estate_unit"), False),
        (caused(OperationalError("lock timeout"), psycopg.errors.LockNotAvailable()), True),
        (caused(OperationalError("gone"), psycopg.OperationalError()), True),
        (caused(InterfaceError("connection already closed"), psycopg.InterfaceError()), True),
        (caused(OperationalError("out of memory for you"), psycopg.errors.SyntaxError()), False),
        (caused(IntegrityError("locked"), sqlite3.IntegrityError()), False),
        (ValueError("locked"), False),
        (None, False),
    ],
)
def test_will_pass(error, passes):
    assert errorviews.will_pass(error) is passes


def test_unavailable_keeps_the_form(ours):
    response = errorviews.unavailable(post(ours))
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "15"
    assert 'action="/tickets/add/"' in page
    assert "水管爆了，\n已关总阀</textarea>" in page
    assert '<input type="hidden" name="unit" value="17">' in page
    assert '<input type="hidden" name="once" value="5b0d">' in page
    assert page.count('name="csrfmiddlewaretoken"') == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [(Conflict("李娜已派单。"), 409), (KeyReused("内容不同。"), 422), (DeskError("已超过期限。"), 400)],
)
def test_middleware_turns_a_refusal_into_its_page(ours, error, status):
    response = errorviews.RefusalMiddleware(HttpResponse).process_exception(post(ours), error)
    assert response.status_code == status
    page = response.content.decode()
    assert str(error) in page
    assert "张伟" in page
    assert "csrfmiddlewaretoken" not in page  # read it, copy it, but do not send it again from here


def test_middleware_turns_a_locked_database_into_503(ours):
    middleware = errorviews.RefusalMiddleware(HttpResponse)
    assert middleware.process_exception(post(ours), OperationalError("database is locked")).status_code == 503


def test_middleware_leaves_other_errors(ours):
    assert errorviews.RefusalMiddleware(HttpResponse).process_exception(post(ours), KeyError("x")) is None


def test_server_error_while_the_database_is_locked_is_503(ours):
    try:
        locked_out()
    except OperationalError:
        response = errorviews.server_error(post(ours))
    assert response.status_code == 503


def test_server_error_offers_the_form_again(ours):
    response = errorviews.server_error(post(ours))
    assert response.status_code == 500
    assert "4f2a9c11" in response.content.decode()
    assert 'name="detail"' in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [(errorviews.bad_request, 400), (errorviews.permission_denied, 403), (errorviews.not_found, 404)],
)
def test_pages_speak_the_language_in_force(view, status, rf):
    request = rf.get("/x/")
    for language, words in (("zh-hans", "回工作台"), ("en", "To the desk")):
        with translation.override(language):
            response = view(request, None)
        assert response.status_code == status
        assert f'<html lang="{language}">' in response.content.decode()
        assert words in response.content.decode()


def test_page_that_cannot_be_rendered_is_plain_words(rf, monkeypatch):
    def broken(*_args, **_kwargs):
        message = "Missing staticfiles manifest entry"
        raise ValueError(message)

    monkeypatch.setattr(errorviews, "render", broken)
    response = errorviews.server_error(rf.get("/x/"))
    assert response.status_code == 500
    assert "系统出错" in response.content.decode()


def test_csrf_failure_of_our_own_old_page_may_be_sent_again(ours):
    page = errorviews.csrf_failure(post(ours)).content.decode()
    assert 'name="detail"' in page
    assert 'name="csrfmiddlewaretoken"' in page


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {}],
)
def test_csrf_failure_of_another_site_is_shown_nothing_back(headers):
    response = errorviews.csrf_failure(post(RequestFactory(headers=headers)))
    assert response.status_code == 403
    assert "张伟" not in response.content.decode()


def test_csrf_failure_without_sec_fetch_believes_the_origin():
    page = errorviews.csrf_failure(post(RequestFactory(headers={"origin": "http://testserver"}))).content.decode()
    assert "张伟" in page


def test_missing_token_reaches_our_page(db):
    client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"})
    response = client.post("/login/", {"username": "wang", "password": "geheim"})
    assert response.status_code == 403
    assert "geheim" not in response.content.decode()


@pytest.mark.parametrize("secret", ["password", "new_password1", "pin", "pin2", "otp"])
def test_kept_form_never_shows_a_secret(ours, secret):
    assert kept_form(post(ours, TYPED | {secret: "123456"})) is None


@pytest.mark.parametrize("name", ["opinion", "goods_pass", "shipping_note"])
def test_kept_form_keeps_names_that_only_look_secret(ours, name):
    assert [field.name for field in kept_form(post(ours, {name: "很好！"})).fields] == [name]


def test_kept_form_labels_fields_in_the_language(ours, monkeypatch):
    monkeypatch.setattr("frontdesk.kit.kept._", {"Contact name": "联系人", "Detail": "Detail", "detail": "详情"}.get)
    data = {"contact_name": "张伟", "detail": "漏水了"}
    assert [field.label for field in kept_form(post(ours, data)).fields] == ["联系人", "详情"]


def test_kept_form_of_nothing_typed(ours, rf):
    assert kept_form(rf.get("/tickets/add/")) is None
    assert kept_form(post(ours, {})) is None
    assert kept_form(post(ours, {"kind": "repair"}), may_resend=False) is None


def test_kept_form_of_too_much(ours):
    assert kept_form(post(ours, {"detail": "长" * 200_001})) is None


def test_kept_form_of_a_body_too_large_to_read(ours, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert kept_form(post(ours)) is None


def test_database_errors_of_other_kinds_stay_errors():
    assert errorviews.will_pass(DatabaseError("locked")) is False
