import ipaddress

from django.test import RequestFactory, SimpleTestCase

from daybook_django.address import visitor_address

PROXIES = ["127.0.0.1", "10.0.0.0/8", "::1"]


class VisitorAddress(SimpleTestCase):
    cases = [
        # name, trusted, REMOTE_ADDR, X-Forwarded-For, expected
        ("direct", [], "192.0.2.1", None, "192.0.2.1"),
        ("direct, claims another", [], "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("direct, though proxies are trusted", PROXIES, "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("direct, no address", [], "", "198.51.100.9", None),
        ("behind one proxy", PROXIES, "127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("behind a Unix socket", PROXIES, "", "198.51.100.9", "198.51.100.9"),
        ("behind two proxies", PROXIES, "127.0.0.1", "198.51.100.9, 10.1.2.3", "198.51.100.9"),
        ("invents the left end", PROXIES, "127.0.0.1", "203.0.113.7, 198.51.100.9", "198.51.100.9"),
        (
            "invents a trusted one",
            PROXIES,
            "127.0.0.1",
            "10.9.9.9, 198.51.100.9, 10.1.2.3",
            "198.51.100.9",
        ),
        ("a visitor inside the trusted network", PROXIES, "127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("the proxy sends no address", PROXIES, "127.0.0.1", None, "127.0.0.1"),
        ("the proxy sends nonsense", PROXIES, "127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"),
        ("nothing anywhere", PROXIES, "", None, None),
        ("with a port", PROXIES, "127.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        ("IPv6", PROXIES, "::1", "2001:db8::1", "2001:db8::1"),
        ("IPv6 with a port", PROXIES, "::1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("IPv4 within IPv6", PROXIES, "::ffff:127.0.0.1", "::ffff:198.51.100.9", "198.51.100.9"),
        ("a second header in it", PROXIES, "127.0.0.1", "198.51.100.9\r\nX-Evil: 1", "127.0.0.1"),
    ]

    def test_cases(self):
        for name, trusted, peer, forwarded, expected in self.cases:
            with self.subTest(name):
                headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
                request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
                networks = [ipaddress.ip_network(text) for text in trusted]
                self.assertEqual(visitor_address(request, networks), expected)
