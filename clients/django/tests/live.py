"""
Tests everything together with a running Daybook: two worker processes of the example project, in
parallel.

    DAYBOOK_URL=http://127.0.0.1:7070 DAYBOOK_SITE=example.test python tests/live.py

The site must be open, or DAYBOOK_KEY set; with a key, visitors are checked too. `daybook_django`
must be installed. Prints one line for each check, and exits with 1 if one fails.
"""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import django

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "example"
HITS = 200
AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)
DAYBOOK_URL = os.environ["DAYBOOK_URL"].rstrip("/")
SITE = os.environ.get("DAYBOOK_SITE")
KEY = os.environ.get("DAYBOOK_KEY")
ENDPOINT = DAYBOOK_URL + "/analytics" + ("?" + urlencode({"site": SITE}) if SITE else "")
# All addresses here are on this machine, so a proxy in the environment is not used.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

outcomes = Counter()


def main():
    workers = []
    try:
        urls = [start_worker(workers) for _ in range(2)]
        alone = start_worker(workers, DAYBOOK_URL=f"http://127.0.0.1:{free_port()}")
        run = f"/live/{uuid.uuid4().hex[:12]}"
        check("the pages contain the script, for both ways", lambda: pages(urls))
        check(
            f"{HITS} hits through two workers at once: each answered 200 with an id of its own",
            lambda: post_all(urls, run),
        )
        check("all of them are given back, each exactly once", lambda: come_back(run, HITS))
        check("20 hits of one page at one moment are 20 rows", lambda: same_moment(urls, run))
        check(
            "a hit is given back as it was sent, with the server's time",
            lambda: as_sent(urls[0], run),
        )
        check("a browser may send directly to Daybook, from another origin", lambda: direct(run))
        check(
            "data that is no page view is refused with a message, and not stored",
            lambda: refusals(urls[0], run),
        )
        check("the visualization shows them, and not the key", lambda: shown(urls, run))
        if KEY:
            check(
                "two visitors through one worker count as two, one as one",
                lambda: visitors(urls[0], run),
            )
            check(
                "pages of the middleware on a bad line: each counts once, and none is lost",
                lambda: on_a_bad_line(f"{run}-bad-line"),
            )
        check(
            "without a Daybook: 503 with Retry-After, and the pages still work",
            lambda: without(alone),
        )
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(10)
    print(f"django {django.get_version()} live: {outcomes[True]} passed, {outcomes[False]} failed")
    return 1 if outcomes[False] or not outcomes[True] else 0


def pages(urls):
    direct_tag = f'data-daybook="{ENDPOINT}"'
    for url in urls:
        for path, wanted in (
            ("/", direct_tag),
            ("/about", 'data-daybook="/recordUser"'),
            ("/contact", 'data-location="yes"'),
        ):
            status, _, html = call(url + path)
            expect(200, status)
            expect(True, wanted in html, f"{wanted} in {path}")


def post_all(urls, run):
    def post(number):
        return call(urls[number % 2] + "/recordUser", body=hit(f"{run}/{number}"))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(HITS)))
    expect(Counter({200: HITS}), Counter(status for status, _, _ in answers))
    expect(HITS, len({json.loads(text)["id"] for _, _, text in answers}), "different ids")


def come_back(run, wanted):
    found = Counter(row["pagePath"] for row in rows() if row["pagePath"].startswith(run + "/"))
    expect(Counter(f"{run}/{number}" for number in range(wanted)), found)


def same_moment(urls, run):
    path = f"{run}-same"
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda n: call(urls[n % 2] + "/recordUser", body=hit(path))[0], range(20))
        )
    expect([200] * 20, answers)
    expect(20, sum(row["pagePath"] == path for row in rows()))


def as_sent(url, run):
    path = f"{run}-ü/☕?no=query"
    sent = hit(path, location={"latitude": 38.0307484, "longitude": -78.5077828})
    before = time.time()
    expect(200, call(url + "/recordUser", body=sent)[0])
    after = time.time()
    (row,) = [row for row in rows() if row["pagePath"] == path]
    moment = row.pop("timestamp")
    expect(True, before - 1 <= moment <= after + 1, f"{before} <= {moment} <= {after}")
    expect(
        {"pagePath": path, **{name: value for name, value in sent.items() if name != "pathname"}},
        row,
    )


def direct(run):
    path = f"{run}-direct"
    headers = {
        "Content-Type": "text/plain;charset=UTF-8",
        "Origin": "https://shop.example",
        "User-Agent": AGENT,
    }
    status, answer, text = call(ENDPOINT, body=hit(path), headers=headers)
    expect((200, "*"), (status, answer.get("Access-Control-Allow-Origin")), text)
    asks = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    status, answer, _ = call(ENDPOINT, headers=asks, method="OPTIONS")
    expect(
        (True, "*"), (status in (200, 204), answer.get("Access-Control-Allow-Origin")), "preflight"
    )
    expect(1, sum(row["pagePath"] == path for row in rows()))


def refusals(url, run):
    before = len(rows())
    for body in ({"path": f"{run}-bad"}, [1], {"pathname": ""}):
        status, _, text = call(url + "/recordUser", body=body)
        expect((400, True), (status, "message" in json.loads(text)))
    # This is refused by Daybook itself, and its answer is passed on.
    status, answer, text = call(url + "/recordUser", body=hit(f"{run}-bad", location="here"))
    expect((400, "application/json"), (status, answer.get("Content-Type")), text)
    expect(405, call(url + "/recordUser")[0])
    expect(before, len(rows()))


def shown(urls, run):
    total = len(rows())
    for url in urls:
        status, _, html = call(url + "/visualization")
        expect(200, status)
        expect(True, f"<dd>{total:,}</dd>" in html, f"the total {total:,}")
        expect(True, f"{run}-same" in html, "the page of 20 views")
        expect(False, bool(KEY) and KEY in html, "the key")


def visitors(url, run):
    """The worker passes the visitors' addresses on: Daybook must not see the worker's address."""
    path = f"{run}-visitors"
    for address in ("127.0.0.1", "127.0.0.2", "127.0.0.2"):
        host = url[len("http://") :]
        connection = http.client.HTTPConnection(host, timeout=30, source_address=(address, 0))
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/recordUser", json.dumps(hit(path)), headers)
        expect(200, connection.getresponse().status)
        connection.close()
    query = "?" + urlencode({"site": SITE}) if SITE else ""
    status, _, text = call(
        f"{DAYBOOK_URL}/api/hits{query}", headers={"Authorization": f"Bearer {KEY}"}
    )
    expect(200, status, text[:200])
    found = [json.loads(line) for line in text.splitlines()]
    expect([1, 2], sorted(Counter(row["visitor"] for row in found if row["page"] == path).values()))


def on_a_bad_line(run):
    headers = {"Authorization": f"Bearer {KEY}"}
    sites = json.loads(call(f"{DAYBOOK_URL}/api/v1/sites", headers=headers)[2])["sites"]
    domain = SITE or sites[0]["domain"]
    program = pathlib.Path(__file__).resolve().parent / "bad_line.py"
    command = [sys.executable, str(program), DAYBOOK_URL, KEY, domain, run, "60"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120)
    counts = json.loads(done.stdout)
    expect((60, 60, []), (counts["tracked"], counts["accepted"], counts["faults"]), str(counts))
    text = call(f"{DAYBOOK_URL}/api/hits?{urlencode({'site': domain})}", headers=headers)[2]
    found = Counter(json.loads(line)["page"] for line in text.splitlines())
    expect([1] * 60, [found[f"{run}/{number}"] for number in range(60)])


def without(url):
    expect(200, call(url + "/")[0])
    status, answer, text = call(url + "/recordUser", body=hit("/nowhere"))
    expect((503, True), (status, answer.get("Retry-After", "").isdigit()), text)
    status, _, html = call(url + "/visualization")
    expect((503, True), (status, "does not answer" in html))


def hit(path, **more):
    return {
        "pathname": path,
        "language": "en-US",
        "platform": "MacIntel",
        "userAgent": AGENT,
        **more,
    }


def rows():
    status, _, text = call(ENDPOINT, headers={"Authorization": f"Bearer {KEY}"} if KEY else {})
    expect(200, status, text[:200])
    answer = json.loads(text)
    expect(len(answer["Items"]), answer["Count"], "Count")
    return answer["Items"]


def call(url, body=None, headers=None, method=None):
    """Gives the status, headers and text of an answer, also of an error."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data, {"Content-Type": "application/json", **(headers or {})}, method=method
    )
    try:
        with OPENER.open(request, timeout=30) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def start_worker(workers, **settings):
    """
    Starts a worker, and gives its URL once it answers. It is added to `workers` before anything can
    fail, so that it is always ended.
    """
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", url[len("http://") :]]
    environment = {**os.environ, "DAYBOOK_URL": DAYBOOK_URL, "no_proxy": "*", **settings}
    environment.update({"DAYBOOK_SITE": SITE or "", "DAYBOOK_KEY": KEY or ""})
    log = tempfile.TemporaryFile()
    workers.append(subprocess.Popen(command, cwd=EXAMPLE, env=environment, stdout=log, stderr=log))
    for _ in range(300):
        try:
            call(url + "/")
            return url
        except OSError:
            if workers[-1].poll() is not None:
                break
            time.sleep(0.1)
    log.seek(0)
    raise SystemExit(f"the worker does not start: {' '.join(command)}\n{log.read().decode()}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def check(name, run):
    try:
        run()
        problem = ""
    except Exception as error:
        problem = f": {type(error).__name__}: {str(error)[:1000]}"
    outcomes[not problem] += 1
    print(f"{'FAILED' if problem else 'ok'}  {name}{problem}", flush=True)


def expect(wanted, came, of=""):
    if wanted != came:
        raise AssertionError(f"expected {wanted}, got {came} {of}")


if __name__ == "__main__":
    sys.exit(main())
