"""A register of 20,000 rows and ten columns: upload, check, import. Time, processor time and memory of each step.

python -m tests.benchmarks.bench_import            (SQLite; with DATABASE_URL the database named there)

Goal: all of it in 60 seconds and 300 MB. The sandbox that reads the file is a process of its own and shown apart.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.files.base import ContentFile
from django.db import connection
from django.test.runner import DiscoverRunner
from openpyxl import Workbook

from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.kit.imports import importer_for, runs
from frontdesk.kit.jobs import run_job
from tests.factories import MembershipFactory, OfficeFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = int(os.environ.get("ROWS", "20000"))
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文志海燕"
HEAD = ["楼栋", "单元", "房号", "楼层", "房屋类型", "建筑面积", "姓名", "手机号", "身份", "起始日期"]


def table() -> bytes:
    """Return the workbook of an estate of 200 buildings with one owner a flat."""
    book = Workbook(write_only=True)
    paper = book.create_sheet("房屋")
    paper.append(HEAD)
    for number in range(ROWS):
        building, rest = divmod(number, 100)
        floor, door = divmod(rest, 4)
        name = SURNAMES[number % 20] + GIVEN[number // 20 % 34] + GIVEN[number // 680 % 34]
        phone = f"138{number:08}"
        unit = [f"{building + 1}", "1", f"{floor + 1}{door + 1:02}", floor + 1, "住宅", 89.5]
        paper.append([*unit, name, phone, "业主", "2020-06-10"])
    with tempfile.TemporaryFile() as stream:
        book.save(stream)
        stream.seek(0)
        return stream.read()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print what a step took."""
    wall, used = time.perf_counter(), time.process_time()
    yield
    memory = peak_memory()
    took = time.perf_counter() - wall, time.process_time() - used
    sys.stdout.write(f"{name:24}{took[0]:8.1f} s {took[1]:8.1f} s processor {memory:6} MB so far\n")


def peak_memory() -> int:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def bench() -> None:
    """Go the whole way of one file, then send it once more."""
    office = OfficeFactory()
    manager = UserFactory()
    MembershipFactory(user=manager, office=office, role="manager")
    importer = importer_for("estate.register")
    data = table()
    sys.stdout.write(f"{connection.vendor}: {ROWS} rows, {len(data) / 1e6:.1f} MB, {peak_memory()} MB before\n")
    began = time.perf_counter()
    for turn in ("first time", "same file again"):
        sys.stdout.write(f"{turn}\n")
        with step("  upload, read, guess"):
            run, tables = runs.start(importer, ContentFile(data, "register.xlsx"), office=office, by=manager)
        with step("  check"):
            runs.order_check(run, tables, by=manager)
            run_job(run.job_id or 0)
            run.refresh_from_db()
        sys.stdout.write(f"  {run.counts} {run.messages[:3]}\n")
        if runs.may_commit(run):
            with step("  import"):
                run_job(runs.order_commit(run, by=manager).pk)
            sys.stdout.write(f"  all of it {time.perf_counter() - began:.1f} s\n")
    run.job.refresh_from_db()
    counts = [model.objects.count() for model in (Unit, Person, Tenure)]
    sandbox = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(f"units, people, tenures {counts}; sandbox {sandbox.ru_utime:.1f} s processor in all\n")


if __name__ == "__main__":
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        bench()
    finally:
        runner.teardown_databases(databases)
