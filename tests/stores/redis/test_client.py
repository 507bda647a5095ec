"""One connection to a server: it is opened once, and stays closed once it was broken off."""

from __future__ import annotations

import socket

import pytest

from pos.stores.redis.address import server_address
from pos.stores.redis.away import ServerAway
from pos.stores.redis.client import Client
from pos.stores.redis.options import ServerOptions
from tests.servers.shared import new_shop, shared_server


def test_what_was_broken_off_opens_no_connection_by_itself() -> None:
    client = Client(server_address(shared_server().url(new_shop())), ServerOptions())
    client.connect()
    client.interrupt()
    for _ in "12":
        with pytest.raises(ServerAway):
            client.wait_for("PING", seconds=1)


def test_a_name_that_is_no_servers_is_told_as_one_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    client = Client(server_address("redis://Till.Invalid?shop=main"), ServerOptions())
    with pytest.raises(ServerAway, match=r"^the server at till\.invalid:6379 cannot be reached$"):
        client.connect()
