"""Asking a page as htmx does."""

from __future__ import annotations

import pytest

HTMX = {"HX-Request": "true"}


@pytest.fixture
def fragment(client_of):
    """Ask for a page the way htmx does and return the answer."""

    def ask(user, url, **data):
        return client_of(user).get(url, data, headers=HTMX)

    return ask
