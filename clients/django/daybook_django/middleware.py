"""
Counts pages on the server: `MIDDLEWARE = ["daybook_django.middleware.count_pages", ...]`. Needs
DAYBOOK_KEY, one that may write.
"""

import logging
import re

from django.utils.decorators import sync_and_async_middleware

from . import conf, sending
from .address import visitor_address

try:
    from asgiref.sync import iscoroutinefunction
except ImportError:  # asgiref before 3.6, as Django 3.2 may have it
    from asyncio import iscoroutinefunction

MAX_CHARS = 2_000
"""Daybook takes no more of a URL and of a user agent."""

log = logging.getLogger("daybook_django")


@sync_and_async_middleware
def count_pages(get_response):
    if iscoroutinefunction(get_response):

        async def middleware(request):
            response = await get_response(request)
            note(request, response)
            return response

    else:

        def middleware(request):
            response = get_response(request)
            note(request, response)
            return response

    return middleware


def note(request, response) -> None:
    """Puts a page view into the queue, if the answer is a page. Never raises."""
    try:
        if asks_for_page(request) and is_page(response):
            sending.track(**page_view(request))
    except Exception:
        log.exception("a page view could not be noted")


def asks_for_page(request) -> bool:
    """No image, no script's request, nothing that is loaded ahead."""
    meta = request.META
    purpose = meta.get("HTTP_SEC_PURPOSE", "") + meta.get("HTTP_PURPOSE", "")
    if request.method != "GET" or "prefetch" in purpose or "preview" in purpose:
        return False
    shown_in = meta.get("HTTP_SEC_FETCH_DEST")
    if shown_in is not None:
        return shown_in == "document"
    accepted = meta.get("HTTP_ACCEPT", "*/*")
    return "text/html" in accepted or "*/*" in accepted


def is_page(response) -> bool:
    """One that the browser has already says no type."""
    if response.status_code == 304:
        return True
    return response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")


def page_view(request) -> dict:
    config = conf.read()
    meta = request.META
    language = re.match(r"[\w-]{1,35}", meta.get("HTTP_ACCEPT_LANGUAGE", ""))
    fields = {
        "url": request.build_absolute_uri()[:MAX_CHARS],
        "domain": config.site,
        "ip": visitor_address(request, config.trusted_proxies),
        "userAgent": meta.get("HTTP_USER_AGENT", "")[:MAX_CHARS] or None,
        "referrer": meta.get("HTTP_REFERER", "")[:MAX_CHARS] or None,
        "l": language and language.group(),
        "optOut": "1" in (meta.get("HTTP_SEC_GPC"), meta.get("HTTP_DNT")),
    }
    return {name: value for name, value in fields.items() if value is not None}
