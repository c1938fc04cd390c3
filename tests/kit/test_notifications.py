import pytest
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.models import Notification
from frontdesk.kit.notifications import mark_read, notify, unread

pytestmark = pytest.mark.django_db


def test_notify_speaks_each_persons_language_and_skips_the_actor(clerk, supervisor, manager):
    manager.language = "en"
    notify([clerk, supervisor, manager, manager, None], _("Tickets"), url="/x/", by=clerk)
    assert set(Notification.objects.values_list("user", "text", "url")) == {
        (supervisor.pk, "工单", "/x/"),
        (manager.pk, "Tickets", "/x/"),
    }


def test_mark_read_empties_the_bell_of_one_person(clerk, supervisor):
    notify([clerk, supervisor], "通知")
    assert unread(clerk) == 1
    mark_read(clerk)
    assert (unread(clerk), unread(supervisor)) == (0, 1)
