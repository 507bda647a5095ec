"""Where a served till is reached, and whether it may be reached there at all."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pos.domain.errors import TillError
from pos.domain.message import Message, lazy

USUAL_PORTS: Final = {"http": 80, "https": 443}
LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
"""A part of a host's name: RFC 1123, and the underscores that some networks have."""
_LONGEST: Final = 253
"""Characters of a host's name."""


@dataclass(frozen=True, slots=True)
class Address:
    """What a browser calls this machine, and what the server listens on.

    `public_url` is what browsers use when it differs, always https; with `behind_proxy` another program holds the
    certificate. Raises TillError `serving_refused` if others could read along, or if the parts do not fit.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    public_url: str | None = None

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise _refused(lazy("--tls-cert and --tls-key belong together: give both files."))
        if self.behind_proxy and self.certificate is not None:
            raise _refused(lazy("Behind a proxy it is the proxy that has the certificate: leave --tls-cert out."))
        if self.behind_proxy and self.public_url is None:
            raise _refused(lazy("--behind-proxy needs --public-url https://…, the address that browsers use."))
        if self.public_url is not None:
            if not self.behind_proxy and self.certificate is None:
                raise _refused(lazy("--public-url is for --behind-proxy, or for --tls-cert and --tls-key."))
            _check_url(self.public_url)
        if not self.behind_proxy and self.certificate is None and not is_loopback(self.host):
            raise _refused(
                lazy(
                    "{host} is reached by others, who could read along without TLS. Give --tls-cert and --tls-key, "
                    "or put a proxy that has TLS before it: --behind-proxy --public-url https://…",
                    host=self.host,
                )
            )
        if self.public_url is None and (is_everywhere(self.host) or browser_name(self.host) is None):
            raise _refused(
                lazy("{host} is no name that a browser can use: name it with --public-url https://…", host=self.host)
            )

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.public_url is not None or self.certificate is not None

    def origins(self, port: int) -> tuple[str, ...]:
        """Every origin that browsers may come by, the one to print first, once it is known which port it is."""
        if self.public_url is not None:
            parts = urlsplit(self.public_url)
            return (_origin("https", f"{browser_name(parts.hostname or '')}:{parts.port or USUAL_PORTS['https']}"),)
        scheme = "https" if self.secure else "http"
        names = dict.fromkeys((str(browser_name(self.host)), *(LOOPBACK_NAMES if is_loopback(self.host) else ())))
        return tuple(_origin(scheme, f"{name}:{port}") for name in names)


def browser_name(host: str) -> str | None:
    """A host as browsers name it, such as `xn--kse-qla.example` or `[::1]`; None if it is none that they can name."""
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]" if "%" not in host else None
        except ValueError:
            return None
    if not host.isascii():
        # It comes with the server's library, which is looked for later.
        from yarl import URL

        try:
            host = URL.build(scheme="https", host=host).raw_host or ""
        except ValueError:
            return None
    host = host.lower()
    labels = host.removesuffix(".").split(".")
    if len(host) > _LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        # Browsers take it for an IPv4 address, and write it in the usual way.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            return None
    return host


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host's address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_everywhere(host: str) -> bool:
    """Whether it is no address of its own but means all of this machine's."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host


def _origin(scheme: str, netloc: str) -> str:
    """An origin as browsers send it: without the usual port."""
    usual = f":{USUAL_PORTS[scheme]}"
    return f"{scheme}://{netloc.removesuffix(usual)}"


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        known = (parts.port is None or parts.port > 0) and browser_name(parts.hostname or "") is not None
    except ValueError:
        known = False
    if (
        not known
        or not url.isprintable()
        or " " in url
        or parts.scheme != "https"
        or not parts.hostname
        or "@" in parts.netloc
    ):
        raise _refused(lazy("{url} is no address such as https://till.example.org", url=url))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _refused(lazy("{url}: the till needs a name of its own, without a path behind it", url=url))


def _refused(message: Message) -> TillError:
    return TillError("serving_refused", message)
