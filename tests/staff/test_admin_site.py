"""Django's own admin site: for superusers, to look at, never showing a secret."""

from __future__ import annotations

import pytest

from tests.factories import DeviceFactory, MembershipFactory, UserFactory


@pytest.fixture
def root(db):
    """The first administrator."""
    return MembershipFactory(
        user=UserFactory(username="root", is_superuser=True, is_staff=True, pin="hashed-pin"), office=None, role="admin"
    ).user


@pytest.mark.parametrize("kind", ["user", "membership", "device"])
def test_superuser_looks_but_changes_nothing(root, log_in, kind):
    client = log_in(root)
    row = {"user": root, "membership": root.memberships.get(), "device": DeviceFactory(token="secret-digest")}[kind]
    page = client.get(f"/admin/staff/{kind}/{row.pk}/change/")

    assert client.get(f"/admin/staff/{kind}/").status_code == 200
    assert page.status_code == 200
    assert not any(secret in page.content.decode() for secret in (root.password, "hashed-pin", "secret-digest"))
    assert client.get(f"/admin/staff/{kind}/add/").status_code == 403
    assert client.post(f"/admin/staff/{kind}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_administrators_of_the_app_have_no_way_there(admin, log_in):
    assert log_in(admin).get("/admin/staff/user/").status_code == 302
