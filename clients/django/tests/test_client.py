import json
import tracemalloc

from django.test import RequestFactory, SimpleTestCase, override_settings

from daybook_django import client
from daybook_django.items import Items

from .fake import answers
from .test_record_user import WithDaybook


class Record(WithDaybook):
    def sent(self):
        return json.loads(self.fake.seen[-1].body)

    def test_what_is_given(self):
        self.assertEqual(set(client.record("/ä")), {"id"})
        self.assertEqual(self.sent(), {"pathname": "/ä"})
        self.assertIsNone(self.fake.seen[-1].headers.get("X-Forwarded-For"))
        location = {"latitude": 1.5, "longitude": -2}
        client.record("/b", language="fr", platform="Win32", user_agent="UA", location=location)
        self.assertEqual(
            self.sent(),
            {
                "pathname": "/b",
                "language": "fr",
                "platform": "Win32",
                "userAgent": "UA",
                "location": location,
            },
        )

    def test_of_a_request(self):
        request = RequestFactory().get(
            "/x",
            REMOTE_ADDR="192.0.2.7",
            HTTP_USER_AGENT="Browser",
            HTTP_ACCEPT_LANGUAGE="de-CH;q=0.9, en",
        )
        client.record("/b", request=request)
        self.assertEqual(
            self.sent(), {"pathname": "/b", "language": "de-CH", "userAgent": "Browser"}
        )
        self.assertEqual(self.fake.seen[-1].headers["X-Forwarded-For"], "192.0.2.7")
        client.record(
            "/b", request=RequestFactory().get("/x", HTTP_ACCEPT_LANGUAGE="*"), user_agent="Mine"
        )
        self.assertEqual(self.sent(), {"pathname": "/b", "userAgent": "Mine"})

    def test_where_the_visit_came_from(self):
        request = RequestFactory().get(
            "/x?token=secret&utm_source=letter&ref=a%26b&preference=1",
            HTTP_REFERER="https://other.example/",
        )
        client.record("/x", request=request)
        self.assertEqual(
            self.sent(),
            {
                "pathname": "/x",
                "referrer": "https://other.example/",
                "search": "&utm_source=letter&ref=a%26b",
            },
        )
        client.record("/x", request=RequestFactory().get("/x?token=secret"))
        self.assertEqual(self.sent(), {"pathname": "/x"})

    def test_what_cannot_be_sent(self):
        for pathname in ("", None, "\ud800", "x" * 70_000):
            with self.subTest(str(pathname)[:9].encode("utf-8", "replace")), self.assertRaises(
                client.BadHit
            ):
                client.record(pathname)
        self.assertEqual(self.fake.seen, [])

    def test_failures(self):
        self.fake.answer = answers(404, {"message": "unknown site"})
        with self.assertRaisesRegex(client.Refused, "unknown site"):
            client.record("/")
        self.fake.answer = answers(500)
        with self.assertRaises(client.Unavailable):
            client.record("/")


class Hits(WithDaybook):
    def test_all_rows(self):
        self.assertEqual(list(client.hits()), [])
        for number in range(3000):
            self.fake.add(f"/seite/☕/{number}", userAgent="x" * (number % 300))
        self.assertEqual(list(client.hits()), self.fake.rows)

    def test_a_site_that_is_not_open(self):
        self.fake.key = "k1"
        with self.assertRaises(client.Refused) as raised:
            list(client.hits())
        self.assertEqual(raised.exception.status, 401)
        with override_settings(DAYBOOK_KEY="k1", DAYBOOK_SITE="example.com"):
            self.assertEqual(list(client.hits()), [])
        self.assertEqual(self.fake.seen[-1].path, "/analytics?site=example.com")

    def test_an_answer_in_pages(self):
        key = {"pagePath": "/b&c", "timestamp": 1.5}
        pages = [
            {"Items": [{"pagePath": "/a"}], "Count": 1, "LastEvaluatedKey": key},
            {"LastEvaluatedKey": "opaque", "Count": 0, "Items": []},
            {"Count": 1, "Items": [{"pagePath": "/z"}]},
        ]
        self.fake.answer = lambda handler: answers(200, pages.pop(0))(handler)
        self.assertEqual([hit["pagePath"] for hit in client.hits()], ["/a", "/z"])
        self.assertEqual(
            [seen.path for seen in self.fake.seen],
            [
                "/analytics",
                "/analytics?ExclusiveStartKey="
                "%7B%22pagePath%22%3A%22%2Fb%26c%22%2C%22timestamp%22%3A1.5%7D",
                "/analytics?ExclusiveStartKey=opaque",
            ],
        )

    def test_pages_that_never_end(self):
        self.fake.answer = answers(200, {"Items": [{"pagePath": "/a"}], "LastEvaluatedKey": "k"})
        with self.assertRaisesRegex(client.Unavailable, "twice"):
            list(client.hits())
        self.assertEqual(len(self.fake.seen), 2)

    def test_rows_that_break_off_are_no_result(self):
        whole = json.dumps({"Items": [{"pagePath": "/a"}, {"pagePath": "/b"}], "Count": 2}).encode()
        for size in list(range(0, len(whole))):
            with self.subTest(size=size):
                self.fake.answer = answers(200, whole[:size], Content_Length=str(len(whole)))
                with self.assertRaises(client.Unavailable):
                    list(client.hits())

    def test_what_is_no_daybook(self):
        for body in (
            b"<html>",
            b"[]",
            b"{}",
            b'{"ok":true}',
            b'{"Items":7}',
            b'{"Items":[7]}',
            b'{"Items":[]} x',
            b"\xff",
        ):
            with self.subTest(body):
                self.fake.answer = answers(200, body)
                with self.assertRaises(client.Unavailable):
                    list(client.hits())


class RowByRow(SimpleTestCase):
    answers = [
        {"Items": [], "Count": 0},
        {
            "Count": 12,
            "Items": [{"a": 1}, {"a": [1, {"b": '☕"}],'}]}],
            "More": None,
            "LastEvaluatedKey": {"a": 1.25},
        },
        {"Items": [{"a": -0.5e-7, "☕": True}], "Count": 123456},
    ]

    def test_however_the_bytes_arrive(self):
        for answer in self.answers:
            for indent in (None, 2):
                body = json.dumps(answer, ensure_ascii=False, indent=indent).encode()
                for size in (1, 2, 3, 7, 10_000):
                    with self.subTest(size=size, body=body):
                        parts = iter([body[at : at + size] for at in range(0, len(body), size)])
                        items = Items(lambda wanted: next(parts, b""))
                        self.assertEqual(list(items), answer["Items"])
                        self.assertEqual(
                            items.rest, {k: v for k, v in answer.items() if k != "Items"}
                        )

    def test_memory_does_not_grow_with_the_rows(self):
        row = json.dumps({"pagePath": "/a", "timestamp": 1.5, "userAgent": "x" * 200}).encode()

        def parts():
            yield b'{"Items":[' + row
            for _ in range(400):
                yield (b"," + row) * 100
            yield b'],"Count":40001}'

        part = parts()
        tracemalloc.start()
        try:
            count = sum(1 for _ in Items(lambda wanted: next(part, b"")))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertEqual(count, 40_001)
        self.assertLess(peak, 2_000_000)

    def test_a_row_without_end(self):
        with self.assertRaisesRegex(ValueError, "at most"):
            first = iter([b'{"Items":[{"a":"'])
            list(Items(lambda wanted: next(first, b"x" * 1_000_000)))
