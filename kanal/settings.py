"""Every setting, read once from the environment and `.env`; an unsafe production start is refused by name."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from kanal.kit import production
from kanal.kit.environment import Environment
from kanal.kit.postgres import APPLICATION, OWNER, EmbeddedServer
from kanal.kit.secret_keys import sandbox_keys

ROOT = Path(__file__).resolve().parent.parent
env = Environment.of(ROOT)

# --- Which of two lives this is: a sandbox (demo, tests) or production -----------------------------------------
KANAL_SANDBOX = env.yes("KANAL_SANDBOX")
VAR = Path(env.text("KANAL_VAR") or ROOT / "var").resolve()
PUBLIC_URL = env.text("KANAL_PUBLIC_URL", "http://localhost:8000").rstrip("/")
DEBUG = False

_own_keys: dict[str, str] = {}
if KANAL_SANDBOX:
    try:
        _own_keys = sandbox_keys(VAR)
    except OSError as problem:
        env.problems.append(f"{VAR} cannot be written ({problem.strerror}): start as its owner, or set KANAL_VAR.")
else:
    production.demand(env)
SECRET_KEY = env.text("KANAL_SECRET_KEY") or _own_keys.get("KANAL_SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env.listed("KANAL_OLD_SECRET_KEYS")
SIGNING_KEY = env.text("KANAL_SIGNING_KEY") or _own_keys.get("KANAL_SIGNING_KEY", "")
KANAL_COALESCE = env.yes("KANAL_COALESCE", default=True)  # postings that arrive together share a transaction
KANAL_SECOND_PERSON_ABOVE = env.number("KANAL_SECOND_PERSON_ABOVE", 100_000_000, least=0)  # CRED-7, LINE-9, in VND
# Where partners and direct customers transfer money to (CRED-10): the bank's six digits at NAPAS, account and holder.
KANAL_BANK_BIN = env.text("KANAL_BANK_BIN", "970436" if KANAL_SANDBOX else "")
KANAL_BANK_ACCOUNT = env.text("KANAL_BANK_ACCOUNT", "0011000000001" if KANAL_SANDBOX else "")
KANAL_BANK_HOLDER = env.text("KANAL_BANK_HOLDER", "SAO KHUE CLOUD" if KANAL_SANDBOX else "")
KANAL_CUSTOMER_ROWS_A_DAY = env.number("KANAL_CUSTOMER_ROWS_A_DAY", 5_000, least=1)  # LINK-1, for each partner
ALLOWED_HOSTS = env.listed("KANAL_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if KANAL_SANDBOX else "")

# --- Database: the embedded server, or any other by URL; migrations run as another role (R7) -------------------
EMBEDDED = not env.text("DATABASE_URL")
EMBEDDED_FOLDER = VAR / "postgres"


def database(url: str) -> dict[str, Any]:
    try:
        facts = conninfo_to_dict(url)
    except Exception:  # noqa: BLE001 - whatever the parser stumbles on, the sentence is the same
        env.problems.append("DATABASE_URL or DATABASE_OWNER_URL is not postgresql://user:password@host:port/name.")
        facts = {}
    facts.setdefault("connect_timeout", "5")  # a host that swallows packets must not hold a request for minutes
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "kanal.kit.db",
        **{django: str(facts.pop(name, "") or "") for name, django in known.items()},
        "OPTIONS": facts,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "ATOMIC_REQUESTS": False,
    }


_server = EmbeddedServer(EMBEDDED_FOLDER)
DATABASES = {
    "default": database(env.text("DATABASE_URL") or _server.url(APPLICATION)),
    "owner": database(env.text("DATABASE_OWNER_URL") or env.text("DATABASE_URL") or _server.url(OWNER)),
}
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Parts ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "kanal.web",
    "kanal.ledger",
    "kanal.notices",
    "kanal.audit",
    "kanal.reports",
    "kanal.onboarding",
    "kanal.credit",
    "kanal.customers",
    "kanal.partners",
    "kanal.catalog",
    "kanal.batches",
    "kanal.identity",
    "kanal.kit",
    "django.forms",  # its templates of widgets, for the renderer below
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "ninja",
    "procrastinate.contrib.django",
    "template_partials.apps.SimpleAppConfig",
]
MIDDLEWARE = [
    "kanal.web.middleware.RequestId",
    "kanal.web.watch.Watched",
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
    "kanal.web.middleware.Answer",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kanal.web.middleware.Asker",
    "kanal.web.account.two_factor.TwoFactorAtDesk",
    "kanal.web.account.sessions.SeenSessions",
]
ROOT_URLCONF = "kanal.urls"
WSGI_APPLICATION = "kanal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kanal.web.shell.frame",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "kanal.web.templatetags.parts"],
        },
    },
]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kanal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default of 300 would let a flood of guesses wash away its own locks
    }
}

# --- Words, times and figures -----------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "kanal" / "locale"]
FORMAT_MODULE_PATH = ["kanal.kit.formats"]
LANGUAGE_COOKIE_NAME = "kanal_language"
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.zone("KANAL_TIME_ZONE", "Asia/Ho_Chi_Minh")

# --- Who signs in -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "kanal.identity.passwords.StrongPassword"}]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
KANAL_REQUIRE_TWO_FACTOR_AT_DESK = env.yes("KANAL_REQUIRE_TWO_FACTOR_AT_DESK", default=not KANAL_SANDBOX)
ACCOUNT_ADAPTER = "kanal.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_FORMS = {
    "login": "kanal.web.account.forms.SignIn",
    "signup": "kanal.web.account.forms.SignUp",
    "reauthenticate": "kanal.web.account.forms.ConfirmPassword",
    "change_password": "kanal.web.account.forms.ChangePassword",
    "set_password": "kanal.web.account.forms.SetPassword",
    "reset_password": "kanal.web.account.forms.AskForReset",
    "reset_password_from_key": "kanal.web.account.forms.ChooseNewPassword",
}
# ID-4: an account is slowed (5 wrong tries a minute), then locked (10 in 15 minutes); so is an address.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/m/key,10/15m/key",
    "failed_from_address": "20/m/ip,60/15m/ip",
    "signup": "20/m/ip,60/h/ip",
    "confirm_email": "1/3m/key",
    "resend_verification": "10/m/ip",
    "reset_password": "20/m/ip,1/30s/key,6/h/key",
    "reset_password_from_key": "20/m/ip",
}
MFA_ADAPTER = "kanal.web.account.adapter.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Kanal"
MFA_TOTP_TOLERANCE = 1  # half a minute of drift either way; a code is still taken once
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_FORMS = {
    "authenticate": "kanal.web.account.forms.EnterCode",
    "reauthenticate": "kanal.web.account.forms.ConfirmByCode",
    "activate_totp": "kanal.web.account.forms.TurnOnTotp",
    "deactivate_totp": "kanal.web.account.forms.TurnOffTotp",
    "authenticate_webauthn": "kanal.web.account.forms.EnterByKey",
    "login_webauthn": "kanal.web.account.forms.SignInByPasskey",
    "add_webauthn": "kanal.web.account.forms.AddPasskey",
    "edit_webauthn": "kanal.web.account.forms.RenamePasskey",
}

# --- Pages and static files -------------------------------------------------------------------------------------
FORM_RENDERER = "kanal.web.parts.fields.Renderer"
CSRF_FAILURE_VIEW = "kanal.web.errors.forged"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "files"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

# --- Safety -----------------------------------------------------------------------------------------------------
_https = PUBLIC_URL.startswith("https://")
_host = urlsplit(PUBLIC_URL).hostname or "localhost"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = False  # the proxy in front does that; /healthz must answer it in plain
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.yes("KANAL_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

# --- Mail -------------------------------------------------------------------------------------------------------
_mail = production.mail_server(env)
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("KANAL_MAIL_FROM") or f"Kanal <no-reply@{_host}>"

# --- Those who watch over it ------------------------------------------------------------------------------------
LOGGING_CONFIG = "kanal.kit.logs.configure"
LOGGING = {
    "style": env.one_of("KANAL_LOG_STYLE", ("json", "text")),
    "level": env.one_of("KANAL_LOG_LEVEL", ("info", "debug", "warning", "error")),
}
METRICS_TOKEN = env.text("KANAL_METRICS_TOKEN")
WORKER_SILENT_SECONDS = 60  # a worker gives a sign of life every ten

env.settle()
