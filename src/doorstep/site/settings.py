"""Settings, all from the environment; the defaults run one machine with SQLite and no secrets."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlparse

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("DOORSTEP_STATE", "var")).resolve()
"""Everything Doorstep writes besides the database: the book, evidence, uploads, keys."""


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes"}


def _kept_secret(name: str) -> str:
    """A secret from the environment, or one made once and kept readable by its owner alone."""
    if value := os.environ.get(name):
        return value
    path = STATE / "keys" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as f:
                f.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text()


def _database(url: str) -> dict[str, Any]:
    """DATABASE_URL as Django wants it: sqlite:///path or postgresql://user:pass@host:port/name."""
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] or ":memory:",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "OPTIONS": query,
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL: scheme {parts.scheme!r} is not known; use sqlite:///FILE or postgresql://…"
    )


DEBUG = _flag("DOORSTEP_DEBUG", False)
DEMO = _flag("DOORSTEP_DEMO", False)
"""Sample users on the sign-in page; set only by the demo command, which marks its database."""
DEMO_PASSWORD = os.environ.get("DOORSTEP_DEMO_PASSWORD", "doorstep")
SECRET_KEY = _kept_secret("DOORSTEP_SECRET_KEY")
DATA_KEY = _kept_secret("DOORSTEP_DATA_KEY")
"""Encrypts personal data at rest. Comma-separated: the first encrypts, the rest still decrypt."""
ALLOWED_HOSTS = os.environ.get("DOORSTEP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DOORSTEP_ORIGINS", "").split(",") if o]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", f"sqlite:///{STATE}/doorstep.db"))}

CAPABILITIES = [
    "people",
    "book",
    "casefile",
    "care",
    "verification",
    "delinquency",
    "strategy",
    "compliance",
    "contact",
    "visits",
    "field",
    "negotiation",
    "followup",
    "insight",
    "desk",
    "cycle",
    "simulator",
]
INSTALLED_APPS = [
    "doorstep.site.backoffice.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "csp",
    "doorstep.site",
    *(f"doorstep.{name}" for name in CAPABILITIES),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "doorstep.site.middleware.HomeZone",
    "doorstep.site.problems.Problems",
]
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "site/locked.html"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
ROOT_URLCONF = "doorstep.site.urls"
WSGI_APPLICATION = "doorstep.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "doorstep.site.context.shell",
            ]
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
HOME_ZONE = os.environ.get("DOORSTEP_ZONE", "Asia/Shanghai")
"""The zone whose midnight starts the day of the collecting organisation."""

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = STATE / "media"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if _flag("DOORSTEP_HTTPS", False):
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("DOORSTEP_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("DOORSTEP_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("DOORSTEP_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DOORSTEP_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("DOORSTEP_SMTP_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DOORSTEP_FROM_EMAIL", "care@doorstep.invalid")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # An error of a page with its traceback (which holds no values); never a mail.
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "doorstep": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INBOX = Path(os.environ.get("DOORSTEP_INBOX", STATE / "inbox"))
"""Where lenders' placement files arrive; `doorstep day` reads what is new."""
PACKS = os.environ.get("DOORSTEP_PACKS", "cn,house").split(",")
"""Jurisdiction packs asked for every contact; the strictest answer decides."""
KEEP_ANSWERS_DAYS = int(os.environ.get("DOORSTEP_KEEP_ANSWERS_DAYS", "7"))
"""How long an Idempotency-Key of the API is remembered with its answer; then the day forgets it."""
STRATEGY = os.environ.get("DOORSTEP_STRATEGY", "")
"""A folder with an organisation's own segments and treatments; empty: the shipped ones."""
