"""Settings of the example, from the environment."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or "an-example-without-secrets"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "noctis-pro.com"]
ROOT_URLCONF = "site_config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "dicom_ingest",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DJANGO_DATABASE") or BASE_DIR / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
    }
}

MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT") or BASE_DIR / "media")
NOCTIS_STORAGE = os.environ.get("NOCTIS_STORAGE_IN_MEDIA", "dicom/received")
"""The receiver's storage, relative to MEDIA_ROOT."""
NOCTIS_SECRET = os.environ.get("NOCTIS_DJANGO_SECRET", "")
NOCTIS_API_KEY = os.environ.get("NOCTIS_DJANGO_API_KEY", "")
