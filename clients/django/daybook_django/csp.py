"""The page's Content-Security-Policy nonce, wherever the project keeps it."""

from typing import Any, Mapping, Optional


def nonce_of(request: Any, context: Optional[Mapping[str, Any]] = None) -> str:
    """
    '' where there is none. `csp_nonce` stands on the request with django-csp, and in the template's context
    with Django's own middleware. Turned into text only here: both make the nonce when it is first asked for.
    """
    nonce = (context or {}).get("csp_nonce") or getattr(request, "csp_nonce", None)
    return str(nonce) if nonce else ""
