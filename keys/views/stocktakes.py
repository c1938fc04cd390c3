"""Counting the cabinet, made for a phone in the other hand (R-KEY-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, Preset, SettingsPage, move_pages
from frontdesk.kit.roles import require
from keys import services
from keys.filters import StockLineFilter
from keys.finding import LONGEST, code_in, ring_of
from keys.forms.moves import CountForm, ExplainForm, KeySettingsForm, StockTakeForm
from keys.models import Key, KeySettings, StockLine, StockTake
from keys.tables import COUNT, StockLineTable, StockTakeTable
from keys.workflow import STOCKTAKE_TONES, StockTakeState

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules

TO_TICK = 300
"""Keys offered to be ticked at a time: as many as a phone still scrolls through."""
JUST_COUNTED = 8
Result = StockLine.Result


class StockTakeList(ListPage):
    """R-KEY-09: every count."""

    table = StockTakeTable
    words = ("with_counts",)
    title = gettext_lazy("Stock-takes")
    permission = "keys.view_stocktake"
    export_permission = "keys.export_key"
    actions = (COUNT, Action(gettext_lazy("All keys"), "keys:key_list", "keys.view_key", "list-ul"))


class StockTakeAdd(FormPage):
    """Begin to count."""

    model = StockTake
    form_class = StockTakeForm
    permission = "keys.take_stock"
    title = gettext_lazy("Begin a stock-take")
    button = gettext_lazy("Begin")
    success = gettext_lazy("Begun: %(object)s")
    save = services.begin_stocktake


class StockTakeDetail(DetailPage):
    """While counting: the field to scan into and the list to tick; afterwards: what differs."""

    model = StockTake
    permission = "keys.view_stocktake"
    related = ("office", "cabinet", "begun_by", "closed_by")
    card = "keys/_stocktake.html"
    template_name = "keys/stocktake.html"
    state_tones = STOCKTAKE_TONES
    actions = (Action(gettext_lazy("All lines"), "keys:stockline_list", "keys.view_stocktake", "list-ul"),)
    count_form: CountForm | None = None
    ticked: Collection[int] = ()

    def get_context(self) -> dict[str, Any]:
        """Add how far it is, what is still to be counted, and the differences with their explanations."""
        stocktake = self.object
        lines = stocktake.lines.select_related("key__unit", "counted_by", "explained_by")
        by_result = dict.fromkeys(Result, 0)
        for result in lines.order_by().values_list("result", flat=True):
            by_result[Result(result)] += 1
        is_counting = stocktake.state == StockTakeState.COUNTING
        may = self.user.has_perm("keys.take_stock", stocktake)
        rest = services.expected_in(stocktake).exclude(pk__in=stocktake.lines.filter(key__isnull=False).values("key"))
        left = rest.count() if is_counting else 0
        return {
            "figures": [(result.label, number, StockLine.TONES[result]) for result, number in by_result.items()],
            "left": left,
            "form": self._count_form() if is_counting and may else None,
            "ticked": self.ticked,
            "to_tick": list(rest.with_what_one_sees().in_walking_order()[:TO_TICK]) if is_counting and may else [],
            "just_counted": list(lines.counted().order_by("-counted_at", "-pk")[:JUST_COUNTED]) if is_counting else [],
            "differences": list(lines.told()),
            "may_explain": may and stocktake.state == StockTakeState.EXPLAINING,
        }

    def _count_form(self) -> CountForm:
        """Return the field to scan into; after a mistake with what was typed, and what is wrong with it."""
        return self.count_form or CountForm(user=self.user, office=self.object.office)


@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count what was scanned or typed and what is ticked; the page is ready for the next, or says what is wrong."""
    stocktake = _stocktake(request, pk)
    form = CountForm(request.POST, user=request.user, office=stocktake.office)
    ticked = [int(word) for word in request.POST.getlist("keys") if word.isdecimal() and len(word) < 19]  # noqa: PLR2004 - beyond 64 bits
    form.fields["tag"].required = not ticked
    if form.is_valid():
        try:
            _count(request, stocktake, form, ticked)
        except Conflict as error:
            messages.warning(request, str(error))
        except DeskError as error:
            form.refuse(error)
    if form.errors:  # nothing that was typed or ticked is lost
        page = StockTakeDetail(count_form=form, ticked=ticked)
        page.setup(request, pk=pk)
        return page.get(request, pk=pk)
    return redirect(stocktake)


def _count(request: HttpRequest, stocktake: StockTake, form: CountForm, ticked: list[int]) -> None:
    user: Any = request.user
    tag, hook = code_in(form.cleaned_data["tag"][:LONGEST]), form.cleaned_data["hook"]
    if ring := ring_of(tag, user, stocktake.office):
        made = services.count_ring(stocktake, ring=ring, hook=hook, by=user)
        words = ngettext("%(n)d key counted.", "%(n)d keys counted.", made) % {"n": made}
        messages.success(request, f"{ring}: {words}" if made else _("%(tag)s was counted already.") % {"tag": ring})
    elif tag:
        _count_one(request, stocktake, tag, hook)
    if ticked:
        keys = Key.objects.visible_to(user).of_office(stocktake.office).filter(pk__in=ticked)
        made = services.count_keys(stocktake, keys=keys, by=user)
        messages.success(request, ngettext("%(n)d key counted.", "%(n)d keys counted.", made) % {"n": made})


def _count_one(request: HttpRequest, stocktake: StockTake, tag: str, hook: int | None) -> None:
    before = stocktake.lines.counted().count()
    line = services.count_tag(stocktake, tag=tag, hook=hook, by=request.user)
    words = {"tag": line.tag, "result": line.get_result_display()}
    if stocktake.lines.counted().count() == before:
        messages.info(request, _("%(tag)s was counted already.") % words)
    else:
        say = messages.success if line.result == Result.GOOD else messages.warning
        say(request, _("%(tag)s: %(result)s") % words)


@require_POST
def uncount(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the count of something that is not there after all."""
    rows = StockLine.objects.visible_to(request.user).select_related("stocktake__office")
    line = get_object_or_404(rows, pk=pk)
    require(request.user, "keys.take_stock", line.stocktake)
    try:
        services.uncount_line(line, by=request.user)
    except DeskError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("%(tag)s is not counted any more.") % {"tag": line.tag})
    return redirect(line.stocktake)


def _stocktake(request: HttpRequest, pk: int) -> StockTake:
    rows = StockTake.objects.visible_to(request.user).select_related("office", "cabinet")
    stocktake = get_object_or_404(rows, pk=pk)
    require(request.user, "keys.take_stock", stocktake)
    return stocktake


class StockLineList(ListPage):
    """All lines of one count, to be filtered, printed and taken away as Excel."""

    table = StockLineTable
    filterset = StockLineFilter
    permission = "keys.view_stocktake"
    export_permission = "keys.export_key"
    title = gettext_lazy("Lines of the stock-take")
    presets = (
        Preset(gettext_lazy("All differences"), "result=differing"),
        Preset(gettext_lazy("Missing"), "result=missing"),
        Preset(gettext_lazy("All"), ""),
    )

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(stocktake=self.stocktake)

    @property
    def stocktake(self) -> StockTake:
        """Return the count of the address."""
        return get_object_or_404(StockTake.objects.visible_to(self.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{super().get_title()} {self.stocktake.number}"

    def get_context(self) -> dict[str, Any]:
        return {
            "crumbs": [
                (gettext_lazy("Stock-takes"), reverse("keys:stocktake_list")),
                (str(self.stocktake), self.stocktake.get_absolute_url()),
            ]
        }


class ExplainLine(MovePage):
    """What became of a difference."""

    model = StockLine
    permission = "keys.take_stock"
    related = ("stocktake__office", "key__unit")
    title = gettext_lazy("Explain the difference")
    button = gettext_lazy("Explained")
    form_class = ExplainForm
    service = services.explain_line
    success = gettext_lazy("Explained.")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer what fits the difference."""
        return super().make_form(line=self.object, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was said before."""
        return {"outcome": self.object.outcome, "explanation": self.object.explanation} if self.object.outcome else {}


class StockTakeMove(MovePage):
    """An act on one count."""

    model = StockTake
    related = ("office", "cabinet")


class EndCounting(StockTakeMove):
    """What was not counted is missing."""

    move = "end_counting"
    service = services.end_counting
    text = gettext_lazy("What should hang there and was not counted is missing then.")
    success = gettext_lazy("Counted. Explain what differs, then close it.")


class GoOnCounting(StockTakeMove):
    """Something was forgotten."""

    move = "go_on_counting"
    service = services.go_on_counting
    success = gettext_lazy("Go on counting.")


class CloseStockTake(StockTakeMove):
    """Every difference is explained."""

    move = "close_stocktake"
    service = services.close_stocktake
    success = gettext_lazy("Closed.")


stocktake_move = move_pages(EndCounting, GoOnCounting, CloseStockTake)


class KeySettingsPage(SettingsPage):
    """For how long, when reminded, when counted."""

    model = KeySettings
    form_class = KeySettingsForm
    permission = "keys.change_settings"
    title = gettext_lazy("Key settings")
    save = services.change_settings
