"""Maps our settings to Django's; holds no setting of its own."""

import secrets

from siegelpost.base.logs import configure_logs
from siegelpost.base.settings import process_settings
from siegelpost.tenancy import key_store
from siegelpost.tenancy.connections import sqlite_settings
from siegelpost.tenancy.servers import settings_of_url

_OURS = process_settings()
configure_logs()

SECRET_KEY = secrets.token_urlsafe(32)
"""Signs nothing that outlives the process: no session, no cookie; tokens have their own keys."""
DEBUG = False
ALLOWED_HOSTS = ["*"]
"""Links are made from SIEGELPOST_PUBLIC_URL, never from the Host header."""
INSTALLED_APPS = [
    "siegelpost.tenancy",
    "siegelpost.evidence",
    "siegelpost.accounts.approvals",
    "siegelpost.audience",
    "siegelpost.consent",
    "siegelpost.consent.signups",
    "siegelpost.intake",
    "siegelpost.mailings",
    "siegelpost.delivery",
    "siegelpost.delivery.pace",
    "siegelpost.measure",
    "siegelpost.measure.singly",
    "siegelpost.feedback",
    "siegelpost.feedback.hooks",
    "siegelpost.erasure",
    "siegelpost.governance",
    "siegelpost.governance.installation",
    "siegelpost.governance.disclosures",
    "siegelpost.governance.instructions",
    "siegelpost.governance.handover",
    "siegelpost.public",
]
MIDDLEWARE: list[str] = ["siegelpost.public.middleware.PublicHeaders"]
ROOT_URLCONF = "siegelpost.public.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": []}}]
_CONTROL = _OURS.home / "control.sqlite3"
DATABASES = {
    "default": settings_of_url(_OURS.database_url) if _OURS.database_url else sqlite_settings(_CONTROL, create=True),
    key_store.ALIAS: key_store.settings_of(_OURS),
}
DATABASE_ROUTERS = ["siegelpost.tenancy.router.RefusingRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "siegelpost.project.formats"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOGGING_CONFIG = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS: list[str] = []
"""No page takes a file; Django's own handlers would write a stranger's to the disk, of any size and in clear."""
