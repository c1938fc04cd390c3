"""Runs: a table is written whole or not at all; the same file adds nothing; wrong rows come back marked."""

import datetime as dt
import io
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection

from frontdesk.kit import jobs
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.imports import run_import, runs
from frontdesk.kit.imports.planning import plan
from frontdesk.kit.jobs import Cancelled, Progress
from frontdesk.kit.models import Activity, Attachment, Holiday, ImportRun, Job
from tests.kit.tables import SETS, DayImporter, days_with, table
from tests.kit.uploads import book_of


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def bring(office, manager):
    def bring(data=None, **kwargs):
        return run_import("tests.days", data or table(), office=kwargs.pop("office", office), by=manager, **kwargs)

    return bring


@pytest.fixture
def begin(office, manager):
    """Upload and check, as far as the preview."""

    def begin(data=None):
        run, tables = runs.start(DayImporter, ContentFile(data or table(), "放假.xlsx"), office=office, by=manager)
        runs.order_check(run, tables, by=manager)
        return run

    return begin


def texts(run):
    return [(said["sheet"], said["row"], said["column"]) for said in run.messages]


def test_right_table_is_written(bring, office):
    run = bring()
    assert (run.status, run.messages) == ("done", [])
    assert run.counts == {"new": 3, "changed": 0, "same": 1, "wrong": 0, "left_out": 0}
    days = Holiday.objects.filter(office=office)
    assert list(days.values_list("date", "kind", "name")) == [
        (dt.date(2026, 10, day), "statutory_holiday", "国庆") for day in (1, 2, 3)
    ]
    assert Activity.objects.get(verb="import_table").note == ""  # the page says it anew


def test_one_wrong_row_keeps_everything_out(bring):
    run = bring(days_with(["GQ", "2026-10-01", "国庆"], ["GQ", "十月二日", "国庆"], ["XX", "2026-10-03", "不行"]))
    assert run.status == "checked"
    assert run.counts["wrong"] == 2
    assert texts(run) == [("日子", 3, "B 日期"), ("日子", 4, "C 名称")]
    assert not Holiday.objects.exists()


def test_rows_are_compared_across_sheets_and_with_each_other(bring):
    run = bring(days_with(["XX", "2026-10-01", ""], ["GQ", "2026-10-02", ""], ["GQ", "2026/10/2", ""]))
    assert texts(run) == [("日子", 2, "A 编号"), ("日子", 4, "B 日期")]
    assert "3" in run.messages[1]["text"]


def test_repeating_sheet_says_the_same_once_and_never_two_things(bring):
    assert bring(table(sets=[*SETS, SETS[1]])).status == "done"
    run = bring(table(sets=[*SETS, ["GQ", "make_up_workday"]]))
    assert texts(run)[0] == ("假期", 3, "A 编号")


def test_marked_table_can_be_corrected_and_brought_again(bring):
    def formula_as_text(book):
        book["日子"]["C2"].data_type = "s"

    days = [
        ["编号", "日期", "名称"],
        ["GQ", "2026-10-01", "=1+1"],
        ["GQ", "十月二日", "国庆"],
        ["GQ", "2026-10-03", "@A1"],
    ]
    run = bring(table(days, change=formula_as_text))
    book = book_of(run.marked_file)
    paper = book["日子"]
    head, *lines = [[cell.value for cell in row] for row in paper]
    assert head[1:] == ["编号", "日期", "名称"]
    assert [line[2] for line in lines] == ["十月二日", "2026-10-01", "2026-10-03"]  # the wrong one first
    assert [bool(line[0]) for line in lines] == [True, False, False]
    assert [paper[place].fill.fill_type for place in ("C2", "B2", "C3")] == ["solid", None, None]
    assert (paper["D3"].value, paper["D3"].data_type) == ("=1+1", "s")
    paper["C2"] = "2026-10-02"
    stream = io.BytesIO()
    paper["D3"].data_type = "s"
    book.save(stream)
    again = bring(stream.getvalue())
    assert (again.status, again.counts["new"]) == ("done", 3)
    assert list(Holiday.objects.values_list("name", flat=True)) == ["=1+1", "国庆", "@A1"]


def test_cells_excel_has_ruined_are_errors_of_that_cell(bring):
    run = bring(days_with(["GQ", "2026-10-01", 110101199001011234], ["GQ", "2026-10-02", "=1+1"]))
    assert texts(run) == [("日子", 2, "C 名称"), ("日子", 3, "C 名称")]


def test_at_most_a_hundred_messages(bring):
    run = bring(days_with(*[["GQ", "x", ""] for _ in range(150)]))
    assert (len(run.messages), run.counts["wrong"]) == (100, 150)


def test_same_file_again_adds_nothing_and_is_known(bring, manager):
    data = table()
    first = bring(data)
    second = bring(data, name="改名.xlsx")
    assert (second.status, second.counts["new"], second.counts["same"]) == ("checked", 0, 4)
    assert runs.earlier_run(second) == first
    assert runs.earlier_run(first) is None
    assert Holiday.objects.count() == 3
    with pytest.raises(Conflict):
        runs.order_commit(second, by=manager)


def test_reordered_file_adds_nothing(bring):
    rows = [["GQ", f"2026-10-0{day}", "国庆"] for day in (1, 2, 3)]
    bring(days_with(*rows))
    assert bring(days_with(*reversed(rows))).counts["same"] == 4
    assert Holiday.objects.count() == 3


def test_changed_rows_are_changed(bring):
    bring()
    run = bring(days_with(["GQ", "2026-10-01", "国庆节"], ["GQ", "2026-10-02", "国庆"]))
    assert (run.counts["changed"], run.counts["same"], run.counts["new"]) == (1, 2, 0)
    assert Holiday.objects.get(date=dt.date(2026, 10, 1)).name == "国庆节"


def test_same_file_is_new_in_another_office(bring, other_office):
    data = table()
    bring(data)
    run = bring(data, office=other_office)
    assert (run.counts["new"], runs.earlier_run(run)) == (3, None)


def test_options_are_asked_once_for_all_rows(bring):
    assert bring(options={"suffix": "假"}).status == "done"
    assert set(Holiday.objects.values_list("name", flat=True)) == {"国庆假"}


def test_unanswered_options_keep_the_rows_unchecked(bring):
    run = bring(options={"suffix": "太长的后缀名"})
    assert (run.status, run.counts["new"], len(run.messages)) == ("checked", 0, 1)
    assert not Holiday.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xls", table()), ("a.xlsm", table()), ("a.txt", b"x"), ("a.xlsx", b"x"), ("a.csv", table()), ("a.xlsx", b"")],
)
def test_unreadable_upload_leaves_nothing(office, manager, settings, name, data):
    with pytest.raises(DeskError):
        runs.start(DayImporter, ContentFile(data, name), office=office, by=manager)
    assert not ImportRun.objects.exists()
    assert not Attachment.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))


def test_table_without_rows_is_told(begin):
    run = begin(days_with())
    assert (run.status, run.messages, run.counts["new"]) == ("checked", [], 0)
    assert not runs.may_commit(run)
    run = begin(table(sets=[SETS[0]], days=[["编号", "日期"]]))
    assert (len(run.messages), run.counts["wrong"]) == (1, 0)


def test_commit_is_a_job_and_starts_once(begin, manager):
    run = begin()
    job = runs.order_commit(run, by=manager)
    with pytest.raises(Conflict):
        runs.order_commit(ImportRun.objects.get(pk=run.pk), by=manager)
    assert jobs.run_job(job.pk)
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.status, job.status, Holiday.objects.count()) == ("done", "done", 3)


def test_long_table_is_checked_by_a_job(begin, manager, monkeypatch):
    monkeypatch.setattr(runs, "ROWS_CHECKED_AT_ONCE", 2)
    run = begin()
    assert (run.stage, run.counts) == ("checking", {})
    jobs.run_job(run.job.pk)
    run = ImportRun.objects.get(pk=run.pk)
    assert (run.stage, run.counts["new"], run.job.status) == ("checked", 3, "done")


def test_job_run_twice_imports_once(begin, manager):
    run = begin()
    job = runs.order_commit(run, by=manager)
    jobs.run_job(job.pk)
    Holiday.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(status="waiting")
    jobs.run_job(job.pk)
    assert not Holiday.objects.exists()


def test_crash_in_the_middle_of_writing_leaves_nothing(begin, manager, monkeypatch):
    run = begin()

    def broken(self, rows, *, progress):
        Holiday.objects.create(office=self.office, date=dt.date(2026, 1, 1), kind="weekend")
        raise IntegrityError

    monkeypatch.setattr(DayImporter, "commit", broken)
    job = runs.order_commit(run, by=manager)
    jobs.run_job(job.pk)
    assert not Holiday.objects.exists()
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(not_before=None)
    jobs.run_job(job.pk)
    assert Holiday.objects.count() == 3


def test_cancelled_import_can_be_started_again(begin, manager):
    run = begin()
    jobs.cancel(runs.order_commit(run, by=manager), by=manager)
    run = ImportRun.objects.select_related("job").get(pk=run.pk)
    assert (run.status, run.stage) == ("importing", "checked")
    assert runs.may_commit(run)
    jobs.run_job(runs.order_commit(run, by=manager).pk)
    assert Holiday.objects.count() == 3


def test_register_that_moved_on_sends_back_to_the_preview(begin, manager, monkeypatch):
    run = begin()
    job = runs.order_commit(run, by=manager)
    monkeypatch.setattr(DayImporter, "check", lambda _self, rows: rows["days"][0].error("date", "已被占用"))
    jobs.run_job(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.status, run.status, run.counts["wrong"]) == ("failed", "checked", 1)
    assert not Holiday.objects.exists()


def test_discarded_table_cannot_be_imported(begin, manager):
    run = begin()
    runs.discard(run, by=manager)
    with pytest.raises(Conflict):
        runs.order_commit(run, by=manager)
    with pytest.raises(Conflict):
        runs.set_mapping(run, {}, {}, by=manager)


def test_cancel_is_heard_while_rows_are_checked(begin):
    run = begin(days_with(*[["GQ", f"2026-{month:02}-{day:02}", ""] for month in range(1, 9) for day in range(1, 29)]))
    progress = Progress()
    progress.end = Cancelled
    with pytest.raises(Cancelled):
        runs.commit(run, progress)
    assert not Holiday.objects.exists()


def test_uploaded_file_expires_after_a_month(begin):
    run = begin()
    kept = run.file
    assert dt.timedelta(days=29) < kept.expires_at - kept.created_at < dt.timedelta(days=31)
    kept.delete()
    with pytest.raises(DeskError):
        runs.tables_of(ImportRun.objects.get(pk=run.pk))


@pytest.mark.django_db(transaction=True)
def test_two_people_importing_the_same_at_once_write_it_once(office, manager, begin):
    first, second = begin(), begin()
    orders = [runs.order_commit(run, by=manager) for run in (first, second)]
    barrier = threading.Barrier(2)

    def work(job):
        barrier.wait()
        jobs.run_job(job.pk)
        connection.close()

    threads = [threading.Thread(target=work, args=[job]) for job in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run in (first, second):
        run.refresh_from_db()
    assert [run.status for run in (first, second)] == ["done", "done"]
    assert sorted(run.counts["new"] for run in (first, second)) == [0, 3]
    assert Holiday.objects.count() == 3


def test_a_plan_keeps_no_cells_and_hands_its_rows_over_to_who_writes_them(begin, office, manager):
    run = begin()
    importer = DayImporter(office=office, by=manager, options={"suffix": ""})
    made = plan(importer, runs.tables_of(run), run.mapping["sheets"], Progress())
    assert [row.raw for rows in made.rows.values() for row in rows] == [{}] * 4
    rows = made.take_rows()
    assert (len(rows["days"]), made.rows) == (3, {})
