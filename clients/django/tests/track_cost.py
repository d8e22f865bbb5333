"""
Prints what a page pays for being counted, where Daybook never answers and the list of what waits
gets full: `python tests/track_cost.py`.
"""

import logging
import os
import socket
import time

import django
from django.conf import settings

PAGES = 12_000

silent = socket.socket()
silent.bind(("127.0.0.1", 0))
silent.listen(50)
settings.configure(
    DAYBOOK_URL=f"http://127.0.0.1:{silent.getsockname()[1]}",
    DAYBOOK_KEY="k",
    DAYBOOK_TIMEOUT_SECONDS=0.3,
    INSTALLED_APPS=["daybook_django"],
)
django.setup()
logging.disable()

from daybook_django import sending  # noqa: E402

sending.FIRST_PAUSE_SECONDS = 0.005
times = []
for number in range(PAGES):
    start = time.perf_counter()
    sending.track(f"https://example.com/{number}", ip="203.0.113.7", userAgent="Browser", l="de")
    times.append(time.perf_counter() - start)
    if number % 20 == 0:
        time.sleep(0.001)
times.sort()
median, most, nearly_all = (times[int(part * PAGES)] * 1e6 for part in (0.5, 0.99, 0.999))
lost = sending.counts()["lost"]["full"]
print(f"a page: median {median:.0f} µs, 99 of 100 {most:.0f} µs, 999 of 1,000 {nearly_all:.0f} µs")
print(f"lost, as the list was full: {lost}")
os._exit(0)  # Nobody waits for what is left.
