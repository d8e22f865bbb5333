import re

from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory, SimpleTestCase, override_settings
from django.urls import include, path


def show(arguments="", request=None, **context):
    if request is not None:
        context["request"] = request
    return Template("{% load daybook %}{% daybook " + arguments + " %}").render(Context(context))


def data(html, name):
    found = re.search(f' data-{name}="([^"]*)"', html)
    return found and found.group(1)


def script(html):
    return re.search(r"<script[^>]*>(.*)</script>", html, re.S).group(1)


@override_settings(DAYBOOK_URL="https://stats.example.com", DAYBOOK_SITE="example.com")
class Tag(SimpleTestCase):
    def test_both_ways(self):
        cases = [
            ("", "https://stats.example.com/analytics?site=example.com", "omit", "no"),
            (
                'via="browser" location=True',
                "https://stats.example.com/analytics?site=example.com",
                "omit",
                "yes",
            ),
            ('via="view"', "/recordUser", "same-origin", "no"),
            ('via="view" location=asked', "/recordUser", "same-origin", "yes"),
        ]
        for arguments, url, credentials, location in cases:
            with self.subTest(arguments):
                html = show(arguments, asked=True)
                self.assertEqual(data(html, "daybook"), url)
                self.assertEqual(data(html, "credentials"), credentials)
                self.assertEqual(data(html, "location"), location)

    def test_one_script_element_and_its_text_is_always_the_same(self):
        first, second = show(), show('via="view" location=True nonce="n"')
        self.assertEqual(first.count("<script"), 1)
        self.assertTrue(first.lstrip().startswith("<script"))
        self.assertEqual(script(first), script(second))

    def test_its_values_are_escaped(self):
        with override_settings(DAYBOOK_SITE='"><script>alert(1)</script>'):
            self.assertNotIn("<script>alert", show())
        self.assertNotIn("<b>", show("nonce=given", given='"><b>'))

    def test_nonce(self):
        request = RequestFactory().get("/")
        with_nonce = RequestFactory().get("/")
        with_nonce.csp_nonce = type("Lazy", (), {"__str__": lambda self: "from-request"})()
        cases = [
            (show(), None),
            (show(request=request), None),
            (show(request=with_nonce), "from-request"),
            (show(request=with_nonce, csp_nonce="from-context"), "from-context"),
            (show('nonce="given"', request=with_nonce), "given"),
        ]
        for html, expected in cases:
            with self.subTest(expected):
                found = re.search(r'<script nonce="([^"]*)"', html)
                self.assertEqual(found and found.group(1), expected)

    def test_mistakes_are_reported(self):
        with self.assertRaisesRegex(TemplateSyntaxError, "via must be"):
            show('via="django"')
        with override_settings(DAYBOOK_URL=None), self.assertRaisesRegex(
            ImproperlyConfigured, "DAYBOOK_URL"
        ):
            show()

    @override_settings(ROOT_URLCONF="tests.test_tag")
    def test_a_view_elsewhere(self):
        self.assertEqual(data(show('via="view"'), "daybook"), "/stats/recordUser")

    @override_settings(ROOT_URLCONF="tests.urls_without")
    def test_no_view(self):
        with self.assertRaisesRegex(ImproperlyConfigured, "daybook_django.urls"):
            show('via="view"')


urlpatterns = [path("stats/", include("daybook_django.urls"))]
