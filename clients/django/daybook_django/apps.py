from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from . import conf


MIDDLEWARE = "daybook_django.middleware.count_pages"


class DaybookConfig(AppConfig):
    name = "daybook_django"
    label = "daybook_django"
    verbose_name = "Daybook"

    def ready(self):
        checks.register(check_settings)


def check_settings(app_configs=None, **kwargs):
    """Reports wrong settings in `manage.py check` and `runserver`, before a page needs them."""
    try:
        config = conf.read()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="daybook_django.E001")]
    if not config.key and MIDDLEWARE in settings.MIDDLEWARE:
        problem = f"{MIDDLEWARE} needs DAYBOOK_KEY, a key that may write."
        return [checks.Error(problem, id="daybook_django.E002")]
    return []
