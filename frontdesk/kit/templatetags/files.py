"""The list of files on any record's page."""

from __future__ import annotations

from typing import Any

from django import template

from frontdesk.kit.views.attachments import list_context

register = template.Library()


@register.inclusion_tag("parts/_attachments.html", takes_context=True)
def attachments(context: dict[str, Any], target: Any) -> dict[str, Any]:
    """Show the files of a record, and the form to add one for who may."""
    request = context["request"]
    return {"request": request, "csrf_token": context.get("csrf_token"), **list_context(target, request.user)}
