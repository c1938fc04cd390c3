"""The installation's settings: one table, read strictly; what is unknown or ill-typed stops the start."""

from __future__ import annotations

import difflib
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "FRONTDESK_"
YES, NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}
DATABASE_SCHEMES = ("postgres://", "postgresql://", "sqlite:///")


def switch(text: str) -> bool:
    """Read yes or no, and nothing else."""
    if text.lower() in YES | NO:
        return text.lower() in YES
    msg = "is neither yes nor no"
    raise ValueError(msg)


def names(text: str) -> list[str]:
    """Read a list separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def addresses(text: str) -> list[str]:
    """Read a list of IP addresses separated by commas."""
    return [str(ipaddress.ip_address(part)) for part in names(text)]


def count(text: str) -> int:
    """Read a whole number from 1 to 64."""
    number = int(text)
    if not 1 <= number <= 64:  # noqa: PLR2004 -- said in the sentence
        msg = "is not between 1 and 64"
        raise ValueError(msg)
    return number


def one_of(*words: str) -> Callable[[str], str]:
    """Build a reader for one word out of a few."""

    def read_word(text: str) -> str:
        if text not in words:
            msg = f"is not one of {', '.join(words)}"
            raise ValueError(msg)
        return text

    return read_word


def database(text: str) -> dict[str, Any] | None:
    """Read a database address; none means the SQLite file in the data folder."""
    if not text:
        return None
    parsed = Env.db_url_config(text) if text.startswith(DATABASE_SCHEMES) else {}
    if not parsed.get("NAME"):
        msg = "is not an address like postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3"
        raise ValueError(msg)
    return dict(parsed)


def redis(text: str) -> str:
    """Read the queue's address; none means a queue of files in the data folder."""
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        msg = "is not an address like redis://host:6379/0"
        raise ValueError(msg)
    return text


@dataclass(frozen=True)
class Variable:
    """One setting: its name, what it takes when it is not set, how it is read and what it is for."""

    name: str
    default: str
    read: Callable[[str], Any]
    about: str


VARIABLES = (
    Variable(
        "FRONTDESK_DATA_DIR", "var", Path, "Folder of everything that is kept: database, keys, uploaded files, queue."
    ),
    Variable(
        "FRONTDESK_KEY_DIR", "", Path, "Folder of the secret keys; empty = `keys` in the data folder. Back it up apart."
    ),
    Variable(
        "DATABASE_URL", "", database, "`postgres://user:password@host:5432/name`; empty = SQLite in the data folder."
    ),
    Variable(
        "REDIS_URL", "", redis, "`redis://host:6379/0`; empty = a queue of files in the data folder (one machine)."
    ),
    Variable(
        "FRONTDESK_HOSTS",
        "127.0.0.1,localhost,[::1]",
        names,
        "Names under which browsers reach the server. Anything but this machine's own turns HTTPS on.",
    ),
    Variable(
        "FRONTDESK_PLAIN_HTTP",
        "no",
        switch,
        "`yes` = an intranet without HTTPS: turns off the redirect to HTTPS, HSTS and cookies only for HTTPS. "
        "Passwords then cross the network readable.",
    ),
    Variable(
        "FRONTDESK_TRUSTED_PROXIES",
        "",
        addresses,
        "IP addresses of your own proxies; only their `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
    ),
    Variable(
        "FRONTDESK_DEBUG", "no", switch, "`yes` = error pages with source code, for developers on their own machine."
    ),
    Variable(
        "FRONTDESK_LOG_FORMAT", "plain", one_of("plain", "json"), "`plain` for people, `json` for a log collector."
    ),
    Variable(
        "FRONTDESK_LOG_LEVEL",
        "INFO",
        one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "`DEBUG`, `INFO`, `WARNING`, `ERROR`.",
    ),
    Variable("FRONTDESK_WEB_THREADS", "4", count, "Pages answered at the same time."),
    Variable("FRONTDESK_WORKER_THREADS", "2", count, "Background jobs run at the same time."),
)


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return every setting by name; raise `ImproperlyConfigured` naming what is wrong."""
    known = {variable.name for variable in VARIABLES}
    for name in sorted(name for name in environ if name.startswith(PREFIX) and name not in known):
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        msg = f"{name} is not a setting of Frontdesk." + (f" Did you mean {close[0]}?" if close else "")
        raise ImproperlyConfigured(msg)
    return {variable.name: _read_one(variable, environ.get(variable.name, "").strip()) for variable in VARIABLES}


def _read_one(variable: Variable, text: str) -> Any:
    try:
        return variable.read(text or variable.default)
    except ValueError as error:
        shown = "its value" if variable.name.endswith("_URL") else f"“{text}”"  # an address may hold a password
        msg = f"{variable.name}: {shown} cannot be used: {error}."
        raise ImproperlyConfigured(msg) from error


def as_table() -> str:
    """Return the table of settings as the README shows it."""
    rows = [f"| `{v.name}` | {f'`{v.default}`' if v.default else ''} | {v.about} |" for v in VARIABLES]
    return "\n".join(("| Variable | Default | Meaning |", "|---|---|---|", *rows))


if __name__ == "__main__":
    print(as_table())  # noqa: T201 -- pasted into the README; a test compares the two
