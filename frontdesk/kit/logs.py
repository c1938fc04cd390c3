"""Log lines that say which request, which person and which office they belong to."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from frontdesk.kit.context import current

SECRET = re.compile(r"/[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
"""A secret of 256 bits in an address, as `secrets.token_urlsafe()` makes it."""


class ContextFilter(logging.Filter):
    """Write the running request's or job's context onto every record, and take secrets out of its addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record; who reads the log must not be able to open somebody's secret address with it."""
        message = record.getMessage()
        if SECRET.search(message):
            record.msg, record.args = SECRET.sub("/…", message), None
        context = current()
        record.request_id = context.request_id
        record.user_id = context.user_id
        record.office_id = context.office_id
        return True


class PlainFormatter(logging.Formatter):
    """One line for a person at a terminal; who and where only when somebody is there."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        """Append the context to the message, before a traceback."""
        labels = {"request": "request_id", "user": "user_id", "office": "office_id"}
        known = [f"{label}={value}" for label, name in labels.items() if (value := getattr(record, name, None))]
        return super().formatMessage(record) + (f" [{' '.join(known)}]" if known else "")


class JsonFormatter(logging.Formatter):
    """One JSON object a line for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; Chinese stays readable."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            "user_id": getattr(record, "user_id", None),
            "office_id": getattr(record, "office_id", None),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)
