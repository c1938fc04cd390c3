"""A colleague leaves: everything open is shown, and goes to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods

from frontdesk.estate.models import Office
from frontdesk.home.forms import HandOverForm
from frontdesk.home.leaving import Leaving, left_by
from frontdesk.home.services import hand_over
from frontdesk.kit.errors import DeskError
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def leaver(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a colleague's open work in every office this person may reassign in; hand one office's on."""
    user: Any = request.user
    person = get_object_or_404(User.objects.visible_to(user), pk=pk)
    offices = [office for office in Office.objects.visible_to(user) if user.has_perm("staff.reassign_work", office)]
    if not offices:
        raise PermissionDenied
    leavings = [leaving for leaving in left_by(person, offices) if not leaving.is_clear]
    sent = request.POST.get("office", "")
    forms = [
        (leaving, _form(request, leaving, data=request.POST if sent == str(leaving.office.pk) else None))
        for leaving in leavings
    ]
    for leaving, form in forms:
        if form and form.is_bound and form.is_valid() and _handed_over(request, leaving, form):
            return redirect("home:leaver", person.pk)
    context = {"title": _("Open work of %(person)s") % {"person": person}, "person": person, "forms": forms}
    bound = any(form and form.is_bound for _leaving, form in forms)
    return render(request, "home/leaver.html", context, status=400 if bound else 200)


def _form(request: HttpRequest, leaving: Leaving, *, data: Any) -> HandOverForm | None:
    """Return the form that hands on; None where there is only what the person has to settle."""
    return HandOverForm(data, user=request.user, leaving=leaving) if leaving.can_be_handed_on else None


def _handed_over(request: HttpRequest, leaving: Leaving, form: HandOverForm) -> bool:
    try:
        moved = hand_over(leaving.person, office=leaving.office, by=request.user, **form.values())
    except DeskError as error:
        form.refuse(error)
        return False
    messages.success(request, ngettext("%(n)d thing handed on.", "%(n)d things handed on.", moved) % {"n": moved})
    return True
