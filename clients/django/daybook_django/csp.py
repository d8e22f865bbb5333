"""Finds the page's Content-Security-Policy nonce."""

from typing import Any, Mapping, Optional


def nonce_of(request: Any, context: Optional[Mapping[str, Any]] = None) -> str:
    """
    The nonce, or '' where there is none. django-csp puts `csp_nonce` on the request, Django's own
    middleware puts it into the template's context. Both make the nonce when it is first read, so it
    is turned into text only here.
    """
    nonce = (context or {}).get("csp_nonce") or getattr(request, "csp_nonce", None)
    return str(nonce) if nonce else ""
