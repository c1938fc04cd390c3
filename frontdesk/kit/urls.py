"""Addresses of the workbench: columns of lists, jobs, files, imports."""

from __future__ import annotations

from django.urls import path

from frontdesk.kit.pages import save_columns
from frontdesk.kit.views import attachments, imports, jobs

app_name = "kit"
urlpatterns = [
    path("columns/", save_columns, name="columns"),
    path("jobs/", jobs.JobList.as_view(), name="job_list"),
    path("jobs/<int:pk>/", jobs.show, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<int:pk>/result/", jobs.result, name="job_result"),
    path("f/<uuid:uuid>/", attachments.show, name="attachment"),
    path("f/<uuid:uuid>/remove/", attachments.remove, name="attachment_remove"),
    path("files/<int:content_type>/<int:pk>/add/", attachments.add, name="attachment_add"),
    path("imports/", imports.index, name="imports"),
    path("imports/history/", imports.RunList.as_view(), name="import_list"),
    path("imports/new/<str:kind>/", imports.new, name="import_new"),
    path("imports/new/<str:kind>/template/", imports.template, name="import_template"),
    path("imports/<int:pk>/", imports.show, name="import"),
    path("imports/<int:pk>/map/", imports.remap, name="import_map"),
    path("imports/<int:pk>/commit/", imports.commit, name="import_commit"),
    path("imports/<int:pk>/discard/", imports.discard, name="import_discard"),
]
