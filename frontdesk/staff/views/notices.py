"""The bell: what a person should know, and the way to what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontdesk.kit.models import Notification
from frontdesk.kit.notifications import mark_read
from frontdesk.kit.pages.ways import is_local

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 50


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """Show one's own notices, latest first."""
    page = Paginator(Notification.objects.filter(user=request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Notices"), "page": page, "waiting": any(row.read_at is None for row in page)}
    return render(request, "staff/notification_list.html", context)


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a notice was read and go where it points."""
    notice = get_object_or_404(Notification, user=request.user, pk=pk)
    if notice.read_at is None:
        Notification.objects.filter(pk=pk).update(read_at=timezone.now())
    return HttpResponseRedirect(notice.url) if is_local(notice.url) else redirect("staff:notification_list")


@require_POST
def notification_read(request: HttpRequest) -> HttpResponse:
    """Note that all notices were read."""
    mark_read(request.user)
    return redirect("staff:notification_list")
