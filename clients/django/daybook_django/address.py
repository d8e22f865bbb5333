"""Finds the visitor's address, as far as it can be known."""

import ipaddress
from typing import Optional, Sequence

from .conf import Network


def visitor_address(request, trusted_proxies: Sequence[Network]) -> Optional[str]:
    """
    The address the request came from, as text, or None.

    REMOTE_ADDR is the nearest peer. X-Forwarded-For is read only if that peer is a trusted proxy,
    and from the right: each proxy appends the address that it saw. The first address from the right
    that is no trusted proxy is the visitor's; all to the left of it may be invented by the visitor.
    An empty REMOTE_ADDR means a Unix socket. Only a proxy on this machine can use it, so it is
    trusted where any proxy is.
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
    """Reads an address; some proxies add a port (`192.0.2.1:4711`, `[2001:db8::1]:4711`)."""
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
