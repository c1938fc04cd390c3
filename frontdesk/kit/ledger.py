"""Books in which nothing is rubbed out: the database itself refuses to change or delete what was entered (R-FEE-09).

A model whose rows stay as they were entered says `append_only = True`; one of which some columns follow from others
names those: `append_only = ("outstanding",)`. The guards are triggers, put up after every migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper

    Model = type[models.Model]

MESSAGE = "is append-only"
_PG_FUNCTION = "frontdesk_refuse"


def guarded_models() -> list[Model]:
    """Return the models whose rows the database guards."""
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def put_up_guards(using: str = "default", *, app: str = "") -> None:
    """Put up the triggers of every guarded table that exists, or of one app's; those that stand are made anew."""
    connection = connections[using]
    models = [model for model in guarded_models() if app in ("", model._meta.app_label)]
    tables = set(connection.introspection.table_names()) if models else set()
    with connection.cursor() as cursor:
        for model in models:
            if model._meta.db_table in tables:
                for statement in (*_down(connection, model), *_up(connection, model)):
                    cursor.execute(statement)


def take_down_guards(using: str = "default") -> None:
    """Take the triggers away: for tests that empty their database, never for the office."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in guarded_models():
            if model._meta.db_table in tables:
                for statement in _down(connection, model):
                    cursor.execute(statement)


def missing_guards(using: str = "default") -> list[str]:
    """Return the guards that should stand and do not, by name: for `verify` and `/readyz`."""
    connection = connections[using]
    wanted = {name for model in guarded_models() for name, _when in _names(model, connection.vendor)}
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(wanted - {row[0] for row in cursor.fetchall()})


def _names(model: Model, vendor: str) -> Iterator[tuple[str, str]]:
    table = model._meta.db_table
    columns = _kept_columns(model)
    yield f"{table}_kept", f"UPDATE OF {', '.join(columns)}"
    yield f"{table}_stays", "DELETE"
    if vendor == "postgresql":
        yield f"{table}_whole", "TRUNCATE"


def _kept_columns(model: Model) -> list[str]:
    may_change: Any = model.append_only  # type: ignore[attr-defined]
    free = set() if may_change is True else set(may_change)
    return [f'"{field.column}"' for field in model._meta.concrete_fields if field.name not in free]


def _up(connection: BaseDatabaseWrapper, model: Model) -> Iterator[str]:
    table = model._meta.db_table
    if connection.vendor != "postgresql":
        for name, when in _names(model, connection.vendor):
            refusal = f"SELECT RAISE(ABORT, '{table} {MESSAGE}')"
            yield f'CREATE TRIGGER {name} BEFORE {when} ON "{table}" BEGIN {refusal}; END'
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {_PG_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '% {MESSAGE}', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, when in _names(model, connection.vendor):
        level = "STATEMENT" if when == "TRUNCATE" else "ROW"
        yield f'CREATE TRIGGER {name} BEFORE {when} ON "{table}" FOR EACH {level} EXECUTE FUNCTION {_PG_FUNCTION}()'


def _down(connection: BaseDatabaseWrapper, model: Model) -> Iterator[str]:
    of_table = f' ON "{model._meta.db_table}"' if connection.vendor == "postgresql" else ""
    for name, _when in _names(model, connection.vendor):
        yield f"DROP TRIGGER IF EXISTS {name}{of_table}"
