"""Run in the folder above: `python -m tests`, or `python -m unittest`. Needs no database."""

import logging

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="tests",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.urls",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "daybook_django"],
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        USE_TZ=True,
        TIME_ZONE="UTC",
        DAYBOOK_URL="http://127.0.0.1:9",
        # Many tests cause failures on purpose, so nothing is logged. Tests of the log use
        # assertLogs.
        LOGGING_CONFIG=None,
    )
    django.setup()
    logging.getLogger("daybook_django").addHandler(logging.NullHandler())
    logging.getLogger("daybook_django").propagate = False
    logging.getLogger("django.request").addHandler(logging.NullHandler())
    logging.getLogger("django.request").propagate = False
