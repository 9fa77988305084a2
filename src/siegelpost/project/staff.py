"""Django's settings for the staff's pages and for commands that touch the control database: login, sessions, roles.

Senders and the public edge do without them (siegelpost.project.settings).
"""

import secrets
from urllib.parse import urlsplit

from siegelpost.accounts.entry_rules import LINK_OPENS
from siegelpost.base.settings import process_settings
from siegelpost.project.settings import *  # noqa: F403
from siegelpost.project.settings import INSTALLED_APPS as _APPS
from siegelpost.sign.keys import derive
from siegelpost.tenancy.errors import KeyMissing
from siegelpost.tenancy.home import master_key

_OURS = process_settings()
_HTTPS = _OURS.staff_url.startswith("https://")


def _secret() -> str:
    """Signs sessions and one-time links: the same in every process of this installation."""
    try:
        return derive(master_key(), "staff").hex()
    except KeyMissing:  # before `init`: nothing that is signed now outlives this process
        return secrets.token_urlsafe(32)


SECRET_KEY = _secret()
INSTALLED_APPS = [
    *_APPS,
    "siegelpost.accounts",
    "siegelpost.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "siegelpost.web.middleware.StaffHeaders",
    "django.middleware.gzip.GZipMiddleware",
    "siegelpost.api.answers.Interface",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "siegelpost.web.uploads.Sizes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "siegelpost.web.middleware.Language",
    "siegelpost.web.watch.Watch",
    "siegelpost.web.kept.Kept",
    "siegelpost.web.middleware.Faults",
    "siegelpost.web.outflows.Counted",
]
ROOT_URLCONF = "siegelpost.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "siegelpost.web.context.shell",
            ]
        },
    }
]
FILE_UPLOAD_HANDLERS = ["siegelpost.web.uploads.ToHome"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000_000
"""Bytes of a form without its files: the source of a mailing (1,000,000 bytes) and its plain text, each sign encoded as three."""

TIME_ZONE = _OURS.time_zone
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend", "sesame.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "siegelpost.accounts.passwords.Rule"}]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "siegelpost.web.login.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "web:login"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "siegelpost.web.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
"""A passkey that anybody can use who holds it would be one factor only."""
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_REAUTHENTICATION_REQUIRED = False
"""Our own gate asks for it."""
MFA_FORMS = {
    "authenticate": "siegelpost.web.factor_forms.CodeForm",
    "authenticate_webauthn": "siegelpost.web.factor_forms.PasskeyForm",
    "login_webauthn": "siegelpost.web.factor_forms.PasskeyLoginForm",
}
SESAME_MAX_AGE = LINK_OPENS
SESAME_ONE_TIME = True

SESSION_ENGINE = "siegelpost.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
"""Seconds: a working day."""
SESSION_COOKIE_NAME = "__Host-staff" if _HTTPS else "staff"
"""The prefix makes browsers refuse one that another host of the domain, or somebody in clear, tries to set (RFC 6265bis section 4.1.3)."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(_OURS.staff_url.lower()))]
"""A proxy speaks https with the browser and http with us: without this every form would look like one of another site."""
CSRF_FAILURE_VIEW = "siegelpost.web.handlers.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "staff_cache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}
"""Counts wrong passwords. Django's 300 entries would let whoever tries a few hundred addresses push the counts out."""

_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "frame-src": _SELF,
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
