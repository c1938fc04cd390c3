"""Django's own admin site, for superusers: a look at accounts, roles and desk PCs when something must be found out.

It changes nothing: what decides who may do what is changed on the pages of the app, where it is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from frontdesk.staff.models import Device, Membership, User

if TYPE_CHECKING:
    from django.http import HttpRequest


class LookOnly(admin.ModelAdmin):
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody deletes here."""
        return False


@admin.register(User)
class UserAdmin(LookOnly):
    """Accounts."""

    list_display = ("username", "name", "is_active", "is_superuser", "last_login")
    search_fields = ("username", "name")
    exclude = ("password", "pin")


@admin.register(Membership)
class MembershipAdmin(LookOnly):
    """Who is what, where, from when to when."""

    list_display = ("user", "role", "office", "starts", "ends")
    list_filter = ("role", "office")
    list_select_related = ("user", "office")


@admin.register(Device)
class DeviceAdmin(LookOnly):
    """Desk PCs."""

    list_display = ("name", "office", "enrolled_by", "enrolled_at", "revoked_at")
    list_select_related = ("office", "enrolled_by")
    exclude = ("token",)
