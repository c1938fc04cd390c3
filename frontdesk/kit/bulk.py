"""Many rows in one statement: what a month's bills need, on both databases (`INSERT … SELECT` from one parameter)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db import models


def insert_new(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, same: Mapping[str, Any]
) -> int:
    """Insert the rows that are not there yet, whatever uniqueness says so; return how many were new.

    `names` are field names, each row holds their values in that order as the database keeps them (fen, ids, texts);
    a name may come twice where two columns hold the same: the value is sent once for each. `same` are the columns
    that hold one value in all rows, as Python has it. Columns named by neither must have a default in the database
    or be null.
    """
    listed = list(rows)
    if not listed:
        return 0
    fields: Any = [model._meta.get_field(name) for name in (*names, *same)]
    picked = [_picked(field, place) for place, field in enumerate(fields[: len(names)])]
    columns = [field.column for field in fields]
    values = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields[len(names) :], same.values(), strict=True)
    ]
    marks = [*picked, *("%s" for _value in values)]
    if connection.vendor == "postgresql":
        source = "jsonb_array_elements(%s::jsonb) AS each_row(item)"
    else:
        source = "json_each(%s) WHERE true"
    table, quoted = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    sql = f'INSERT INTO "{table}" ({quoted}) SELECT {", ".join(marks)} FROM {source} ON CONFLICT DO NOTHING'  # noqa: S608 - names of columns only; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, json.dumps(listed, separators=(",", ":"))])
        return int(cursor.rowcount)


def _picked(field: Any, place: int) -> str:
    """Return what reads a value out of a row, of the column's own type."""
    if connection.vendor == "postgresql":
        return f"(item->>{place})::{field.rel_db_type(connection)}"
    return f"json_extract(value, '$[{place}]')"
