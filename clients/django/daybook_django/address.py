"""The visitor's address, as far as it can be known."""

import ipaddress
from typing import Optional, Sequence

from .conf import Network


def visitor_address(request, trusted_proxies: Sequence[Network]) -> Optional[str]:
    """
    The address the request came from, as text, or None.

    REMOTE_ADDR is the nearest peer. Only where that peer is a trusted proxy is X-Forwarded-For believed,
    and only from its right end: each proxy appends the address that it saw, so everything to the left of
    the last untrusted one may be invented by the visitor. An empty REMOTE_ADDR is a Unix socket, which only
    a proxy on this machine can be at the other end of: it is trusted as soon as any proxy is.
    """
    peer = _parse(request.META.get("REMOTE_ADDR", ""))
    if not trusted_proxies:
        return _text(peer)
    if peer is not None and not _within(peer, trusted_proxies):
        return _text(peer)
    seen = peer
    for part in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = _parse(part)
        if address is None:
            break
        seen = address
        if not _within(address, trusted_proxies):
            break
    return _text(seen)


def _parse(text: str):
    """Some proxies add the port (`192.0.2.1:4711`, `[2001:db8::1]:4711`); it is no part of the address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _within(address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _text(address) -> Optional[str]:
    return None if address is None else str(address)
