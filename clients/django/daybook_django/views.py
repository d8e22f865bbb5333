import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt

from . import client, conf
from .client import DaybookError, Unavailable
from .csp import nonce_of
from .summary import summarise

log = logging.getLogger("daybook_django")


@csrf_exempt
def record_user(request: HttpRequest) -> HttpResponse:
    """
    Passes the page's POST on to Daybook, as it is. 200 with Daybook's `{"id": ...}` means it is on disk; 503
    with Retry-After means Daybook gave no answer; anything else is a 4xx with a message.

    Exempt from CSRF protection, because there is nothing to protect: it acts on no session and no user, and
    what it writes anyone may write to Daybook directly. Asking for the token would set a cookie on every
    page, and make pages that are cached for all visitors impossible.
    """
    if request.method != "POST":
        return _json({"message": f"Expected POST, got {request.method}."}, 405, {"Allow": "POST"})
    try:
        body = request.read(client.MAX_BODY_BYTES + 1)
    except UnreadablePostError:
        return _json({"message": "The request broke off."}, 400)
    try:
        return _json(client.forward(body, request), 200)
    except DaybookError as error:
        _say(error)
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return _json(error.data, error.status, headers)


def visualization(request: HttpRequest) -> HttpResponse:
    """
    The site's page views: the total, by path, and the last ones. Read from Daybook here, on the server, so
    that DAYBOOK_KEY never reaches a browser. For staff only, unless DAYBOOK_OPEN_VISUALIZATION is True.
    """
    config = conf.read()
    if not config.open_visualization:
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
    context = {"site": config.site, "nonce": nonce_of(request)}
    status = 200
    try:
        context["summary"] = summarise(client.hits())
    except DaybookError as error:
        _say(error)
        # A 4xx from Daybook is this server's misconfiguration, and no fault of whoever opened the page.
        unavailable = isinstance(error, Unavailable)
        status = 503 if unavailable else 502
        context["problem"] = "unavailable" if unavailable else "refused"
    response = render(request, "daybook/visualization.html", context, status=status)
    if not config.open_visualization:
        add_never_cache_headers(response)
    if status == 503:
        response["Retry-After"] = "5"
    return response


# Django 5.1's LoginRequiredMiddleware asks views for this: a page view of a visitor who is not signed in
# counts too, and the visualization has its own rule.
record_user.login_required = False
visualization.login_required = False


def _refusal(request: HttpRequest):
    """None for staff, a way to sign in for a stranger, else PermissionDenied."""
    user = getattr(request, "user", None)
    if user is None:
        raise PermissionDenied(
            "The visualization is for staff, and this project has no django.contrib.auth: "
            "set DAYBOOK_OPEN_VISUALIZATION = True to show it to everyone."
        )
    if user.is_active and user.is_staff:
        return None
    if user.is_authenticated:
        raise PermissionDenied("The visualization is for staff.")
    # Imported here: it needs django.contrib.auth to be installed.
    from django.contrib.auth.views import redirect_to_login

    try:
        login_url = reverse("admin:login")
    except NoReverseMatch:
        login_url = settings.LOGIN_URL
    return redirect_to_login(request.get_full_path(), login_url)


def _json(data, status: int, headers=None) -> JsonResponse:
    response = JsonResponse(data, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _say(error: DaybookError) -> None:
    """What a page did wrong is quiet; what the owner should mend is loud."""
    if isinstance(error, Unavailable):
        log.error("%s", error)
    elif error.status in (401, 403, 404):
        log.warning("%s Check DAYBOOK_KEY and DAYBOOK_SITE.", error)
    else:
        log.info("%s", error)
