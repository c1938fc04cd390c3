"""Every address of the site; each app lists its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from frontdesk.kit import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("frontdesk.home.urls")),
    path("", include("frontdesk.kit.urls")),
    path("", include("frontdesk.staff.urls")),
    path("", include("frontdesk.estate.urls")),
    path("", include("complaints.urls")),
    path("", include("fees.urls")),
    path("", include("keys.urls")),
    path("", include("movein.urls")),
    path("", include("duty.urls")),
]

handler400 = "frontdesk.kit.errorviews.bad_request"
handler403 = "frontdesk.kit.errorviews.permission_denied"
handler404 = "frontdesk.kit.errorviews.not_found"
handler500 = "frontdesk.kit.errorviews.server_error"
