"""Desk PCs: enrolled by whom, kept how, taken off by whom."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from frontdesk.kit.activity import history_of
from frontdesk.kit.errors import Conflict
from frontdesk.staff import desks, services
from frontdesk.staff.models import Device
from tests.factories import DeviceFactory


@pytest.mark.parametrize("who", ["supervisor", "manager", "admin"])
def test_enrol_device_keeps_only_a_digest_of_its_secret(request, office, who):
    device, secret = services.enrol_device(office=office, name="前台1号", by=request.getfixturevalue(who))

    assert secret not in Device.objects.filter(pk=device.pk).values().get().values()
    assert "token" not in history_of(device).get().after


@pytest.mark.parametrize("who", ["clerk", "company", "outsider"])
def test_enrol_device_is_not_for_others(request, office, who):
    with pytest.raises(PermissionDenied):
        services.enrol_device(office=office, name="x", by=request.getfixturevalue(who))


def test_revoke_device_once_and_only_in_ones_own_office(office, other_office, supervisor):
    with pytest.raises(PermissionDenied):
        services.revoke_device(DeviceFactory(office=other_office), by=supervisor)
    device = services.revoke_device(DeviceFactory(office=office), by=supervisor)
    with pytest.raises(Conflict):
        services.revoke_device(device, by=supervisor)

    assert history_of(device).get().verb == "revoke_device"


def test_this_pc_becomes_a_desk_and_no_longer_one(office, supervisor, log_in):
    client = log_in(supervisor)
    response = client.post("/desk-pcs/enrol/", {"name": "前台1号"})

    assert response.url == "/desk-pcs/"
    cookie = client.cookies[desks.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    device = Device.objects.get()
    assert (device.office, device.name, client.session["device"]) == (office, "前台1号", "前台1号")
    assert "前台1号" in client.get("/desk-pcs/enrol/").content.decode()
    assert client.post(f"/desk-pcs/{device.pk}/take-off/").url == "/desk-pcs/"
    assert client.get("/switch/").url == "/login/"


def test_device_takes_its_office_from_the_page_not_from_the_form(office, other_office, supervisor, log_in):
    log_in(supervisor).post(
        "/desk-pcs/enrol/", {"name": "x", "office": other_office.pk, "token": "t", "revoked_at": ""}
    )

    assert (Device.objects.get().office, Device.objects.get().token == "t") == (office, False)


def test_without_an_office_no_pc_becomes_a_desk(office, other_office, admin, log_in):
    assert log_in(admin).post("/desk-pcs/enrol/", {"name": "x"}).status_code == 200
    assert not Device.objects.exists()


def test_pages_of_desk_pcs_are_not_for_clerks(clerk, log_in, office):
    client, device = log_in(clerk), DeviceFactory(office=office)

    assert client.get("/desk-pcs/").status_code == 403
    assert client.get("/desk-pcs/enrol/").status_code == 403
    assert client.post(f"/desk-pcs/{device.pk}/take-off/").status_code == 403


def test_another_offices_pc_is_not_found(supervisor, log_in, other_office):
    device = DeviceFactory(office=other_office)

    assert log_in(supervisor).post(f"/desk-pcs/{device.pk}/take-off/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_device_list_costs_the_same_for_one_and_three(office, supervisor, log_in, count, django_assert_num_queries):
    for _number in range(count):
        DeviceFactory(office=office)
    client = log_in(supervisor)

    with django_assert_num_queries(6):  # session, person, roles, count, rows, bell
        assert client.get("/desk-pcs/").context["screen"].count == count
