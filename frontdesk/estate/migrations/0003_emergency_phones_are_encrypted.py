"""The phone to call in an emergency lies in the database as unreadable as the number of the identity paper."""

from django.db import migrations, models
from django.db.models.functions import Cast

import frontdesk.kit.fields

SEALED = "gAAAA"  # how every encrypted value begins, and no phone does


def _rows(apps):
    """Give (key, what lies in the column) of everybody who has one, past the field that would decrypt it."""
    people = apps.get_model("estate", "Person").objects.exclude(emergency_phone="")
    return people.annotate(lying=Cast("emergency_phone", models.TextField())).values_list("pk", "lying").order_by("pk")


def encrypt(apps, schema_editor):
    """Encrypt what lies there in clear; what is encrypted already stays as it is."""
    people = apps.get_model("estate", "Person").objects
    for pk, number in list(_rows(apps)):
        if number and not number.startswith(SEALED):
            people.filter(pk=pk).update(emergency_phone=number)


def decrypt(apps, schema_editor):
    """Write the numbers in clear again, for the version before."""
    people = apps.get_model("estate", "Person").objects
    for pk, number in list(_rows(apps)):
        if number and number.startswith(SEALED):
            plain = models.Value(frontdesk.kit.fields.unseal(number), output_field=models.TextField())
            people.filter(pk=pk).update(emergency_phone=plain)


class Migration(migrations.Migration):
    dependencies = [("estate", "0002_initial")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="emergency_phone",
            field=frontdesk.kit.fields.EncryptedTextField(blank=True, verbose_name="emergency phone"),
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
