"""Talks to Daybook from the server: `record` sends a page view, `hits` reads all of them."""

import functools
import http.client
import json
import logging
import re
import ssl
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Dict, Iterator, Optional

from django.http import HttpRequest

from . import __version__, conf
from .address import visitor_address
from .items import Items

MAX_BODY_BYTES = 16_384
"""The most bytes that Daybook accepts for a page view."""

_MAX_ANSWER_BYTES = 65_536
_RETRY_SECONDS = 5
_PAUSE_SECONDS = 1
"""Before a second try, where Daybook does not say when."""
_MAX_ID_CHARS = 128

_TAGS = re.compile(r"[?&](?:amp;)?(?:utm_\w+|source|ref)=[^&]*")

log = logging.getLogger("daybook_django")


class DaybookError(Exception):
    """
    `status` and `data` are the answer for a page that sent the request. `retry_after` is in
    seconds, or None.
    """

    pause_seconds: Optional[int] = None
    """After 429 and 503: how long to wait before sending it again."""

    def __init__(
        self, message: str, status: int, data: Dict[str, Any], retry_after: Optional[int] = None
    ):
        super().__init__(message)
        self.status = status
        self.data = data
        self.retry_after = retry_after


class BadHit(DaybookError):
    """The data is no page view, and was not sent."""

    def __init__(self, message: str, status: int = 400):
        super().__init__(message, status, {"message": message})


class Refused(DaybookError):
    """
    Daybook answered 4xx. Sending the same again is of no use, except after 429 (too many at once):
    then after `retry_after`, with the same id.
    """


class Unavailable(DaybookError):
    """No usable answer came. After a timeout, the page view may have been recorded or not."""

    def __init__(self, message: str, retry_after: int = _RETRY_SECONDS):
        # The reason is only for the log, because it may contain names of internal hosts.
        shown = {"message": "Daybook did not answer as expected. Please try again."}
        super().__init__(message, 503, shown, retry_after)


def record(
    pathname: str,
    request: Optional[HttpRequest] = None,
    language: Optional[str] = None,
    platform: Optional[str] = None,
    user_agent: Optional[str] = None,
    location: Optional[Dict[str, float]] = None,
    hit_id: Optional[str] = None,
) -> Dict[str, Any]:
    """
    Records one page view from the server, for pages whose visitors run no scripts.

    `request` is the visitor's request. The visitor's address is passed on; language and user agent
    are read from the headers where they are not given. So are the referrer, and the tags of the
    query that say where the visit came from (`utm_...`, `source`, `ref`).
    `location` is `{"latitude": degrees, "longitude": degrees}`.
    After 429 and 503 it is sent again, once, if Daybook's `Retry-After` is within the time-out.
    `hit_id` makes it safe to call this again with the same one, where a DaybookError was raised; at
    most 128 characters, never used for another page view.
    Returns Daybook's answer. `{"id": text}` means that the page view is on disk;
    `{"id": None, "dropped": reason}`, that a rule of Daybook leaves it out (`bot`, `unknown-site`
    ...). Raises DaybookError.
    """
    hit: Dict[str, Any] = {"pathname": pathname}
    referrer = search = None
    if request is not None:
        referrer = request.META.get("HTTP_REFERER", "")[:2000] or None
        query = "?" + request.META.get("QUERY_STRING", "")
        search = "".join(_TAGS.findall(query))[:2000] or None
        language = language or _first_language(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        user_agent = user_agent or request.META.get("HTTP_USER_AGENT")
    for name, value in (
        ("language", language),
        ("platform", platform),
        ("userAgent", user_agent),
        ("location", location),
        ("referrer", referrer),
        ("search", search),
    ):
        if value is not None:
            hit[name] = value
    body = json.dumps(hit, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return forward(body, request, {"id": hit_id} if hit_id else {})


def forward(
    body: bytes, request: Optional[HttpRequest] = None, sending: Optional[Dict[str, str]] = None
) -> Dict[str, Any]:
    """
    Passes a page's JSON on, byte for byte. Headers contain the visitor's address, and whether the
    browser asks not to be counted, which a site's settings can make Daybook respect. `sending` has
    what the page says of its sending: `id`, the same for every try of a page view, and `a`, how
    long ago the first one was, in ms.
    After 429 and 503 it is sent again, once, if Daybook's `Retry-After` is within the time-out.
    Returns Daybook's answer. Raises BadHit, Refused or Unavailable.
    """
    check_hit(body)
    config = conf.read()
    query = {"id": uuid.uuid4().hex, **(sending or {})}
    if len(query["id"]) > _MAX_ID_CHARS:
        raise BadHit(f"Expected an id of at most {_MAX_ID_CHARS} characters.")
    started = time.monotonic()
    try:
        return _forward_once(body, request, config, query)
    except DaybookError as error:
        pause = error.pause_seconds
        if pause is None or time.monotonic() - started + pause > config.timeout_seconds:
            raise
    time.sleep(pause)
    age = query.get("a", "0")
    passed = int((time.monotonic() - started) * 1000)
    query["a"] = str(int(age) + passed) if age.isdigit() else age
    return _forward_once(body, request, config, query)


def _forward_once(
    body: bytes, request: Optional[HttpRequest], config: conf.Config, query: Dict[str, str]
) -> Dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if request is not None:
        address = visitor_address(request, config.trusted_proxies)
        if address is not None:
            headers["X-Forwarded-For"] = address
        for name, meta in (("Sec-GPC", "HTTP_SEC_GPC"), ("DNT", "HTTP_DNT")):
            if request.META.get(meta) == "1":
                headers[name] = "1"
    with _answer(config, config.endpoint(**query), headers, body) as response:
        try:
            data = json.loads(read_within(response, config.timeout_seconds))
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"Daybook's answer broke off: {error!r}") from error
        except (ValueError, RecursionError) as error:
            raise Unavailable(
                "expected JSON from Daybook, got something else: is DAYBOOK_URL right?"
            ) from error
    if not isinstance(data, dict):
        raise Unavailable(
            "expected a JSON object from Daybook, got something else: is DAYBOOK_URL right?"
        )
    if data.get("dropped") == "unknown-site":
        log.warning(
            "Daybook does not know the site %s: its page views are lost.",
            config.site or "(no default site)",
        )
    return data


def check_hit(body: bytes) -> None:
    """Raises BadHit unless `body` is a JSON object with a `pathname`. Daybook checks all else."""
    if len(body) > MAX_BODY_BYTES:
        raise BadHit(f"Expected at most {MAX_BODY_BYTES} bytes.", 413)
    try:
        hit = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadHit("Expected a JSON object in UTF-8.") from error
    if not isinstance(hit, dict):
        raise BadHit("Expected a JSON object.")
    pathname = hit.get("pathname")
    if not isinstance(pathname, str) or not pathname:
        raise BadHit("Expected pathname, a text that is not empty.")


def hits() -> Iterator[Dict[str, Any]]:
    """
    Every page view of the site, in no fixed order, read while you iterate:
    `{"pagePath", "timestamp": seconds since 1970, "platform", "userAgent", "language",
    "location"?}`.
    Raises Refused (a site that is not open needs DAYBOOK_KEY) or Unavailable. This may happen after
    some rows: a sum is right only if the iteration has reached the end.
    """
    config = conf.read()
    page: Dict[str, str] = {}
    while True:
        with _answer(config, config.endpoint(**page), {}) as response:
            items = Items(response.read1)
            try:
                yield from items
            except (OSError, http.client.HTTPException) as error:
                raise Unavailable(f"Daybook's rows broke off: {error!r}") from error
            except ValueError as error:
                raise Unavailable(f"Daybook's rows cannot be read: {error}") from error
        last = items.rest.get("LastEvaluatedKey")
        if last is None:
            return
        start = last if isinstance(last, str) else json.dumps(last, separators=(",", ":"))
        if page.get("ExclusiveStartKey") == start:
            raise Unavailable("Daybook's rows do not go on: the same LastEvaluatedKey came twice")
        page = {"ExclusiveStartKey": start}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """
    Refuses redirects. Following one would turn the POST into a GET, whose 200 would look like a
    recorded page view; and the other host would get the key.
    """

    def redirect_request(self, *args, **kwargs):
        return None


@functools.lru_cache(maxsize=None)
def _opener() -> urllib.request.OpenerDirector:
    # One TLS context for all requests: making one reads the system's certificates, which takes
    # longer than sending a hit.
    return urllib.request.build_opener(
        _NoRedirect, urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )


def open_url(request: urllib.request.Request, timeout: float):
    """As `urlopen`, but follows no redirect."""
    return _opener().open(request, timeout=timeout)


def _answer(config: conf.Config, url: str, headers: Dict[str, str], body: Optional[bytes] = None):
    """Gives the response if its status is 2xx; raises an exception for everything else."""
    headers = {
        "User-Agent": f"daybook-django/{__version__}",
        "Accept": "application/json",
        **headers,
    }
    if config.key:
        headers["Authorization"] = f"Bearer {config.key}"
    try:
        return open_url(urllib.request.Request(url, body, headers), config.timeout_seconds)
    except urllib.error.HTTPError as error:
        with error:
            failure = _failure(error, config.timeout_seconds)
        if error.code in (429, 503):
            seconds = retry_after_of(error)
            failure.pause_seconds = _PAUSE_SECONDS if seconds is None else seconds
        raise failure from error
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(f"Daybook cannot be reached at DAYBOOK_URL: {error}") from error


def _failure(error: urllib.error.HTTPError, timeout_seconds: float) -> DaybookError:
    retry_after = retry_after_of(error)
    if 300 <= error.code < 400:
        return Unavailable(
            f"Daybook redirects to {error.headers.get('Location')}: "
            "set DAYBOOK_URL to where it stands"
        )
    if not 400 <= error.code < 500:
        return Unavailable(f"Daybook answered {error.code}", retry_after or _RETRY_SECONDS)
    try:
        text = read_within(error, timeout_seconds).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        text = ""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        data = {"message": text.strip()[:500] or f"Daybook answered {error.code}."}
    return Refused(
        f"Daybook answered {error.code}: {text.strip()[:500]}", error.code, data, retry_after
    )


def retry_after_of(error: urllib.error.HTTPError) -> Optional[int]:
    seconds = error.headers.get("Retry-After", "")
    return int(seconds) if seconds.isdigit() and len(seconds) < 6 else None


def read_within(response, seconds: float, most_bytes: int = _MAX_ANSWER_BYTES) -> bytes:
    """
    Reads the body: at most so many bytes, and for at most this time. A socket's own timeout
    starts again with each byte, so a slow answer could block a worker for hours.
    """
    end = time.monotonic() + seconds
    data = b""
    while len(data) <= most_bytes:
        chunk = response.read1(_MAX_ANSWER_BYTES)
        if not chunk:
            return data
        data += chunk
        if time.monotonic() > end:
            raise TimeoutError("timed out")
    raise http.client.HTTPException(f"more than {most_bytes} bytes")


def _no_constant(name: str):
    raise ValueError(f"{name} is no JSON")


def _first_language(accepted: str) -> Optional[str]:
    first = accepted.partition(",")[0].partition(";")[0].strip()
    return first if first and first != "*" else None
