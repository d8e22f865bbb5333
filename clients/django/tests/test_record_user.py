import json
import logging
import socket
import time
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

from django.test import Client, RequestFactory, SimpleTestCase, override_settings

from daybook_django import client, views

from .fake import FakeDaybook, answers

HIT = {
    "pathname": "/kaffee ☕",
    "language": "de-DE",
    "platform": "MacIntel",
    "userAgent": "Mozilla/5.0 …",
    "location": {"latitude": 38.0307484, "longitude": -78.5077828},
    "own": [1, {"deep": None}],
}


class WithDaybook(SimpleTestCase):
    def setUp(self):
        self.fake = FakeDaybook()
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__)
        override = override_settings(DAYBOOK_URL=self.fake.url, DAYBOOK_TIMEOUT_SECONDS=0.4)
        override.enable()
        self.addCleanup(override.disable)

    def post(self, body=HIT, content_type="application/json", path="/recordUser", **extra):
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return Client(enforce_csrf_checks=True).post(path, data, content_type=content_type, **extra)


class PassesOn(WithDaybook):
    def test_the_page_s_own_bytes(self):
        body = json.dumps(HIT, ensure_ascii=False, indent=3).encode()
        for content_type in ("application/json", "text/plain;charset=UTF-8"):
            with self.subTest(content_type):
                answer = self.post(body, content_type)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(set(answer.json()), {"id"})
                self.assertEqual(self.fake.seen[-1].body, body)
                self.assertEqual(urlsplit(self.fake.seen[-1].path).path, "/analytics")
        self.assertEqual(len(self.fake.rows), 2)

    def test_site_key_and_address(self):
        cases = [
            (dict(), {}, None, "192.0.2.7", "/analytics"),
            (
                dict(DAYBOOK_SITE="example.com"),
                {},
                None,
                "192.0.2.7",
                "/analytics?site=example.com",
            ),
            (dict(DAYBOOK_KEY="k1"), {}, "Bearer k1", "192.0.2.7", "/analytics"),
            (
                dict(DAYBOOK_KEY="k1"),
                {"HTTP_X_FORWARDED_FOR": "198.51.100.9"},
                "Bearer k1",
                "192.0.2.7",
                "/analytics",
            ),
            (
                dict(DAYBOOK_TRUSTED_PROXIES=["192.0.2.0/24"]),
                {"HTTP_X_FORWARDED_FOR": "198.51.100.9"},
                None,
                "198.51.100.9",
                "/analytics",
            ),
        ]
        for settings, headers, key, address, path in cases:
            with self.subTest(settings=settings, headers=headers), override_settings(**settings):
                self.assertEqual(self.post(REMOTE_ADDR="192.0.2.7", **headers).status_code, 200)
                seen = self.fake.seen[-1]
                self.assertEqual(seen.headers.get("Authorization"), key)
                self.assertEqual(seen.headers.get("X-Forwarded-For"), address)
                asked, expected = urlsplit(seen.path), urlsplit(path)
                query = [one for one in parse_qsl(asked.query) if one[0] != "id"]
                self.assertEqual(asked.path, expected.path)
                self.assertEqual(query, parse_qsl(expected.query))

    def test_no_other_header_of_the_visitor(self):
        self.post(
            HTTP_COOKIE="sessionid=secret",
            HTTP_REFERER="https://inner.example/",
            HTTP_USER_AGENT="Browser",
        )
        sent = str(self.fake.seen[-1].headers)
        for text in ("secret", "inner.example", "Browser"):
            self.assertNotIn(text, sent)

    def test_a_browser_that_asks_not_to_be_counted(self):
        cases = [
            ({}, (None, None)),
            ({"HTTP_SEC_GPC": "1"}, ("1", None)),
            ({"HTTP_DNT": "1"}, (None, "1")),
            ({"HTTP_DNT": "0", "HTTP_SEC_GPC": "x"}, (None, None)),
        ]
        for headers, expected in cases:
            with self.subTest(headers):
                self.post(**headers)
                sent = self.fake.seen[-1].headers
                self.assertEqual((sent.get("Sec-GPC"), sent.get("DNT")), expected)

    def test_sets_no_cookie(self):
        self.assertFalse(self.post().cookies)

    def test_a_body_that_was_read_before(self):
        request = RequestFactory().post(
            "/recordUser", json.dumps(HIT), content_type="application/json"
        )
        self.assertTrue(request.body)
        self.assertEqual(views.record_user(request).status_code, 200)

    def test_counts_without_signing_in(self):
        self.assertIs(views.record_user.login_required, False)


class SendsAgain(WithDaybook):
    """After 429 and 503, with the same id: no page view is lost, and none counts twice."""

    def setUp(self):
        super().setUp()
        self.paused = []
        # Waiting takes no time here, but the clock shows it.
        self.clock = mock.patch.multiple(
            client.time,
            sleep=self.paused.append,
            monotonic=lambda: 1_000 + sum(self.paused),
        )

    def answered(self, *answers_in_turn):
        left = list(answers_in_turn)

        def answer(handler):
            left.pop(0)(handler)

        self.fake.answer = answer

    def queries(self):
        return [dict(parse_qsl(urlsplit(seen.path).query)) for seen in self.fake.seen]

    def test_within_the_time_out(self):
        ok = answers(200, {"id": "7"})
        cases = [
            ("429 of API Gateway", answers(429), 1),
            ("429 that says when", answers(429, Retry_After="2"), 2),
            ("503 that says when", answers(503, Retry_After="0"), 0),
        ]
        for name, first, pause in cases:
            with self.subTest(name), override_settings(DAYBOOK_TIMEOUT_SECONDS=3), self.clock:
                self.paused.clear()
                self.fake.seen.clear()
                self.answered(first, ok)
                self.assertEqual(client.record("/a"), {"id": "7"})
                self.assertEqual(self.paused, [pause])
                first_query, second_query = self.queries()
                self.assertEqual(len(first_query["id"]), 32)
                self.assertEqual(
                    second_query, {"id": first_query["id"], "a": str(pause * 1000)}
                )

    def test_not_when_that_would_take_longer_or_is_of_no_use(self):
        cases = [
            ("later", answers(429, Retry_After="4"), client.Refused, 4),
            ("our own 503", answers(503, Retry_After="5"), client.Unavailable, 5),
            ("refused", answers(400, Retry_After="1"), client.Refused, 1),
            ("500", answers(500), client.Unavailable, 5),
        ]
        for name, answer, kind, retry_after in cases:
            with self.subTest(name), override_settings(DAYBOOK_TIMEOUT_SECONDS=3), self.clock:
                self.fake.seen.clear()
                self.answered(answer)
                with self.assertRaises(kind) as raised:
                    client.record("/a", hit_id="mine")
                self.assertEqual(raised.exception.retry_after, retry_after)
                self.assertEqual(self.queries(), [{"id": "mine"}])

    def test_once_only(self):
        with override_settings(DAYBOOK_TIMEOUT_SECONDS=3), self.clock:
            self.answered(answers(429), answers(429, {"message": "slow"}, Retry_After="1"))
            with self.assertRaises(client.Refused):
                client.record("/a")
        self.assertEqual(len(self.fake.seen), 2)

    def test_the_page_s_own_id_and_age_are_passed_on(self):
        with override_settings(DAYBOOK_TIMEOUT_SECONDS=3, DAYBOOK_SITE="a.test"), self.clock:
            self.answered(answers(429), answers(200, {"id": "7"}))
            self.post(path="/recordUser?id=page-1&a=5000&site=other.test&x=1")
        self.assertEqual(
            self.queries(),
            [
                {"site": "a.test", "id": "page-1", "a": "5000"},
                {"site": "a.test", "id": "page-1", "a": "6000"},
            ],
        )

    def test_an_id_that_is_too_long(self):
        answer = self.post(path="/recordUser?id=" + "x" * 129)
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(answer.json(), {"message": "Expected an id of at most 128 characters."})
        self.assertEqual(self.fake.seen, [])


class Refuses(WithDaybook):
    def test_other_methods(self):
        for method in ("get", "head", "put", "patch", "delete", "options"):
            with self.subTest(method):
                answer = getattr(Client(), method)("/recordUser")
                self.assertEqual(answer.status_code, 405)
                self.assertEqual(answer["Allow"], "POST")
                if method != "head":
                    self.assertIn("POST", answer.json()["message"])

    def test_what_is_no_page_view(self):
        cases = [
            b"",
            b"x",
            b"[]",
            b'"/"',
            b"null",
            b"7",
            b"{}",
            b"\xff{}",
            b'{"pathname":',
            b'{"pathname":"/"} x',
            b'{"pathname":""}',
            b'{"pathname":7}',
            b'{"pathname":null}',
            b'{"path":"/"}',
            b'{"pathname":"/","x":NaN}',
            '{"pathname":"/"}'.encode("utf-16"),
            b"[" * 16_000,
            b'{"pathname":"/","x":' + b"[" * 16_000,
        ]
        for body in cases:
            with self.subTest(body[:40]):
                answer = self.post(body)
                self.assertEqual(answer.status_code, 400)
                self.assertTrue(answer.json()["message"].startswith("Expected"))
        self.assertEqual(self.fake.seen, [])

    def test_too_large(self):
        def hit(size):
            return b'{"pathname":"/' + b"x" * (size - 16) + b'"}'

        self.assertEqual(self.post(hit(client.MAX_BODY_BYTES)).status_code, 200)
        for size in (client.MAX_BODY_BYTES + 1, 5_000_000):
            answer = self.post(hit(size))
            self.assertEqual(answer.status_code, 413)
            self.assertIn(str(client.MAX_BODY_BYTES), answer.json()["message"])
        self.assertEqual(len(self.fake.seen), 1)


class Relays(WithDaybook):
    def test_a_refusal_of_daybook(self):
        cases = [
            (answers(400, {"message": "no"}), 400, {"message": "no"}, None),
            (answers(400, {"errors": {"a": ["b"]}}), 400, {"errors": {"a": ["b"]}}, None),
            (answers(404, b"unknown site"), 404, {"message": "unknown site"}, None),
            (answers(401), 401, {"message": "Daybook answered 401."}, None),
            (answers(422, ["x"]), 422, {"message": '["x"]'}, None),
            (answers(413, b"<h1>" + b"x" * 5000), 413, {"message": "<h1>" + "x" * 496}, None),
            (answers(429, {"message": "slow"}, Retry_After="7"), 429, {"message": "slow"}, "7"),
        ]
        for answer, status, data, retry_after in cases:
            with self.subTest(status=status, data=data):
                self.fake.answer = answer
                got = self.post()
                self.assertEqual(
                    (got.status_code, got.json(), got.get("Retry-After")),
                    (status, data, retry_after),
                )
                self.assertEqual(got["Content-Type"], "application/json")

    def test_a_201_is_a_200(self):
        self.fake.answer = answers(201, {"id": "7"})
        got = self.post()
        self.assertEqual((got.status_code, got.json()), (200, {"id": "7"}))

    def test_what_daybook_drops_by_its_rules(self):
        for reason in ("bot", "unknown-site"):
            with self.subTest(reason):
                self.fake.answer = answers(200, {"id": None, "dropped": reason})
                with self.assertLogs("daybook_django", "DEBUG") as logs:
                    logging.getLogger("daybook_django").debug("so that there is one")
                    got = self.post()
                self.assertEqual(
                    (got.status_code, got.json()), (200, {"id": None, "dropped": reason})
                )
                # With a wrong DAYBOOK_SITE, every page view is lost though all answers are 200: the
                # owner must get a warning.
                self.assertEqual(
                    [r.levelname for r in logs.records[1:]],
                    ["WARNING"] * (reason == "unknown-site"),
                )

    def test_no_answer_is_a_503(self):
        def hangs(handler):
            time.sleep(1)

        def trickles(handler):
            handler.send_response(200)
            handler.end_headers()
            for _ in range(15):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.1)

        def hangs_up(handler):
            handler.connection.shutdown(socket.SHUT_RDWR)

        cases = [
            ("500", answers(500, b"boom"), "5"),
            ("502 of a proxy", answers(502, b"<html>"), "5"),
            ("503", answers(503, b"", Retry_After="11"), "11"),
            (
                "503 until a date",
                answers(503, b"", Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
                "5",
            ),
            ("hangs", hangs, "5"),
            ("trickles", trickles, "5"),
            ("hangs up", hangs_up, "5"),
            ("breaks off", answers(200, b'{"id":', Content_Length="100"), "5"),
            ("no JSON", answers(200, b"<html>a page</html>"), "5"),
            ("no object", answers(200, [1]), "5"),
            ("too much", answers(200, b" " * 200_000 + b"{}"), "5"),
            ("no HTTP", lambda handler: handler.wfile.write(b"SSH-2.0\r\n\r\n"), "5"),
        ]
        for name, answer, retry_after in cases:
            with self.subTest(name):
                self.fake.answer = answer
                started = time.monotonic()
                with self.assertLogs("daybook_django", "ERROR"):
                    got = self.post()
                self.assertLess(time.monotonic() - started, 0.9)
                self.assertEqual((got.status_code, got["Retry-After"]), (503, retry_after))
                self.assertEqual(set(got.json()), {"message"})
                self.assertNotIn("127.0.0.1", got.content.decode())

    def test_nobody_there(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            with override_settings(DAYBOOK_URL=f"http://127.0.0.1:{held.getsockname()[1]}"):
                with self.assertLogs("daybook_django", "ERROR"):
                    got = self.post()
        self.assertEqual((got.status_code, got["Retry-After"]), (503, "5"))

    @override_settings(DAYBOOK_KEY="secret")
    def test_a_redirect_is_not_followed(self):
        with FakeDaybook() as other:
            for status in (301, 302, 303, 307, 308):
                with self.subTest(status):
                    self.fake.answer = answers(status, b"", Location=other.url + "/analytics")
                    with self.assertLogs("daybook_django", "ERROR") as logs:
                        self.assertEqual(self.post().status_code, 503)
                    self.assertIn("set DAYBOOK_URL", logs.output[0])
            self.assertEqual(other.seen, [])

    @override_settings(DAYBOOK_KEY="secret")
    def test_the_log_warns_of_what_the_owner_should_fix_and_never_contains_the_key(self):
        for status, level in ((400, "INFO"), (401, "WARNING"), (404, "WARNING"), (500, "ERROR")):
            with self.subTest(status):
                self.fake.answer = answers(status, {"message": "no"})
                with self.assertLogs("daybook_django", "DEBUG") as logs:
                    self.post()
                self.assertEqual([record.levelname for record in logs.records], [level])
                self.assertNotIn("secret", logs.output[0])
