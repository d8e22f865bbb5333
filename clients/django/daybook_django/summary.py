"""Computes what the visualization shows from the rows."""

import heapq
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Dict, Iterable, List, Optional

from django.utils import timezone as django_timezone

SHOWN_PATHS = 50
SHOWN_HITS = 20


@dataclass(frozen=True)
class PathRow:
    path: str
    views: str
    share: str
    """Per cent of all page views, as text."""
    width: str
    """Of the bar, in per cent of the longest. A text: Django would print a number as 37,5."""


@dataclass(frozen=True)
class HitRow:
    time: Optional[datetime]
    """In Django's current time zone."""
    path: str
    language: str
    platform: str
    user_agent: str
    location: str


@dataclass(frozen=True)
class Summary:
    """
    Counts are texts (`1,501`): the page is in English, and Django 3.2 groups digits only with
    USE_L10N.
    """

    views: str
    """'' where there are none."""
    path_count: str
    paths: List[PathRow]
    """Most viewed first, at most SHOWN_PATHS."""
    other_paths: str
    """How many paths are not in `paths`; '' where there are none."""
    other_views: str
    last_hits: List[HitRow]
    """Latest first, at most SHOWN_HITS."""


def summarise(hits: Iterable[Dict[str, Any]]) -> Summary:
    """Reads the rows once, and keeps a number for each path and the last hits."""
    by_path: Counter = Counter()
    latest: list = []
    for order, hit in enumerate(hits):
        by_path[_text(hit.get("pagePath"))] += 1
        # `order` decides between equal times, because rows cannot be compared.
        entry = (_seconds(hit.get("timestamp")), order, hit)
        if len(latest) < SHOWN_HITS:
            heapq.heappush(latest, entry)
        elif entry > latest[0]:
            heapq.heapreplace(latest, entry)
    views = sum(by_path.values())
    ranked = sorted(by_path.items(), key=lambda item: (-item[1], item[0]))
    shown = ranked[:SHOWN_PATHS]
    return Summary(
        views=_count(views),
        path_count=_count(len(by_path)),
        paths=[_path_row(path, count, views, shown[0][1]) for path, count in shown],
        other_paths=_count(len(ranked) - len(shown)),
        other_views=_count(views - sum(count for _, count in shown)),
        last_hits=[_hit_row(seconds, hit) for seconds, _, hit in sorted(latest, reverse=True)],
    )


def _path_row(path: str, count: int, views: int, longest: int) -> PathRow:
    per_cent = 100 * count / views
    share = "<1%" if per_cent < 0.5 else f"{per_cent:.0f}%"
    return PathRow(path, _count(count), share, f"{100 * count / longest:.2f}%")


def _hit_row(seconds: float, hit: Dict[str, Any]) -> HitRow:
    return HitRow(
        time=_time(seconds),
        path=_text(hit.get("pagePath")),
        language=_text(hit.get("language")),
        platform=_text(hit.get("platform")),
        user_agent=_text(hit.get("userAgent")),
        location=_location(hit.get("location")),
    )


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _seconds(value: Any) -> float:
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e11
    return float(value) if usable else -1.0


def _time(seconds: float) -> Optional[datetime]:
    if seconds < 0:
        return None
    return django_timezone.localtime(datetime.fromtimestamp(seconds, timezone.utc))


def _location(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if not isinstance(latitude, (int, float)) or not isinstance(longitude, (int, float)):
        return ""
    return f"{latitude:.2f}, {longitude:.2f}"


def _text(value: Any) -> str:
    """Any value as text: a sender may put anything into a field."""
    return "" if value is None else str(value)
