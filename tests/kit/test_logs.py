from __future__ import annotations

import json
import logging
import secrets
import sys

import pytest

from frontdesk.kit.context import context
from frontdesk.kit.logs import ContextFilter, JsonFormatter, PlainFormatter


@pytest.fixture
def record():
    record = logging.LogRecord("frontdesk.kit", logging.INFO, __file__, 1, "工单 %s", ("2027-0031",), None)
    record.created = 1_800_000_000.5
    return record


def seen_in_request(record):
    with context(request_id="abcd1234", user_id=7, office_id=2):
        assert ContextFilter().filter(record)
    return record


def test_json_line_names_request_user_and_office(record):
    assert json.loads(JsonFormatter().format(seen_in_request(record))) == {
        "at": "2027-01-15T08:00:00.500+00:00",
        "level": "INFO",
        "logger": "frontdesk.kit",
        "message": "工单 2027-0031",
        "request_id": "abcd1234",
        "user_id": 7,
        "office_id": 2,
    }


def test_json_line_keeps_chinese_readable_on_one_line(record):
    line = JsonFormatter().format(record)
    assert "工单" in line
    assert "\n" not in line


def test_json_line_holds_the_traceback(record):
    try:
        raise ValueError("no such unit")  # noqa: TRY003, TRY301
    except ValueError:
        record.exc_info = sys.exc_info()
    assert json.loads(JsonFormatter().format(record))["exception"].endswith("ValueError: no such unit")


def test_plain_line_names_who_and_where(record):
    line = PlainFormatter().format(seen_in_request(record))
    assert line.endswith("frontdesk.kit: 工单 2027-0031 [request=abcd1234 user=7 office=2]")


def test_plain_line_outside_a_request_is_short(record):
    ContextFilter().filter(record)
    assert PlainFormatter().format(record).endswith("frontdesk.kit: 工单 2027-0031")


def test_a_secret_in_an_address_is_taken_out(record):
    record.msg, record.args = "%s %s.ics %s", ("GET", f"/shift-calendar/{secrets.token_urlsafe()}", 200)
    ContextFilter().filter(record)
    assert record.getMessage() == "GET /shift-calendar/….ics 200"
