"""Forms: clean text, own choices, dates the browser understands, marks that keep people from overwriting each other."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import override

from frontdesk.estate.models import Area, Building
from frontdesk.kit.errors import DeskError
from frontdesk.kit.forms import DeskForm, DeskPlainForm, NoteForm, version_token
from frontdesk.kit.forms.cleaning import clean_body, clean_line
from frontdesk.kit.forms.fields import name_the_empty
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.forms.version import fingerprint, read_token
from tests.factories import BuildingFactory, TicketFactory, UnitFactory, UserFactory
from tests.kit.desk import AreaForm, DispatchForm, TicketForm

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kit.desk_urls")]
RTL = "\u202e"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  １２０１　号 ", "1201 号"),
        ("Ａ栋－２", "A栋-2"),
        ("你好，世界！（三楼）：漏水；急？", "你好，世界！（三楼）：漏水；急？"),
        (f"invoice{RTL}fdp.exe", "invoicefdp.exe"),
        ("a\u200bb\ufeffc\u2066d", "abcd"),
        ("a\x08b\x1bc\x85", "abc"),
        ("a\r\nb\tc\u00a0d", "a b c d"),
        ("👨\u200d👩\u200d👧 𠮷 㐂", "👨\u200d👩\u200d👧 𠮷 㐂"),
        ("ﬁ ㎡", "fi m2"),
    ],
)
def test_line_is_made_plain(typed, kept):
    assert clean_line(typed) == kept


def test_line_that_is_free_text_keeps_its_characters():
    assert clean_line(" １２ ㎡ ", fold=False) == "１２ ㎡"


def test_body_keeps_lines_and_characters_and_loses_only_what_cannot_be_seen():
    assert clean_body(f"第一行\r\n　１２\t㎡\r{RTL}end \x00"[:-1]) == "第一行\n　１２\t㎡\nend "


@pytest.mark.parametrize("clean", [clean_line, clean_body])
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\udfff"])
def test_text_no_database_can_keep_is_refused(clean, text):
    with pytest.raises(ValidationError):
        clean(text)


class EveryForm(DeskPlainForm):
    """One field of each kind the base looks at."""

    line = forms.CharField(max_length=5, required=False)
    exact = forms.CharField(required=False)
    body = forms.CharField(widget=forms.Textarea, max_length=5, required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    mail = forms.EmailField(required=False)
    day = forms.DateField(required=False)
    at = forms.DateTimeField(required=False)
    hour = forms.TimeField(required=False)
    building = forms.ModelChoiceField(Building.objects.all(), required=False)
    free_text = ("exact",)


def test_fields_are_cleaned_by_their_kind(clerk):
    sent = {"line": "１２", "exact": "１２", "body": "１\r\n２", "secret": "１２\u200b", "mail": "a@b\uff0ecn"}
    form = EveryForm(sent, user=clerk)
    assert form.is_valid(), form.errors
    assert {name: form.cleaned_data[name] for name in sent} == {
        "line": "12",
        "exact": "１２",
        "body": "１\n２",
        "secret": "１２\u200b",
        "mail": "a@b.cn",
    }


def test_line_ends_count_once_for_the_length(clerk):
    assert EveryForm({"body": "a\r\nb\r\nc"}, user=clerk).is_valid()


def test_refused_text_is_shown_at_its_field(clerk):
    form = EveryForm({"line": "a\x00"}, user=clerk)
    assert list(form.errors) == ["line"]


def test_one_persons_form_does_not_change_the_next(clerk):
    EveryForm({}, user=clerk)
    assert "to_python" not in vars(EveryForm.base_fields["line"])


def test_dates_use_the_browsers_own_inputs_in_every_language(clerk):
    at = dt.datetime(2026, 1, 5, 0, 30, tzinfo=dt.UTC)
    with override("zh-hans"):
        form = EveryForm(user=clerk, initial={"day": dt.date(2026, 1, 5), "at": at, "hour": dt.time(8, 5)})
        assert str(form["day"]) == '<input type="date" name="day" value="2026-01-05" id="id_day">'
        assert 'type="datetime-local"' in str(form["at"])
        assert 'value="2026-01-05T08:30"' in str(form["at"])
        assert 'type="time"' in str(form["hour"])
        sent = EveryForm({"day": "2026-01-05", "at": "2026-01-05T08:30", "hour": "08:05"}, user=clerk)
        assert sent.is_valid()
    assert sent.cleaned_data["at"] == at


def test_choices_are_those_of_the_own_office(clerk, company, office, other_office):
    mine, theirs = BuildingFactory(office=office), BuildingFactory(office=other_office)
    assert list(EveryForm(user=clerk).fields["building"].queryset) == [mine]
    assert list(EveryForm(user=company).fields["building"].queryset.order_by("pk")) == [mine, theirs]
    assert list(EveryForm(user=company, office=other_office).fields["building"].queryset) == [theirs]


def test_choices_without_an_office_are_left_alone(clerk, office):
    rows = ContentType.objects.all()
    assert offered(rows, clerk, office) is rows


def test_posted_record_of_another_office_is_no_choice(clerk, office, other_office):
    form = EveryForm({"building": BuildingFactory(office=other_office).pk}, user=clerk, office=office)
    assert list(form.errors) == ["building"]


def test_edited_record_decides_the_office_of_its_choices(company, office, other_office):
    theirs = UserFactory()
    theirs.memberships.create(office=other_office, role="engineer", starts=dt.date(2026, 1, 1))
    ticket = TicketFactory(office=other_office, first_contact=theirs)
    form = TicketForm(instance=ticket, user=company, office=office)
    assert list(form.fields["assignee"].queryset) == [theirs]
    assert form.office == other_office


def test_search_field_offers_only_what_is_chosen(clerk, office):
    unit, _other = UnitFactory(office=office, code="3-2-101"), UnitFactory(office=office, code="3-2-102")
    html = str(TicketForm(initial={"unit": unit.pk}, user=clerk, office=office)["unit"])
    assert f'data-url="/trial/units/choices/?office={office.pk}"' in html
    assert html.count("<option") == 2
    assert f'<option value="{unit.pk}" selected>3-2-101</option>' in html
    assert '<noscript><input class="form-control" name="unit__text" value=""' in html


@pytest.mark.parametrize("chosen", ["9" * 30, "abc", "²", "-1"])
def test_search_field_survives_a_nonsense_choice(clerk, office, chosen):
    form = TicketForm({"unit": chosen}, user=clerk, office=office)
    assert "unit" in form.errors
    assert str(form["unit"]).count("<option") == 1


@pytest.mark.parametrize(
    ("typed", "found"), [("３-２-１０１", True), ("3-2-101 ", True), ("3-2-10", False), ("", None)]
)
def test_search_field_takes_typed_text_without_javascript(clerk, office, other_office, typed, found):
    unit = UnitFactory(office=office, code="3-2-101")
    UnitFactory(office=other_office, code="3-2-10")
    form = TicketForm({"subject": "x", "kind": "repair", "unit__text": typed}, user=clerk, office=office)
    if found is False:
        assert list(form.errors) == ["unit"]
        assert f'name="unit__text" value="{typed}"' in str(form["unit"])
    else:
        assert form.is_valid(), form.errors
        assert form.cleaned_data["unit"] == (unit if found else None)


def test_search_field_refuses_what_several_are_called(company, office, other_office):
    for place in (office, other_office):
        UnitFactory(office=place, code="3-2-101")
    form = TicketForm({"subject": "x", "kind": "repair", "unit__text": "3-2-101"}, user=company)
    assert list(form.errors) == ["unit"]


def test_form_is_laid_out_without_its_own_form_tag_and_with_its_marks(clerk, office):
    ticket = TicketFactory(office=office)
    html = render_crispy_form(TicketForm(instance=ticket, user=clerk))
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html
    assert 'class="form-grid"' in html
    assert '<input type="hidden" name="version"' in html
    assert 'name="once"' not in html


def test_new_record_acts_once_and_has_no_version(clerk, office):
    html = render_crispy_form(TicketForm(user=clerk, office=office))
    assert '<input type="hidden" name="once"' in html
    assert 'name="version"' not in html


def test_once_may_be_demanded(clerk):
    class PayForm(NoteForm):
        acts_once = True

    assert list(PayForm({}, user=clerk).errors) == ["once"]
    assert NoteForm({}, user=clerk).is_valid()
    assert list(NoteForm({"once": "no uuid"}, user=clerk).errors) == ["once"]


def test_hidden_marks_are_no_values(clerk, office):
    form = DispatchForm({"assignee": clerk.pk, "once": "0" * 32}, user=clerk, office=office)
    assert form.is_valid()
    assert set(form.values()) == {"assignee", "note"}


def test_unique_name_is_checked_within_the_office_that_is_not_asked_for(clerk, office, other_office):
    Area.objects.create(office=office, name="一期")
    assert not AreaForm({"name": "一期"}, user=clerk, office=office).is_valid()
    assert AreaForm({"name": "一期"}, user=clerk, office=other_office).is_valid()


def test_version_mark_belongs_to_one_record_and_cannot_be_made_up(office):
    first, second = TicketFactory(office=office), TicketFactory(office=office)
    token = version_token(first)
    assert read_token(token, first).version == 1
    assert read_token(token, second) is None
    assert read_token(token[:-1] + ("A" if token[-1] != "A" else "B"), first) is None
    assert read_token("", first) is None


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        (None, ""),
        (Decimal("5.50"), Decimal("5.5")),
        (Decimal(100), Decimal("1E2")),
        (dt.datetime(2026, 1, 5, 0, 30, 59, tzinfo=dt.UTC), dt.datetime(2026, 1, 5, 0, 30, tzinfo=dt.UTC)),
        ("a\r\nb", "a\nb"),
        ([2, 1], [1, 2]),
    ],
)
def test_same_value_has_the_same_fingerprint(stored, sent):
    assert fingerprint(stored) == fingerprint(sent)


def test_different_values_have_different_fingerprints():
    values = [None, 0, 1, "x", True, Decimal("0.01"), dt.date(2026, 1, 1), dt.date(2026, 1, 2), [1], [1, 2]]
    assert len({fingerprint(value) for value in values}) == len(values) - 1  # 1 and [1] are the same choice


def test_version_mark_remembers_what_was_shown(clerk, office):
    building = BuildingFactory(office=office)
    unit = UnitFactory(office=office, building=building)
    ticket = TicketFactory(office=office, unit=unit, due_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    token = TicketForm(instance=ticket, user=clerk).fields["version"].initial
    seen = read_token(token, ticket)
    assert not seen.touched("unit", unit)
    assert seen.touched("unit", None)
    assert not seen.touched("due_at", ticket.due_at)
    assert seen.touched("subject", "another")
    assert seen.touched("never shown", "")


class PlainLayoutForm(DeskForm):
    class Meta:
        model = Area
        fields = ("name",)


def test_refusal_without_a_field_stands_above_the_form(clerk, office):
    form = PlainLayoutForm({"name": "x"}, user=clerk, office=office)
    form.refuse(DeskError("no <b>", field="nowhere"))
    html = render_crispy_form(form)
    assert '<div class="notice tone-danger" role="alert">' in html
    assert "<p>no &lt;b&gt;</p>" in html


class AskingForm(DeskPlainForm):
    """A field of each kind that finds something wrong by itself."""

    name = forms.CharField(max_length=3)
    kind = forms.ChoiceField(choices=[("a", "甲")])
    area = forms.ModelChoiceField(Area.objects.all())
    count = forms.IntegerField(min_value=1)
    money = forms.DecimalField(max_digits=4, decimal_places=2)
    day = forms.DateField()
    agreed = forms.BooleanField()
    own = forms.ChoiceField(choices=[], required=False, error_messages={"invalid_choice": "这个时间已过。"})


@pytest.mark.parametrize(
    ("sent", "chinese", "english"),
    [
        ({}, "请填写。", "Please fill this in."),
        ({"name": "四个字了"}, "最多 3 字，现有 4 字。", "At most 3 characters; these are 4."),
        ({"kind": "b"}, "请从列表中选择。", "Please choose from the list."),
        ({"area": "999"}, "请从列表中选择。", "Please choose from the list."),
        ({"count": "两"}, "请填写整数。", "Please write a whole number."),
        ({"count": "0"}, "不能小于 1。", "At least 1."),
        ({"money": "1.234"}, "小数最多 2 位。", "At most 2 digits after the point."),
        ({"day": "明天"}, "请填写日期，如 2026-01-05。", "Please write a date, such as 2026-01-05."),
        ({"own": "x"}, "这个时间已过。", "这个时间已过。"),
    ],
)
def test_a_form_says_what_is_wrong_in_a_forms_words(clerk, sent, chinese, english):
    for language, sentence in (("zh-hans", chinese), ("en", english)):
        with override(language):
            form = AskingForm(sent, user=clerk)
            assert str(form.errors[next(iter(sent), "name")][0]) == sentence


def test_a_form_asks_to_choose_or_to_tick_what_is_not_written(clerk):
    errors = AskingForm({}, user=clerk).errors
    assert [errors[name] for name in ("kind", "area", "agreed")] == [["请选择。"], ["请选择。"], ["请勾选。"]]


def test_what_the_record_finds_wrong_is_said_in_the_same_words(clerk, office):
    field = TicketForm(user=clerk, office=office).fields["subject"]
    assert field.error_messages["max_length"] == "最多 %(limit_value)s 字，现有 %(show_value)s 字。"


@pytest.mark.parametrize(("required", "word"), [(True, "Choose…"), (False, "—")])
def test_the_empty_choice_is_said_in_words(required, word):
    chosen = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "A")], required=required)
    record = forms.ModelChoiceField(Building.objects.none(), required=required)
    for field in (chosen, record):
        name_the_empty(field)
    with override("en"):
        assert (chosen.choices, record.empty_label) == ([("", word), ("a", "A")], word)
