"""`python -m tests`: everything on SQLite, with what it covers, then all of it again on PostgreSQL and Redis."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/test")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
AT_ONCE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]  # which files come first: tests/conftest.py
NOT_FOR_TESTS = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
"""Which services a round has it is told; and its hundred processes read what one of them has compiled."""
ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def main(arguments: list[str]) -> int:
    """Run both rounds; a round with failures does not keep the other from running."""
    python("-m", "coverage", "erase")
    codes = [one_round("SQLite", {}, ["--cov", "--cov-report=", "--cov-fail-under=0", *arguments])]
    missing = [name for name, url in (("PostgreSQL", POSTGRESQL), ("Redis", REDIS)) if not answers(url)]
    if not missing:
        codes.append(one_round("PostgreSQL + Redis", {"DATABASE_URL": POSTGRESQL, "REDIS_URL": REDIS}, arguments))
    elif ON_CI:
        say(f"FAILED: {' and '.join(missing)} not reachable, and CI=true leaves nothing out")
        codes.append(1)
    else:
        say(f"LEFT OUT: the round on PostgreSQL + Redis ({' and '.join(missing)} not reachable)")
    if not arguments:  # a part of the tests says nothing about the whole
        codes.append(coverage())
    return max(codes)


def one_round(name: str, services: dict[str, str], arguments: list[str]) -> int:
    """Run pytest once, on these services only."""
    say(f"Tests on {name}")
    started = time.monotonic()
    environment = {key: value for key, value in os.environ.items() if key not in NOT_FOR_TESTS}
    several = [] if any(word.startswith("-n") for word in arguments) else AT_ONCE
    code = python("-m", "pytest", *several, *arguments, env=environment | services)
    say(f"Tests on {name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s")
    return code


def coverage() -> int:
    """Print what no test reached on SQLite; too much of it fails the run. Counting lines takes long: once is enough."""
    say("Coverage")
    return python("-m", "coverage", "report")


def answers(url: str) -> bool:
    """Tell whether somebody listens at this address."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5432), timeout=2).close()
    except OSError:
        return False
    return True


def python(*words: str, env: dict[str, str] | None = None) -> int:
    """Run a module of this environment in the project's folder."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=False).returncode


def say(text: str) -> None:
    """Print a line that is found again in a long log."""
    print(f"\n=== {text} ===", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
