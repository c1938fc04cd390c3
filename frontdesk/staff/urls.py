"""Addresses of the way in, one's own account, colleagues, desk PCs and notices."""

from __future__ import annotations

from django.urls import path

from frontdesk.staff.views import account, devices, entry, members, notices

app_name = "staff"
urlpatterns = [
    path("login/", entry.login, name="login"),
    path("logout/", entry.logout, name="logout"),
    path("lock/", entry.lock, name="lock"),
    path("locked/", entry.lock_screen, name="lock_screen"),
    path("ping/", entry.ping, name="ping"),
    path("switch/", entry.switch, name="switch"),
    path("confirm/", entry.confirm, name="confirm"),
    path("language/", account.language, name="language"),
    path("office/", account.office_switch, name="office_switch"),
    path("account/", account.profile, name="profile"),
    path("account/password/", account.password_change, name="password_change"),
    path("account/pin/", account.pin_change, name="pin_change"),
    path("colleagues/", members.MemberList.as_view(), name="member_list"),
    path("colleagues/add/", members.member_add, name="member_add"),
    path("colleagues/<int:pk>/", members.MemberDetail.as_view(), name="member"),
    path("colleagues/<int:pk>/edit/", members.MemberEdit.as_view(), name="member_edit"),
    path("colleagues/<int:pk>/password/", members.member_reset_password, name="member_reset_password"),
    path("colleagues/<int:pk>/leave/", members.MemberLeave.as_view(), name="member_leave"),
    path("colleagues/<int:pk>/close/", members.MemberDisable.as_view(), name="member_disable"),
    path("colleagues/<int:pk>/open/", members.MemberEnable.as_view(), name="member_enable"),
    path("colleagues/<int:user_pk>/roles/add/", members.RoleAdd.as_view(), name="role_add"),
    path("roles/<int:pk>/end/", members.RoleEnd.as_view(), name="role_end"),
    path("desk-pcs/", devices.DeviceList.as_view(), name="device_list"),
    path("desk-pcs/enrol/", devices.device_enrol, name="device_enrol"),
    path("desk-pcs/<int:pk>/take-off/", devices.DeviceRevoke.as_view(), name="device_revoke"),
    path("notices/", notices.notification_list, name="notification_list"),
    path("notices/read/", notices.notification_read, name="notification_read"),
    path("notices/<int:pk>/", notices.notification_open, name="notification_open"),
]
