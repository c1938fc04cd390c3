"""The installation's settings as the tests want them: a folder of their own and no needless waiting."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="frontdesk-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["FRONTDESK_DATA_DIR"] = str(FOLDER)
os.environ.setdefault("FRONTDESK_LOG_LEVEL", "WARNING")

from frontdesk import keyfiles  # noqa: E402
from frontdesk.settings import *  # noqa: E402, F403
from frontdesk.settings import DATABASES, KEY_DIR, ON_SQLITE, POSTGRESQL_OPTIONS, SQLITE_OPTIONS, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir()
FIELD_KEYS = keyfiles.field_keys(KEY_DIR, data_exists=False)  # a test database is always a new one
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_DEFAULT_QUEUE = "frontdesk-tests"
if ON_SQLITE:
    # A real file, so that threads meet as they do in an office; nothing here has to survive a power cut.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": SQLITE_OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    }
else:
    # Two runs on one server do not meet; nothing here has to survive a power cut.
    given = POSTGRESQL_OPTIONS["OPTIONS"]["options"]
    DATABASES["default"]["OPTIONS"] = {"options": f"{given} -c synchronous_commit=off"}
    DATABASES["default"]["TEST"] = {"NAME": f"test_frontdesk_{os.getpid()}"}
