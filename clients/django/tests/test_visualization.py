import re
from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils import translation

from daybook_django import views

from .fake import answers
from .test_record_user import WithDaybook

OPEN = override_settings(DAYBOOK_OPEN_VISUALIZATION=True)


def text(html):
    """The text that a person reads, with single spaces."""
    without = re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", without)


@OPEN
class Shows(WithDaybook):
    def page(self, status=200):
        answer = Client().get("/visualization")
        self.assertEqual(answer.status_code, status)
        return answer.content.decode()

    def test_total_bars_and_last_hits(self):
        for number in range(1200):
            self.fake.add("/a", timestamp=1_700_000_000 + number)
        for number in range(300):
            self.fake.add("/b", timestamp=1_600_000_000.25 + number)
        self.fake.add(
            "/c",
            1_750_000_000.75,
            language="fr-CH",
            platform="Win32",
            userAgent="Mozilla",
            location={"latitude": 46.2044, "longitude": 6.1432},
        )
        html = self.page()
        self.assertIn("Total page views 1,501", text(html))
        self.assertIn("/a 1,200 80%", text(html))
        self.assertIn("/b 300 20%", text(html))
        self.assertIn("/c 1 &lt;1%", text(html))
        self.assertEqual(re.findall(r'<rect width="([^"]+)"', html), ["100.00%", "25.00%", "0.08%"])
        self.assertIn("2025-06-15 15:06:40 /c fr-CH Win32 46.20, 6.14 Mozilla", text(html))
        last = re.search(r'<table class="daybook-last".*?<tbody>(.*?)</tbody>', html, re.S).group(1)
        self.assertEqual(last.count("<tr>"), 20)
        self.assertIn(">2023-11-14 22:33:19<", last)
        self.assertNotIn("/b", last)

    def test_the_order_is_by_views_then_by_path(self):
        for name in ("/b", "/a", "/c", "/c"):
            self.fake.add(name)
        self.assertEqual(
            re.findall(r'scope="row" title="([^"]+)"', self.page()), ["/c", "/a", "/b"]
        )

    def test_many_paths(self):
        for number in range(60):
            self.fake.add(f"/{number:02}")
        html = self.page()
        self.assertEqual(html.count("<rect width="), 50)
        self.assertIn("and 10 more paths with 10 page views", text(html))

    def test_everything_is_escaped(self):
        evil = '"><img src=x onerror=alert(1)>'
        self.fake.add(
            evil,
            language=evil,
            platform=evil,
            userAgent=evil,
            location={"latitude": evil, "longitude": 1},
        )
        with override_settings(DAYBOOK_SITE=evil.replace(" ", "/")):
            html = self.page()
        self.assertNotIn("<img", html)
        self.assertGreater(html.count("&lt;img"), 4)

    def test_rows_of_any_shape(self):
        self.fake.rows = [
            {},
            {"pagePath": None},
            {"pagePath": ["/x"]},
            {"pagePath": 7, "timestamp": "soon"},
            {"timestamp": 1e300},
            {"timestamp": -5},
            {"timestamp": True},
            {"location": [1]},
            {"location": {}},
            {"pagePath": "/", "timestamp": 7},
        ]
        self.assertIn("Total page views 10", text(self.page()))

    def test_equal_times(self):
        for number in range(50):
            self.fake.add("/a", 1_700_000_000)
        self.assertIn("Total page views 50", text(self.page()))

    def test_times_are_in_django_s_zone(self):
        self.fake.add("/a", 1_700_000_000)
        for use_tz in (True, False):
            with self.subTest(use_tz=use_tz), override_settings(
                USE_TZ=use_tz, TIME_ZONE="America/New_York"
            ):
                self.assertIn("2023-11-14 17:13:20", text(self.page()))

    def test_a_language_with_decimal_commas(self):
        for name in ("/a", "/a", "/a", "/b"):
            self.fake.add(name)
        with translation.override("de"), override_settings(LANGUAGE_CODE="de", USE_L10N=True):
            self.assertEqual(
                re.findall(r'<rect width="([^"]+)"', self.page()), ["100.00%", "33.33%"]
            )

    def test_no_hits_yet(self):
        self.assertIn(
            "No page views yet. Put {% load daybook %}{% daybook %} into", text(self.page())
        )

    @override_settings(DAYBOOK_KEY="top-secret-key")
    def test_the_key_stays_on_the_server(self):
        for key, status in (("top-secret-key", 200), ("another", 502)):
            self.fake.key = key
            self.assertNotIn("top-secret", self.page(status))
            self.assertNotIn(self.fake.url, self.page(status))
        self.assertEqual(self.fake.seen[-1].headers["Authorization"], "Bearer top-secret-key")

    def test_daybook_s_failures(self):
        for answer, status, words in [
            (answers(401, {"message": "no"}), 502, "refused"),
            (answers(404, {"message": "no"}), 502, "DAYBOOK_SITE"),
            (answers(500), 503, "does not answer"),
            (
                answers(200, b'{"Items":[{"pagePath":"/a"},', Content_Length="99"),
                503,
                "does not answer",
            ),
        ]:
            with self.subTest(status=status, words=words):
                self.fake.answer = answer
                html = self.page(status)
                self.assertIn(words, text(html))
                self.assertNotIn("Total page views", html)

    def test_loads_nothing_from_other_hosts_and_works_with_a_strict_policy(self):
        self.fake.add("/a")
        html = self.page()
        self.assertNotRegex(html, r"https?://|src=|href=|<script|style=|@import|url\(")
        request = RequestFactory().get("/visualization")
        request.csp_nonce = "n1"
        self.assertIn('<style nonce="n1">', views.visualization(request).content.decode())

    def test_in_a_base_template_of_the_project(self):
        self.fake.add("/a")
        own = engines["django"].from_string(
            '{% extends "daybook/visualization.html" %}{% block title %}Mine{% endblock %}'
            "{% block header %}<nav>Home</nav>{% endblock %}"
        )
        from daybook_django.client import hits
        from daybook_django.summary import summarise

        html = own.render({"summary": summarise(hits())})
        self.assertIn("<title>Mine</title>", html)
        self.assertIn("<nav>Home</nav>", html)
        self.assertIn("Total page views 1", text(html))


class Protected(WithDaybook):
    def answer(self, user):
        request = RequestFactory().get("/visualization?x=1")
        if user is not None:
            request.user = user
        return views.visualization(request)

    def user(self, **flags):
        return SimpleNamespace(
            **{"is_active": True, "is_staff": False, "is_authenticated": True, **flags}
        )

    def test_staff(self):
        answer = self.answer(self.user(is_staff=True))
        self.assertEqual(answer.status_code, 200)
        self.assertIn("no-store", answer["Cache-Control"])

    def test_others(self):
        for name, user in [
            ("no sign-in in this project", None),
            ("not staff", self.user()),
            ("no longer active", self.user(is_staff=True, is_active=False)),
        ]:
            with self.subTest(name), self.assertRaises(PermissionDenied):
                self.answer(user)
        self.assertEqual(self.fake.seen, [])

    def test_a_stranger_is_sent_to_sign_in(self):
        answer = self.answer(AnonymousUser())
        self.assertEqual(
            (answer.status_code, answer["Location"]),
            (302, "/accounts/login/?next=/visualization%3Fx%3D1"),
        )
        self.assertEqual(self.fake.seen, [])

    @override_settings(ROOT_URLCONF="tests.test_visualization")
    def test_a_stranger_is_sent_to_the_admin_s_sign_in_where_there_is_one(self):
        self.assertEqual(
            self.answer(AnonymousUser())["Location"], "/admin/login/?next=/visualization%3Fx%3D1"
        )

    @OPEN
    def test_open(self):
        answer = self.answer(AnonymousUser())
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(answer.has_header("Cache-Control"))


urlpatterns = [
    path(
        "admin/", include(([path("login/", lambda request: HttpResponse(), name="login")], "admin"))
    )
]
