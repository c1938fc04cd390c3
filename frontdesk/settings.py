"""Settings of the installation: read once from the environment (`environment.py`), everything else decided here."""

from __future__ import annotations

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from frontdesk import environment, keyfiles

BASE_DIR = Path(__file__).resolve().parent.parent
Env.read_env(BASE_DIR / ".env")
ENV = environment.read(os.environ)

DATA_DIR: Path = (BASE_DIR / ENV["FRONTDESK_DATA_DIR"]).resolve()
KEY_DIR: Path = (BASE_DIR / ENV["FRONTDESK_KEY_DIR"]).resolve() if ENV["FRONTDESK_KEY_DIR"].name else DATA_DIR / "keys"
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

# Where it runs ---------------------------------------------------------------------------------------------------
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
DEBUG: bool = ENV["FRONTDESK_DEBUG"]
ALLOWED_HOSTS: list[str] = ENV["FRONTDESK_HOSTS"]
ONLY_THIS_MACHINE = set(ALLOWED_HOSTS) <= LOOPBACK
if DEBUG and not ONLY_THIS_MACHINE:
    msg = "FRONTDESK_DEBUG shows source code: it works only while FRONTDESK_HOSTS names this machine alone."
    raise ImproperlyConfigured(msg)

HTTPS = not (ONLY_THIS_MACHINE or ENV["FRONTDESK_PLAIN_HTTP"])
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks the process itself, not the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
TRUSTED_PROXIES: list[str] = ENV["FRONTDESK_TRUSTED_PROXIES"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}

# What it is made of ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "axes",
    "frontdesk.kit",
    "frontdesk.estate",
    "frontdesk.staff",
    "complaints",
    "fees",
    "keys",
    "movein",
    "duty",
    "frontdesk.home",
]
MIDDLEWARE = [
    "frontdesk.kit.middleware.ContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontdesk.staff.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontdesk.staff.middleware.OfficeMiddleware",
    "frontdesk.kit.errorviews.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "frontdesk.urls"
WSGI_APPLICATION = "frontdesk.wsgi.application"
OFFICE_MODEL = "estate.Office"
CONFIRM_PAGE = "frontdesk.staff.views.entry.ask_password"  # what stands before an act that needs the password again
FIRST_ADMIN = "frontdesk.staff.services.create_first_admin"  # → (username, password), or None when there is an account
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontdesk.home.context_processors.shell",
            ],
        },
    },
]
FORM_RENDERER = "frontdesk.kit.forms.renderer.PlainRenderer"
CSRF_FAILURE_VIEW = "frontdesk.kit.errorviews.csrf_failure"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Who may come in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "staff:login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# One office shares one address, so the address alone never locks anybody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "frontdesk.kit.middleware.client_ip"
AXES_LOCKOUT_CALLABLE = "frontdesk.staff.throttling.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # so that "in 15 minutes" stays true
AXES_SENSITIVE_PARAMETERS = ["new_password1", "new_password2", "kept"]  # never written down; `password` never is
AXES_DISABLE_ACCESS_LOG = True  # log-ins are in the activity record
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "frontdesk_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# What is kept ----------------------------------------------------------------------------------------------------
# SQLite before these versions can lose a commit in WAL mode (the WAL-reset race).
SQLITE = sqlite3.sqlite_version_info
WAL_IS_SAFE = SQLITE >= (3, 51, 3) or (3, 50, 7) <= SQLITE < (3, 51) or (3, 44, 6) <= SQLITE < (3, 45)
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": f"PRAGMA journal_mode={'WAL' if WAL_IS_SAFE else 'DELETE'};"
    # cache_spill: without WAL a long import that spills its pages early would lock every reader out until it commits
    "PRAGMA synchronous=FULL;PRAGMA recursive_triggers=ON;PRAGMA cache_spill=OFF;",
}
POSTGRESQL_OPTIONS = {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"options": "-c lock_timeout=10s -c statement_timeout=60s"},
}
DATABASE: dict[str, Any] = ENV["DATABASE_URL"] or {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA_DIR / "frontdesk.sqlite3"),
}
ON_SQLITE = DATABASE["ENGINE"].endswith("sqlite3")
DATABASES: dict[str, Any] = {"default": DATABASE | ({"OPTIONS": SQLITE_OPTIONS} if ON_SQLITE else POSTGRESQL_OPTIONS)}
# Only `serve` can tell whether a database elsewhere was written before (`kit.fingerprints`); until then no key is made.
KEYS_ARE_HERE = ON_SQLITE or keyfiles.are_present(KEY_DIR)
FIELD_KEYS: list[str] = []
if KEYS_ARE_HERE:
    FIELD_KEYS = keyfiles.field_keys(KEY_DIR, data_exists=ON_SQLITE and Path(DATABASE["NAME"]).exists())
SECRET_KEY = keyfiles.secret_key(KEY_DIR) if KEYS_ARE_HERE else keyfiles.passing_secret_key()
MEDIA_ROOT = DATA_DIR / "media"  # private: served by one view that asks who may see it, never by a URL of its own
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "frontdesk.kit.uploads.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
VENDOR_DIR = BASE_DIR / "frontdesk" / "static_vendor"  # filled by `manage.py fetch_assets`
STATICFILES_DIRS = [BASE_DIR / "frontdesk" / "static", VENDOR_DIR]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # the folder comes with the first `serve` or `fetch_assets`
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# How it speaks ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# What happens in the background ----------------------------------------------------------------------------------
QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = ENV["REDIS_URL"] or "filesystem://localhost"
if ENV["REDIS_URL"]:
    # Work of a worker that was killed is handed out again after 15 minutes at the latest; jobs are shorter.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        # Nobody's click waits for a queue that is down: one more try at once, and the sweeper sends again.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "socket_connect_timeout": 3,
    }
else:
    for name in ("messages", "control"):
        (QUEUE_DIR / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.1,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # the sweeper sends again; a clerk's POST never waits for the queue
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps nothing: a missed or doubled tick changes nothing
CELERY_BEAT_SCHEDULE = {"tick": {"task": "frontdesk.kit.tasks.tick", "schedule": 60.0, "options": {"expires": 55}}}

# What is written down --------------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "frontdesk.kit.logs.ContextFilter"}},
    "formatters": {
        "plain": {"()": "frontdesk.kit.logs.PlainFormatter"},
        "json": {"()": "frontdesk.kit.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["context"],
            "formatter": ENV["FRONTDESK_LOG_FORMAT"],
        },
    },
    "root": {"handlers": ["console"], "level": ENV["FRONTDESK_LOG_LEVEL"]},
    "loggers": {"django": {"handlers": [], "level": ENV["FRONTDESK_LOG_LEVEL"], "propagate": True}},
}
