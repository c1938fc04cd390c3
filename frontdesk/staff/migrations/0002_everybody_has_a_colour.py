"""Names stand on a colour: choices for it, and one for every account made before, in turn."""

from django.db import migrations, models
from django.db.models import F

COLOURS = [
    (0, "Teal"),
    (1, "Ochre"),
    (2, "Purple"),
    (3, "Green"),
    (4, "Crimson"),
    (5, "Blue"),
    (6, "Coffee"),
    (7, "Grey"),
]


def give_colours(apps, schema_editor):
    """Give a colour to who never had one; accounts made one after the other, as an office's are, get different ones."""
    apps.get_model("staff", "User").objects.filter(colour=0).update(colour=F("id") % len(COLOURS))


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="colour",
            field=models.PositiveSmallIntegerField(choices=COLOURS, default=0, verbose_name="colour"),
        ),
        migrations.RunPython(give_colours, migrations.RunPython.noop),
    ]
