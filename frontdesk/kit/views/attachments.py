"""Files of records: handed out, put on, taken off."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontdesk.kit import attachments, files, uploads
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.errors import DeskError
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.kept import asks
from frontdesk.kit.models import Attachment
from frontdesk.kit.pages.ways import page_of

if TYPE_CHECKING:
    from uuid import UUID

CONTAINED = "sandbox; default-src 'none'"
"""What a browser may do with a file it shows by itself: nothing."""

logger = logging.getLogger(__name__)


class RemoveForm(DeskPlainForm):
    """Why a file is taken off."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_GET
def show(request: HttpRequest, uuid: UUID) -> FileResponse | HttpResponse:
    """Hand a file out to who sees its record: pictures to look at, everything else to save.

    Whole lists, made by a job or uploaded for an import, leave only behind the password, as any export does.
    """
    attachment = readable(request, uuid)
    whole_list = getattr(attachment.content_type.model_class(), "files_are_lists", False)
    if whole_list and not confirmed_recently(request):
        return ask_for_password(request, then=page_of(attachment.target))
    try:
        stream = files.open_stored(attachment)
    except OSError as error:
        logger.exception("The file of attachment %s is missing or damaged", attachment.pk)
        raise Http404 from error
    to_save = not attachment.is_picture or "download" in request.GET
    response = FileResponse(stream, as_attachment=to_save, filename=attachment.name, content_type=attachment.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CONTAINED
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def add(request: HttpRequest, content_type: int, pk: int) -> HttpResponse:
    """Put a file on a record. htmx gets the list of files back, a plain form the record's page."""
    user: Any = request.user
    kind = get_object_or_404(ContentType, pk=content_type)
    target = attachments.visible_target(kind, pk, user)
    if target is None:
        raise Http404
    if not attachments.may_look(target, user):
        raise PermissionDenied
    attachments.require_add(target, user)
    if not request.htmx:  # type: ignore[attr-defined]
        attachment = attachments.attach(target, uploads.uploaded_file(request), by=user)
        messages.success(request, _("“%(name)s” was added.") % {"name": attachment.name})
        return redirect(target)
    try:
        attachments.attach(target, uploads.uploaded_file(request), by=user)
    except DeskError as error:
        context = list_context(target, user) | {"error": str(error)}
        return render(request, "parts/_attachments.html", context, status=400)
    return render(request, "parts/_attachments.html", list_context(target, user))


@asks(RemoveForm)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for the reason, then take a file off its record."""
    attachment = readable(request, uuid)
    user: Any = request.user
    if not attachments.may_remove(attachment, user):
        raise PermissionDenied("kit.remove_attachment")
    form = RemoveForm(request.POST or None, user=user, office=attachment.office)
    if request.method == "POST" and form.is_valid():
        attachments.remove(attachment, by=user, reason=form.cleaned_data["reason"])
        messages.success(request, _("“%(name)s” was removed.") % {"name": attachment.name})
        return redirect(cast("Any", attachment.target))
    context = {"title": _("Remove file"), "attachment": attachment, "form": form}
    return render(request, "kit/attachment_remove.html", context, status=400 if form.errors else 200)


def readable(request: HttpRequest, uuid: UUID) -> Attachment:
    """Return a file this person may open.

    Raises:
        Http404: it was removed, has expired, or lies on a record they do not see.

    """
    attachment = get_object_or_404(Attachment.objects.present().select_related("office"), uuid=uuid)
    user: Any = request.user
    if not attachments.may_read(attachment, user):
        raise Http404
    return attachment


def list_context(target: Any, user: Any) -> dict[str, Any]:
    """Return what the list of files on a record's page needs."""
    rows = list(attachments.attachments_of(target))
    return {
        "target": target,
        "content_type": ContentType.objects.get_for_model(target).pk,
        "rows": [(row, attachments.may_remove(row, user)) for row in rows],
        "may_add": attachments.may_add(target, user),
        "accept": uploads.ACCEPT,
    }
