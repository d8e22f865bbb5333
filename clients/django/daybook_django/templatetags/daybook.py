from django import template
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from .. import conf
from ..csp import nonce_of

register = template.Library()


@register.inclusion_tag("daybook/tag.html", takes_context=True)
def daybook(context, via="browser", location=False, nonce=None):
    """
    The script that records one view of this page.

    `via="browser"` sends it directly to Daybook, `via="view"` through this project's `recordUser`.
    `location=True` asks the visitor for the location; without it, the view is still recorded.
    `nonce` need not be given where django-csp or Django's own CSP middleware is in use.
    """
    if via not in ("browser", "view"):
        raise template.TemplateSyntaxError(f'daybook: via must be "browser" or "view", got {via!r}')
    return {
        "url": _view_url() if via == "view" else conf.read().endpoint(),
        "credentials": "same-origin" if via == "view" else "omit",
        "location": "yes" if location else "no",
        "nonce": nonce or nonce_of(context.get("request"), context.flatten()),
    }


def _view_url() -> str:
    try:
        return reverse("daybook:record_user")
    except NoReverseMatch as error:
        raise ImproperlyConfigured(
            'daybook: via="view" needs path("", include("daybook_django.urls")) '
            "in the project's urls."
        ) from error
