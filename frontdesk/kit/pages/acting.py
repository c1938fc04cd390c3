"""What form pages and act pages share: show the form, act once in one transaction, lose nothing when it is refused."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.forms import FileField
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.kit.errors import Conflict, DeskError, KeyReused
from frontdesk.kit.once import digest, once
from frontdesk.kit.pages.base import Page
from frontdesk.kit.pages.ways import page_of, safe_next
from frontdesk.kit.uploads import too_large

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules


logger = logging.getLogger(__name__)


class ActingPage(Page):
    """A page with a form that does something.

    Attributes:
        form_class: a DeskForm or DeskPlainForm.
        success: what is said afterwards; %(object)s is the record.
        text: what will happen, above the form.
        button: the word on the button.

    """

    form_class: ClassVar[Any]
    success: ClassVar[Any] = gettext_lazy("Saved.")
    text: ClassVar[Any] = ""
    button: ClassVar[Any] = gettext_lazy("Save")
    style: ClassVar[str] = "primary"

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Return the form for this person and office."""
        raise NotImplementedError

    def perform(self, form: DeskRules) -> Any:
        """Do what the form asks for, inside the page's transaction, and return the record it leads to."""
        raise NotImplementedError

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Answer that somebody was there first."""
        raise NotImplementedError

    def show(self, form: DeskRules, *, status: int = 200) -> HttpResponse:
        """Answer with the form."""
        return self.respond(self.form_context(form), status=status)

    def form_context(self, form: DeskRules) -> dict[str, Any]:
        """Return what the form's template needs."""
        return {
            "form": form,
            "object": self.object,
            "text": self.text,
            "button": self.button,
            "style": self.style,
            "next": safe_next(self.request),
            "back": safe_next(self.request) or self.back_url(),
            **self.get_context(),
        }

    def get_context(self) -> dict[str, Any]:
        """Return what the page's own template needs besides."""
        return {}

    def back_url(self) -> str:
        """Return where "Cancel" leads."""
        return page_of(self.object) or self.url("_list") or "/"

    def get_success_url(self, obj: Any) -> str:
        """Return where the page leads when all is done."""
        return safe_next(self.request) or page_of(obj) or self.url("_list") or "/"

    def submit(self, request: HttpRequest, form: DeskRules) -> HttpResponse:
        """Carry out a posted form and lead on; every refusal shows the form again with all that was typed."""
        if getattr(request, "file_too_large", False):
            names = [name for name, field in form.fields.items() if isinstance(field, FileField)]
            form.add_error(names[0] if names else None, str(too_large()))
        if not form.is_valid():
            return self.show(form)
        try:
            return self.lead_on(self._act(request, form))
        except KeyReused as error:
            _note_refused(request, error)
            form.refuse(error)
            return self.show(_with_new_key(form), status=422)
        except Conflict as error:
            _note_refused(request, error)
            return self.conflict(form, error)
        except DeskError as error:
            _note_refused(request, error)
            form.refuse(error)
        except ValidationError as error:
            _add_errors(form, error)
        except IntegrityError as error:
            logger.warning("%s met a rule of the database: %s", request.path, error)
            form.add_error(None, _("Somebody else saved the same thing at this very moment. Look, then send again."))
        return self.show(form)

    def lead_on(self, url: str) -> HttpResponse:
        """Answer after success."""
        return redirect(url)

    def _act(self, request: HttpRequest, form: DeskRules) -> str:
        """Do it in one transaction, or not at all; a form that was sent before leads where it led then."""
        if form.once_key is None:
            with transaction.atomic():
                obj = self.perform(form)
                url = self.get_success_url(obj)
        else:
            with once(self.user, form.once_key, request.path, digest(request.POST)) as claim:
                if claim.location:
                    messages.info(request, _("This was already done; it was not done twice."))
                    return claim.location
                obj = self.perform(form)
                url = self.get_success_url(obj)
                claim.done(url)
        if self.success:
            messages.success(request, self.success % {"object": obj})
        return url


def call(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a service and return what it made, or what it was given when it returns nothing."""
    made = service(*args, **kwargs)
    return args[0] if made is None and args else made


def service_of(page: Page, name: str) -> Callable[..., Any] | None:
    """Return a plain function that was named as a class attribute, not bound to the page."""
    for owner in type(page).__mro__:
        if name in vars(owner):
            found = vars(owner)[name]
            return found.__func__ if isinstance(found, staticmethod) else found
    return None


def _note_refused(request: HttpRequest, error: DeskError) -> None:
    """Log that a rule refused something, for who asks later what was tried; never the sentence, which names people."""
    logger.info("%s %s refused: %s %s", request.method, request.path, type(error).__name__, error.field or "")


def _with_new_key(form: Any) -> DeskRules:
    form.data = form.data.copy()
    form.data[form.add_prefix("once")] = str(uuid4())
    return form


def _add_errors(form: DeskRules, error: ValidationError) -> None:
    """Show a model's or service's complaint at the fields the form has, the rest above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, problems)
