"""The DAYBOOK_* settings. They are read at each use, so that `override_settings` works."""

import ipaddress
from dataclasses import dataclass
from typing import Optional, Tuple, Union
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]


@dataclass(frozen=True)
class Config:
    url: str
    """Daybook's address, without a slash at the end."""
    site: Optional[str]
    """None means the server's default site."""
    key: Optional[str]
    timeout_seconds: float
    trusted_proxies: Tuple[Network, ...]
    open_visualization: bool

    def endpoint(self, **query: str) -> str:
        """The address to which hits are sent, and from which they are read."""
        if self.site:
            query = {"site": self.site, **query}
        return self.url + "/analytics" + ("?" + urlencode(query) if query else "")


def read() -> Config:
    """Raises ImproperlyConfigured: it names the setting, the expected value and the given one."""
    return Config(
        url=_url(getattr(settings, "DAYBOOK_URL", None)),
        site=_text("DAYBOOK_SITE"),
        key=_text("DAYBOOK_KEY"),
        timeout_seconds=_seconds(getattr(settings, "DAYBOOK_TIMEOUT_SECONDS", 3)),
        trusted_proxies=_networks(getattr(settings, "DAYBOOK_TRUSTED_PROXIES", ())),
        open_visualization=getattr(settings, "DAYBOOK_OPEN_VISUALIZATION", False) is True,
    )


def _url(value) -> str:
    expected = (
        'DAYBOOK_URL must be the address of your Daybook, such as "https://stats.example.com"'
    )
    if not value:
        raise ImproperlyConfigured(f"{expected}; it is not set.")
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except (AttributeError, TypeError, ValueError):
        usable = False
    if (
        not usable
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
        or any(c.isspace() for c in value)
    ):
        raise ImproperlyConfigured(f"{expected}; got {value!r}.")
    if parts.path.rstrip("/").endswith("/analytics"):
        raise ImproperlyConfigured(
            f"{expected}, without /analytics, which is added to it; got {value!r}."
        )
    return value.rstrip("/")


def _text(name: str) -> Optional[str]:
    """A text for a header or a query. Checked, because a line end would add another header."""
    value = getattr(settings, name, None)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isprintable() or " " in value or not value.isascii():
        # The message does not contain the value, because DAYBOOK_KEY is a secret.
        raise ImproperlyConfigured(
            f"{name} must be a text of printable ASCII characters without spaces."
        )
    return value


def _seconds(value) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 600:
        raise ImproperlyConfigured(
            "DAYBOOK_TIMEOUT_SECONDS must be a number of seconds, above 0 and up to 600; "
            f"got {value!r}."
        )
    return float(value)


def _networks(value) -> Tuple[Network, ...]:
    try:
        if isinstance(value, str):
            raise ValueError("a text, not a list")
        return tuple(ipaddress.ip_network(text) for text in value)
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(
            "DAYBOOK_TRUSTED_PROXIES must be a list of addresses and networks, "
            f'such as ["127.0.0.1", "10.0.0.0/8"]: {error}.'
        ) from error
