"""An empty database after a test that commits: what has rows is emptied, what has none is left alone.

Django's own way empties every table, which on PostgreSQL writes some files for each of a hundred, and makes content
types and permissions anew; the few tables a test filled are emptied in a fraction of that time.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase

from frontdesk.kit import ledger

STAY = {ContentType._meta.db_table, Permission._meta.db_table, MigrationRecorder.Migration._meta.db_table}
"""What migrations write; the same after every test."""
_djangos_way = TransactionTestCase._fixture_teardown
_written: dict[str, Any] = {}


def remember_what_migrations_wrote() -> None:
    """Note the content types and permissions of a fresh database."""
    _written.update(_of_migrations())


def empty(test: TransactionTestCase) -> None:
    """Leave the database as the migrations made it, guards of the books included."""
    if test.available_apps is not None or test.serialized_rollback or _of_migrations() != _written:
        ledger.take_down_guards()
        _djangos_way(test)
        remember_what_migrations_wrote()
        return
    filled = _filled()
    guarded = {model._meta.db_table for model in ledger.guarded_models()} & set(filled)
    if guarded:
        ledger.take_down_guards()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in filled:  # in any order: foreign keys are asked at the commit
            cursor.execute(f'DELETE FROM "{table}"')
    if guarded or ledger.missing_guards():
        ledger.put_up_guards()


def _filled() -> list[str]:
    """Return the tables that have rows."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - STAY
    one = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in sorted(tables)))
        return [row[0] for row in cursor.fetchall()]


def _of_migrations() -> dict[str, Any]:
    return {
        "types": list(ContentType.objects.order_by("pk").values_list("pk", "app_label", "model")),
        "permissions": list(Permission.objects.order_by("pk").values_list("pk", "content_type_id", "codename")),
    }
