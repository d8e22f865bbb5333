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
    Passes the page's POST on to Daybook, as it is. 200 with Daybook's `{"id": ...}` means that it
    is on disk; 503 with Retry-After, that Daybook gave no answer. All other answers are a 4xx with
    a message. After 429 and 503 the page sends it again, with the same `?id=`: it is recorded once.

    This view has no CSRF protection, because there is nothing to protect: it uses no session and no
    user, and anyone may write the same to Daybook directly. A token would need a cookie on every
    page, and would make it impossible to cache one page for all visitors.
    """
    if request.method != "POST":
        return _json({"message": f"Expected POST, got {request.method}."}, 405, {"Allow": "POST"})
    try:
        body = request.read(client.MAX_BODY_BYTES + 1)
    except UnreadablePostError:
        return _json({"message": "The request broke off."}, 400)
    try:
        sending = {name: request.GET[name] for name in ("id", "a") if name in request.GET}
        return _json(client.forward(body, request, sending), 200)
    except DaybookError as error:
        _log(error)
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return _json(error.data, error.status, headers)


def visualization(request: HttpRequest) -> HttpResponse:
    """
    Shows the site's page views: the total, the numbers by path, and the last ones. The server reads
    them from Daybook, so that DAYBOOK_KEY never reaches a browser. The page is only for staff,
    unless DAYBOOK_OPEN_VISUALIZATION is True.
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
        _log(error)
        # A 4xx from Daybook means that this server's settings are wrong, not the visitor's request.
        unavailable = isinstance(error, Unavailable)
        status = 503 if unavailable else 502
        context["problem"] = "unavailable" if unavailable else "refused"
    response = render(request, "daybook/visualization.html", context, status=status)
    if not config.open_visualization:
        add_never_cache_headers(response)
    if status == 503:
        response["Retry-After"] = "5"
    return response


# Django 5.1's LoginRequiredMiddleware reads this attribute of views. Page views of visitors who are
# not signed in count too, and the visualization has its own rule.
record_user.login_required = False
visualization.login_required = False


def _refusal(request: HttpRequest):
    """None for staff; a redirect to the sign-in page for a stranger; else PermissionDenied."""
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
    # Imported here, because it needs django.contrib.auth in INSTALLED_APPS.
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


def _log(error: DaybookError) -> None:
    """A page's mistakes are logged as info; what the owner should fix, as a warning or an error."""
    if isinstance(error, Unavailable):
        log.error("%s", error)
    elif error.status in (401, 403, 404):
        log.warning("%s Check DAYBOOK_KEY and DAYBOOK_SITE.", error)
    else:
        log.info("%s", error)
