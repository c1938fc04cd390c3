"""Posts, and the shifts worked at them (R-DUTY-07, R-DUTY-09)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from duty.filters_posts import ShiftFilter
from duty.forms.posts import BeginForm, HelperForm, PostForm
from duty.forms.rosters import NothingForm
from duty.models import Shift
from duty.services import records
from duty.services.done import MOST, done_in, who_was_there
from duty.services.log import READ, WRITE, to_read
from duty.tables_posts import ADD_POST, POSTS, PostTable, ShiftTable
from duty.views.handover import begin_url, carried_over, handover_of
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset
from frontdesk.staff.models import Holding, Post
from frontdesk.staff.services import retire_post

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from duty.models import LogEntry

CHANGE = "duty.change_post"


class PostList(ListPage):
    """岗位 · what somebody answers for during a shift."""

    table = PostTable
    namespace = "duty"
    title = _("Posts")
    permission = CHANGE
    actions = (ADD_POST,)


class PostPage(FormPage):
    """Sets up or changes a post."""

    model = Post
    namespace = "duty"
    form_class = PostForm
    permission = CHANGE

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")


class PostAdd(PostPage):
    """One more post."""

    title = _("New post")
    success = _("Added: %(object)s")
    save = records.set_up_post


class PostEdit(PostPage):
    """Another name, other articles; what is kept there changes between two shifts only."""

    title = _("Edit the post")
    save = records.change_post
    template_name = "duty/post.html"


class PostRetire(MovePage):
    """Nobody answers for it any more."""

    model = Post
    namespace = "duty"
    permission = CHANGE
    title = _("Give up the post")
    text = _("Its shifts stay on record. Keys and money kept there are moved again by whoever holds the role.")
    service = retire_post
    style = "danger"

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")


class ShiftBegin(MovePage):
    """Answer for a post nobody holds."""

    model = Post
    namespace = "duty"
    permission = records.HOLD
    title = _("Begin the shift")
    text = _("You answer for this post from now on, until your successor has signed.")
    button = _("I begin the shift")
    form_class = BeginForm
    related = ("office",)
    service = records.begin_shift
    success = _("The shift has begun: %(object)s")
    template_name = "duty/begin.html"

    def get_context(self) -> dict[str, Any]:
        """Show what is to be read first."""
        return {"to_read": self.to_read}

    def get_initial(self) -> dict[str, Any]:
        """Note up to which entry it was shown."""
        return {"seen": max((entry.number for entry in self.to_read), default=0)}

    @cached_property
    def to_read(self) -> list[LogEntry]:
        """Return what is written for this person."""
        return list(to_read(self.object.office, self.user))

    def get_queryset(self) -> QuerySet:
        """Return the posts that are in use."""
        return Post.objects.visible_to(self.user).in_use()

    def back_url(self) -> str:
        return ShiftList.address()

    def frame(self) -> dict[str, Any]:
        """Lead back to the shift records: the posts themselves are the supervisor's."""
        return {**super().frame(), "crumbs": [(Shift._meta.verbose_name_plural, ShiftList.address())]}


class ShiftList(ListPage):
    """班次记录 · who answered for which post when; above, who does now."""

    table = ShiftTable
    filterset = ShiftFilter
    title = _("Shift records")
    permission = "duty.view_shift"
    actions = (POSTS,)
    presets = (Preset(_("All"), ""), Preset(_("Running"), "which=open"), Preset(_("Mine"), "which=mine"))
    template_name = "duty/shift_list.html"

    def get_context(self) -> dict[str, Any]:
        """Add the posts of the office worked in, with who is there."""
        return {"posts": standing_at(self.office, self.user) if self.office else []}

    @staticmethod
    def address() -> str:
        """Return the list's address."""
        return ShiftList().url("_list")


def standing_at(office: Any, user: Any) -> list[dict[str, Any]]:
    """Return each post of an office with its running shift, who is there, and whether this person may begin one."""
    posts = list(Post.objects.of_office(office).in_use())
    shifts = {one.post_id: one for one in Shift.objects.of_office(office).open().select_related("clerk")}
    helpers: dict[int, list[Holding]] = {}
    for row in Holding.objects.of_office(office).open().helpers().select_related("person"):
        helpers.setdefault(row.post_id, []).append(row)
    may = user.has_perm(records.HOLD, office)
    return [
        {
            "post": post,
            "shift": shifts.get(post.pk),
            "helpers": helpers.get(post.pk, []),
            "may_begin": may and post.pk not in shifts,
        }
        for post in posts
    ]


class ShiftDetail(DetailPage):
    """One shift: who was there, and all that was done at the post, by time."""

    model = Shift
    permission = "duty.view_shift"
    related = ("office", "post", "clerk")
    card = "duty/_shift.html"

    def get_context(self) -> dict[str, Any]:
        """Add who was there and what was done."""
        holdings = who_was_there(self.object)
        arranges = records.may_arrange(self.object, self.user)
        ends = [(row, row.until is None and (arranges or row.person_id == self.user.pk)) for row in holdings]
        deeds, log = done_in(self.object, self.user, holdings), self._log()
        return {
            "people": [(row, may and row.kind != Holding.Kind.HOLDER) for row, may in ends],
            "deeds": deeds,
            "deeds_cut": MOST if max(Counter(deed.kind for deed in deeds).values(), default=0) >= MOST else 0,
            "entries_of_log": log,
            "log_more": self.object.log_entries.count() - MOST if len(log) == MOST else 0,
            "may_write": self.object.is_open and self.user.has_perm(WRITE, self.object),
            "once": uuid4(),
            "handover": handover_of(self.object),
            "carried": carried_over(self.object),
            "hand_over_url": begin_url(self.object) if self._may_hand_over() else "",
            "may_arrange": arranges and self.user.has_perm(records.HOLD, self.object),
        }

    def _may_hand_over(self) -> bool:
        return self.object.is_open and self.user.has_perm(records.HOLD, self.object)

    def _log(self) -> list[LogEntry]:
        """Return what was written in this shift, the latest first."""
        if not self.user.has_perm(READ, self.object):
            return []
        return list(self.object.log_entries.with_its_tags().order_by("-number")[:MOST])


class HelperAdd(MovePage):
    """Let a colleague work at the post."""

    model = Shift
    permission = records.HOLD
    related = ("office", "post", "clerk")
    title = _("Let a colleague work at the post")
    text = _("They act under their own name until you let them go or the shift ends; you go on answering for the post.")
    button = _("Let them work here")
    form_class = HelperForm
    service = records.add_helper
    success = _("Written down.")

    def get_success_url(self, _obj: Any) -> str:
        return self.object.get_absolute_url()


class HelperEnd(MovePage):
    """A colleague's time at the post is over."""

    model = Holding
    namespace = "duty"
    permission = records.HOLD
    related = ("post", "person")
    title = _("Ends their time at the post")
    form_class = NothingForm
    service = records.end_helper
    success = _("Written down.")

    def frame(self) -> dict[str, Any]:
        """Lead back to the shift records."""
        return {**super().frame(), "crumbs": [(Shift._meta.verbose_name_plural, ShiftList.address())]}

    def get_success_url(self, _obj: Any) -> str:
        return self.back_url()

    def back_url(self) -> str:
        running = Shift.objects.filter(post=self.object.post_id).open().first()
        return running.get_absolute_url() if running else ShiftList.address()
