"""The example's settings. It has no database, no sessions and no users."""

import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

# The settings of Daybook. Your own site would contain the values here.
DAYBOOK_URL = os.environ.get("DAYBOOK_URL", "http://127.0.0.1:7070")
DAYBOOK_SITE = os.environ.get("DAYBOOK_SITE")
DAYBOOK_KEY = os.environ.get("DAYBOOK_KEY")
# This project has no users, so there is no staff; everyone may see the visualization.
DAYBOOK_OPEN_VISUALIZATION = True

DEBUG = True
SECRET_KEY = "only for the example"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "site_urls"
WSGI_APPLICATION = "site_wsgi.application"
INSTALLED_APPS = ["daybook_django"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
