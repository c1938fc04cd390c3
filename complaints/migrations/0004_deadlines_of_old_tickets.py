"""Tickets taken before there were four clocks keep the deadline they had."""

from django.db import migrations
from django.db.models import F


def carry_over(apps, schema_editor):
    """Copy the agreed deadline to where lists now look for it."""
    apps.get_model("complaints", "Ticket").objects.filter(due_at__isnull=False).update(finish_due_at=F("due_at"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_whole_ticket")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
