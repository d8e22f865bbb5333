"""
A small Daybook in a thread. It keeps what is posted to /analytics and /api/events, and gives rows
back. A test sets `answer` to replace the answers: so a server can fail in every way.
`python -m tests.fake PORT` runs it for tests/live.py.
"""

import json
import sys
import threading
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Seen = namedtuple("Seen", "method path headers body")


class FakeDaybook:
    """
    Use it as `with FakeDaybook() as fake:`. It has `fake.url`, `fake.seen` (the requests),
    `fake.rows` and `fake.events`. With a `key`, reading needs this key.
    """

    def __init__(self, port=0, key=None):
        self.key = key
        self.rows = []
        self.events = []
        self.seen = []
        self.answer = None
        """None, or a function that gets the handler and sends the answer in its place."""
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def add(self, path, timestamp=1_700_000_000.5, **fields):
        self.rows.append({"pagePath": path, "timestamp": timestamp, **fields})


def answers(status, body=b"", **headers):
    """A function for `answer` that sends this status, body and headers (`Retry_After="7"`)."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def _handler(fake):
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def log_message(self, *_):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.remember(body):
                return
            if urlsplit(self.path).path == "/api/events":
                return self.take_events(json.loads(body)["events"])
            try:
                hit = json.loads(body)
                path = hit["pathname"]
            except (ValueError, KeyError, TypeError):
                return self.reply(400, {"message": "Expected a JSON object with pathname."})
            if not isinstance(hit.get("location", {}), dict):
                return self.reply(400, {"message": "Expected location to be an object."})
            row = {"pagePath": path, "timestamp": time.time()}
            row.update((name, value) for name, value in hit.items() if name != "pathname")
            with fake.lock:
                fake.rows.append(row)
                number = len(fake.rows)
            self.reply(200, {"id": f"{number:016x}"})

        def take_events(self, events):
            with fake.lock:
                fake.events.extend(events)
            results = [{"status": "accepted", "id": event["id"]} for event in events]
            self.reply(200, {"accepted": len(events), "results": results})

        def do_GET(self):
            if self.remember(b""):
                return
            if fake.key and self.headers.get("Authorization") != f"Bearer {fake.key}":
                return self.reply(401, {"message": "Expected a key."})
            with fake.lock:
                rows = list(fake.rows)
            self.reply(200, {"Items": rows, "Count": len(rows), "ScannedCount": len(rows)})

        def do_OPTIONS(self):
            self.reply(204, None)

        def remember(self, body):
            with fake.lock:
                fake.seen.append(Seen(self.command, self.path, self.headers, body))
            if fake.answer is not None:
                try:
                    fake.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                self.close_connection = True
                return True
            url = urlsplit(self.path)
            if url.path == "/api/events" and self.command == "POST":
                return False
            if url.path != "/analytics" or set(parse_qs(url.query)) - {"site", "id", "a"}:
                self.reply(404, {"message": "Not found."})
                return True
            return False

        def reply(self, status, data):
            text = b"" if data is None else json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "*")
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Handler


if __name__ == "__main__":
    fake = FakeDaybook(port=int(sys.argv[1]))
    print(fake.url, flush=True)
    fake.server.serve_forever()
