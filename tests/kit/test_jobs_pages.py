"""The pages of jobs: progress, result, buttons, and who sees whose."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from frontdesk.kit import files, jobs
from frontdesk.kit.models import Attachment, Heartbeat, Job
from frontdesk.kit.views.jobs import duration
from tests.factories import MembershipFactory
from tests.kit.test_jobs import order


def test_result_is_kept_for_a_week(office, clerk, client_of, django_capture_on_commit_callbacks):
    job = order("tests.report", office, clerk)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.text, job.result.name) == ("done", "1 行", "结果.csv")
    response = client_of(clerk, confirmed=True).get(reverse("kit:job_result", args=[job.pk]), follow=True)
    assert response.getvalue() == "房号\n".encode()
    assert "attachment" in response["Content-Disposition"]
    path = files.path_of(job.result)
    with django_capture_on_commit_callbacks(execute=True):
        files.sweep(timezone.now() + dt.timedelta(days=6))
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        files.sweep(timezone.now() + dt.timedelta(days=8))
    job.refresh_from_db()
    assert job.result is None
    assert not Attachment.objects.exists()
    assert not path.exists()


def test_page_says_when_no_worker_runs(office, clerk, client_of):
    job = order("tests.note", office, clerk)
    page = client_of(clerk).get(job.get_absolute_url()).content.decode()
    assert 'role="alert"' in page
    Heartbeat.objects.create(name="tick", at=timezone.now())
    page = client_of(clerk).get(job.get_absolute_url()).content.decode()
    assert 'role="alert"' not in page


def test_page_of_a_running_job_shows_speed_and_time_left(office, clerk, client_of):
    job = order("tests.note", office, clerk)
    client = client_of(clerk)
    for seconds in (40, 600):
        start = timezone.now() - dt.timedelta(seconds=seconds)
        values = {"status": "running", "done": 500, "total": 1000, "started_at": start, "text": "房号"}
        type(job).objects.filter(pk=job.pk).update(**values)
        page = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
        assert 'value="50"' in page
        assert "房号" in page
        job.refresh_from_db()
        assert duration(job.seconds_left) in page
    assert [duration(40), duration(600)] == ["约剩 40 秒", "约剩 10 分钟"]


def test_fragment_asks_again_until_the_end(office, clerk, client_of):
    job = order("tests.note", office, clerk)
    client = client_of(clerk)
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 1s"' in part
    jobs.run_job(job.pk)
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part


def test_page_is_for_its_creator_and_who_answers_for_the_office(
    office, clerk, steward, supervisor, manager, outsider, company, client_of
):
    job = order("tests.note", office, clerk)
    people = (clerk, steward, supervisor, manager, outsider, company)
    answers = [client_of(person).get(job.get_absolute_url()).status_code for person in people]
    assert answers == [200, 404, 200, 200, 404, 200]


def test_list_shows_own_jobs_and_the_supervisor_all(office, clerk, steward, supervisor, client_of):
    order("tests.note", office, clerk)
    order("tests.refuse", office, steward)
    counts = [
        client_of(person).get(reverse("kit:job_list")).content.decode().count("/jobs/")
        for person in (clerk, supervisor)
    ]
    assert counts[1] > counts[0]


def test_buttons_cancel_and_retry(office, clerk, client_of):
    job = order("tests.note", office, clerk)
    client = client_of(clerk)
    assert client.post(reverse("kit:job_cancel", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert client.post(reverse("kit:job_retry", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.status == "waiting"
    assert client.get(reverse("kit:job_result", args=[job.pk])).status_code == 400


def test_clerk_cannot_cancel_a_colleagues_job(office, clerk, steward, client_of):
    job = order("tests.note", office, clerk)
    assert client_of(steward).post(reverse("kit:job_cancel", args=[job.pk])).status_code == 404


def test_others_jobs_are_seen_only_in_the_office_one_answers_for(
    office, other_office, outsider, supervisor, clerk, client_of
):
    MembershipFactory(user=supervisor, office=other_office, role="guard")
    theirs, mine = order("tests.note", other_office, outsider), order("tests.note", office, clerk)
    own, nobodys = order("tests.note", other_office, supervisor), order("tests.note", None, None)
    assert set(Job.objects.visible_to(supervisor)) == {mine, own}
    assert [job.may_read_files(supervisor) for job in (mine, own, theirs, nobodys)] == [True, True, False, False]
    answers = [client_of(supervisor).get(job.get_absolute_url()).status_code for job in (mine, own, theirs, nobodys)]
    assert answers == [200, 200, 404, 404]


def test_a_job_of_no_office_is_changed_only_by_who_answers_for_all(office, company, supervisor, admin, client_of):
    MembershipFactory(user=company, office=office, role="supervisor")
    job = order("tests.note", None, None)
    cancel = reverse("kit:job_cancel", args=[job.pk])
    assert [client_of(person).post(cancel).status_code for person in (supervisor, company, admin)] == [404, 403, 302]
