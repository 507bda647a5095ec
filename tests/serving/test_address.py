"""Where a till may be served, and what it is then called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.serving.address import Address

CERTIFICATE: dict[str, Any] = {"certificate": Path("c.pem"), "key": Path("k.pem")}
PROXY: dict[str, Any] = {"behind_proxy": True, "public_url": "https://till.example.org"}


@pytest.mark.parametrize(
    ("parts", "origins"),
    [
        ({}, ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000")),
        ({"host": "::1"}, ("http://[::1]:8000", "http://127.0.0.1:8000", "http://localhost:8000")),
        ({"host": "localhost"}, ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000")),
        ({"host": "192.0.2.7", **CERTIFICATE}, ("https://192.0.2.7:8000",)),
        (
            {"host": "0.0.0.0", **CERTIFICATE, "public_url": "https://Till.Example:8000/"},
            ("https://till.example:8000",),
        ),
        (PROXY, ("https://till.example.org",)),
        ({"host": "192.0.2.7", **PROXY}, ("https://till.example.org",)),
        ({**PROXY, "public_url": "https://till.example.org:443"}, ("https://till.example.org",)),
        ({**PROXY, "public_url": "https://KÄSE.example"}, ("https://xn--kse-qla.example",)),
        ({**PROXY, "public_url": "https://straße.example:8443"}, ("https://xn--strae-oqa.example:8443",)),
        ({**PROXY, "public_url": "https://\u5546\u5e97\u3002example"}, ("https://xn--czrs0t.example",)),
        ({**PROXY, "public_url": "https://[2001:DB8:0::1]:444"}, ("https://[2001:db8::1]:444",)),
        ({**PROXY, "public_url": "https://my_till.local."}, ("https://my_till.local.",)),
    ],
)
def test_a_browser_may_come_by_these_names_alone(parts: dict[str, Any], origins: tuple[str, ...]) -> None:
    assert Address(**parts).origins(8000) == origins


def test_the_usual_port_is_left_out_as_browsers_do() -> None:
    assert Address().origins(80)[0] == "http://127.0.0.1"
    assert Address(**CERTIFICATE).origins(443)[0] == "https://127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "10.0.0.1", "shop.example.org", "8.8.8.8"])
def test_what_others_reach_needs_tls(host: str) -> None:
    with pytest.raises(TillError, match=r"read along without TLS.*--tls-cert.*--behind-proxy") as refused:
        Address(host=host)
    assert refused.value.code == "serving_refused"


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"certificate": Path("c.pem")}, "belong together"),
        ({"key": Path("k.pem")}, "belong together"),
        ({"behind_proxy": True}, "needs --public-url"),
        ({"public_url": "https://till.example.org"}, "is for --behind-proxy"),
        ({**PROXY, **CERTIFICATE}, "the proxy that has the certificate"),
        ({"host": "0.0.0.0", **CERTIFICATE}, "no name that a browser can use"),
        ({**PROXY, "public_url": "http://till.example.org"}, "no address such as"),
        ({**PROXY, "public_url": "https://"}, "no address such as"),
        ({**PROXY, "public_url": "https://till.example.org:x"}, "no address such as"),
        ({**PROXY, "public_url": "https://me:pw@till.example.org"}, "no address such as"),
        ({**PROXY, "public_url": "https://example.org/till"}, "a name of its own"),
        ({"host": "shop;script-src *", **CERTIFICATE}, "no name that a browser can use"),
        ({"host": "fe80::1%eth0", **CERTIFICATE}, "no name that a browser can use"),
    ],
)
def test_parts_that_do_not_fit_are_told(parts: dict[str, Any], told: str) -> None:
    with pytest.raises(TillError, match=told):
        Address(**parts)


@pytest.mark.parametrize(
    "host",
    [
        "a;script-src *", "a;b.example", "a,b.example", "a'b.example", 'a"b.example', "a b.example", "a%3bb.example",
        "a..example", ".example", "-a.example", "a" * 64 + ".example", "a." * 130 + "example", "*.example",
        "[::1;x]", "[fe80::1%25eth0]", "1.2.3", "0x7f.1", "300.1.1.1", "a\u200bb.example", "a\uff1bb.example",
        "a\tb.example", "a\nb.example", "a\x1b[2Jb.example", "\u202eelpmaxe.a", "a\\b.example", "",
    ],
)  # fmt: skip
def test_no_address_gets_past_what_browsers_may_name(host: str) -> None:
    """What is accepted stands in the content security policy, where a semicolon would begin a rule of its own."""
    with pytest.raises(TillError, match="no address such as") as refused:
        Address(**PROXY | {"public_url": f"https://{host}"})
    assert refused.value.code == "serving_refused"
