"""All settings, typed, from WANGGE_ variables. docs/reference/settings.md is generated from here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from wangge.foundation.worktime import LOCAL
from wangge.project import env

django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[3]
STATE_DIR = Path(env.text("STATE_DIR", str(ROOT / "var"))).resolve()

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
CONTACT_KEYS = [env.text("CONTACT_KEY"), *env.words("CONTACT_KEYS_OLD")]  # first encrypts, all decrypt
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]  # health checks come from here
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS")
BEHIND_TLS = env.flag("BEHIND_TLS", False)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)  # how many hops of X-Forwarded-For are ours
DEMO = env.flag("DEMO", True)  # demo sign-ins are derived from the secret key and shown by ./dev up
TRAINING_CLOCK = env.text("TRAINING_CLOCK", "")  # file with seconds by which a demo for training runs at another time

INSTALLED_APPS = [
    "wangge.project",
    "wangge.console",
    "wangge.channels",
    "wangge.channels.doors.resident",
    "wangge.channels.doors.terminal",
    "wangge.channels.doors.hotline",
    "wangge.notices",
    "wangge.analysis",
    "wangge.cases",
    "wangge.catalogue",
    "wangge.workforce",
    "wangge.grids",
    "wangge.accounts",
    "wangge.foundation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "django_vite",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wangge.project.middleware.DoorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wangge.project.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wangge.project.middleware.ActorMiddleware",
    "wangge.project.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "wangge.project.urls"
WSGI_APPLICATION = "wangge.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wangge.project.context.page",
            ]
        },
    }
]

# --- data ---------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"postgresql:///wangge?host={STATE_DIR}/run&user=wangge")
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        **env.database(DATABASE_URL),
        "CONN_HEALTH_CHECKS": False,
        "CONN_MAX_AGE": env.number("DB_MAX_AGE_S", 600),
        "OPTIONS": {
            "options": "-c jit=off",
            "server_side_binding": False,  # for the ORM; foundation.db.prepared binds on the server
            "prepare_threshold": 2 if env.flag("DB_PREPARE", True) else None,  # off behind a pooler that can't
        },
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- who signs in -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "wangge.project.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # no mail address is kept for anybody
ACCOUNT_ADAPTER = "wangge.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Wangge"
AXES_FAILURE_LIMIT = env.number("LOGIN_FAILURES", 8)
COOLOFF_MIN = env.number("LOGIN_COOLOFF_MIN", 15)
AXES_COOLOFF_TIME = timedelta(minutes=COOLOFF_MIN)
ACCOUNT_RATE_LIMITS = {"login_failed": f"{AXES_FAILURE_LIMIT}/{COOLOFF_MIN}m/key"}  # second factors; axes: passwords
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "wangge.channels.address.unreadable_ip"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "wangge.project.problems.locked_out"
TOKEN_LIFETIME_S = env.number("TOKEN_LIFETIME_S", 12 * 3600)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- pages --------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["wangge.project.formats"]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = LOCAL.key  # one for dates shown, days counted and the working calendar
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [ROOT / "web" / "dist"] if (ROOT / "web" / "dist").exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": ROOT / "web" / "dist" / "manifest.json"}}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/"  # Vite names these by content
WHITENOISE_USE_FINDERS = True
BASEMAP_URL = env.text("BASEMAP_URL", "")  # raster tiles, {z}/{x}/{y}; empty: our own boundaries are the base
BASEMAP_CRS = env.text("BASEMAP_CRS", "WGS84")  # WGS84 or GCJ02
BASEMAP_ATTRIBUTION = env.text("BASEMAP_ATTRIBUTION", "")
BASEMAP_ORIGIN = "/".join(BASEMAP_URL.split("/")[:3])
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'; script-src 'self'; style-src 'self'",
        f"img-src 'self' data: blob: {BASEMAP_ORIGIN}".strip(),
        "media-src 'self' blob:; worker-src 'self' blob:",
        f"connect-src 'self' {BASEMAP_ORIGIN}".strip(),
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(self), microphone=(self), geolocation=(self)"

# --- media --------------------------------------------------------------------------------------
MEDIA_ROOT = STATE_DIR / "media"
MEDIA_STORE = env.text("MEDIA_STORE", "disk")  # disk or s3
if MEDIA_STORE == "s3":
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {  # type: ignore[dict-item]
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT", "") or None,
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
PHOTO_MAX_BYTES = env.number("PHOTO_MAX_BYTES", 15_000_000)
PHOTO_MAX_PIXELS = env.number("PHOTO_MAX_PIXELS", 60_000_000)
AUDIO_MAX_BYTES = env.number("AUDIO_MAX_BYTES", 10_000_000)
AUDIO_MAX_S = env.number("AUDIO_MAX_S", 180)
MEDIA_PER_REPORT = env.number("MEDIA_PER_REPORT", 9)
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = env.number("BODY_MAX_BYTES", 12_000_000)
GRID_FILE_MAX_BYTES = env.number("GRID_FILE_MAX_BYTES", 200_000_000)

# --- public doors -------------------------------------------------------------------------------
PUBLIC_REPORTS_BURST = env.number("PUBLIC_REPORTS_BURST", 3000)  # many residents share one address of a carrier
PUBLIC_REPORTS_PER_MIN = env.number("PUBLIC_REPORTS_PER_MIN", 600)
PUBLIC_MEDIA_PER_MIN = env.number("PUBLIC_MEDIA_PER_MIN", 600)
PUBLIC_LOOKUPS_PER_MIN = env.number("PUBLIC_LOOKUPS_PER_MIN", 60)  # wrong query codes

# --- notices ------------------------------------------------------------------------------------
PUBLIC_ADDRESS = env.text("PUBLIC_ADDRESS", "").rstrip("/")  # of the product, as links in mails name it
WEBHOOK_PRIVATE_ADDRESSES = env.flag("WEBHOOK_PRIVATE_ADDRESSES", False)  # receivers in a closed network
WEBHOOK_NETWORKS = env.networks(env.words("WEBHOOK_NETWORKS"))  # named one by one; opens this machine too
SMS_GATEWAY = env.gateway(env.text("SMS_GATEWAY_URL", ""), env.text("SMS_GATEWAY_SECRET", ""), PUBLIC_ADDRESS)
MAIL = env.mail(env.text("MAIL_URL", ""), env.text("MAIL_FROM", ""))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"routes_only": {"()": "wangge.project.logs.RoutesOnly"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["routes_only"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
PGHISTORY_APPEND_ONLY = True  # who changed what is changed by nobody
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": env.number("WORKER_CONCURRENCY", 2),
    "listen_notify": False,  # foundation.0002: the worker polls
    "fetch_job_polling_interval": 0.5,
    "delete_jobs": "successful",
}
