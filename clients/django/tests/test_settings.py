from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, override_settings

from daybook_django import conf


class Settings(SimpleTestCase):
    def test_endpoint(self):
        cases = [
            ("https://stats.example.com", None, {}, "https://stats.example.com/analytics"),
            (
                "https://stats.example.com/",
                "example.com",
                {},
                "https://stats.example.com/analytics?site=example.com",
            ),
            (
                "http://localhost:8000/daybook/",
                None,
                {"a": "b"},
                "http://localhost:8000/daybook/analytics?a=b",
            ),
            ("http://[::1]:80", "a.b/c&d", {}, "http://[::1]:80/analytics?site=a.b%2Fc%26d"),
        ]
        for url, site, query, expected in cases:
            with self.subTest(url=url), override_settings(DAYBOOK_URL=url, DAYBOOK_SITE=site):
                self.assertEqual(conf.read().endpoint(**query), expected)

    def test_defaults(self):
        config = conf.read()
        self.assertEqual((config.site, config.key, config.timeout_seconds), (None, None, 3.0))
        self.assertEqual((config.trusted_proxies, config.open_visualization), ((), False))

    def test_an_unusable_value_is_named(self):
        cases = [
            ("DAYBOOK_URL", value)
            for value in [
                None,
                "",
                "stats.example.com",
                "ftp://example.com",
                "https://",
                "http://a b",
                "http://a:b@example.com",
                "http://example.com?x=1",
                "http://example.com#x",
                "http://example.com/analytics",
                "http://x:99999",
                7,
            ]
        ]
        cases += [("DAYBOOK_SITE", value) for value in ["a b", "a\nb", 7, "ä.example"]]
        cases += [("DAYBOOK_KEY", value) for value in ["k\r\nX-Evil: 1", "k k", 7]]
        cases += [
            ("DAYBOOK_TIMEOUT_SECONDS", value)
            for value in [0, -1, "3", True, None, float("nan"), 601]
        ]
        cases += [
            ("DAYBOOK_TRUSTED_PROXIES", value)
            for value in ["127.0.0.1", ["localhost"], ["10.0.0.1/8"], 5]
        ]
        for name, value in cases:
            with self.subTest(name=name, value=value), override_settings(**{name: value}):
                with self.assertRaisesRegex(ImproperlyConfigured, name):
                    conf.read()

    def test_no_message_contains_the_key(self):
        with override_settings(DAYBOOK_KEY="secret\n"), self.assertRaises(
            ImproperlyConfigured
        ) as raised:
            conf.read()
        self.assertNotIn("secret", str(raised.exception))

    def test_only_true_opens_the_visualization(self):
        for value in ["False", "no", 1, None]:
            with self.subTest(value=value), override_settings(DAYBOOK_OPEN_VISUALIZATION=value):
                self.assertFalse(conf.read().open_visualization)

    def test_manage_check_reports_it(self):
        self.assertEqual([m.id for m in run_checks() if "daybook" in m.id], [])
        with override_settings(DAYBOOK_URL=None):
            self.assertEqual(
                [m.id for m in run_checks() if "daybook" in m.id], ["daybook_django.E001"]
            )
