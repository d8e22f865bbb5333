import asyncio
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from unittest import mock

from django.core.checks import run_checks
from django.http import HttpResponse, JsonResponse
from django.test import AsyncRequestFactory, RequestFactory, SimpleTestCase, override_settings

from daybook_django import middleware, sending

from .fake import FakeDaybook, answers

PAGE = dict(
    REMOTE_ADDR="192.0.2.7",
    HTTP_USER_AGENT="Browser",
    HTTP_ACCEPT="text/html",
    HTTP_ACCEPT_LANGUAGE="de-CH,en",
    HTTP_REFERER="https://news.example/",
)


@contextmanager
def sender(send, **limits):
    """A Sender that is ended, with its thread, whatever happens."""
    made = sending.Sender(send)
    with mock.patch.multiple(sending, GATHER_SECONDS=0, FIRST_PAUSE_SECONDS=0.001, **limits):
        try:
            yield made
        finally:
            made.close(0)
            if made.thread is not None:
                made.thread.join(10)


def taken(batch):
    return [{"status": "accepted"} for _ in batch]


def total(counts):
    states = ("waiting", "accepted", "dropped", "invalid")
    return sum(counts[state] for state in states) + sum(counts["lost"].values())


class Sending(SimpleTestCase):
    def test_each_try_has_the_same_ids_and_times(self):
        tries = []

        def send(batch):
            tries.append(batch)
            if len(tries) < 3:
                raise sending.Again("not now")
            return taken(batch)

        with sender(send) as one:
            one.track({"url": "https://a.test/"})
            one.flush(30)
            self.assertEqual(one.counts()["accepted"], 1)
        self.assertEqual([tries[0], tries[0]], tries[1:])
        self.assertEqual({"id", "timestamp", "url"}, set(json.loads(tries[0][0])))

    def test_never_before_it_was_asked_to(self):
        pauses = []
        with sender(mock.Mock(side_effect=[sending.Again("429", 40), [{"status": "accepted"}]])) as one:
            one.pause = lambda seconds, asked=False: pauses.append((seconds, asked))
            one.track({"url": "https://a.test/"})
            one.flush(30)
        self.assertIn((40, True), pauses)

    def test_a_full_queue_loses_what_comes_then_and_counts_it(self):
        going = threading.Event()

        def send(batch):
            going.wait(30)
            return taken(batch)

        with sender(send, MAX_WAITING=3) as one, self.assertLogs("daybook_django", "WARNING"):
            for number in range(5):
                one.track({"url": f"https://a.test/{number}"})
            self.assertEqual((one.counts()["waiting"], one.counts()["lost"]["full"]), (3, 2))
            one.close(0)
            going.set()
            one.track({"url": "https://a.test/late"})
            counts = one.counts()
            self.assertEqual((counts["lost"]["ended"], total(counts)), (4, counts["tracked"]))

    def test_what_is_refused_or_broken_or_too_large_is_lost_once(self):
        def send(batch):
            raise sending.Refused("401", 401)

        with sender(send) as one, self.assertLogs("daybook_django", "WARNING"):
            one.track({"url": object()})
            one.track({"url": "x" * 20_000})
            one.track({"url": "https://a.test/"})
            one.flush(30)
            counts = one.counts()
        self.assertEqual(
            {name: count for name, count in counts["lost"].items() if count},
            {"broken": 1, "too-large": 1, "refused": 1},
        )
        self.assertEqual(total(counts), 3)

    def test_too_large_for_a_proxy_comes_in_smaller_parts(self):
        sizes = []

        def send(batch):
            sizes.append(len(batch))
            if len(batch) > 3:
                raise sending.Refused("413", 413)
            return taken(batch)

        with sender(send) as one:
            with one.changed:  # Nothing is sent before all are there.
                for number in range(10):
                    one.track({"url": f"https://a.test/{number}"})
            one.flush(30)
            self.assertEqual(one.counts()["accepted"], 10)
        self.assertEqual(sizes[0], 10)

    def test_what_daybook_says_of_each_is_counted(self):
        results = [{"status": "dropped"}, {"status": "invalid", "field": "ip"}]
        with sender(lambda batch: results) as one, self.assertLogs("daybook_django", "WARNING"):
            with one.changed:
                one.track({"url": "a"})
                one.track({"url": "b"})
            one.flush(30)
            self.assertEqual((one.counts()["dropped"], one.counts()["invalid"]), (1, 1))

    def test_every_answer_is_taken_for_what_it_is(self):
        again = [answers(status) for status in (302, 408, 429, 500, 503)]
        again += [answers(200, b"<html>"), answers(200, {"results": []})]
        with FakeDaybook() as fake, override_settings(DAYBOOK_URL=fake.url, DAYBOOK_KEY="k"):
            for answer in again:
                fake.answer = answer
                with self.assertRaises(sending.Again):
                    sending.post([b"{}"])
            fake.answer = answers(503, Retry_After="7")
            with self.assertRaises(sending.Again) as raised:
                sending.post([b"{}"])
            self.assertEqual(raised.exception.after, 7)
            for status in (400, 401, 413):
                fake.answer = answers(status)
                with self.assertRaises(sending.Refused) as refused:
                    sending.post([b"{}"])
                self.assertEqual(refused.exception.status, status)
            fake.answer = None
            self.assertEqual(len(sending.post([b'{"id":"1"}'])), 1)
            self.assertEqual(fake.seen[-1].headers["Authorization"], "Bearer k")
        with override_settings(DAYBOOK_URL=fake.url, DAYBOOK_KEY="k"):
            with self.assertRaises(sending.Again):
                sending.post([b"{}"])

    def test_the_end_of_a_process_sends_what_waits(self):
        program = """
import django
from django.conf import settings
import sys
settings.configure(DAYBOOK_URL=sys.argv[1], DAYBOOK_KEY="k", INSTALLED_APPS=["daybook_django"])
django.setup()
from daybook_django import sending
for number in range(50):
    sending.track(f"https://a.test/{number}")
"""
        with FakeDaybook() as fake:
            subprocess.run([sys.executable, "-c", program, fake.url], check=True, timeout=60)
            self.assertEqual(len({event["url"] for event in fake.events}), 50)


class Middleware(SimpleTestCase):
    def setUp(self):
        self.tracked = []
        patched = mock.patch.object(sending, "track", lambda **event: self.tracked.append(event))
        patched.start()
        self.addCleanup(patched.stop)

    def ask(self, response, **headers):
        request = RequestFactory().get("/a?utm_source=mail", **{**PAGE, **headers})
        self.assertIs(middleware.count_pages(lambda _: response)(request), response)

    @override_settings(DAYBOOK_SITE="a.test")
    def test_a_page_is_noted_after_its_answer(self):
        self.ask(HttpResponse("page"))
        self.assertEqual(
            self.tracked,
            [
                {
                    "url": "http://testserver/a?utm_source=mail",
                    "domain": "a.test",
                    "ip": "192.0.2.7",
                    "userAgent": "Browser",
                    "referrer": "https://news.example/",
                    "l": "de-CH",
                    "optOut": False,
                }
            ],
        )

    def test_in_an_async_project_too(self):
        async def view(request):
            return HttpResponse("page")

        request = AsyncRequestFactory().get("/a")
        self.assertEqual(asyncio.run(middleware.count_pages(view)(request)).status_code, 200)
        self.assertEqual(len(self.tracked), 1)

    def test_what_is_no_page_that_is_shown_is_not(self):
        self.ask(HttpResponse(status=304))
        self.assertEqual(len(self.tracked), 1)
        for response, headers in [
            (JsonResponse({}), {}),
            (HttpResponse("no", status=404), {}),
            (HttpResponse("page"), {"HTTP_SEC_PURPOSE": "prefetch"}),
            (HttpResponse("page"), {"HTTP_SEC_FETCH_DEST": "empty"}),
            (HttpResponse("page"), {"HTTP_ACCEPT": "image/png"}),
        ]:
            self.ask(response, **headers)
        self.assertEqual(len(self.tracked), 1)

    def test_a_mistake_reaches_no_page(self):
        with mock.patch.object(middleware, "page_view", side_effect=ValueError("x")):
            with self.assertLogs("daybook_django", "ERROR"):
                self.ask(HttpResponse("page"))

    def test_a_page_waits_for_no_request(self):
        """What it does is to make a text and to put it into a list, whatever Daybook does."""
        begun, going = threading.Event(), threading.Event()

        def send(batch):
            begun.set()
            going.wait(30)
            return taken(batch)

        with sender(send) as one, mock.patch.object(sending, "track", self.through(one)):
            self.ask(HttpResponse("page"))
            self.assertTrue(begun.wait(30))
            for _ in range(20):  # A request is under way all the time.
                self.ask(HttpResponse("page"))
            self.assertFalse(going.is_set())
            self.assertEqual(one.counts()["waiting"], 21)
            going.set()

    def through(self, one):
        return lambda url, name="pageview", **fields: one.track({"name": name, "url": url, **fields})

    @override_settings(MIDDLEWARE=["daybook_django.middleware.count_pages"])
    def test_manage_check_asks_for_a_key(self):
        self.assertIn("daybook_django.E002", [message.id for message in run_checks()])
        with override_settings(DAYBOOK_KEY="k"):
            self.assertEqual([m.id for m in run_checks() if "daybook" in m.id], [])
