"""
A line to a real Daybook on which requests fail, each in another way, and then go through: `refused`
(503, and nothing is done), `lost` (it is done, but no answer comes back), `late` (it is done, but
the answer takes longer than the sender waits), `cut` (it is done, and half of the answer comes).
As a program it shows pages through the middleware on such a line; tests/live.py runs it.
"""

import http.client
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FAULTS = ["refused", "lost", "late", "cut"]


class BadLine:
    """Use it as `with BadLine(url) as line:`. `line.faults`: what the next requests meet."""

    def __init__(self, target, late_seconds):
        self.target = urlsplit(target)
        self.late_seconds = late_seconds
        self.faults = list(FAULTS)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def _handler(line):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = line.faults.pop(0) if line.faults else None
            if fault == "refused":
                self.send_response(503)
                self.send_header("Retry-After", "1")
                self.end_headers()
                return
            connection = http.client.HTTPConnection(line.target.hostname, line.target.port)
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
            if fault == "lost":
                return
            if fault == "late":
                time.sleep(line.late_seconds)
            try:
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text[: len(text) // 2] if fault == "cut" else text)
            except (BrokenPipeError, ConnectionResetError):
                pass

    return Handler


def main(target, key, host, run, pages):
    """Shows so many pages, and prints what became of their views."""
    import django
    from django.conf import settings
    from django.http import HttpResponse
    from django.urls import re_path

    timeout = 1.0
    with BadLine(target, 2 * timeout) as line:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            DAYBOOK_URL=line.url,
            DAYBOOK_KEY=key,
            DAYBOOK_TIMEOUT_SECONDS=timeout,
            INSTALLED_APPS=["daybook_django"],
            MIDDLEWARE=["daybook_django.middleware.count_pages"],
            ROOT_URLCONF=(re_path("", lambda _: HttpResponse("page")),),
        )
        django.setup()
        from django.test import Client

        from daybook_django import sending

        sending.MAX_EVENTS = 10
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
        browser = Client(HTTP_HOST=host, HTTP_USER_AGENT=agent)
        for number in range(int(pages)):
            browser.get(f"{run}/{number}")
        sending.flush(60)
        print(json.dumps({**sending.counts(), "faults": line.faults}))


if __name__ == "__main__":
    main(*sys.argv[1:])
