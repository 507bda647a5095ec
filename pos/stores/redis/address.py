"""How a shop on a server is written: `redis://[USER@]HOST[:PORT][/DB]?shop=NAME`, or `rediss://…` by TLS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from pos.domain.message import Message, lazy
from pos.stores.address import SERVER, SERVER_BY_TLS, SERVERS, kind_of

USUAL_PORT: Final = 6379
EXAMPLE: Final = "redis://HOST:PORT/DB?shop=NAME"
LARGEST_DB: Final = 99_999
"""Servers have 16 databases unless they are told to have more."""

_ADDRESS: Final = re.compile(r"(?:([^/?#]*)@)?([^@/?#]*)(/[^/?#]*)?(?:\?([^?#]*))?")
_HOST: Final = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]*)(?::(.*))?", re.DOTALL)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
"""A part of a host's name: RFC 1123, and the underscores that networks of containers have."""
_LONGEST_HOST: Final = 253
_USER: Final = re.compile(r"[!-~]{1,100}")
_SHOP: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PASSWORD: Final = re.compile(r"[?&;]pass(?:word|wd)?=|:(?s:.*)@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A shop on a server. `host` is in small letters, an IPv6 address without its brackets; no password is ever here.

    `user` is the server's own (ACL), None for whoever the settings name.
    """

    host: str
    port: int = USUAL_PORT
    db: int = 0
    shop: str
    tls: bool = False
    user: str | None = None

    @property
    def name(self) -> str:
        """The address as people write it, every part of it said; it may be shown anywhere."""
        kind = SERVER_BY_TLS if self.tls else SERVER
        user = f"{quote(self.user, safe='')}@" if self.user is not None else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{kind}://{user}{host}:{self.port}/{self.db}?shop={self.shop}"

    @property
    def folder_name(self) -> str:
        """What a folder for this shop's files on this machine is called: `SHOP@HOST-PORT-DB`."""
        return f"{self.shop}@{self.host.replace(':', '+')}-{self.port}-{self.db}"


def server_address(text: str) -> ServerAddress:
    """An address as somebody wrote it. Raises ValueError, with a message that repeats no part of it: whatever stands in
    a wrong place may be a password.
    """
    kind = kind_of(text)
    rest = text.partition("://")[2]
    if _PASSWORD.search(rest) or _PASSWORD.search(unquote(rest)):
        raise ValueError(_password_told())
    parts = _ADDRESS.fullmatch(rest)
    if kind not in SERVERS or parts is None or (place := _HOST.fullmatch(parts[2])) is None:
        raise ValueError(lazy("this is no address of a server: write {example}", example=EXAMPLE))
    return ServerAddress(
        host=_host(place[1]),
        port=_number(place[2], USUAL_PORT, 1, 65_535, lazy("the port of a server is a number from 1 to 65535")),
        db=_number(
            (parts[3] or "").removeprefix("/") or None,
            0,
            0,
            LARGEST_DB,
            lazy("the database of a server is a number such as 0: write {example}", example=EXAMPLE),
        ),
        shop=_shop(parts[4] or ""),
        tls=kind == SERVER_BY_TLS,
        user=_user(parts[1]),
    )


def _password_told() -> Message:
    return lazy(
        "a password does not belong into an address, which `ps`, the shell's history and every message show: take it "
        "out, and set it as {setting} in the settings file, in a file of its own that {file} names, or as {variable}",
        setting="lanes.password",
        file="lanes.password_file",
        variable="TILLKEY_LANES_PASSWORD",
    )


def _host(text: str) -> str:
    try:
        if text.startswith("["):
            found = IPv6Address(text[1:-1])
            if found.scope_id is None:
                return found.compressed
        else:
            host = text.lower()
            labels = host.removesuffix(".").split(".")
            if labels[-1].isdecimal():
                return str(IPv4Address(host))
            if len(host) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, labels)):
                return host
    except ValueError:
        pass
    raise ValueError(
        lazy("this names no server: write its name or its address, IPv6 in brackets, as {example}", example=EXAMPLE)
    )


def _number(text: str | None, usual: int, least: int, most: int, wrong: Message) -> int:
    if text is None:
        return usual
    if not re.fullmatch(r"[0-9]{1,5}", text) or not least <= int(text) <= most:
        raise ValueError(wrong)
    return int(text)


def _user(text: str | None) -> str | None:
    if text is None:
        return None
    user = unquote(text)
    if not _USER.fullmatch(user):
        raise ValueError(lazy("the name of a server's user is 1 to 100 letters, digits and signs, without a blank"))
    return user


def _shop(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, separator="&")
    if any(name != "shop" for name, _value in pairs):
        raise ValueError(
            lazy("behind the ? of a server's address stands its shop and nothing else: {example}", example=EXAMPLE)
        )
    if not pairs:
        raise ValueError(lazy("the address of a server names its shop, too: write {example}", example=EXAMPLE))
    if len(pairs) > 1 or not _SHOP.fullmatch(pairs[0][1]):
        raise ValueError(lazy("the name of a shop on a server is 1 to 40 letters, digits, - and _"))
    return pairs[0][1]
