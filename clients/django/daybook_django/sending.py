"""
Sends events to Daybook from a thread of its own, in batches: a page waits for nothing. What was not
taken is sent again with the same ids and times, so that it counts once. What waits is bounded, and
what is lost is counted and said in the log.
"""

import atexit
import http.client
import json
import logging
import os
import random
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional

from . import __version__, conf
from .client import open_url, read_within, retry_after_of

MAX_WAITING = 10_000
MAX_WAITING_BYTES = 16 * 1024 * 1024
MAX_EVENT_BYTES = 16_384
MAX_EVENTS = 500
"""In one request."""
MAX_BATCH_BYTES = 512 * 1024
"""Proxies take a request of a megabyte, as a rule."""
GATHER_SECONDS = 0.5
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
LONGEST_ASKED_SECONDS = 900.0
EXIT_SECONDS = 3.0
"""So long the end of the process waits for what is left."""
MAX_ANSWER_BYTES = 1024 * 1024

log = logging.getLogger("daybook_django")


class Again(Exception):
    """It was not taken, and may be later: not before `after` seconds, where Daybook says so."""

    def __init__(self, message: str, after: Optional[float] = None):
        super().__init__(message)
        self.after = after


class Refused(Exception):
    """It was not taken, and never will be."""

    def __init__(self, message: str, status: int):
        super().__init__(message)
        self.status = status


def post(batch: List[bytes]) -> List[Dict[str, Any]]:
    """Sends events once. Gives what became of each. Raises Again or Refused."""
    config = conf.read()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"daybook-django/{__version__}",
        "Authorization": f"Bearer {config.key}",
    }
    body = b'{"events":[' + b",".join(batch) + b"]}"
    request = urllib.request.Request(config.url + "/api/events", body, headers)
    try:
        with open_url(request, timeout=config.timeout_seconds) as response:
            text = read_within(response, config.timeout_seconds, MAX_ANSWER_BYTES)
        results = json.loads(text.decode("utf-8"))["results"]
    except urllib.error.HTTPError as error:
        with error:
            message = f"Daybook answered {error.code}: {_start_of(error)}"
            if error.code in (408, 425, 429) or error.code >= 500 or 300 <= error.code < 400:
                raise Again(message, retry_after_of(error)) from error
            raise Refused(message, error.code) from error
    except (OSError, http.client.HTTPException) as error:
        raise Again(f"Daybook did not answer: {error!r}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Again("the answer is none of Daybook's: is DAYBOOK_URL right?") from error
    if not isinstance(results, list) or len(results) != len(batch):
        raise Again("the answer is none of Daybook's: is DAYBOOK_URL right?")
    return results


def _start_of(error: urllib.error.HTTPError) -> str:
    try:
        return error.read(300).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""


class Sender:
    """A queue and its thread. `send` gives what became of each event of a batch."""

    def __init__(self, send: Callable[[List[bytes]], List[Dict[str, Any]]] = post):
        self.send = send
        self.changed = threading.Condition()
        self.waiting: Deque[bytes] = deque()
        self.waiting_bytes = 0
        self.batch_bytes = MAX_BATCH_BYTES
        self.thread: Optional[threading.Thread] = None
        self.hurried = False
        self.ended = False
        self.tally = {"tracked": 0, "accepted": 0, "dropped": 0, "invalid": 0}
        self.lost = {"full": 0, "too-large": 0, "refused": 0, "ended": 0, "broken": 0}

    def track(self, event: Dict[str, Any]) -> None:
        """Takes an event to be sent later. Waits for no request, and never raises."""
        try:
            full = {"id": str(uuid.uuid4()), "timestamp": int(time.time() * 1000), **event}
            text = json.dumps(full, allow_nan=False).encode("ascii")
        except Exception as error:
            return self._take(None, repr(error))
        self._take(text)

    def _take(self, text: Optional[bytes], problem: str = "") -> None:
        with self.changed:
            self.tally["tracked"] += 1
            if text is None:
                reason = "broken"
            elif len(text) > MAX_EVENT_BYTES:
                reason = "too-large"
            elif self.ended:
                reason = "ended"
            elif (
                len(self.waiting) >= MAX_WAITING
                or self.waiting_bytes + len(text) > MAX_WAITING_BYTES
            ):
                reason = "full"
            else:
                self.waiting.append(text)
                self.waiting_bytes += len(text)
                self._start()
                self.changed.notify_all()
                return
        self._lose(reason, 1, problem)

    def _start(self) -> None:
        if self.thread is not None:
            return
        self.thread = threading.Thread(target=self._run, name="daybook", daemon=True)
        try:
            self.thread.start()
        except RuntimeError:  # The process ends, or has too many: with the next event again.
            self.thread = None

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            with self.changed:
                while not self.waiting and not self.ended:
                    self.changed.wait()
                if self.ended:
                    return
            self.pause(GATHER_SECONDS)
            batch = self._first()
            try:
                results = self.send(batch)
            except Again as problem:
                log.info("%s", problem)
                asked = min(problem.after or 0, LONGEST_ASKED_SECONDS)
                self.pause(max(asked, pause * random.uniform(0.5, 1)), asked=True)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            except Refused as problem:
                if problem.status == 413 and len(batch) > 1:
                    self.batch_bytes = max(1, min(self.batch_bytes, sum(map(len, batch))) // 2)
                else:
                    self._give_up(len(batch), str(problem))
            except Exception as problem:  # Wrong settings, for one: this thread goes on.
                self._give_up(len(batch), repr(problem))
            else:
                pause = FIRST_PAUSE_SECONDS
                self._remove(len(batch), results)

    def pause(self, seconds: float, asked: bool = False) -> None:
        """One before another try is not hurried, but ends with the process."""
        with self.changed:
            self.changed.wait_for(
                lambda: self.ended or (self.hurried and not asked), timeout=seconds
            )

    def _first(self) -> List[bytes]:
        with self.changed:
            batch: List[bytes] = []
            size = 0
            for text in self.waiting:
                size += len(text) + 1
                if len(batch) == MAX_EVENTS or (batch and size > self.batch_bytes):
                    break
                batch.append(text)
            return batch

    def _remove(self, count: int, results: Optional[List[Dict[str, Any]]] = None) -> bool:
        with self.changed:
            if self.ended:  # They are counted as lost already.
                return False
            for _ in range(count):
                self.waiting_bytes -= len(self.waiting.popleft())
            for result in results or []:
                status = result.get("status") if isinstance(result, dict) else None
                self.tally[status if status in self.tally else "invalid"] += 1
                if status == "invalid":
                    log.warning(
                        "Daybook takes an event for invalid: %s: %s",
                        result.get("field"),
                        result.get("expected"),
                    )
            self.changed.notify_all()
            return True

    def _give_up(self, count: int, problem: str) -> None:
        if self._remove(count):
            self._lose("refused", count, problem)

    def _lose(self, reason: str, count: int, message: str = "") -> None:
        if count == 0:
            return
        with self.changed:
            before = sum(self.lost.values())
            self.lost[reason] += count
        # Each loss is counted; of many, the log says the first and then every thousandth.
        if before == 0 or before // 1000 != (before + count) // 1000 or reason != "full":
            log.warning("%d events for Daybook are lost (%s) %s", count, reason, message)

    def flush(self, seconds: float) -> None:
        """Returns when nothing waits any more, or after so long."""
        with self.changed:
            self.hurried = True
            self.changed.notify_all()
            self.changed.wait_for(lambda: not self.waiting, timeout=seconds)
            self.hurried = False

    def close(self, seconds: float = EXIT_SECONDS) -> None:
        """What is left after so long is lost, and so is all that is tracked later."""
        if self.waiting:
            self.flush(seconds)
        with self.changed:
            self.ended = True
            left = len(self.waiting)
            self.waiting.clear()
            self.waiting_bytes = 0
            self.changed.notify_all()
        self._lose("ended", left)

    def counts(self) -> Dict[str, Any]:
        """All that were tracked are waiting, accepted, dropped, invalid or lost."""
        with self.changed:
            return {**self.tally, "waiting": len(self.waiting), "lost": dict(self.lost)}


_sender = Sender()


def _begin() -> None:
    """A process that was forked has no thread, and the events of its parent are its parent's."""
    global _sender
    _sender = Sender()


if hasattr(os, "register_at_fork"):  # Not on Windows.
    os.register_at_fork(after_in_child=_begin)
atexit.register(lambda: _sender.close())


def track(url: str, name: str = "pageview", **fields: Any) -> None:
    """
    Sends an event, soon: `track("https://example.com/cart", "Signup", ip=..., userAgent=...,
    props={...})`, with any field of Daybook's `POST /api/events`. Waits for nothing and never
    raises. Needs DAYBOOK_KEY, one that may write.
    """
    _sender.track({"name": name, "url": url, **fields})


def flush(seconds: float = 10.0) -> None:
    """Returns when nothing waits any more, or after so long."""
    _sender.flush(seconds)


def counts() -> Dict[str, Any]:
    """What became of this process's events."""
    return _sender.counts()
