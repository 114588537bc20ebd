"""Settings of the example, from the environment."""

import json
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
REPOSITORY = BASE_DIR.parent.parent

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or "an-example-without-secrets"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "noctis-pro.com"]
ROOT_URLCONF = "site_config.urls"
USE_TZ = True

INSTALLED_APPS = ["django.contrib.staticfiles", "viewer"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "site_config.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "site_config.middleware.require_login",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

STUDIES = Path(os.environ.get("NOCTIS_STUDIES") or BASE_DIR / "studies")
"""One folder a study, DICOM files inside."""
VERSION = json.loads((REPOSITORY / "js-glue/package.json").read_text())["version"]
WASM = Path(os.environ.get("NOCTIS_WASM") or REPOSITORY / "static/wasm" / VERSION)

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("NOCTIS_STATIC_ROOT") or BASE_DIR / "collected")
STATICFILES_DIRS = [(f"wasm/{VERSION}", WASM)] if WASM.is_dir() else []
MANIFEST = os.environ.get("NOCTIS_MANIFEST") == "1"
"""Hashed names, as a site in production has them; `manage.py collectstatic` comes first."""
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage."
        + ("ManifestStaticFilesStorage" if MANIFEST else "StaticFilesStorage")
    }
}
CONTENT_SECURITY_POLICY = os.environ.get(
    "NOCTIS_CSP",
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' blob: data:;"
    " style-src 'self'",
)
