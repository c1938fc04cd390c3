"""The office's own lists: kept by who may, names once, two levels, set aside instead of deleted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from complaints import services
from complaints.forms.catalogue import CategoryForm, DepartmentForm
from complaints.models import Category, Cause, Contractor, Department, Part
from complaints.models.catalogue import CATALOGUES
from complaints.services.defaults import CATEGORIES
from frontdesk.kit.activity import history_of
from frontdesk.kit.durations import said
from frontdesk.kit.errors import DeskError
from frontdesk.kit.forms import version_token
from tests.factories import (
    CategoryFactory,
    CauseFactory,
    ContractorFactory,
    DepartmentFactory,
    PartFactory,
    TicketFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = {
    Category: CategoryFactory,
    Department: DepartmentFactory,
    Contractor: ContractorFactory,
    Part: PartFactory,
    Cause: CauseFactory,
}
HUB = reverse("complaints:catalogue")
DEFAULTS = reverse("complaints:catalogue_defaults")


def url(model, page, *args):
    return reverse(f"complaints:{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", CATALOGUES)
def test_add_puts_it_behind_the_others_and_on_record(office, supervisor, model):
    FACTORIES[model](office=office, position=30)
    entry = services.add_entry(model, office=office, by=supervisor, name="新的")
    assert (entry.office, entry.name, entry.position, entry.is_active) == (office, "新的", 40, True)
    assert history_of(entry).get().verb == "add"


@pytest.mark.parametrize("model", CATALOGUES)
def test_add_is_refused_when_the_name_is_there(office, other_office, supervisor, model):
    FACTORIES[model](office=office, name="同名")
    with pytest.raises(DeskError) as refusal:
        services.add_entry(model, office=office, by=supervisor, name="同名")
    assert refusal.value.field == "name"
    FACTORIES[model](office=other_office, name="别处同名")
    assert services.add_entry(model, office=office, by=supervisor, name="别处同名").pk


@pytest.mark.parametrize("role", ["clerk", "steward", "engineer", "company", "outsider"])
def test_lists_are_changed_by_supervisors_only(office, role, request):
    person, entry = request.getfixturevalue(role), CauseFactory(office=office)
    with pytest.raises(PermissionDenied):
        services.add_entry(Cause, office=office, by=person, name="新的")
    with pytest.raises(PermissionDenied):
        services.change_entry(entry, by=person, name="新的")
    with pytest.raises(PermissionDenied):
        services.take_over_defaults(office, by=person)


def test_change_writes_what_differs_and_nothing_else(office, supervisor):
    part = PartFactory(office=office, name="门窗", warranty_months=24)
    services.change_entry(part, by=supervisor, name="门窗", warranty_months=24)
    assert not history_of(part).exists()
    changed = services.change_entry(part, by=supervisor, name="门窗", warranty_months=12, is_active=False)
    assert (changed.warranty_months, changed.is_active, changed.version) == (12, False, 2)
    row = history_of(part).get()
    assert (row.verb, row.before, row.after) == (
        "edit",
        {"warranty_months": 24, "is_active": True},
        {"warranty_months": 12, "is_active": False},
    )


def test_change_to_a_name_that_is_taken_is_refused(office, supervisor):
    CauseFactory(office=office, name="老化")
    other = CauseFactory(office=office, name="设计")
    with pytest.raises(DeskError) as refusal:
        services.change_entry(other, by=supervisor, name="老化")
    assert refusal.value.field == "name"


def test_members_are_set_and_said(office, supervisor, engineer, clerk):
    department = services.add_entry(Department, office=office, by=supervisor, name="工程部", members=[engineer])
    changed = services.change_entry(department, by=supervisor, name="工程部", members=[engineer, clerk])
    assert set(department.members.all()) == {engineer, clerk}
    assert (changed.version, history_of(department).first().note) == (2, "李强, 王敏")
    services.change_entry(changed, by=supervisor, members=[clerk, engineer])
    assert history_of(department).count() == 2


@pytest.mark.parametrize("role", ["guard", "outsider", "company"])
def test_members_are_only_who_takes_tickets_here(office, supervisor, role, request):
    with pytest.raises(DeskError) as refusal:
        services.add_entry(
            Department, office=office, by=supervisor, name="工程部", members=[request.getfixturevalue(role)]
        )
    assert refusal.value.field == "members"
    assert not Department.objects.exists()


def test_the_tree_has_two_levels_and_no_circle(office, other_office, supervisor):
    top = CategoryFactory(office=office, name="给排水")
    below = CategoryFactory(office=office, name="下水", parent=top)
    other = CategoryFactory(office=office, name="电梯")
    elsewhere = CategoryFactory(office=other_office)
    for category, parent in ((other, below), (top, top), (top, other), (other, elsewhere)):
        with pytest.raises(DeskError) as refusal:
            services.change_entry(category, by=supervisor, parent=parent)
        assert refusal.value.field == "parent"
    with pytest.raises(DeskError):
        services.add_entry(Category, office=office, by=supervisor, name="更深", parent=below)
    assert services.change_entry(below, by=supervisor, parent=other).parent == other


def test_a_category_goes_to_a_department_of_its_office(office, other_office, supervisor):
    with pytest.raises(DeskError) as refusal:
        services.add_entry(
            Category, office=office, by=supervisor, name="电梯", department=DepartmentFactory(office=other_office)
        )
    assert refusal.value.field == "department"


def test_categories_in_use_read_as_a_tree(office):
    pipes = CategoryFactory(office=office, name="给排水", position=20)
    lifts = CategoryFactory(office=office, name="电梯", position=10)
    old = CategoryFactory(office=office, name="旧分类", position=5, is_active=False)
    CategoryFactory(office=office, name="旧分类之下", parent=old)
    CategoryFactory(office=office, name="下水", parent=pipes, position=2)
    CategoryFactory(office=office, name="龙头", parent=pipes, position=1)
    aside = CategoryFactory(office=office, name="困人", parent=lifts, is_active=False)
    rows = Category.objects.of_office(office)
    assert [str(row) for row in rows.in_use()] == ["电梯", "给排水", "给排水 / 龙头", "给排水 / 下水"]
    assert [str(row) for row in rows.in_use(aside.pk)][1] == "电梯 / 困人"


def test_categories_in_use_take_one_query(office, django_assert_num_queries):
    top = CategoryFactory(office=office)
    for _place in range(3):
        CategoryFactory(office=office, parent=top)
    with django_assert_num_queries(1):
        assert len([str(row) for row in Category.objects.in_use()]) == 4


def test_defaults_make_a_whole_estate(office, supervisor):
    made = services.take_over_defaults(office, by=supervisor)
    assert made == sum(model.objects.filter(office=office).count() for model in CATALOGUES)
    assert Category.objects.filter(parent=None).count() == len(CATEGORIES)
    burst = Category.objects.get(name="水管爆裂")
    assert (str(burst), str(burst.department), burst.finish_minutes, burst.is_urgent, burst.asks_visit) == (
        "给排水 / 水管爆裂", "工程部", 60, True, True,
    )  # fmt: skip
    warranty = dict(Part.objects.values_list("name", "warranty_months"))
    assert (warranty["屋面防水"], warranty["供热、供冷系统"], warranty["电气管线"], warranty["保温工程"]) == (
        60,
        24,
        24,
        60,
    )
    assert history_of(burst).get().actor == supervisor
    assert [row.name for row in Category.objects.of_office(office).in_use()][:3] == [
        "房屋本体",
        "渗漏水",
        "墙面开裂、空鼓",
    ]


def test_defaults_taken_over_twice_add_nothing(office, supervisor):
    services.take_over_defaults(office, by=supervisor)
    assert services.take_over_defaults(office, by=supervisor) == 0


def test_defaults_leave_alone_what_is_there(office, other_office, supervisor):
    own = DepartmentFactory(office=office, name="工程部", is_active=False)
    lift = CategoryFactory(office=office, name="电梯", asks_visit=True)
    stuck = CategoryFactory(office=office, name="困人", parent=lift, finish_minutes=15)
    services.take_over_defaults(office, by=supervisor)
    for row in (own, lift, stuck):
        row.refresh_from_db()
    assert (own.is_active, lift.asks_visit, stuck.finish_minutes) == (False, True, 15)
    assert Category.objects.get(name="停运").department is None  # the department set aside is not brought back
    assert not any(model.objects.filter(office=other_office).exists() for model in CATALOGUES)


def test_hub_offers_the_defaults_while_something_is_empty(office, supervisor, client_of):
    client = client_of(supervisor)
    assert DEFAULTS in client.get(HUB).content.decode()
    assert client.post(DEFAULTS).url == HUB
    page = client.get(HUB).content.decode()
    assert DEFAULTS not in page
    assert client.post(DEFAULTS).status_code == 302
    assert Cause.objects.filter(name="老化").count() == 1


def test_hub_wants_one_office_for_the_defaults(office, other_office, admin, client_of):
    client = client_of(admin)
    assert DEFAULTS not in client.get(HUB).content.decode()
    assert client.post(DEFAULTS).status_code == 302
    assert not Category.objects.exists()


@pytest.mark.parametrize("model", CATALOGUES)
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_the_same_queries_however_many_rows(
    office, supervisor, engineer, model, rows, client_of, django_assert_num_queries
):
    for _row in range(rows):
        FACTORIES[model](office=office, **({"members": [engineer]} if model is Department else {}))
    client = client_of(supervisor)
    client.get(url(model, "list"))
    with django_assert_num_queries(7 if model is Department else 6):
        client.get(url(model, "list"))


@pytest.mark.parametrize("model", CATALOGUES)
def test_lists_show_the_own_office_and_what_is_set_aside(office, other_office, supervisor, model, client_of):
    FACTORIES[model](office=office, name="在用")
    FACTORIES[model](office=office, name="旧的", is_active=False)
    FACTORIES[model](office=other_office, name="别处的")
    with translation.override("zh-hans"):
        page = client_of(supervisor).get(url(model, "list")).content.decode()
    assert "在用" in page
    assert "旧的" in page
    assert "别处的" not in page


@pytest.mark.parametrize("model", CATALOGUES)
def test_add_and_edit_through_the_pages(office, supervisor, model, client_of):
    client = client_of(supervisor)
    data = {"name": "新的", "warranty_months": 24, "once": str(uuid4())}
    answer = client.post(url(model, "add"), data)
    assert (answer.status_code, answer.url) == (302, url(model, "list"))
    entry = model.objects.get(office=office, name="新的")
    page = url(model, "edit", entry.pk)
    assert client.get(page).status_code == 200
    answer = client.post(page, {**data, "name": "改名", "position": 7, "version": version_token(entry)})
    entry.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, url(model, "list"))
    assert (entry.name, entry.position, entry.is_active) == ("改名", 7, False)


@pytest.mark.parametrize("model", CATALOGUES)
def test_a_name_that_is_taken_is_said_at_the_name(office, supervisor, model, client_of):
    FACTORIES[model](office=office, name="同名")
    answer = client_of(supervisor).post(
        url(model, "add"), {"name": "同名", "warranty_months": 24, "once": str(uuid4())}
    )
    assert list(answer.context["form"].errors) == ["name"]


def test_the_same_word_may_stand_below_two_branches(office, supervisor):
    first, second = (CategoryFactory(office=office) for _place in range(2))
    CategoryFactory(office=office, name="其他", parent=first)
    data = {"name": "其他", "once": str(uuid4())}
    assert CategoryForm({**data, "parent": second.pk}, user=supervisor, office=office).is_valid()
    assert CategoryForm(data, user=supervisor, office=office).is_valid()
    assert list(CategoryForm({**data, "parent": first.pk}, user=supervisor, office=office).errors) == ["name"]


@pytest.mark.parametrize("model", CATALOGUES)
def test_a_stale_edit_shows_both_and_keeps_the_first(office, supervisor, manager, model, client_of):
    entry = FACTORIES[model](office=office, name="原名")
    stale = version_token(entry)
    common = {"position": 1, "is_active": "on", "warranty_months": 24}
    client_of(manager).post(url(model, "edit", entry.pk), {**common, "name": "先改的", "version": stale})
    answer = client_of(supervisor).post(url(model, "edit", entry.pk), {**common, "name": "后改的", "version": stale})
    entry.refresh_from_db()
    assert (answer.status_code, entry.name) == (409, "先改的")
    for text in ("先改的", "后改的"):
        assert text in answer.content.decode()


def test_a_stale_edit_of_the_members_shows_both(office, supervisor, manager, engineer, clerk, steward, client_of):
    department = DepartmentFactory(office=office, name="工程部", members=[engineer])
    stale = client_of(supervisor).get(url(Department, "edit", department.pk)).context["form"]["version"].value()
    services.change_entry(department, by=manager, members=[engineer, clerk])
    data = {"name": "工程部", "position": 0, "is_active": "on", "members": [engineer.pk, steward.pk], "version": stale}
    answer = client_of(supervisor).post(url(Department, "edit", department.pk), data)
    rows = {str(row.label): (row.now, row.yours) for row in answer.context["differences"]}
    assert answer.status_code == 409
    assert list(rows.values()) == [("李强, 王敏", "李强, 赵洁")]
    assert set(department.members.all()) == {engineer, clerk}


def test_time_to_finish_is_typed_in_words_and_kept_in_minutes(office, supervisor, client_of):
    category = CategoryFactory(office=office, finish_minutes=90)
    form = CategoryForm(instance=category, user=supervisor, office=office)
    with translation.override("en"):
        assert form["finish_minutes"].value() == "1 h 30 min"
    data = {"name": category.name, "position": 1, "is_active": "on"}
    client = client_of(supervisor)
    sent = {**data, "finish_minutes": "1天", "version": version_token(category)}
    client.post(url(Category, "edit", category.pk), sent)
    category.refresh_from_db()
    assert category.finish_minutes == 540
    stale = version_token(category)
    services.change_entry(category, by=supervisor, finish_minutes=60)
    answer = client.post(url(Category, "edit", category.pk), {**data, "finish_minutes": "4h", "version": stale})
    rows = [(row.now, row.yours) for row in answer.context["differences"]]
    with translation.override(supervisor.language):
        assert rows == [(said(60, day=540), said(240, day=540))]


@pytest.mark.parametrize("time", ["-1", "0", "NaN", "9999999", "一"])
def test_time_to_finish_that_cannot_be_is_refused(office, supervisor, time):
    form = CategoryForm({"name": "电梯", "finish_minutes": time}, user=supervisor, office=office)
    assert list(form.errors) == ["finish_minutes"]


def test_category_form_offers_what_it_can_hang_on(office, other_office, supervisor):
    top, old = CategoryFactory(office=office), CategoryFactory(office=office, is_active=False)
    below = CategoryFactory(office=office, parent=top)
    CategoryFactory(office=other_office)

    def offered(instance):
        return set(CategoryForm(instance=instance, user=supervisor, office=office).fields["parent"].queryset)

    assert offered(None) == {top}
    assert offered(below) == {top}
    assert offered(top) == set()
    assert offered(CategoryFactory(office=office, parent=old)) == {top, old}


def test_department_form_offers_who_takes_tickets(office, supervisor, engineer, clerk, guard, outsider):
    form = DepartmentForm(user=supervisor, office=office)
    assert set(form.fields["members"].queryset) == {supervisor, engineer, clerk}


@pytest.mark.parametrize("model", CATALOGUES)
def test_anothers_entry_is_not_there(office, other_office, supervisor, model, client_of):
    entry = FACTORIES[model](office=other_office)
    assert client_of(supervisor).get(url(model, "edit", entry.pk)).status_code == 404


def test_what_is_set_aside_stays_on_its_tickets(office, supervisor, clerk, client_of):
    category = CategoryFactory(office=office, name="旧分类")
    ticket = TicketFactory(office=office, category=category, first_contact=clerk)
    services.change_entry(category, by=supervisor, is_active=False)
    assert "旧分类" in client_of(clerk).get(ticket.get_absolute_url()).content.decode()
